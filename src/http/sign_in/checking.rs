//! Reading settings: every fault with its key.

use crate::domain::fault::{Fault, echo};
use crate::operations::node::Node;

use super::rule::ClaimPath;

/// Gathers faults below one key.
pub(super) struct Checking<'a> {
    at: String,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Checking<'a> {
    pub(super) fn at(at: String, faults: &'a mut Vec<Fault>) -> Self {
        Self { at, faults }
    }

    pub(super) fn under(&mut self, key: &str) -> Checking<'_> {
        Checking::at(format!("{}/{key}", self.at), self.faults)
    }

    pub(super) fn fault(&mut self, key: &str, code: &'static str, message: &str) {
        let pointer = format!("{}/{key}", self.at);
        // What has the wrong type was told when it was taken apart, and is not missing as well.
        if code != "field_missing" || !self.faults.iter().any(|fault| fault.pointer == pointer) {
            self.faults.push(Fault::new(pointer, code, message));
        }
    }

    /// A fault in place of a value.
    pub(super) fn none<T>(&mut self, key: &str, code: &'static str, message: &str) -> Option<T> {
        self.fault(key, code, message);
        None
    }

    pub(super) fn some<'b>(&mut self, key: &str, given: Option<&'b str>) -> Option<&'b str> {
        let given = given.filter(|text| !text.trim().is_empty());
        given.or_else(|| self.none(key, "field_missing", "give a text"))
    }

    /// One text, or a list of them.
    pub(super) fn texts(&mut self, key: &str, given: Option<&Node>) -> Option<Vec<String>> {
        let read: Option<Vec<String>> = match given {
            None => return self.none(key, "field_missing", "give a text, or a list of texts"),
            Some(Node::Text(text)) => Some(vec![text.clone()]),
            Some(Node::List(items)) => items
                .iter()
                .map(|item| item.text().map(str::to_owned))
                .collect(),
            Some(_) => None,
        };
        let fits = |texts: &Vec<String>| {
            !texts.is_empty() && texts.iter().all(|text| !text.trim().is_empty())
        };
        let message = "give a text, or a list of texts, none of them empty";
        read.filter(fits)
            .or_else(|| self.none(key, "wrong_type", message))
    }

    pub(super) fn path(&mut self, key: &str, given: Option<&Node>) -> Option<ClaimPath> {
        let message = "give where the claim stands, such as \"roles\" or \"realm_access.roles\", or a list of names where a name has dots in it";
        match given {
            None => self.none(key, "field_missing", message),
            Some(node) => ClaimPath::of(node).or_else(|| self.none(key, "wrong_type", message)),
        }
    }

    /// A whole number from 1 to `most`, or the default.
    pub(super) fn within(&mut self, key: &str, given: Option<i64>, default: u64, most: u64) -> u64 {
        let Some(given) = given else { return default };
        let read = u64::try_from(given).ok().filter(|n| (1..=most).contains(n));
        let message = format!("{} is not within 1 to {most}", echo(&given.to_string()));
        read.or_else(|| self.none(key, "out_of_range", &message))
            .unwrap_or(default)
    }
}
