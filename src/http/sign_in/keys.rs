//! The keys of one issuer, kept: fetched when the first token comes, again when they grow old or a token names a key
//! that is not there, and never so often that anybody could hammer the issuer through us.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::domain::moment::Moment;

use super::fetch::{Source, fetch};
use super::key_set::Key;
use super::settings::Issuer;
use super::token::Algorithm;

/// The shortest time between two questions to an issuer, whatever is asked of us.
const BETWEEN: Duration = Duration::from_secs(30);
/// The same while there are no keys at all, so that a start beside a slow issuer is not held up.
const BETWEEN_WITHOUT_KEYS: Duration = Duration::from_secs(5);

/// Why there is no key for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The issuer has no such key, or several where the token does not say which.
    Unknown,
    /// The issuer does not answer, and nothing is kept of it.
    Unavailable,
}

/// The keys of one issuer. A clone shares them.
#[derive(Clone)]
pub(super) struct Keys(Arc<Inner>);

struct Inner {
    source: Source,
    fresh_for: Duration,
    usable_for: Duration,
    kept: RwLock<Kept>,
    turn: Arc<Mutex<()>>,
}

#[derive(Default)]
struct Kept {
    set: Option<(Arc<[Key]>, Moment)>,
    asked_at: Option<Moment>,
}

/// How old the kept keys are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Age {
    /// As good as new.
    Fresh,
    /// Good, while new ones are fetched.
    Old,
    /// Good only where new ones cannot be had.
    VeryOld,
}

impl Keys {
    /// Keys of an issuer; none are fetched yet.
    pub(super) fn of(issuer: &Issuer) -> Self {
        Self(Arc::new(Inner {
            source: issuer.source.clone(),
            fresh_for: issuer.keys_fresh_for,
            usable_for: issuer.keys_usable_for,
            kept: RwLock::default(),
            turn: Arc::default(),
        }))
    }

    /// The keys for an algorithm and a key id. A token without an id is fine where only one key fits it.
    pub(super) async fn fitting(
        &self,
        algorithm: Algorithm,
        id: Option<&str>,
        at: Moment,
    ) -> Result<Vec<Key>, NoKey> {
        let found = |keys: &[Key]| fitting(keys, algorithm, id);
        match self.kept(at) {
            Some((keys, Age::Fresh)) if found(&keys).is_ok() => return found(&keys),
            Some((keys, Age::Old)) if found(&keys).is_ok() => {
                self.refresh_meanwhile(at);
                return found(&keys);
            }
            Some((keys, Age::VeryOld)) if found(&keys).is_ok() && !self.may_ask(at) => {
                return found(&keys);
            }
            _ => self.refresh(at).await,
        }
        match self.kept(at) {
            Some((keys, _)) => found(&keys),
            None => Err(NoKey::Unavailable),
        }
    }

    /// What is kept and may still be used.
    fn kept(&self, at: Moment) -> Option<(Arc<[Key]>, Age)> {
        let kept = self.0.kept.read().unwrap_or_else(PoisonError::into_inner);
        let (keys, fetched_at) = kept.set.as_ref()?;
        let age = between(*fetched_at, at);
        let fresh_for = self.0.fresh_for;
        let told = if age < fresh_for {
            Age::Fresh
        } else if age < fresh_for.saturating_mul(2) {
            Age::Old
        } else {
            Age::VeryOld
        };
        (age < self.0.usable_for).then(|| (Arc::clone(keys), told))
    }

    fn may_ask(&self, at: Moment) -> bool {
        let least = match self.kept(at) {
            Some(_) => BETWEEN,
            None => BETWEEN_WITHOUT_KEYS,
        };
        let kept = self.0.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.asked_at
            .is_none_or(|asked_at| between(asked_at, at) >= least)
    }

    /// Asks the issuer, or waits for the answer that another request is waiting for.
    async fn refresh(&self, at: Moment) {
        let turn = Arc::clone(&self.0.turn).lock_owned().await;
        // A task of its own: a client that hangs up does not call the question back.
        if let Some(asking) = self.ask(turn, at) {
            let _ended = asking.await;
        }
    }

    /// Asks the issuer unless somebody does already, and waits for nothing.
    fn refresh_meanwhile(&self, at: Moment) {
        if let Ok(turn) = Arc::clone(&self.0.turn).try_lock_owned() {
            let _asking = self.ask(turn, at);
        }
    }

    fn ask(&self, turn: OwnedMutexGuard<()>, at: Moment) -> Option<tokio::task::JoinHandle<()>> {
        if !self.may_ask(at) {
            return None; // somebody did, just before us
        }
        let inner = Arc::clone(&self.0);
        inner.change(|kept| kept.asked_at = Some(at));
        Some(tokio::spawn(async move {
            match fetch(&inner.source).await {
                Ok(keys) => inner.change(|kept| kept.set = Some((keys.into(), at))),
                Err(why) => {
                    let issuer = inner.source.issuer();
                    tracing::warn!(issuer, %why, "the keys of an issuer cannot be had");
                }
            }
            drop(turn);
        }))
    }
}

impl Inner {
    fn change(&self, change: impl FnOnce(&mut Kept)) {
        change(&mut self.kept.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Time between two moments, whichever came first: a clock that was set back keeps nothing alive.
fn between(one: Moment, other: Moment) -> Duration {
    Duration::from_micros(one.micros().abs_diff(other.micros()))
}

fn fitting(keys: &[Key], algorithm: Algorithm, id: Option<&str>) -> Result<Vec<Key>, NoKey> {
    let fits = |key: &&Key| key.algorithm == algorithm && (id.is_none() || key.id.as_deref() == id);
    let found: Vec<Key> = keys.iter().filter(fits).cloned().collect();
    if found.is_empty() || (id.is_none() && found.len() > 1) {
        return Err(NoKey::Unknown);
    }
    Ok(found)
}
