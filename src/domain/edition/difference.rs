//! What changed from one edition to another: measures that came and went, values that changed, by how much and why.

use std::collections::{BTreeMap, BTreeSet};

use super::super::exact::Exact;
use super::super::measure::{Measure, Valuation};
use super::super::words::words;
use super::{Edition, PublishedProxy, UnitValue};

words! {
    /// What became of a measure.
    Change {
        /// It is new.
        Added = "added",
        /// It is gone.
        Removed = "removed",
        /// It is in both, and something of it differs.
        Changed = "changed",
    }
}

words! {
    /// What differs of a measure, or why its value does.
    Cause {
        /// What is counted, how it may be claimed, or how it adds up.
        Counting = "counting",
        /// The unit.
        Unit = "unit",
        /// The column.
        Column = "column",
        /// Whether and through what it is valued.
        Valuation = "valuation",
        /// The factors on the way through tonnes.
        EmissionFactors = "emission_factors",
        /// The value that was published.
        SourceValue = "source_value",
        /// The prices it stands in, or the step to the price base.
        Prices = "prices",
        /// What is taken off the value, or was already.
        Adjustments = "adjustments",
        /// What value it is and how it was made.
        Method = "method",
        /// Where it was published.
        Source = "source",
        /// Its licence, or on what terms it may be used.
        Terms = "terms",
    }
}

/// A value of a measure in both editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueDifference {
    /// The part it values, where the measure has parts.
    pub component: Option<String>,
    /// The place it is for.
    pub place: String,
    /// The year it is for, where values vary by year.
    pub year: Option<String>,
    /// Pounds a unit before; `None` where there was no value.
    pub before: Option<Exact>,
    /// Pounds a unit after; `None` where there is no value.
    pub after: Option<Exact>,
    /// Whether the licence of either keeps it.
    pub kept: bool,
}

/// What became of one measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureDifference {
    /// Its code in the later edition, or where it is gone in the earlier.
    pub measure: String,
    /// Its code in the earlier edition, where that is another.
    pub was: Option<String>,
    /// Its title.
    pub title: String,
    /// What became of it.
    pub change: Change,
    /// What differs.
    pub because: BTreeSet<Cause>,
    /// The values that differ.
    pub values: Vec<ValueDifference>,
}

/// What changed as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Measures of which anything differs, by code.
    pub measures: Vec<MeasureDifference>,
    /// How many are the same in both.
    pub unchanged: usize,
}

/// A value by part, place and year.
type Key = (Option<String>, String, Option<String>);
type Values<'a> = BTreeMap<Key, (&'a PublishedProxy, &'a UnitValue)>;

/// Compares two editions. A measure is the same where its code, or one of its other names, is.
#[must_use]
pub fn difference(from: &Edition, to: &Edition) -> Difference {
    let mut met: BTreeSet<&str> = BTreeSet::new();
    let mut measures = Vec::new();
    let mut unchanged = 0;
    for after in to.measures() {
        let names = std::iter::once(&after.code).chain(&after.aliases);
        let before = names.filter_map(|name| from.measure(name)).next();
        let found = match before {
            None => Some(alone(to, after, Change::Added)),
            Some(before) => {
                met.insert(&before.code);
                changed((from, before), (to, after))
            }
        };
        match found {
            Some(found) => measures.push(found),
            None => unchanged += 1,
        }
    }
    let gone = from
        .measures()
        .filter(|one| !met.contains(one.code.as_str()));
    measures.extend(gone.map(|before| alone(from, before, Change::Removed)));
    measures.sort_by(|one, other| one.measure.cmp(&other.measure));
    Difference {
        measures,
        unchanged,
    }
}

fn alone(edition: &Edition, measure: &Measure, change: Change) -> MeasureDifference {
    let none = Values::new();
    let own = values(edition, measure);
    let values = match change {
        Change::Removed => value_differences(&own, &none),
        Change::Added | Change::Changed => value_differences(&none, &own),
    };
    MeasureDifference {
        measure: measure.code.clone(),
        was: None,
        title: measure.title.clone(),
        change,
        because: BTreeSet::new(),
        values,
    }
}

fn changed(
    (from, before): (&Edition, &Measure),
    (to, after): (&Edition, &Measure),
) -> Option<MeasureDifference> {
    let (old, new) = (values(from, before), values(to, after));
    let mut because = of_measures(before, after);
    if factors(from, before) != factors(to, after) {
        because.insert(Cause::EmissionFactors);
    }
    for (key, (proxy, value)) in &new {
        if let Some((was, before)) = old.get(key) {
            because.extend(of_values((was, before), (proxy, value)));
        }
    }
    let values = value_differences(&old, &new);
    if because.is_empty() && values.is_empty() {
        return None;
    }
    Some(MeasureDifference {
        measure: after.code.clone(),
        was: Some(before.code.clone()).filter(|code| *code != after.code),
        title: after.title.clone(),
        change: Change::Changed,
        because,
        values,
    })
}

