//! What a contract promised, claimed, evidenced and has verified, and how much of it is delivered (V15).

use std::collections::BTreeMap;

use crate::domain::amount::Pence;
use crate::domain::commitment::{Commitment, Target};
use crate::domain::contract::Contract;
use crate::domain::edition::Edition;
use crate::domain::exact::{self, Exact};
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::total::Sums;
use crate::domain::measure::{Aggregation, Column, Measure};
use crate::domain::moment::Moment;
use crate::domain::period::{Day, Period};
use crate::domain::report::Return;
use crate::domain::valuation::Reported;
use crate::storage::total::RollUpRow;
use crate::storage::{self, Tx};

use super::book::{self, Book};
use super::{Actor, Office, Refusal};

/// Days after the end of a period within which its return is due; after that it is missing.
pub const DAYS_TO_REPORT: i64 = 30;

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

/// How much of what was promised is verified; `None` where there is no target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Verified over the target of the periods already over.
    pub to_date: Option<Exact>,
    /// Verified over the whole-life target.
    pub of_life: Option<Exact>,
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

/// One period of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodState {
    /// The period.
    pub period: Period,
    /// Whether it lies in the possible extension.
    pub in_extension: bool,
    /// `not_over`, `due`, `missing`, or the state of its return.
    pub state: &'static str,
    /// The day its return is due by.
    pub due_on: Day,
    /// Its return's latest revision, if there is one.
    pub revision: Option<i64>,
}

/// Everything a contract manager asks first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractValue {
    /// The contract.
    pub contract: Contract,
    /// When it was read.
    pub as_of: Moment,
    /// The prices all worths stand in.
    pub price_base: String,
    /// Each measure, committed ones first.
    pub measures: Vec<MeasureValue>,
    /// Pence by column and stage.
    pub columns: BTreeMap<Column, BTreeMap<Stage, i64>>,
    /// Verified worth of a column over the contract's net value; empty when that is unknown or zero.
    pub ratios: BTreeMap<Column, Exact>,
    /// Whether a total holds face values that are never re-based.
    pub includes_nominal: bool,
    /// Lines whose worth is provisional, over all stages.
    pub provisional_lines: i64,
    /// Its periods: its life, and any in its extension that began or were reported.
    pub periods: Vec<PeriodState>,
}

/// Reads the value of a contract.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn contract_value(
    office: &Office,
    actor: &Actor,
    at: Moment,
    contract_id: &str,
) -> Result<ContractValue, Refusal> {
    let (book, rows) = office
        .store
        .read(async |tx: &mut Tx| {
            let book = book::open(tx, actor, contract_id).await?;
            let rows = storage::total::of_contract(tx, &actor.partnership, contract_id).await?;
            Ok::<_, Refusal>((book, rows))
        })
        .await?;
    let edition = office.edition(&book.contract.edition)?;
    let today = at.day();
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
            measures.push(measure_value(&book, edition, measure, &rows, today));
        }
    }
    let columns = by_column(edition, &rows);
    let value = book.contract.current().and_then(|terms| terms.value);
    let all = |pick: fn(&Sums) -> i64| rows.iter().map(|row| pick(&row.lead_sums)).sum::<i64>();
    Ok(ContractValue {
        as_of: at,
        price_base: edition.facts().price_base.clone(),
        measures,
        ratios: ratios(&columns, value),
        columns,
        includes_nominal: all(|sums| sums.nominal_lines) > 0,
        provisional_lines: all(|sums| sums.provisional_lines),
        periods: periods(&book, today),
        contract: book.contract,
    })
}

