//! A transaction on either database, and the one macro that says an expression for both.

use sqlx::{Sqlite, SqlitePool, Transaction};
use tracing::Instrument;

use super::connections::{Connections, OnServer};
use super::error::{MayRetry, StorageError};
use super::{Pool, Store};

/// A transaction on one of the two databases.
pub enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(OnServer),
}

/// Says the same expression for each database, and names the table should it fail:
/// `each!(tx, "place", |connection| sqlx::query_as(ALL).bind(partnership).fetch_all(connection))`.
macro_rules! each {
    ($tx:expr, $table:literal, |$connection:ident| $work:expr) => {
        match $tx {
            $crate::storage::Tx::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $work
                    .await
                    .map_err(|error| $crate::storage::StorageError::of(error, $table))
            }
            $crate::storage::Tx::Postgres(on_server) => {
                let ($connection, longest) = on_server.ask();
                let answered = tokio::time::timeout(longest, $work).await;
                on_server
                    .answered(answered)
                    .map_err(|error| $crate::storage::StorageError::of(error, $table))
            }
        }
    };
}

/// The same for a statement that changes rows: how many it changed.
macro_rules! changed {
    ($tx:expr, $table:literal, |$connection:ident| $work:expr) => {
        match $tx {
            $crate::storage::Tx::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $work.await.map(|done| done.rows_affected())
            }
            $crate::storage::Tx::Postgres(on_server) => {
                let ($connection, longest) = on_server.ask();
                let answered = tokio::time::timeout(longest, $work).await;
                on_server
                    .answered(answered)
                    .map(|done| done.rows_affected())
            }
        }
        .map_err(|error| $crate::storage::StorageError::of(error, $table))
    };
}
pub(crate) use {changed, each};

const POSTGRES_WRITES: &str = "begin isolation level read committed";
/// How often work is tried when another writer was there first.
const TRIES: u32 = 6;

