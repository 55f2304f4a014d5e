//! What is kept: one [`Store`] over two databases, a file per noun, and one text of SQL for both, as constants
//! above their use. Functions take a [`Tx`], the partnership, and types of the domain, and answer in such types.
//!
//! Two texts cannot drift apart where there is only one. What SQLite and PostgreSQL do not share is in
//! [`Store::open`], in the first words of a transaction, and in the two folders of `migrations/`.

mod adjusting;
pub mod audit;
mod cell;
pub mod chain;
mod codec;
pub mod commitment;
mod connections;
pub mod contract;
pub mod edition;
mod error;
mod group;
mod json;
pub mod kept_answer;
pub mod key;
mod open;
pub mod organisation;
pub mod overview;
pub mod partnership;
pub mod place;
pub mod posting;
pub mod proof;
pub mod proxy_edition;
pub mod publication;
mod reach;
pub mod report;
pub mod savepoint;
pub mod series;
mod tally;
pub mod total;
mod tx;

use sqlx::SqlitePool;
use sqlx::migrate::Migrator;

pub use connections::Connections;
pub use error::{MayRetry, StorageError};
pub use group::Group;
pub use open::OpenOptions;
pub use tally::{Tallied, Tally};
pub use tx::Tx;
pub(crate) use tx::{changed, each};

/// The database, whichever it is. A clone shares its connections.
#[derive(Clone, Debug)]
pub enum Store {
    /// A SQLite file: one writer, several readers.
    Sqlite {
        /// Exactly one connection.
        write: SqlitePool,
        /// Everybody who writes, sharing that connection.
        group: Group,
        /// Connections that cannot write.
        read: SqlitePool,
        /// What was done so far.
        tally: Tally,
    },
    /// A PostgreSQL server.
    Postgres {
        /// Where everything is written, and read.
        server: Connections,
        /// A standby, where one is given.
        standby: Option<Connections>,
        /// What was done so far.
        tally: Tally,
    },
}

/// Where a transaction begins.
#[derive(Clone, Copy)]
enum Pool<'a> {
    Sqlite(&'a SqlitePool),
    Postgres(&'a Connections),
}

impl Store {
    fn tally(&self) -> &Tally {
        match self {
            Self::Sqlite { tally, .. } | Self::Postgres { tally, .. } => tally,
        }
    }

    fn pool_for_reading(&self) -> Pool<'_> {
        match self {
            Self::Sqlite { read, .. } => Pool::Sqlite(read),
            Self::Postgres { server, .. } => Pool::Postgres(server),
        }
    }

    fn pool_of_standby(&self) -> Pool<'_> {
        match self {
            Self::Sqlite { read, .. } => Pool::Sqlite(read),
            Self::Postgres {
                server, standby, ..
            } => Pool::Postgres(standby.as_ref().unwrap_or(server)),
        }
    }

    /// The migrations of this database, without a lock: no advisory locks, so that they run on a distributed
    /// PostgreSQL as well. They are a command of their own, run once.
    fn migrator(&self) -> Migrator {
        let mut migrator = match self {
            Self::Sqlite { .. } => sqlx::migrate!("migrations/sqlite"),
            Self::Postgres { .. } => sqlx::migrate!("migrations/postgres"),
        };
        migrator.set_locking(false);
        migrator
    }

    /// Makes or completes the tables. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`StorageError::Refused`] when a migration fails or one that ran was changed since.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        let migrator = self.migrator();
        match self {
            Self::Sqlite { write, .. } => migrator.run(write).await,
            Self::Postgres { server, .. } => migrator.run(&server.pool()).await,
        }
        .map_err(|error| match error {
            sqlx::migrate::MigrateError::Execute(error) => StorageError::of(error, "(migration)"),
            other => StorageError::Refused(other.to_string()),
        })
    }

    /// Whether the tables are those of this version of the program.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_migrated(&self) -> Result<bool, StorageError> {
        const APPLIED: &str =
            "select version, checksum from _sqlx_migrations where success order by version";
        type Applied = Vec<(i64, Vec<u8>)>;
        let applied = self
            .read(async |tx| -> Result<Applied, StorageError> {
                each!(tx, "_sqlx_migrations", |connection| sqlx::query_as(APPLIED)
                    .fetch_all(connection))
            })
            .await;
        let applied = match applied {
            Err(StorageError::NotMigrated) => return Ok(false),
            other => other?,
        };
        let migrator = self.migrator();
        let known = migrator.iter().map(|one| (one.version, &*one.checksum));
        Ok(known.eq(applied
            .iter()
            .map(|(version, checksum)| (*version, checksum.as_slice()))))
    }

    /// Asks the database for an answer.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn ping(&self) -> Result<(), StorageError> {
        const PING: &str = "select cast(1 as bigint)";
        let answer: i64 = self
            .read(async |tx| -> Result<i64, StorageError> {
                each!(tx, "(ping)", |connection| sqlx::query_scalar(PING)
                    .fetch_one(connection))
            })
            .await?;
        if answer == 1 {
            Ok(())
        } else {
            Err(StorageError::Unavailable("a wrong answer".to_owned()))
        }
    }
}
