//! What is worth something now beside what it would be worth: only lines that have both stand in one row.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::basis::Basis;
use crate::domain::edition::Edition;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::measure::{Column, Measure};
use crate::domain::period::Period;
use crate::domain::roll_up::{Label, Lines, RollUpLine};
use crate::storage::total::RollUpRow;

use super::super::Refusal;
use super::super::roll_up::Gather;
use super::super::roll_up::gather::Key;
use super::walk::Walk;

/// What some lines are worth on one basis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The column; `None` for record-only measures.
    pub column: Option<Column>,
    /// The basis.
    pub basis: Basis,
    /// Pence; `None` for record-only.
    pub worth_pence: Option<i64>,
    /// Lines.
    pub lines: Lines,
}

/// Some lines as they are worth now, and as they would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortfolioLine {
    /// A label a dimension, in the order asked.
    pub labels: Vec<Label>,
    /// The stage.
    pub stage: Stage,
    /// Whose money pays it.
    pub funding: FundingSource,
    /// Now.
    pub now: Side,
    /// Under the other edition; `None` for lines that cannot be valued there, which stand apart.
    pub under: Option<Side>,
}

impl PortfolioLine {
    /// How much more it would be, in pence; `None` where there is no worth on a side, or it would stand in another column.
    #[must_use]
    pub fn difference(&self) -> Option<i64> {
        let under = self.under.as_ref()?;
        if under.column != self.now.column {
            return None;
        }
        under.worth_pence?.checked_sub(self.now.worth_pence?)
    }
}

/// Lines that cannot be valued under the other edition, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotValued {
    /// Why, as a stable code.
    pub code: &'static str,
    /// Why, for people.
    pub message: String,
    /// Their measure, by its code now.
    pub measure: String,
    /// The stage.
    pub stage: Stage,
    /// Whose money pays them.
    pub funding: FundingSource,
    /// What they are worth now.
    pub now: Side,
    /// Id of the contract of the first one.
    pub contract: String,
    /// Its period.
    pub period: Period,
    /// Its line.
    pub line: String,
}

/// Rows, totals, and what is in neither side by side.
pub(super) struct Compared {
    pub(super) rows: Vec<PortfolioLine>,
    pub(super) totals: Vec<PortfolioLine>,
    pub(super) not_valued: Vec<NotValued>,
}

/// The column that lines would stand in.
type Under = Option<Column>;

/// Puts the rows of now beside those of a walk.
pub(super) fn compare(
    gather: &Gather<'_>,
    now: &[RollUpRow],
    walk: &Walk<'_>,
    edition: &Edition,
) -> Result<Compared, Refusal> {
    let column = |row: &RollUpRow| edition.measure(&row.measure).map(column_of);
    let mut by_column: BTreeMap<Under, Rows> = BTreeMap::new();
    for row in now {
        if let Some(column) = column(row) {
            by_column.entry(column).or_default().now.push(row.clone());
        }
    }
    let mut not = Vec::new();
    let mut all: Vec<_> = walk.rows().collect();
    all.sort_by(|one, other| sorted(&one.row, &other.row));
    for found in all {
        let Some(fault) = found.fault else {
            let under = by_column.entry(column(&found.row).flatten()).or_default();
            under.under.push(found.row);
            continue;
        };
        // What cannot be valued is taken out of what is worth something now.
        if let Some(column) = column(&found.row) {
            let mut taken = found.row.clone();
            taken.sums = taken.sums.negated();
            taken.lead_sums = taken.lead_sums.negated();
            by_column.entry(column).or_default().now.push(taken);
        }
        not.push((fault, found.row));
    }
    let basis = Basis::of(edition);
    let lines = |labelled: bool| -> Result<Vec<PortfolioLine>, Refusal> {
        let mut lines = Vec::new();
        for (column, rows) in &by_column {
            lines.extend(rows.beside(gather, (*column, &basis), labelled)?);
        }
        let rest: Vec<RollUpRow> = not.iter().map(|(_, row)| row.clone()).collect();
        for (key, members) in gather.groups(&rest, labelled)? {
            let members = members.iter().filter_map(|index| rest.get(*index));
            let line = gather.line(&key, members, labelled)?;
            lines.push(PortfolioLine {
                labels: key.0,
                stage: key.1,
                funding: key.4,
                now: side(line),
                under: None,
            });
        }
        lines.sort_by(|one, other| {
            let key = |line: &PortfolioLine| {
                let now = &line.now;
                (line.stage, now.column, now.basis.clone(), line.funding)
            };
            let labels = one.labels.cmp(&other.labels);
            labels
                .then_with(|| key(one).cmp(&key(other)))
                .then_with(|| one.under.is_none().cmp(&other.under.is_none()))
                .then_with(|| column_under(one).cmp(&column_under(other)))
        });
        Ok(lines)
    };
    Ok(Compared {
        rows: lines(true)?,
        totals: lines(false)?,
        not_valued: not_valued(gather, &not, walk)?,
    })
}

