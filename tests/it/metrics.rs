//! `/metrics`: what was done is counted, nothing that a client sends becomes a label, and only some may read it.

use std::collections::{BTreeMap, BTreeSet};

use goodmeasure::operations::Refusal;
use goodmeasure::storage::{self, Tx};
use serde_json::json;

use crate::support::app::{Answer, App};
use crate::support::databases::{Engine, sqlite};
use crate::support::process::{Server, command, migrate};
use crate::support::scene::{Scene, return_of, submit};

/// Every series and its value.
fn series(answer: &Answer) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    assert_eq!(answer.header("content-type"), Some(kind));
    let lines = answer.text.lines();
    let values = lines.filter(|line| !line.starts_with('#') && !line.is_empty());
    let pairs = values.map(|line| line.rsplit_once(' ').unwrap());
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

async fn read(app: &App) -> BTreeMap<String, String> {
    series(&app.send("GET", "/metrics", &[], None).await)
}

#[tokio::test]
async fn what_was_done_is_counted() {
    for app in App::on_each().await {
        let contract = Scene::set(&app).await.add_contract(&app, json!({})).await;
        let lines = json!([{"measure": "local-job-fte", "quantity": "12"}]);
        submit(&app, &contract, "2026-27-Q1", lines.clone()).await;
        let draft = format!("{contract}/returns/2026-27-Q2");
        assert_eq!(app.put(&draft, &return_of(lines)).await.status, 201);
        for _ in 0..3 {
            assert_eq!(app.get("/v1/roll-ups").await.status, 200);
        }
        app.send("GET", "/v1/roll-ups", &[], None).await;
        app.get("/v1/roll-ups?by=nothing").await;
        app.send("BREW", "/v1/contracts", &[], None).await;
        let told = read(&app).await;
        let heads =
            async |tx: &mut Tx| Ok::<_, Refusal>(storage::chain::heads(tx, "default").await?);
        let heads = app.office.store.read(heads).await.unwrap();
        let postings: i64 = heads.iter().map(|(_, head)| head.length).sum();
        let requests = |route: &str, method: &str, status: u16| {
            format!(
                "goodmeasure_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}"
            )
        };
        let of_roll_ups = "{route=\"/v1/roll-ups\",method=\"GET\"";
        let of_return = "/v1/contracts/{id}/returns/{period}";
        for (name, value) in [
            (requests("/v1/roll-ups", "GET", 200), "3"),
            (requests("/v1/roll-ups", "GET", 401), "1"),
            (requests("/v1/roll-ups", "GET", 400), "1"),
            (requests(of_return, "PUT", 201), "2"),
            (
                requests(&format!("{of_return}/submission"), "POST", 200),
                "1",
            ),
            (requests("/v1/contracts", "other", 405), "1"),
            (
                format!("goodmeasure_http_request_duration_seconds_count{of_roll_ups}}}"),
                "5",
            ),
            (
                format!(
                    "goodmeasure_http_request_duration_seconds_bucket{of_roll_ups},le=\"10\"}}"
                ),
                "5",
            ),
            (
                "goodmeasure_refused_total{code=\"unauthorised\"}".to_owned(),
                "1",
            ),
            (
                "goodmeasure_refused_total{code=\"bad_query\"}".to_owned(),
                "1",
            ),
            ("goodmeasure_returns{state=\"draft\"}".to_owned(), "1"),
            ("goodmeasure_returns{state=\"submitted\"}".to_owned(), "1"),
            ("goodmeasure_returns{state=\"rejected\"}".to_owned(), "0"),
            (
                "goodmeasure_ledger_postings_total".to_owned(),
                &*postings.to_string(),
            ),
            ("goodmeasure_database_up".to_owned(), "1"),
            ("goodmeasure_database_unknown_total".to_owned(), "0"),
        ] {
            assert_eq!(
                told.get(&name).map(String::as_str),
                Some(value),
                "{name} in\n{told:#?}"
            );
        }
        let number = |name: &str| told[name].parse::<u64>().unwrap();
        assert!(postings > 0);
        // Five organisations and a contract at least.
        let commits = number("goodmeasure_database_commits_total");
        assert!(commits > 6, "{commits}");
        assert!(number("goodmeasure_database_connections") > 0);
        let alone = number("goodmeasure_database_flushes_total{shared_by_at_least=\"1\"}");
        assert_eq!(alone > 0, app.database.engine() == Engine::Sqlite);
        app.stop().await;
    }
}

#[tokio::test]
async fn nothing_that_is_sent_becomes_a_label() {
    let app = App::start(sqlite()).await;
    let ask = async |number: usize| {
        for path in [
            format!("/v1/nothing-{number}"),
            format!("/v1/contracts/no-{number}"),
            format!("/%4{number}"),
            format!("/v1/measures/m-{number}?q={number}"),
            format!("/docs/{number}"),
        ] {
            app.get(&path).await;
            app.send(&format!("M{number}"), &path, &[], None).await;
        }
        let key = format!("gm_default_{number:0>64}");
        let bearer = format!("Bearer {key}");
        app.send("GET", "/v1/contracts", &[("authorization", &bearer)], None)
            .await;
    };
    ask(0).await;
    read(&app).await;
    let before: BTreeSet<String> = read(&app).await.into_keys().collect();
    for number in 1..30 {
        ask(number).await;
    }
    let after: BTreeSet<String> = read(&app).await.into_keys().collect();
    assert_eq!(before, after);
    assert!(before.iter().any(|name| name.contains("route=\"(none)\"")));
    app.stop().await;
}

#[tokio::test]
async fn to_all_others_there_is_no_such_path() {
    let app = App::start(sqlite()).await;
    let unknown = app.send("GET", "/v1/no-such-path", &[], None).await;
    for header in ["x-forwarded-for", "forwarded", "via", "x-real-ip"] {
        let passed_on = [(header, "for=127.0.0.1")];
        let answer = app.send("GET", "/metrics", &passed_on, None).await;
        assert_eq!(answer.whole(), unknown.whole());
    }
    app.stop().await;
    let database = sqlite();
    migrate(database.url());
    let arguments = ["--metrics-from", "10.0.0.0/8,2001:db8::/32"];
    let server = Server::start_with(database.url(), &arguments, None);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("{}/metrics", server.base)).send().await;
    assert_eq!(answer.unwrap().status(), 404);
    let refused = command("serve", database.url())
        .args(["--metrics-from", "everywhere"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("a network such as 203.0.113.0/24"), "{said}");
}
