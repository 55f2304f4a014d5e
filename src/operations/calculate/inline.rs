//! Values a caller brings along, published as a small edition of their own: its figures are never
//! added to those of a sourced edition.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::edition::{Draft, Edition, EditionId, Status, publish};
use crate::domain::fault::Fault;
use crate::domain::measure::{
    Aggregation, Claim, Column, Input, Measure, QuantityKind, Shelf, Valuation,
};
use crate::domain::proxy::{PriceYear, Proxy, Range, Source, Values, parse_unit_value};

use super::InlineProxy;

/// The edition of the inline proxies; `None` where there are none.
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
        let mut fault = |key: &str, code: &'static str, message: String| {
            faults.push(Fault::new(
                format!("/inline_proxies/{index}/{key}"),
                code,
                message,
            ));
        };
        if beside.measure(&proxy.code).is_some() || !codes.insert(&proxy.code) {
            let message = format!("{} is already a measure here", proxy.code);
            fault("code", "code_taken", message);
        }
        for (key, text) in [
            ("code", &proxy.code),
            ("unit", &proxy.unit),
            ("source_title", &proxy.source_title),
        ] {
            if text.trim().is_empty() {
                fault(key, "empty", "this may not be empty".to_owned());
            }
        }
        let column = Column::parse(&proxy.column);
        if column.is_none() {
            let words = Column::ALL
                .iter()
                .map(|column| column.word())
                .collect::<Vec<_>>()
                .join(", ");
            fault(
                "column",
                "unknown_word",
                format!("{:?} is none of {words}", proxy.column),
            );
        }
        let value = parse_unit_value(&proxy.value)
            .map_err(|wrong| fault("value", "not_a_number", wrong.to_string()));
        if let (Some(column), Ok(value)) = (column, value) {
            let value = Range {
                low: None,
                central: value,
                high: None,
            };
            draft.measures.push(measure_of(proxy, column));
            draft.proxies.push(proxy_of(proxy, column, value));
        }
    }
    if faults.is_empty() {
        publish(draft, &[]).map(|edition| Some(Arc::new(edition)))
    } else {
        Err(faults)
    }
}

fn empty(beside: &Edition) -> Draft {
    Draft {
        id: EditionId {
            set: "inline".to_owned(),
            edition: "calculation".to_owned(),
        },
        title: "Values brought along with a calculation".to_owned(),
        published_on: beside.facts().published_on,
        status: Status::Draft,
        price_base: "as given".to_owned(),
        method: "at face value".to_owned(),
        attribution: Vec::new(),
        licences: Vec::new(),
        series: BTreeMap::new(),
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
        coverage: "as the caller says".to_owned(),
        place: "anywhere".to_owned(),
        already_net_of: Vec::new(),
        not_yet_valued: None,
        provisional: None,
        superseded_by: None,
        licence: "as the caller says".to_owned(),
        method: "brought along with the calculation, at face value".to_owned(),
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
