//! The rows of the file, each with the line it stands on.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};

use crate::domain::fault::Fault;
use crate::operations::calculate::CalculationLine;

const COLUMNS: [&str; 14] = [
    "measure",
    "period",
    "quantity",
    "components",
    "numerator",
    "denominator",
    "answer",
    "text",
    "unit",
    "place",
    "contract_share",
    "share_and_attribution",
    "contract_starts_on",
    "contract_ends_on",
];
/// More is refused before any of it is read.
const LARGEST_FILE: u64 = 100_000_000;

/// One row.
pub(super) struct Row {
    /// Its line in the file, from 1.
    pub(super) number: u64,
    pub(super) line: CalculationLine,
}

/// All rows, and what is wrong with their shape.
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    shape: Vec<Fault>,
}

impl Rows {
    /// Every fault as `row 3, column quantity`, in the order of the file.
    pub(super) fn faults<'a>(&self, of_lines: impl Iterator<Item = &'a Fault>) -> Vec<Fault> {
        let mut faults = self.shape.clone();
        for fault in of_lines {
            let place = self.place_of(&fault.pointer);
            // A cell that could not be read at all needs no second fault about what it says.
            if !self.shape.iter().any(|known| known.pointer == place) {
                faults.push(Fault::new(place, fault.code, fault.message.clone()));
            }
        }
        let row = |fault: &Fault| {
            let digits = fault.pointer.strip_prefix("row ").unwrap_or_default();
            let end = digits.find(',').unwrap_or(digits.len());
            digits
                .get(..end)
                .and_then(|digits| digits.parse::<u64>().ok())
        };
        faults.sort_by_key(row);
        faults
    }

    fn place_of(&self, pointer: &str) -> String {
        let mut parts = pointer.split('/').skip(2);
        let index = parts.next().and_then(|part| part.parse::<usize>().ok());
        let row = index
            .and_then(|index| self.rows.get(index))
            .map(|row| row.number);
        let row = row.map_or_else(|| "file".to_owned(), |number| format!("row {number}"));
        match parts.next() {
            Some(column) => format!("{row}, column {column}"),
            None => row,
        }
    }
}

/// Reads the whole file.
pub(super) fn text_of(file: &Path) -> anyhow::Result<String> {
    let named = || format!("{}", file.display());
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin()
            .lock()
            .take(LARGEST_FILE + 1)
            .read_to_string(&mut text)
    } else {
        std::fs::File::open(file)
            .with_context(named)?
            .take(LARGEST_FILE + 1)
            .read_to_string(&mut text)
    };
    let size = read.with_context(named)?;
    if u64::try_from(size)? > LARGEST_FILE {
        bail!("{}: more than {LARGEST_FILE} bytes", file.display());
    }
    Ok(text)
}

/// Reads rows; a cell that is empty is not given.
pub(super) fn read(text: &str) -> anyhow::Result<Rows> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = header(reader.headers().context("the header row")?)?;
    let mut rows = Vec::new();
    let mut shape = Vec::new();
    for record in reader.records() {
        let record = record?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let number = record
            .position()
            .map_or(0, |position| line_of(text, position));
        if record.len() > header.len() {
            let message = format!(
                "it has {} cells under {} headings",
                record.len(),
                header.len()
            );
            shape.push(Fault::new(
                format!("row {number}"),
                "too_many_cells",
                message,
            ));
        }
        let cells: BTreeMap<&str, &str> = header
            .iter()
            .map(String::as_str)
            .zip(record.iter())
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        let line = line(&cells, number, &mut shape);
        rows.push(Row { number, line });
    }
    if rows.is_empty() {
        bail!("the file has no rows under its header");
    }
    Ok(Rows { rows, shape })
}

/// The line a record stands on: the reader's own count stops before the blank lines above it.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let from = usize::try_from(position.byte()).unwrap_or_default();
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let above = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    let blank = above.filter(|byte| **byte == b'\n').count();
    position.line() + u64::try_from(blank).unwrap_or_default()
}

fn header(record: &csv::StringRecord) -> anyhow::Result<Vec<String>> {
    let header: Vec<String> = record.iter().map(str::to_owned).collect();
    let mut seen = BTreeSet::new();
    let mut wrong: Vec<String> = Vec::new();
    for name in &header {
        if !COLUMNS.contains(&name.as_str()) {
            wrong.push(format!("there is no column {name:?}"));
        }
        if !seen.insert(name) {
            wrong.push(format!("the column {name:?} stands twice"));
        }
    }
    for needed in ["measure", "period"] {
        if !header.iter().any(|name| name == needed) {
            wrong.push(format!("the column {needed} is missing"));
        }
    }
    if !wrong.is_empty() {
        bail!(
            "row 1: {}; the columns are {}",
            wrong.join("; "),
            COLUMNS.join(", ")
        );
    }
    Ok(header)
}

fn line(cells: &BTreeMap<&str, &str>, number: u64, shape: &mut Vec<Fault>) -> CalculationLine {
    let cell = |name: &str| cells.get(name).map(|text| (*text).to_owned());
    let mut fault = |column: &str, code: &'static str, message: &str| {
        shape.push(Fault::new(
            format!("row {number}, column {column}"),
            code,
            message,
        ));
    };
    let mut line = CalculationLine {
        measure: cell("measure").unwrap_or_default(),
        period: cell("period").unwrap_or_default(),
        place: cell("place"),
        contract_share: cell("contract_share"),
        share_and_attribution: cell("share_and_attribution"),
        unit: cell("unit"),
        contract_starts_on: cell("contract_starts_on"),
        contract_ends_on: cell("contract_ends_on"),
        ..CalculationLine::default()
    };
    line.given.quantity = cell("quantity");
    line.given.numerator = cell("numerator");
    line.given.denominator = cell("denominator");
    line.given.text = cell("text");
    line.given.answer = match cells.get("answer").copied() {
        None => None,
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(_) => {
            fault("answer", "not_an_answer", "write yes or no");
            None
        }
    };
    if let Some(text) = cells.get("components") {
        match components(text) {
            Some(given) => line.given.components = Some(given),
            None => fault(
                "components",
                "not_components",
                "write each once, as attendees=8;hours=2",
            ),
        }
    }
    line
}

/// Reads `attendees=8;hours=2`.
fn components(text: &str) -> Option<BTreeMap<String, String>> {
    let mut given = BTreeMap::new();
    for part in text.split(';').filter(|part| !part.trim().is_empty()) {
        let (code, quantity) = part.split_once('=')?;
        let (code, quantity) = (code.trim().to_owned(), quantity.trim().to_owned());
        if given.insert(code, quantity).is_some() {
            return None;
        }
    }
    Some(given)
}
