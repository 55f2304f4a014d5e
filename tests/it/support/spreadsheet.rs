//! Spreadsheet files, made by hand: what a program would never write can be written too.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The type of such a file.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A cell, as the file holds it.
#[derive(Clone, Copy)]
pub enum Cell<'a> {
    Text(&'a str),
    /// A number, in the digits that the file has.
    Number(&'a str),
    /// A number of days that is formatted as a day.
    Day(&'a str),
    Bool(bool),
    Error(&'a str),
    /// A formula, and what it last came to, where anybody worked that out.
    Formula(&'a str, Option<&'a str>),
    Nothing,
}

/// The letters of a column.
fn column(mut index: usize) -> String {
    let mut letters = String::new();
    loop {
        let letter = u8::try_from(index % 26).unwrap();
        letters.insert(0, char::from(b'A' + letter));
        if index < 26 {
            return letters;
        }
        index = index / 26 - 1;
    }
}

fn xml(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;")
}

/// The rows of a sheet, the first one in the row of this number.
pub fn rows(first: usize, rows: &[Vec<Cell<'_>>]) -> String {
    let mut text = String::new();
    for (index, cells) in rows.iter().enumerate() {
        let number = first + index;
        write!(text, "<row r=\"{number}\">").unwrap();
        for (index, cell) in cells.iter().enumerate() {
            let at = format!("{}{number}", column(index));
            match cell {
                Cell::Text(words) => write!(
                    text,
                    "<c r=\"{at}\" t=\"inlineStr\"><is><t>{}</t></is></c>",
                    xml(words)
                ),
                Cell::Number(digits) => write!(text, "<c r=\"{at}\"><v>{digits}</v></c>"),
                Cell::Day(days) => write!(text, "<c r=\"{at}\" s=\"1\"><v>{days}</v></c>"),
                Cell::Bool(flag) => {
                    write!(text, "<c r=\"{at}\" t=\"b\"><v>{}</v></c>", u8::from(*flag))
                }
                Cell::Error(word) => write!(text, "<c r=\"{at}\" t=\"e\"><v>{word}</v></c>"),
                Cell::Formula(formula, value) => {
                    let value = value.map(|value| format!("<v>{value}</v>"));
                    let value = value.unwrap_or_default();
                    write!(text, "<c r=\"{at}\"><f>{}</f>{value}</c>", xml(formula))
                }
                Cell::Nothing => Ok(()),
            }
            .unwrap();
        }
        text.push_str("</row>");
    }
    text
}

/// A file of sheets, each with its state (`visible` or `hidden`) and its rows.
pub fn file(sheets: &[(&str, &str)]) -> Vec<u8> {
    file_with(sheets, &[])
}

/// The same with further parts.
pub fn file_with(sheets: &[(&str, &str)], more: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut named, mut links, mut kinds) = (String::new(), String::new(), String::new());
    for (index, (state, _)) in sheets.iter().enumerate() {
        let id = index + 1;
        write!(
            named,
            "<sheet name=\"S{id}\" sheetId=\"{id}\" state=\"{state}\" r:id=\"rId{id}\"/>"
        )
        .unwrap();
        write!(links, "<Relationship Id=\"rId{id}\" Type=\"{LINKS}/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>").unwrap();
        write!(kinds, "<Override PartName=\"/xl/worksheets/sheet{id}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>").unwrap();
    }
    let styles = sheets.len() + 1;
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheets>{named}</sheets></workbook>"
    );
    let book_links = format!(
        "<Relationships xmlns=\"{PACKAGE}/relationships\">{links}<Relationship Id=\"rId{styles}\" Type=\"{LINKS}/styles\" Target=\"styles.xml\"/></Relationships>"
    );
    let roots = format!(
        "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{LINKS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let types = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{XLSX}.main+xml\"/>{kinds}</Types>"
    );
    let formats = format!(
        "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
    );
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, bytes: &[u8]| {
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(name, packed).unwrap();
        writer.write_all(bytes).unwrap();
    };
    part("[Content_Types].xml", types.as_bytes());
    part("_rels/.rels", roots.as_bytes());
    part("xl/workbook.xml", book.as_bytes());
    part("xl/_rels/workbook.xml.rels", book_links.as_bytes());
    part("xl/styles.xml", formats.as_bytes());
    for (index, (_, rows)) in sheets.iter().enumerate() {
        let sheet =
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
        part(
            &format!("xl/worksheets/sheet{}.xml", index + 1),
            sheet.as_bytes(),
        );
    }
    for (name, bytes) in more {
        part(name, bytes);
    }
    writer.finish().unwrap().into_inner()
}