fn measure_value(
    book: &Book,
    edition: &Edition,
    measure: &Measure,
    rows: &[RollUpRow],
    today: Day,
) -> MeasureValue {
    let own: Vec<&RollUpRow> = rows
        .iter()
        .filter(|row| row.measure == measure.code)
        .collect();
    let mut stages: BTreeMap<Stage, StageSums> = BTreeMap::new();
    for row in &own {
        let stage = stages.entry(row.stage).or_default();
        stage.sums.include(&row.sums);
        stage.lead.include(&row.lead_sums);
    }
    let targets = book
        .commitments
        .iter()
        .filter(|one| one.measure == measure.code)
        .filter_map(targets)
        .collect::<Vec<_>>();
    let delivery = if targets.is_empty() {
        Delivery {
            to_date: None,
            of_life: None,
        }
    } else {
        delivery(measure, &own, today)
    };
    let latest = if measure.has_sum() || measure.over_time == Aggregation::Ratio {
        BTreeMap::new()
    } else {
        latest(edition, measure, &book.returns)
    };
    MeasureValue {
        measure: measure.clone(),
        targets,
        stages,
        delivery,
        latest,
    }
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
fn delivery(measure: &Measure, rows: &[&RollUpRow], today: Day) -> Delivery {
    let figure = |row: &RollUpRow| {
        if measure.has_sum() {
            row.sums.quantity_micro
        } else {
            row.sums.worth_pence
        }
    };
    let over = |row: &RollUpRow| row.period.is_some_and(|period| period.to() < today);
    let sum = |stage: Stage, ended_only: bool| -> i64 {
        rows.iter()
            .filter(|row| row.stage == stage && (!ended_only || over(row)))
            .map(|row| figure(row))
            .sum()
    };
    let part = |of: i64, ended_only: bool| {
        (of != 0).then(|| exact::ratio(sum(Stage::Verified, ended_only), of))
    };
    if !measure.quantity.adds_up() {
        return Delivery {
            to_date: None,
            of_life: None,
        };
    }
    Delivery {
        to_date: part(sum(Stage::Committed, true), true),
        of_life: part(sum(Stage::Committed, false), false),
    }
}

/// The latest figure that stands of a measure that has no sum: a level, an answer, words.
fn latest(
    edition: &Edition,
    measure: &Measure,
    returns: &[Return],
) -> BTreeMap<Stage, (Period, Reported)> {
    let mut latest = BTreeMap::new();
    let is_own = |code: &str| {
        edition
            .measure(code)
            .is_some_and(|found| found.code == measure.code)
    };
    for one in returns {
        if let Some(line) = one.claimed().and_then(|revision| {
            revision
                .lines
                .iter()
                .rev()
                .find(|line| is_own(&line.measure))
        }) {
            latest.insert(Stage::Claimed, (one.period, line.reported.clone()));
        }
        let accepted = one.verified().and_then(|revision| {
            let line = revision
                .lines
                .iter()
                .rev()
                .find(|line| is_own(&line.measure))?;
            revision.accepted_figures(line)
        });
        if let Some(reported) = accepted {
            latest.insert(Stage::Verified, (one.period, reported.clone()));
        }
    }
    latest
}

fn by_column(edition: &Edition, rows: &[RollUpRow]) -> BTreeMap<Column, BTreeMap<Stage, i64>> {
    let mut columns: BTreeMap<Column, BTreeMap<Stage, i64>> = Column::ALL
        .iter()
        .map(|column| {
            (
                *column,
                Stage::ALL.iter().map(|stage| (*stage, 0)).collect(),
            )
        })
        .collect();
    for row in rows {
        if let Some(column) = edition
            .measure(&row.measure)
            .and_then(|measure| measure.column)
        {
            *columns
                .entry(column)
                .or_default()
                .entry(row.stage)
                .or_default() += row.sums.worth_pence;
        }
    }
    columns
}

/// Verified worth over contract value; not available where that is unknown or zero (V15).
fn ratios(
    columns: &BTreeMap<Column, BTreeMap<Stage, i64>>,
    value: Option<Pence>,
) -> BTreeMap<Column, Exact> {
    let Some(value) = value.map(Pence::pence).filter(|pence| *pence > 0) else {
        return BTreeMap::new();
    };
    let verified =
        |stages: &BTreeMap<Stage, i64>| stages.get(&Stage::Verified).copied().unwrap_or_default();
    columns
        .iter()
        .map(|(column, stages)| (*column, exact::ratio(verified(stages), value)))
        .collect()
}

fn periods(book: &Book, today: Day) -> Vec<PeriodState> {
    let contract = &book.contract;
    let Some(terms) = contract.current() else {
        return Vec::new();
    };
    let last = terms.may_extend_to.unwrap_or(terms.ends_on);
    let all = Period::touching(contract.starts_on, last, contract.reporting);
    let shown = all.into_iter().filter_map(|period| {
        let inside = contract.inside(period)?;
        let given = book.find(period);
        (!inside.in_extension || given.is_some())
            .then(|| state_of(period, inside.in_extension, given, today))
    });
    shown.collect()
}

fn state_of(period: Period, in_extension: bool, given: Option<&Return>, today: Day) -> PeriodState {
    let due_on = period
        .to()
        .checked_add_signed(chrono::Duration::days(DAYS_TO_REPORT))
        .unwrap_or(period.to());
    let latest = given.and_then(Return::latest);
    let handed_in = latest.filter(|revision| revision.state.submitted().is_some());
    let state = match handed_in {
        Some(revision) => revision.state.word(),
        None if today <= period.to() => "not_over",
        None if today <= due_on => "due",
        None => "missing",
    };
    PeriodState {
        period,
        in_extension,
        state,
        due_on,
        revision: latest.map(|revision| revision.number),
    }
}
