//! Published numbers by year: deflators, carbon values, emission factors, legal rates (V8, V10).

use std::collections::{BTreeMap, BTreeSet};

use super::exact::{Exact, exact_text};
use super::proxy::{Range, Redistribution, Source};
use super::seal::Seal;
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
    /// Whether its numbers may be passed on.
    pub redistribution: Redistribution,
    /// Whether a partnership brought it. Of such a series nothing is carried forward: a year that it has no number for
    /// is refused.
    pub own: bool,
    /// Where it was published.
    pub source: Source,
    /// Item (empty where there is one only) to year to row.
    pub rows: BTreeMap<String, BTreeMap<String, Row>>,
    /// Item to the years it names and has no number for: not published, which is neither zero nor missing.
    pub blanks: BTreeMap<String, BTreeSet<String>>,
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

/// Why an item has no number for a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gaps {
    named: SeriesRef,
    release: String,
    blank: BTreeSet<String>,
}

impl Gaps {
    /// That it has none for a year: blank and missing are two things, and neither is zero.
    #[must_use]
    pub fn told(&self, year: &str) -> String {
        let what = match self.blank.contains(year) {
            true => "is blank for",
            false => "has no row for",
        };
        format!("{} of release {} {what} {year}", self.named, self.release)
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

    /// What an item of it has no number for.
    #[must_use]
    pub fn gaps(&self, item: &str) -> Gaps {
        Gaps {
            named: SeriesRef {
                series: self.name.clone(),
                item: item.to_owned(),
            },
            release: self.release.clone(),
            blank: self.blanks.get(item).cloned().unwrap_or_default(),
        }
    }

    /// SHA-256 in hexadecimal over everything it says.
    #[must_use]
    pub fn digest(&self) -> String {
        let source = &self.source;
        let mut seal = Seal::new()
            .text(&self.name)
            .text(&self.release)
            .text(&self.title)
            .text(&self.unit)
            .text(self.years.word())
            .maybe(self.price_year.as_deref())
            .maybe(self.note.as_deref())
            .text(&self.licence)
            .text(self.redistribution.word())
            .text(&source.title)
            .text(&source.publisher)
            .text(&source.year)
            .text(&source.url)
            .maybe(source.place_in_it.as_deref())
            .maybe(source.study.as_deref());
        for (item, rows) in &self.rows {
            for (year, row) in rows {
                let number = |number: &Option<Exact>| number.as_ref().map(exact_text);
                seal = seal
                    .text(item)
                    .text(year)
                    .maybe(number(&row.value.low).as_deref())
                    .text(&exact_text(&row.value.central))
                    .maybe(number(&row.value.high).as_deref())
                    .text(&row.status)
                    .maybe(row.unit.as_deref())
                    .maybe(row.note.as_deref());
            }
        }
        self.sealed_bands(self.sealed_blanks(seal)).hex()
    }

    /// Adds the years it names and has no number for; nothing where there are none.
    pub(super) fn sealed_blanks(&self, seal: Seal) -> Seal {
        self.blanks.iter().fold(seal, |seal, (item, years)| {
            let years = years.iter();
            years.fold(seal, |seal, year| seal.text("blank").text(item).text(year))
        })
    }

    /// Adds its bands.
    pub(super) fn sealed_bands(&self, seal: Seal) -> Seal {
        self.bands.iter().fold(seal, |seal, (item, bands)| {
            bands.iter().fold(seal, |seal, band| {
                seal.text(item)
                    .number(band.from_year.into())
                    .maybe_number(band.to_year.map(i64::from))
                    .text(&exact_text(&band.percent))
            })
        })
    }
}
