//! The bridge from what a contract was worth to what it is worth: every penny between the two belongs to one of four
//! effects, line by line, so that they add up to the whole difference.

use std::collections::{BTreeMap, BTreeSet};

use super::super::amount::Pence;
use super::super::commitment::Commitment;
use super::super::edition::{Edition, PublishedProxy};
use super::super::exact::{self, Exact};
use super::super::fault::Fault;
use super::super::measure::Column;
use super::super::period::Period;
use super::super::proxy::Values;
use super::super::report::Return;
use super::super::valuation::Valued;
use super::super::valuation::working::{WorkedPart, Working};
use super::posting::Stage;
use super::standing::{Ground, stands};

/// The way of a sum from before to after, in pence: `before + delivery + price + method + scope = after`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effects {
    /// What it was.
    pub before: i64,
    /// More or less was promised, reported or accepted, or another part of the time lies in the contract; at the values
    /// of before.
    pub delivery: i64,
    /// Values that are made in the same way were published anew, or brought to other prices.
    pub price: i64,
    /// Values are made in another way: by another method, other adjustments, factors or years of effect.
    pub method: i64,
    /// What counts: commitments that were added, lines that are valued now or no longer, in another column or by another
    /// measure, or that the edition of before had no value for.
    pub scope: i64,
    /// What it is.
    pub after: i64,
}

impl Effects {
    /// Adds others; `None` where one leaves 64 bits (V3).
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Option<Self> {
        let pairs = [
            (&mut self.before, other.before),
            (&mut self.delivery, other.delivery),
            (&mut self.price, other.price),
            (&mut self.method, other.method),
            (&mut self.scope, other.scope),
            (&mut self.after, other.after),
        ];
        for (sum, more) in pairs {
            *sum = sum.checked_add(more)?;
        }
        Some(self)
    }
}

/// The ways by stage, column and code of the measure: stages and columns are never added up.
pub type Bridge = BTreeMap<(Stage, Column, String), Effects>;

/// The same over all measures of a stage and column.
pub type Totals = BTreeMap<(Stage, Column), Effects>;

/// The ways of the sums of all measures.
///
/// # Errors
/// `out_of_range`.
pub fn totals(bridge: &Bridge) -> Result<Totals, Fault> {
    let mut totals = Totals::new();
    for ((stage, column, _), effects) in bridge {
        let total = totals.entry((*stage, *column)).or_default();
        *total = total.plus(effects).ok_or_else(out_of_range)?;
    }
    Ok(totals)
}

/// A contract as it was known once.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What its lines are valued with.
    pub ground: Ground<'a>,
    /// Its commitments.
    pub commitments: &'a [Commitment],
    /// Its returns.
    pub returns: &'a [Return],
}

/// The way from one to the other.
///
/// # Errors
/// A fault of a line that stands and cannot be valued; `out_of_range`.
pub fn bridge(before: &Side<'_>, after: &Side<'_>) -> Result<Bridge, Fault> {
    let known: BTreeSet<i64> = before.commitments.iter().map(|one| one.number).collect();
    let old = lines(before);
    // What is said of the contract now, valued as it was then.
    let commitments = adjusted_as(before.commitments, after.commitments);
    let ground = Ground {
        edition: before.ground.edition,
        commitments: &commitments,
        ..after.ground
    };
    let between = Side {
        ground,
        commitments: &commitments,
        returns: after.returns,
    };
    let between = lines(&between);
    let new = lines(after);
    let mut bridge = Bridge::new();
    let keys: BTreeSet<&Key> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let one = Between {
            was_known: key.commitment.is_none_or(|number| known.contains(&number)),
            editions: [before.ground.edition, after.ground.edition],
            old: found(old.get(key))?,
            between: between.get(key).and_then(|line| line.valued.as_ref().ok()),
            new: found(new.get(key))?,
        };
        one.tell(key.stage, &mut bridge)?;
    }
    Ok(bridge)
}

