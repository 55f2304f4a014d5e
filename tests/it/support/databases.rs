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

/// An empty database that nobody else uses. A SQLite file goes with this value;
/// a PostgreSQL database goes with its cluster, which `tests/run` removes.
#[derive(Debug)]
pub struct TestDatabase {
    engine: Engine,
    url: String,
    _directory: Option<TempDir>,
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
        _directory: Some(directory),
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
    create(&server, &name);
    let (address, _) = server.rsplit_once('/').expect("a URL with a database");
    Some(TestDatabase {
        engine: Engine::Postgres,
        url: format!("{address}/{name}"),
        _directory: None,
    })
}

/// In a thread with a runtime of its own, so that async and plain tests alike can ask for a database.
fn create(server: &str, name: &str) {
    // The name holds only letters, digits and underscores.
    let statement = sqlx::AssertSqlSafe(format!("create database {name}"));
    let work = async {
        let mut connection = PgConnection::connect(server).await?;
        sqlx::raw_sql(statement).execute(&mut connection).await?;
        connection.close().await
    };
    std::thread::scope(|scope| {
        let made = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(work)
        });
        made.join().expect("no panic").expect("create database");
    });
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
