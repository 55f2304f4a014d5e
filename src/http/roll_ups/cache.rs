//! Roll-ups that were answered before, given again while nothing that they rest on changes.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::domain::moment::Moment;
use crate::domain::period::Day;
use crate::domain::policy::Reach;
use crate::http::answer::ReadAt;
use crate::http::settings::RollUps;
use crate::operations::roll_up::{Stamp, Stamps};
use crate::operations::{Office, Refusal};

/// What an answer takes in memory beside the texts of it, in bytes; rather too many.
const BESIDE: usize = 512;

/// Answers, each under the stamp of the reading that made it.
pub struct Cache {
    stamps: Stamps,
    /// Bytes of each half.
    half: usize,
    halves: RwLock<Halves>,
}

/// Everything that an answer depends on, but for what is stored. The query is kept as it was sent: to read it costs
/// more than to find the answer, and two spellings of it only have two answers that are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    /// Whose data.
    pub partnership: String,
    /// How much of it the asker may see.
    pub reach: Reach,
    /// Whether they see values whose licence does not let them be passed on.
    pub sees_kept: bool,
    /// The day: values go out of date with it.
    pub today: Day,
    /// The query, with its page.
    pub query: String,
}

/// Answers that were asked for lately, and those that were before. When the one half is full it becomes the other,
/// and what was in that and not asked for since is forgotten.
#[derive(Default)]
struct Halves {
    newer: HashMap<Asked, Kept>,
    older: HashMap<Asked, Kept>,
    /// Bytes of the newer half.
    bytes: usize,
}

#[derive(Clone)]
struct Kept {
    stamp: Stamp,
    answer: ReadAt,
}

impl Cache {
    /// An empty one.
    pub fn of(settings: &RollUps) -> Self {
        let trust = settings.trust.as_micros().try_into().unwrap_or(i64::MAX);
        Self {
            stamps: Stamps::trusted_for(trust),
            half: settings.most / 2,
            halves: RwLock::default(),
        }
    }

    /// The answer that was given before, where it would be the same again.
    ///
    /// # Errors
    /// When the database has to be asked whether it is, and does not answer.
    pub async fn find(
        &self,
        office: &Office,
        at: Moment,
        asked: &Asked,
    ) -> Result<Option<ReadAt>, Refusal> {
        let Some((kept, is_newer)) = self
            .halves
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(asked)
        else {
            return Ok(None);
        };
        let newest = self.stamps.newest(office, &asked.partnership, at).await?;
        if kept.stamp != newest {
            return Ok(None);
        }
        if !is_newer {
            self.keep(asked.clone(), kept.stamp, kept.answer.clone());
        }
        Ok(Some(kept.answer))
    }

    /// Keeps an answer, unless it is larger than all that may be kept.
    pub fn keep(&self, asked: Asked, stamp: Stamp, answer: ReadAt) {
        let size = asked.size() + answer.body.len();
        if size > self.half {
            return;
        }
        let mut halves = self.halves.write().unwrap_or_else(PoisonError::into_inner);
        halves.put(asked, Kept { stamp, answer }, size, self.half);
    }
}

impl Asked {
    fn size(&self) -> usize {
        let reach = match &self.reach {
            Reach::Everything => 0,
            Reach::Of {
                held_by,
                supplied_by,
            } => held_by
                .iter()
                .chain(supplied_by)
                .map(|id| id.len() + 64)
                .sum(),
        };
        self.partnership.len() + self.query.len() + reach + BESIDE
    }
}

impl Halves {
    /// What was kept, and whether it is in the newer half.
    fn get(&self, asked: &Asked) -> Option<(Kept, bool)> {
        let newer = self.newer.get(asked).map(|kept| (kept.clone(), true));
        newer.or_else(|| self.older.get(asked).map(|kept| (kept.clone(), false)))
    }

    fn put(&mut self, asked: Asked, kept: Kept, size: usize, half: usize) {
        if self.bytes + size > half {
            self.older = std::mem::take(&mut self.newer);
            self.bytes = 0;
        }
        self.older.remove(&asked);
        self.bytes += size;
        let before = self.newer.remove_entry(&asked);
        if let Some((asked, kept)) = before {
            self.bytes -= asked.size() + kept.answer.body.len();
        }
        self.newer.insert(asked, kept);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const MOST: usize = 100_000;

    fn cache(most: usize) -> Cache {
        let trust = Duration::ZERO;
        Cache::of(&RollUps { most, trust })
    }

    fn asked(number: usize) -> Asked {
        Asked {
            partnership: "default".to_owned(),
            reach: Reach::Everything,
            sees_kept: true,
            today: Moment::from_micros(0).day(),
            query: format!("by=theme&limit={number}"),
        }
    }

    fn keep(cache: &Cache, number: usize, length: usize) {
        let stamp = Stamp {
            postings: 0,
            chains: 0,
            recorded_at: Moment::from_micros(0),
        };
        let answer = ReadAt::of("x", &"y".repeat(length)).unwrap();
        cache.keep(asked(number), stamp, answer);
    }

    /// Bytes that are kept, counted anew.
    fn bytes(cache: &Cache) -> usize {
        let halves = cache.halves.read().unwrap();
        let of = |half: &HashMap<Asked, Kept>| {
            let sizes = half
                .iter()
                .map(|(asked, kept)| asked.size() + kept.answer.body.len());
            sizes.sum::<usize>()
        };
        assert_eq!(of(&halves.newer), halves.bytes);
        of(&halves.newer) + of(&halves.older)
    }

    fn holds(cache: &Cache, number: usize) -> bool {
        cache.halves.read().unwrap().get(&asked(number)).is_some()
    }

    #[test]
    fn no_more_is_kept_than_may_be_and_what_is_asked_for_stays() {
        let cache = cache(MOST);
        let mut seen = 0;
        for number in 1..500 {
            keep(&cache, number, number * 37 % 9_000);
            keep(&cache, 0, 100); // as one that is asked for again and again
            assert!(holds(&cache, 0) && holds(&cache, number));
            assert!(bytes(&cache) <= MOST);
            seen = seen.max(bytes(&cache));
        }
        assert!(seen > MOST * 3 / 4, "{seen}");
        assert!(!holds(&cache, 1));
        for length in [10, 5_000, 20] {
            keep(&cache, 0, length);
            bytes(&cache);
        }
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let cache = cache(MOST);
        keep(&cache, 1, MOST / 2);
        assert!(!holds(&cache, 1));
        let nothing = self::cache(0);
        keep(&nothing, 1, 0);
        assert!(!holds(&nothing, 1));
    }
}