fn of_measures(before: &Measure, after: &Measure) -> BTreeSet<Cause> {
    let counted = |one: &Measure| {
        let adds = (one.over_time, one.over_places, one.allows_harm);
        (one.definition.clone(), one.quantity, one.claim, adds)
    };
    let shape = |one: &Measure| {
        let parts = one.input.parts().iter().map(|part| part.code.clone());
        (parts.collect::<Vec<_>>(), one.input.factors().to_vec())
    };
    let kind = |one: &Measure| match &one.valuation {
        Valuation::Proxy(_) => 0,
        Valuation::Carbon { .. } => 1,
        Valuation::Parts => 2,
        Valuation::RecordOnly(_) => 3,
    };
    let found = [
        (
            Cause::Counting,
            counted(before) != counted(after) || shape(before) != shape(after),
        ),
        (Cause::Unit, before.unit != after.unit),
        (Cause::Column, before.column != after.column),
        (Cause::Valuation, kind(before) != kind(after)),
    ];
    found
        .into_iter()
        .filter_map(|(cause, differs)| differs.then_some(cause))
        .collect()
}

fn of_values(
    (was, before): (&PublishedProxy, &UnitValue),
    (is, after): (&PublishedProxy, &UnitValue),
) -> impl Iterator<Item = Cause> + use<> {
    let (was, is) = (&was.proxy, &is.proxy);
    let source = before.source_value != after.source_value;
    let prices = was.price_year != is.price_year || before.uprating != after.uprating;
    // What neither the published value nor the prices explain was taken off or put on between them.
    let rest = before.net != after.net && !source && !prices;
    let found = [
        (Cause::SourceValue, source),
        (Cause::Prices, prices),
        (
            Cause::Adjustments,
            rest || was.already_net_of != is.already_net_of || was.adjustments != is.adjustments,
        ),
        (Cause::Method, was.method != is.method),
        (Cause::Source, was.source != is.source),
        (
            Cause::Terms,
            was.licence != is.licence || was.terms != is.terms,
        ),
    ];
    found
        .into_iter()
        .filter_map(|(cause, differs)| differs.then_some(cause))
}

/// The factors by year that a measure goes through, where it goes through tonnes.
fn factors<'a>(edition: &'a Edition, measure: &Measure) -> Option<Vec<(&'a String, &'a Exact)>> {
    let Valuation::Carbon { factor, .. } = &measure.valuation else {
        return None;
    };
    let rows = edition.factors()?.rows.get(factor)?.iter();
    Some(rows.map(|(year, row)| (year, &row.value.central)).collect())
}

/// Every value of a measure.
fn values<'a>(edition: &'a Edition, measure: &Measure) -> Values<'a> {
    let whole = |code: &String| vec![(None, code.clone())];
    let proxies: Vec<(Option<String>, String)> = match &measure.valuation {
        Valuation::Proxy(code) | Valuation::Carbon { proxy: code, .. } => whole(code),
        Valuation::Parts => {
            let parts = measure.input.parts().iter();
            let valued = parts.filter_map(|part| {
                let code = part.valued_by.clone()?;
                Some((Some(part.code.clone()), code))
            });
            valued.collect()
        }
        Valuation::RecordOnly(_) => Vec::new(),
    };
    let mut values = Values::new();
    for (component, code) in proxies {
        let Some(published) = edition.proxy(&code) else {
            continue;
        };
        for value in published.values() {
            let key = (component.clone(), value.place.clone(), value.year.clone());
            values.insert(key, (published, value));
        }
    }
    values
}

fn value_differences(before: &Values<'_>, after: &Values<'_>) -> Vec<ValueDifference> {
    let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let differing = keys.into_iter().filter_map(|key| {
        let pair = [before.get(key), after.get(key)];
        let net = pair.map(|found| found.map(|(_, value)| value.net.central.clone()));
        let [was, is] = net;
        let kept = pair
            .into_iter()
            .flatten()
            .any(|(published, _)| published.is_kept());
        let (component, place, year) = key.clone();
        (was != is).then_some(ValueDifference {
            component,
            place,
            year,
            before: was,
            after: is,
            kept,
        })
    });
    differing.collect()
}
