//! A row of the audit.

use super::super::StorageError;
use super::super::cell::Cells;
use crate::domain::audit::{Entry, Outcome, roles_of};
use crate::domain::moment::Moment;

#[derive(sqlx::FromRow)]
pub(super) struct AuditRow {
    pub(super) contract_id: String,
    sequence: i64,
    audit_id: String,
    recorded_at: i64,
    actor_id: String,
    roles: String,
    action: String,
    subject_kind: String,
    subject_id: String,
    outcome: String,
    before_json: Option<String>,
    after_json: Option<String>,
    hash: String,
}

impl AuditRow {
    pub(super) fn read(self) -> Result<Entry, StorageError> {
        let key = match self.contract_id.as_str() {
            "" => format!("entry {}", self.sequence),
            contract => format!("{contract} entry {}", self.sequence),
        };
        let cells = Cells {
            table: "audit",
            key: &key,
        };
        Ok(Entry {
            sequence: self.sequence,
            id: self.audit_id,
            recorded_at: Moment::from_micros(self.recorded_at),
            actor: self.actor_id,
            roles: cells.some("roles", roles_of(&self.roles))?,
            action: self.action,
            subject: self.subject_kind,
            subject_id: self.subject_id,
            outcome: cells.some("outcome", Outcome::parse(&self.outcome))?,
            before: self.before_json,
            after: self.after_json,
            hash: self.hash,
        })
    }
}
