//! What can go wrong with what is kept, in words that hold for both databases.

use sqlx::error::ErrorKind;
use sqlx::postgres::PgDatabaseError;

/// Why storage could not do something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// A row with the same key is there already; `what` names table and columns, such as `contract.reference`.
    /// Where several keys are taken at once, the databases may name different ones.
    #[error("there is already one with this {what}")]
    Duplicate {
        /// Table and columns.
        what: String,
    },
    /// A row refers to one that is not there; `what` is the table of the row that refers.
    #[error("a row of {what} refers to something that is not there")]
    MissingReference {
        /// The table.
        what: String,
    },
    /// A row cannot be read as what it should be.
    #[error("unreadable row: table {table}, column {column}, key {key}: {message}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
        /// The key of the row, without the partnership.
        key: String,
        /// What is wrong with it.
        message: String,
    },
    /// The database does not answer, has no room, or has no connection to spare: later it may.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The answer to a commit was lost: the work may be stored, whole, or not at all.
    #[error("nobody knows whether it was stored: {0}")]
    OutcomeUnknown(String),
    /// Another writer holds what this needs, for longer than is waited.
    #[error("another writer holds it: {0}")]
    Locked(String),
    /// Two writers met; the work may simply be done again.
    #[error("another writer was there first; try again")]
    Conflict,
    /// The database, its URL or its file cannot be used as they are.
    #[error("{0}")]
    Refused(String),
    /// The tables are missing or of another version of the program.
    #[error("the database has not the tables of this version: run `goodmeasure migrate`")]
    NotMigrated,
    /// A stored sum would leave 64 bits.
    #[error("a sum in {what} would be out of range")]
    OutOfRange {
        /// The table.
        what: String,
    },
    /// Anything else the database said; a fault of this program.
    #[error("{what}: {message}")]
    Unforeseen {
        /// The table.
        what: String,
        /// What the database said.
        message: String,
    },
}

/// Whether work that failed so may be done again from its beginning.
pub trait MayRetry {
    /// True when nothing of it remains and a repetition may succeed.
    fn may_retry(&self) -> bool;
}

impl MayRetry for StorageError {
    fn may_retry(&self) -> bool {
        matches!(self, Self::Conflict)
    }
}

impl StorageError {
    /// Reads an error of the database, met while working on a table.
    pub(crate) fn of(error: sqlx::Error, table: &'static str) -> Self {
        let unforeseen = |message: String| Self::Unforeseen {
            what: table.to_owned(),
            message,
        };
        match error {
            sqlx::Error::Database(error) => {
                Self::said(&*error, table).unwrap_or_else(|| unforeseen(error.to_string()))
            }
            sqlx::Error::ColumnDecode { index, source } => Self::Corrupt {
                table,
                column: index.trim_matches('"').to_owned(),
                key: "unknown".to_owned(),
                message: source.to_string(),
            },
            sqlx::Error::PoolTimedOut => {
                Self::Unavailable("no connection became free in time".to_owned())
            }
            sqlx::Error::Io(error) => Self::Unavailable(error.to_string()),
            sqlx::Error::Tls(error) => Self::Unavailable(error.to_string()),
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unavailable("the connection was closed".to_owned())
            }
            sqlx::Error::Configuration(error) => Self::Refused(error.to_string()),
            other => unforeseen(other.to_string()),
        }
    }

    /// Reads an error met while committing. Only what the database itself refuses is surely not stored: a connection
    /// may break after the commit and before its answer.
    pub(super) fn of_commit(error: sqlx::Error) -> Self {
        // No room: both take the transaction back.
        let full = |said: &dyn sqlx::error::DatabaseError| {
            let code = said.code().unwrap_or_default();
            match said.try_downcast_ref::<PgDatabaseError>() {
                Some(_) => code.starts_with("53"),
                None => code == "13",
            }
        };
        let refused = matches!(&error, sqlx::Error::Database(said) if full(&**said));
        let by_database = matches!(&error, sqlx::Error::Database(_));
        match Self::of(error, "(transaction)") {
            Self::Unavailable(message) if !refused => Self::OutcomeUnknown(message),
            Self::Unforeseen { message, .. } if !by_database => Self::OutcomeUnknown(message),
            other => other,
        }
    }

    /// What the database itself said; `None` where that is unforeseen.
    fn said(error: &dyn sqlx::error::DatabaseError, table: &'static str) -> Option<Self> {
        let what = || table.to_owned();
        match error.kind() {
            ErrorKind::UniqueViolation => {
                return Some(Self::Duplicate {
                    what: duplicate(error, table),
                });
            }
            ErrorKind::ForeignKeyViolation => return Some(Self::MissingReference { what: what() }),
            ErrorKind::CheckViolation => return Some(Self::OutOfRange { what: what() }),
            _ => {}
        }
        let code = error.code()?;
        match error.try_downcast_ref::<PgDatabaseError>() {
            Some(_) => of_postgres(&code, error.message(), what),
            None => of_sqlite(&code, error.message(), what),
        }
    }
}

