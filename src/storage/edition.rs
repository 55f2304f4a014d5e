//! The digest of each proxy edition as it was first seen: an edition that changed since is noticed.

use std::collections::BTreeMap;

use super::{StorageError, Tx, changed, each};
use crate::domain::moment::Moment;

/// Every edition that was recorded, with its digest.
///
/// # Errors
/// When the database does not answer.
pub async fn recorded(
    tx: &mut Tx,
    partnership: &str,
) -> Result<BTreeMap<String, String>, StorageError> {
    const RECORDED: &str = "select edition, digest from edition where partnership_id = $1";
    let rows: Vec<(String, String)> = each!(tx, "edition", |connection| sqlx::query_as(RECORDED)
        .bind(partnership)
        .fetch_all(connection))?;
    Ok(rows.into_iter().collect())
}

/// Records one for the first time.
///
/// # Errors
/// [`StorageError::Duplicate`] when it is recorded already.
pub async fn record(
    tx: &mut Tx,
    partnership: &str,
    edition: &str,
    digest: &str,
    at: Moment,
) -> Result<(), StorageError> {
    const RECORD: &str = "
        insert into edition (partnership_id, edition, digest, recorded_at) values ($1, $2, $3, $4)";
    changed!(tx, "edition", |connection| sqlx::query(RECORD)
        .bind(partnership)
        .bind(edition)
        .bind(digest)
        .bind(at.micros())
        .execute(connection))?;
    Ok(())
}
