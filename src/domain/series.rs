//! Published numbers by year: deflators, carbon values, emission factors, legal rates (V8, V10).

use std::collections::BTreeMap;

use super::exact::Exact;
use super::proxy::{Range, Source};
use super::words::words;

words! {
    /// What the years of a series are.
    Years {
        /// `2024-25`.
        Financial = "financial",
        /// `2024`.
        Calendar = "calendar",
        /// Quarters of calendar years, `2024-Q1`: years are means of their quarters.
        Quarterly = "quarterly",
        /// Years from now: bands of a discount schedule.
        Duration = "duration",
    }
}

/// One row of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The number, with low and high where published.
    pub value: Range,
    /// Unit of the row where the series has several, such as `mile`.
    pub unit: Option<String>,
    /// `outturn`, `forecast` or `published`.
    pub status: String,
    /// How the number is built from published ones, where it is.
    pub note: Option<String>,
}

/// A band of a discount schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// First year of the band.
    pub from_year: u32,
    /// Last year; `None` goes on for ever.
    pub to_year: Option<u32>,
    /// Rate in percent a year.
    pub percent: Exact,
}

/// One release of one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its name, such as `gdp-deflator`.
    pub name: String,
    /// Its release, such as `2026-03`.
    pub release: String,
    /// Title.
    pub title: String,
    /// Unit of its numbers.
    pub unit: String,
    /// What its years are.
    pub years: Years,
    /// Price year of its values, where they are £.
    pub price_year: Option<String>,
    /// A note for readers.
    pub note: Option<String>,
    /// Licence.
    pub licence: String,
    /// Where it was published.
    pub source: Source,
    /// Item (empty where there is one only) to year to row.
    pub rows: BTreeMap<String, BTreeMap<String, Row>>,
    /// Item to bands, for discount schedules.
    pub bands: BTreeMap<String, Vec<Band>>,
}

/// An item of a series by name; the edition pins the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesRef {
    /// Series name.
    pub series: String,
    /// Item; empty where the series has one only.
    pub item: String,
}

impl std::fmt::Display for SeriesRef {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.item.as_str() {
            "" => out.write_str(&self.series),
            item => write!(out, "{}/{item}", self.series),
        }
    }
}

/// A row found for a year: its own, or the last one known, carried forward.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The year the row was published for.
    pub year: &'a str,
    /// The row.
    pub row: &'a Row,
    /// Whether it was carried forward from an earlier year: provisional then.
    pub carried: bool,
}

impl Series {
    /// The row of an item for a year, or the last one before it, marked as carried.
    /// `None` where the item has no row so early.
    #[must_use]
    pub fn at_or_before(&self, item: &str, year: &str) -> Option<Found<'_>> {
        let (found, row) = self
            .rows
            .get(item)?
            .range::<str, _>((std::ops::Bound::Unbounded, std::ops::Bound::Included(year)))
            .next_back()?;
        Some(Found {
            year: found,
            row,
            carried: found != year,
        })
    }
}
