//! Reading raw fields into domain values, every fault at once (L6).

use std::collections::BTreeSet;

use crate::domain::amount::{Pence, Share};
use crate::domain::fault::{Fault, is_hidden};
use crate::domain::ledger::standing::Ground;
use crate::domain::measure::Measure;
use crate::domain::period::{Day, parse_day};
use crate::domain::place::Places;

/// The longest name, title or reference, in characters.
pub const LONGEST_NAME: usize = 300;
/// The longest reason or note, in characters.
pub const LONGEST_NOTE: usize = 2000;

/// What could not be taken apart is not said to be missing as well.
fn told_once(faults: Vec<Fault>) -> Vec<Fault> {
    let unread: BTreeSet<String> = faults
        .iter()
        .filter(|fault| fault.code != "field_missing")
        .map(|fault| fault.pointer.clone())
        .collect();
    let whole: BTreeSet<String> = faults
        .iter()
        .filter(|fault| ["wrong_type", "too_many"].contains(&fault.code))
        .map(|fault| fault.pointer.clone())
        .collect();
    let above = |pointer: &str| {
        let mut cuts = pointer.match_indices('/');
        cuts.any(|(end, _)| {
            pointer
                .get(..end)
                .is_some_and(|prefix| whole.contains(prefix))
        })
    };
    let told = |fault: &Fault| {
        fault.code != "field_missing" || !(unread.contains(&fault.pointer) || above(&fault.pointer))
    };
    faults.into_iter().filter(told).collect()
}

/// Faults gathered while fields are read.
#[derive(Debug, Default)]
pub struct Reading {
    /// The faults so far.
    pub faults: Vec<Fault>,
}

impl Reading {
    /// Begins with the faults found while the body was taken apart.
    #[must_use]
    pub fn after(faults: Vec<Fault>) -> Self {
        Self { faults }
    }

    /// Adds a fault.
    pub fn fault(
        &mut self,
        pointer: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        self.faults.push(Fault::new(pointer, code, message));
    }

