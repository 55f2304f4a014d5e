//! What editions refer to by code: places, kinds and scales of organisation, taxonomies.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Catalogue;
use super::entry::{Entry, File};
use super::files::Files;
use crate::domain::fault::Fault;
use crate::domain::period::{Day, parse_day};
use crate::domain::place::Place;
use crate::domain::taxonomy::{Taxonomy, Theme};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceEntry {
    code: String,
    name: String,
    kind: String,
    gss: Option<String>,
    parent: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    tree: Option<String>,
    #[serde(default)]
    covers: Vec<String>,
}

/// The places of `places.toml`.
pub(super) fn places(files: &Files, faults: &mut Vec<Fault>) -> Vec<Place> {
    let path = "places.toml";
    let Some(mut file) = files
        .get(path)
        .and_then(|text| File::read(path, text, faults))
    else {
        return Vec::new();
    };
    let entries = file.entries::<PlaceEntry>("place");
    file.end();
    entries
        .into_iter()
        .map(|(at, entry)| place(&at, entry, faults))
        .collect()
}

fn place(at: &str, entry: PlaceEntry, faults: &mut Vec<Fault>) -> Place {
    let mut reading = Entry::new(at, faults);
    let mut day = |key: &str, text: Option<&str>| -> Option<Day> {
        let day = parse_day(text?);
        if day.is_none() {
            reading.fault(key, "not_a_day", "write a day such as 2026-04-01");
        }
        day
    };
    let valid_from = day("valid_from", entry.valid_from.as_deref());
    let valid_to = day("valid_to", entry.valid_to.as_deref());
    if entry.tree.is_some() == entry.covers.is_empty() {
        let message = "a place of another tree names both its tree and the places it covers";
        reading.fault("tree", "tree_without_covers", message);
    }
    Place {
        code: entry.code,
        name: entry.name,
        kind: entry.kind,
        parent: entry.parent,
        gss: entry.gss,
        valid_from,
        valid_to,
        covers: entry.covers,
    }
}

/// Every place hangs from places that exist, without a loop.
pub(super) fn trees(places: &BTreeMap<String, Place>, faults: &mut Vec<Fault>) {
    for place in places.values() {
        let at = format!("places.toml/place/{}", place.code);
        let named = place.parent.iter().chain(&place.covers);
        for code in named.filter(|code| !places.contains_key(*code)) {
            let message = format!("there is no place {code}");
            faults.push(Fault::new(&at, "unknown_place", message));
        }
        let mut seen = BTreeSet::new();
        let mut above = Some(place);
        while let Some(current) = above {
            if !seen.insert(&current.code) {
                let message = "its way up the tree comes back to itself";
                faults.push(Fault::new(&at, "place_loop", message));
                break;
            }
            above = current.parent.as_ref().and_then(|code| places.get(code));
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TitleEntry {
    code: String,
    title: String,
}

/// The kinds and scales of `kinds.toml`.
pub(super) fn kinds(files: &Files, catalogue: &mut Catalogue, faults: &mut Vec<Fault>) {
    let path = "kinds.toml";
    let Some(mut file) = files
        .get(path)
        .and_then(|text| File::read(path, text, faults))
    else {
        return;
    };
    let kinds = file.entries::<TitleEntry>("kind");
    let scales = file.entries::<TitleEntry>("scale");
    file.end();
    for (list, entries) in [
        (&mut catalogue.kinds, kinds),
        (&mut catalogue.scales, scales),
    ] {
        for (at, entry) in entries {
            if list.iter().any(|(code, _)| *code == entry.code) {
                faults.push(super::twice(at, "this code"));
            }
            list.push((entry.code, entry.title));
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxonomyEntry {
    code: String,
    title: String,
    version: String,
    default: bool,
    note: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThemeEntry {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) parent: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
}

/// The taxonomies of the folder `taxonomies`.
pub(super) fn taxonomies(files: &Files, faults: &mut Vec<Fault>) -> Vec<Taxonomy> {
    let mut taxonomies = Vec::new();
    for (path, text) in files.inside("taxonomies") {
        let Some(mut file) = File::read(path, text, faults) else {
            continue;
        };
        let themes = file.entries::<ThemeEntry>("theme");
        let Some(entry) = file.rest::<TaxonomyEntry>() else {
            continue;
        };
        taxonomies.push(Taxonomy {
            code: entry.code,
            title: entry.title,
            version: entry.version,
            is_default: entry.default,
            note: entry.note,
            themes: tree_of_themes(themes, faults),
        });
    }
    taxonomies
}

/// A theme's parent stands before it, so a list of themes cannot hold a loop.
pub(super) fn tree_of_themes(
    entries: Vec<(String, ThemeEntry)>,
    faults: &mut Vec<Fault>,
) -> Vec<Theme> {
    let mut themes: Vec<Theme> = Vec::new();
    for (at, entry) in entries {
        let known = |code: &String| themes.iter().any(|theme| theme.code == *code);
        if known(&entry.code) {
            faults.push(super::twice(at.clone(), "this theme"));
        }
        if let Some(parent) = entry.parent.as_ref().filter(|parent| !known(parent)) {
            let message = format!("there is no theme {parent} before it");
            faults.push(Fault::new(format!("{at}/parent"), "unknown_theme", message));
        }
        themes.push(Theme {
            code: entry.code,
            title: entry.title,
            parent: entry.parent,
            tags: entry.tags,
        });
    }
    themes
}
