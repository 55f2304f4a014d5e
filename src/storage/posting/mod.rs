//! The ledger of value: appended to, and read; never changed (L1).

mod append;
mod cell;
mod row;

pub use append::append;
pub use cell::{CellPosting, CellQuery, of_cell};
use row::PostingRow;

use super::{StorageError, Tx, each};
use crate::domain::ledger::difference::Stands;
use crate::domain::ledger::posting::Posting;
use crate::domain::period::Period;

/// What stands of a return: claimed, evidenced and verified of its period, in order of sequence.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn standing_of_return(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    period: Period,
) -> Result<Vec<Stands>, StorageError> {
    let label = period.label();
    standing(tx, partnership, contract_id, Some(&label), Some(false)).await
}

/// What stands of all commitments of a contract, in order of sequence.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn standing_of_commitments(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
) -> Result<Vec<Stands>, StorageError> {
    standing(tx, partnership, contract_id, None, Some(true)).await
}

/// Everything that stands of a contract, in order of sequence.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn all_standing(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
) -> Result<Vec<Stands>, StorageError> {
    standing(tx, partnership, contract_id, None, None).await
}

/// The same, each posting whole: of one period with what is committed for it, or of all.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn standing_whole(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    period: Option<Period>,
) -> Result<Vec<Posting>, StorageError> {
    let label = period.map(Period::label);
    postings(tx, partnership, contract_id, label.as_deref(), None).await
}

async fn standing(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    label: Option<&str>,
    committed: Option<bool>,
) -> Result<Vec<Stands>, StorageError> {
    let postings = postings(tx, partnership, contract_id, label, committed).await?;
    let stands = postings.into_iter().map(|posting| Stands {
        sequence: posting.sequence,
        standing: posting.standing,
    });
    Ok(stands.collect())
}

/// Statements that nothing has taken back. What was taken back is gathered once and looked up: an anti-join
/// (`not exists`) becomes a loop in a loop on PostgreSQL while a table has no statistics yet.
async fn postings(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    label: Option<&str>,
    committed: Option<bool>,
) -> Result<Vec<Posting>, StorageError> {
    const STANDING: &str = "
        select sequence, recorded_at, reason, reverses, stage, period, from_on, to_on, line, position, anchor_id, measure,
          worth_column, supplier_id, place, tier, target_group, edition, price_base, in_extension, provisional,
          nominal, quantity_micro, numerator_micro, denominator_micro, worth_pence, hash
        from posting
        where partnership_id = $1 and contract_id = $2 and period between $3 and $4 and reverses is null
          and (cast($5 as bigint) is null or case when stage = 'committed' then 1 else 0 end = $5)
          and sequence not in (
            select reversal.reverses from posting as reversal
            where reversal.partnership_id = $1 and reversal.contract_id = $2
              and reversal.period between $3 and $4 and reversal.reverses is not null
          )
        order by sequence";
    let rows: Vec<PostingRow> = each!(tx, "posting", |connection| sqlx::query_as(STANDING)
        .bind(partnership)
        .bind(contract_id)
        .bind(label.unwrap_or_default())
        .bind(label.unwrap_or("~"))
        .bind(committed.map(i64::from))
        .fetch_all(connection))?;
    rows.into_iter().map(|row| row.read(contract_id)).collect()
}

/// The chain of a contract after a sequence number, as it was appended.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn chain_of(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Posting>, StorageError> {
    const CHAIN_OF: &str = "
        select sequence, recorded_at, reason, reverses, stage, period, from_on, to_on, line, position, anchor_id, measure,
          worth_column, supplier_id, place, tier, target_group, edition, price_base, in_extension, provisional,
          nominal, quantity_micro, numerator_micro, denominator_micro, worth_pence, hash
        from posting
        where partnership_id = $1 and contract_id = $2 and sequence > $3
        order by sequence limit $4";
    let rows: Vec<PostingRow> = each!(tx, "posting", |connection| sqlx::query_as(CHAIN_OF)
        .bind(partnership)
        .bind(contract_id)
        .bind(after)
        .bind(limit)
        .fetch_all(connection))?;
    rows.into_iter().map(|row| row.read(contract_id)).collect()
}
