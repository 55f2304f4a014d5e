//! A series that a partnership brings: its rows as cells with where each stands, made into a release like those shipped,
//! and kept in the keys of their files.

use std::collections::{BTreeMap, BTreeSet};

use super::Catalogue;
use super::entry::SourceEntry;
use super::series::{self, RowEntry, SeriesEntry};
use super::table::{delimiter, plain};
use crate::domain::fault::{Fault, echo, is_hidden};
use crate::domain::series::{Series, Years};

/// What is said once of a series, by name.
pub const SAID: [&str; 14] = [
    "name",
    "release",
    "title",
    "unit",
    "years",
    "price_year",
    "note",
    "licence",
    "redistribution",
    "source_title",
    "source_publisher",
    "source_year",
    "source_url",
    "source_where",
];
/// What must be said.
const NEEDED: [&str; 11] = [
    "name",
    "release",
    "title",
    "unit",
    "years",
    "licence",
    "redistribution",
    "source_title",
    "source_publisher",
    "source_year",
    "source_url",
];
/// The columns of a CSV file.
pub const COLUMNS: [&str; 11] = [
    "item",
    "year",
    "value",
    "low",
    "high",
    "status",
    "unit",
    "note",
    "from_year",
    "to_year",
    "percent",
];
/// The most rows of a release.
pub const MOST_ROWS: usize = 2000;
/// The longest name, release or item, in characters.
const LONGEST_CODE: usize = 60;
/// The longest other text, in characters.
const LONGEST: usize = 2000;
/// So many faults are told at most.
const MOST_FAULTS: usize = 1000;
/// How the series end that the program makes of values by year in tables.
const MADE: [&str; 2] = ["-by-calendar-year", "-by-financial-year"];

/// A row as it is brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowGiven {
    /// Where it stands: `/rows/7`.
    pub at: String,
    /// Column to cell. An empty one was given and holds nothing.
    pub cells: BTreeMap<&'static str, String>,
}

/// A series as it is brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeriesGiven {
    /// What is said of it, by the names of [`SAID`].
    pub said: BTreeMap<&'static str, String>,
    /// Its rows.
    pub rows: Vec<RowGiven>,
    /// Whether they are those of a table, in which people count rows from 1.
    is_table: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// What is kept of it.
    pub document: String,
    /// The release it makes.
    pub series: Series,
}

impl SeriesGiven {
    /// Says a field; false where there is no such field.
    pub fn say(&mut self, name: &str, text: String) -> bool {
        let known = SAID.iter().find(|known| **known == name);
        if let Some(name) = known {
            self.said.insert(name, text);
        }
        known.is_some()
    }

    fn get(&self, name: &str) -> Option<&str> {
        let text = self.said.get(name).map(|text| text.trim());
        text.filter(|text| !text.is_empty())
    }

    /// Takes the rows of a CSV file with a row of headings. A row number is that of a spreadsheet: the headings are 1.
    pub fn take_csv(&mut self, text: &str, faults: &mut Vec<Fault>) {
        self.is_table = true;
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(text))
            .from_reader(text.as_bytes());
        let mut columns = None;
        for (index, record) in reader.records().enumerate() {
            let record = match record {
                Ok(record) => record,
                Err(wrong) => {
                    let message = format!("this is not a table in CSV: {wrong}");
                    return faults.push(Fault::new("/table", "not_csv", message));
                }
            };
            let Some(columns) = &columns else {
                columns = Some(headings(&record, faults));
                continue;
            };
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let cells = columns.iter().zip(&record);
            let cells = cells.filter_map(|(name, cell)| Some(((*name)?, cell.trim().to_owned())));
            self.rows.push(RowGiven {
                at: format!("/rows/{}", index + 1),
                cells: cells.collect(),
            });
        }
    }

    fn entry(&self) -> SeriesEntry {
        let text = |name: &str| self.get(name).unwrap_or_default().to_owned();
        let maybe = |name: &str| self.get(name).map(str::to_owned);
        SeriesEntry {
            name: text("name"),
            release: text("release"),
            title: text("title"),
            unit: text("unit"),
            years: text("years"),
            price_year: maybe("price_year"),
            note: maybe("note"),
            licence: text("licence"),
            redistribution: maybe("redistribution"),
            source: SourceEntry {
                title: text("source_title"),
                publisher: text("source_publisher"),
                year: text("source_year"),
                url: text("source_url"),
                place_in_it: maybe("source_where"),
                study: None,
            },
        }
    }
}

