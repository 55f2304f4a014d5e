//! Finding keys.

use super::row::KeyRow;
use crate::domain::key::{Key, KeyState};
use crate::domain::moment::Moment;
use crate::domain::policy::Role;
use crate::storage::{StorageError, Tx, each};

/// Which keys to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyFilter {
    /// Only those of a role.
    pub role: Option<Role>,
    /// Only those in a state.
    pub state: Option<KeyState>,
}

/// The key of a secret, whether or not it still opens anything, with the SHA-256 that is kept of it.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn find_by_secret(
    tx: &mut Tx,
    partnership: &str,
    secret_sha256: &str,
) -> Result<Option<(Key, String)>, StorageError> {
    const FIND_BY_SECRET: &str = "
        select key_id, holder_id, name, role, organisations, networks, prefix, created_at, expires_at, rotated_at,
          revoked_at, last_used_at, secret_sha256
        from api_key where partnership_id = $1 and secret_sha256 = $2";
    #[derive(sqlx::FromRow)]
    struct WithSecret {
        #[sqlx(flatten)]
        row: KeyRow,
        secret_sha256: String,
    }
    let found: Option<WithSecret> =
        each!(tx, "api_key", |connection| sqlx::query_as(FIND_BY_SECRET)
            .bind(partnership)
            .bind(secret_sha256)
            .fetch_optional(connection))?;
    found
        .map(|found| Ok((found.row.read()?, found.secret_sha256)))
        .transpose()
}

/// One key.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn find(tx: &mut Tx, partnership: &str, id: &str) -> Result<Option<Key>, StorageError> {
    const FIND: &str = "
        select key_id, holder_id, name, role, organisations, networks, prefix, created_at, expires_at, rotated_at,
          revoked_at, last_used_at
        from api_key where partnership_id = $1 and key_id = $2";
    let row: Option<KeyRow> = each!(tx, "api_key", |connection| sqlx::query_as(FIND)
        .bind(partnership)
        .bind(id)
        .fetch_optional(connection))?;
    row.map(KeyRow::read).transpose()
}

/// Keys by id, which sorts by the time they were made, after one; states are those at a moment.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn list(
    tx: &mut Tx,
    partnership: &str,
    filter: KeyFilter,
    at: Moment,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Key>, StorageError> {
    const LIST: &str = "
        select key_id, holder_id, name, role, organisations, networks, prefix, created_at, expires_at, rotated_at,
          revoked_at, last_used_at
        from api_key
        where partnership_id = $1 and key_id > $2
          and (cast($3 as text) is null or role = $3)
          and (cast($4 as text) is null or $4 = case
            when revoked_at is not null then 'revoked' when expires_at <= $5 then 'expired' else 'live' end)
        order by key_id limit $6";
    let rows: Vec<KeyRow> = each!(tx, "api_key", |connection| sqlx::query_as(LIST)
        .bind(partnership)
        .bind(after.unwrap_or_default())
        .bind(filter.role.map(Role::word))
        .bind(filter.state.map(KeyState::word))
        .bind(at.micros())
        .bind(limit)
        .fetch_all(connection))?;
    rows.into_iter().map(KeyRow::read).collect()
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

/// Whether no other administrator key lives at a moment, and will live as long as this one: one that was rotated will
/// not.
///
/// # Errors
/// When the database does not answer.
pub async fn is_last_administrator(
    tx: &mut Tx,
    partnership: &str,
    id: &str,
    at: Moment,
) -> Result<bool, StorageError> {
    const OTHERS: &str = "
        select cast(count(*) as bigint)
        from api_key as other
        join api_key as own on own.partnership_id = other.partnership_id and own.key_id = $2
        where other.partnership_id = $1 and other.key_id <> own.key_id and other.role = 'administrator'
          and other.revoked_at is null and other.rotated_at is null
          and (other.expires_at is null or other.expires_at > $3 and other.expires_at >= own.expires_at)";
    let others: i64 = each!(tx, "api_key", |connection| sqlx::query_scalar(OTHERS)
        .bind(partnership)
        .bind(id)
        .bind(at.micros())
        .fetch_one(connection))?;
    Ok(others == 0)
}
