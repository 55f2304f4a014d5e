//! Answers kept under the name that a request was given (Idempotency-Key), in the transaction of its effect.

use super::{StorageError, Tx, changed, each};
use crate::domain::moment::Moment;

/// Whether a name was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// By this transaction.
    Now,
    /// By an earlier one.
    Before {
        /// SHA-256 of what was asked.
        fingerprint: String,
        /// What was answered.
        answer: Option<String>,
    },
}

/// Takes a name (and the fingerprint of what is asked under it) of one who asks. A name last used before
/// `forgotten` is free again. On PostgreSQL it waits for another transaction that has it and has not ended.
///
/// # Errors
/// [`StorageError::Locked`] when that takes too long.
pub async fn take(
    tx: &mut Tx,
    partnership: &str,
    actor: &str,
    (name, fingerprint): (&str, &str),
    at: Moment,
    forgotten: Moment,
) -> Result<Taken, StorageError> {
    const TAKE: &str = "
        insert into kept_answer (partnership_id, actor_id, name, fingerprint, recorded_at)
        values ($1, $2, $3, $4, $5)
        on conflict (partnership_id, actor_id, name) do update
          set fingerprint = excluded.fingerprint, answer = null, recorded_at = excluded.recorded_at
          where kept_answer.recorded_at < $6";
    const FIND: &str = "
        select fingerprint, answer from kept_answer
        where partnership_id = $1 and actor_id = $2 and name = $3";
    let taken = changed!(tx, "kept_answer", |connection| sqlx::query(TAKE)
        .bind(partnership)
        .bind(actor)
        .bind(name)
        .bind(fingerprint)
        .bind(at.micros())
        .bind(forgotten.micros())
        .execute(connection))?;
    if taken == 1 {
        return Ok(Taken::Now);
    }
    let (fingerprint, answer): (String, Option<String>) =
        each!(tx, "kept_answer", |connection| sqlx::query_as(FIND)
            .bind(partnership)
            .bind(actor)
            .bind(name)
            .fetch_one(connection))?;
    Ok(Taken::Before {
        fingerprint,
        answer,
    })
}

/// Keeps the answer under a name that this transaction took.
///
/// # Errors
/// When the database does not answer.
pub async fn fill(
    tx: &mut Tx,
    partnership: &str,
    actor: &str,
    name: &str,
    answer: &str,
) -> Result<(), StorageError> {
    const FILL: &str = "
        update kept_answer set answer = $4
        where partnership_id = $1 and actor_id = $2 and name = $3";
    changed!(tx, "kept_answer", |connection| sqlx::query(FILL)
        .bind(partnership)
        .bind(actor)
        .bind(name)
        .bind(answer)
        .execute(connection))?;
    Ok(())
}

/// Forgets the answers of names last used before a moment: how many there were.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(tx: &mut Tx, partnership: &str, before: Moment) -> Result<u64, StorageError> {
    const FORGET: &str = "
        delete from kept_answer where partnership_id = $1 and recorded_at < $2";
    changed!(tx, "kept_answer", |connection| sqlx::query(FORGET)
        .bind(partnership)
        .bind(before.micros())
        .execute(connection))
}
