//! Connections to a PostgreSQL server, and how long anything there is waited for. A server may be stopped, restarted,
//! cut off or frozen at any moment: each wait has a bound, and the program finds its way back by itself.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Postgres, Transaction};

use super::StorageError;
use crate::domain::ledger::total::{Sums, TotalKey};

/// More wait in line rather than load the server.
const MOST: u32 = 16;
/// How long a caller waits for a connection: long enough that a restart or a change-over of the server goes by
/// unnoticed, short enough that a person who waits for the answer still does.
const PATIENCE: Duration = Duration::from_secs(3);
/// A connection that rested longer is asked for a sign of life before it is used.
const RESTED: Duration = Duration::from_secs(5);
/// A lock is held for a few milliseconds; who waits so long for one waits for somebody who is stuck.
const LONGEST_LOCK: Duration = Duration::from_secs(3);
/// No statement of a request takes so long.
const LONGEST_STATEMENT: Duration = Duration::from_secs(10);
/// One that goes over everything there is (a migration, `verify`) may, and has nobody waiting for it.
const LONGEST_OF_ALL: Duration = Duration::from_secs(3600);
/// The server gives up a statement itself, and says so. An answer this much later is lost: nobody is there.
const GRACE: Duration = Duration::from_secs(2);

/// Connections to one server. A clone shares them.
#[derive(Clone, Debug)]
pub struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    connect: PgConnectOptions,
    /// How long an answer to one statement is waited for.
    longest: Duration,
    current: RwLock<Current>,
}

/// The pool in use.
#[derive(Clone, Debug)]
struct Current {
    pool: PgPool,
    /// How many pools were given up before it.
    number: u64,
}

/// A transaction on the server.
#[derive(Debug)]
pub struct OnServer {
    transaction: Transaction<'static, Postgres>,
    of: Connections,
    pool: u64,
    /// Nobody is at the other end any more.
    is_lost: bool,
    /// What is to be added to the totals without contract at the end; none where it is added at once.
    pub(super) owed: Option<BTreeMap<TotalKey, Sums>>,
    /// The same of the piece of work under way, which may be taken back.
    pub(super) owed_by_piece: BTreeMap<TotalKey, Sums>,
}

/// What came of a wait for an answer.
pub(crate) type Answered<T> = Result<Result<T, sqlx::Error>, tokio::time::error::Elapsed>;

impl Connections {
    /// Closes all of them, once what is under way is done; a server that says no more is not waited for.
    pub(super) async fn close(&self) {
        let _ = tokio::time::timeout(PATIENCE, self.current().pool.close()).await;
    }

    /// To the server of a URL, which must answer.
    ///
    /// # Errors
    /// [`StorageError::Refused`] for the URL, never with a password in it; [`StorageError::Unavailable`] when nobody
    /// answers.
    pub(super) async fn open(url: &str, over_everything: bool) -> Result<Self, StorageError> {
        let unreadable =
            "this PostgreSQL URL cannot be read: postgres://user:password@host:port/database";
        let longest = if over_everything {
            LONGEST_OF_ALL
        } else {
            LONGEST_STATEMENT
        };
        let connect = PgConnectOptions::from_str(url)
            // What is wrong with it may repeat the URL, and so a password.
            .map_err(|_| StorageError::Refused(unreadable.to_owned()))?
            .application_name("goodmeasure")
            .options(bounds(longest))
            .disable_statement_logging();
        // A pool would go on trying a server that is not there; who starts a program wants to know at once.
        let first = async {
            let connection = PgConnection::connect_with(&connect).await?;
            connection.close().await
        };
        let first = tokio::time::timeout(LONGEST_STATEMENT, first).await;
        first
            .unwrap_or_else(|_| Err(lost()))
            .map_err(|error| StorageError::of(error, "(connection)"))?;
        let current = RwLock::new(Current {
            pool: pool(&connect),
            number: 0,
        });
        Ok(Self(Arc::new(Shared {
            connect,
            longest: longest + GRACE,
            current,
        })))
    }

