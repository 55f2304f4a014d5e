//! A roll-up in the prices of another year, and of several editions in one: only then may they be added, and only where
//! they value by one method (V10).

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::basis::Basis;
use crate::domain::edition::EditionId;
use crate::domain::fault::Fault;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::measure::Column;
use crate::domain::restating::{Restated, Restating, holds_face_values};
use crate::storage::StorageError;
use crate::storage::total::RollUpRow;

use super::super::Refusal;
use super::{Dimension, Gather, Lines, RollUpAsked, RollUpLine, Shown};

/// What a worth in other prices is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InPrices {
    /// Pence restated, rounded once a row.
    pub restated: i64,
    /// Pence at face value, never re-based.
    pub face_value: i64,
    /// Whether something was restated by an index that is a forecast.
    pub provisional: bool,
}

/// How a roll-up was restated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestatedRollUp {
    /// The prices it stands in.
    pub year: String,
    /// One an edition.
    pub steps: Vec<Restating>,
    /// The editions that were added together; none where they stand apart.
    pub combined: Vec<EditionId>,
    /// By the key of each row.
    pub rows: BTreeMap<String, InPrices>,
    /// By the key of each total.
    pub totals: BTreeMap<String, InPrices>,
}

/// Rows and totals of a restated roll-up.
pub(super) type RowsAndTotals = (Vec<RollUpLine>, Vec<RollUpLine>);

/// Faults that can be told without reading anything.
pub(super) fn faults(asked: &RollUpAsked) -> Option<Fault> {
    let message = "editions are added in the prices of one year only: give prices as well";
    let is_lost = asked.combine && asked.prices.is_none();
    is_lost.then(|| Fault::new("/combine", "prices_missing", message))
}

/// Gathers rows in the prices of a year. Each row is restated from its exact sum, and totals are sums of rows, so that
/// printed columns add up to printed totals (V2).
pub(super) fn restate(
    gather: &Gather<'_>,
    rows: &[RollUpRow],
    year: &str,
) -> Result<(RowsAndTotals, RestatedRollUp), Refusal> {
    let standing: Vec<&RollUpRow> = rows.iter().filter(|row| stands(row)).collect();
    let (mut bases, mut needed) = (BTreeMap::new(), BTreeSet::new());
    for row in &standing {
        let (edition, measure) = gather.measure(row)?;
        bases.insert(edition.id().clone(), Basis::of(edition));
        if measure.is_valued() && !holds_face_values(edition, measure) {
            needed.insert(edition.id().clone());
        }
    }
    let combined = match gather.asked.combine {
        true => one_method(&bases)?,
        false => Vec::new(),
    };
    let steps = gather.editions.iter();
    let steps = steps.filter(|(id, _)| needed.contains(id));
    let steps = steps.map(|(_, edition)| Restating::of(edition, year));
    let restating = Restatement {
        gather,
        steps: steps.collect::<Result<Vec<_>, _>>()?,
        together: bases.into_values().next().filter(|_| gather.asked.combine),
    };
    let mut lines = Vec::new();
    let mut in_prices = BTreeMap::new();
    for group in restating.groups(rows, true)? {
        let (line, made) = restating.row(&group, rows, true)?;
        if line.lines != Lines::default() {
            in_prices.insert(line.key(), made);
            lines.push(line);
        }
    }
    let (mut totals, mut of_totals) = (Vec::new(), BTreeMap::new());
    for group in restating.groups(rows, false)? {
        let (mut line, _) = restating.row(&group, rows, false)?;
        if line.lines == Lines::default() {
            continue;
        }
        let apart = |row: &RollUpLine| (row.stage, row.column, row.basis.clone(), row.funding);
        let own = lines.iter().filter(|row| apart(row) == apart(&line));
        let made = summed(own.filter_map(|row| in_prices.get(&row.key())))?;
        line.worth_pence = match line.column {
            Some(_) => Some(plus(made.restated, made.face_value)?),
            None => None,
        };
        of_totals.insert(line.key(), made);
        totals.push(line);
    }
    let restated = RestatedRollUp {
        year: year.to_owned(),
        steps: restating.steps,
        combined,
        rows: in_prices,
        totals: of_totals,
    };
    Ok(((lines, totals), restated))
}

/// Whether anything of a row was not taken back.
fn stands(row: &RollUpRow) -> bool {
    row.sums.valued_lines != 0 || row.sums.record_only_lines != 0
}

