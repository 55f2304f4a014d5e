//! Every write leaves an entry in its own transaction (L8), and a refusal worth knowing one in a transaction of its
//! own. Entries are appended and chained by hash, a chain for each contract and one for what belongs to none.

mod older;
mod refused;
pub(super) mod told;

use serde_json::Value;

use crate::domain::audit::{self as chained, Outcome};
use crate::domain::moment::Moment;
use crate::storage::{self, Tx};

use super::{Actor, Office, Refusal};

pub use older::seal_older;
pub use refused::{Refusals, refused};

/// What was done to what.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The verb, such as `submit_return`.
    pub action: &'a str,
    /// The noun, such as `return`.
    pub subject: &'a str,
    /// Its id.
    pub id: &'a str,
    /// Id of the contract that it belongs to; empty where it belongs to none.
    pub contract: &'a str,
    /// State before, without secrets and without evidence text.
    pub before: Option<Value>,
    /// State after.
    pub after: Option<Value>,
}

impl<'a> Entry<'a> {
    /// Something was done to a subject.
    #[must_use]
    pub fn of(action: &'a str, subject: &'a str, id: &'a str) -> Self {
        Self {
            action,
            subject,
            id,
            contract: "",
            before: None,
            after: None,
        }
    }

    /// It belongs to a contract, whose chain of postings is taken already.
    #[must_use]
    pub fn of_contract(mut self, id: &'a str) -> Self {
        self.contract = id;
        self
    }

    /// Its state before.
    #[must_use]
    pub fn before(mut self, state: Value) -> Self {
        self.before = Some(state);
        self
    }

    /// Its state after.
    #[must_use]
    pub fn after(mut self, state: Value) -> Self {
        self.after = Some(state);
        self
    }
}

/// Leaves the entry of something done, in the transaction of the doing.
pub(super) async fn leave(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    at: Moment,
    entry: Entry<'_>,
) -> Result<(), Refusal> {
    append(tx, office, actor, at, Outcome::Done, entry).await
}

/// Appends an entry to its chain: three statements. It is recorded later than the one before it, so that the order
/// of time is the order of the chain.
async fn append(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    at: Moment,
    outcome: Outcome,
    entry: Entry<'_>,
) -> Result<(), Refusal> {
    let partnership = actor.partnership.as_str();
    let head = storage::audit::take(tx, partnership, entry.contract).await?;
    let mut chained = chained::Entry {
        sequence: head.length + 1,
        id: (office.new_id)(),
        recorded_at: at.max(Moment::from_micros(head.recorded_at.micros() + 1)),
        actor: actor.id.clone(),
        roles: actor.grants.iter().map(|grant| grant.role).collect(),
        action: entry.action.to_owned(),
        subject: entry.subject.to_owned(),
        subject_id: entry.id.to_owned(),
        outcome,
        before: entry.before.map(|value| value.to_string()),
        after: entry.after.map(|value| value.to_string()),
        hash: String::new(),
    };
    chained.hash = chained.sealed(partnership, entry.contract, &head.hash);
    Ok(storage::audit::append(tx, partnership, entry.contract, &chained).await?)
}
