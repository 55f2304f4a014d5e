//! Opening a database by its URL: what the two engines do not share.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::{Connections, Group, StorageError, Store, Tally};

/// How to open a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenOptions {
    /// Make the SQLite file when there is none; else a file that is not there is an error.
    pub create_if_missing: bool,
    /// The work goes over everything there is, such as a migration: a statement on PostgreSQL may take an hour
    /// rather than ten seconds.
    pub over_everything: bool,
}

/// How long to wait for a connection to a file: others may be at long work, but they are there.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How long one try waits for another process that holds the write lock of a SQLite file.
const BUSY: Duration = Duration::from_secs(2);
/// Readers of a SQLite file; each is a thread.
const SQLITE_READERS: u32 = 4;

impl Store {
    /// Opens `sqlite://FILE` or `postgres://...`, and for PostgreSQL a standby to read from.
    ///
    /// # Errors
    /// [`StorageError::Refused`] says what is wrong with the URL or the file, never with a password in it;
    /// [`StorageError::Unavailable`] when the server does not answer.
    pub async fn open(
        url: &str,
        read_url: Option<&str>,
        options: OpenOptions,
    ) -> Result<Self, StorageError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") if read_url.is_some() => Err(StorageError::Refused(
                "a read URL goes with PostgreSQL only: a SQLite file has no standby".to_owned(),
            )),
            Some("sqlite") => open_sqlite(url, options).await,
            Some("postgres" | "postgresql") => {
                let over_everything = options.over_everything;
                let server = Connections::open(url, over_everything).await?;
                let standby = match read_url {
                    Some(read_url) => Some(Connections::open(read_url, over_everything).await?),
                    None => None,
                };
                Ok(Self::Postgres {
                    server,
                    standby,
                    tally: Tally::default(),
                })
            }
            _ => Err(StorageError::Refused(
                "a database URL begins with sqlite:// (and a file) or postgres://".to_owned(),
            )),
        }
    }
}

impl Store {
    /// Closes it, once what is under way is done. The last to close a SQLite file leaves all of it in that one file,
    /// and none beside it.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read, .. } => {
                // Who only reads cannot tidy up.
                read.close().await;
                write.close().await;
            }
            Self::Postgres {
                server, standby, ..
            } => {
                server.close().await;
                if let Some(standby) = standby {
                    standby.close().await;
                }
            }
        }
    }
}

async fn open_sqlite(url: &str, options: OpenOptions) -> Result<Store, StorageError> {
    let refused = |message: String| StorageError::Refused(message);
    let parsed = SqliteConnectOptions::from_str(url).map_err(|error| refused(error.to_string()))?;
    let file = parsed.get_filename().to_owned();
    let text = file.to_string_lossy().into_owned();
    if text.is_empty() || text.contains(":memory:") || text.contains("sqlx-in-memory") {
        return Err(refused(
            "name a file, as in sqlite://goodmeasure.db: a database in memory would forget everything"
                .to_owned(),
        ));
    }
    if !options.create_if_missing && !Path::new(&file).exists() {
        return Err(refused(format!(
            "there is no file {text}: check the path, or make it with `goodmeasure migrate` (the default one: with `goodmeasure serve`)"
        )));
    }
    let connect = parsed
        .create_if_missing(options.create_if_missing)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging();
    // WAL belongs to the file: the writer sets it first, and readers find it.
    let writer = connect.clone().journal_mode(SqliteJournalMode::Wal);
    let write = sqlite_pool(1, writer).await?;
    let read = sqlite_pool(SQLITE_READERS, connect.read_only(true)).await?;
    let tally = Tally::default();
    let group = Group::of(write.clone(), tally.clone());
    Ok(Store::Sqlite {
        write,
        group,
        read,
        tally,
    })
}

async fn sqlite_pool(size: u32, connect: SqliteConnectOptions) -> Result<SqlitePool, StorageError> {
    SqlitePoolOptions::new()
        .max_connections(size)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        // A file does not grow tired of a connection, and the last one to close would tidy the log away.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(connect)
        .await
        .map_err(|error| StorageError::of(error, "(file)"))
}
