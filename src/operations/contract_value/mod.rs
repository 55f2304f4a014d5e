//! What a contract promised, claimed, evidenced and has verified, and how much of it is delivered (V15).

mod latest;
mod periods;
pub mod ranges;
mod ratio;

use std::collections::BTreeMap;

use crate::domain::amount::Pence;
use crate::domain::basis::Basis;
use crate::domain::commitment::{Commitment, Target};
use crate::domain::contract::Contract;
use crate::domain::edition::Edition;
use crate::domain::exact::{self, Exact};
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::total::Sums;
use crate::domain::measure::{Aggregation, Column, Measure};
use crate::domain::moment::Moment;
use crate::domain::period::{Day, Period};
use crate::domain::valuation::Reported;
use crate::storage::total::RollUpRow;
use crate::storage::{self, StorageError, Tx};

use super::book::{self, Book};
pub use periods::{DAYS_TO_REPORT, PeriodState, due_on};
pub use ratio::RatioDelivery;

use super::{Actor, Office, Refusal, known};
use latest::latest;
use periods::periods;
use ratio::ratio_delivery;

/// The sums of one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StageSums {
    /// Pence and millionths, over all anchors.
    pub sums: Sums,
    /// Over the leading anchor only: each line once, and what is never split.
    pub lead: Sums,
}

/// A commitment with its first and its present target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    /// Number of the commitment.
    pub number: i64,
    /// Whether it is a KPI.
    pub kpi: bool,
    /// The target it was made with.
    pub baseline: Target,
    /// The target that holds now.
    pub current: Target,
}

impl StageSums {
    fn include(&mut self, row: &RollUpRow) -> Result<(), Refusal> {
        self.sums = plus(&self.sums, &row.sums)?;
        self.lead = plus(&self.lead, &row.lead_sums)?;
        Ok(())
    }
}

fn plus(one: &Sums, other: &Sums) -> Result<Sums, Refusal> {
    one.plus(other).ok_or_else(|| {
        let what = "the value of this contract".to_owned();
        Refusal::Storage(StorageError::OutOfRange { what })
    })
}

/// How much of what was promised is verified, or why there is no such rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Verified over the target of the periods already over.
    pub to_date: Result<Exact, &'static str>,
    /// Verified over the whole-life target.
    pub of_life: Result<Exact, &'static str>,
    /// Of a ratio, which is met or not rather than delivered in part: target and verified percentage.
    pub ratio: Option<RatioDelivery>,
}

impl Delivery {
    fn none(why: &'static str) -> Self {
        Self {
            to_date: Err(why),
            of_life: Err(why),
            ratio: None,
        }
    }
}

/// One measure of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureValue {
    /// The measure.
    pub measure: Measure,
    /// What was promised of it; empty for a measure that was not committed, which counts apart.
    pub targets: Vec<Targets>,
    /// Each stage.
    pub stages: BTreeMap<Stage, StageSums>,
    /// How much is delivered.
    pub delivery: Delivery,
    /// For what has no sum: the period and figure that stand latest, by stage.
    pub latest: BTreeMap<Stage, (Period, Reported)>,
}

impl MeasureValue {
    fn has_lines(&self) -> bool {
        self.stages.values().any(|stage| {
            let lines = stage.lead;
            lines.valued_lines != 0 || lines.record_only_lines != 0
        })
    }
}

/// Sums by column and stage.
pub type ByColumn = BTreeMap<Column, BTreeMap<Stage, StageSums>>;

/// Everything a contract manager asks first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractValue {
    /// The contract.
    pub contract: Contract,
    /// When it was read.
    pub as_of: Moment,
    /// The moment up to which it is known; `None` is now.
    pub known_at: Option<Moment>,
    /// What makes its worths addable to others.
    pub basis: Basis,
    /// Each measure, committed ones first.
    pub measures: Vec<MeasureValue>,
    /// Sums by column and stage; quantities of different measures say nothing together.
    pub columns: ByColumn,
    /// The verified worths of the social and the local economic column added up, in pence.
    pub social_and_local_economic: i64,
    /// Verified worth of a column over the contract's net value; empty when that is unknown or zero.
    pub ratios: BTreeMap<Column, Exact>,
    /// Whether a total holds face values that are never re-based.
    pub includes_nominal: bool,
    /// Values in it that are used after their time.
    pub warnings: Vec<String>,
    /// Its periods: its life, and any in its extension that were reported.
    pub periods: Vec<PeriodState>,
}

