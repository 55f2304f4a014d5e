//! Published numbers by year, from the folder `series`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry::{Entry, File, SourceEntry};
use super::files::Files;
use super::proxy::{self, YearEntry};
use crate::domain::exact;
use crate::domain::fault::Fault;
use crate::domain::proxy::{Range, Redistribution};
use crate::domain::series::{Band, Row, Series, Years};

/// A series may have any precision (V1); this is more than any text this program reads at all.
const PLACES: usize = 50;

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeriesEntry {
    pub(super) name: String,
    pub(super) release: String,
    pub(super) title: String,
    pub(super) unit: String,
    pub(super) years: String,
    pub(super) price_year: Option<String>,
    pub(super) note: Option<String>,
    pub(super) licence: String,
    pub(super) redistribution: Option<String>,
    pub(super) source: SourceEntry,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowEntry {
    #[serde(default)]
    pub(super) item: String,
    pub(super) year: Option<String>,
    pub(super) from_year: Option<String>,
    pub(super) to_year: Option<String>,
    /// Empty where nothing was published.
    pub(super) value: String,
    pub(super) low: Option<String>,
    pub(super) high: Option<String>,
    pub(super) status: String,
    pub(super) unit: Option<String>,
    pub(super) note: Option<String>,
}

const TWICE: &str = "this year stands twice in its item";

/// Every series of a folder.
pub(super) fn all(files: &Files, faults: &mut Vec<Fault>) -> Vec<Series> {
    let mut all = Vec::new();
    for (path, text) in files.inside("series") {
        let found = one(path, text, faults);
        // What is shipped carries the last number forward; a blank is for those who say that nothing is.
        if found.as_ref().is_some_and(|one| !one.blanks.is_empty()) {
            let message = "leave a year out that was not published";
            faults.push(Fault::new(format!("{path}/row"), "value_missing", message));
        }
        all.extend(found);
    }
    all
}

/// The series of a file.
pub(super) fn one(path: &str, text: &str, faults: &mut Vec<Fault>) -> Option<Series> {
    let mut file = File::read(path, text, faults)?;
    let rows = file.entries::<RowEntry>("row");
    series(path, file.rest::<SeriesEntry>()?, rows, faults)
}

/// A series of its entries, each with where it stands.
pub(super) fn series(
    path: &str,
    entry: SeriesEntry,
    rows: Vec<(String, RowEntry)>,
    faults: &mut Vec<Fault>,
) -> Option<Series> {
    let mut whole = Entry::new(path, faults);
    let years = whole.word("years", &entry.years, Years::parse, Years::ALL)?;
    if rows.is_empty() {
        whole.fault("row", "empty", "a series has rows");
    }
    let redistribution = match entry.redistribution.as_deref() {
        None => Redistribution::Allowed,
        Some(text) => proxy::redistribution(&mut whole, text)?,
    };
    let mut series = Series {
        name: entry.name,
        release: entry.release,
        title: entry.title,
        unit: entry.unit,
        years,
        price_year: entry.price_year,
        note: entry.note,
        licence: entry.licence,
        redistribution,
        own: false,
        source: entry.source.into(),
        rows: BTreeMap::new(),
        blanks: BTreeMap::new(),
        bands: BTreeMap::new(),
    };
    for (at, row) in rows {
        let mut reading = Entry::new(&at, faults);
        match years {
            Years::Duration => band(&mut series, row, &mut reading),
            Years::Financial | Years::Calendar | Years::Quarterly => {
                by_year(&mut series, row, &mut reading)
            }
        };
    }
    Some(series)
}

/// Values of a table by year, as an item of a series.
pub(super) fn of_years(
    series: &mut Series,
    item: &str,
    years: Vec<YearEntry>,
    reading: &mut Entry<'_>,
) {
    for one in years {
        let row = RowEntry {
            item: item.to_owned(),
            year: Some(one.year),
            value: one.value,
            low: one.low,
            high: one.high,
            status: "published".to_owned(),
            ..RowEntry::default()
        };
        by_year(series, row, reading);
    }
}

/// A row of a year.
fn by_year(series: &mut Series, row: RowEntry, reading: &mut Entry<'_>) -> Option<()> {
    let parse = |text: &str| exact::decimal(text, PLACES);
    if row.from_year.is_some() || row.to_year.is_some() {
        reading.fault(
            "from_year",
            "unknown_key",
            "a row of this series has one year",
        );
    }
    let year = row.year.as_ref();
    let Some(year) = year.filter(|year| is_year(year, series.years)).cloned() else {
        let message =
            "write a financial year as 2024-25, a calendar year as 2024 and a quarter as 2024-Q1";
        reading.fault("year", "not_a_year", message);
        return None;
    };
    if !["outturn", "forecast", "published"].contains(&row.status.as_str()) {
        let message = "a row is outturn, forecast or published";
        reading.fault("status", "unknown_word", message);
    }
    if row.value.is_empty() {
        return blank(series, row, year, reading);
    }
    let central = reading.number("value", &row.value, parse)?;
    let low = reading.maybe_number("low", row.low.as_deref(), parse)?;
    let high = reading.maybe_number("high", row.high.as_deref(), parse)?;
    let value = Range { low, central, high };
    if !value.is_ordered() {
        let message = "low, value and high must rise in that order";
        reading.fault("value", "range_disordered", message);
    }
    let read = Row {
        value,
        unit: row.unit,
        status: row.status,
        note: row.note,
    };
    let rows = series.rows.entry(row.item.clone()).or_default();
    let blank = series.blanks.get(&row.item);
    let is_blank = blank.is_some_and(|years| years.contains(&year));
    if rows.insert(year, read).is_some() || is_blank {
        reading.fault("year", "duplicate", TWICE);
    }
    Some(())
}

/// A year that is named and has no number: it was not published.
fn blank(series: &mut Series, row: RowEntry, year: String, reading: &mut Entry<'_>) -> Option<()> {
    if row.low.is_some() || row.high.is_some() {
        let message = "a year with low or high has a value between them";
        reading.fault("value", "value_missing", message);
    }
    // The item is there all the same.
    let rows = series.rows.entry(row.item.clone()).or_default();
    let is_there = rows.contains_key(&year);
    let years = series.blanks.entry(row.item).or_default();
    if is_there || !years.insert(year) {
        reading.fault("year", "duplicate", TWICE);
    }
    Some(())
}

/// A band of a discount schedule: the bands of an item follow each other without a gap.
fn band(series: &mut Series, row: RowEntry, reading: &mut Entry<'_>) -> Option<()> {
    let percent = reading.number("value", &row.value, |text| exact::decimal(text, PLACES))?;
    let mut year = |key: &str, text: Option<&str>| {
        let read = text.and_then(|text| text.parse::<u32>().ok());
        if read.is_none() {
            reading.fault(key, "not_a_year", "write a whole number of years from now");
        }
        read
    };
    let from_year = year("from_year", row.from_year.as_deref())?;
    let to_year = match row.to_year.as_deref() {
        None => None,
        text => Some(year("to_year", text)?),
    };
    let bands = series.bands.entry(row.item).or_default();
    let expected = match bands.last() {
        None => Some(0),
        Some(last) => last.to_year.map(|year| year + 1),
    };
    if expected != Some(from_year) || to_year.is_some_and(|to| to < from_year) {
        let message = "bands start at year 0 and follow each other without a gap";
        reading.fault("from_year", "band_gap", message);
    }
    bands.push(Band {
        from_year,
        to_year,
        percent,
    });
    Some(())
}

pub(super) fn is_year(text: &str, years: Years) -> bool {
    let digits = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    match (years, text.split_once('-')) {
        (Years::Calendar, None) => digits(text, 4),
        (Years::Quarterly, Some((year, quarter))) => {
            digits(year, 4) && ["Q1", "Q2", "Q3", "Q4"].contains(&quarter)
        }
        (Years::Financial, Some((first, second))) => {
            let follows = first.parse::<u32>().ok().map(|year| (year + 1) % 100);
            digits(first, 4) && digits(second, 2) && second.parse().ok() == follows
        }
        _ => false,
    }
}
