//! The rows of a table, each with its number in the file and its cells by column.

use std::collections::{BTreeMap, BTreeSet};

use super::super::entry::File;
use super::{columns, sheet};
use crate::domain::fault::{Fault, echo};

/// The most rows of a table.
pub const MOST_ROWS: usize = 2000;
/// The longest cell, in characters.
pub(super) const LONGEST_CELL: usize = 2000;
/// The headings stand in one of the first rows: above them may be a title.
pub(super) const DEEPEST_HEADING: usize = 20;
/// So many headings must be known for a row to be that of the headings.
const HEADINGS: usize = 3;

/// One row.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Its number as a spreadsheet shows it: the first row of the file is 1.
    pub(super) number: usize,
    cells: BTreeMap<&'static str, String>,
    /// Themes of other taxonomies, by the code of each.
    pub(super) themes: BTreeMap<String, String>,
}

impl Row {
    /// A cell that holds anything.
    pub(super) fn cell(&self, name: &str) -> Option<&str> {
        let text = self.cells.get(name).map(|text| text.trim());
        text.filter(|text| !text.is_empty())
    }
}

/// All rows, and what the table calls its columns.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Those that hold anything, with theme and outcome carried down.
    pub(super) rows: Vec<Row>,
    /// Column to its heading as written.
    pub(super) headings: BTreeMap<&'static str, String>,
    /// Headings that mean nothing here.
    pub(super) ignored: Vec<String>,
}

/// Columns of days, which a spreadsheet holds as days.
const DAYS: [&str; 2] = ["last_reviewed", "valid_until"];

/// What a cell of a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// A text, or a number as it was typed.
    Text(String),
    /// A day, in ISO form.
    Day(String),
    /// Neither: a code and a message for people.
    Wrong(&'static str, String),
}

impl Cell {
    /// How much it holds, in bytes.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Text(text) | Self::Day(text) | Self::Wrong(_, text) => text.len(),
        }
    }
}

/// The cells of a row of a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    /// The number of the row as a spreadsheet shows it.
    pub(super) number: usize,
    pub(super) cells: Vec<Cell>,
}

impl Record {
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| match cell {
            Cell::Text(text) => text.as_str(),
            Cell::Day(_) | Cell::Wrong(..) => "",
        })
    }
}

/// Which of the records has the headings.
fn heading(records: &[Record]) -> Option<usize> {
    let known = |record: &Record| {
        let meant = record
            .texts()
            .filter_map(columns::of_heading)
            .collect::<BTreeSet<_>>();
        meant.len()
    };
    let mut first = records.iter().take(DEEPEST_HEADING);
    first.position(|record| known(record) >= HEADINGS)
}

