//! The parts that a value of a `[[proxy]]` is built from.

use serde::{Deserialize, Serialize};

use super::entry::{Entry, SourceEntry};
use super::proxy::{GrowthEntry, range};
use crate::domain::derivation::{Derivation, DerivedPart, How, Role};
use crate::domain::exact;
use crate::domain::proxy::{PriceYear, parse_unit_value};

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DerivedPartEntry {
    code: String,
    title: String,
    value: String,
    low: Option<String>,
    high: Option<String>,
    pub(super) price_year: String,
    pub(super) growth: Option<GrowthEntry>,
    rounded_to: Option<String>,
    weight: Option<String>,
    role: Option<String>,
    provisional: Option<String>,
    source: SourceEntry,
}

/// Reads how a value is built.
pub(super) fn read(
    how: &str,
    parts: Vec<DerivedPartEntry>,
    reading: &mut Entry<'_>,
) -> Option<Derivation> {
    let how = reading.word("derivation", how, How::parse, How::ALL);
    let parts: Vec<Option<DerivedPart>> = parts
        .into_iter()
        .map(|part| read_part(part, reading))
        .collect();
    Some(Derivation {
        how: how?,
        parts: parts.into_iter().collect::<Option<_>>()?,
    })
}

fn read_part(entry: DerivedPartEntry, reading: &mut Entry<'_>) -> Option<DerivedPart> {
    let prefix = format!("part/{}/", entry.code);
    let (low, high) = (entry.low.as_deref(), entry.high.as_deref());
    let value = range(reading, &prefix, &entry.value, low, high);
    let mut number = |key: &str, text: Option<String>| {
        let at = format!("{prefix}{key}");
        let read = reading.maybe_number(&at, text.as_deref(), parse_unit_value)?;
        if read.as_ref().is_some_and(|read| *read <= exact::zero()) {
            reading.fault(&at, "not_a_number", "this must be above zero");
            return None;
        }
        Some(read)
    };
    let rounded_to = number("rounded_to", entry.rounded_to);
    let weight = number("weight", entry.weight);
    let role = match entry.role.as_deref() {
        None => Some(None),
        Some(role) => {
            let at = format!("{prefix}role");
            reading.word(&at, role, Role::parse, Role::ALL).map(Some)
        }
    };
    let growth = entry.growth.and_then(|growth| growth.read(reading));
    Some(DerivedPart {
        code: entry.code,
        title: entry.title,
        value: value?,
        prices: match entry.price_year.as_str() {
            "none" => None,
            "nominal" => Some(PriceYear::Nominal),
            year => Some(PriceYear::Year(year.to_owned())),
        },
        growth,
        rounded_to: rounded_to?,
        weight: weight?,
        role: role?,
        provisional: entry.provisional,
        source: entry.source.into(),
    })
}
