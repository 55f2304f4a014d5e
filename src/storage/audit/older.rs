//! Entries from before the audit was chained: they have their places, and wait for their hashes.

use super::super::json::Rows;
use super::super::{StorageError, Tx, changed, each};
use super::advance;
use crate::domain::ledger::difference::Head;

/// Contracts whose chains wait for hashes, by id.
///
/// # Errors
/// When the database does not answer.
pub async fn unsealed(tx: &mut Tx, partnership: &str) -> Result<Vec<String>, StorageError> {
    const UNSEALED: &str = "
        select contract_id from audit_chain where partnership_id = $1 and head_hash = '' order by contract_id";
    each!(tx, "audit_chain", |connection| sqlx::query_scalar(UNSEALED)
        .bind(partnership)
        .fetch_all(connection))
}

/// Gives entries of a chain the hashes that they wait for, by sequence number. An entry that has one keeps it.
/// Its end is where the chain ends, once the last one has its hash; until then the chain waits.
///
/// # Errors
/// [`StorageError::Conflict`] when the chain does not end there.
pub async fn seal(
    tx: &mut Tx,
    partnership: &str,
    contract: &str,
    hashes: &[(i64, String)],
    end: Option<&Head>,
) -> Result<(), StorageError> {
    const SEAL: &str = "
        update audit set hash = given.hash
        from (select cast(value ->> 0 as bigint) as sequence, value ->> 1 as hash from jsonb_each($3)) as given
        where audit.partnership_id = $1 and audit.contract_id = $2 and audit.sequence = given.sequence
          and audit.hash = ''";
    let mut rows = Rows::default();
    for (sequence, hash) in hashes {
        rows.row().number(*sequence).text(hash);
    }
    let rows = rows.done();
    changed!(tx, "audit", |connection| sqlx::query(SEAL)
        .bind(partnership)
        .bind(contract)
        .bind(rows)
        .execute(connection))?;
    match end {
        Some(end) => advance(tx, partnership, contract, end.length, end).await,
        None => Ok(()),
    }
}
