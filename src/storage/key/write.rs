//! Adding keys, and taking them out of use.

use super::row::texts;
use crate::domain::key::Key;
use crate::domain::moment::Moment;
use crate::storage::{StorageError, Tx, changed};

/// Adds a key.
///
/// # Errors
/// [`StorageError::Duplicate`] for an id or a secret that is there, [`StorageError::MissingReference`] without
/// the partnership or the holder.
pub async fn add(
    tx: &mut Tx,
    partnership: &str,
    key: &Key,
    secret_sha256: &str,
) -> Result<(), StorageError> {
    const ADD: &str = "
        insert into api_key
          (partnership_id, key_id, name, role, secret_sha256, prefix, created_at, expires_at, revoked_at,
           organisations, networks, holder_id, rotated_at, last_used_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    changed!(tx, "api_key", |connection| sqlx::query(ADD)
        .bind(partnership)
        .bind(&key.id)
        .bind(&key.name)
        .bind(key.role.word())
        .bind(secret_sha256)
        .bind(&key.prefix)
        .bind(key.created_at.micros())
        .bind(key.expires_at.map(Moment::micros))
        .bind(key.revoked_at.map(Moment::micros))
        .bind(texts(&key.organisations))
        .bind(texts(&key.networks))
        .bind(&key.holder)
        .bind(key.rotated_at.map(Moment::micros))
        .bind(key.last_used_at.map(Moment::micros))
        .execute(connection))?;
    Ok(())
}

/// Says that another key takes the place of one, which opens nothing from `expires_at` on: true when it was
/// neither rotated nor revoked before.
///
/// # Errors
/// When the database does not answer.
pub async fn rotate(
    tx: &mut Tx,
    partnership: &str,
    id: &str,
    at: Moment,
    expires_at: Moment,
) -> Result<bool, StorageError> {
    const ROTATE: &str = "
        update api_key set rotated_at = $3, expires_at = $4
        where partnership_id = $1 and key_id = $2 and rotated_at is null and revoked_at is null";
    let changed = changed!(tx, "api_key", |connection| sqlx::query(ROTATE)
        .bind(partnership)
        .bind(id)
        .bind(at.micros())
        .bind(expires_at.micros())
        .execute(connection))?;
    Ok(changed == 1)
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

/// Notes that a key was used, unless that was noted since a moment: true when it was noted now.
///
/// # Errors
/// When the database does not answer.
pub async fn note_use(
    tx: &mut Tx,
    partnership: &str,
    id: &str,
    at: Moment,
    since: Moment,
) -> Result<bool, StorageError> {
    const NOTE_USE: &str = "
        update api_key set last_used_at = $3
        where partnership_id = $1 and key_id = $2 and (last_used_at is null or last_used_at <= $4)";
    let changed = changed!(tx, "api_key", |connection| sqlx::query(NOTE_USE)
        .bind(partnership)
        .bind(id)
        .bind(at.micros())
        .bind(since.micros())
        .execute(connection))?;
    Ok(changed == 1)
}

/// Takes the turn to take keys of a partnership out of use, so that no two take the last two of their kind at once.
///
/// # Errors
/// When the database does not answer.
pub async fn take_turn(tx: &mut Tx, partnership: &str) -> Result<(), StorageError> {
    const TAKE_TURN: &str = "update partnership set name = name where partnership_id = $1";
    changed!(tx, "partnership", |connection| sqlx::query(TAKE_TURN)
        .bind(partnership)
        .execute(connection))?;
    Ok(())
}