/// Reads the value of a contract, as it is or as it was known at a moment (L3).
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for a moment that is not over yet, or at which the contract was not
/// recorded.
pub async fn contract_value(
    office: &Office,
    actor: &Actor,
    at: Moment,
    contract_id: &str,
    known_at: Option<Moment>,
) -> Result<ContractValue, Refusal> {
    if let Some(fault) = known::fault(at, known_at) {
        return Err(fault.into());
    }
    let (book, rows) = office
        .store
        .read(async |tx: &mut Tx| read(tx, office, actor, contract_id, known_at).await)
        .await?;
    let edition = &book.edition;
    let today = known_at.unwrap_or(at).day();
    let mut measures = Vec::new();
    let mut codes: Vec<&str> = book
        .commitments
        .iter()
        .map(|one| one.measure.as_str())
        .collect();
    codes.extend(rows.iter().map(|row| row.measure.as_str()));
    for (index, code) in codes.iter().enumerate() {
        if let (false, Some(measure)) = (
            codes.iter().take(index).any(|earlier| earlier == code),
            edition.measure(code),
        ) {
            measures.push(measure_value(&book, edition, measure, &rows, today)?);
        }
    }
    // What was reported and taken back again leaves sums of nothing behind.
    measures.retain(|one| !one.targets.is_empty() || one.has_lines());
    let used = measures.iter().flat_map(|one| one.measure.proxies());
    let warnings = edition.stale(used, today);
    let columns = by_column(edition, &rows)?;
    let value = book.contract.current().and_then(|terms| terms.value);
    let mut all = Sums::default();
    for row in &rows {
        all = plus(&all, &row.lead_sums)?;
    }
    Ok(ContractValue {
        as_of: at,
        known_at,
        basis: Basis::of(edition),
        measures,
        ratios: ratios(&columns, value),
        social_and_local_economic: social_and_local_economic(&columns)?,
        columns,
        includes_nominal: all.nominal_lines > 0,
        warnings,
        periods: periods(&book, today),
        contract: book.contract,
    })
}

/// Everything said of the contract, and the totals of it: of now, or of then.
async fn read(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    contract_id: &str,
    known_at: Option<Moment>,
) -> Result<(Book, Vec<RollUpRow>), Refusal> {
    let partnership = actor.partnership.as_str();
    let book = book::open(tx, office, actor, contract_id).await?;
    let Some(then) = known_at else {
        let rows = storage::total::of_contract(tx, partnership, contract_id).await?;
        return Ok((book, rows));
    };
    let recorded_at = book.contract.created_at;
    let book = book.as_known_at(then).ok_or_else(|| {
        let message = format!("nothing was known of this contract before {recorded_at}");
        Refusal::fault("/as_known_at", "not_recorded_yet", message)
    })?;
    let rows = storage::total::of_contract_known(tx, partnership, contract_id, then).await?;
    Ok((book, rows))
}

fn measure_value(
    book: &Book,
    edition: &Edition,
    measure: &Measure,
    rows: &[RollUpRow],
    today: Day,
) -> Result<MeasureValue, Refusal> {
    let own: Vec<&RollUpRow> = rows
        .iter()
        .filter(|row| row.measure == measure.code)
        .collect();
    let mut stages = all_stages();
    for row in &own {
        stages.entry(row.stage).or_default().include(row)?;
    }
    let targets = book
        .commitments
        .iter()
        .filter(|one| one.measure == measure.code)
        .filter_map(targets)
        .collect::<Vec<_>>();
    let mut delivery = if targets.is_empty() {
        Delivery::none("nothing was promised of this measure")
    } else {
        delivery(measure, &stages, &own, today)?
    };
    delivery.ratio = ratio_of(book, measure, &own);
    let adds = measure.quantity.adds_up() || measure.over_time == Aggregation::Ratio;
    let latest = if adds {
        BTreeMap::new()
    } else {
        latest(edition, measure, &book.returns)
    };
    Ok(MeasureValue {
        measure: measure.clone(),
        targets,
        stages,
        delivery,
        latest,
    })
}

