//! One proxy: its texts and source, and the licences, places and series it rests on.

use std::collections::BTreeSet;

use super::super::super::effect::check::ALREADY_NET_OF;
use super::super::super::proxy::{PriceYear, Proxy, Source, Values};
use super::super::Draft;
use super::{Ask, Known, is_code};

/// The licence of what nobody published: a pound is a pound.
const NO_LICENCE_NEEDED: &str = "none-needed";
/// Everything about one proxy.
pub(super) fn lint(proxy: &Proxy, draft: &Draft, known: Known<'_>, ask: &mut Ask<'_>) {
    texts(proxy, ask);
    rests_on(proxy, draft, known, ask);
}

fn texts(proxy: &Proxy, ask: &mut Ask<'_>) {
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
    ] {
        ask.is_written(key, text);
    }
    sources(&proxy.source, "source", ask);
    let adjusted = !proxy.adjustments.is_none();
    ask.that(
        !adjusted || proxy.adjusted_because.is_some(),
        "adjustments/because",
        "reason_missing",
        "adjustments say where they come from",
    );
    let mut named = BTreeSet::new();
    for adjustment in &proxy.already_net_of {
        let message = format!("{adjustment} is none of {}", ALREADY_NET_OF.join(", "));
        let is_known = ALREADY_NET_OF.contains(&adjustment.as_str());
        ask.that(is_known, "already_net_of", "unknown_adjustment", &message);
        let message = format!("{adjustment} is named twice");
        let once = named.insert(adjustment);
        ask.that(once, "already_net_of", "duplicate_adjustment", &message);
    }
}

/// A source is named so that a stranger finds it.
fn sources(source: &Source, key: &str, ask: &mut Ask<'_>) {
    for (name, text) in [
        ("title", &source.title),
        ("publisher", &source.publisher),
        ("year", &source.year),
        ("url", &source.url),
    ] {
        ask.is_written(&format!("{key}/{name}"), text);
    }
    let https = source.url.starts_with("https://");
    let message = "an address starts with https://";
    ask.that(https, &format!("{key}/url"), "bad_url", message);
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
        Values::Derived(derivation) => {
            for part in &derivation.parts {
                sources(&part.source, &format!("part/{}/source", part.code), ask);
                ask.is_written(&format!("part/{}/title", part.code), &part.title);
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
