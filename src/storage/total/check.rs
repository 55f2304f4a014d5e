//! The totals as they are stored, and as the postings give them: `verify` compares the two.

use std::collections::BTreeMap;

use super::super::{StorageError, Tx, each};
use super::row::TotalRow;
use crate::domain::ledger::total::{Sums, TotalKey};

/// The stored totals of a contract.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn stored_contract(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
) -> Result<BTreeMap<TotalKey, Sums>, StorageError> {
    const STORED_CONTRACT: &str = "
        select contract_id, supplier_id, anchor_id, measure, place, period, from_on, to_on, stage, edition, leads,
          worth_pence, quantity_micro, numerator_micro, denominator_micro, valued_lines, record_only_lines,
          provisional_lines, nominal_lines, funding
        from contract_total where partnership_id = $1 and contract_id = $2";
    let rows: Vec<TotalRow> = each!(tx, "contract_total", |connection| sqlx::query_as(
        STORED_CONTRACT
    )
    .bind(partnership)
    .bind(contract_id)
    .fetch_all(connection))?;
    rows.into_iter()
        .map(|row| row.read("contract_total"))
        .collect()
}

/// The stored totals without contract, of a whole partnership.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn stored_by_anchor(
    tx: &mut Tx,
    partnership: &str,
) -> Result<BTreeMap<TotalKey, Sums>, StorageError> {
    const STORED_BY_ANCHOR: &str = "
        select '' as contract_id, '' as supplier_id, anchor_id, measure, place, period, from_on, to_on, stage,
          edition, leads, worth_pence, quantity_micro, numerator_micro, denominator_micro, valued_lines,
          record_only_lines, provisional_lines, nominal_lines, funding
        from anchor_total where partnership_id = $1";
    let rows: Vec<TotalRow> = each!(tx, "anchor_total", |connection| sqlx::query_as(
        STORED_BY_ANCHOR
    )
    .bind(partnership)
    .fetch_all(connection))?;
    rows.into_iter()
        .map(|row| row.read("anchor_total"))
        .collect()
}

/// The totals of a contract, summed anew over its postings.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn recompute_contract(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
) -> Result<BTreeMap<TotalKey, Sums>, StorageError> {
    const RECOMPUTE_CONTRACT: &str = "
        select contract_id, supplier_id, anchor_id, measure, place, period, from_on, to_on,
          stage, edition, leads, funding,
          cast(sum(worth_pence) as bigint) as worth_pence, cast(sum(quantity_micro) as bigint) as quantity_micro,
          cast(sum(numerator_micro) as bigint) as numerator_micro,
          cast(sum(denominator_micro) as bigint) as denominator_micro,
          cast(sum(valued_lines) as bigint) as valued_lines,
          cast(sum(record_only_lines) as bigint) as record_only_lines,
          cast(sum(provisional_lines) as bigint) as provisional_lines,
          cast(sum(nominal_lines) as bigint) as nominal_lines
        from posting_counted where partnership_id = $1 and contract_id = $2
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12";
    let rows: Vec<TotalRow> = each!(tx, "posting", |connection| sqlx::query_as(
        RECOMPUTE_CONTRACT
    )
    .bind(partnership)
    .bind(contract_id)
    .fetch_all(connection))?;
    rows.into_iter().map(|row| row.read("posting")).collect()
}

/// The totals without contract, summed anew over all postings of a partnership.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn recompute_by_anchor(
    tx: &mut Tx,
    partnership: &str,
) -> Result<BTreeMap<TotalKey, Sums>, StorageError> {
    const RECOMPUTE_BY_ANCHOR: &str = "
        select '' as contract_id, '' as supplier_id, anchor_id, measure, place, period,
          from_on, to_on, stage, edition,
          leads, funding,
          cast(sum(worth_pence) as bigint) as worth_pence, cast(sum(quantity_micro) as bigint) as quantity_micro,
          cast(sum(numerator_micro) as bigint) as numerator_micro,
          cast(sum(denominator_micro) as bigint) as denominator_micro,
          cast(sum(valued_lines) as bigint) as valued_lines,
          cast(sum(record_only_lines) as bigint) as record_only_lines,
          cast(sum(provisional_lines) as bigint) as provisional_lines,
          cast(sum(nominal_lines) as bigint) as nominal_lines
        from posting_counted where partnership_id = $1
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12";
    let rows: Vec<TotalRow> = each!(tx, "posting", |connection| sqlx::query_as(
        RECOMPUTE_BY_ANCHOR
    )
    .bind(partnership)
    .fetch_all(connection))?;
    rows.into_iter().map(|row| row.read("posting")).collect()
}