fn of_postgres(code: &str, message: &str, what: impl Fn() -> String) -> Option<StorageError> {
    Some(match code {
        // Serialization failure, deadlock.
        "40001" | "40P01" => StorageError::Conflict,
        // A lock not available in time: its holder is stuck, and trying again would wait as long again.
        "55P03" => StorageError::Locked(message.to_owned()),
        // A server that became a standby. A transaction that took too long.
        "25006" | "25P03" | "25P04" => StorageError::Unavailable(message.to_owned()),
        // A numeric value out of range.
        "22003" => StorageError::OutOfRange { what: what() },
        // A table or a column is not there.
        "42P01" | "42703" => StorageError::NotMigrated,
        // A character that it cannot keep (NUL).
        "22021" | "22P05" => StorageError::Refused(message.to_owned()),
        // Connection, resources, an operator's intervention, a system error.
        _ if ["08", "53", "57", "58"].contains(&code.get(..2)?) => {
            StorageError::Unavailable(message.to_owned())
        }
        // Authorisation, no such database, no such privilege.
        _ if ["28", "3D"].contains(&code.get(..2)?) || code == "42501" => {
            StorageError::Refused(message.to_owned())
        }
        _ => return None,
    })
}

fn of_sqlite(code: &str, message: &str, what: impl Fn() -> String) -> Option<StorageError> {
    let primary = code.parse::<i64>().ok()? & 0xff;
    Some(match primary {
        // Busy, locked.
        5 | 6 => StorageError::Conflict,
        // I/O, full, cannot open.
        10 | 13 | 14 => StorageError::Unavailable(message.to_owned()),
        // Read-only; not a database.
        8 | 26 => StorageError::Refused(message.to_owned()),
        11 => StorageError::Corrupt {
            table: "(file)",
            column: "(page)".to_owned(),
            key: String::new(),
            message: message.to_owned(),
        },
        // A sum that became a floating-point number is not let into an integer column.
        19 if code == "3091" => StorageError::OutOfRange { what: what() },
        1 if message.contains("integer overflow") => StorageError::OutOfRange { what: what() },
        1 if message.starts_with("no such table") || message.starts_with("no such column") => {
            StorageError::NotMigrated
        }
        _ => return None,
    })
}

/// Table and columns of a key that exists already, the same for both databases.
fn duplicate(error: &dyn sqlx::error::DatabaseError, table: &str) -> String {
    let columns = match error.try_downcast_ref::<PgDatabaseError>() {
        // Key (partnership_id, reference)=(p, C-1) already exists.
        Some(error) => error
            .detail()
            .and_then(|detail| detail.split_once('(')?.1.split_once(')'))
            .map(|(columns, _)| columns.to_owned()),
        // UNIQUE constraint failed: contract.partnership_id, contract.reference
        None => error
            .message()
            .split_once("failed: ")
            .map(|(_, columns)| columns.replace(&format!("{table}."), "")),
    };
    let columns = columns.unwrap_or_default();
    let own: Vec<&str> = columns
        .split(", ")
        .filter(|column| *column != "partnership_id")
        .collect();
    format!("{table}.{}", own.join(", "))
}
