//! Reading the cells of a row: the third door, at which what is kept is parsed once. What cannot be read names
//! table, column and key.

use super::StorageError;
use crate::domain::amount::{Pence, Quantity};
use crate::domain::edition::EditionId;
use crate::domain::moment::Moment;
use crate::domain::period::{self, Day, Period, Span};

/// The row that cells are read from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cells<'a> {
    /// The table.
    pub(crate) table: &'static str,
    /// The key of the row, without the partnership.
    pub(crate) key: &'a str,
}

impl Cells<'_> {
    /// An unreadable cell.
    pub(crate) fn corrupt(&self, column: &str, message: impl Into<String>) -> StorageError {
        StorageError::Corrupt {
            table: self.table,
            column: column.to_owned(),
            key: self.key.to_owned(),
            message: message.into(),
        }
    }

    /// What was read, or that it could not be.
    pub(crate) fn some<T>(&self, column: &str, read: Option<T>) -> Result<T, StorageError> {
        read.ok_or_else(|| self.corrupt(column, "not a value of this column"))
    }

    /// What was read, or why it could not be.
    pub(crate) fn good<T, E: std::fmt::Display>(
        &self,
        column: &str,
        read: Result<T, E>,
    ) -> Result<T, StorageError> {
        read.map_err(|error| self.corrupt(column, error.to_string()))
    }

    /// An ISO day.
    pub(crate) fn day(&self, column: &str, text: &str) -> Result<Day, StorageError> {
        self.some(column, period::parse_day(text))
    }

    /// An ISO day that may be missing.
    pub(crate) fn maybe_day(
        &self,
        column: &str,
        text: Option<&str>,
    ) -> Result<Option<Day>, StorageError> {
        text.map(|text| self.day(column, text)).transpose()
    }

    /// The label of a period.
    pub(crate) fn period(&self, column: &str, text: &str) -> Result<Period, StorageError> {
        self.some(column, Period::parse(text))
    }

    /// The name of an edition.
    pub(crate) fn edition(&self, column: &str, text: &str) -> Result<EditionId, StorageError> {
        self.some(column, EditionId::parse(text))
    }

    /// 1 or 0.
    pub(crate) fn flag(&self, column: &str, number: i64) -> Result<bool, StorageError> {
        match number {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.corrupt(column, "neither 0 nor 1")),
        }
    }

    /// Millionths that may be missing.
    pub(crate) fn maybe_quantity(
        &self,
        column: &str,
        micro: Option<i64>,
    ) -> Result<Option<Quantity>, StorageError> {
        micro
            .map(|micro| self.some(column, Quantity::from_micro(micro)))
            .transpose()
    }

    /// Pence that may be missing.
    pub(crate) fn maybe_pence(
        &self,
        column: &str,
        pence: Option<i64>,
    ) -> Result<Option<Pence>, StorageError> {
        pence
            .map(|pence| self.some(column, Pence::new(pence)))
            .transpose()
    }
}

/// A moment that may be missing.
pub(crate) fn maybe_moment(micros: Option<i64>) -> Option<Moment> {
    micros.map(Moment::from_micros)
}

/// A day as it is kept, where there is one.
pub(crate) fn day_text(day: Option<Day>) -> Option<String> {
    day.map(|day| day.to_string())
}

/// Texts that days lie between, both counted: any day, where nothing is said.
pub(crate) fn day_bounds(within: Option<Span>) -> (String, String) {
    match within {
        Some(days) => (days.from.to_string(), days.to.to_string()),
        None => (String::new(), "~".to_owned()),
    }
}
