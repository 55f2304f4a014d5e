//! A unit value as it is shown: as published, how it was brought to the price base, and what is multiplied.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::edition::UnitValue;
use crate::domain::exact::{self, Exact};
use crate::domain::proxy::{PriceYear, Proxy, Range, Source};
use crate::domain::uprating::{Growing, Uprating};

use super::super::adjustments::EffectShown;
use super::derivation::DerivationShown;

/// Decimals up to this long are written out; beyond it a number is a fraction.
const LONGEST_DECIMAL: usize = 30;

/// An exact number as text: a decimal where there is one, else a fraction such as `37/3`. Nothing is cut.
#[must_use]
pub fn exactly(value: &Exact) -> String {
    if exact::is_decimal(value, LONGEST_DECIMAL) {
        exact::text(value, LONGEST_DECIMAL)
    } else {
        exact::exact_text(value)
    }
}

/// What is told in the place of a value whose licence does not let it be passed on.
pub const KEPT: &str =
    "the licence of this value does not let it be shown to you; an administrator sees it";

/// A value with its range, in pounds a unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct RangeShown {
    /// The low value, where there is one.
    pub low: Option<String>,
    /// The value.
    #[schema(example = "39039")]
    pub central: String,
    /// The high value, where there is one.
    pub high: Option<String>,
}

impl From<&Range> for RangeShown {
    fn from(range: &Range) -> Self {
        Self {
            low: range.low.as_ref().map(exactly),
            central: exactly(&range.central),
            high: range.high.as_ref().map(exactly),
        }
    }
}

/// The step from the prices of the source to the price base: the value times `to_index` / `from_index`.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpratingShown {
    /// Name of the index.
    #[schema(example = "gdp-deflator")]
    pub series: String,
    /// Its release.
    #[schema(example = "2026-03")]
    pub release: String,
    /// The prices the source value stands in.
    #[schema(example = "2022")]
    pub from_year: String,
    /// The index of that year.
    pub from_index: String,
    /// The price base.
    #[schema(example = "2024-25")]
    pub to_year: String,
    /// The index of the price base.
    pub to_index: String,
    /// Whether an index in it is a forecast: what rests on it is provisional.
    pub forecast: bool,
    /// What the value grew by beside prices, where it did: the ratio above is multiplied by its factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth: Option<GrowthShown>,
}

/// Growth beside prices: wellbeing grows with GDP per head.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrowthShown {
    /// Name of the series.
    #[schema(example = "gdp-per-head")]
    pub series: String,
    /// Its release.
    #[schema(example = "2024-10")]
    pub release: String,
    /// The year of the source value.
    #[schema(example = "2019")]
    pub from_year: String,
    /// The series in that year.
    pub from_value: String,
    /// The price base, or the last year the series has: nothing is projected beyond it.
    #[schema(example = "2023")]
    pub to_year: String,
    /// The series in that year.
    pub to_value: String,
    /// The power that the ratio of both is taken to.
    #[schema(example = "1.3")]
    pub exponent: String,
    /// The ratio to that power, correctly rounded to 12 places: it differs from the true power by at most half of the
    /// last place.
    pub factor: String,
    /// Whether the series ends before the price base: what rests on it is provisional.
    pub ends_before: bool,
}

impl From<&Growing> for GrowthShown {
    fn from(growth: &Growing) -> Self {
        Self {
            series: growth.series.clone(),
            release: growth.release.clone(),
            from_year: growth.from_year.clone(),
            from_value: exactly(&growth.from_value),
            to_year: growth.to_year.clone(),
            to_value: exactly(&growth.to_value),
            exponent: exactly(&growth.exponent),
            factor: exactly(&growth.factor),
            ends_before: growth.ends_before,
        }
    }
}

impl From<&Uprating> for UpratingShown {
    fn from(step: &Uprating) -> Self {
        Self {
            series: step.series.clone(),
            release: step.release.clone(),
            from_year: step.from_year.clone(),
            from_index: exactly(&step.from_index),
            to_year: step.to_year.clone(),
            to_index: exactly(&step.to_index),
            forecast: step.forecast,
            growth: step.growth.as_ref().map(GrowthShown::from),
        }
    }
}

/// Where a value was published.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceShown {
    /// Title of the publication.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Year of publication.
    pub year: String,
    /// Address.
    pub url: String,
    /// Table, sheet or row in it.
    pub place_in_it: Option<String>,
    /// The study beneath it.
    pub study: Option<String>,
}

impl From<&Source> for SourceShown {
    fn from(source: &Source) -> Self {
        Self {
            title: source.title.clone(),
            publisher: source.publisher.clone(),
            year: source.year.clone(),
            url: source.url.clone(),
            place_in_it: source.place_in_it.clone(),
            study: source.study.clone(),
        }
    }
}

/// One value of a proxy, for a place or a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitValueShown {
    /// The place it holds for.
    #[schema(example = "england")]
    pub place: String,
    /// The year it is for, where values vary by year.
    pub year: Option<String>,
    /// As published, in the prices of `price_year`; `null` where its licence does not let it be shown to you.
    pub source_value: Option<RangeShown>,
    /// The prices of the source value; `null` for a face value, which is never re-based.
    pub price_year: Option<String>,
    /// The step to the price base; `null` at face value, where the source stands in those prices already, and where the
    /// licence of the index keeps it from you.
    pub uprating: Option<UpratingShown>,
    /// The parts it is built from; not there where it is one published number, nor where its licence keeps it from you.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derivation: Option<DerivationShown>,
    /// How it was made net; not there where nothing is taken off: the value is gross, or net as published; nor where its
    /// licence keeps it from you.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<EffectShown>,
    /// What a quantity is multiplied by: rounded once, to 12 places; `null` as `source_value`.
    pub net: Option<RangeShown>,
    /// Whether it enters at face value.
    pub nominal: bool,
    /// Why it is provisional; empty when it is not.
    pub provisional: Vec<String>,
}

impl UnitValueShown {
    /// A value, with its proxy, which says the prices it is written in and where its adjustments come from; its figures
    /// only where its licence lets them be shown.
    #[must_use]
    pub fn of(value: &UnitValue, proxy: Option<&Proxy>, shows: bool) -> Self {
        let price_year = proxy.map(|proxy| &proxy.price_year);
        let because = proxy.and_then(|proxy| proxy.adjusted_because.as_deref());
        let derived = value.derived.as_deref().filter(|_| shows);
        let effect = value.effect.as_deref().filter(|_| shows);
        let uprating = value.uprating.as_ref();
        let uprating = uprating.filter(|step| shows || !step.kept);
        Self {
            place: value.place.clone(),
            year: value.year.clone(),
            source_value: shows.then(|| RangeShown::from(&value.source_value)),
            price_year: price_year.and_then(|year| match year {
                PriceYear::Year(year) => Some(year.clone()),
                PriceYear::Nominal => None,
            }),
            uprating: uprating.map(UpratingShown::from),
            derivation: derived.map(DerivationShown::from),
            effect: effect.map(|effect| EffectShown::of(effect, &value.gross(), because)),
            net: shows.then(|| RangeShown::from(&value.net)),
            nominal: price_year == Some(&PriceYear::Nominal),
            provisional: value.provisional.clone(),
        }
    }
}