/// What a line is found by on both sides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    stage: Stage,
    period: Period,
    line: String,
    /// The number of the commitment that it plans.
    commitment: Option<i64>,
}

struct LineOf {
    /// The code it was given.
    measure: String,
    valued: Result<Valued, Fault>,
}

/// A line with what it is worth in a column; record-only counts for nothing here.
#[derive(Clone, Copy)]
struct Found<'a> {
    measure: &'a str,
    working: &'a Working,
    worth: Option<(Column, i64)>,
}

fn found(line: Option<&LineOf>) -> Result<Option<Found<'_>>, Fault> {
    let Some(line) = line else {
        return Ok(None);
    };
    let valued = line.valued.as_ref().map_err(Clone::clone)?;
    Ok(Some(Found {
        measure: &line.measure,
        working: &valued.working,
        worth: valued.working.column.zip(valued.worth.pence()),
    }))
}

/// Every line that stands, valued; without commitments to what the edition does not know.
fn lines(side: &Side<'_>) -> BTreeMap<Key, LineOf> {
    let mut lines = BTreeMap::new();
    for commitment in side.commitments {
        let Ok(measure) = side.ground.measure(&commitment.measure) else {
            continue;
        };
        for one in commitment.plan(side.ground.contract, measure) {
            let key = Key {
                stage: Stage::Committed,
                period: one.period,
                line: commitment.line(),
                commitment: Some(commitment.number),
            };
            let line = LineOf {
                measure: commitment.measure.clone(),
                valued: side.ground.value_planned(commitment, &one),
            };
            lines.insert(key, line);
        }
    }
    for given in side.returns {
        for (stage, _, line, reported) in stands(given) {
            let key = Key {
                stage,
                period: given.period,
                line: line.line.clone(),
                commitment: None,
            };
            let valued = LineOf {
                measure: line.measure.clone(),
                valued: side.ground.value(given.period, line, &reported),
            };
            lines.insert(key, valued);
        }
    }
    lines
}

/// Commitments as they are, adjusted as they were: what a later version adjusts is not said yet.
fn adjusted_as(before: &[Commitment], after: &[Commitment]) -> Vec<Commitment> {
    let mut commitments = after.to_vec();
    for one in &mut commitments {
        let was = before.iter().find(|was| was.number == one.number);
        let known = was.map_or(0, |was| was.versions.len());
        for version in one.versions.iter_mut().skip(known) {
            version.adjusting = None;
        }
    }
    commitments
}

/// One line on both sides, and as it is now but valued as it was.
struct Between<'a> {
    was_known: bool,
    editions: [&'a Edition; 2],
    old: Option<Found<'a>>,
    between: Option<&'a Valued>,
    new: Option<Found<'a>>,
}

