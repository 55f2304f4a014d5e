//! Refusals worth knowing: an entry in a transaction of its own, which nobody waits for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tokio::runtime::Handle;

use crate::domain::audit::Outcome;
use crate::domain::moment::Moment;
use crate::storage::{self, Tx};

use super::super::{Actor, Office, Refusal};
use super::{Entry, append};

/// How long refusals that are alike share an entry, in microseconds.
const WINDOW: i64 = 60_000_000;
/// The most kinds of refusal that are counted at a time; of more, none is left until some have passed.
const MOST: usize = 1_000;
/// Ids come from outside, and longer ones name nothing.
const LONGEST_ID: usize = 200;

/// Refusals counted lately, so that a flood of them does not become a flood of entries. A clone shares them.
#[derive(Clone, Debug, Default)]
pub struct Refusals(Arc<Mutex<BTreeMap<Kind, Lately>>>);

/// What makes refusals alike: partnership, who, what, of which contract, and why not.
type Kind = (String, String, String, String, String);

/// What somebody was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Attempt {
    actor: Actor,
    at: Moment,
    action: String,
    subject: String,
    id: String,
    contract: String,
    code: String,
}

#[derive(Debug)]
struct Lately {
    /// When the last entry was left.
    since: Moment,
    /// How many came after it.
    times: u64,
    /// The last of those.
    last: Attempt,
}

/// Tells the audit of a refusal: `code` says why, as in the answer. The same actor, action and code, on the same contract, leave at most one
/// entry a minute; how many there were goes into the next entry. It returns at once, and never fails: an entry that
/// cannot be written is a warning in the log.
pub fn refused(office: &Office, actor: &Actor, at: Moment, entry: &Entry<'_>, code: &str) {
    let attempt = Attempt {
        actor: actor.clone(),
        at,
        action: entry.action.to_owned(),
        subject: entry.subject.to_owned(),
        id: id_from_outside(entry.id),
        contract: id_from_outside(entry.contract),
        code: code.to_owned(),
    };
    let due = office.refusals.count(attempt);
    let Ok(runtime) = Handle::try_current() else {
        return;
    };
    for (attempt, times) in due {
        let office = office.clone();
        // On a thread of its own that waits for the runtime: transactions cannot move between threads.
        runtime.spawn_blocking(move || {
            Handle::current().block_on(async {
                if let Err(error) = leave_refusal(&office, &attempt, times).await {
                    tracing::warn!(%error, action = attempt.action, "a refusal is not in the audit");
                }
            });
        });
    }
}

/// An id without what a database does not take.
fn id_from_outside(id: &str) -> String {
    let plain = id.chars().filter(|letter| !letter.is_control());
    plain.take(LONGEST_ID).collect()
}

async fn leave_refusal(office: &Office, attempt: &Attempt, times: u64) -> Result<(), Refusal> {
    let (actor, contract) = (&attempt.actor, attempt.contract.as_str());
    office
        .store
        .write(async |tx: &mut Tx| {
            // No chain is begun for a contract that is not there.
            let chain = storage::chain::head(tx, &actor.partnership, contract).await?;
            let entry = Entry::of(&attempt.action, &attempt.subject, &attempt.id)
                .of_contract(chain.map_or("", |_| contract))
                .after(json!({"code": attempt.code, "times": times}));
            append(tx, office, actor, attempt.at, Outcome::Refused, entry).await
        })
        .await
}

impl Refusals {
    /// Counts one, and answers what is due: this one, unless one like it left an entry less than a minute ago; and
    /// the last of every kind whose minute has passed with some uncounted.
    fn count(&self, attempt: Attempt) -> Vec<(Attempt, u64)> {
        let mut lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = attempt.at.micros();
        let passed = |seen: &Lately| now.saturating_sub(seen.since.micros()) >= WINDOW;
        let kind = (
            attempt.actor.partnership.clone(),
            attempt.actor.id.clone(),
            attempt.action.clone(),
            attempt.contract.clone(),
            attempt.code.clone(),
        );
        let mut carried = 0;
        let mut due = Vec::new();
        for (other, seen) in lately.extract_if(.., |_, seen| passed(seen)) {
            if other == kind {
                carried = seen.times;
            } else if seen.times > 0 {
                due.push((seen.last, seen.times));
            }
        }
        if let Some(seen) = lately.get_mut(&kind) {
            seen.times += 1;
            seen.last = attempt;
        } else if lately.len() < MOST {
            let seen = Lately {
                since: attempt.at,
                times: 0,
                last: attempt.clone(),
            };
            lately.insert(kind, seen);
            due.push((attempt, carried + 1));
        } else {
            tracing::warn!(
                action = attempt.action,
                "too many kinds of refusal at a time; this one is not in the audit"
            );
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(actor: &str, second: i64, code: &str) -> Attempt {
        Attempt {
            actor: Actor::administrator("p", actor),
            at: Moment::from_micros(second * 1_000_000),
            action: "decide_return".to_owned(),
            subject: "return".to_owned(),
            id: second.to_string(),
            contract: String::new(),
            code: code.to_owned(),
        }
    }

    /// Who, which second, and how many, of what is due.
    fn told(due: Vec<(Attempt, u64)>) -> Vec<(String, String, u64)> {
        let told = due
            .into_iter()
            .map(|(one, times)| (one.actor.id, one.id, times));
        told.collect()
    }

    fn one(actor: &str, second: &str, times: u64) -> (String, String, u64) {
        (actor.to_owned(), second.to_owned(), times)
    }

    #[test]
    fn a_flood_is_an_entry_a_minute_and_none_is_lost_count_of() {
        let refusals = Refusals::default();
        let count = |actor, second, code| told(refusals.count(attempt(actor, second, code)));
        assert_eq!(count("a", 0, "x"), [one("a", "0", 1)]);
        for second in 1..60 {
            assert_eq!(count("a", second, "x"), []);
        }
        assert_eq!(count("a", 60, "x"), [one("a", "60", 60)]);
        assert_eq!(count("a", 61, "x"), []);
        assert_eq!(count("a", 61, "y"), [one("a", "61", 1)], "another reason");
        assert_eq!(count("b", 62, "x"), [one("b", "62", 1)], "another actor");
        assert_eq!(count("b", 63, "x"), []);
        // Whoever comes after the minute brings along what was counted in it.
        let due = [one("a", "61", 1), one("b", "63", 1), one("c", "200", 1)];
        assert_eq!(count("c", 200, "x"), due);
        assert_eq!(count("c", 199, "x"), [], "a clock that goes back");
    }

    #[test]
    fn memory_is_bounded() {
        let refusals = Refusals::default();
        for number in 0..MOST {
            let due = refusals.count(attempt(&number.to_string(), 0, "x"));
            assert_eq!(due.len(), 1);
        }
        assert_eq!(refusals.count(attempt("late", 1, "x")), []);
        assert_eq!(refusals.count(attempt("later", 60, "x")).len(), 1);
        assert_eq!(refusals.0.lock().unwrap().len(), 1);
    }
}
