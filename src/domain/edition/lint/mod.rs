//! What a careful reader would ask of an edition before it is published: every fault at once.

mod measure;
mod proxy;

use std::collections::{BTreeMap, BTreeSet};

use super::super::fault::Fault;
use super::super::place::Places;
use super::super::proxy::Proxy;
use super::super::series::Series;
use super::super::taxonomy::Taxonomy;
use super::Draft;

/// What an edition may refer to.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The places there are.
    pub places: &'a Places,
    /// The taxonomies there are.
    pub taxonomies: &'a [Taxonomy],
    /// The series there are, every release.
    pub series: &'a [Series],
    /// Whether every measure must have a theme of each default taxonomy. What has none is shown apart in roll-ups.
    pub every_measure_themed: bool,
}

/// Checks what publishing does not: sources, licences, units, themes, places, shelves, names.
#[must_use]
pub fn lint(draft: &Draft, known: Known<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let proxies: BTreeMap<&str, &Proxy> = draft
        .proxies
        .iter()
        .map(|proxy| (proxy.code.as_str(), proxy))
        .collect();
    for measure in &draft.measures {
        let at = format!("{}/measure/{}", draft.id, measure.code);
        let mut ask = Ask {
            at,
            faults: &mut faults,
        };
        measure::lint(measure, known, &proxies, &mut ask);
    }
    for proxy in &draft.proxies {
        let at = format!("{}/proxy/{}", draft.id, proxy.code);
        let mut ask = Ask {
            at,
            faults: &mut faults,
        };
        proxy::lint(proxy, draft, known, &mut ask);
    }
    names(draft, &mut faults);
    relations(draft, &mut faults);
    faults
}

/// Collects faults about one entry.
struct Ask<'a> {
    at: String,
    faults: &'a mut Vec<Fault>,
}

impl Ask<'_> {
    fn that(&mut self, holds: bool, key: &str, code: &'static str, message: &str) {
        if !holds {
            let pointer = format!("{}/{key}", self.at);
            self.faults.push(Fault::new(pointer, code, message));
        }
    }

    fn is_written(&mut self, key: &str, text: &str) {
        self.that(
            !text.trim().is_empty(),
            key,
            "empty",
            "this may not be empty",
        );
    }
}

/// No code or alias may mean two measures.
fn names(draft: &Draft, faults: &mut Vec<Fault>) {
    let mut taken: BTreeSet<&str> = draft
        .measures
        .iter()
        .map(|measure| measure.code.as_str())
        .collect();
    for measure in &draft.measures {
        for alias in &measure.aliases {
            if !taken.insert(alias) {
                let at = format!("{}/measure/{}/aliases", draft.id, measure.code);
                let message = format!("{alias} is already a code or an alias in this edition");
                faults.push(Fault::new(at, "alias_taken", message));
            }
        }
    }
}

fn relations(draft: &Draft, faults: &mut Vec<Fault>) {
    let mut taken = BTreeSet::new();
    for relation in &draft.relations {
        let at = format!("{}/relation/{}", draft.id, relation.name);
        let mut ask = Ask { at, faults };
        let once = taken.insert(relation.name.as_str());
        ask.that(
            once,
            "name",
            "duplicate_relation",
            "this name stands twice in the edition",
        );
        let distinct: BTreeSet<&String> = relation.measures.iter().collect();
        let fits = distinct.len() == relation.measures.len() && distinct.len() >= 2;
        let message = "a relation joins two measures or more, each named once";
        ask.that(fits, "measures", "bad_relation", message);
    }
}

fn is_code(text: &str) -> bool {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
    };
    !text.is_empty() && text.len() <= 60 && text.bytes().all(plain)
}
