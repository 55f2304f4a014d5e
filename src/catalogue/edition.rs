//! One edition: `edition.toml` and the files of measures and proxies beside it, checked and published.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry::{Entry, File};
use super::files::Files;
use super::measure::{self, MeasureEntry};
use super::proxy::{self, ProxyEntry};
use crate::domain::edition::{Draft, Edition, EditionId, Known, Status, lint, publish};
use crate::domain::fault::Fault;
use crate::domain::period::parse_day;
use crate::domain::proxy::Redistribution;
use crate::domain::relation::{Relation, RelationKind};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionEntry {
    set: String,
    edition: String,
    title: String,
    published_on: String,
    price_base: String,
    status: String,
    method: String,
    attribution: Vec<String>,
    licences: Vec<String>,
    redistribution: Option<String>,
    series: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelationEntry {
    kind: String,
    name: String,
    note: Option<String>,
    measures: Vec<String>,
}

/// Every edition of a folder that has no fault.
pub(super) fn all(files: &Files, known: Known<'_>, faults: &mut Vec<Fault>) -> Vec<Edition> {
    let mut editions = Vec::new();
    for folder in files.editions() {
        let before = faults.len();
        let Some((draft, stands_in)) = draft(files, folder, faults) else {
            continue;
        };
        let found = lint(&draft, known);
        faults.extend(
            found
                .into_iter()
                .map(|fault| in_file(fault, &draft.id, &stands_in)),
        );
        let id = draft.id.clone();
        match publish(draft, known.series) {
            Ok(edition) if faults.len() == before => editions.push(edition),
            Ok(_) => {}
            Err(found) => {
                faults.extend(
                    found
                        .into_iter()
                        .map(|fault| in_file(fault, &id, &stands_in)),
                );
            }
        }
    }
    editions
}

/// Where each entry stands: `measure/local-job-fte` to `open-uk/2026/jobs.toml`.
type StandsIn = BTreeMap<String, String>;

/// The domain names an entry by its edition; a reader wants the file.
fn in_file(fault: Fault, id: &EditionId, stands_in: &StandsIn) -> Fault {
    let rest = fault
        .pointer
        .strip_prefix(&format!("{id}/"))
        .unwrap_or_default();
    let entry: Vec<&str> = rest.splitn(3, '/').take(2).collect();
    let pointer = match stands_in.get(&entry.join("/")) {
        Some(path) => format!("{path}/{rest}"),
        None => format!("{id}/edition.toml/{rest}"),
    };
    Fault { pointer, ..fault }
}

fn draft(files: &Files, folder: &str, faults: &mut Vec<Fault>) -> Option<(Draft, StandsIn)> {
    let path = format!("{folder}/edition.toml");
    let head = head(&path, folder, files.get(&path)?, faults);
    let usual = head.as_ref().map(|draft| draft.redistribution);
    let usual = usual.unwrap_or(Redistribution::Allowed);
    let mut stands_in = StandsIn::new();
    let (mut measures, mut proxies) = (Vec::new(), Vec::new());
    for (path, text) in files
        .inside(folder)
        .filter(|(path, _)| !path.ends_with("/edition.toml"))
    {
        let Some(mut file) = File::read(path, text, faults) else {
            continue;
        };
        let of_measures = file.entries::<MeasureEntry>("measure");
        let of_proxies = file.entries::<ProxyEntry>("proxy");
        file.end();
        for (at, entry) in of_measures {
            measures.extend(measure::read(&at, entry, faults).inspect(|measure| {
                stands_in.insert(format!("measure/{}", measure.code), path.to_owned());
            }));
        }
        for (at, entry) in of_proxies {
            proxies.extend(proxy::read(&at, entry, usual, faults).inspect(|proxy| {
                stands_in.insert(format!("proxy/{}", proxy.code), path.to_owned());
            }));
        }
    }
    let draft = Draft {
        measures,
        proxies,
        ..head?
    };
    Some((draft, stands_in))
}

/// The edition as a whole, without its measures and proxies.
fn head(path: &str, folder: &str, text: &str, faults: &mut Vec<Fault>) -> Option<Draft> {
    let mut file = File::read(path, text, faults)?;
    let relations = file.entries::<RelationEntry>("relation");
    let entry = file.rest::<EditionEntry>();
    let relations = relations
        .into_iter()
        .filter_map(|(at, entry)| relation(&at, entry, faults))
        .collect();
    let entry = entry?;
    let mut reading = Entry::new(path, faults);
    let name = format!("{}/{}", entry.set, entry.edition);
    let id = EditionId::parse(&name).filter(|_| name == folder);
    if id.is_none() {
        let message = format!("set and edition say {name}, the folder is {folder}");
        reading.fault("edition", "edition_differs", message);
    }
    let published_on = parse_day(&entry.published_on);
    if published_on.is_none() {
        reading.fault(
            "published_on",
            "not_a_day",
            "write a day such as 2026-04-01",
        );
    }
    let status = reading.word("status", &entry.status, Status::parse, Status::ALL);
    let redistribution = match entry.redistribution.as_deref() {
        None => Some(Redistribution::Allowed),
        Some(text) => proxy::redistribution(&mut reading, text),
    };
    for (key, text) in [("title", &entry.title), ("method", &entry.method)] {
        if text.trim().is_empty() {
            reading.fault(key, "empty", "this may not be empty");
        }
    }
    Some(Draft {
        id: id?,
        title: entry.title,
        published_on: published_on?,
        status: status?,
        price_base: entry.price_base,
        method: entry.method,
        attribution: entry.attribution,
        licences: entry.licences,
        redistribution: redistribution?,
        taxonomy: None,
        series: entry.series,
        deflator: None,
        relations,
        measures: Vec::new(),
        proxies: Vec::new(),
    })
}

pub(super) fn relation(
    at: &str,
    entry: RelationEntry,
    faults: &mut Vec<Fault>,
) -> Option<Relation> {
    let mut reading = Entry::new(at, faults);
    Some(Relation {
        kind: reading.word("kind", &entry.kind, RelationKind::parse, RelationKind::ALL)?,
        name: entry.name,
        note: entry.note,
        measures: entry.measures,
    })
}
