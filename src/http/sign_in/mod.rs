//! Signed-in people: access tokens (JWT, RFC 9068) as OpenID Connect issuers such as Entra ID and Keycloak make them.
//!
//! A token is taken apart (`token`), its issuer looked up in the `settings`, its signature checked with one of the
//! issuer's published keys (`keys`), its claims held against the office's clock, and what it claims to be becomes
//! grants (`claims`). No clock is read here, and the answer never says more than "expired" or "not taken".

mod checking;
mod claims;
mod fetch;
mod key_set;
mod keys;
mod rule;
mod settings;
mod taken;
mod token;

use std::sync::Arc;

use crate::domain::fault::Fault;
use crate::domain::moment::Moment;
use crate::operations::Actor;

use super::problem::{Code, Problem};
use claims::{NoActor, actor};
use keys::{Keys, NoKey};
use settings::{Issuer, Tenant, issuers};
use taken::Taken;
use token::{Refused, Unproven, prove};

/// Whose tokens are taken. A clone shares the keys that were fetched. The default takes none.
#[derive(Clone, Default)]
pub struct SignIn {
    issuers: Arc<[(Issuer, Keys)]>,
    taken: Taken,
}

impl SignIn {
    /// Reads the settings from JSON: `{"issuer": [{...}]}`, as the README tells it in TOML. Nothing is fetched before
    /// the first token comes.
    ///
    /// # Errors
    /// Every fault, each with its key (`/issuer/0/audience`).
    pub fn read(json: &[u8]) -> Result<Self, Vec<Fault>> {
        let with_keys = issuers(json)?.into_iter().map(|issuer| {
            let keys = Keys::of(&issuer);
            (issuer, keys)
        });
        Ok(Self {
            issuers: with_keys.collect(),
            taken: Taken::default(),
        })
    }
}

impl SignIn {
    /// The partnerships that people sign in to, where the settings name them.
    pub fn partnerships(&self) -> impl Iterator<Item = &str> {
        self.issuers
            .iter()
            .filter_map(|(issuer, _)| match &issuer.tenant {
                Tenant::Fixed(partnership) => Some(partnership.as_str()),
                Tenant::Claimed(_) => None,
            })
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let issuers = self.issuers.iter().map(|(issuer, _)| issuer);
        out.debug_list().entries(issuers).finish()
    }
}

/// Whether what stands after `Bearer` looks like an access token, and not like an API key.
#[must_use]
pub fn is_token(bearer: &str) -> bool {
    bearer.starts_with("ey") && bearer.bytes().filter(|byte| *byte == b'.').count() == 2
}

/// Who signed in: the actor of a token, at the moment the office's clock shows.
///
/// # Errors
/// 401 `token_expired` and `invalid_token`, 403 `no_role` for a good token that no rule gives anything, and 503
/// `sign_in_unavailable` where the issuer's keys cannot be had. The log says why, at level debug, without the token.
pub async fn actor_of(sign_in: &SignIn, at: Moment, token: &str) -> Result<Actor, Problem> {
    if let Some(actor) = sign_in.taken.find(token, at) {
        return Ok(actor);
    }
    let unproven = Unproven::read(token).map_err(refused)?;
    let of_issuer = |(issuer, _): &&(Issuer, Keys)| unproven.is_of(&issuer.issuer);
    let Some((issuer, keys)) = sign_in.issuers.iter().find(of_issuer) else {
        return Err(refused(Refused::Invalid("its issuer is not among ours")));
    };
    if !issuer.algorithms.contains(&unproven.algorithm()) {
        return Err(refused(Refused::Invalid("its algorithm is not taken")));
    }
    let fitting = keys.fitting(unproven.algorithm(), unproven.key_id(), at);
    let fitting = fitting.await.map_err(|missing| match missing {
        NoKey::Unknown => refused(Refused::Invalid("no key of its issuer fits")),
        NoKey::Unavailable => unavailable(),
    })?;
    let proven = prove(unproven, &fitting, issuer, at).map_err(refused)?;
    let actor = actor(&proven, issuer).map_err(no_role)?;
    sign_in.taken.keep(token, &actor, at, proven.ends);
    Ok(actor)
}

fn refused(why: Refused) -> Problem {
    let (code, detail, why) = match why {
        Refused::Expired => (
            Code::TokenExpired,
            "sign in again, or refresh the token",
            "it is expired",
        ),
        Refused::Invalid(why) => (
            Code::InvalidToken,
            "send an access token that the issuer made for this server",
            why,
        ),
    };
    tracing::debug!(why, "an access token was refused");
    Problem::new(code, detail)
}

fn no_role(why: NoActor) -> Problem {
    let (why, detail) = match why {
        NoActor::NoPartnership => (
            "its partnership claim names none",
            "you are signed in, and your token names no partnership; ask whoever runs your sign-in",
        ),
        NoActor::NoRole => (
            "no rule gives it a role",
            "you are signed in, and have no role here yet; ask whoever runs your sign-in",
        ),
    };
    tracing::debug!(why, "an access token was refused");
    Problem::new(Code::NoRole, detail)
}

fn unavailable() -> Problem {
    Problem::new(
        Code::SignInUnavailable,
        "the keys of the token's issuer cannot be had; try again in a while",
    )
    .with_retry_after(RETRY_SECONDS)
}

/// When to come back: an issuer that did not answer is not asked before.
const RETRY_SECONDS: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_looks_like_no_key() {
        assert!(is_token("eyJh.eyJp.c2ln"));
        assert!(is_token("ey..")); // and fails later
        for other in [
            "gm_default_0123456789012345678901234567890123456789",
            "eyJh.eyJp",
            "eyJh.eyJp.c2ln.more",
            "",
        ] {
            assert!(!is_token(other), "{other}");
        }
    }
}
