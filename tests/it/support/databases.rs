//! A fresh, empty database of each kind, so that a story is told on both.

use std::io::Write;
use std::sync::Once;

use sqlx::{Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// Where `tests/run` says that its PostgreSQL listens.
const POSTGRES: &str = "GOODMEASURE_TEST_POSTGRES";

/// The two kinds of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// An empty database that nobody else uses. It goes with this value: some hundreds of them fill a disk.
#[derive(Debug)]
pub struct TestDatabase {
    engine: Engine,
    url: String,
    _goes: Goes,
}

/// What is removed when a test no longer needs it.
#[derive(Debug)]
enum Goes {
    Directory { _held: TempDir },
    Database { server: String, name: String },
}

impl Drop for Goes {
    /// What cannot be dropped, as when the test stopped its cluster, goes with the cluster.
    fn drop(&mut self) {
        if let Self::Database { server, name } = self {
            let _ = on_server(
                server,
                format!("drop database if exists {name} with (force)"),
            );
        }
    }
}

impl TestDatabase {
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The same by another way.
    pub fn through(self, url: &str) -> Self {
        let url = url.to_owned();
        Self { url, ..self }
    }
}

/// One fresh database of each kind: SQLite always, PostgreSQL where there is one.
pub fn databases() -> Vec<TestDatabase> {
    let mut databases = vec![sqlite()];
    databases.extend(postgres());
    databases
}

/// A fresh SQLite file.
pub fn sqlite() -> TestDatabase {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("goodmeasure.db");
    // An explicit file that does not exist is an error, so an empty one it is: an empty SQLite database.
    std::fs::File::create(&file).expect("an empty file");
    TestDatabase {
        engine: Engine::Sqlite,
        url: format!("sqlite://{}", file.display()),
        _goes: Goes::Directory { _held: directory },
    }
}

/// A fresh PostgreSQL database, or none and a word about it.
pub fn postgres() -> Option<TestDatabase> {
    let Ok(server) = std::env::var(POSTGRES) else {
        static ONCE: Once = Once::new();
        // Not `eprintln!`: the test harness hides that when a test passes.
        ONCE.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "left out: PostgreSQL ({POSTGRES} is not set; tests/run sets it)"
            );
        });
        return None;
    };
    let name = format!("gm_{}", uuid::Uuid::now_v7().simple());
    on_server(&server, format!("create database {name}")).expect("create database");
    let (address, _) = server.rsplit_once('/').expect("a URL with a database");
    let url = format!("{address}/{name}");
    Some(TestDatabase {
        engine: Engine::Postgres,
        url,
        _goes: Goes::Database { server, name },
    })
}

/// In a thread with a runtime of its own, so that async and plain tests alike can ask.
/// The names in a statement hold only letters, digits and underscores.
fn on_server(server: &str, statement: String) -> Result<(), sqlx::Error> {
    let work = async {
        let mut connection = PgConnection::connect(server).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&mut connection)
            .await?;
        connection.close().await
    };
    std::thread::scope(|scope| {
        let done = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(work)
        });
        done.join().expect("no panic")
    })
}

/// `select 1` over a connection of its own.
async fn one(database: &TestDatabase) -> i32 {
    const ONE: &str = "select cast(1 as integer)";
    match database.engine() {
        Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(database.url()).await.unwrap();
            sqlx::query_scalar(ONE).fetch_one(&mut connection).await
        }
        Engine::Postgres => {
            let mut connection = PgConnection::connect(database.url()).await.unwrap();
            sqlx::query_scalar(ONE).fetch_one(&mut connection).await
        }
    }
    .unwrap()
}

#[tokio::test]
async fn every_database_answers_and_none_is_shared() {
    let first = databases();
    let second = databases();
    assert_eq!(first[0].engine(), Engine::Sqlite);
    assert_eq!(first.len() == 2, std::env::var(POSTGRES).is_ok());
    for (database, other) in first.iter().zip(&second) {
        assert_eq!(one(database).await, 1);
        assert_ne!(database.url(), other.url());
    }
}
