//! That the rules bite, and only where they should: small texts, good and bad.

use super::{
    Fault, dependencies, lengths, modules, names, sql, top_level, walls, words, workplace,
};
use crate::support::source::Source;

type Rule = fn(&Source) -> Vec<Fault>;

/// The rule finds exactly one fault in each bad text, and none in the good ones.
fn bites(rule: Rule, path: &str, bad: &[&str], good: &[&str]) {
    for (texts, expected) in [(bad, 1), (good, 0)] {
        for text in texts {
            let faults = rule(&Source::new(path, text));
            let told: Vec<String> = faults.iter().map(Fault::to_string).collect();
            assert_eq!(told.len(), expected, "{path}: {text}: {told:?}");
        }
    }
}

#[test]
fn arrows_point_down_only() {
    let up = [
        "use crate::storage::Store;",
        "use crate::{domain::Worth, http};",
        "fn f() { super::super::cli::run() }",
        "#[cfg(test)] mod tests { use crate::operations::submit_return; }",
    ];
    bites(
        walls,
        "src/domain/worth.rs",
        &up,
        &["use crate::domain::Basis; // crate::storage"],
    );
    bites(
        walls,
        "src/catalogue/edition.rs",
        &up[..3],
        &["use crate::domain::Worth;"],
    );
    bites(
        walls,
        "src/storage/mod.rs",
        &["use crate::catalogue::Shipped;"],
        &up[..1],
    );
    bites(
        walls,
        "src/operations/a.rs",
        &["use crate::http::Problem;"],
        &up[..1],
    );
    bites(
        walls,
        "src/http/a.rs",
        &["use crate::cli::Settings;"],
        &["use crate::operations::a;"],
    );
    bites(
        walls,
        "src/cli/serve.rs",
        &[],
        &["use crate::http::server;"],
    );
    bites(
        walls,
        "src/main.rs",
        &[],
        &["fn main() { goodmeasure::cli::run() }"],
    );
    bites(
        walls,
        "src/web/mod.rs",
        &["//! A floor that nobody planned."],
        &[],
    );
    bites(walls, "src/money.rs", &["//! Neither here nor there."], &[]);
    bites(
        walls,
        "tests/it/story.rs",
        &[],
        &["use goodmeasure::http; use sqlx::Row;"],
    );
}

#[test]
fn the_domain_is_pure() {
    let bad = [
        "use std::time::Duration;",
        "use std::{collections::BTreeMap, fs};",
        "pub async fn f() {}",
        "fn f() -> i64 { chrono::Utc::now() }",
        "#[derive(serde::Serialize)] struct A;",
        "use sqlx::Row;",
        "fn f() { tracing::info!() }",
    ];
    let good = [
        "use std::collections::BTreeMap; use num_rational::BigRational; use chrono::NaiveDate;",
        "#[cfg(test)]\nmod tests { use std::fs; use serde_json::json; }",
        "//! async, std::fs and sqlx::query are not said here\nconst A: &str = \"std::fs\";",
    ];
    bites(walls, "src/domain/period/mod.rs", &bad, &good);
}

#[test]
fn a_dependency_stays_where_it_belongs() {
    bites(
        walls,
        "src/operations/a.rs",
        &["use sqlx::Row;", "use actix_web::web;"],
        &[],
    );
    bites(
        walls,
        "src/operations/b.rs",
        &["fn f(s: StatusCode) {}"],
        &["use serde_json::Value;"],
    );
    bites(
        walls,
        "src/http/a.rs",
        &["use anyhow::Context;", "use sqlx::PgPool;"],
        &[],
    );
    bites(
        walls,
        "src/storage/a.rs",
        &["use utoipa::ToSchema;"],
        &["use sqlx::{Row, query};"],
    );
    bites(
        walls,
        "src/http/b.rs",
        &["f.pool.begin().await"],
        &["let begin = begin();"],
    );
    bites(walls, "src/operations/c.rs", &[], &["store.begin().await"]);
    bites(
        walls,
        "src/main.rs",
        &["use tempus::x; use sqlx::Row;"],
        &["use anyhow::Result;"],
    );
}

#[test]
fn lengths_have_a_limit() {
    let function = |lines: usize| format!("fn f() {{\n{}}}\n", "    a();\n".repeat(lines - 2));
    bites(lengths, "src/http/a.rs", &[&function(71)], &[&function(70)]);
    bites(
        lengths,
        "tests/it/a.rs",
        &["//\n".repeat(501).as_str()],
        &[&function(71)],
    );
}

