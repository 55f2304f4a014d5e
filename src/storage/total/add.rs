//! Adding what postings change to the stored totals. Rows go in the order of their keys, so that two writers
//! take the rows they share in the same order and never wait for each other in a ring. Rows without contract are shared
//! by all contracts of an anchor institution, so that a transaction which posts several times adds to them once, at its
//! end.

use std::collections::BTreeMap;

use super::super::json::{JsonText, Rows};
use super::super::{StorageError, Tx, changed};
use crate::domain::ledger::total::{Sums, TotalKey};

/// Adds to the totals by contract and supplier.
pub(in super::super) async fn add_by_contract(
    tx: &mut Tx,
    partnership: &str,
    totals: &BTreeMap<TotalKey, Sums>,
) -> Result<(), StorageError> {
    const ADD_BY_CONTRACT: &str = "
        insert into contract_total
          (partnership_id, contract_id, supplier_id, anchor_id, measure, place, period, from_on, to_on, stage,
           edition, leads, worth_pence, quantity_micro, numerator_micro, denominator_micro, valued_lines,
           record_only_lines, provisional_lines, nominal_lines, funding)
        select $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
          value ->> 7, value ->> 8, value ->> 9, cast(value ->> 10 as bigint), cast(value ->> 11 as bigint),
          cast(value ->> 12 as bigint), cast(value ->> 13 as bigint), cast(value ->> 14 as bigint),
          cast(value ->> 15 as bigint), cast(value ->> 16 as bigint), cast(value ->> 17 as bigint),
          cast(value ->> 18 as bigint), value ->> 19
        from jsonb_each($2) where true order by cast(key as bigint)
        on conflict (partnership_id, contract_id, stage, period, anchor_id, measure, place, edition, leads)
        do update set
          worth_pence = contract_total.worth_pence + excluded.worth_pence,
          quantity_micro = contract_total.quantity_micro + excluded.quantity_micro,
          numerator_micro = contract_total.numerator_micro + excluded.numerator_micro,
          denominator_micro = contract_total.denominator_micro + excluded.denominator_micro,
          valued_lines = contract_total.valued_lines + excluded.valued_lines,
          record_only_lines = contract_total.record_only_lines + excluded.record_only_lines,
          provisional_lines = contract_total.provisional_lines + excluded.provisional_lines,
          nominal_lines = contract_total.nominal_lines + excluded.nominal_lines";
    let rows = rows(totals);
    changed!(tx, "contract_total", |connection| sqlx::query(
        ADD_BY_CONTRACT
    )
    .bind(partnership)
    .bind(rows)
    .execute(connection))?;
    Ok(())
}

/// From here on what postings change in the totals without contract is only noted. SQLite has one writer, who waits for
/// nobody.
pub fn owe_by_anchor(tx: &mut Tx) {
    if let Tx::Postgres(on_server) = tx {
        on_server.owed = Some(BTreeMap::new());
    }
}

/// Adds what was noted since [`owe_by_anchor`]: the last thing that a transaction does.
///
/// # Errors
/// [`StorageError::OutOfRange`]; when the database does not answer.
pub async fn pay_by_anchor(tx: &mut Tx, partnership: &str) -> Result<(), StorageError> {
    let owed = match tx {
        Tx::Postgres(on_server) => {
            on_server.owe();
            on_server.owed.take()
        }
        Tx::Sqlite(_) => None,
    };
    match owed {
        Some(owed) if !owed.is_empty() => add_by_anchor(tx, partnership, &owed).await,
        _ => Ok(()),
    }
}

/// Adds to the totals without contract, or notes it.
pub(in super::super) async fn add_by_anchor(
    tx: &mut Tx,
    partnership: &str,
    totals: &BTreeMap<TotalKey, Sums>,
) -> Result<(), StorageError> {
    if let Tx::Postgres(on_server) = &mut *tx
        && on_server.owed.is_some()
    {
        for (key, sums) in totals {
            let owed = on_server.owed_by_piece.entry(key.clone()).or_default();
            owed.include(sums);
        }
        return Ok(());
    }
    const ADD_BY_ANCHOR: &str = "
        insert into anchor_total
          (partnership_id, anchor_id, measure, place, period, from_on, to_on, stage, edition, leads,
           worth_pence, quantity_micro, numerator_micro, denominator_micro, valued_lines, record_only_lines,
           provisional_lines, nominal_lines, funding)
        select $1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8,
          value ->> 9, cast(value ->> 10 as bigint), cast(value ->> 11 as bigint),
          cast(value ->> 12 as bigint), cast(value ->> 13 as bigint), cast(value ->> 14 as bigint),
          cast(value ->> 15 as bigint), cast(value ->> 16 as bigint), cast(value ->> 17 as bigint),
          cast(value ->> 18 as bigint), value ->> 19
        from jsonb_each($2) where true order by cast(key as bigint)
        on conflict (partnership_id, stage, anchor_id, period, measure, place, edition, leads, funding)
        do update set
          worth_pence = anchor_total.worth_pence + excluded.worth_pence,
          quantity_micro = anchor_total.quantity_micro + excluded.quantity_micro,
          numerator_micro = anchor_total.numerator_micro + excluded.numerator_micro,
          denominator_micro = anchor_total.denominator_micro + excluded.denominator_micro,
          valued_lines = anchor_total.valued_lines + excluded.valued_lines,
          record_only_lines = anchor_total.record_only_lines + excluded.record_only_lines,
          provisional_lines = anchor_total.provisional_lines + excluded.provisional_lines,
          nominal_lines = anchor_total.nominal_lines + excluded.nominal_lines";
    let rows = rows(totals);
    changed!(tx, "anchor_total", |connection| sqlx::query(ADD_BY_ANCHOR)
        .bind(partnership)
        .bind(rows)
        .execute(connection))?;
    Ok(())
}

/// The rows of both grains. No key stands twice, as they come from a map.
fn rows(totals: &BTreeMap<TotalKey, Sums>) -> JsonText {
    let mut rows = Rows::default();
    for (key, sums) in totals {
        rows.row()
            .text(&key.contract)
            .text(&key.supplier)
            .text(&key.anchor)
            .text(&key.measure)
            .text(&key.place)
            .text(&key.period)
            .text(&key.from.to_string())
            .text(&key.to.to_string())
            .text(key.stage.word())
            .text(&key.edition)
            .flag(key.leads)
            .number(sums.worth_pence)
            .number(sums.quantity_micro)
            .number(sums.numerator_micro)
            .number(sums.denominator_micro)
            .number(sums.valued_lines)
            .number(sums.record_only_lines)
            .number(sums.provisional_lines)
            .number(sums.nominal_lines)
            .text(key.funding.word());
    }
    rows.done()
}