/// The column of each heading.
fn headings(record: &csv::StringRecord, faults: &mut Vec<Fault>) -> Vec<Option<&'static str>> {
    let mut seen = BTreeSet::new();
    let mut columns = Vec::new();
    for heading in record {
        let meant = plain(heading).replace(' ', "_");
        let name = COLUMNS.into_iter().find(|name| *name == meant);
        let at = format!("/rows/1/{}", echo(&meant));
        if name.is_none() && !heading.trim().is_empty() {
            let message = format!(
                "row 1: {:?} is none of the columns {}",
                echo(heading),
                COLUMNS.join(", ")
            );
            faults.push(Fault::new(at, "unknown_column", message));
        } else if name.is_some_and(|name| !seen.insert(name)) {
            let message = format!("row 1: {:?} stands twice", echo(heading));
            faults.push(Fault::new(at, "duplicate_column", message));
        }
        columns.push(name);
    }
    columns
}

/// Reads a release that is kept.
///
/// # Errors
/// Every fault, which a release that was taken does not have.
pub fn load(document: &str) -> Result<Series, Vec<Fault>> {
    let mut faults = Vec::new();
    match series::one("series", document, &mut faults) {
        Some(series) if faults.is_empty() => Ok(Series {
            own: true,
            ..series
        }),
        _ => Err(faults),
    }
}

/// Reads a series that is brought. `faults` were found before.
///
/// # Errors
/// Every fault at once, each with its row and its column: `/rows/7/value`.
pub fn bring(
    catalogue: &Catalogue,
    given: &SeriesGiven,
    faults: Vec<Fault>,
) -> Result<Brought, Vec<Fault>> {
    let mut faults = faults;
    said(catalogue, given, &mut faults);
    let by_duration = given.get("years") == Some(Years::Duration.word());
    let mut found = Vec::new();
    let rows = rows(given, by_duration, &mut found);
    let entry = given.entry();
    let document = match text(&entry, &rows) {
        Ok(text) => text,
        Err(wrong) => {
            let message = wrong.to_string();
            return Err(vec![Fault::new("/rows", "unwritable", message)]);
        }
    };
    let read = match given.get("years") {
        Some(_) => series::series("", entry, rows, &mut found),
        None => None,
    };
    let told = |fault| told(fault, given.is_table, by_duration);
    // What has no form is told already; that it is not there follows from that.
    let before: BTreeSet<String> = faults.iter().map(|one| one.pointer.clone()).collect();
    let found = found.into_iter().map(told);
    faults.extend(found.filter(|one| !before.contains(&one.pointer)));
    match read {
        Some(series) if faults.is_empty() => Ok(Brought {
            document,
            series: Series {
                own: true,
                ..series
            },
        }),
        _ => {
            faults.truncate(MOST_FAULTS);
            Err(faults)
        }
    }
}

/// A release in the keys of the files that are shipped.
fn text(entry: &SeriesEntry, rows: &[(String, RowEntry)]) -> Result<String, toml::ser::Error> {
    let mut table = toml::Table::try_from(entry)?;
    let rows = rows.iter().map(|(_, row)| toml::Value::try_from(row));
    let rows: Vec<toml::Value> = rows.collect::<Result<_, _>>()?;
    table.insert("row".to_owned(), toml::Value::Array(rows));
    toml::to_string(&table)
}

/// Whether a text is small letters, digits, hyphens and points.
fn is_code(text: &str) -> bool {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
    };
    (1..=LONGEST_CODE).contains(&text.len()) && text.bytes().all(plain)
}

