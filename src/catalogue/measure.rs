//! One `[[measure]]` of an edition.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use crate::domain::exact::{self, Exact};
use crate::domain::fault::Fault;
use crate::domain::measure::{
    Aggregation, Claim, Column, Factor, Input, Measure, Part, QuantityKind, Shelf, Term, Valuation,
};
use crate::domain::proxy::parse_unit_value;

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureEntry {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) definition: String,
    pub(super) counts: String,
    pub(super) evidence: String,
    pub(super) does_not_count: String,
    pub(super) unit: String,
    pub(super) unit_plural: Option<String>,
    pub(super) quantity: String,
    pub(super) claim: String,
    pub(super) over_time: String,
    pub(super) over_places: String,
    pub(super) outcome: String,
    pub(super) themes: BTreeMap<String, String>,
    pub(super) shelf: String,
    pub(super) shelf_reason: Option<String>,
    #[serde(default)]
    pub(super) allows_harm: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) aliases: Vec<String>,
    pub(super) column: Option<String>,
    pub(super) valued_by: Option<String>,
    pub(super) record_only_because: Option<String>,
    pub(super) converts_by: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) unit_conversions: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) factors: Vec<FactorEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) parts: Vec<PartEntry>,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactorEntry {
    pub(super) code: String,
    pub(super) unit: String,
    pub(super) divisor: Option<String>,
    #[serde(default)]
    pub(super) signed: bool,
    pub(super) most: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) terms: Vec<TermEntry>,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TermEntry {
    pub(super) code: String,
    #[serde(default)]
    pub(super) less: bool,
    #[serde(default)]
    pub(super) signed: bool,
    pub(super) most: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartEntry {
    pub(super) code: String,
    pub(super) unit: String,
    pub(super) title: String,
    pub(super) valued_by: Option<String>,
}

/// Reads one; `None`, with its faults, where it is wrong.
pub(super) fn read(at: &str, entry: MeasureEntry, faults: &mut Vec<Fault>) -> Option<Measure> {
    let mut reading = Entry::new(at, faults);
    let valuation = valuation(&entry, &mut reading);
    let quantity = reading.word(
        "quantity",
        &entry.quantity,
        QuantityKind::parse,
        QuantityKind::ALL,
    );
    let claim = reading.word("claim", &entry.claim, Claim::parse, Claim::ALL);
    let mut aggregation =
        |key: &str, text: &str| reading.word(key, text, Aggregation::parse, Aggregation::ALL);
    let over_time = aggregation("over_time", &entry.over_time);
    let over_places = aggregation("over_places", &entry.over_places);
    let shelf = reading.word("shelf", &entry.shelf, Shelf::parse, Shelf::ALL);
    let column = match entry.column.as_deref() {
        None => Some(None),
        Some(text) => reading
            .word("column", text, Column::parse, Column::ALL)
            .map(Some),
    };
    let unit_conversions = conversions(&entry.unit_conversions, &mut reading);
    let input = input(entry.factors, entry.parts, &mut reading);
    Some(Measure {
        code: entry.code,
        title: entry.title,
        definition: entry.definition,
        counts: entry.counts,
        evidence: entry.evidence,
        does_not_count: entry.does_not_count,
        unit: entry.unit,
        unit_plural: entry.unit_plural,
        quantity: quantity?,
        claim: claim?,
        over_time: over_time?,
        over_places: over_places?,
        outcome: entry.outcome,
        themes: entry.themes,
        shelf: shelf?,
        shelf_reason: entry.shelf_reason,
        allows_harm: entry.allows_harm,
        aliases: entry.aliases,
        column: column?,
        input: input?,
        valuation: valuation?,
        unit_conversions: unit_conversions?,
    })
}

/// A measure says one way in which it is valued, or why it is not (V7).
fn valuation(entry: &MeasureEntry, reading: &mut Entry<'_>) -> Option<Valuation> {
    let by_parts = entry.parts.iter().any(|part| part.valued_by.is_some());
    if entry.converts_by.is_some() && entry.valued_by.is_none() {
        let message = "a conversion into tonnes needs the proxy of a tonne in valued_by";
        reading.fault("converts_by", "valuation_unclear", message);
        return None;
    }
    match (&entry.valued_by, by_parts, &entry.record_only_because) {
        (None, true, None) => Some(Valuation::Parts),
        (None, false, Some(reason)) => Some(Valuation::RecordOnly(reason.clone())),
        (Some(proxy), false, None) => Some(match &entry.converts_by {
            None => Valuation::Proxy(proxy.clone()),
            Some(factor) => Valuation::Carbon {
                proxy: proxy.clone(),
                factor: factor.clone(),
            },
        }),
        _ => {
            let message = "a measure has exactly one of valued_by, parts with valued_by, and record_only_because";
            reading.fault("valued_by", "valuation_unclear", message);
            None
        }
    }
}

fn conversions(
    written: &BTreeMap<String, String>,
    reading: &mut Entry<'_>,
) -> Option<BTreeMap<String, Exact>> {
    let mut read = BTreeMap::new();
    for (unit, text) in written {
        let key = format!("unit_conversions/{unit}");
        let factor = above_zero(reading, &key, text)?;
        read.insert(unit.clone(), factor);
    }
    Some(read)
}

fn above_zero(reading: &mut Entry<'_>, key: &str, text: &str) -> Option<Exact> {
    let value = reading.number(key, text, parse_unit_value)?;
    if value > exact::zero() {
        return Some(value);
    }
    reading.fault(key, "not_a_number", "this must be above zero");
    None
}

fn input(
    factors: Vec<FactorEntry>,
    parts: Vec<PartEntry>,
    reading: &mut Entry<'_>,
) -> Option<Input> {
    let parts: Vec<Part> = parts
        .into_iter()
        .map(|part| Part {
            code: part.code,
            title: part.title,
            unit: part.unit,
            valued_by: part.valued_by,
        })
        .collect();
    if factors.is_empty() {
        let plain = parts.is_empty();
        return Some(if plain {
            Input::Plain
        } else {
            Input::Composite { parts }
        });
    }
    let mut read = Vec::new();
    for factor in factors {
        let divisor = match factor.divisor.as_deref() {
            None => exact::one(),
            Some(text) => above_zero(reading, &format!("factors/{}/divisor", factor.code), text)?,
        };
        let mut most = |code: &str, text: Option<&str>| match text {
            None => Some(None),
            Some(text) => above_zero(reading, &format!("factors/{code}/most"), text).map(Some),
        };
        let terms = factor.terms.into_iter().map(|term| {
            Some(Term {
                most: most(&term.code, term.most.as_deref())?,
                code: term.code,
                less: term.less,
                signed: term.signed,
            })
        });
        let terms = terms.collect::<Option<Vec<_>>>()?;
        read.push(Factor {
            most: most(&factor.code, factor.most.as_deref())?,
            code: factor.code,
            unit: factor.unit,
            divisor,
            signed: factor.signed,
            terms,
        });
    }
    Some(Input::Product {
        factors: read,
        parts,
    })
}
