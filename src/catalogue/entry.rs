//! Reading one file, entry by entry, so that every fault is found at once and names its file and key.

use std::fmt::Display;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::domain::exact::{Exact, NotExact};
use crate::domain::fault::Fault;
use crate::domain::period::{Day, parse_day};
use crate::domain::proxy::Source;

/// A file being read.
pub(super) struct File<'a> {
    path: &'a str,
    table: Table,
    faults: &'a mut Vec<Fault>,
}

impl<'a> File<'a> {
    /// Reads the syntax; `None`, with a fault, where it is not TOML.
    pub(super) fn read(path: &'a str, text: &str, faults: &'a mut Vec<Fault>) -> Option<Self> {
        match text.parse::<Table>() {
            Ok(table) => Some(Self {
                path,
                table,
                faults,
            }),
            Err(wrong) => {
                let before = wrong.span().map_or(0, |span| span.start);
                let line = text
                    .bytes()
                    .take(before)
                    .filter(|byte| *byte == b'\n')
                    .count()
                    + 1;
                let at = format!("{path}:{line}");
                faults.push(Fault::new(at, "not_toml", wrong.message().to_owned()));
                None
            }
        }
    }

    /// Takes out the entries under a key, each with where it stands: `jobs.toml/measure/local-job-fte`.
    pub(super) fn entries<T: DeserializeOwned>(&mut self, key: &str) -> Vec<(String, T)> {
        let values = match self.table.remove(key) {
            None => Vec::new(),
            Some(Value::Array(values)) => values,
            Some(_) => {
                let message = format!("write it as [[{key}]]");
                self.fault(key, "wrong_type", message);
                Vec::new()
            }
        };
        let mut entries = Vec::new();
        for (index, value) in values.into_iter().enumerate() {
            let named = value
                .get("code")
                .or_else(|| value.get("name"))
                .and_then(Value::as_str);
            let at = match named {
                Some(code) => format!("{}/{key}/{code}", self.path),
                None => format!("{}/{key}/{}", self.path, index + 1),
            };
            match value.try_into() {
                Ok(entry) => entries.push((at, entry)),
                Err(wrong) => self.faults.push(wrong_entry(at, &wrong)),
            }
        }
        entries
    }

    /// Reads what is left as one whole; unknown keys are refused by its type.
    pub(super) fn rest<T: DeserializeOwned>(self) -> Option<T> {
        match self.table.try_into() {
            Ok(whole) => Some(whole),
            Err(wrong) => {
                self.faults.push(wrong_entry(self.path.to_owned(), &wrong));
                None
            }
        }
    }

    /// Nothing may be left.
    pub(super) fn end(self) {
        for key in self.table.keys() {
            let at = format!("{}/{key}", self.path);
            let message = "this key is not known here";
            self.faults.push(Fault::new(at, "unknown_key", message));
        }
    }

    /// Tells faults that were found elsewhere in it.
    pub(super) fn told(&mut self, faults: Vec<Fault>) {
        self.faults.extend(faults);
    }

    fn fault(&mut self, key: &str, code: &'static str, message: String) {
        let at = format!("{}/{key}", self.path);
        self.faults.push(Fault::new(at, code, message));
    }
}

fn wrong_entry(at: String, wrong: &toml::de::Error) -> Fault {
    let said = wrong.message();
    let number = said.contains("integer") || said.contains("floating point");
    let hint = if number {
        "; every number is a quoted text, so that it stays exact"
    } else {
        ""
    };
    Fault::new(at, "wrong_entry", format!("{}{hint}", said.trim()))
}

/// One entry whose texts are being read into the domain's types.
pub(super) struct Entry<'a> {
    at: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Entry<'a> {
    pub(super) fn new(at: &'a str, faults: &'a mut Vec<Fault>) -> Self {
        Self { at, faults }
    }

    pub(super) fn fault(&mut self, key: &str, code: &'static str, message: impl Into<String>) {
        let at = format!("{}/{key}", self.at);
        self.faults.push(Fault::new(at, code, message));
    }

    /// A word of a closed list.
    pub(super) fn word<T: Display>(
        &mut self,
        key: &str,
        text: &str,
        parse: fn(&str) -> Option<T>,
        all: &[T],
    ) -> Option<T> {
        let read = parse(text);
        if read.is_none() {
            let words: Vec<String> = all.iter().map(ToString::to_string).collect();
            let message = format!("{text:?} is none of {}", words.join(", "));
            self.fault(key, "unknown_word", message);
        }
        read
    }

    /// A day that may be missing.
    pub(super) fn maybe_day(&mut self, key: &str, text: Option<&str>) -> Option<Day> {
        let day = parse_day(text?);
        if day.is_none() {
            self.fault(key, "not_a_day", "write a day such as 2026-04-01");
        }
        day
    }

    /// A number.
    pub(super) fn number(
        &mut self,
        key: &str,
        text: &str,
        parse: impl Fn(&str) -> Result<Exact, NotExact>,
    ) -> Option<Exact> {
        parse(text)
            .map_err(|wrong| self.fault(key, "not_a_number", format!("{text:?}: {wrong}")))
            .ok()
    }

    /// A number that may be missing: `Some(None)` is missing, `None` is wrong.
    #[allow(clippy::option_option, reason = "missing and wrong are two things")]
    pub(super) fn maybe_number(
        &mut self,
        key: &str,
        text: Option<&str>,
        parse: impl Fn(&str) -> Result<Exact, NotExact>,
    ) -> Option<Option<Exact>> {
        match text {
            None => Some(None),
            Some(text) => self.number(key, text, parse).map(Some),
        }
    }
}

/// A source as it is written.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceEntry {
    pub(super) title: String,
    pub(super) publisher: String,
    pub(super) year: String,
    pub(super) url: String,
    #[serde(rename = "where")]
    pub(super) place_in_it: Option<String>,
    pub(super) study: Option<String>,
}

impl From<SourceEntry> for Source {
    fn from(entry: SourceEntry) -> Self {
        Self {
            title: entry.title,
            publisher: entry.publisher,
            year: entry.year,
            url: entry.url,
            place_in_it: entry.place_in_it,
            study: entry.study,
        }
    }
}
