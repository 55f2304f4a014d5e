//! Who did what when: appended to chains, in the transaction of the doing (L8).

mod list;
mod older;
mod row;

use super::{StorageError, Tx, changed, each};
use crate::domain::audit::{Entry, beginning, role_words};
use crate::domain::ledger::difference::Head;
use crate::domain::moment::Moment;

pub use list::{AuditFilter, Listed, list};
pub use older::{seal, unsealed};
use row::AuditRow;

/// Takes a chain until the end of the transaction, begins it where there is none, and answers where it ends.
/// The chain of a contract's postings goes before it, so that writers never deadlock.
///
/// # Errors
/// [`StorageError::MissingReference`] without the partnership, [`StorageError::NotMigrated`] while older entries
/// wait for their hashes.
pub async fn take(tx: &mut Tx, partnership: &str, contract: &str) -> Result<Head, StorageError> {
    const TAKE: &str = "
        insert into audit_chain (partnership_id, contract_id, length, head_hash, recorded_at)
        values ($1, $2, $3, $4, $5)
        on conflict (partnership_id, contract_id) do update set length = audit_chain.length
        returning length, head_hash, recorded_at";
    let begins = beginning();
    let row: (i64, String, i64) = each!(tx, "audit_chain", |connection| sqlx::query_as(TAKE)
        .bind(partnership)
        .bind(contract)
        .bind(begins.length)
        .bind(&begins.hash)
        .bind(begins.recorded_at.micros())
        .fetch_one(connection))?;
    let head = end_of(row);
    if head.hash.is_empty() {
        return Err(StorageError::NotMigrated);
    }
    Ok(head)
}

fn end_of((length, hash, recorded_at): (i64, String, i64)) -> Head {
    Head {
        length,
        hash,
        recorded_at: Moment::from_micros(recorded_at),
    }
}

/// Appends an entry to a chain that was taken, and moves the end of it.
///
/// # Errors
/// [`StorageError::Duplicate`] when its place is taken, [`StorageError::Conflict`] when the chain does not end just
/// before it.
pub async fn append(
    tx: &mut Tx,
    partnership: &str,
    contract: &str,
    entry: &Entry,
) -> Result<(), StorageError> {
    const APPEND: &str = "
        insert into audit
          (partnership_id, contract_id, sequence, audit_id, recorded_at, actor_id, roles, action, subject_kind,
           subject_id, outcome, before_json, after_json, hash)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    changed!(tx, "audit", |connection| sqlx::query(APPEND)
        .bind(partnership)
        .bind(contract)
        .bind(entry.sequence)
        .bind(&entry.id)
        .bind(entry.recorded_at.micros())
        .bind(&entry.actor)
        .bind(role_words(&entry.roles))
        .bind(&entry.action)
        .bind(&entry.subject)
        .bind(&entry.subject_id)
        .bind(entry.outcome.word())
        .bind(&entry.before)
        .bind(&entry.after)
        .bind(&entry.hash)
        .execute(connection))?;
    let end = Head {
        length: entry.sequence,
        hash: entry.hash.clone(),
        recorded_at: entry.recorded_at,
    };
    advance(tx, partnership, contract, entry.sequence - 1, &end).await
}

/// Moves the end of a chain that ended at the length `from`.
async fn advance(
    tx: &mut Tx,
    partnership: &str,
    contract: &str,
    from: i64,
    to: &Head,
) -> Result<(), StorageError> {
    const ADVANCE: &str = "
        update audit_chain set length = $4, head_hash = $5, recorded_at = $6
        where partnership_id = $1 and contract_id = $2 and length = $3";
    let changed = changed!(tx, "audit_chain", |connection| sqlx::query(ADVANCE)
        .bind(partnership)
        .bind(contract)
        .bind(from)
        .bind(to.length)
        .bind(&to.hash)
        .bind(to.recorded_at.micros())
        .execute(connection))?;
    match changed {
        1 => Ok(()),
        _ => Err(StorageError::Conflict),
    }
}

/// The entries of a chain in order, after a sequence number.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn chain_of(
    tx: &mut Tx,
    partnership: &str,
    contract: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Entry>, StorageError> {
    const CHAIN_OF: &str = "
        select contract_id, sequence, audit_id, recorded_at, actor_id, roles, action, subject_kind, subject_id, outcome,
          before_json, after_json, hash
        from audit where partnership_id = $1 and contract_id = $2 and sequence > $3 order by sequence limit $4";
    let rows: Vec<AuditRow> = each!(tx, "audit", |connection| sqlx::query_as(CHAIN_OF)
        .bind(partnership)
        .bind(contract)
        .bind(after)
        .bind(limit)
        .fetch_all(connection))?;
    rows.into_iter().map(AuditRow::read).collect()
}

/// Where a chain ends; `None` without one.
///
/// # Errors
/// When the database does not answer.
pub async fn head(
    tx: &mut Tx,
    partnership: &str,
    contract: &str,
) -> Result<Option<Head>, StorageError> {
    const HEAD: &str = "
        select length, head_hash, recorded_at from audit_chain where partnership_id = $1 and contract_id = $2";
    let row: Option<(i64, String, i64)> =
        each!(tx, "audit_chain", |connection| sqlx::query_as(HEAD)
            .bind(partnership)
            .bind(contract)
            .fetch_optional(connection))?;
    Ok(row.map(end_of))
}

/// Contracts that have a chain, by id; an empty id is that of what belongs to no contract.
///
/// # Errors
/// When the database does not answer.
pub async fn chains(tx: &mut Tx, partnership: &str) -> Result<Vec<String>, StorageError> {
    const CHAINS: &str =
        "select contract_id from audit_chain where partnership_id = $1 order by contract_id";
    each!(tx, "audit_chain", |connection| sqlx::query_scalar(CHAINS)
        .bind(partnership)
        .fetch_all(connection))
}
