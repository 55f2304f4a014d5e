//! A piece of work that can be taken back alone, while the transaction it is a part of goes on.

use super::{StorageError, Tx, changed};

/// Begins a piece. Pieces follow one another; none is within another.
///
/// # Errors
/// When the database does not answer.
pub async fn set(tx: &mut Tx) -> Result<(), StorageError> {
    const SET: &str = "savepoint piece";
    if let Tx::Postgres(on_server) = &mut *tx {
        on_server.owe();
    }
    say(tx, SET).await
}

/// Ends a piece, which is as much a part of the transaction as all before it.
///
/// # Errors
/// When the database does not answer.
pub async fn keep(tx: &mut Tx) -> Result<(), StorageError> {
    const KEEP: &str = "release savepoint piece";
    say(tx, KEEP).await
}

/// Ends a piece of which nothing remains, also where the database refused a statement of it: PostgreSQL would refuse
/// every other one after that.
///
/// # Errors
/// When the database does not answer, or took back the whole transaction.
pub async fn take_back(tx: &mut Tx) -> Result<(), StorageError> {
    const TAKE_BACK: &str = "rollback to savepoint piece";
    if let Tx::Postgres(on_server) = &mut *tx {
        on_server.owed_by_piece.clear();
    }
    say(tx, TAKE_BACK).await?;
    keep(tx).await
}

/// Says a word about the transaction.
pub(super) async fn say(tx: &mut Tx, text: &'static str) -> Result<(), StorageError> {
    let said = changed!(tx, "(transaction)", |connection| sqlx::query(text)
        .execute(connection));
    said.map(|_| ())
}
