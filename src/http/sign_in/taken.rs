//! Tokens taken a moment ago, so that not every request of a page checks a signature again.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use sha2::{Digest, Sha256};

use crate::domain::moment::Moment;
use crate::operations::Actor;

/// How long a token is taken without being looked at again, in microseconds, and never past its end: as much longer
/// does a key go on that its issuer took back.
const TRUSTED: i64 = 60_000_000;
/// More tokens than this are not remembered.
const MOST: usize = 10_000;

/// The tokens, by the SHA-256 of their text. A clone shares them.
#[derive(Clone, Default)]
pub(super) struct Taken(Arc<RwLock<BTreeMap<[u8; 32], One>>>);

struct One {
    actor: Actor,
    taken_at: Moment,
    ends: Moment,
}

impl Taken {
    /// Whose token it is, where it was taken just before `at`.
    pub(super) fn find(&self, token: &str, at: Moment) -> Option<Actor> {
        let taken = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if taken.is_empty() {
            return None;
        }
        let one = taken.get(&digest(token))?;
        let age = at.micros().saturating_sub(one.taken_at.micros());
        ((0..TRUSTED).contains(&age) && at < one.ends).then(|| one.actor.clone())
    }

    /// Remembers a token that was taken.
    pub(super) fn keep(&self, token: &str, actor: &Actor, taken_at: Moment, ends: Moment) {
        let mut taken = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= MOST {
            taken.clear();
        }
        let one = One {
            actor: actor.clone(),
            taken_at,
            ends,
        };
        taken.insert(digest(token), one);
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
