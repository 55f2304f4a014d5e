//! What an edition's digest is taken over: everything that decides a figure, and its sources.

use std::collections::BTreeMap;

use super::super::derivation::{Derivation, Role};
use super::super::exact::{Exact, exact_text};
use super::super::measure::{Measure, Valuation};
use super::super::proxy::{PriceYear, Proxy, ProxyTerms, Range, Values};
use super::super::seal::Seal;
use super::super::series::Series;
use super::{Draft, PublishedProxy, UnitValue};

/// SHA-256 in hexadecimal over the resolved rows and the series they rest on.
pub(super) fn of(
    draft: &Draft,
    proxies: &BTreeMap<String, PublishedProxy>,
    series: &BTreeMap<&str, &Series>,
) -> String {
    let mut seal = Seal::new()
        .text(&draft.id.to_string())
        .text(&draft.price_base)
        .text(&draft.method)
        .text(&draft.published_on.to_string());
    for measure in &draft.measures {
        seal = measure_rows(seal, measure);
    }
    for relation in &draft.relations {
        seal = seal
            .text(relation.kind.word())
            .text(&relation.measures.join(" "));
    }
    for (code, published) in proxies {
        let proxy = &published.proxy;
        seal = seal
            .text(code)
            .text(&proxy.definition)
            .text(&proxy.unit)
            .text(proxy.column.word())
            .maybe(price_year(&proxy.price_year))
            .text(&proxy.licence)
            .text(&proxy.source.title)
            .text(&proxy.source.publisher)
            .text(&proxy.source.year)
            .text(&proxy.source.url)
            .maybe(proxy.not_yet_valued.as_deref());
        seal = terms(methods(seal, proxy), &proxy.terms);
        for value in published
            .by_place
            .values()
            .chain(published.by_year.values())
        {
            seal = unit_value(seal, value);
        }
    }
    for (name, used) in series {
        seal = seal.text(name).text(&used.release);
        for (item, rows) in &used.rows {
            for (year, row) in rows {
                seal = range(seal.text(item).text(year).text(&row.status), &row.value);
            }
        }
        seal = used.sealed_bands(used.sealed_blanks(seal));
    }
    // Said only of an index other than the usual one, so that what is out keeps its digest.
    if let Some(index) = &draft.deflator {
        seal = seal.text("uprated by").text(index);
    }
    seal.hex()
}

/// How a proxy is built, grows and is adjusted. Nothing is said of what does none of it: such a proxy keeps the digest it
/// had before there were these methods.
fn methods(mut seal: Seal, proxy: &Proxy) -> Seal {
    for (name, text) in proxy.adjustments.named() {
        seal = seal.text("adjusted").text(name).text(&text);
    }
    if let Some(growth) = &proxy.growth {
        seal = seal
            .text("grows")
            .text(&growth.with.to_string())
            .text(&exact_text(&growth.exponent));
    }
    match &proxy.values {
        Values::Derived(derivation) => derived(seal.text(derivation.how.word()), derivation),
        Values::ByPlace { .. } | Values::ByYear(_) => seal,
    }
}

fn derived(seal: Seal, derivation: &Derivation) -> Seal {
    derivation.parts.iter().fold(seal, |seal, part| {
        let prices = part.prices.as_ref();
        let growth = part.growth.as_ref();
        let number = |number: &Option<Exact>| number.as_ref().map(exact_text);
        let seal = seal
            .text(&part.code)
            .number(prices.is_some().into())
            .maybe(prices.and_then(price_year))
            .maybe(growth.map(|growth| growth.with.to_string()).as_deref())
            .maybe(growth.map(|growth| exact_text(&growth.exponent)).as_deref())
            .maybe(number(&part.rounded_to).as_deref())
            .maybe(number(&part.weight).as_deref())
            .maybe(part.role.map(Role::word))
            .maybe(part.provisional.as_deref())
            .text(&part.source.title)
            .text(&part.source.publisher)
            .text(&part.source.year)
            .text(&part.source.url);
        range(seal, &part.value)
    })
}

/// Terms that say nothing leave nothing, so that a value without them is sealed as it always was.
fn terms(seal: Seal, terms: &ProxyTerms) -> Seal {
    if *terms == ProxyTerms::default() {
        return seal;
    }
    let day = |day: Option<super::super::period::Day>| day.map(|day| day.to_string());
    seal.text(terms.redistribution.word())
        .maybe(day(terms.last_reviewed).as_deref())
        .maybe(day(terms.valid_until).as_deref())
}

fn price_year(price_year: &PriceYear) -> Option<&str> {
    match price_year {
        PriceYear::Year(year) => Some(year),
        PriceYear::Nominal => None,
    }
}

fn measure_rows(seal: Seal, measure: &Measure) -> Seal {
    let (proxy, factor) = match &measure.valuation {
        Valuation::Proxy(proxy) => (Some(proxy.as_str()), None),
        Valuation::Carbon { proxy, factor } => (Some(proxy.as_str()), Some(factor.as_str())),
        Valuation::Parts | Valuation::RecordOnly(_) => (None, None),
    };
    let mut seal = seal
        .text(&measure.code)
        .text(&measure.unit)
        .text(measure.quantity.word())
        .text(measure.claim.word())
        .text(measure.over_time.word())
        .text(measure.over_places.word())
        .text(measure.shelf.word())
        .number(measure.allows_harm.into())
        .text(&measure.aliases.join(" "))
        .maybe(measure.column.map(super::super::measure::Column::word))
        .maybe(proxy)
        .maybe(factor);
    for part in measure.input.parts() {
        seal = seal
            .text(&part.code)
            .text(&part.unit)
            .maybe(part.valued_by.as_deref());
    }
    for factor in measure.input.factors() {
        seal = seal
            .text(&factor.code)
            .text(&exact_text(&factor.divisor))
            .number(factor.signed.into());
        // As with adjustments: what has neither keeps its digest.
        if let Some(most) = &factor.most {
            seal = seal.text("at most").text(&exact_text(most));
        }
        for term in &factor.terms {
            let most = term.most.as_ref().map(exact_text);
            seal = seal
                .text("term")
                .text(&term.code)
                .number(term.less.into())
                .number(term.signed.into())
                .maybe(most.as_deref());
        }
    }
    for (unit, factor) in &measure.unit_conversions {
        seal = seal.text(unit).text(&exact_text(factor));
    }
    for (taxonomy, theme) in &measure.themes {
        seal = seal.text(taxonomy).text(theme);
    }
    seal
}

fn unit_value(seal: Seal, value: &UnitValue) -> Seal {
    let seal = seal
        .text(&value.place)
        .maybe(value.year.as_deref())
        .number(value.provisional.is_empty().into());
    range(range(seal, &value.source_value), &value.net)
}

fn range(seal: Seal, range: &Range) -> Seal {
    seal.maybe(range.low.as_ref().map(exact_text).as_deref())
        .text(&exact_text(&range.central))
        .maybe(range.high.as_ref().map(exact_text).as_deref())
}
