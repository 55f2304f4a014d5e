//! Keys found alive a moment ago, so that not every request asks the database who asks.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use crate::domain::key::lets_in;
use crate::domain::moment::Moment;
use crate::domain::network::Network;
use crate::operations::Actor;

/// How long a key is taken to live without being looked up again, in microseconds: as long may a key that another
/// process took out of use go on. One that this process took out of use is refused at once.
const TRUSTED: i64 = 2_000_000;
/// How long a key that was taken out of use is looked up each time, in microseconds: longer than any transaction,
/// because until that one ends others still find the key as it was.
const DOUBTED: i64 = 300_000_000;
/// More keys than this are not remembered.
const MOST: usize = 10_000;

/// The keys, by the SHA-256 of their text. A clone shares them.
#[derive(Clone, Default)]
pub struct LivingKeys(Arc<RwLock<Known>>);

#[derive(Default)]
struct Known {
    keys: BTreeMap<[u8; 32], Arc<Living>>,
    /// Ids of keys taken out of use a short time ago, and when.
    doubted: BTreeMap<String, Moment>,
}

/// A key found alive.
pub(super) struct Living {
    pub(super) id: String,
    pub(super) actor: Actor,
    pub(super) networks: Vec<Network>,
    pub(super) found_at: Moment,
    pub(super) expires_at: Option<Moment>,
}

impl Living {
    /// Whom it lets in from an address.
    pub(super) fn opens(&self, address: Option<IpAddr>) -> Option<Actor> {
        lets_in(&self.networks, address).then(|| self.actor.clone())
    }

    fn is_trusted(&self, at: Moment) -> bool {
        let age = at.micros() - self.found_at.micros();
        let lives = self.expires_at.is_none_or(|expires| expires > at);
        (0..TRUSTED).contains(&age) && lives
    }
}

impl LivingKeys {
    /// The key, where it was found alive just before `at`.
    pub(super) fn find(&self, hash: &[u8; 32], at: Moment) -> Option<Arc<Living>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let living = known.keys.get(hash)?;
        living.is_trusted(at).then(|| Arc::clone(living))
    }

    /// Keeps a key that was found alive, unless it was taken out of use a short time ago: false when it was kept
    /// already.
    pub(super) fn keep(&self, hash: [u8; 32], living: Arc<Living>) -> bool {
        let at = living.found_at;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let doubt = known.doubted.get(&living.id);
        if doubt.is_some_and(|since| at.micros() - since.micros() < DOUBTED) {
            return true;
        }
        if known.keys.len() >= MOST {
            known.keys.clear();
        }
        let before = known.keys.insert(hash, living);
        before.is_none_or(|before| !before.is_trusted(at))
    }

    /// Forgets a key that is being taken out of use, now or when an overlap ends.
    pub(super) fn doubt(&self, id: &str, at: Moment) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let still = |since: &Moment| at.micros() - since.micros() < DOUBTED;
        known.doubted.retain(|_, since| still(since));
        known.doubted.insert(id.to_owned(), at);
        known.keys.retain(|_, living| living.id != id);
    }
}

impl fmt::Debug for LivingKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("LivingKeys").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    fn living(found: i64, expires: Option<i64>) -> Arc<Living> {
        Arc::new(Living {
            id: "key".to_owned(),
            actor: Actor::administrator("default", "key"),
            networks: vec![Network::parse("10.0.0.0/8").unwrap()],
            found_at: at(found),
            expires_at: expires.map(at),
        })
    }

    #[test]
    fn a_key_is_trusted_for_two_seconds_and_never_past_its_time() {
        let keys = LivingKeys::default();
        let found = |seconds| keys.find(&[1; 32], at(seconds)).is_some();
        assert!(!found(0));
        assert!(keys.keep([1; 32], living(10, None)));
        assert!(!keys.keep([1; 32], living(10, None)), "kept already");
        assert_eq!(
            [9, 10, 11, 12].map(found),
            [false, true, true, false],
            "before it was found, then, later, and too late"
        );
        assert!(keys.keep([1; 32], living(12, Some(13))));
        assert_eq!([12, 13].map(found), [true, false]);
    }

    #[test]
    fn a_key_taken_out_of_use_is_looked_up_each_time() {
        let keys = LivingKeys::default();
        let found = |seconds| keys.find(&[1; 32], at(seconds)).is_some();
        keys.keep([1; 32], living(10, None));
        keys.doubt("key", at(10));
        assert!(!found(10));
        keys.keep([1; 32], living(11, None));
        assert!(!found(11), "it may be gone soon");
        assert!(keys.keep([1; 32], living(400, None)));
        keys.doubt("another", at(400));
        assert!(found(400));
    }

    #[test]
    fn a_kept_key_asks_for_the_address_each_time() {
        let living = living(10, None);
        let opens = |address: &str| living.opens(address.parse().ok()).is_some();
        assert!(opens("10.0.0.1"));
        assert!(!opens("192.0.2.1"));
        assert!(!opens("unknown"));
    }
}
