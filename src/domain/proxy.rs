//! The £ value of one unit of a measure, with where it comes from.

use std::collections::BTreeMap;

use super::derivation::Derivation;
use super::effect::Adjustments;
use super::exact::{self, Exact, NotExact};
use super::measure::Column;
use super::period::Day;
use super::series::SeriesRef;
use super::words::words;

/// Decimal places of a unit value, before and after uprating (V1, V9).
pub const UNIT_VALUE_PLACES: usize = 12;

/// Where a value was published. Every proxy has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
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

/// A value with its range, which may be one-sided (V14). Pounds a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The low value.
    pub low: Option<Exact>,
    /// The value.
    pub central: Exact,
    /// The high value.
    pub high: Option<Exact>,
}

impl Range {
    /// Applies the same step to each value there is.
    pub fn map(&self, step: impl Fn(&Exact) -> Exact) -> Self {
        Self {
            low: self.low.as_ref().map(&step),
            central: step(&self.central),
            high: self.high.as_ref().map(&step),
        }
    }

    /// Whether low <= central <= high wherever they are given.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        self.low.as_ref().is_none_or(|low| *low <= self.central)
            && self.high.as_ref().is_none_or(|high| *high >= self.central)
    }
}

/// Reads a unit value: at most 12 places and 10^9, or an exact fraction of whole numbers (V1).
///
/// # Errors
/// [`NotExact`] says what is wrong.
pub fn parse_unit_value(text: &str) -> Result<Exact, NotExact> {
    let value = exact::decimal_or_fraction(text, UNIT_VALUE_PLACES)?;
    let size = if value < exact::zero() {
        -value.clone()
    } else {
        value.clone()
    };
    if size > exact::whole(1_000_000_000) {
        return Err(NotExact::TooLarge(1_000_000_000));
    }
    Ok(value)
}

/// The prices a value stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PriceYear {
    /// A financial year `2024-25` or a calendar year `2022`: uprated to the edition's price base.
    Year(String),
    /// A legal rate of a year, or £1 = £1: at face value, never re-based (V10).
    Nominal,
}

/// What a value grows with beside prices: the ratio of a series between two years, to a power.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth {
    /// The series and item, such as `gdp-per-head`.
    pub with: SeriesRef,
    /// The exponent, such as 1.3.
    pub exponent: Exact,
}

/// Where the numbers of a proxy come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// One value for the proxy's place, and others for more specific places of the same definition (V8).
    ByPlace {
        /// For the proxy's own place.
        value: Range,
        /// Place code to value.
        areas: BTreeMap<String, Range>,
    },
    /// A value a year, from an item of a series.
    ByYear(SeriesRef),
    /// A value for the proxy's place, built from parts.
    Derived(Derivation),
}

words! {
    /// Whether a licence lets a value be passed on.
    Redistribution {
        /// To anybody.
        Allowed = "allowed",
        /// To nobody: it is calculated with, and only those who govern the table see it.
        Refused = "none",
    }
}

/// A value that nobody looked at for so many days is told to be old: two years.
const REVIEW_DAYS: u64 = 730;

/// On what terms a value may be used, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyTerms {
    /// Whether it may be passed on.
    pub redistribution: Redistribution,
    /// The day somebody last looked whether it still holds.
    pub last_reviewed: Option<Day>,
    /// The last day it is meant for.
    pub valid_until: Option<Day>,
}

impl Default for ProxyTerms {
    fn default() -> Self {
        Self {
            redistribution: Redistribution::Allowed,
            last_reviewed: None,
            valid_until: None,
        }
    }
}

impl ProxyTerms {
    /// Why somebody should look at the value again, as of a day; `None` while there is no reason.
    #[must_use]
    pub fn stale_on(&self, today: Day) -> Option<String> {
        if let Some(day) = self.valid_until.filter(|day| *day < today) {
            return Some(format!("was meant to be used until {day}"));
        }
        let again = |day: &Day| day.checked_add_days(chrono::Days::new(REVIEW_DAYS));
        let reviewed = self.last_reviewed;
        let due = reviewed.filter(|day| again(day).is_some_and(|due| due < today));
        due.map(|day| format!("was last reviewed on {day}, more than two years ago"))
    }
}

/// One proxy as written in its file: before uprating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Stable code in kebab case.
    pub code: String,
    /// Short title.
    pub title: String,
    /// Exactly what is measured; areas are swapped only within one definition (V8).
    pub definition: String,
    /// One of what.
    pub unit: String,
    /// Its column.
    pub column: Column,
    /// What kind of value: gross wage, public value, climate ...
    pub kind: String,
    /// The numbers.
    pub values: Values,
    /// The prices they stand in.
    pub price_year: PriceYear,
    /// What the value grows with beside prices: wellbeing with GDP per head (V10).
    pub growth: Option<Growth>,
    /// Where it holds, in words.
    pub coverage: String,
    /// The widest place it may be used in.
    pub place: String,
    /// What the value is already net of (V9).
    pub already_net_of: Vec<String>,
    /// What is taken off the value, and for how long it lasts (V9); none is gross, or net as published.
    pub adjustments: Adjustments,
    /// Where the adjustments come from, in words.
    pub adjusted_because: Option<String>,
    /// Why it is loaded but not valued yet.
    pub not_yet_valued: Option<String>,
    /// Why it is provisional.
    pub provisional: Option<String>,
    /// What replaces it.
    pub superseded_by: Option<String>,
    /// Licence of the value.
    pub licence: String,
    /// On what terms it may be used, and for how long.
    pub terms: ProxyTerms,
    /// What value it is and how it was made, in our own words.
    pub method: String,
    /// Where it was published.
    pub source: Source,
}