    /// Ends: the value, or every fault.
    ///
    /// # Errors
    /// Every fault gathered.
    pub fn end<T>(self, value: Option<T>) -> Result<T, super::Refusal> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(super::Refusal::Invalid(told_once(self.faults))),
        }
    }

    /// A field that must be given; one already at fault is not said to be missing too.
    pub fn required<'a, T: ?Sized>(
        &mut self,
        pointer: &str,
        given: Option<&'a T>,
    ) -> Option<&'a T> {
        if given.is_none() && !self.faults.iter().any(|fault| fault.pointer == pointer) {
            self.fault(pointer, "field_missing", "this field is needed");
        }
        given
    }

    /// A text of 1 to `longest` characters without control characters, trimmed.
    pub fn text(&mut self, pointer: &str, given: Option<&str>, longest: usize) -> Option<String> {
        let text = given?.trim();
        let length = text.chars().count();
        if length == 0 || length > longest {
            self.fault(
                pointer,
                "text_length",
                format!("write between 1 and {longest} characters"),
            );
            return None;
        }
        let hidden = |letter: char| !['\n', '\t'].contains(&letter) && is_hidden(letter);
        if text.chars().any(hidden) {
            let message = "control characters and characters that nobody sees are not taken";
            self.fault(pointer, "control_character", message);
            return None;
        }
        Some(text.to_owned())
    }

    /// A text that must be given.
    pub fn required_text(
        &mut self,
        pointer: &str,
        given: Option<&str>,
        longest: usize,
    ) -> Option<String> {
        let given = self.required(pointer, given)?;
        self.text(pointer, Some(given), longest)
    }

    /// A reference to one real-world activity: plain characters, the case of which does not matter, so that no
    /// two that look alike are two (V11).
    pub fn activity(&mut self, pointer: &str, given: Option<&str>) -> Option<String> {
        let text = self.text(pointer, given, 200)?;
        if !text
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_graphic())
        {
            let message = "name an activity with plain letters, digits, signs and spaces";
            self.fault(pointer, "bad_activity", message);
            return None;
        }
        Some(text.to_ascii_lowercase())
    }

    /// A code of letters, digits, `.`, `_`, `-`, `/` and `:`.
    pub fn code(&mut self, pointer: &str, given: Option<&str>) -> Option<String> {
        let text = given?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:".contains(&byte);
        if text.is_empty() || text.len() > 100 || !text.bytes().all(plain) {
            self.fault(
                pointer,
                "bad_code",
                "write 1 to 100 letters, digits or . _ - / :",
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// Words of a roll-up; `null` is none.
    pub fn words<T>(
        &mut self,
        pointer: &str,
        given: &[Option<String>],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for (index, word) in given.iter().enumerate() {
            let Some(word) = word else { continue };
            match parse(word) {
                Some(value) => found.push(value),
                None => {
                    let message = "this is no word of a roll-up; the documentation of GET /v1/roll-ups lists them";
                    self.fault(format!("{pointer}/{index}"), "unknown_word", message);
                }
            }
        }
        found
    }

    /// The same, each once.
    pub fn words_once<T>(
        &mut self,
        pointer: &str,
        given: &[Option<String>],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        for (index, word) in given.iter().enumerate() {
            let earlier = given.get(..index).unwrap_or_default();
            if word.is_some() && earlier.contains(word) {
                let message = "this is asked for twice";
                self.fault(format!("{pointer}/{index}"), "duplicate_word", message);
            }
        }
        self.words(pointer, given, parse)
    }

    /// An ISO day.
    pub fn day(&mut self, pointer: &str, given: Option<&str>) -> Option<Day> {
        let day = parse_day(given?);
        if day.is_none() {
            self.fault(pointer, "not_a_day", "write a day such as 2026-04-01");
        }
        day
    }

    /// An ISO day that must be given.
    pub fn required_day(&mut self, pointer: &str, given: Option<&str>) -> Option<Day> {
        let given = self.required(pointer, given)?;
        self.day(pointer, Some(given))
    }

    /// Pounds with at most two decimals, not below zero.
    pub fn pounds(&mut self, pointer: &str, given: Option<&str>) -> Option<Pence> {
        match Pence::parse_pounds(given?) {
            Ok(pence) if pence.is_negative() => {
                self.fault(
                    pointer,
                    "negative_not_allowed",
                    "a value may not be below zero",
                );
                None
            }
            Ok(pence) => Some(pence),
            Err(error) => {
                self.fault(pointer, "not_a_number", error.to_string());
                None
            }
        }
    }

    /// A share such as `1/3`.
    pub fn share(&mut self, pointer: &str, given: Option<&str>) -> Option<Share> {
        let share = Share::parse(given?);
        if share.is_err() {
            self.fault(
                pointer,
                "not_a_share",
                "write a part above 0 and at most 1, such as 1/3 or 0.25; the lower number at most 1,000,000",
            );
        }
        share.ok()
    }

    /// A place of the partnership, by its code.
    pub fn place(&mut self, pointer: &str, code: Option<&str>, places: &Places) -> Option<String> {
        let code = code?;
        if places.get(code).is_none() {
            let message = "there is no place of this code; GET /v1/places lists them";
            self.fault(pointer, "unknown_place", message);
            return None;
        }
        Some(code.to_owned())
    }

    /// A measure of the contract's edition, by its code or an alias, that must be given.
    pub fn measure<'g>(
        &mut self,
        ground: &'g Ground<'_>,
        code: Option<&str>,
    ) -> Option<&'g Measure> {
        let code = self.required("/measure", code)?;
        match ground.measure(code) {
            Ok(measure) => Some(measure),
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reading;

    #[test]
    fn a_text_holds_what_is_seen() {
        for (text, is_taken) in [
            ("Café \u{627}\u{644}", true),
            ("\u{645}\u{6cc}\u{200c}\u{62e}", true),
            ("two\nlines", true),
            ("A-1\u{200b}", false),
            ("\u{feff}A-1", false),
            ("\u{202e}1-A", false),
            ("A\u{ad}1", false),
            ("A\u{7}1", false),
        ] {
            let mut reading = Reading::default();
            let read = reading.text("/name", Some(text), 20);
            assert_eq!(read.is_some(), is_taken, "{text:?}");
            assert_eq!(reading.faults.is_empty(), is_taken, "{text:?}");
        }
    }
}