/// What a heading of the table means.
enum Meaning {
    Column(&'static str),
    Taxonomy(String),
    Nothing,
}

impl Rows {
    /// Reads a CSV text with commas, semicolons or tabs.
    pub(super) fn of_csv(text: &str, taxonomies: &[&str], faults: &mut Vec<Fault>) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(text))
            .from_reader(text.as_bytes());
        let mut records = Vec::new();
        for (index, record) in reader.records().enumerate() {
            match record {
                Ok(record) => records.push(Record {
                    number: index + 1,
                    cells: record
                        .iter()
                        .map(|cell| Cell::Text(cell.to_owned()))
                        .collect(),
                }),
                Err(wrong) => {
                    let message = format!("this is not a table in CSV: {wrong}");
                    faults.push(Fault::new("/table", "not_csv", message));
                    return Self::default();
                }
            }
        }
        Self::of_records(records, taxonomies, faults)
    }

    /// Reads the bytes of a spreadsheet file: its first visible sheet with a row of headings.
    pub(super) fn of_xlsx(bytes: &[u8], taxonomies: &[&str], faults: &mut Vec<Fault>) -> Self {
        match sheet::records(bytes, |records| heading(records).is_some()) {
            Ok(records) => Self::of_records(records, taxonomies, faults),
            Err(fault) => {
                faults.push(fault);
                Self::default()
            }
        }
    }

    fn of_records(records: Vec<Record>, taxonomies: &[&str], faults: &mut Vec<Fault>) -> Self {
        let Some(heading) = heading(&records) else {
            let message = format!(
                "no row of headings among the first {DEEPEST_HEADING} rows: at least {HEADINGS} columns of the template must be there"
            );
            faults.push(Fault::new("/table", "no_headings", message));
            return Self::default();
        };
        let mut rows = Self::default();
        let mut records = records.into_iter().skip(heading);
        let headings = records.next().unwrap_or_default();
        let meanings = rows.meanings(&headings, taxonomies, faults);
        for record in records {
            let mut row = Row {
                number: record.number,
                ..Row::default()
            };
            for (meaning, cell) in meanings.iter().zip(&record.cells) {
                rows.put(&mut row, meaning, cell, faults);
            }
            rows.add(row, faults);
        }
        rows
    }

    /// Puts a cell into its row, unless it holds what is neither text nor number, nor a day where days are.
    fn put(&self, row: &mut Row, meaning: &Meaning, cell: &Cell, faults: &mut Vec<Fault>) {
        let name = match meaning {
            Meaning::Column(name) => *name,
            Meaning::Taxonomy(code) => code.as_str(),
            Meaning::Nothing => return,
        };
        let (code, message) = match cell {
            Cell::Text(text) => return row.put(meaning, text),
            Cell::Day(day) if DAYS.contains(&name) => return row.put(meaning, day),
            Cell::Day(day) => (
                "cell_date",
                format!("the cell holds the day {day}: write a text or a number"),
            ),
            Cell::Wrong(code, message) => (*code, message.clone()),
        };
        let number = row.number;
        let message = format!("row {number}, {:?}: {message}", self.heading(name));
        let at = format!("/rows/{number}/{name}");
        faults.push(Fault::new(at, code, message));
    }

    /// Reads the headings, and remembers how they are written.
    fn meanings(
        &mut self,
        headings: &Record,
        taxonomies: &[&str],
        faults: &mut Vec<Fault>,
    ) -> Vec<Meaning> {
        let mut meanings = Vec::new();
        let number = headings.number;
        for heading in headings.texts() {
            let plain = columns::plain(heading);
            let taxonomy = taxonomies
                .iter()
                .find(|code| columns::plain(code) == plain && !plain.is_empty());
            let meaning = match (columns::of_heading(heading), taxonomy) {
                (Some(name), _) => Meaning::Column(name),
                (None, Some(code)) => Meaning::Taxonomy((*code).to_owned()),
                (None, None) => Meaning::Nothing,
            };
            if let Meaning::Column(name) = meaning
                && let Some(other) = self.headings.insert(name, echo(heading.trim()))
            {
                let message = format!(
                    "row {number}: {other:?} and {:?} both mean the column {name}",
                    echo(heading)
                );
                let at = format!("/rows/{number}/{name}");
                faults.push(Fault::new(at, "duplicate_column", message));
            }
            if matches!(meaning, Meaning::Nothing) && !heading.trim().is_empty() {
                self.ignored.push(echo(heading.trim()));
            }
            meanings.push(meaning);
        }
        for name in ["measure", "unit"] {
            if !self.headings.contains_key(name) {
                let message = format!("row {number}: there is no column {name} among the headings");
                let at = format!("/rows/{number}/{name}");
                faults.push(Fault::new(at, "column_missing", message));
            }
        }
        meanings
    }

    /// Takes the `[[row]]` of a TOML file, whose keys are columns or taxonomies.
    pub(super) fn of_toml(file: &mut File<'_>, taxonomies: &[&str]) -> Self {
        let mut rows = Self::default();
        let mut faults = Vec::new();
        let entries = file.entries::<BTreeMap<String, String>>("row");
        for (index, (_, cells)) in entries.into_iter().enumerate() {
            let mut row = Row {
                number: index + 1,
                ..Row::default()
            };
            for (key, cell) in cells {
                let taxonomy = taxonomies.contains(&key.as_str());
                match columns::of_name(&key) {
                    Some(name) => row.put(&Meaning::Column(name), &cell),
                    None if taxonomy => row.put(&Meaning::Taxonomy(key), &cell),
                    None => {
                        let at = format!("/rows/{}/{}", row.number, echo(&key));
                        let message = format!("row {}: no column has this name", row.number);
                        faults.push(Fault::new(at, "unknown_column", message));
                    }
                }
            }
            rows.add(row, &mut faults);
        }
        file.told(faults);
        rows
    }

    /// Adds a row that holds anything. A row of a theme or an outcome alone heads those below it.
    fn add(&mut self, mut row: Row, faults: &mut Vec<Fault>) {
        if row.cells.is_empty() && row.themes.is_empty() {
            return;
        }
        if self.rows.len() == MOST_ROWS {
            let at = format!("/rows/{}", row.number);
            let message = format!("at most {MOST_ROWS} rows are taken");
            if !faults.iter().any(|fault| fault.code == "too_many") {
                faults.push(Fault::new(at, "too_many", message));
            }
            return;
        }
        for (name, cell) in &row.cells {
            let at = format!("/rows/{}/{name}", row.number);
            let said = format!("row {}, {:?}", row.number, self.heading(name));
            if cell.chars().count() > LONGEST_CELL {
                let message = format!("{said}: write at most {LONGEST_CELL} characters");
                faults.push(Fault::new(&at, "text_length", message));
            }
            let control =
                |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
            if cell.chars().any(control) {
                let message = format!("{said}: control characters are not taken");
                faults.push(Fault::new(&at, "control_character", message));
            }
        }
        let above = self.rows.last();
        for name in ["theme", "outcome"] {
            let carried = above.and_then(|above| above.cells.get(name)).cloned();
            if let (None, Some(carried)) = (row.cells.get(name), carried) {
                // An outcome belongs to its theme: under a new theme none is carried.
                let other = |above: &Row| above.cells.get("theme") != row.cells.get("theme");
                if name == "theme" || !above.is_some_and(other) {
                    row.cells.insert(name, carried);
                }
            }
        }
        self.rows.push(row);
    }

    /// What the table calls a column.
    pub(super) fn heading<'a>(&'a self, name: &'a str) -> &'a str {
        self.headings.get(name).map_or(name, String::as_str)
    }
}

impl Row {
    fn put(&mut self, meaning: &Meaning, cell: &str) {
        if cell.trim().is_empty() {
            return;
        }
        match meaning {
            Meaning::Column(name) => {
                self.cells.entry(name).or_insert_with(|| cell.to_owned());
            }
            Meaning::Taxonomy(code) => {
                self.themes.insert(code.clone(), cell.trim().to_owned());
            }
            Meaning::Nothing => {}
        }
    }

    /// Whether it says nothing but what heads the rows below it.
    pub(super) fn is_heading(&self) -> bool {
        let heads = ["theme", "outcome"];
        self.cells.keys().all(|name| heads.contains(name))
    }
}

/// The sign between cells: of the three, the one that the first rows have most of.
pub(in crate::catalogue) fn delimiter(text: &str) -> u8 {
    let first: Vec<&str> = text.lines().take(DEEPEST_HEADING).collect();
    let count = |sign: u8| {
        let bytes = first.iter().flat_map(|line| line.bytes());
        bytes.filter(|byte| *byte == sign).count()
    };
    let signs = [b';', b'\t', b','];
    signs
        .into_iter()
        .max_by_key(|sign| count(*sign))
        .unwrap_or(b',')
}
