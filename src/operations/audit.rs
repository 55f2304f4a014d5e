//! Every write leaves an entry in its own transaction (L8).

use serde_json::Value;

use crate::domain::moment::Moment;
use crate::storage::{self, Tx};

use super::{Actor, Office, Refusal};

/// What was done to what.
pub struct Entry<'a> {
    /// The verb, such as `submit_return`.
    pub action: &'a str,
    /// The noun, such as `return`.
    pub subject: &'a str,
    /// Its id.
    pub id: &'a str,
    /// State before, without secrets and without evidence text.
    pub before: Option<Value>,
    /// State after.
    pub after: Option<Value>,
}

impl<'a> Entry<'a> {
    /// Something was done to a subject.
    pub fn of(action: &'a str, subject: &'a str, id: &'a str) -> Self {
        Self {
            action,
            subject,
            id,
            before: None,
            after: None,
        }
    }

    /// Its state before.
    pub fn before(mut self, state: Value) -> Self {
        self.before = Some(state);
        self
    }

    /// Its state after.
    pub fn after(mut self, state: Value) -> Self {
        self.after = Some(state);
        self
    }
}

/// Writes one.
pub async fn leave(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    at: Moment,
    entry: Entry<'_>,
) -> Result<(), Refusal> {
    let row = storage::audit::AuditEntry {
        id: (office.new_id)(),
        at,
        actor: actor.id.clone(),
        action: entry.action.to_owned(),
        subject_kind: entry.subject.to_owned(),
        subject_id: entry.id.to_owned(),
        before: entry.before.map(|value| value.to_string()),
        after: entry.after.map(|value| value.to_string()),
    };
    Ok(storage::audit::add(tx, &actor.partnership, &row).await?)
}
