//! Series of numbers that a partnership brought: each release as it was sealed, and which editions rest on it.

use super::json::Rows;
use super::{StorageError, Tx, changed, each};
use crate::domain::edition::EditionId;
use crate::domain::moment::Moment;
use crate::domain::report::Done;

/// A release as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSeries {
    /// Name of the series.
    pub name: String,
    /// The release of it.
    pub release: String,
    /// What it says, in the keys of the files that are shipped.
    pub document: String,
    /// SHA-256 over what it says, as it was when it was brought.
    pub digest: String,
    /// Who brought it when.
    pub added: Done,
}

/// Name and release.
pub type SeriesKey = (String, String);

#[derive(sqlx::FromRow)]
struct SeriesRow {
    name: String,
    release: String,
    document: String,
    digest: String,
    added_at: i64,
    added_by: String,
}

impl From<SeriesRow> for KeptSeries {
    fn from(row: SeriesRow) -> Self {
        Self {
            name: row.name,
            release: row.release,
            document: row.document,
            digest: row.digest,
            added: Done {
                at: Moment::from_micros(row.added_at),
                by: row.added_by,
            },
        }
    }
}

/// Names and releases of a partnership, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn keys(tx: &mut Tx, partnership: &str) -> Result<Vec<SeriesKey>, StorageError> {
    const KEYS: &str =
        "select name, release from series where partnership_id = $1 order by name, release";
    each!(tx, "series", |connection| sqlx::query_as(KEYS)
        .bind(partnership)
        .fetch_all(connection))
}

/// Those from one name and release to another, both with them, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn between(
    tx: &mut Tx,
    partnership: &str,
    first: &SeriesKey,
    last: &SeriesKey,
) -> Result<Vec<KeptSeries>, StorageError> {
    const BETWEEN: &str = "
        select name, release, document, digest, added_at, added_by from series
        where partnership_id = $1 and (name, release) >= ($2, $3) and (name, release) <= ($4, $5)
        order by name, release";
    let rows: Vec<SeriesRow> = each!(tx, "series", |connection| sqlx::query_as(BETWEEN)
        .bind(partnership)
        .bind(&first.0)
        .bind(&first.1)
        .bind(&last.0)
        .bind(&last.1)
        .fetch_all(connection))?;
    Ok(rows.into_iter().map(KeptSeries::from).collect())
}

/// Every release of a name, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_name(
    tx: &mut Tx,
    partnership: &str,
    name: &str,
) -> Result<Vec<KeptSeries>, StorageError> {
    const OF_NAME: &str = "
        select name, release, document, digest, added_at, added_by from series
        where partnership_id = $1 and name = $2 order by release";
    let rows: Vec<SeriesRow> = each!(tx, "series", |connection| sqlx::query_as(OF_NAME)
        .bind(partnership)
        .bind(name)
        .fetch_all(connection))?;
    Ok(rows.into_iter().map(KeptSeries::from).collect())
}

/// Those that an edition rests on.
///
/// # Errors
/// When the database does not answer.
pub async fn of_edition(
    tx: &mut Tx,
    partnership: &str,
    edition: &EditionId,
) -> Result<Vec<KeptSeries>, StorageError> {
    const OF_EDITION: &str = "
        select series.name, series.release, document, digest, added_at, added_by from edition_series
        join series on series.partnership_id = edition_series.partnership_id
          and series.name = edition_series.name and series.release = edition_series.release
        where edition_series.partnership_id = $1 and edition = $2 order by series.name";
    let rows: Vec<SeriesRow> = each!(tx, "edition_series", |connection| sqlx::query_as(
        OF_EDITION
    )
    .bind(partnership)
    .bind(edition.to_string())
    .fetch_all(connection))?;
    Ok(rows.into_iter().map(KeptSeries::from).collect())
}

/// Adds a release.
///
/// # Errors
/// [`StorageError::Duplicate`] when there is one of its name and release.
pub async fn add(tx: &mut Tx, partnership: &str, kept: &KeptSeries) -> Result<(), StorageError> {
    const ADD: &str = "
        insert into series (partnership_id, name, release, document, digest, added_at, added_by)
        values ($1, $2, $3, $4, $5, $6, $7)";
    changed!(tx, "series", |connection| sqlx::query(ADD)
        .bind(partnership)
        .bind(&kept.name)
        .bind(&kept.release)
        .bind(&kept.document)
        .bind(&kept.digest)
        .bind(kept.added.at.micros())
        .bind(&kept.added.by)
        .execute(connection))?;
    Ok(())
}

/// Says which releases an edition rests on, in the place of what was said before.
///
/// # Errors
/// [`StorageError::MissingReference`] for an edition or a release that is not there.
pub async fn rest(
    tx: &mut Tx,
    partnership: &str,
    edition: &EditionId,
    on: &[SeriesKey],
) -> Result<(), StorageError> {
    const FORGET: &str = "delete from edition_series where partnership_id = $1 and edition = $2";
    const REST: &str = "
        insert into edition_series (partnership_id, edition, name, release)
        select $1, $2, value ->> 0, value ->> 1 from jsonb_each($3)";
    changed!(tx, "edition_series", |connection| sqlx::query(FORGET)
        .bind(partnership)
        .bind(edition.to_string())
        .execute(connection))?;
    if on.is_empty() {
        return Ok(());
    }
    let mut rows = Rows::default();
    for (name, release) in on {
        rows.row().text(name).text(release);
    }
    let rows = rows.done();
    changed!(tx, "edition_series", |connection| sqlx::query(REST)
        .bind(partnership)
        .bind(edition.to_string())
        .bind(rows)
        .execute(connection))?;
    Ok(())
}