/// What is said of the whole.
fn said(catalogue: &Catalogue, given: &SeriesGiven, faults: &mut Vec<Fault>) {
    let mut fault = |name: &str, code: &'static str, message: &str| {
        let at = format!("/{name}");
        if !faults.iter().any(|fault| fault.pointer == at) {
            faults.push(Fault::new(at, code, message));
        }
    };
    for name in NEEDED {
        if given.get(name).is_none() {
            fault(name, "field_missing", "this field is needed");
        }
    }
    for (name, text) in &given.said {
        if text.chars().count() > LONGEST {
            let message = format!("write at most {LONGEST} characters");
            fault(name, "text_length", &message);
        }
        if text.chars().any(is_hidden) {
            fault(
                name,
                "control_character",
                "control characters are not taken",
            );
        }
    }
    if let Some(name) = given.get("name") {
        if !is_code(name) {
            let message = "write 1 to 60 small letters, digits, hyphens and points";
            fault("name", "bad_code", message);
        }
        let made = MADE.iter().any(|end| name.ends_with(end));
        if made || catalogue.series.iter().any(|one| one.name == name) {
            let message = "a series of this name comes with the program: give yours another name";
            fault("name", "series_shipped", message);
        }
    }
    let release = given.get("release");
    if release.is_some_and(|release| !is_code(&release.to_ascii_lowercase())) {
        let message = "write 1 to 60 letters, digits, hyphens and points";
        fault("release", "bad_code", message);
    }
    let is_year = |text: &str| {
        let kinds = [Years::Financial, Years::Calendar];
        kinds.into_iter().any(|kind| series::is_year(text, kind))
    };
    if given.get("price_year").is_some_and(|year| !is_year(year)) {
        let message = "write a financial year as 2024-25 or a calendar year as 2024";
        fault("price_year", "not_a_year", message);
    }
    let url = given.get("source_url");
    if url.is_some_and(|url| !url.starts_with("https://")) {
        fault("source_url", "bad_url", "an address starts with https://");
    }
}

/// The rows as entries.
fn rows(
    given: &SeriesGiven,
    by_duration: bool,
    faults: &mut Vec<Fault>,
) -> Vec<(String, RowEntry)> {
    if given.rows.len() > MOST_ROWS {
        let message = format!("at most {MOST_ROWS} rows are taken");
        faults.push(Fault::new("/rows", "too_many_rows", message));
        return Vec::new();
    }
    let rows = given.rows.iter();
    let read = rows.filter_map(|row| Some((row.at.clone(), row_entry(row, by_duration, faults)?)));
    read.collect()
}

/// One row; `None`, with its faults, where it cannot be looked at further.
fn row_entry(row: &RowGiven, by_duration: bool, faults: &mut Vec<Fault>) -> Option<RowEntry> {
    let before = faults.len();
    let mut fault = |name: &str, code: &'static str, message: &str| {
        let at = format!("{}/{name}", row.at);
        faults.push(Fault::new(at, code, message));
    };
    let cell = |name: &str| row.cells.get(name).map(String::as_str);
    let some = |name: &str| {
        let text = cell(name).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    for (name, text) in &row.cells {
        let longest = match *name {
            "note" => LONGEST,
            _ => LONGEST_CODE,
        };
        if text.chars().count() > longest {
            let message = format!("write at most {longest} characters");
            fault(name, "text_length", &message);
        }
        if text.chars().any(is_hidden) {
            fault(
                name,
                "control_character",
                "control characters are not taken",
            );
        }
    }
    let item = cell("item").unwrap_or_default().to_owned();
    if !item.is_empty() && !is_code(&item) {
        let message = "an item is a code: small letters, digits, hyphens and points";
        fault("item", "bad_code", message);
    }
    let (number, foreign) = match by_duration {
        true => ("percent", ["year", "value", "low", "high"].as_slice()),
        false => ("value", ["percent", "from_year", "to_year"].as_slice()),
    };
    for name in foreign.iter().filter(|name| some(name).is_some()) {
        let message =
            "a series by year has year and value, a schedule has from_year, to_year and percent";
        fault(name, "other_kind", message);
    }
    if by_duration && item.is_empty() {
        let message = "a schedule has a name, such as standard";
        fault("item", "field_missing", message);
    }
    if cell(number).is_none() {
        let message = "give a number; an empty one says that nothing was published, and is neither zero nor missing";
        fault(number, "field_missing", message);
    }
    (faults.len() == before).then(|| RowEntry {
        item,
        year: some("year"),
        from_year: some("from_year"),
        to_year: some("to_year"),
        value: some(number).unwrap_or_default(),
        low: some("low"),
        high: some("high"),
        status: some("status").unwrap_or_else(|| "published".to_owned()),
        unit: some("unit"),
        note: some("note"),
    })
}

/// A fault in the columns of who brought it.
fn told(fault: Fault, is_table: bool, by_duration: bool) -> Fault {
    let pointer = match fault.pointer.strip_suffix("/value") {
        Some(row) if by_duration => format!("{row}/percent"),
        None if fault.pointer == "/row" => "/rows".to_owned(),
        _ => fault.pointer.clone(),
    };
    let place = pointer.strip_prefix("/rows/").filter(|_| is_table);
    let message = match place.and_then(|rest| rest.split_once('/')) {
        Some((row, column)) => format!("row {row}, {column}: {}", fault.message),
        None => fault.message,
    };
    Fault {
        pointer,
        code: fault.code,
        message,
    }
}
