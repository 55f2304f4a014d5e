//! What was kept by an earlier version is kept by this one.

use std::path::Path;

use goodmeasure::domain::policy::Role;
use goodmeasure::storage::{StorageError, key};
use sqlx::{Connection, PgConnection, SqliteConnection};

use super::opened;
use super::samples::{at, hash};
use crate::support::databases::{Engine, TestDatabase, databases};

/// Texts of the migrations of an engine, by their number.
pub fn migrations(engine: Engine) -> Vec<(u32, String)> {
    let folder = match engine {
        Engine::Sqlite => "migrations/sqlite",
        Engine::Postgres => "migrations/postgres",
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|file| {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let number = name[..4].parse().unwrap();
        (number, std::fs::read_to_string(&path).unwrap())
    });
    let mut files: Vec<(u32, String)> = files.collect();
    files.sort();
    files
}

/// Runs statements in one transaction, as a migration does.
pub async fn run(database: &TestDatabase, text: &str) {
    let text = sqlx::AssertSqlSafe(text.to_owned());
    match database.engine() {
        Engine::Sqlite => {
            let connection = SqliteConnection::connect(database.url()).await;
            let mut connection = connection.unwrap();
            let mut tx = connection.begin().await.unwrap();
            sqlx::raw_sql(text).execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
        }
        Engine::Postgres => {
            let mut connection = PgConnection::connect(database.url()).await.unwrap();
            let mut tx = connection.begin().await.unwrap();
            sqlx::raw_sql(text).execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
}

#[tokio::test]
async fn keys_of_before_are_administrators_and_hands_of_their_own() {
    for database in databases() {
        let (before, after): (Vec<_>, Vec<_>) = migrations(database.engine())
            .into_iter()
            .partition(|(number, _)| *number < 4);
        for (_, text) in before {
            run(&database, &text).await;
        }
        let rows = format!(
            "insert into partnership (partnership_id, name, created_at) values ('p1', 'One', 0);
             insert into api_key
               (partnership_id, key_id, name, role, secret_sha256, prefix, created_at, expires_at, revoked_at)
             values ('p1', 'key-1', 'first', 'administrator', '{}', 'gm_p1_abc', {}, null, {})",
            hash('c'),
            at(1).micros(),
            at(2).micros(),
        );
        run(&database, &rows).await;
        for (_, text) in after {
            run(&database, &text).await;
        }
        let store = opened(&database).await;
        let found = store
            .read(async |tx| -> Result<_, StorageError> { key::find(tx, "p1", "key-1").await })
            .await;
        let found = found.unwrap().unwrap();
        assert_eq!(found.holder, "key-1");
        assert_eq!(found.role, Role::Administrator);
        assert_eq!((found.created_at, found.revoked_at), (at(1), Some(at(2))));
        assert!(found.organisations.is_empty() && found.networks.is_empty());
        assert_eq!((found.rotated_at, found.last_used_at), (None, None));
    }
}