/// The editions, where all of them value by one method; else the first two that do not are named.
fn one_method(bases: &BTreeMap<EditionId, Basis>) -> Result<Vec<EditionId>, Refusal> {
    let mut all = bases.values();
    if let Some(first) = all.next()
        && let Some(other) = all.find(|other| other.method != first.method)
    {
        let message = format!(
            "{} and {} value by different methods, and are never added: \"{}\" and \"{}\"",
            first.edition, other.edition, first.method, other.method
        );
        return Err(Fault::new("/combine", "methods_differ", message).into());
    }
    Ok(bases.keys().cloned().collect())
}

struct Restatement<'a> {
    gather: &'a Gather<'a>,
    steps: Vec<Restating>,
    /// The basis that rows of all editions are told under, where editions are combined: the first of them.
    together: Option<Basis>,
}

/// What keeps rows apart, and which they are.
struct Group {
    key: super::gather::Key,
    indexes: Vec<usize>,
}

impl Restatement<'_> {
    /// Rows that belong together, in the order of their labels; of several editions where they are combined. What two
    /// editions call differently is one by its code.
    fn groups(&self, rows: &[RollUpRow], labelled: bool) -> Result<Vec<Group>, Refusal> {
        let apart = self.gather.groups(rows, labelled)?.into_iter();
        let apart = apart.map(|(key, indexes)| Group { key, indexes });
        let Some(basis) = &self.together else {
            return Ok(apart.collect());
        };
        let mut together: BTreeMap<(Vec<String>, Stage, Option<Column>, FundingSource), Group> =
            BTreeMap::new();
        for mut group in apart {
            let (labels, stage, column, own, funding) = &mut group.key;
            *own = basis.clone();
            let ids = labels.iter().map(|label| label.id.clone()).collect();
            match together.entry((ids, *stage, *column, *funding)) {
                Entry::Vacant(place) => {
                    place.insert(group);
                }
                Entry::Occupied(mut there) => {
                    there.get_mut().indexes.extend(group.indexes);
                }
            }
        }
        let mut groups: Vec<Group> = together.into_values().collect();
        groups.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(groups)
    }

    /// One row, restated.
    fn row(
        &self,
        group: &Group,
        rows: &[RollUpRow],
        labelled: bool,
    ) -> Result<(RollUpLine, InPrices), Refusal> {
        let members = || group.indexes.iter().filter_map(|index| rows.get(*index));
        let mut line = self.gather.line(&group.key, members(), labelled)?;
        let mut sum = Restated::default();
        for row in members() {
            let (edition, measure) = self.gather.measure(row)?;
            let mut steps = self.steps.iter();
            let step = steps.find(|one| one.basis.edition == *edition.id());
            match step.filter(|_| !holds_face_values(edition, measure)) {
                Some(one) => sum.add(row.sums.worth_pence, &one.step),
                None => sum.add_at_face_value(row.sums.worth_pence),
            }
        }
        let made = InPrices {
            restated: sum.restated().ok_or_else(out_of_range)?,
            face_value: sum.at_face_value().ok_or_else(out_of_range)?,
            provisional: sum.is_provisional(),
        };
        line.worth_pence = match line.column {
            Some(_) => Some(plus(made.restated, made.face_value)?),
            None => None,
        };
        if self.gather.asked.by.contains(&Dimension::Measure) && labelled {
            self.one_unit(&mut line, members().filter(|row| stands(row)))?;
        }
        Ok((line, made))
    }

    /// Takes the quantity out where the editions count it in different units.
    fn one_unit<'r>(
        &self,
        line: &mut RollUpLine,
        members: impl Iterator<Item = &'r RollUpRow>,
    ) -> Result<(), Refusal> {
        let mut counted = BTreeSet::new();
        for row in members {
            let (_, measure) = self.gather.measure(row)?;
            let unit = (measure.unit.as_str(), measure.posted_of_unit());
            counted.insert((unit, measure.has_sum(), measure.over_time.word()));
        }
        if counted.len() > 1 {
            let reason = "the editions that are combined count it in different ways";
            line.quantity = Shown::Unavailable(reason.to_owned());
        }
        Ok(())
    }
}

fn summed<'a>(all: impl Iterator<Item = &'a InPrices>) -> Result<InPrices, Refusal> {
    let mut sum = InPrices::default();
    for one in all {
        sum.restated = plus(sum.restated, one.restated)?;
        sum.face_value = plus(sum.face_value, one.face_value)?;
        sum.provisional |= one.provisional;
    }
    Ok(sum)
}

fn plus(one: i64, other: i64) -> Result<i64, Refusal> {
    one.checked_add(other).ok_or_else(out_of_range)
}

fn out_of_range() -> Refusal {
    Refusal::Storage(StorageError::OutOfRange {
        what: "roll-up".to_owned(),
    })
}
