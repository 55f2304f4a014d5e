//! Many rows in one statement, by one text for both databases: an object of rows, `{"0":[...],"1":[...]}`,
//! bound once and taken apart by `jsonb_each`, which both have (SQLite from 3.51). Each column of a row is then
//! picked out of parsed JSON; `json_each` would read the text of the row again for every column of it.

use std::fmt::Write;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo};
use sqlx::sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo};
use sqlx::{Encode, Postgres, Sqlite, Type};

/// JSON as text on SQLite and as `jsonb` on PostgreSQL. It is never cast in SQL: a cast of a placeholder would
/// make PostgreSQL take it for a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonText(String);

impl Type<Sqlite> for JsonText {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for JsonText {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode_by_ref(&self.0, buffer)
    }
}

impl Type<Postgres> for JsonText {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(3802))
    }
}

impl Encode<'_, Postgres> for JsonText {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        // The version of the form in which it is sent; the text follows.
        buffer.push(1);
        Encode::<Postgres>::encode_by_ref(&self.0, buffer)
    }
}

/// The object of rows, being written. Keys count from 0, so that rows can be taken in their order.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    text: String,
    count: usize,
}

impl Rows {
    /// One column of each item: `{"0":["a"],"1":["b"]}`.
    pub(crate) fn of<'a>(items: impl IntoIterator<Item = &'a str>) -> JsonText {
        let mut rows = Self::default();
        for item in items {
            rows.row().text(item);
        }
        rows.done()
    }

    /// Begins the next row.
    pub(crate) fn row(&mut self) -> Row<'_> {
        let opening = if self.count == 0 { "{" } else { "]," };
        // Writing to a string does not fail.
        let _ = write!(self.text, "{opening}\"{}\":[", self.count);
        self.count += 1;
        Row {
            text: &mut self.text,
            first: true,
        }
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All of it.
    pub(crate) fn done(mut self) -> JsonText {
        self.text
            .push_str(if self.count == 0 { "{}" } else { "]}" });
        JsonText(self.text)
    }
}

/// A row being written, column by column.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    text: &'a mut String,
    first: bool,
}

impl Row<'_> {
    fn comma(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.text.push(',');
        }
    }

    /// A text.
    pub(crate) fn text(mut self, value: &str) -> Self {
        self.comma();
        quote(self.text, value);
        self
    }

    /// A text that may be missing.
    pub(crate) fn maybe(mut self, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(value),
            None => {
                self.comma();
                self.text.push_str("null");
                self
            }
        }
    }

    /// A whole number.
    pub(crate) fn number(mut self, value: i64) -> Self {
        self.comma();
        let _ = write!(self.text, "{value}");
        self
    }

    /// A whole number that may be missing.
    pub(crate) fn maybe_number(self, value: Option<i64>) -> Self {
        match value {
            Some(value) => self.number(value),
            None => self.maybe(None),
        }
    }

    /// Yes or no, as 1 or 0.
    pub(crate) fn flag(self, value: bool) -> Self {
        self.number(i64::from(value))
    }
}

/// Writes a JSON string.
fn quote(out: &mut String, value: &str) {
    out.push('"');
    if !value.contains(|character: char| character < ' ' || character == '"' || character == '\\') {
        out.push_str(value);
        out.push('"');
        return;
    }
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control < ' ' => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_json_whatever_they_hold() {
        let mut rows = Rows::default();
        assert!(rows.is_empty());
        let odd = "a \"b\" \\ \n \u{1} £ \u{1f600}";
        rows.row().text(odd).maybe(None).number(-5).flag(true);
        rows.row()
            .text("")
            .maybe_number(None)
            .number(i64::MAX)
            .flag(false);
        let JsonText(text) = rows.done();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["0"], serde_json::json!([odd, null, -5, 1]));
        assert_eq!(read["1"], serde_json::json!(["", null, i64::MAX, 0]));
        assert_eq!(Rows::of([]), JsonText("{}".to_owned()));
        assert_eq!(Rows::of(["a"]), JsonText("{\"0\":[\"a\"]}".to_owned()));
    }
}
