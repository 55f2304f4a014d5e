//! The digests of published editions on record: an edition that is out never changes again.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use super::files::Files;
use crate::domain::edition::{Edition, EditionId, Status};
use crate::domain::fault::Fault;

/// Where the digests stand in a folder of proxies.
pub const DIGESTS_FILE: &str = "digests.toml";

type Editions = BTreeMap<EditionId, Arc<Edition>>;

pub(super) fn read(files: &Files, faults: &mut Vec<Fault>) -> BTreeMap<EditionId, String> {
    let Some(text) = files.get(DIGESTS_FILE) else {
        return BTreeMap::new();
    };
    let written: BTreeMap<String, String> = match toml::from_str(text) {
        Ok(written) => written,
        Err(wrong) => {
            let message = wrong.message().to_owned();
            faults.push(Fault::new(DIGESTS_FILE, "not_toml", message));
            return BTreeMap::new();
        }
    };
    let mut recorded = BTreeMap::new();
    for (name, digest) in written {
        match EditionId::parse(&name) {
            Some(id) => {
                recorded.insert(id, digest);
            }
            None => {
                let at = format!("{DIGESTS_FILE}/{name}");
                let message = "write an edition such as open-uk/2026";
                faults.push(Fault::new(at, "not_an_edition", message));
            }
        }
    }
    recorded
}

pub(super) fn faults(editions: &Editions, recorded: &BTreeMap<EditionId, String>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (id, edition) in published(editions) {
        let at = format!("{DIGESTS_FILE}/{id}");
        match recorded.get(id) {
            None => faults.push(Fault::new(
                at,
                "digest_missing",
                "this edition is published and its digest is not on record; record it with `goodmeasure check-proxies --proxies proxies --alone --record`",
            )),
            Some(digest) if digest != edition.digest() => faults.push(Fault::new(
                at,
                "digest_differs",
                "a published edition has changed; undo the change and put it in a new edition, since figures out there rest on this one. Only while nobody has used it yet, record it anew with `goodmeasure check-proxies --proxies proxies --alone --record`",
            )),
            Some(_) => {}
        }
    }
    for id in recorded.keys().filter(|id| !editions.contains_key(id)) {
        let at = format!("{DIGESTS_FILE}/{id}");
        let message = "this edition is on record and its files are gone";
        faults.push(Fault::new(at, "edition_missing", message));
    }
    faults
}

fn published(editions: &Editions) -> impl Iterator<Item = (&EditionId, &Arc<Edition>)> {
    editions
        .iter()
        .filter(|(_, edition)| edition.facts().status == Status::Published)
}

/// The text of the record for these editions.
#[must_use]
pub fn digests_text(editions: &Editions) -> String {
    let mut text = String::from(
        "# What each published edition was when it was published: SHA-256 over its resolved rows and series.\n# Written by `goodmeasure check-proxies --record`. A line here never changes once the edition is in use.\n\n",
    );
    for (id, edition) in published(editions) {
        let _ = writeln!(text, "\"{id}\" = \"{}\"", edition.digest());
    }
    text
}
