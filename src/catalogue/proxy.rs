//! One `[[proxy]]` of an edition.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::derivation::{self, DerivedPartEntry};
use super::entry::{Entry, SourceEntry};
use crate::domain::effect::given::AdjustmentsGiven;
use crate::domain::effect::{Adjustments, Deduction};
use crate::domain::exact;
use crate::domain::fault::Fault;
use crate::domain::measure::Column;
use crate::domain::proxy::{
    Growth, PriceYear, Proxy, ProxyTerms, Range, Redistribution, Values, parse_unit_value,
};
use crate::domain::series::SeriesRef;

/// Places of an exponent such as 1.3.
const EXPONENT_PLACES: usize = 2;

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProxyEntry {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) definition: String,
    pub(super) unit: String,
    pub(super) column: String,
    pub(super) kind: String,
    pub(super) value: Option<String>,
    pub(super) low: Option<String>,
    pub(super) high: Option<String>,
    pub(super) series: Option<String>,
    pub(super) item: Option<String>,
    pub(super) derivation: Option<String>,
    #[serde(default, rename = "part", skip_serializing_if = "Vec::is_empty")]
    pub(super) parts: Vec<DerivedPartEntry>,
    pub(super) price_year: String,
    pub(super) growth: Option<GrowthEntry>,
    pub(super) coverage: String,
    pub(super) place: String,
    #[serde(default, rename = "area", skip_serializing_if = "Vec::is_empty")]
    pub(super) areas: Vec<AreaEntry>,
    #[serde(default, rename = "year", skip_serializing_if = "Vec::is_empty")]
    pub(super) years: Vec<YearEntry>,
    #[serde(default)]
    pub(super) already_net_of: Vec<String>,
    #[serde(default, skip_serializing_if = "AdjustmentsEntry::says_nothing")]
    pub(super) adjustments: AdjustmentsEntry,
    pub(super) not_yet_valued: Option<String>,
    pub(super) provisional: Option<String>,
    pub(super) superseded_by: Option<String>,
    pub(super) licence: String,
    pub(super) redistribution: Option<String>,
    pub(super) last_reviewed: Option<String>,
    pub(super) valid_until: Option<String>,
    pub(super) method: String,
    pub(super) source: SourceEntry,
}

impl ProxyEntry {
    /// The series it names: those of its values, of what they grow with, and of the schedule they are discounted by.
    pub(super) fn series(&self) -> impl Iterator<Item = &str> {
        let schedule = self.adjustments.discounted_by.as_deref();
        let schedule = schedule.and_then(|named| Some(named.split_once('/')?.0));
        let growths = self.parts.iter().map(|part| &part.growth);
        let growths = growths.chain([&self.growth]).flatten();
        let own = self.series.as_deref().into_iter();
        own.chain(schedule)
            .chain(growths.map(|growth| growth.series.as_str()))
    }

    /// The price years that anything of it is written in.
    pub(super) fn price_years(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().map(|part| part.price_year.as_str());
        // What is built from parts stands in the prices they are brought to.
        let own = Some(self.price_year.as_str()).filter(|_| self.parts.is_empty());
        own.into_iter().chain(parts)
    }
}

/// What the value grows with beside prices.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GrowthEntry {
    series: String,
    #[serde(default)]
    item: String,
    exponent: String,
}

impl GrowthEntry {
    pub(super) fn read(self, reading: &mut Entry<'_>) -> Option<Growth> {
        let parse = |text: &str| exact::decimal_or_fraction(text, EXPONENT_PLACES);
        let exponent = reading.number("growth/exponent", &self.exponent, parse)?;
        let with = SeriesRef {
            series: self.series,
            item: self.item,
        };
        Some(Growth { with, exponent })
    }
}

/// What is taken off, and for how long it lasts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdjustmentsEntry {
    deadweight: Option<String>,
    displacement: Option<String>,
    leakage: Option<String>,
    substitution: Option<String>,
    attribution_to_others: Option<String>,
    multiplier: Option<String>,
    starts_after_years: Option<String>,
    duration_years: Option<String>,
    drop_off: Option<String>,
    discounted_by: Option<String>,
    because: Option<String>,
}

impl AdjustmentsEntry {
    fn says_nothing(&self) -> bool {
        *self == Self::default()
    }

    fn read(&self, reading: &mut Entry<'_>) -> Adjustments {
        let mut years = |key: &str, text: &Option<String>| {
            let text = text.as_deref()?;
            let read = text.parse::<i64>().ok();
            if read.is_none() {
                let message = "write a whole number of years";
                reading.fault(&format!("adjustments/{key}"), "not_a_number", message);
            }
            read
        };
        let given = AdjustmentsGiven {
            deductions: vec![
                (Deduction::Deadweight, self.deadweight.clone()),
                (Deduction::Displacement, self.displacement.clone()),
                (Deduction::Leakage, self.leakage.clone()),
                (Deduction::Substitution, self.substitution.clone()),
                (
                    Deduction::AttributionToOthers,
                    self.attribution_to_others.clone(),
                ),
            ],
            multiplier: self.multiplier.clone(),
            starts_after_years: years("starts_after_years", &self.starts_after_years),
            duration_years: years("duration_years", &self.duration_years),
            drop_off: self.drop_off.clone(),
            discounted_by: self.discounted_by.clone(),
        };
        let mut faults = Vec::new();
        let read = given.read(&mut faults);
        for fault in faults {
            let key = format!("adjustments{}", fault.pointer);
            reading.fault(&key, fault.code, fault.message);
        }
        read
    }
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AreaEntry {
    pub(super) place: String,
    pub(super) value: String,
    pub(super) low: Option<String>,
    pub(super) high: Option<String>,
}

/// A value of one year, in a table that users bring; the files of an edition have series for them.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct YearEntry {
    pub(super) year: String,
    pub(super) value: String,
    pub(super) low: Option<String>,
    pub(super) high: Option<String>,
}

