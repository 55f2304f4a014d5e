//! Keys found alive a moment ago, so that not every request asks the database who asks.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::domain::moment::Moment;
use crate::operations::Actor;

/// How long a key is taken to live without being looked up again, in microseconds: as long may a key that another
/// process revoked go on. One that this process revoked is refused at once.
const TRUSTED: i64 = 2_000_000;
/// More keys than this are not remembered.
const MOST: usize = 10_000;

/// The keys, by the SHA-256 of their text. A clone shares them.
#[derive(Clone, Debug, Default)]
pub struct LivingKeys(Arc<RwLock<Known>>);

#[derive(Debug, Default)]
struct Known {
    keys: BTreeMap<[u8; 32], Living>,
    revocations: u64,
}

#[derive(Debug)]
struct Living {
    actor: Actor,
    found_at: Moment,
    expires_at: Option<Moment>,
}

impl LivingKeys {
    /// Whose key it is, where it was found alive just before `at`.
    pub(super) fn find(&self, hash: &[u8; 32], at: Moment) -> Option<Actor> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let living = known.keys.get(hash)?;
        let age = at.micros() - living.found_at.micros();
        let lives = living.expires_at.is_none_or(|expires| expires > at);
        ((0..TRUSTED).contains(&age) && lives).then(|| living.actor.clone())
    }

    /// How often keys were revoked so far.
    pub(super) fn revocations(&self) -> u64 {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.revocations
    }

    /// Keeps a key that was found alive, unless any was revoked since `revocations` were counted.
    pub(super) fn keep(
        &self,
        hash: [u8; 32],
        actor: &Actor,
        found_at: Moment,
        expires_at: Option<Moment>,
        revocations: u64,
    ) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.revocations != revocations {
            return;
        }
        if known.keys.len() >= MOST {
            known.keys.clear();
        }
        let living = Living {
            actor: actor.clone(),
            found_at,
            expires_at,
        };
        known.keys.insert(hash, living);
    }

    /// Forgets all keys, because one was revoked.
    pub(super) fn forget(&self) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.revocations += 1;
        known.keys.clear();
    }
}
