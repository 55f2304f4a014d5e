//! What a careful reader would ask of an edition before it is published: every fault at once.

use std::collections::{BTreeMap, BTreeSet};

use super::super::fault::Fault;
use super::super::measure::{Aggregation, Claim, Measure, QuantityKind, Shelf, Valuation};
use super::super::place::Places;
use super::super::proxy::{PriceYear, Proxy, Values};
use super::super::series::Series;
use super::super::taxonomy::Taxonomy;
use super::Draft;

/// The licence of what nobody published: a pound is a pound.
const NO_LICENCE_NEEDED: &str = "none-needed";

/// What an edition may refer to.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The places there are.
    pub places: &'a Places,
    /// The taxonomies there are.
    pub taxonomies: &'a [Taxonomy],
    /// The series there are, every release.
    pub series: &'a [Series],
}

/// Checks what publishing does not: sources, licences, units, themes, places, shelves, names.
#[must_use]
pub fn lint(draft: &Draft, known: Known<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let proxies: BTreeMap<&str, &Proxy> = draft
        .proxies
        .iter()
        .map(|proxy| (proxy.code.as_str(), proxy))
        .collect();
    for measure in &draft.measures {
        let at = format!("{}/measure/{}", draft.id, measure.code);
        let mut ask = Ask {
            at,
            faults: &mut faults,
        };
        measure_lint(measure, &mut ask);
        themes(measure, known.taxonomies, &mut ask);
        values_of(measure, &proxies, &mut ask);
    }
    for proxy in &draft.proxies {
        let at = format!("{}/proxy/{}", draft.id, proxy.code);
        let mut ask = Ask {
            at,
            faults: &mut faults,
        };
        proxy_lint(proxy, &mut ask);
        rests_on(proxy, draft, known, &mut ask);
    }
    names(draft, &mut faults);
    relations(draft, &mut faults);
    faults
}

/// Collects faults about one entry.
struct Ask<'a> {
    at: String,
    faults: &'a mut Vec<Fault>,
}

impl Ask<'_> {
    fn that(&mut self, holds: bool, key: &str, code: &'static str, message: &str) {
        if !holds {
            let pointer = format!("{}/{key}", self.at);
            self.faults.push(Fault::new(pointer, code, message));
        }
    }

    fn is_written(&mut self, key: &str, text: &str) {
        self.that(
            !text.trim().is_empty(),
            key,
            "empty",
            "this may not be empty",
        );
    }
}

fn is_code(text: &str) -> bool {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
    };
    !text.is_empty() && text.len() <= 60 && text.bytes().all(plain)
}

fn measure_lint(measure: &Measure, ask: &mut Ask<'_>) {
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
    let components: Vec<&str> = measure
        .input
        .factors()
        .iter()
        .map(|factor| factor.code.as_str())
        .chain(measure.input.parts().iter().map(|part| part.code.as_str()))
        .collect();
    let distinct: BTreeSet<&&str> = components.iter().collect();
    let message = "a component stands twice";
    let once = distinct.len() == components.len();
    ask.that(once, "parts", "duplicate_component", message);
}

fn themes(measure: &Measure, taxonomies: &[Taxonomy], ask: &mut Ask<'_>) {
    for taxonomy in taxonomies.iter().filter(|taxonomy| taxonomy.is_default) {
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

fn proxy_lint(proxy: &Proxy, ask: &mut Ask<'_>) {
    let code = "lower-case letters, digits, hyphens and points";
    ask.that(is_code(&proxy.code), "code", "bad_code", code);
    ask.that(
        is_code(&proxy.definition),
        "definition",
        "bad_code",
        "a definition is a code: areas are swapped only within one (V8)",
    );
    for (key, text) in [
        ("title", &proxy.title),
        ("unit", &proxy.unit),
        ("kind", &proxy.kind),
        ("coverage", &proxy.coverage),
        ("licence", &proxy.licence),
        ("method", &proxy.method),
        ("source/title", &proxy.source.title),
        ("source/publisher", &proxy.source.publisher),
        ("source/year", &proxy.source.year),
        ("source/url", &proxy.source.url),
    ] {
        ask.is_written(key, text);
    }
    let https = proxy.source.url.starts_with("https://");
    ask.that(
        https,
        "source/url",
        "bad_url",
        "an address starts with https://",
    );
    let mut named = BTreeSet::new();
    for adjustment in &proxy.already_net_of {
        let message = format!("{adjustment} is named twice");
        let once = named.insert(adjustment);
        ask.that(once, "already_net_of", "duplicate_adjustment", &message);
    }
}

/// Licence, places, series: what a proxy refers to.
fn rests_on(proxy: &Proxy, draft: &Draft, known: Known<'_>, ask: &mut Ask<'_>) {
    let message = format!(
        "the edition does not name the licence {} among its licences",
        proxy.licence
    );
    let licensed = proxy.licence == NO_LICENCE_NEEDED || draft.licences.contains(&proxy.licence);
    ask.that(licensed, "licence", "unknown_licence", &message);
    let message = format!("there is no place {}", proxy.place);
    let exists = known.places.get(&proxy.place).is_some();
    ask.that(exists, "place", "unknown_place", &message);
    match &proxy.values {
        Values::ByPlace { areas, .. } => {
            for area in areas.keys() {
                let mut above = known.places.way_up(area).skip(1);
                let below = above.any(|place| place.code == proxy.place);
                let message = format!("{area} is not a place below {}", proxy.place);
                ask.that(below, "area", "area_outside_place", &message);
            }
        }
        Values::ByYear(wanted) => {
            let release = draft.series.get(&wanted.series);
            let series = known
                .series
                .iter()
                .find(|series| series.name == wanted.series && Some(&series.release) == release);
            let stated = series.and_then(|series| series.price_year.as_deref());
            let own = match &proxy.price_year {
                PriceYear::Year(year) => Some(year.as_str()),
                PriceYear::Nominal => None,
            };
            let message = "its price year is not the one the series states";
            let same = stated.is_none() || stated == own;
            ask.that(same, "price_year", "price_year_differs", message);
        }
    }
}

/// No code or alias may mean two measures.
fn names(draft: &Draft, faults: &mut Vec<Fault>) {
    let mut taken: BTreeSet<&str> = draft
        .measures
        .iter()
        .map(|measure| measure.code.as_str())
        .collect();
    for measure in &draft.measures {
        for alias in &measure.aliases {
            if !taken.insert(alias) {
                let at = format!("{}/measure/{}/aliases", draft.id, measure.code);
                let message = format!("{alias} is already a code or an alias in this edition");
                faults.push(Fault::new(at, "alias_taken", message));
            }
        }
    }
}

fn relations(draft: &Draft, faults: &mut Vec<Fault>) {
    let mut taken = BTreeSet::new();
    for relation in &draft.relations {
        let at = format!("{}/relation/{}", draft.id, relation.name);
        let mut ask = Ask { at, faults };
        let once = taken.insert(relation.name.as_str());
        ask.that(
            once,
            "name",
            "duplicate_relation",
            "this name stands twice in the edition",
        );
        let distinct: BTreeSet<&String> = relation.measures.iter().collect();
        let fits = distinct.len() == relation.measures.len() && distinct.len() >= 2;
        let message = "a relation joins two measures or more, each named once";
        ask.that(fits, "measures", "bad_relation", message);
    }
}
