//! The cells of a spreadsheet file (XLSX). Such a file holds numbers as binary fractions: each is taken as the shortest
//! decimal that gives it back, which is what was typed, and one with more digits than a spreadsheet keeps is refused (V3).

use std::io::{Cursor, Read, copy, sink};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use super::rows::{Cell, DEEPEST_HEADING, LONGEST_CELL, MOST_ROWS, Record};
use crate::domain::fault::Fault;

/// The most that a file may unpack to, in bytes: a file that is sent is at most a sixteenth of it.
const LARGEST_UNPACKED: u64 = 16 * 1024 * 1024;
/// The most sheets of a file that are looked at.
const MOST_SHEETS: usize = 20;
/// The most parts of a file.
const MOST_PARTS: usize = 1000;
/// The most cells of a row that are looked at.
const MOST_COLUMNS: usize = 200;
/// The most that all cells may hold together, in bytes: a file says a long text once, and may name it in every cell.
const LARGEST_TEXT: usize = 4 * 1024 * 1024;
/// So many digits a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// Reads the first visible sheet for which `is_table` holds, or else the first one.
///
/// # Errors
/// One fault: the file is none, or holds too much.
pub(super) fn records(
    bytes: &[u8],
    is_table: impl Fn(&[Record]) -> bool,
) -> Result<Vec<Record>, Fault> {
    unpacked(bytes)?;
    let mut file = Xlsx::new(Cursor::new(bytes)).map_err(no_file)?;
    let sheets = file.sheets_metadata().iter();
    let shown = sheets.filter(|sheet| {
        sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
    });
    let names: Vec<String> = shown
        .take(MOST_SHEETS)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut first = None;
    for name in names {
        let records = sheet(&mut file, &name, &is_table)?;
        if is_table(&records) {
            return Ok(records);
        }
        first.get_or_insert(records);
    }
    Ok(first.unwrap_or_default())
}

fn no_file(wrong: impl std::fmt::Display) -> Fault {
    let message = format!("this is not a spreadsheet file (XLSX) that can be read: {wrong}");
    Fault::new("/table", "not_xlsx", message)
}

fn too_large(message: String) -> Fault {
    Fault::new("/table", "too_large", message)
}

/// Refuses what unpacks to more than anybody writes, whatever the file says of itself.
fn unpacked(bytes: &[u8]) -> Result<(), Fault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(no_file)?;
    if archive.len() > MOST_PARTS {
        let message = format!(
            "the file has {} parts, and at most {MOST_PARTS} are read",
            archive.len()
        );
        return Err(too_large(message));
    }
    let mut left = LARGEST_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(no_file)?;
        let read = copy(&mut part.take(left + 1), &mut sink()).map_err(no_file)?;
        left = left.checked_sub(read).ok_or_else(|| {
            let most = LARGEST_UNPACKED / 1024 / 1024;
            too_large(format!("the file unpacks to more than {most} MiB"))
        })?;
    }
    Ok(())
}

/// The rows of a sheet that hold anything, each with its number, in the order of the file; of one that is no table only as
/// many as tell.
fn sheet(
    file: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    is_table: impl Fn(&[Record]) -> bool,
) -> Result<Vec<Record>, Fault> {
    let mut reader = file.worksheet_cells_reader(name).map_err(no_file)?;
    let mut records: Vec<Record> = Vec::new();
    let mut left = LARGEST_TEXT;
    let next = |error: XlsxError| no_file(error);
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(next)? {
        let (row, column) = (found.pos.0 as usize, found.pos.1 as usize);
        let cell = match (&found.value, &found.formula) {
            (DataRef::Empty, None) => continue,
            (DataRef::Empty, Some(_)) => Cell::Wrong(
                "formula_without_value",
                "the cell has a formula and nobody worked it out: save the file with a spreadsheet program".to_owned(),
            ),
            (value, _) => cell(value),
        };
        if column >= MOST_COLUMNS {
            continue;
        }
        left = left.checked_sub(cell.length()).ok_or_else(|| {
            let most = LARGEST_TEXT / 1024 / 1024;
            too_large(format!("the cells of a sheet hold more than {most} MiB"))
        })?;
        let number = row + 1;
        if records.last().is_none_or(|last| last.number != number) {
            // Further rows are told of, not read.
            let many = records.len() > MOST_ROWS + DEEPEST_HEADING;
            if many || (records.len() == DEEPEST_HEADING && !is_table(&records)) {
                break;
            }
            records.push(Record {
                number,
                cells: Vec::new(),
            });
        }
        if let Some(record) = records.last_mut() {
            if record.cells.len() <= column {
                record.cells.resize(column + 1, Cell::Text(String::new()));
            }
            if let Some(place) = record.cells.get_mut(column) {
                *place = cell;
            }
        }
    }
    Ok(records)
}

