//! Partnerships: the tenants.

use super::{StorageError, Tx, changed, each};
use crate::domain::moment::Moment;

/// A partnership as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partnership {
    /// Its id: a short code that API keys carry.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Moment,
}

#[derive(sqlx::FromRow)]
struct PartnershipRow {
    partnership_id: String,
    name: String,
    created_at: i64,
}

impl From<PartnershipRow> for Partnership {
    fn from(row: PartnershipRow) -> Self {
        Self {
            id: row.partnership_id,
            name: row.name,
            created_at: Moment::from_micros(row.created_at),
        }
    }
}

/// One partnership.
///
/// # Errors
/// When the database does not answer.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<Partnership>, StorageError> {
    const FIND: &str =
        "select partnership_id, name, created_at from partnership where partnership_id = $1";
    let row: Option<PartnershipRow> = each!(tx, "partnership", |connection| sqlx::query_as(FIND)
        .bind(id)
        .fetch_optional(connection))?;
    Ok(row.map(Partnership::from))
}

/// Adds one.
///
/// # Errors
/// [`StorageError::Duplicate`] when the id is taken.
pub async fn add(tx: &mut Tx, id: &str, name: &str, at: Moment) -> Result<(), StorageError> {
    const ADD: &str =
        "insert into partnership (partnership_id, name, created_at) values ($1, $2, $3)";
    changed!(tx, "partnership", |connection| sqlx::query(ADD)
        .bind(id)
        .bind(name)
        .bind(at.micros())
        .execute(connection))?;
    Ok(())
}

/// All of them, by id.
///
/// # Errors
/// When the database does not answer.
pub async fn list(tx: &mut Tx) -> Result<Vec<Partnership>, StorageError> {
    const LIST: &str =
        "select partnership_id, name, created_at from partnership order by partnership_id";
    let rows: Vec<PartnershipRow> = each!(tx, "partnership", |connection| sqlx::query_as(LIST)
        .fetch_all(connection))?;
    Ok(rows.into_iter().map(Partnership::from).collect())
}
