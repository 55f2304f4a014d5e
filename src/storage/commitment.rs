//! Commitments, with every version of their targets.

use std::collections::BTreeMap;

use super::adjusting::{adjusting, adjusting_text};
use super::cell::Cells;
use super::codec;
use super::json::Rows;
use super::{StorageError, Tx, changed, each};
use crate::domain::commitment::{Commitment, TargetVersion};
use crate::domain::moment::Moment;

/// A commitment beside one version of its target.
#[derive(sqlx::FromRow)]
struct TargetRow {
    contract_id: String,
    number: i64,
    measure: String,
    kpi: i64,
    counted_separately: Option<String>,
    place: Option<String>,
    recorded_at: i64,
    version: Option<i64>,
    effective_on: Option<String>,
    target_recorded_at: Option<i64>,
    reason: Option<String>,
    target: Option<String>,
    adjusting: Option<String>,
}

impl TargetRow {
    fn read(self) -> Result<Commitment, StorageError> {
        let key = format!("{} {}", self.contract_id, self.number);
        let cells = Cells {
            table: "commitment",
            key: &key,
        };
        let none = || cells.corrupt("number", "a commitment without a baseline of its target");
        let kpi = cells.flag("kpi", self.kpi)?;
        let version = self.version.ok_or_else(none)?;
        let key = format!("{key} version {version}");
        let cells = Cells {
            table: "commitment_target",
            key: &key,
        };
        let effective_on = cells.some("effective_on", self.effective_on)?;
        let target = cells.some("target", self.target)?;
        let version = TargetVersion {
            version,
            effective_on: cells.day("effective_on", &effective_on)?,
            recorded_at: Moment::from_micros(cells.some("recorded_at", self.target_recorded_at)?),
            reason: self.reason,
            target: cells.good("target", codec::target(&target))?,
            adjusting: match &self.adjusting {
                None => None,
                Some(text) => Some(cells.good("adjusting", adjusting(text))?),
            },
        };
        Ok(Commitment {
            number: self.number,
            measure: self.measure,
            kpi,
            counted_separately: self.counted_separately,
            place: self.place,
            recorded_at: Moment::from_micros(self.recorded_at),
            versions: vec![version],
        })
    }
}

/// The commitments of a contract, by number.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn of_contract(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
) -> Result<Vec<Commitment>, StorageError> {
    let ids = [contract_id.to_owned()];
    let mut found = of_contracts(tx, partnership, &ids).await?;
    Ok(found.remove(contract_id).unwrap_or_default())
}

/// The commitments of some contracts, by id and number; a contract without any is left out.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn of_contracts(
    tx: &mut Tx,
    partnership: &str,
    contract_ids: &[String],
) -> Result<BTreeMap<String, Vec<Commitment>>, StorageError> {
    const OF_CONTRACTS: &str = "
        select commitment.contract_id, commitment.number, commitment.measure, commitment.kpi,
          commitment.counted_separately, commitment.place, commitment.recorded_at, version, effective_on,
          commitment_target.recorded_at as target_recorded_at, reason, target, adjusting
        from commitment
        left join commitment_target on commitment_target.partnership_id = commitment.partnership_id
          and commitment_target.contract_id = commitment.contract_id
          and commitment_target.number = commitment.number
        where commitment.partnership_id = $1
          and commitment.contract_id in (select value ->> 0 from jsonb_each($2))
        order by commitment.contract_id, commitment.number, version";
    let ids = Rows::of(contract_ids.iter().map(String::as_str));
    let rows: Vec<TargetRow> = each!(tx, "commitment", |connection| sqlx::query_as(OF_CONTRACTS)
        .bind(partnership)
        .bind(ids)
        .fetch_all(connection))?;
    let mut found: BTreeMap<String, Vec<Commitment>> = BTreeMap::new();
    for row in rows {
        let commitments = found.entry(row.contract_id.clone()).or_default();
        let next = row.read()?;
        match commitments.last_mut() {
            Some(last) if last.number == next.number => last.versions.extend(next.versions),
            _ => commitments.push(next),
        }
    }
    Ok(found)
}

/// Adds a commitment with its targets.
///
/// # Errors
/// [`StorageError::Duplicate`] when its number is taken, [`StorageError::MissingReference`] without the contract
/// or the place.
pub async fn add(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    commitment: &Commitment,
) -> Result<(), StorageError> {
    const ADD: &str = "
        insert into commitment
          (partnership_id, contract_id, number, measure, kpi, counted_separately, place, recorded_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    changed!(tx, "commitment", |connection| sqlx::query(ADD)
        .bind(partnership)
        .bind(contract_id)
        .bind(commitment.number)
        .bind(&commitment.measure)
        .bind(i64::from(commitment.kpi))
        .bind(&commitment.counted_separately)
        .bind(&commitment.place)
        .bind(commitment.recorded_at.micros())
        .execute(connection))?;
    for version in &commitment.versions {
        add_target(tx, partnership, contract_id, commitment.number, version).await?;
    }
    Ok(())
}

/// Adds a version of a commitment's target.
///
/// # Errors
/// [`StorageError::Duplicate`] when the version is there, [`StorageError::MissingReference`] without the
/// commitment.
pub async fn add_target(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    number: i64,
    version: &TargetVersion,
) -> Result<(), StorageError> {
    const ADD_TARGET: &str = "
        insert into commitment_target
          (partnership_id, contract_id, number, version, effective_on, recorded_at, reason, target, adjusting)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    changed!(tx, "commitment_target", |connection| sqlx::query(
        ADD_TARGET
    )
    .bind(partnership)
    .bind(contract_id)
    .bind(number)
    .bind(version.version)
    .bind(version.effective_on.to_string())
    .bind(version.recorded_at.micros())
    .bind(&version.reason)
    .bind(codec::target_text(&version.target))
    .bind(version.adjusting.as_ref().map(adjusting_text))
    .execute(connection))?;
    Ok(())
}
