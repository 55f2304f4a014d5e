//! Areas that value is delivered in: a tree with validity dates, and groupings across it.

use std::collections::BTreeMap;

use super::period::Day;

/// One area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Stable code in kebab case.
    pub code: String,
    /// Name.
    pub name: String,
    /// `country`, `region`, `partnership_place`, `combined_authority` ...
    pub kind: String,
    /// The place above it.
    pub parent: Option<String>,
    /// GSS code, where one exists.
    pub gss: Option<String>,
    /// First day it exists.
    pub valid_from: Option<Day>,
    /// Last day it exists.
    pub valid_to: Option<Day>,
    /// Places it covers without being their parent: another tree over some of them.
    pub covers: Vec<String>,
}

impl Place {
    /// Whether it exists on a day.
    #[must_use]
    pub fn is_valid_on(&self, day: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| to >= day)
    }
}

/// All places a partnership knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(BTreeMap<String, Place>);

/// A tree deeper than this has a loop in it.
const DEEPEST: usize = 20;

impl Places {
    /// From a list.
    #[must_use]
    pub fn new(places: impl IntoIterator<Item = Place>) -> Self {
        Self(
            places
                .into_iter()
                .map(|place| (place.code.clone(), place))
                .collect(),
        )
    }

    /// One place.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Place> {
        self.0.get(code)
    }

    /// All of them, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Place> {
        self.0.values()
    }

    /// The place and those above it, nearest first (V8).
    pub fn way_up<'a>(&'a self, code: &str) -> impl Iterator<Item = &'a Place> {
        std::iter::successors(self.get(code), |place| {
            place.parent.as_deref().and_then(|above| self.get(above))
        })
        .take(DEEPEST)
    }

    /// The codes of a place, all below it, and all it covers.
    #[must_use]
    pub fn within(&self, code: &str) -> Vec<String> {
        let tops: Vec<&str> = match self.get(code) {
            Some(place) => std::iter::once(code)
                .chain(place.covers.iter().map(String::as_str))
                .collect(),
            None => return Vec::new(),
        };
        self.iter()
            .filter(|place| {
                self.way_up(&place.code)
                    .any(|above| tops.contains(&above.code.as_str()))
            })
            .map(|place| place.code.clone())
            .collect()
    }
}
