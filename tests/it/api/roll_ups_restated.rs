//! `/v1/roll-ups` in the prices of another year, and editions added together.

use serde_json::{Value, json};

use crate::support::app::{App, same_on_each};
use crate::support::scene::{Scene, submit};
use crate::support::tables::{body_with, govern};

const ROWS: &str = "Ref,Theme,Outcome,Measure,Unit,Proxy Value,Value column,Price year\n\
                    R1,Jobs,Advice given,Hours of advice,hour,10,effort,\n\
                    R2,Jobs,Money given,Pounds given,pound,1,effort,nominal\n";

/// A table of hours at £10 and of pounds, in the prices of a year.
fn table(edition: &str, changes: Value) -> Value {
    let own = json!({
        "table": ROWS, "redistribution": "allowed", "method": "Invented values, gross.", "deflator": "2026-03",
        "taxonomy": "ours"
    });
    let mut table = body_with("ours", edition, own);
    for (key, value) in changes.as_object().unwrap() {
        table[key] = value.clone();
    }
    table
}

/// A contract under each of some editions, with 1,000 hours and 500 pounds claimed of each.
async fn told(app: &App, editions: &[&str]) -> Vec<String> {
    let scene = Scene::set(app).await;
    let mut contracts = Vec::new();
    for edition in editions {
        let terms = json!({"proxy_edition": edition, "reference": edition, "anchor_institutions": scene.thirds()});
        let contract = scene.add_contract(app, terms).await;
        let lines = json!([
            {"line": "hours", "measure": "R1", "quantity": "1000"}, {"line": "pounds", "measure": "R2", "quantity": "500"}
        ]);
        submit(app, &contract, "2026-27-Q1", lines).await;
        contracts.push(contract);
    }
    contracts
}

async fn editions(app: &App) {
    let older = json!({"price_base": "2023-24"});
    for table in [table("1", json!({})), table("2", older)] {
        govern(app, &table, 3).await;
    }
}

#[tokio::test]
async fn every_edition_is_restated_and_only_then_added() {
    let mut wholes = [vec![], vec![], vec![]];
    for app in App::on_each().await {
        editions(&app).await;
        told(&app, &["ours/1", "ours/2"]).await;
        for (at, query) in [
            "by=measure&prices=2026-27",
            "by=measure&prices=2026-27&combine=editions",
            "by=anchor_institution,theme&taxonomy=ours&prices=2023-24&combine=editions",
        ]
        .iter()
        .enumerate()
        {
            let path = format!("/v1/roll-ups?stage=claimed&{query}");
            wholes[at].push(app.get(&path).await);
        }
        // The pages of a roll-up of combined editions are those of one.
        let path = "/v1/roll-ups?stage=claimed&by=measure&prices=2026-27&combine=editions&limit=1";
        let first = app.get(path).await.json();
        let next = format!("{path}&cursor={}", first["next_cursor"].as_str().unwrap());
        let second = app.get(&next).await.json();
        let whole = wholes[1].last().unwrap().json();
        assert_eq!(json!([first["rows"][0], second["rows"][0]]), whole["rows"]);
        assert_eq!(first["totals"], whole["totals"]);
        app.stop().await;
    }
    let rows = wholes[0][0].json()["rows"].clone();
    // 10,000.00 x 105.3095 / 100, 10,000.00 x 105.3095 / 96.1117, and both added before they are rounded.
    for (row, worth) in [
        (0, "10530.95"),
        (1, "10956.99"),
        (2, "500.00"),
        (3, "500.00"),
    ] {
        assert_eq!(rows[row]["worth"], worth, "{rows}");
    }
    assert_eq!(wholes[1][0].json()["rows"][0]["worth"], "21487.94");
    for (name, answers) in ["apart", "combined", "combined_back"].iter().zip(&wholes) {
        insta::assert_snapshot!(format!("restated_{name}"), same_on_each(answers));
    }
}

#[tokio::test]
async fn what_may_not_be_added_is_refused_by_name() {
    let mut wholes = vec![];
    for app in App::on_each().await {
        editions(&app).await;
        let other = json!({"method": "Invented values, net.", "deflator": Value::Null});
        govern(&app, &table("3", other), 3).await;
        let contracts = told(&app, &["ours/1", "ours/3"]).await;
        for (query, fault) in [
            ("combine=editions", "?combine prices_missing"),
            ("combine=all&prices=2026-27", "?combine unknown_word"),
            ("prices=2026-27", "?prices no_deflator"),
            ("prices=2026", "?prices not_a_year"),
            ("prices=", "?prices not_a_year"),
            ("prices=2026-28", "?prices not_a_year"),
            ("prices=9999-00", "?prices no_index"),
            ("prices=2026-27&prices=2025-26", "?prices duplicate_key"),
            ("prices=%00", "?prices control_character"),
        ] {
            let query = match fault {
                "?prices no_index" => format!("{query}&edition=ours/1"),
                _ => query.to_owned(),
            };
            let path = format!("/v1/roll-ups?stage=claimed&{query}");
            let answer = app.get(&path).await;
            let faults: Vec<String> = answer
                .faults()
                .iter()
                .map(|(at, code)| format!("{at} {code}"))
                .collect();
            assert_eq!(
                (answer.status, faults),
                (400, vec![fault.to_owned()]),
                "{path}"
            );
        }
        let path = "/v1/roll-ups?stage=claimed&prices=2026-27&combine=editions";
        wholes.push(app.get(path).await);
        // One edition may be asked for alone, and what nobody is worth anything by stands in no way.
        let alone = format!("{path}&edition=ours/1");
        assert_eq!(app.get(&alone).await.status, 200);
        let empty = app
            .get("/v1/roll-ups?stage=verified&prices=2026-27&combine=editions")
            .await;
        assert_eq!(empty.json()["rows"], json!([]));
        // Who is not within reach of the other edition's contract is told of none.
        let of_one = contracts[0].rsplit('/').next().unwrap();
        let own = app.get(&format!("{path}&contract={of_one}")).await;
        assert_eq!(own.status, 200, "{}", own.text);
        app.stop().await;
    }
    insta::assert_snapshot!("restated_refused_methods", same_on_each(&wholes));
}

/// What is given again from memory is what was asked for, and of now.
#[tokio::test]
async fn what_was_restated_is_given_again_until_something_changes() {
    for app in App::on_each().await {
        editions(&app).await;
        let contracts = told(&app, &["ours/1"]).await;
        let worth = async |query: &str| {
            let path = format!("/v1/roll-ups?stage=claimed&by=contract{query}");
            let rows = app.get(&path).await.json()["rows"].clone();
            rows[0]["worth"].as_str().unwrap().to_owned()
        };
        for _ in 0..2 {
            assert_eq!(worth("").await, "10500.00");
            assert_eq!(worth("&prices=2026-27").await, "11030.95");
            assert_eq!(worth("&prices=2023-24").await, "10111.17");
        }
        let more = json!([{"line": "hours", "measure": "R1", "quantity": "2000"}]);
        submit(&app, &contracts[0], "2026-27-Q2", more).await;
        assert_eq!(worth("&prices=2026-27").await, "32092.85");
        assert_eq!(worth("").await, "30500.00");
        app.stop().await;
    }
}
