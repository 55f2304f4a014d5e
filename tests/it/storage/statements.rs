//! Every statement that `src/storage` holds is understood by both databases.

use std::path::Path;

use sqlx::{Connection, Executor, PgConnection, SqlSafeStr, SqliteConnection};

use super::migrated;
use crate::support::databases::{Engine, databases};

/// A constant of SQL: where it stands, its name, its text.
struct Statement {
    file: String,
    name: String,
    text: String,
}

/// Every `const NAME: &str = "...";` below `src/storage`, so that none can be forgotten.
fn statements() -> Vec<Statement> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/storage");
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for piece in source.split("const ").skip(1) {
                let Some((name, rest)) = piece.split_once(": &str =") else {
                    continue;
                };
                let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
                let Some(text) = rest.trim_start().strip_prefix('"') else {
                    continue;
                };
                let (text, _) = text.split_once('"').expect("a literal that ends");
                assert!(!text.contains('\\'), "{name}: no escapes in SQL");
                // How a transaction begins differs, and is all that does.
                if name.chars().all(is_name) && !text.starts_with("begin ") {
                    found.push(Statement {
                        file: path.display().to_string(),
                        name: name.to_owned(),
                        text: text.to_owned(),
                    });
                }
            }
        }
    }
    found
}

#[test]
fn statements_are_found() {
    let found = statements();
    assert!(found.len() > 50, "only {} found", found.len());
    for known in ["APPEND", "BY_ANCHOR", "LOCK", "PUT_DRAFT", "PING"] {
        assert!(found.iter().any(|one| one.name == known), "{known}");
    }
    for one in &found {
        let quoted: Vec<&str> = one.text.split('\'').step_by(2).collect();
        let lower = quoted.iter().all(|part| *part == part.to_lowercase());
        assert!(lower, "{} in {}: SQL is lower case", one.name, one.file);
    }
}

#[tokio::test]
async fn every_statement_prepares_on_both() {
    for database in databases() {
        migrated(&database).await;
        let mut refused = Vec::new();
        for one in statements() {
            let text = sqlx::AssertSqlSafe(one.text).into_sql_str();
            // On a fresh connection, so that no statement learns from another.
            let prepared = match database.engine() {
                Engine::Sqlite => {
                    let mut connection = SqliteConnection::connect(database.url()).await.unwrap();
                    (&mut connection).prepare(text).await.map(|_| ())
                }
                Engine::Postgres => {
                    let mut connection = PgConnection::connect(database.url()).await.unwrap();
                    (&mut connection).prepare(text).await.map(|_| ())
                }
            };
            if let Err(error) = prepared {
                refused.push(format!("{} in {}: {error}", one.name, one.file));
            }
        }
        assert!(
            refused.is_empty(),
            "{:?} refuses:\n{}",
            database.engine(),
            refused.join("\n")
        );
    }
}
