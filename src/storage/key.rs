//! API keys: who may call. Only the SHA-256 of a secret is ever here.

use super::cell::maybe_moment;
use super::{StorageError, Tx, changed, each};
use crate::domain::moment::Moment;

/// A key as it is kept, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// The partnership it opens.
    pub partnership: String,
    /// Its id.
    pub id: String,
    /// Whose it is, for people.
    pub name: String,
    /// What it may do.
    pub role: String,
    /// The first characters of its text, so that a person can tell keys apart.
    pub prefix: String,
    /// When it was made.
    pub created_at: Moment,
    /// When it ceases to open anything.
    pub expires_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
}

#[derive(sqlx::FromRow)]
struct Kept {
    partnership_id: String,
    key_id: String,
    name: String,
    role: String,
    prefix: String,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl From<Kept> for KeyRow {
    fn from(row: Kept) -> Self {
        Self {
            partnership: row.partnership_id,
            id: row.key_id,
            name: row.name,
            role: row.role,
            prefix: row.prefix,
            created_at: Moment::from_micros(row.created_at),
            expires_at: maybe_moment(row.expires_at),
            revoked_at: maybe_moment(row.revoked_at),
        }
    }
}

/// The key of a secret, whether or not it still opens anything.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_secret(
    tx: &mut Tx,
    partnership: &str,
    secret_sha256: &str,
) -> Result<Option<KeyRow>, StorageError> {
    const FIND_BY_SECRET: &str = "
        select partnership_id, key_id, name, role, prefix, created_at, expires_at, revoked_at
        from api_key where partnership_id = $1 and secret_sha256 = $2";
    let row: Option<Kept> = each!(tx, "api_key", |connection| sqlx::query_as(FIND_BY_SECRET)
        .bind(partnership)
        .bind(secret_sha256)
        .fetch_optional(connection))?;
    Ok(row.map(KeyRow::from))
}

/// Adds a key.
///
/// # Errors
/// [`StorageError::Duplicate`] for an id or a secret that is there, [`StorageError::MissingReference`] without
/// the partnership.
pub async fn add(tx: &mut Tx, key: &KeyRow, secret_sha256: &str) -> Result<(), StorageError> {
    const ADD: &str = "
        insert into api_key
          (partnership_id, key_id, name, role, secret_sha256, prefix, created_at, expires_at, revoked_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    changed!(tx, "api_key", |connection| sqlx::query(ADD)
        .bind(&key.partnership)
        .bind(&key.id)
        .bind(&key.name)
        .bind(&key.role)
        .bind(secret_sha256)
        .bind(&key.prefix)
        .bind(key.created_at.micros())
        .bind(key.expires_at.map(Moment::micros))
        .bind(key.revoked_at.map(Moment::micros))
        .execute(connection))?;
    Ok(())
}

/// Revokes a key: true when it was not revoked before.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke(
    tx: &mut Tx,
    partnership: &str,
    id: &str,
    at: Moment,
) -> Result<bool, StorageError> {
    const REVOKE: &str = "
        update api_key set revoked_at = $3
        where partnership_id = $1 and key_id = $2 and revoked_at is null";
    let changed = changed!(tx, "api_key", |connection| sqlx::query(REVOKE)
        .bind(partnership)
        .bind(id)
        .bind(at.micros())
        .execute(connection))?;
    Ok(changed == 1)
}

/// The keys of a partnership, by id.
///
/// # Errors
/// When the database does not answer.
pub async fn list(tx: &mut Tx, partnership: &str) -> Result<Vec<KeyRow>, StorageError> {
    const LIST: &str = "
        select partnership_id, key_id, name, role, prefix, created_at, expires_at, revoked_at
        from api_key where partnership_id = $1 order by key_id";
    let rows: Vec<Kept> = each!(tx, "api_key", |connection| sqlx::query_as(LIST)
        .bind(partnership)
        .fetch_all(connection))?;
    Ok(rows.into_iter().map(KeyRow::from).collect())
}

/// Whether the partnership has a key at all.
///
/// # Errors
/// When the database does not answer.
pub async fn any_exists(tx: &mut Tx, partnership: &str) -> Result<bool, StorageError> {
    const ANY_EXISTS: &str = "
        select cast(count(*) as bigint)
        from (select key_id from api_key where partnership_id = $1 limit 1) as one";
    let count: i64 = each!(tx, "api_key", |connection| sqlx::query_scalar(ANY_EXISTS)
        .bind(partnership)
        .fetch_one(connection))?;
    Ok(count > 0)
}
