//! Series that a partnership brings: each release is read, sealed and kept once, and never changes; whatever rests on one
//! finds it checked against its seal.

use serde_json::json;

use crate::catalogue::own_series::{self, Brought, SeriesGiven};
use crate::domain::fault::Fault;
use crate::domain::report::Done;
use crate::domain::series::Series;
use crate::storage::series::{KeptSeries, SeriesKey};
use crate::storage::{self, StorageError, Tx};

use super::audit::{self, Entry};
use super::{Actor, Conflict, Hand, Office, Refusal};

/// A release, and who brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSeries {
    /// The release.
    pub series: Series,
    /// Who brought it when; `None` of one that is shipped.
    pub added: Option<Done>,
}

/// Reads a series that is brought, outside of any transaction.
///
/// # Errors
/// [`Refusal::Invalid`] with every fault, each with its row and column.
pub fn read_series(
    office: &Office,
    given: &SeriesGiven,
    faults: Vec<Fault>,
) -> Result<Brought, Refusal> {
    own_series::bring(&office.catalogue, given, faults).map_err(Refusal::Invalid)
}

/// Adds a release, sealed.
///
/// # Errors
/// [`Refusal::Conflict`] `series_taken`: a release never changes, and what changed is a new one.
pub async fn add_series(
    tx: &mut Tx,
    hand: Hand<'_>,
    brought: &Brought,
) -> Result<FoundSeries, Refusal> {
    let series = &brought.series;
    let kept = KeptSeries {
        name: series.name.clone(),
        release: series.release.clone(),
        document: brought.document.clone(),
        digest: series.digest(),
        added: Done {
            at: hand.at,
            by: hand.actor.id.clone(),
        },
    };
    let id = format!("{}/{}", series.name, series.release);
    storage::series::add(tx, &hand.actor.partnership, &kept)
        .await
        .map_err(|error| match error {
            StorageError::Duplicate { .. } => Refusal::conflict(
                Conflict::SeriesTaken,
                format!("{id} is here already, and a release never changes: give this one another"),
            ),
            other => other.into(),
        })?;
    let rows = series.rows.values().map(std::collections::BTreeMap::len);
    let after = json!({
        "title": series.title, "unit": series.unit, "years": series.years.word(),
        "price_year": series.price_year, "licence": series.licence,
        "redistribution": series.redistribution.word(), "rows": rows.sum::<usize>(),
        "digest": kept.digest
    });
    let entry = Entry::of("add_series", "series", &id).after(after);
    audit::leave(tx, hand.office, hand.actor, hand.at, entry).await?;
    Ok(FoundSeries {
        series: series.clone(),
        added: Some(kept.added),
    })
}

/// Opens what is kept, and looks whether it is what was sealed.
///
/// # Errors
/// Storage's `Corrupt` for what cannot be read, or is not what was sealed.
pub fn open(kept: KeptSeries) -> Result<FoundSeries, Refusal> {
    let key = format!("{}/{}", kept.name, kept.release);
    let corrupt = |column: &str, message: String| {
        Refusal::Storage(StorageError::Corrupt {
            table: "series",
            column: column.to_owned(),
            key: key.clone(),
            message,
        })
    };
    let unreadable = |faults: Vec<Fault>| {
        let first = faults.first().map(ToString::to_string);
        corrupt("document", first.unwrap_or_default())
    };
    let series = own_series::load(&kept.document).map_err(unreadable)?;
    let named = (series.name.as_str(), series.release.as_str());
    let found = series.digest();
    if found != kept.digest || named != (kept.name.as_str(), kept.release.as_str()) {
        let message = format!("it was sealed with another digest than it has now, {found}");
        return Err(corrupt("digest", message));
    }
    Ok(FoundSeries {
        series,
        added: Some(kept.added),
    })
}

/// The same of several, without who brought them.
///
/// # Errors
/// As [`open`].
pub(super) fn opened(kept: Vec<KeptSeries>) -> Result<Vec<Series>, Refusal> {
    let series = kept.into_iter().map(|one| Ok(open(one)?.series));
    series.collect()
}

/// Those of these names and releases that are there.
///
/// # Errors
/// As [`open`].
pub(super) async fn these(
    tx: &mut Tx,
    partnership: &str,
    keys: &[SeriesKey],
) -> Result<Vec<Series>, Refusal> {
    let mut found = Vec::new();
    for key in keys {
        // What cannot be a name is not there: PostgreSQL takes no text with a control character in it.
        let plain = |text: &str| !text.chars().any(char::is_control);
        if plain(&key.0) && plain(&key.1) {
            found.extend(storage::series::between(tx, partnership, key, key).await?);
        }
    }
    opened(found)
}

/// Every release of a name, oldest first: those that a partnership brought, or those shipped.
///
/// # Errors
/// As [`open`].
pub async fn of_name(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    name: &str,
) -> Result<Vec<FoundSeries>, Refusal> {
    let mut found: Vec<FoundSeries> = shipped(office, |one| one.name == name).collect();
    if found.is_empty() && !name.chars().any(char::is_control) {
        let kept = storage::series::of_name(tx, &actor.partnership, name).await?;
        found = kept.into_iter().map(open).collect::<Result<_, _>>()?;
    }
    found.sort_by(|one, other| one.series.release.cmp(&other.series.release));
    Ok(found)
}

/// Names and releases: those shipped, and those that the partnership brought.
///
/// # Errors
/// Storage errors.
pub async fn keys(tx: &mut Tx, office: &Office, actor: &Actor) -> Result<Vec<SeriesKey>, Refusal> {
    let shipped = office.catalogue.series.iter();
    let mut keys: Vec<SeriesKey> = shipped
        .map(|one| (one.name.clone(), one.release.clone()))
        .collect();
    keys.extend(storage::series::keys(tx, &actor.partnership).await?);
    keys.sort();
    keys.dedup();
    Ok(keys)
}

/// The releases of such keys, which follow each other.
///
/// # Errors
/// As [`open`].
pub async fn of_keys(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    keys: &[SeriesKey],
) -> Result<Vec<FoundSeries>, Refusal> {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
        return Ok(Vec::new());
    };
    let key = |one: &Series| (one.name.clone(), one.release.clone());
    let within = |one: &Series| keys.contains(&key(one));
    let mut found: Vec<FoundSeries> = shipped(office, within).collect();
    for kept in storage::series::between(tx, &actor.partnership, first, last).await? {
        found.push(open(kept)?);
    }
    found.sort_by_key(|one| key(&one.series));
    found.dedup_by_key(|one| key(&one.series));
    Ok(found)
}

fn shipped(office: &Office, asked: impl Fn(&Series) -> bool) -> impl Iterator<Item = FoundSeries> {
    let found = office.catalogue.series.iter();
    found.filter(move |one| asked(one)).map(|one| FoundSeries {
        series: one.clone(),
        added: None,
    })
}
