//! Whether the figures of a partnership are still those of a moment ago, asked of the database as seldom as may be.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use crate::domain::moment::Moment;
use crate::operations::{Office, Refusal};
use crate::storage::chain::{self, Stamp};
use crate::storage::{StorageError, Tx};

/// The newest stamp of each partnership.
#[derive(Debug)]
pub struct Stamps {
    /// How long one is taken for the newest without being read again, in microseconds, while this process writes
    /// nothing: as long may what another process wrote stay unseen.
    trust: i64,
    of: RwLock<HashMap<String, Arc<Place>>>,
}

/// What is known of one partnership.
#[derive(Debug, Default)]
struct Place {
    last: RwLock<Last>,
    /// Whose turn it is to ask.
    turn: Mutex<()>,
}

#[derive(Debug, Clone, Default)]
struct Last {
    /// How often it was asked.
    begun: u64,
    /// What the last question, by its number, was answered.
    answer: Option<(u64, Result<Stamp, StorageError>)>,
    /// When whoever asked it came.
    at: Moment,
    /// What this process had written before it was asked.
    writes: u64,
}

impl Stamps {
    /// None yet.
    #[must_use]
    pub fn trusted_for(micros: i64) -> Self {
        Self {
            trust: micros,
            of: RwLock::default(),
        }
    }

    /// The stamp of now, for one who comes `at`: what this process was told to have written before that is in it, and
    /// what others wrote is, unless they did so within the trust. Those who wait together ask once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn newest(
        &self,
        office: &Office,
        partnership: &str,
        at: Moment,
    ) -> Result<Stamp, Refusal> {
        let place = self.place(partnership);
        let begun = {
            let last = place.last.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(stamp) = last.trusted(office.store.writes(), at, self.trust) {
                return Ok(stamp);
            }
            last.begun
        };
        let _turn = place.turn.lock().await;
        // One that began after this one came will do, whatever was answered.
        if let Some((number, answer)) = place.last().answer
            && number > begun
        {
            return Ok(answer?);
        }
        let number = place.begin();
        let writes = office.store.writes();
        let answer = office
            .store
            .read_standby(async |tx: &mut Tx| chain::stamp(tx, partnership).await)
            .await;
        place.learn(Last {
            begun: number,
            answer: Some((number, answer.clone())),
            at,
            writes,
        });
        Ok(answer?)
    }

    fn place(&self, partnership: &str) -> Arc<Place> {
        let known = {
            let of = self.of.read().unwrap_or_else(PoisonError::into_inner);
            of.get(partnership).cloned()
        };
        known.unwrap_or_else(|| {
            let mut of = self.of.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(of.entry(partnership.to_owned()).or_default())
        })
    }
}

impl Last {
    fn trusted(&self, writes: u64, at: Moment, trust: i64) -> Option<Stamp> {
        let (_, answer) = self.answer.as_ref()?;
        // Requests pass each other, and a clock may be set back.
        let age = (at.micros() - self.at.micros()).abs();
        let is_trusted = self.writes == writes && age < trust;
        answer.as_ref().ok().copied().filter(|_| is_trusted)
    }
}

impl Place {
    fn last(&self) -> Last {
        let last = self.last.read().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }

    /// The number of a new question.
    fn begin(&self) -> u64 {
        let mut last = self.last.write().unwrap_or_else(PoisonError::into_inner);
        last.begun += 1;
        last.begun
    }

    fn learn(&self, learnt: Last) {
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = learnt;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_trusted_for_a_while_and_until_this_process_writes() {
        let stamp = Stamp {
            postings: 1,
            chains: 1,
            recorded_at: Moment::from_micros(0),
        };
        let last = Last {
            begun: 1,
            answer: Some((1, Ok(stamp))),
            at: Moment::from_micros(1_000),
            writes: 7,
        };
        let trusted = |writes, at| {
            let found = last.trusted(writes, Moment::from_micros(at), 250);
            found.is_some()
        };
        assert!(trusted(7, 1_000));
        assert!(trusted(7, 1_249));
        assert!(!trusted(7, 1_250), "another process may have written");
        assert!(!trusted(8, 1_000), "this one has");
        assert!(trusted(7, 751), "it came before the one who asked");
        assert!(!trusted(7, 750), "a clock was set back");
        assert!(last.trusted(7, last.at, 0).is_none(), "asked every time");
        assert!(Last::default().trusted(0, last.at, 250).is_none());
        let lost = StorageError::Unavailable(String::new());
        let failed = Last {
            answer: Some((1, Err(lost))),
            ..last.clone()
        };
        assert!(failed.trusted(7, last.at, 250).is_none());
    }
}
