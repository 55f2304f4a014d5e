//! What is said once of a whole table.

use std::collections::BTreeMap;

use crate::domain::fault::{Fault, echo};

/// The fields, by name. A row may say otherwise in its own column.
pub const HEAD: &[&str] = &[
    "set",
    "edition",
    "title",
    "price_base",
    "price_year",
    "method",
    "licence",
    "redistribution",
    "attribution",
    "column",
    "taxonomy",
    "taxonomy_title",
    "coverage",
    "place",
    "last_reviewed",
    "valid_until",
    "deflator",
    "series",
    "source_title",
    "source_publisher",
    "source_year",
    "source_url",
];

/// The longest field, in characters.
const LONGEST: usize = 2000;

/// What is said of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head(BTreeMap<&'static str, String>);

impl Head {
    /// Says a field; false where there is no such field.
    pub fn say(&mut self, name: &str, text: String) -> bool {
        let known = HEAD.iter().find(|known| **known == name);
        if let Some(name) = known {
            self.0.insert(name, text);
        }
        known.is_some()
    }

    /// A field, where it says anything.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name).map(|text| text.trim());
        text.filter(|text| !text.is_empty())
    }

    /// What another head says where this one says nothing.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        for (name, text) in other.0 {
            self.0.entry(name).or_insert(text);
        }
        self
    }

    /// A field that must say something.
    pub(super) fn needed(&self, name: &'static str, faults: &mut Vec<Fault>) -> String {
        let told = |fault: &Fault| fault.pointer == format!("/{name}");
        if self.get(name).is_none() && !faults.iter().any(told) {
            let at = format!("/{name}");
            faults.push(Fault::new(at, "field_missing", "this field is needed"));
        }
        self.get(name).unwrap_or_default().to_owned()
    }

    /// Refuses what nobody would write on purpose.
    pub(super) fn check(&self, faults: &mut Vec<Fault>) {
        for (name, text) in &self.0 {
            let at = format!("/{name}");
            if text.chars().count() > LONGEST {
                let message = format!("write at most {LONGEST} characters");
                faults.push(Fault::new(&at, "text_length", message));
            }
            if text.chars().any(char::is_control) {
                let message = "control characters are not taken";
                faults.push(Fault::new(&at, "control_character", message));
            }
        }
        self.check_releases(faults);
    }

    /// Each series is named once, with its release.
    fn check_releases(&self, faults: &mut Vec<Fault>) {
        let mut named: BTreeMap<&str, &str> = BTreeMap::new();
        for field in ["series", "deflator"] {
            let words = self.words(field);
            if field == "deflator" && words.len() > 1 {
                let message = "values are uprated by one index: name one";
                faults.push(Fault::new("/deflator", "release_twice", message));
            }
            for word in words {
                let Some((name, release)) = word.split_once('/') else {
                    // A release alone is one of the deflator that is shipped.
                    if field == "series" {
                        let message = format!(
                            "{} names no release: write it as our-index/2026-11",
                            echo(word)
                        );
                        faults.push(Fault::new("/series", "no_release", message));
                    }
                    continue;
                };
                if named
                    .insert(name, release)
                    .is_some_and(|one| one != release)
                {
                    let message = format!("{} is named with two releases", echo(name));
                    faults.push(Fault::new(format!("/{field}"), "release_twice", message));
                }
            }
        }
    }

    /// The words of a field, with spaces or commas between.
    pub(super) fn words(&self, name: &str) -> Vec<&str> {
        let between = |letter: char| letter == ',' || letter.is_whitespace();
        let text = self.get(name).unwrap_or_default();
        let words = text.split(between);
        words.filter(|word| !word.is_empty()).collect()
    }
}
