//! What is kept of a table: an edition in the keys of its files, written by the program and read like any other.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::edition::{self, RelationEntry};
use super::super::entry::{Entry, File};
use super::super::measure::{self, MeasureEntry};
use super::super::proxy::{self, ProxyEntry, YearEntry};
use super::super::reference::{ThemeEntry, tree_of_themes};
use super::super::series::of_years;
use crate::domain::edition::{Draft, EditionId, Status};
use crate::domain::fault::Fault;
use crate::domain::period::Day;
use crate::domain::proxy::Redistribution;
use crate::domain::series::{Series, Years};
use crate::domain::taxonomy::Taxonomy;

/// Where its faults stand.
pub(super) const PATH: &str = "table";

/// An edition as it is kept. Its id, and whether it is published, are kept beside it.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Document {
    pub(super) title: String,
    pub(super) price_base: String,
    pub(super) method: String,
    pub(super) redistribution: String,
    pub(super) attribution: Vec<String>,
    pub(super) licences: BTreeSet<String>,
    pub(super) series: BTreeMap<String, String>,
    pub(super) deflator: Option<String>,
    pub(super) taxonomy: Option<TaxonomyHead>,
    pub(super) theme: Vec<ThemeEntry>,
    pub(super) relation: Vec<RelationEntry>,
    pub(super) measure: Vec<MeasureEntry>,
    pub(super) proxy: Vec<ProxyEntry>,
}

/// Everything of it but its lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentHead {
    title: String,
    price_base: String,
    method: String,
    redistribution: String,
    attribution: Vec<String>,
    licences: Vec<String>,
    series: BTreeMap<String, String>,
    deflator: Option<String>,
    taxonomy: Option<TaxonomyHead>,
}

/// The taxonomy that comes with it.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaxonomyHead {
    pub(super) code: String,
    pub(super) title: String,
}

/// A draft, and the series that came with it.
pub(super) type Read = (Draft, Vec<Series>);

impl Document {
    /// The document as text.
    ///
    /// # Errors
    /// When it cannot be written, which nothing that was read from text does.
    pub(super) fn text(&self) -> Result<String, Fault> {
        toml::to_string(self).map_err(|wrong| Fault::new("/table", "unwritable", wrong.to_string()))
    }
}

/// Reads a document: what could be read, and every fault with the measure or proxy it is in.
pub(super) fn read(
    id: &EditionId,
    text: &str,
    status: Status,
    published_on: Day,
) -> (Option<Read>, Vec<Fault>) {
    let mut faults = Vec::new();
    let found = parts(id, text, (status, published_on), &mut faults);
    (found, faults)
}

fn parts(
    id: &EditionId,
    text: &str,
    (status, published_on): (Status, Day),
    faults: &mut Vec<Fault>,
) -> Option<Read> {
    let mut file = File::read(PATH, text, faults)?;
    let of_measures = file.entries::<MeasureEntry>("measure");
    let of_proxies = file.entries::<ProxyEntry>("proxy");
    let of_relations = file.entries::<RelationEntry>("relation");
    let themes = file.entries::<ThemeEntry>("theme");
    let head = file.rest::<DocumentHead>()?;
    let usual = proxy::redistribution(&mut Entry::new(PATH, faults), &head.redistribution)
        .unwrap_or(Redistribution::Refused);
    let mut draft = Draft {
        id: id.clone(),
        title: head.title,
        published_on,
        status,
        price_base: head.price_base,
        method: head.method,
        attribution: head.attribution,
        licences: head.licences,
        redistribution: usual,
        taxonomy: None,
        series: head.series,
        deflator: head.deflator,
        relations: Vec::new(),
        measures: Vec::new(),
        proxies: Vec::new(),
    };
    if let Some(own) = head.taxonomy {
        draft.taxonomy = Some(Taxonomy {
            code: own.code,
            title: own.title,
            version: id.edition.clone(),
            is_default: false,
            note: None,
            themes: tree_of_themes(themes, faults),
        });
    }
    let mut brought = Vec::new();
    for (at, entry) in of_measures {
        draft.measures.extend(measure::read(&at, entry, faults));
    }
    for (at, mut entry) in of_proxies {
        by_year(&at, &mut entry, &mut draft, &mut brought, faults);
        draft.proxies.extend(proxy::read(&at, entry, usual, faults));
    }
    for (at, entry) in of_relations {
        let read = edition::relation(&at, entry, faults);
        draft.relations.extend(read);
    }
    Some((draft, brought))
}

/// Values by year stand in a series of the edition's own: the proxy names its item.
fn by_year(
    at: &str,
    entry: &mut ProxyEntry,
    draft: &mut Draft,
    brought: &mut Vec<Series>,
    faults: &mut Vec<Fault>,
) {
    let years: Vec<YearEntry> = std::mem::take(&mut entry.years);
    let Some(first) = years.first() else { return };
    let (kind, word) = match first.year.contains('-') {
        true => (Years::Financial, "financial"),
        false => (Years::Calendar, "calendar"),
    };
    let name = format!("{}-by-{word}-year", draft.id.set);
    let release = draft.id.edition.clone();
    let known = |one: &&mut Series| one.name == name;
    let mut found = brought.iter_mut().find(known);
    if found.is_none() {
        draft.series.insert(name.clone(), release.clone());
        let title = format!("Values of {} by {word} year", draft.id);
        brought.push(Series {
            name: name.clone(),
            release,
            title,
            unit: "pounds a unit".to_owned(),
            years: kind,
            price_year: None,
            note: None,
            licence: entry.licence.clone(),
            redistribution: Redistribution::Allowed,
            own: false,
            source: entry.source.clone().into(),
            rows: BTreeMap::new(),
            blanks: BTreeMap::new(),
            bands: BTreeMap::new(),
        });
        found = brought.last_mut();
    }
    if let Some(series) = found {
        of_years(series, &entry.code, years, &mut Entry::new(at, faults));
    }
    entry.series = Some(name);
    entry.item = Some(entry.code.clone());
}