impl Between<'_> {
    fn tell(&self, stage: Stage, bridge: &mut Bridge) -> Result<(), Fault> {
        let mut add = |found: &Found<'_>, column: Column, effects: Effects| {
            let key = (stage, column, found.working.measure.clone());
            let sum = bridge.entry(key).or_default();
            *sum = sum.plus(&effects).ok_or_else(out_of_range)?;
            Ok::<_, Fault>(())
        };
        if let Some((line, column, effects)) = self.went_on() {
            return add(line, column, effects);
        }
        // It came or went as a whole: with the work that it tells of, or because something else counts.
        let alone = self.old.is_none() || self.new.is_none();
        let is_delivery = alone && self.was_known;
        let moved = |pence: i64| match is_delivery {
            true => (pence, 0),
            false => (0, pence),
        };
        if let Some((line, (column, worth))) = valued(self.old.as_ref()) {
            let (delivery, scope) = moved(-worth);
            let before = worth;
            let effects = Effects {
                before,
                delivery,
                scope,
                ..Effects::default()
            };
            add(line, column, effects)?;
        }
        if let Some((line, (column, worth))) = valued(self.new.as_ref()) {
            let (delivery, scope) = moved(worth);
            let after = worth;
            let effects = Effects {
                delivery,
                scope,
                after,
                ..Effects::default()
            };
            add(line, column, effects)?;
        }
        Ok(())
    }

    /// The effects on a line of one measure and column that is worth something now and was, or has come since.
    fn went_on(&self) -> Option<(&Found<'_>, Column, Effects)> {
        let (is, (column, after)) = valued(self.new.as_ref())?;
        let (same, before) = match &self.old {
            None => (self.was_known, 0),
            Some(was) => {
                let (old_column, before) = was.worth?;
                (was.measure == is.measure && old_column == column, before)
            }
        };
        let between = self.between?;
        let same = same && between.working.column == Some(column);
        let at_old_values = between.worth.pence().filter(|_| same)?;
        let valued_anew = after - at_old_values;
        let price = self.price(&between.working, is.working, at_old_values, valued_anew);
        let effects = Effects {
            before,
            delivery: at_old_values - before,
            price,
            method: valued_anew - price,
            scope: 0,
            after,
        };
        Some((is, column, effects))
    }

    /// The part of valuing anew that is due to the values themselves, rather than to how they are made.
    fn price(&self, old: &Working, new: &Working, at_old_values: i64, valued_anew: i64) -> i64 {
        let pairs: Vec<(&WorkedPart, &WorkedPart)> = old.parts.iter().zip(&new.parts).collect();
        let alike =
            old.parts.len() == new.parts.len() && pairs.iter().all(|pair| self.alike(*pair));
        if !alike {
            return 0;
        }
        let same_way = |(old, new): &(&WorkedPart, &WorkedPart)| {
            old.unit_value.effect == new.unit_value.effect && kilograms(old) == kilograms(new)
        };
        if pairs.iter().all(same_way) {
            return valued_anew;
        }
        let at_new_prices = pairs.iter().map(|(old, new)| {
            let gross = old.unit_value.gross();
            let rises = (gross != exact::zero()).then(|| new.unit_value.gross() / gross)?;
            Some(&old.amount * &rises)
        });
        let at_new_prices: Option<Exact> = at_new_prices.sum();
        let rounded = at_new_prices.and_then(|pounds| Pence::round_pounds(&pounds));
        rounded.map_or(0, |pence| pence.pence() - at_old_values)
    }

    /// Whether two products are of one part and year, by values that are made in one way.
    fn alike(&self, (old, new): (&WorkedPart, &WorkedPart)) -> bool {
        let part = |one: &WorkedPart| {
            let year = one.year_weight.as_ref().map(|(year, _)| *year);
            (one.component.clone(), year, one.unit.clone())
        };
        let [before, after] = self.editions;
        let made = before.proxy(&old.proxy).zip(after.proxy(&new.proxy));
        part(old) == part(new) && made.is_some_and(|(old, new)| made_alike(old, new))
    }
}

/// Whether two values are of one kind, made by one method.
fn made_alike(old: &PublishedProxy, new: &PublishedProxy) -> bool {
    let (old, new) = (&old.proxy, &new.proxy);
    let same = (&old.kind, &old.method, &old.growth) == (&new.kind, &new.method, &new.growth);
    let is_built = |values: &Values| matches!(values, Values::Derived(_));
    same && old.already_net_of == new.already_net_of
        && is_built(&old.values) == is_built(&new.values)
}

fn kilograms(part: &WorkedPart) -> Option<&Exact> {
    part.conversion.as_ref().map(|through| &through.kilograms)
}

fn valued<'a, 'b>(found: Option<&'b Found<'a>>) -> Option<(&'b Found<'a>, (Column, i64))> {
    found.and_then(|line| Some((line, line.worth?)))
}

fn out_of_range() -> Fault {
    let message = "a sum of this contract is beyond 10^13 pounds";
    Fault::new("", "out_of_range", message)
}
