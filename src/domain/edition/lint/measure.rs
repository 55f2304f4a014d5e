//! One measure: its texts, its themes, how its kinds fit together, and the units of its proxies.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::measure::{Aggregation, Claim, Measure, QuantityKind, Shelf, Valuation};
use super::super::super::proxy::Proxy;
use super::super::super::taxonomy::Taxonomy;
use super::{Ask, Known, is_code};

/// Everything about one measure.
pub(super) fn lint(
    measure: &Measure,
    known: Known<'_>,
    proxies: &BTreeMap<&str, &Proxy>,
    ask: &mut Ask<'_>,
) {
    texts(measure, ask);
    themes(measure, known, ask);
    values_of(measure, proxies, ask);
}

fn texts(measure: &Measure, ask: &mut Ask<'_>) {
    let code = "lower-case letters, digits, hyphens and points";
    ask.that(is_code(&measure.code), "code", "bad_code", code);
    for (key, text) in [
        ("title", &measure.title),
        ("definition", &measure.definition),
        ("counts", &measure.counts),
        ("evidence", &measure.evidence),
        ("does_not_count", &measure.does_not_count),
        ("unit", &measure.unit),
        ("outcome", &measure.outcome),
    ] {
        ask.is_written(key, text);
    }
    let reasoned = measure.shelf == Shelf::Default || measure.shelf_reason.is_some();
    let message = "a measure of the library says why it is there";
    ask.that(reasoned, "shelf_reason", "shelf_reason_missing", message);
    let averages = measure.quantity == QuantityKind::AverageOverPeriod;
    let message = "only an average over the period can be claimed for its first twelve months (V5)";
    let fits = measure.claim != Claim::First12Months || averages;
    ask.that(fits, "claim", "claim_does_not_fit", message);
    let no_sum = |how: Aggregation| how != Aggregation::Sum || measure.quantity.adds_up();
    let message = "only a flow, an average or an event is added up over time (V7)";
    ask.that(
        no_sum(measure.over_time),
        "over_time",
        "sum_does_not_fit",
        message,
    );
    let is_ratio = measure.quantity == QuantityKind::Ratio;
    let message = "ratio is how a ratio aggregates, and nothing else (V7)";
    for (key, how) in [
        ("over_time", measure.over_time),
        ("over_places", measure.over_places),
    ] {
        let fits = how != Aggregation::Ratio || is_ratio;
        ask.that(fits, key, "ratio_does_not_fit", message);
    }
    let factors = measure.input.factors().iter();
    let components: Vec<&str> = factors
        .clone()
        .map(|factor| factor.code.as_str())
        .chain(factors.flat_map(|factor| factor.terms.iter().map(|term| term.code.as_str())))
        .chain(measure.input.parts().iter().map(|part| part.code.as_str()))
        .collect();
    let distinct: BTreeSet<&&str> = components.iter().collect();
    let message = "a component stands twice";
    let once = distinct.len() == components.len();
    ask.that(once, "parts", "duplicate_component", message);
}

fn themes(measure: &Measure, known: Known<'_>, ask: &mut Ask<'_>) {
    let taxonomies = known.taxonomies;
    let needed = |taxonomy: &&Taxonomy| known.every_measure_themed && taxonomy.is_default;
    for taxonomy in taxonomies.iter().filter(needed) {
        let message = format!("every measure has a theme of {}", taxonomy.code);
        let given = measure.themes.contains_key(&taxonomy.code);
        ask.that(given, "themes", "theme_missing", &message);
    }
    for (code, theme) in &measure.themes {
        let taxonomy = taxonomies.iter().find(|taxonomy| taxonomy.code == *code);
        let exists = taxonomy.is_some_and(|taxonomy| taxonomy.theme(theme).is_some());
        let message = format!("there is no theme {theme} in a taxonomy {code}");
        ask.that(exists, "themes", "unknown_theme", &message);
    }
}

/// The proxies of a measure: one of the same unit, and usable where a commissioner finds it.
fn values_of(measure: &Measure, proxies: &BTreeMap<&str, &Proxy>, ask: &mut Ask<'_>) {
    let direct = match &measure.valuation {
        Valuation::Proxy(code) => vec![(code.as_str(), Some(measure.unit.as_str()))],
        Valuation::Carbon { proxy, .. } => vec![(proxy.as_str(), None)],
        Valuation::Parts => measure
            .input
            .parts()
            .iter()
            .filter_map(|part| Some((part.valued_by.as_deref()?, Some(part.unit.as_str()))))
            .collect(),
        Valuation::RecordOnly(reason) => {
            ask.is_written("record_only_because", reason);
            Vec::new()
        }
    };
    for (code, unit) in direct {
        let Some(proxy) = proxies.get(code) else {
            continue;
        };
        // The proxy of an average is named for the unit-year it accrues to: a job-year for a job.
        // The library keeps the unit of its source, with its limits: an offence, reported or not.
        let averages = measure.quantity == QuantityKind::AverageOverPeriod;
        let free = averages || measure.shelf == Shelf::Library;
        let same = free || unit.is_none_or(|unit| unit == proxy.unit);
        let message = format!("its unit is not that of the proxy {code}, {}", proxy.unit);
        ask.that(same, "unit", "unit_differs", &message);
        let usable = measure.shelf == Shelf::Library || proxy.not_yet_valued.is_none();
        let message = format!("it is on the default shelf and the proxy {code} is not valued yet");
        ask.that(usable, "valued_by", "not_yet_valued", &message);
    }
}