/// Reads one; `None`, with its faults, where it is wrong.
pub(super) fn read(
    at: &str,
    mut entry: ProxyEntry,
    usual: Redistribution,
    faults: &mut Vec<Fault>,
) -> Option<Proxy> {
    let mut reading = Entry::new(at, faults);
    let terms = terms(&entry, usual, &mut reading);
    let parts = std::mem::take(&mut entry.parts);
    let values = match entry.derivation.take() {
        Some(how) if entry.value.is_none() && entry.series.is_none() => {
            derivation::read(&how, parts, &mut reading).map(Values::Derived)
        }
        None if parts.is_empty() => values(&entry, &mut reading),
        _ => {
            let message =
                "a value that is built from parts says so in derivation, and has no other";
            reading.fault("derivation", "value_unclear", message);
            None
        }
    };
    let column = reading.word("column", &entry.column, Column::parse, Column::ALL);
    let adjustments = entry.adjustments.read(&mut reading);
    let growth = entry.growth.and_then(|growth| growth.read(&mut reading));
    let price_year = match entry.price_year.as_str() {
        "nominal" => PriceYear::Nominal,
        year => PriceYear::Year(year.to_owned()),
    };
    Some(Proxy {
        code: entry.code,
        title: entry.title,
        definition: entry.definition,
        unit: entry.unit,
        column: column?,
        kind: entry.kind,
        values: values?,
        price_year,
        growth,
        coverage: entry.coverage,
        place: entry.place,
        already_net_of: entry.already_net_of,
        adjustments,
        adjusted_because: entry.adjustments.because,
        not_yet_valued: entry.not_yet_valued,
        provisional: entry.provisional,
        superseded_by: entry.superseded_by,
        licence: entry.licence,
        terms: terms?,
        method: entry.method,
        source: entry.source.into(),
    })
}

/// Its own terms; where it says nothing of redistribution, those of the edition.
fn terms(entry: &ProxyEntry, usual: Redistribution, reading: &mut Entry<'_>) -> Option<ProxyTerms> {
    let redistribution = match entry.redistribution.as_deref() {
        None => Some(usual),
        Some(text) => redistribution(reading, text),
    };
    let mut day = |key: &str, text: &Option<String>| reading.maybe_day(key, text.as_deref());
    Some(ProxyTerms {
        last_reviewed: day("last_reviewed", &entry.last_reviewed),
        valid_until: day("valid_until", &entry.valid_until),
        redistribution: redistribution?,
    })
}

/// Whether a value may be passed on, in its word.
pub(super) fn redistribution(reading: &mut Entry<'_>, text: &str) -> Option<Redistribution> {
    let (parse, all) = (Redistribution::parse, Redistribution::ALL);
    reading.word("redistribution", text, parse, all)
}

/// A value of its own with areas, or the years of a series: one or the other.
fn values(entry: &ProxyEntry, reading: &mut Entry<'_>) -> Option<Values> {
    if !entry.years.is_empty() {
        reading.fault("year", "value_unclear", "values by year stand in a series");
    }
    match (&entry.value, &entry.series) {
        (Some(value), None) => {
            if entry.item.is_some() {
                reading.fault("item", "value_unclear", "an item belongs to a series");
            }
            let range = range(
                reading,
                "",
                value,
                entry.low.as_deref(),
                entry.high.as_deref(),
            );
            let areas = areas(&entry.areas, reading);
            Some(Values::ByPlace {
                value: range?,
                areas: areas?,
            })
        }
        (None, Some(series)) => {
            if entry.low.is_some() || entry.high.is_some() || !entry.areas.is_empty() {
                let message = "the values of a series, and their ranges, stand in the series";
                reading.fault("series", "value_unclear", message);
            }
            Some(Values::ByYear(SeriesRef {
                series: series.clone(),
                item: entry.item.clone().unwrap_or_default(),
            }))
        }
        _ => {
            let message = "a proxy has a value, a series or a derivation, and only one of them";
            reading.fault("value", "value_unclear", message);
            None
        }
    }
}

fn areas(entries: &[AreaEntry], reading: &mut Entry<'_>) -> Option<BTreeMap<String, Range>> {
    let mut areas = BTreeMap::new();
    for area in entries {
        let key = format!("area/{}/", area.place);
        let value = range(
            reading,
            &key,
            &area.value,
            area.low.as_deref(),
            area.high.as_deref(),
        )?;
        if areas.insert(area.place.clone(), value).is_some() {
            reading.fault(&key, "duplicate", "this place stands twice");
        }
    }
    Some(areas)
}

pub(super) fn range(
    reading: &mut Entry<'_>,
    prefix: &str,
    value: &str,
    low: Option<&str>,
    high: Option<&str>,
) -> Option<Range> {
    let central = reading.number(&format!("{prefix}value"), value, parse_unit_value);
    let low = reading.maybe_number(&format!("{prefix}low"), low, parse_unit_value);
    let high = reading.maybe_number(&format!("{prefix}high"), high, parse_unit_value);
    Some(Range {
        low: low?,
        central: central?,
        high: high?,
    })
}
