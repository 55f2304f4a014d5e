//! Changes of the edition that a contract is valued by.

use std::collections::BTreeMap;

use super::super::cell::Cells;
use super::super::json::Rows;
use super::super::{StorageError, Tx, changed, each};
use crate::domain::contract::Rebasing;
use crate::domain::moment::Moment;

#[derive(sqlx::FromRow)]
struct RebasingRow {
    contract_id: String,
    number: i64,
    from_edition: String,
    to_edition: String,
    reason: String,
    recorded_at: i64,
}

impl RebasingRow {
    fn read(self) -> Result<(String, Rebasing), StorageError> {
        let key = format!("{} number {}", self.contract_id, self.number);
        let cells = Cells {
            table: "contract_rebasing",
            key: &key,
        };
        let rebasing = Rebasing {
            number: self.number,
            from: cells.edition("from_edition", &self.from_edition)?,
            to: cells.edition("to_edition", &self.to_edition)?,
            reason: self.reason,
            recorded_at: Moment::from_micros(self.recorded_at),
        };
        Ok((self.contract_id, rebasing))
    }
}

/// The re-basings of some contracts, in their order, by contract; nothing is asked where there are none to ask of.
pub(super) async fn of_contracts(
    tx: &mut Tx,
    partnership: &str,
    ids: &[&str],
) -> Result<BTreeMap<String, Vec<Rebasing>>, StorageError> {
    const REBASINGS_OF: &str = "
        select contract_id, number, from_edition, to_edition, reason, recorded_at from contract_rebasing
        where partnership_id = $1 and contract_id in (select value ->> 0 from jsonb_each($2))
        order by contract_id, number";
    let mut found: BTreeMap<String, Vec<Rebasing>> = BTreeMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let ids = Rows::of(ids.iter().copied());
    let rows: Vec<RebasingRow> = each!(tx, "contract_rebasing", |connection| sqlx::query_as(
        REBASINGS_OF
    )
    .bind(partnership)
    .bind(ids)
    .fetch_all(connection))?;
    for row in rows {
        let (contract, rebasing) = row.read()?;
        found.entry(contract).or_default().push(rebasing);
    }
    Ok(found)
}

/// Lets a contract rest on another edition from now on, and remembers that it did not before.
///
/// # Errors
/// [`StorageError::Duplicate`] when the number is there, [`StorageError::MissingReference`] without the contract.
pub async fn rebase(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    rebasing: &Rebasing,
) -> Result<(), StorageError> {
    const ADD_REBASING: &str = "
        insert into contract_rebasing
          (partnership_id, contract_id, number, from_edition, to_edition, reason, recorded_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    const REBASE: &str = "
        update contract set edition = $3, rebased = $4 where partnership_id = $1 and contract_id = $2";
    changed!(tx, "contract_rebasing", |connection| sqlx::query(
        ADD_REBASING
    )
    .bind(partnership)
    .bind(contract_id)
    .bind(rebasing.number)
    .bind(rebasing.from.to_string())
    .bind(rebasing.to.to_string())
    .bind(&rebasing.reason)
    .bind(rebasing.recorded_at.micros())
    .execute(connection))?;
    changed!(tx, "contract", |connection| sqlx::query(REBASE)
        .bind(partnership)
        .bind(contract_id)
        .bind(rebasing.to.to_string())
        .bind(rebasing.number)
        .execute(connection))?;
    Ok(())
}
