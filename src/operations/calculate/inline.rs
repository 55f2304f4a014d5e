//! Values a caller brings along, published as a small edition of their own: its figures are never
//! added to those of a sourced edition.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::edition::{Draft, Edition, EditionId, Status, publish};
use crate::domain::effect::Adjustments;
use crate::domain::effect::check::ALREADY_NET_OF;
use crate::domain::exact::NotExact;
use crate::domain::fault::{Fault, echo};
use crate::domain::measure::{
    Aggregation, Claim, Column, Input, Measure, QuantityKind, Shelf, Valuation,
};
use crate::domain::proxy::{
    PriceYear, Proxy, ProxyTerms, Range, Redistribution, Source, Values, parse_unit_value,
};
use crate::domain::series::Series;

use super::InlineProxy;

/// The edition of the inline proxies; `None` where there are none. Schedules are those of the edition beside them.
pub(super) fn edition(
    beside: &Edition,
    given: &[InlineProxy],
) -> Result<Option<Arc<Edition>>, Vec<Fault>> {
    if given.is_empty() {
        return Ok(None);
    }
    let mut faults = Vec::new();
    let mut codes = BTreeSet::new();
    let mut draft = empty(beside);
    for (index, proxy) in given.iter().enumerate() {
        let mut own = Vec::new();
        if beside.measure(&proxy.code).is_some() || !codes.insert(&proxy.code) {
            let message = format!("{} is already a measure here", proxy.code);
            own.push(Fault::new("/code", "code_taken", message));
        }
        if let Some((measure, proxy)) = read(proxy, &mut own) {
            draft.measures.push(measure);
            draft.proxies.push(proxy);
        }
        let own = own.into_iter();
        faults.extend(own.map(|fault| fault.under(&format!("/inline_proxies/{index}"))));
    }
    if faults.is_empty() {
        let told = |fault| at_its_place(fault, given);
        let schedules: Vec<Series> = schedules(beside).cloned().collect();
        let published = publish(draft, &schedules);
        published
            .map(|edition| Some(Arc::new(edition)))
            .map_err(|faults| faults.into_iter().map(told).collect())
    } else {
        Err(faults)
    }
}

/// Reads one, with every fault; pointers are relative to it.
fn read(given: &InlineProxy, faults: &mut Vec<Fault>) -> Option<(Measure, Proxy)> {
    for (key, text) in [
        ("code", &given.code),
        ("unit", &given.unit),
        ("source_title", &given.source_title),
    ] {
        if text.trim().is_empty() {
            let message = "this may not be empty";
            faults.push(Fault::new(format!("/{key}"), "empty", message));
        }
    }
    let column = word("/column", &given.column, Column::parse, Column::ALL, faults);
    let claim = given.claim.as_deref().unwrap_or("each_period");
    let claim = word("/claim", claim, Claim::parse, Claim::ALL, faults);
    if claim == Some(Claim::First12Months) {
        let message =
            "a value brought along is a flow, which is claimed each_period or once_at_event";
        faults.push(Fault::new("/claim", "claim_does_not_fit", message));
    }
    for (index, name) in given.already_net_of.iter().enumerate() {
        let pointer = || format!("/already_net_of/{index}");
        if given
            .already_net_of
            .iter()
            .take(index)
            .any(|other| other == name)
        {
            let message = format!("{name} is said twice");
            faults.push(Fault::new(pointer(), "duplicate_word", message));
        }
        if !ALREADY_NET_OF.contains(&name.as_str()) {
            let message = format!("choose from {}", ALREADY_NET_OF.join(", "));
            faults.push(Fault::new(pointer(), "unknown_word", message));
        }
    }
    let mut value = |key: &str, text: &str| {
        let wrong =
            |wrong: NotExact| Fault::new(format!("/{key}"), "not_a_number", wrong.to_string());
        parse_unit_value(text)
            .map_err(|error| faults.push(wrong(error)))
            .ok()
    };
    let central = value("value", &given.value);
    let low = given.low.as_deref().map(|low| value("low", low));
    let high = given.high.as_deref().map(|high| value("high", high));
    let mut own = Vec::new();
    let adjustments = given.adjustments.read(&mut own);
    let own = own.into_iter();
    faults.extend(own.map(|fault| fault.under("/adjustments")));
    let value = Range {
        low: low.flatten(),
        central: central?,
        high: high.flatten(),
    };
    let (column, claim) = (column?, claim?);
    let proxy = Proxy {
        adjustments,
        already_net_of: given.already_net_of.clone(),
        ..proxy_of(given, column, value)
    };
    Some((
        Measure {
            claim,
            ..measure_of(given, column)
        },
        proxy,
    ))
}