impl Store {
    /// Does work in a transaction that writes: committed when it answers `Ok`, rolled back when not, and done
    /// again up to five times when the error says that it may be. The work must be safe to run again.
    ///
    /// # Errors
    /// What the work answers, or what the database says to its beginning and its end:
    /// [`StorageError::OutcomeUnknown`] where it may have been committed though nobody heard.
    pub async fn write<T, E>(&self, work: impl AsyncFn(&mut Tx) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StorageError> + MayRetry,
    {
        let mut tried = 0;
        loop {
            tried += 1;
            let span = tracing::trace_span!(target: "spans", "write", tried);
            match self.write_once(&work).instrument(span).await {
                Err(error) if error.may_retry() && tried < TRIES => {
                    self.tally().retry();
                    tokio::time::sleep(back_off(tried)).await;
                }
                done => return done,
            }
        }
    }

    async fn write_once<T, E>(&self, work: &impl AsyncFn(&mut Tx) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StorageError>,
    {
        match self {
            Self::Sqlite { group, .. } => {
                let mut open = group.turn().await?;
                let member = group.enter(&mut open).await?;
                let answer = work(open.tx()?).await;
                open.leave(answer.is_ok()).await;
                drop(open);
                // Even a refusal waits: it may rest on what others wrote in the same transaction.
                let ended = member.ended().await;
                self.tally().worked(answer.is_ok(), &ended);
                match (ended, answer) {
                    (Ok(()), answer) => answer,
                    // Nothing of a refused work is stored, whatever became of the others'.
                    (Err(StorageError::OutcomeUnknown(message)), Err(_)) => {
                        Err(StorageError::Unavailable(message).into())
                    }
                    (Err(error), _) => Err(error.into()),
                }
            }
            Self::Postgres { server, .. } => {
                let mut tx = self
                    .begin(Pool::Postgres(server), "", POSTGRES_WRITES)
                    .await?;
                match work(&mut tx).await {
                    Ok(answer) => {
                        let ended = tx.commit().await;
                        self.tally().worked(true, &ended);
                        ended?;
                        Ok(answer)
                    }
                    Err(error) => {
                        // Waited for, so that the lock is gone before anybody tries again. Should it fail, the
                        // connection is given up, which rolls back as well; the first error is the one to tell.
                        let _ = tx.rollback().await;
                        self.tally().worked(false, &Ok(()));
                        Err(error)
                    }
                }
            }
        }
    }

    /// Does work that only reads, in one consistent snapshot of the database that is written to.
    ///
    /// # Errors
    /// What the work answers, or what the database says to its beginning.
    pub async fn read<T, E>(&self, work: impl AsyncFn(&mut Tx) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StorageError>,
    {
        self.read_in(self.pool_for_reading(), work).await
    }

    /// The same on the standby, where one is given; it may be behind, so only roll-ups and lists use it.
    ///
    /// # Errors
    /// What the work answers, or what the database says to its beginning.
    pub async fn read_standby<T, E>(
        &self,
        work: impl AsyncFn(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StorageError>,
    {
        self.read_in(self.pool_of_standby(), work).await
    }

    async fn read_in<T, E>(
        &self,
        pool: Pool<'_>,
        work: impl AsyncFn(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StorageError>,
    {
        const SQLITE: &str = "begin deferred";
        const POSTGRES: &str = "begin isolation level repeatable read read only";
        let read = async {
            let mut tx = self.begin(pool, SQLITE, POSTGRES).await?;
            // Nothing was written: dropping it rolls back without anybody waiting for it.
            work(&mut tx).await
        };
        read.instrument(tracing::trace_span!(target: "spans", "read"))
            .await
    }

    /// Begins, and tells the tally of the wait.
    async fn begin(
        &self,
        pool: Pool<'_>,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Result<Tx, StorageError> {
        let _waiting = self.tally().wait(pool.is_free());
        let begun = begin(pool, sqlite, postgres).await;
        if matches!(&begun, Err(StorageError::Unavailable(_))) {
            self.tally().timed_out();
        }
        begun
    }
}

/// Begins a transaction that writes to SQLite.
pub(super) async fn begin_on_sqlite(pool: &SqlitePool) -> Result<Tx, StorageError> {
    // Immediate: SQLite takes its one write lock now, not at the first statement that writes.
    begin(Pool::Sqlite(pool), "begin immediate", "").await
}

async fn begin(
    pool: Pool<'_>,
    sqlite: &'static str,
    postgres: &'static str,
) -> Result<Tx, StorageError> {
    let begun = match pool {
        Pool::Sqlite(pool) => pool.begin_with(sqlite).await.map(Tx::Sqlite),
        Pool::Postgres(server) => begin_to_its_end(server, postgres).await.map(Tx::Postgres),
    };
    begun.map_err(|error| StorageError::of(error, "(transaction)"))
}

/// Begins in a task of its own. A caller may go away at any moment (its client hung up), and sqlx counts a
/// transaction only once `begin` was answered: given up before that, the connection would go back to the pool
/// with a transaction open that nobody ends, and the next writer would find itself in one that only reads.
async fn begin_to_its_end(
    server: &Connections,
    statement: &'static str,
) -> Result<OnServer, sqlx::Error> {
    let server = server.clone();
    let begun = tokio::spawn(async move { server.begin(statement).await });
    begun.await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

impl Tx {
    pub(super) async fn commit(self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
        .map_err(StorageError::of_commit)
    }

    pub(super) async fn rollback(self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await,
            Self::Postgres(tx) => tx.rollback().await,
        }
        .map_err(|error| StorageError::of(error, "(transaction)"))
    }
}

/// Twice as long each time, and by chance up to half longer, so that two writers do not meet again.
fn back_off(tried: u32) -> std::time::Duration {
    use std::hash::{BuildHasher, Hasher};
    let base = 4_u64 << tried.min(8);
    // The standard library seeds each one by chance; nothing better is needed to part two writers.
    let chance = std::hash::RandomState::new().build_hasher().finish();
    std::time::Duration::from_millis(base + chance % (base / 2 + 1))
}