/// What a cell holds, as text.
fn cell(value: &DataRef<'_>) -> Cell {
    let wrong = |code: &'static str, message: &str| Cell::Wrong(code, message.to_owned());
    // One character more than is taken tells that it is too long; no more is looked at, as many cells may name one text.
    let cut = |text: &str| Cell::Text(text.chars().take(LONGEST_CELL + 1).collect());
    match value {
        DataRef::Empty => Cell::Text(String::new()),
        DataRef::String(text) => cut(text),
        DataRef::SharedString(text) => cut(text),
        DataRef::Int(number) => decimal(&number.to_string()),
        DataRef::Float(number) => decimal(&number.to_string()),
        DataRef::Bool(_) => wrong(
            "cell_boolean",
            "the cell holds TRUE or FALSE: write a text or a number",
        ),
        DataRef::Error(error) => Cell::Wrong(
            "cell_error",
            format!("the cell holds the error {error}: mend its formula, or write the value"),
        ),
        DataRef::DateTime(date) if date.is_datetime() => match date.to_ymd_hms_milli() {
            (year, month, day, 0, 0, 0, 0) => Cell::Day(format!("{year:04}-{month:02}-{day:02}")),
            _ => wrong(
                "cell_date",
                "the cell holds a time: write a day, a text or a number",
            ),
        },
        DataRef::DateTimeIso(text) => Cell::Day(text.chars().take(10).collect()),
        _ => wrong(
            "cell_date",
            "the cell holds a length of time: write a text or a number",
        ),
    }
}

/// A number as it was typed. `text` is the shortest decimal that gives it back.
fn decimal(text: &str) -> Cell {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let whole = text
        .chars()
        .all(|letter| letter.is_ascii_digit() || matches!(letter, '-' | '.'));
    let significant = digits.trim_matches('0').len();
    if !whole || significant > DIGITS {
        let message = format!(
            "the cell holds {text}, and a spreadsheet keeps {DIGITS} digits of a number: round it to what is meant, or write it as text"
        );
        return Cell::Wrong("too_many_digits", message);
    }
    Cell::Text(match significant {
        0 => "0".to_owned(),
        _ => text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v3_a_number_is_what_was_typed_or_is_refused() {
        let read = |text: &str| match decimal(text) {
            Cell::Text(text) => text,
            Cell::Wrong(code, _) => code.to_owned(),
            Cell::Day(day) => day,
        };
        for (given, text) in [
            ("16.53", "16.53"),
            ("-0", "0"),
            ("0", "0"),
            ("0.000001", "0.000001"),
            ("123456789.012345", "123456789.012345"),
            ("1234567890123450000", "1234567890123450000"),
            ("0.30000000000000004", "too_many_digits"),
            ("1234567890.1234567", "too_many_digits"),
            ("NaN", "too_many_digits"),
            ("inf", "too_many_digits"),
        ] {
            assert_eq!(read(given), text, "{given}");
        }
        // Spreadsheet programs write more digits than were typed; the number is the same.
        let stored = DataRef::Float("16.530000000000001".parse().unwrap());
        assert_eq!(cell(&stored), Cell::Text("16.53".to_owned()));
    }
}