/// A word of a closed list.
fn word<T: Copy + std::fmt::Display>(
    pointer: &str,
    text: &str,
    parse: fn(&str) -> Option<T>,
    all: &[T],
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let read = parse(text);
    if read.is_none() {
        let words: Vec<String> = all.iter().map(ToString::to_string).collect();
        let message = format!("{:?} is none of {}", echo(text), words.join(", "));
        faults.push(Fault::new(pointer, "unknown_word", message));
    }
    read
}

/// The domain names an entry by its edition and code; who sent it wants its place in the list.
fn at_its_place(fault: Fault, given: &[InlineProxy]) -> Fault {
    let rest = fault.pointer.strip_prefix("inline/calculation/");
    let (kind, rest) = rest
        .and_then(|rest| rest.split_once('/'))
        .unwrap_or_default();
    let found = given.iter().enumerate().find_map(|(index, proxy)| {
        let rest = rest.strip_prefix(proxy.code.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then_some((index, rest))
    });
    match found {
        None => fault,
        // A measure says how it fits its proxy: here that is how long the effect lasts.
        Some((index, _)) if kind == "measure" && fault.code == "duration_does_not_fit" => {
            let pointer = format!("/inline_proxies/{index}/adjustments/duration_years");
            Fault { pointer, ..fault }
        }
        Some((index, rest)) => {
            let pointer = format!("/inline_proxies/{index}{rest}");
            Fault { pointer, ..fault }
        }
    }
}

/// Those whose rates anybody may see, as what is brought along shows each step.
fn schedules(beside: &Edition) -> impl Iterator<Item = &Series> {
    let all = beside.schedules().iter();
    all.filter(|one| one.redistribution == Redistribution::Allowed)
}

fn empty(beside: &Edition) -> Draft {
    let schedules = schedules(beside);
    Draft {
        id: EditionId {
            set: "inline".to_owned(),
            edition: "calculation".to_owned(),
        },
        title: "Values brought along with a calculation".to_owned(),
        published_on: beside.facts().published_on,
        status: Status::Draft,
        price_base: "as given".to_owned(),
        method: "in the prices they are given in, adjusted as they say".to_owned(),
        attribution: Vec::new(),
        licences: Vec::new(),
        redistribution: Redistribution::Allowed,
        taxonomy: None,
        series: schedules
            .map(|one| (one.name.clone(), one.release.clone()))
            .collect(),
        deflator: None,
        relations: Vec::new(),
        measures: Vec::new(),
        proxies: Vec::new(),
    }
}

fn measure_of(given: &InlineProxy, column: Column) -> Measure {
    Measure {
        code: given.code.clone(),
        title: given.code.clone(),
        definition: String::new(),
        counts: String::new(),
        evidence: String::new(),
        does_not_count: String::new(),
        unit: given.unit.clone(),
        unit_plural: None,
        quantity: QuantityKind::Flow,
        claim: Claim::EachPeriod,
        over_time: Aggregation::Sum,
        over_places: Aggregation::Sum,
        outcome: String::new(),
        themes: BTreeMap::new(),
        shelf: Shelf::Library,
        shelf_reason: None,
        allows_harm: false,
        aliases: Vec::new(),
        column: Some(column),
        input: Input::Plain,
        valuation: Valuation::Proxy(given.code.clone()),
        unit_conversions: BTreeMap::new(),
    }
}

fn proxy_of(given: &InlineProxy, column: Column, value: Range) -> Proxy {
    Proxy {
        code: given.code.clone(),
        title: given.code.clone(),
        definition: given.code.clone(),
        unit: given.unit.clone(),
        column,
        kind: "given with the calculation".to_owned(),
        values: Values::ByPlace {
            value,
            areas: BTreeMap::new(),
        },
        price_year: PriceYear::Nominal,
        growth: None,
        coverage: "as the caller says".to_owned(),
        place: "anywhere".to_owned(),
        already_net_of: Vec::new(),
        adjustments: Adjustments::default(),
        adjusted_because: None,
        not_yet_valued: None,
        provisional: None,
        superseded_by: None,
        licence: "as the caller says".to_owned(),
        terms: ProxyTerms::default(),
        method: "brought along with the calculation, in the prices it is given in".to_owned(),
        source: Source {
            title: given.source_title.clone(),
            publisher: "as the caller says".to_owned(),
            year: String::new(),
            url: String::new(),
            place_in_it: None,
            study: None,
        },
    }
}
