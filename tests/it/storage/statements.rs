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

/// Path and text of every file below a folder of the repository.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.display().to_string(), text));
            }
        }
    }
    found
}

/// Every `const NAME: &str = "...";` below `src/storage`, so that none can be forgotten.
fn statements() -> Vec<Statement> {
    let mut found = Vec::new();
    for (file, source) in sources("src/storage") {
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
                    file: file.clone(),
                    name: name.to_owned(),
                    text: text.to_owned(),
                });
            }
        }
    }
    found
}

/// A function that the story does not use could answer differently on each database.
#[test]
fn the_story_uses_every_function() {
    let story: String = sources("tests/it/storage")
        .into_iter()
        .filter(|(file, _)| file.contains("/conformance/") || file.ends_with("/samples.rs"))
        .map(|(_, text)| text)
        .collect();
    let mut unused = Vec::new();
    let mut count = 0;
    for (file, source) in sources("src/storage") {
        let inside = file.rsplit_once("src/storage/").unwrap().1;
        let room = inside.split(['/', '.']).next().unwrap();
        for piece in source.split("\npub async fn ").skip(1) {
            let name = piece.split(['(', '<']).next().unwrap();
            count += 1;
            if !story.contains(&format!("{room}::{name}(")) {
                unused.push(format!("{room}::{name}"));
            }
        }
    }
    assert!(count > 40, "only {count} functions found");
    assert!(unused.is_empty(), "not in the story: {}", unused.join(", "));
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

/// Answers of roll-ups are kept while the chains stand still (`chain::stamp`): nothing else that they show may change.
#[test]
fn what_a_stamp_does_not_tell_is_only_added() {
    let shown = [
        "organisation",
        "place",
        "contract",
        "contract_holder",
        "posting",
    ];
    // A re-basing takes back and states anew all that stands, so that the chain tells of it.
    let told = |name: &str| name == "REBASE";
    for one in statements().into_iter().filter(|one| !told(&one.name)) {
        let words: Vec<&str> = one.text.split_whitespace().collect();
        let changes = |table: &&str| {
            let mut two = words.windows(2);
            let mut three = words.windows(3);
            two.any(|said| said == ["update", *table])
                || three.any(|said| said == ["delete", "from", *table])
                || words.contains(&"replace")
        };
        let changed: Vec<_> = shown.iter().filter(|table| changes(table)).collect();
        assert!(
            changed.is_empty(),
            "{} in {} changes {changed:?}",
            one.name,
            one.file
        );
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