    /// The pool in use.
    pub(super) fn pool(&self) -> PgPool {
        self.current().pool
    }

    fn current(&self) -> Current {
        let current = self.0.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Begins a transaction, with whichever connection lives.
    pub(super) async fn begin(&self, statement: &'static str) -> Result<OnServer, sqlx::Error> {
        let Current { pool, number } = self.current();
        let begun = async {
            // After a restart of the server every connection that rested is dead, and says so at its first use.
            let mut dead = 0;
            loop {
                match pool.begin_with(statement).await {
                    Err(error) if dead < MOST && is_of_the_dead(&error) => dead += 1,
                    other => return other,
                }
            }
        };
        let begun = tokio::time::timeout(PATIENCE + GRACE, begun).await;
        let transaction = self.answered(number, begun)?;
        Ok(OnServer {
            transaction,
            of: self.clone(),
            pool: number,
            is_lost: false,
            owed: None,
            owed_by_piece: BTreeMap::new(),
        })
    }

    fn answered<T>(&self, number: u64, answered: Answered<T>) -> Result<T, sqlx::Error> {
        answered.unwrap_or_else(|_| {
            self.give_up(number);
            Err(lost())
        })
    }

    /// Where one connection lost an answer, the others of its pool go to the same place, and the system may take a
    /// quarter of an hour to say that it is gone: a new pool begins without them.
    fn give_up(&self, number: u64) {
        let mut current = self
            .0
            .current
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if current.number == number {
            tracing::warn!("an answer of the database was lost; connecting anew");
            let next = Current {
                pool: pool(&self.0.connect),
                number: number + 1,
            };
            let old = std::mem::replace(&mut *current, next);
            tokio::spawn(async move { old.pool.close().await });
        }
    }
}

impl OnServer {
    /// What a piece of work owes is owed for good.
    pub(super) fn owe(&mut self) {
        if let Some(owed) = &mut self.owed {
            for (key, sums) in std::mem::take(&mut self.owed_by_piece) {
                owed.entry(key).or_default().include(&sums);
            }
        }
    }

    /// The connection, and how long its answer is to be waited for.
    pub(crate) fn ask(&mut self) -> (&mut PgConnection, Duration) {
        (&mut self.transaction, self.of.0.longest)
    }

    /// What came of it.
    pub(crate) fn answered<T>(&mut self, answered: Answered<T>) -> Result<T, sqlx::Error> {
        self.is_lost |= answered.is_err();
        self.of.answered(self.pool, answered)
    }

    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        let end = self.transaction.commit();
        let ended = tokio::time::timeout(self.of.0.longest, end).await;
        self.of.answered(self.pool, ended)
    }

    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        if self.is_lost {
            return Ok(()); // the server finds out by itself that we are gone
        }
        let end = self.transaction.rollback();
        let ended = tokio::time::timeout(self.of.0.longest, end).await;
        self.of.answered(self.pool, ended)
    }
}

/// Whether it is the last word of a connection that the server closed while it rested.
fn is_of_the_dead(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(said) => {
            matches!(said.code().as_deref(), Some("57P01" | "57P02" | "57P05"))
        }
        _ => false,
    }
}

fn lost() -> sqlx::Error {
    let message = "the database gave no answer in time";
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, message))
}

/// What the server itself gives up, in milliseconds: a program that is gone, or cut off, holds nobody up either.
fn bounds(longest: Duration) -> [(&'static str, u128); 3] {
    [
        ("statement_timeout", longest.as_millis()),
        ("lock_timeout", LONGEST_LOCK.as_millis()),
        (
            "idle_in_transaction_session_timeout",
            (longest + GRACE).as_millis(),
        ),
    ]
}

fn pool(connect: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(MOST)
        .acquire_timeout(PATIENCE)
        // A question to the server before each use would double the cost of a short transaction.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > RESTED {
                    Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(connect.clone())
}
