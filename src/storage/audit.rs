//! Who did what when, kept in the transaction of the doing (L8).

use super::{StorageError, Tx, changed, each};
use crate::domain::moment::Moment;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id, a UUID v7, which sorts by time.
    pub id: String,
    /// When.
    pub at: Moment,
    /// Id of the key.
    pub actor: String,
    /// What was done: `contract.add`, `return.submit` ...
    pub action: String,
    /// What it was done to: `contract`, `return` ...
    pub subject_kind: String,
    /// Its id.
    pub subject_id: String,
    /// JSON of what was before.
    pub before: Option<String>,
    /// JSON of what is after.
    pub after: Option<String>,
}

#[derive(sqlx::FromRow)]
struct AuditRow {
    audit_id: String,
    recorded_at: i64,
    actor_id: String,
    action: String,
    subject_kind: String,
    subject_id: String,
    before_json: Option<String>,
    after_json: Option<String>,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.audit_id,
            at: Moment::from_micros(row.recorded_at),
            actor: row.actor_id,
            action: row.action,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            before: row.before_json,
            after: row.after_json,
        }
    }
}

/// Adds an entry.
///
/// # Errors
/// [`StorageError::Duplicate`] when its id is taken.
pub async fn add(tx: &mut Tx, partnership: &str, entry: &AuditEntry) -> Result<(), StorageError> {
    const ADD: &str = "
        insert into audit
          (partnership_id, audit_id, recorded_at, actor_id, action, subject_kind, subject_id, before_json, after_json)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    changed!(tx, "audit", |connection| sqlx::query(ADD)
        .bind(partnership)
        .bind(&entry.id)
        .bind(entry.at.micros())
        .bind(&entry.actor)
        .bind(&entry.action)
        .bind(&entry.subject_kind)
        .bind(&entry.subject_id)
        .bind(&entry.before)
        .bind(&entry.after)
        .execute(connection))?;
    Ok(())
}

/// Entries in the order of their ids, after one.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    tx: &mut Tx,
    partnership: &str,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<AuditEntry>, StorageError> {
    const LIST: &str = "
        select audit_id, recorded_at, actor_id, action, subject_kind, subject_id, before_json, after_json
        from audit where partnership_id = $1 and audit_id > $2 order by audit_id limit $3";
    let rows: Vec<AuditRow> = each!(tx, "audit", |connection| sqlx::query_as(LIST)
        .bind(partnership)
        .bind(after.unwrap_or_default())
        .bind(limit)
        .fetch_all(connection))?;
    Ok(rows.into_iter().map(AuditEntry::from).collect())
}
