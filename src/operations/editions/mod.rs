//! Proxy editions, whoever publishes them: those shipped with the program and those that a partnership governs itself
//! are found here, and used alike.

pub mod bring_edition;
pub mod govern_edition;
mod sealed;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::{newest_first, table};
use crate::domain::edition::{Edition, EditionId, Status};
use crate::domain::fault::Fault;
use crate::domain::governance::Governed;
use crate::domain::period::Day;
use crate::domain::taxonomy::Taxonomy;
use crate::storage::{self, StorageError, Tx};

use super::reading::Reading;
use super::{Actor, Office, Refusal, own_series};

pub use sealed::SealedEditions;

/// An edition, and how it is governed where the partnership does that.
#[derive(Debug, Clone)]
pub struct Found {
    /// The edition; of a draft as it would be.
    pub edition: Arc<Edition>,
    /// `None` of one that is shipped.
    pub governed: Option<Governed>,
}

impl Found {
    /// Whether a new contract may rest on it. A draft may be tried in calculations; what a contract rests on is sealed.
    #[must_use]
    pub fn may_be_pinned(&self) -> bool {
        match &self.governed {
            None => self.edition.facts().status == Status::Published,
            Some(governed) => governed.may_be_pinned(),
        }
    }
}

/// One edition; one that is not published yet only where `drafts` may be seen.
///
/// # Errors
/// Storage errors; `Corrupt` for one that cannot be read, or is not what was sealed.
pub async fn find(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    id: &EditionId,
    drafts: bool,
) -> Result<Option<Found>, Refusal> {
    if let Some(edition) = office.catalogue.edition(id) {
        return Ok(Some(Found {
            edition: Arc::clone(edition),
            governed: None,
        }));
    }
    match storage::proxy_edition::find(tx, &actor.partnership, id).await? {
        Some(governed) => whole(tx, office, actor, governed, drafts).await,
        None => Ok(None),
    }
}

/// The same by its text, such as `our-table/2026`.
///
/// # Errors
/// As [`find`].
pub async fn find_named(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    text: &str,
    drafts: bool,
) -> Result<Option<Found>, Refusal> {
    match EditionId::parse(text) {
        Some(id) => find(tx, office, actor, &id, drafts).await,
        None => Ok(None),
    }
}

/// Every edition: those shipped, then the partnership's own; what is not published yet only where `drafts` may be seen.
///
/// # Errors
/// As [`find`].
pub async fn all(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    drafts: bool,
) -> Result<Vec<Found>, Refusal> {
    let shipped = office.catalogue.editions.values().map(|edition| Found {
        edition: Arc::clone(edition),
        governed: None,
    });
    let mut found: Vec<Found> = shipped.collect();
    for governed in storage::proxy_edition::all(tx, &actor.partnership).await? {
        found.extend(whole(tx, office, actor, governed, drafts).await?);
    }
    Ok(found)
}

/// Every edition that is out, and drafts that are shipped, newest first.
///
/// # Errors
/// As [`find`].
pub async fn newest(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
) -> Result<Vec<Arc<Edition>>, Refusal> {
    let found = all(tx, office, actor, false).await?;
    Ok(newest_first(found.into_iter().map(|one| one.edition)))
}

/// Every taxonomy by code: those shipped, and those that came with tables that are out, as the newest of each says.
///
/// # Errors
/// As [`find`].
pub async fn taxonomies(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
) -> Result<Vec<Taxonomy>, Refusal> {
    let shipped = office.catalogue.taxonomies.iter();
    let mut by_code: BTreeMap<String, Taxonomy> =
        shipped.map(|one| (one.code.clone(), one.clone())).collect();
    for edition in newest(tx, office, actor).await? {
        if let Some(own) = &edition.facts().taxonomy {
            let known = by_code.entry(own.code.clone());
            known.or_insert_with(|| own.clone());
        }
    }
    Ok(by_code.into_values().collect())
}

/// The edition that a contract shall rest on, as it is named: one that is published, and not withdrawn.
///
/// # Errors
/// Storage errors; what is wrong with the name goes to `reading`.
pub(super) async fn pinned(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    named: Option<&str>,
    reading: &mut Reading,
) -> Result<Option<Arc<Edition>>, Refusal> {
    let Some(text) = reading.required("/proxy_edition", named) else {
        return Ok(None);
    };
    let found = find_named(tx, office, actor, text, false).await?;
    if let Some(found) = found.filter(Found::may_be_pinned) {
        return Ok(Some(found.edition));
    }
    let all = all(tx, office, actor, false).await?;
    let pinned = all.iter().filter(|one| one.may_be_pinned());
    let message = format!(
        "there is no such published edition; there are {}",
        names(pinned)
    );
    reading.fault("/proxy_edition", "unknown_edition", message);
    Ok(None)
}

/// The names of editions, for one who asked for another: `a/1, b/2`.
pub(super) fn names<'a>(found: impl IntoIterator<Item = &'a Found>) -> String {
    let names: Vec<String> = found
        .into_iter()
        .map(|one| one.edition.id().to_string())
        .collect();
    names.join(", ")
}

async fn whole(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    governed: Governed,
    drafts: bool,
) -> Result<Option<Found>, Refusal> {
    let edition = match governed.way.publication() {
        Some(_) => office.edition(tx, &actor.partnership, &governed.id).await?,
        None if drafts => Arc::new(draft(tx, office, actor, &governed).await?),
        None => return Ok(None),
    };
    Ok(Some(Found {
        edition,
        governed: Some(governed),
    }))
}

/// What a draft would be on the day its table was put.
async fn draft(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    governed: &Governed,
) -> Result<Edition, Refusal> {
    let as_of = (Status::Draft, governed.drafted.at.day());
    let read = read_in(tx, office, &actor.partnership, &governed.id, as_of).await?;
    read.ok_or(Refusal::NotFound("proxy edition"))
}

/// The edition that a stored table makes, as it stands on a day; `None` where there is no such table.
async fn read_in(
    tx: &mut Tx,
    office: &Office,
    partnership: &str,
    id: &EditionId,
    (status, day): (Status, Day),
) -> Result<Option<Edition>, Refusal> {
    let document = storage::proxy_edition::document(tx, partnership, id).await?;
    let own = storage::series::of_edition(tx, partnership, id).await?;
    let own = own_series::opened(own)?;
    let load = |document: String| {
        let catalogue = &office.catalogue;
        table::load(catalogue, &own, id, &document, status, day)
    };
    let read = document.map(load);
    let unreadable = |faults: Vec<Fault>| unreadable(id, "document", faults.first());
    read.transpose().map_err(unreadable)
}

/// A stored edition that cannot be used.
fn unreadable(id: &EditionId, column: &str, why: Option<impl ToString>) -> Refusal {
    Refusal::Storage(StorageError::Corrupt {
        table: "proxy_edition",
        column: column.to_owned(),
        key: id.to_string(),
        message: why.map(|why| why.to_string()).unwrap_or_default(),
    })
}
