//! The public keys that an issuer publishes (JWK set, RFC 7517).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;

use crate::operations::node::Node;

use super::token::Algorithm;

/// The most keys in a set.
const MOST_KEYS: usize = 100;
/// The deepest a set may be nested.
const DEEPEST: usize = 8;
/// Shortest and longest RSA key taken, in bits: shorter ones can be broken, longer ones cost too much.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// A key with which one algorithm's signatures are checked.
#[derive(Clone)]
pub(super) struct Key {
    /// What its issuer calls it.
    pub id: Option<String>,
    /// The only algorithm it is for.
    pub algorithm: Algorithm,
    /// The key.
    pub key: DecodingKey,
}

/// The keys of a set that can be used; the others are left out.
///
/// # Errors
/// What is wrong with the set, or that no key of it can be used.
pub(super) fn key_set(json: &[u8]) -> Result<Vec<Key>, &'static str> {
    let set = Node::read(json, DEEPEST).map_err(|_| "the key set is not JSON")?;
    let Some(Node::List(all)) = set.get("keys") else {
        return Err("the key set has no list `keys`");
    };
    if all.len() > MOST_KEYS {
        return Err("the key set has more than 100 keys");
    }
    let keys: Vec<Key> = all.iter().filter_map(key).collect();
    if keys.is_empty() {
        return Err("the key set has no key for RS256 (2048 to 4096 bits), ES256 or EdDSA");
    }
    Ok(keys)
}

/// A key, where it is for signatures and of a kind that is taken.
fn key(jwk: &Node) -> Option<Key> {
    let text = |name: &str| jwk.get(name).and_then(Node::text);
    let is_absent_or = |name: &str, word: &str| match jwk.get(name) {
        None => true,
        Some(found) => found.text() == Some(word),
    };
    let verifies = |operation: &Node| operation.text() == Some("verify");
    let for_signatures = is_absent_or("use", "sig")
        && jwk
            .get("key_ops")
            .is_none_or(|all| all.items().iter().any(verifies));
    if !for_signatures {
        return None;
    }
    let (algorithm, key) = match (text("kty")?, text("crv")) {
        ("RSA", _) => (Algorithm::Rs256, rsa(text("n")?, text("e")?)?),
        ("EC", Some("P-256")) => (Algorithm::Es256, p256(text("x")?, text("y")?)?),
        ("OKP", Some("Ed25519")) => (Algorithm::EdDsa, ed25519(text("x")?)?),
        _ => return None,
    };
    let id = match jwk.get("kid") {
        None => None,
        Some(id) => Some(id.text()?.to_owned()),
    };
    is_absent_or("alg", algorithm.word()).then_some(Key { id, algorithm, key })
}

fn rsa(modulus: &str, exponent: &str) -> Option<DecodingKey> {
    let modulus = number(modulus)?;
    let exponent = number(exponent)?;
    let bits = modulus.len() * 8 - usize::try_from(modulus.first()?.leading_zeros()).ok()?;
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
    let exponent_fits = exponent.len() <= 4 && odd(&exponent) && exponent != [1];
    (RSA_BITS.contains(&bits) && odd(&modulus) && exponent_fits)
        .then(|| DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

fn p256(x: &str, y: &str) -> Option<DecodingKey> {
    let both = bytes(x)?.len() == 32 && bytes(y)?.len() == 32;
    both.then(|| DecodingKey::from_ec_components(x, y).ok())?
}

fn ed25519(x: &str) -> Option<DecodingKey> {
    // Exactly: the library would cut a longer one, and fall over a shorter one.
    (bytes(x)?.len() == 32).then(|| DecodingKey::from_ed_components(x).ok())?
}

/// A number above nought, big end first, without noughts before it.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = bytes(text)?;
    let first = bytes.iter().position(|byte| *byte != 0)?;
    bytes.get(first..).map(<[u8]>::to_vec)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
