//! Where the chain of each contract's postings ends.

use std::collections::BTreeMap;

use super::{StorageError, Tx, changed, each};
use crate::domain::ledger::difference::Head;
use crate::domain::ledger::posting::GENESIS;
use crate::domain::moment::Moment;

/// Takes a contract's chain until the end of the transaction, and answers where it ends; `None` without such a
/// contract. This goes before anything that is appended or added up, so that writers never deadlock (L5).
///
/// # Errors
/// When the database does not answer.
pub async fn lock(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
) -> Result<Option<Head>, StorageError> {
    // An update takes the row on both databases; `for update` is not in SQLite's language.
    const LOCK: &str = "
        update chain set length = length where partnership_id = $1 and contract_id = $2
        returning length, head_hash, recorded_at";
    let row: Option<(i64, String, i64)> = each!(tx, "chain", |connection| sqlx::query_as(LOCK)
        .bind(partnership)
        .bind(contract_id)
        .fetch_optional(connection))?;
    Ok(row.map(|(length, hash, recorded_at)| Head {
        length,
        hash,
        recorded_at: Moment::from_micros(recorded_at),
    }))
}

/// Where one chain ends.
///
/// # Errors
/// When the database does not answer.
pub async fn head(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
) -> Result<Option<Head>, StorageError> {
    const HEAD: &str = "
        select length, head_hash, recorded_at from chain
        where partnership_id = $1 and contract_id = $2";
    let row: Option<(i64, String, i64)> = each!(tx, "chain", |connection| sqlx::query_as(HEAD)
        .bind(partnership)
        .bind(contract_id)
        .fetch_optional(connection))?;
    Ok(row.map(|(length, hash, recorded_at)| Head {
        length,
        hash,
        recorded_at: Moment::from_micros(recorded_at),
    }))
}

/// Where all chains end, by contract id.
///
/// # Errors
/// When the database does not answer.
pub async fn heads(tx: &mut Tx, partnership: &str) -> Result<Vec<(String, Head)>, StorageError> {
    const HEADS: &str = "
        select contract_id, length, head_hash, recorded_at from chain
        where partnership_id = $1 order by contract_id";
    let rows: Vec<(String, i64, String, i64)> =
        each!(tx, "chain", |connection| sqlx::query_as(HEADS)
            .bind(partnership)
            .fetch_all(connection))?;
    Ok(rows
        .into_iter()
        .map(|(contract, length, hash, recorded_at)| {
            let recorded_at = Moment::from_micros(recorded_at);
            let head = Head {
                length,
                hash,
                recorded_at,
            };
            (contract, head)
        })
        .collect())
}

/// Takes all chains of a partnership until the end of the transaction, and answers where they end, by contract id.
/// What is appended to any of them afterwards is recorded later than `at`.
///
/// # Errors
/// When the database does not answer.
pub async fn settle(
    tx: &mut Tx,
    partnership: &str,
    at: Moment,
) -> Result<BTreeMap<String, Head>, StorageError> {
    const SETTLE: &str = "
        update chain set recorded_at = case when recorded_at < $2 then $2 else recorded_at end
        where partnership_id = $1
        returning contract_id, length, head_hash, recorded_at";
    let rows: Vec<(String, i64, String, i64)> =
        each!(tx, "chain", |connection| sqlx::query_as(SETTLE)
            .bind(partnership)
            .bind(at.micros())
            .fetch_all(connection))?;
    let heads = rows
        .into_iter()
        .map(|(contract, length, hash, recorded_at)| {
            let recorded_at = Moment::from_micros(recorded_at);
            let head = Head {
                length,
                hash,
                recorded_at,
            };
            (contract, head)
        });
    Ok(heads.collect())
}

/// What tells whether any figure of a partnership changed between two readings: postings are only ever added, and
/// each moves the chain of its contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Postings in all chains.
    pub postings: i64,
    /// Chains.
    pub chains: i64,
    /// When the last one moved, so that a database brought back from a copy is told from the one before.
    pub recorded_at: Moment,
}

/// The stamp of now. It reads a row for each contract, and none for a posting.
///
/// # Errors
/// When the database does not answer.
pub async fn stamp(tx: &mut Tx, partnership: &str) -> Result<Stamp, StorageError> {
    const STAMP: &str = "
        select cast(coalesce(sum(length), 0) as bigint), cast(count(*) as bigint),
          cast(coalesce(max(recorded_at), 0) as bigint)
        from chain where partnership_id = $1";
    let (postings, chains, recorded_at): (i64, i64, i64) =
        each!(tx, "chain", |connection| sqlx::query_as(STAMP)
            .bind(partnership)
            .fetch_one(connection))?;
    Ok(Stamp {
        postings,
        chains,
        recorded_at: Moment::from_micros(recorded_at),
    })
}

/// Begins the chain of a new contract.
pub(super) async fn begin(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    at: Moment,
) -> Result<(), StorageError> {
    const BEGIN: &str = "
        insert into chain (partnership_id, contract_id, length, head_hash, recorded_at)
        values ($1, $2, 0, $3, $4)";
    changed!(tx, "chain", |connection| sqlx::query(BEGIN)
        .bind(partnership)
        .bind(contract_id)
        .bind(GENESIS)
        .bind(at.micros())
        .execute(connection))?;
    Ok(())
}

/// Moves the end of a chain: false when it no longer ended at the length `from`.
///
/// # Errors
/// When the database does not answer.
pub async fn advance(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    from: i64,
    to: &Head,
) -> Result<bool, StorageError> {
    const ADVANCE: &str = "
        update chain set length = $4, head_hash = $5, recorded_at = $6
        where partnership_id = $1 and contract_id = $2 and length = $3";
    let changed = changed!(tx, "chain", |connection| sqlx::query(ADVANCE)
        .bind(partnership)
        .bind(contract_id)
        .bind(from)
        .bind(to.length)
        .bind(&to.hash)
        .bind(to.recorded_at.micros())
        .execute(connection))?;
    Ok(changed == 1)
}