/// In the order of their dimensions: what is added up does not depend on the order, what is told does.
fn sorted(one: &RollUpRow, other: &RollUpRow) -> std::cmp::Ordering {
    let key = |row: &RollUpRow| (row.stage, row.period);
    (&one.measure, &one.edition, &one.contract, &one.place)
        .cmp(&(
            &other.measure,
            &other.edition,
            &other.contract,
            &other.place,
        ))
        .then_with(|| (&one.anchor, &one.supplier).cmp(&(&other.anchor, &other.supplier)))
        .then_with(|| key(one).cmp(&key(other)))
}

/// The column of a measure's worth; what has no £ is in none.
fn column_of(measure: &Measure) -> Option<Column> {
    measure.column.filter(|_| measure.is_valued())
}

fn column_under(line: &PortfolioLine) -> Option<Column> {
    line.under.as_ref()?.column
}

fn side(line: RollUpLine) -> Side {
    Side {
        column: line.column,
        basis: line.basis,
        worth_pence: line.worth_pence,
        lines: line.lines,
    }
}

/// Rows that would stand in one column.
#[derive(Default)]
struct Rows {
    now: Vec<RollUpRow>,
    under: Vec<RollUpRow>,
}

impl Rows {
    fn beside(
        &self,
        gather: &Gather<'_>,
        (column, basis): (Under, &Basis),
        labelled: bool,
    ) -> Result<Vec<PortfolioLine>, Refusal> {
        let both: Vec<RollUpRow> = self.now.iter().chain(&self.under).cloned().collect();
        let mut lines = Vec::new();
        for (key, members) in gather.groups(&both, labelled)? {
            let (now, under): (Vec<usize>, Vec<usize>) =
                members.iter().partition(|index| **index < self.now.len());
            let of = |members: Vec<usize>, key: &Key| {
                let members = members.into_iter().filter_map(|index| both.get(index));
                gather.line(key, members, labelled)
            };
            let (labels, stage, _, _, funding) = key.clone();
            let other: Key = (labels.clone(), stage, column, basis.clone(), funding);
            let (now, under) = (of(now, &key)?, of(under, &other)?);
            // What was taken back whole, or cannot be valued at all, leaves sums of nothing.
            if now.lines == Lines::default() && under.lines == Lines::default() {
                continue;
            }
            lines.push(PortfolioLine {
                labels,
                stage,
                funding,
                now: side(now),
                under: Some(side(under)),
            });
        }
        Ok(lines)
    }
}

/// What cannot be valued, by reason, measure, stage and basis.
fn not_valued(
    gather: &Gather<'_>,
    not: &[(usize, RollUpRow)],
    walk: &Walk<'_>,
) -> Result<Vec<NotValued>, Refusal> {
    let reasons: BTreeSet<(usize, &str)> = not
        .iter()
        .map(|(fault, row)| (*fault, row.measure.as_str()))
        .collect();
    let mut told = Vec::new();
    for (fault, measure) in reasons {
        let own = not.iter();
        let own = own.filter(|(other, row)| *other == fault && row.measure == measure);
        let own: Vec<RollUpRow> = own.map(|(_, row)| row.clone()).collect();
        let Some(met) = walk.met().get(fault) else {
            continue;
        };
        for (key, members) in gather.groups(&own, false)? {
            let members = members.iter().filter_map(|index| own.get(*index));
            let line = gather.line(&key, members, false)?;
            told.push(NotValued {
                code: met.code,
                message: met.message.clone(),
                measure: measure.to_owned(),
                stage: key.1,
                funding: key.4,
                now: side(line),
                contract: met.contract.clone(),
                period: met.period,
                line: met.line.clone(),
            });
        }
    }
    told.sort_by(|one, other| {
        let key = |one: &NotValued| {
            (
                one.measure.clone(),
                one.stage,
                one.funding,
                one.code,
                one.message.clone(),
            )
        };
        key(one).cmp(&key(other))
    });
    Ok(told)
}