#[test]
fn words_are_refused_where_they_do_harm() {
    let bad = [
        "type A = f64;",
        "fn f() { x.to_f32() }",
        "const A: B = 1.5;",
        "const A: B = 1e6;",
        "const A: B = 2_000.;",
        "fn f() { x.round_dp(2) }",
        "fn f() { todo!() }",
        "fn f() { std::unimplemented!() }",
        "fn f() { dbg!(x) }",
        "#[ignore = \"slow\"] fn f() {}",
        "fn f() { x.unwrap() }",
        "fn f() { x\n    .expect(\"y\") }",
        "#[cfg(test)] mod tests { fn f() { std::thread::sleep(x) } }",
    ];
    let good = [
        "fn f() { x.0.1 + 1_000 + 0x1e6 + (1..2).sum() + 5usize.pow(2) + x.unwrap_or(1) }",
        "const A: &str = \"1.5 f64 todo!() .unwrap()\"; // dbg!(x) 1.5",
        "#[cfg(test)] mod tests { fn f() { x.unwrap().expect(\"y\") } }",
        "fn f() { tokio::time::sleep(x) }",
        "fn f() -> bool { todo != 1 }",
        "#[serde(ignore)] struct A;",
    ];
    bites(words, "src/storage/retry.rs", &bad, &good);
    let in_tests = ["use tokio::time::{self, sleep};", "#[ignore]\nfn f() {}"];
    bites(
        words,
        "tests/it/a.rs",
        &in_tests,
        &["let ratio: f64 = a.unwrap() / 2.5;"],
    );
}

#[test]
fn sql_is_lower_case_and_appends() {
    let bad = [
        "const A: &str = \"SELECT 1\";",
        "const A: &str = \"update posting set a = $1\";",
        "const A: &str = \"\\\n    delete\\\n    from posting\";",
        "const A: &str = r#\"update\n  posting\n set a = 1\"#;",
        "const A: &str = \"delete from audit where a = 1\";",
    ];
    let good = [
        "const A: &str = \"select a from posting\"; // SELECT, update posting",
        "const A: &str = \"update posting_total set a = $1\";",
        "const A: &str = \"update audit_chain set length = $1\";",
    ];
    bites(sql, "src/storage/posting.rs", &bad, &good);
    let tables = ["CREATE TABLE posting (a text);", "drop table posting;"];
    bites(
        sql,
        "migrations/sqlite/1.sql",
        &tables,
        &["create table posting (a text);"],
    );
    bites(
        sql,
        "tests/it/tamper.rs",
        &[],
        &["\"update posting set worth_pence = 1\""],
    );
}

#[test]
fn names_say_something() {
    let told = |paths: &[&str]| names(&paths.iter().map(|path| (*path).to_owned()).collect()).len();
    assert_eq!(told(&["src/domain/utils.rs"]), 1);
    assert_eq!(told(&["tests/it/helpers/mod.rs"]), 1);
    assert_eq!(told(&["src/domain.rs", "src/domain/worth.rs"]), 1);
    assert_eq!(
        told(&[
            "src/domain/mod.rs",
            "src/domain/worth.rs",
            "src/domain/work.rs"
        ]),
        0
    );
    bites(
        modules,
        "src/http/a.rs",
        &["mod common { }"],
        &["mod commonly {}", "let common = 1;"],
    );
}

#[test]
fn the_workplace_stays_out() {
    for bad in [
        concat!("see issue", " #12"),
        concat!("in `/", "work/main`"),
        concat!("/", "root/x"),
        concat!("See DESIGN", ".md, section 4"),
    ] {
        assert_eq!(workplace("README.md", bad).len(), 1, "{bad}");
    }
    for good in [
        "https://www.example.org/work/1",
        "an issue",
        "the design",
        "target/work/x",
    ] {
        assert_eq!(workplace("README.md", good).len(), 0, "{good}");
    }
}

#[test]
fn the_top_level_is_short() {
    let told = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        top_level(&names, "/target\n/goodmeasure.db\n").len()
    };
    assert_eq!(told(&["src", "goodmeasure.db", "Cargo.toml"]), 0);
    assert_eq!(told(&["docs", "notes.txt"]), 2);
}

#[test]
fn a_dependency_has_a_reason_and_a_place() {
    let told = |manifest: &str| dependencies(manifest).len();
    assert_eq!(told("[dependencies]\n# Errors.\nanyhow = \"1\"\n"), 0);
    assert_eq!(told("[dependencies]\nanyhow = \"1\"\n"), 1);
    assert_eq!(told("[dependencies]\n# Why not.\nleft-pad = \"1\"\n"), 1);
    assert_eq!(
        told("[dev-dependencies]\n# An oracle.\nbigdecimal = \"1\"\n"),
        0
    );
    assert_eq!(told("[profile.dev]\ndebug = false\n"), 0);
}