/// Where one commitment promises a ratio; the figures of several are not kept apart.
fn ratio_of(book: &Book, measure: &Measure, rows: &[&RollUpRow]) -> Option<RatioDelivery> {
    let mut promised = book
        .commitments
        .iter()
        .filter(|one| one.measure == measure.code);
    let (one, other) = (promised.next()?, promised.next());
    let is_alone = measure.over_time == Aggregation::Ratio && other.is_none();
    is_alone.then(|| ratio_delivery(&one.plan(&book.contract, measure), rows))?
}

fn targets(commitment: &Commitment) -> Option<Targets> {
    Some(Targets {
        number: commitment.number,
        kpi: commitment.kpi,
        baseline: commitment.versions.first()?.target.clone(),
        current: commitment.versions.last()?.target.clone(),
    })
}

/// Delivery by quantity where the measure has one that adds up, else by worth; for the rest there is none.
fn delivery(
    measure: &Measure,
    stages: &BTreeMap<Stage, StageSums>,
    rows: &[&RollUpRow],
    today: Day,
) -> Result<Delivery, Refusal> {
    if !measure.quantity.adds_up() {
        let why = "this measure does not add up, so there is no part of it";
        return Ok(Delivery::none(why));
    }
    if !measure.has_sum() && !measure.is_valued() {
        let why = "this measure has neither a quantity of its own nor a worth";
        return Ok(Delivery::none(why));
    }
    let mut over = all_stages();
    let ended = |row: &&&RollUpRow| row.period.is_some_and(|period| period.to() < today);
    for row in rows.iter().filter(ended) {
        over.entry(row.stage).or_default().include(row)?;
    }
    let figure = |stages: &BTreeMap<Stage, StageSums>, stage: Stage| {
        let sums = stages.get(&stage).copied().unwrap_or_default().sums;
        match measure.has_sum() {
            true => sums.quantity_micro,
            false => sums.worth_pence,
        }
    };
    let part = |stages, why: &'static str| match figure(stages, Stage::Committed) {
        0 => Err(why),
        target => Ok(exact::ratio(figure(stages, Stage::Verified), target)),
    };
    Ok(Delivery {
        to_date: part(&over, "nothing was promised for the periods already over"),
        of_life: part(stages, "the target is zero"),
        ratio: None,
    })
}

fn all_stages() -> BTreeMap<Stage, StageSums> {
    let none = |stage: &Stage| (*stage, StageSums::default());
    Stage::ALL.iter().map(none).collect()
}

fn by_column(edition: &Edition, rows: &[RollUpRow]) -> Result<ByColumn, Refusal> {
    let none = |column: &Column| (*column, all_stages());
    let mut columns: ByColumn = Column::ALL.iter().map(none).collect();
    for row in rows {
        let column = edition
            .measure(&row.measure)
            .and_then(|measure| measure.column);
        if let Some(column) = column {
            let stages = columns.entry(column).or_default();
            stages.entry(row.stage).or_default().include(row)?;
        }
    }
    Ok(columns)
}

fn verified_pence(columns: &ByColumn, column: Column) -> i64 {
    let stages = columns.get(&column);
    let sums = stages.and_then(|stages| stages.get(&Stage::Verified));
    sums.map_or(0, |sums| sums.sums.worth_pence)
}

/// What council tables call social and local economic value; it goes by that name only.
fn social_and_local_economic(columns: &ByColumn) -> Result<i64, Refusal> {
    let of = |column: Column| Sums {
        worth_pence: verified_pence(columns, column),
        ..Sums::default()
    };
    Ok(plus(&of(Column::Social), &of(Column::LocalEconomic))?.worth_pence)
}

/// Verified worth over contract value; not available where that is unknown or zero (V15).
fn ratios(columns: &ByColumn, value: Option<Pence>) -> BTreeMap<Column, Exact> {
    let Some(value) = value.map(Pence::pence).filter(|pence| *pence > 0) else {
        return BTreeMap::new();
    };
    columns
        .keys()
        .map(|column| {
            let verified = verified_pence(columns, *column);
            (*column, exact::ratio(verified, value))
        })
        .collect()
}
