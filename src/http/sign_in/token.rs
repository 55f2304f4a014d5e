//! One access token: taken apart, then proven. What it claims is not looked at before its signature is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::moment::Moment;
use crate::domain::words::words;
use crate::operations::node::Node;

use super::key_set::Key;
use super::settings::Issuer;

/// The longest token taken, in bytes: one of Entra ID with 200 groups has about 10 KiB.
const LONGEST: usize = 12 * 1024;
/// The deepest a part of a token may be nested.
const DEEPEST: usize = 8;
/// How far the clocks of issuers may be off, in seconds.
const SKEW: i64 = 60;

words! {
    /// How a token is signed: with private keys only. There is no `none` here, and nothing with a shared secret, so
    /// that a public key can never be taken for one.
    Algorithm {
        /// RSA, PKCS #1 v1.5, SHA-256.
        Rs256 = "RS256",
        /// ECDSA on P-256, SHA-256.
        Es256 = "ES256",
        /// EdDSA on Ed25519.
        EdDsa = "EdDSA",
    }
}

impl Algorithm {
    fn in_words_of_the_library(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        }
    }
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It was good once.
    Expired,
    /// Anything else; the reason is for the log.
    Invalid(&'static str),
}

/// A token that anybody may have written.
pub(super) struct Unproven<'a> {
    signed: &'a str,
    signature: &'a str,
    algorithm: Algorithm,
    key_id: Option<String>,
    claims: Node,
}

/// The claims of a token that its issuer signed for us, and that is good now.
pub(super) struct Proven {
    /// Everything it claims.
    pub claims: Node,
    /// The one it is about, as its issuer calls it.
    pub subject: String,
    /// When it ends, skew included.
    pub ends: Moment,
}

impl<'a> Unproven<'a> {
    /// Takes a token apart.
    pub(super) fn read(token: &'a str) -> Result<Self, Refused> {
        let invalid = Refused::Invalid;
        if token.len() > LONGEST {
            return Err(invalid("it is too long"));
        }
        let parts = token.rsplit_once('.').and_then(|(signed, signature)| {
            let (header, claims) = signed.split_once('.')?;
            Some((signed, signature, header, claims))
        });
        let Some((signed, signature, header, claims)) = parts else {
            return Err(invalid("it has not three parts"));
        };
        let header = object(header).ok_or(invalid("its header is no object"))?;
        let claims = object(claims).ok_or(invalid("its claims are no object"))?;
        let algorithm = header.get("alg").and_then(Node::text);
        let algorithm = algorithm.and_then(Algorithm::parse);
        let kind = header.get("typ").map_or(Some("JWT"), Node::text);
        let kind = kind.unwrap_or_default().to_ascii_lowercase();
        if !["jwt", "at+jwt", "application/at+jwt"].contains(&kind.as_str()) {
            return Err(invalid("it is of another type"));
        }
        if header.get("crit").is_some() {
            return Err(invalid("it wants an extension understood"));
        }
        let key_id = match header.get("kid") {
            None => None,
            Some(Node::Text(id)) => Some(id.clone()),
            Some(_) => return Err(invalid("its key id is no text")),
        };
        Ok(Self {
            signed,
            signature,
            algorithm: algorithm.ok_or(invalid("its algorithm is not taken"))?,
            key_id,
            claims,
        })
    }

    /// Whether it says that it is of an issuer.
    pub(super) fn is_of(&self, issuer: &str) -> bool {
        self.claims.get("iss").and_then(Node::text) == Some(issuer)
    }

    /// How it says it is signed.
    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Which key it says it is signed with.
    pub(super) fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }
}

/// Checks the signature with the keys that fit its algorithm and id, then what it claims.
pub(super) fn prove(
    token: Unproven<'_>,
    keys: &[Key],
    issuer: &Issuer,
    at: Moment,
) -> Result<Proven, Refused> {
    let signed = |key: &Key| {
        let algorithm = token.algorithm.in_words_of_the_library();
        let message = token.signed.as_bytes();
        key.algorithm == token.algorithm
            && jsonwebtoken::crypto::verify(token.signature, message, &key.key, algorithm)
                .unwrap_or(false)
    };
    if !keys.iter().any(signed) {
        return Err(Refused::Invalid("its signature is not of its issuer"));
    }
    check(token.claims, issuer, at)
}

fn check(claims: Node, issuer: &Issuer, at: Moment) -> Result<Proven, Refused> {
    let invalid = Refused::Invalid;
    let text = |name: &str| claims.get(name).and_then(Node::text);
    if text("iss") != Some(issuer.issuer.as_str()) {
        return Err(invalid("its issuer is not among ours"));
    }
    let ours = |node: &Node| {
        let audience = node.text();
        audience.is_some_and(|one| issuer.audience.iter().any(|ours| ours == one))
    };
    let audience = claims.get("aud");
    if !audience.is_some_and(|found| ours(found) || found.items().iter().any(ours)) {
        return Err(invalid("it is for another audience"));
    }
    // Keycloak says in the claims what others say in the header; an ID token is not for us.
    if text("typ").is_some_and(|kind| ["ID", "Refresh", "Offline", "Logout"].contains(&kind)) {
        return Err(invalid("it is no access token"));
    }
    // Hashes of what an ID token came with; no access token has them.
    if ["at_hash", "c_hash"]
        .iter()
        .any(|hash| claims.get(hash).is_some())
    {
        return Err(invalid("it is an ID token"));
    }
    if claims.get("cnf").is_some() {
        return Err(invalid("it is bound to a key of its holder, and came bare"));
    }
    let subject = text("sub").filter(|subject| (1..=255).contains(&subject.len()));
    let Some(subject) = subject.map(str::to_owned) else {
        return Err(invalid("it has no subject"));
    };
    let ends = second(&claims, "exp")?.ok_or(invalid("it never ends"))?;
    let begins = second(&claims, "nbf")?;
    let made = second(&claims, "iat")?;
    let now = at.micros().div_euclid(1_000_000);
    if now >= ends.saturating_add(SKEW) {
        return Err(Refused::Expired);
    }
    if begins.is_some_and(|begins| begins > now.saturating_add(SKEW)) {
        return Err(invalid("it is not yet good"));
    }
    if made.is_some_and(|made| made > now.saturating_add(SKEW)) {
        return Err(invalid("it was made in the future"));
    }
    let ends = ends.saturating_add(SKEW).saturating_mul(1_000_000);
    Ok(Proven {
        claims,
        subject,
        ends: Moment::from_micros(ends),
    })
}

/// Seconds since 1970 that a claim gives; parts of a second are left out.
fn second(claims: &Node, name: &str) -> Result<Option<i64>, Refused> {
    let Some(found) = claims.get(name) else {
        return Ok(None);
    };
    let number = match found {
        Node::Number(text) => text.as_str(),
        _ => "",
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, parts) = number.split_once('.').unwrap_or((number, "0"));
    let plain = digits(whole) && digits(parts);
    let second = whole.parse::<i64>().ok().filter(|_| plain);
    second
        .map(Some)
        .ok_or(Refused::Invalid("one of its times is no time"))
}

/// A part of a token, where it is a JSON object and says nothing twice.
fn object(part: &str) -> Option<Node> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    let node = Node::read(&bytes, DEEPEST).ok()?;
    let Node::Map(entries) = &node else {
        return None;
    };
    let mut names: Vec<&String> = entries.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    let twice = names.windows(2).any(|pair| pair.first() == pair.last());
    (!twice).then_some(node)
}
