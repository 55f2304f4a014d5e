//! V14: the ends of what stands for a contract, by stage and column, with what drives the width.

use serde_json::{Value, json};

use super::pence;
use crate::support::app::App;
use crate::support::scene::{Scene, added, decide, submit};
use crate::support::tables::{body_with, govern};

fn of<'a>(value: &'a Value, stage: &str, column: &str) -> &'a Value {
    let mut all = value["ranges"].as_array().unwrap().iter();
    let found = all.find(|one| one["stage"] == stage && one["column"] == column);
    found.unwrap_or_else(|| panic!("{stage} {column} is not there: {value}"))
}

#[tokio::test]
async fn a_contract_has_its_range_at_every_stage() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let commitments = format!("{contract}/commitments");
        for body in [
            json!({"measure": "carbon-saved", "target": "4"}),
            json!({"measure": "volunteering-hours", "target": "400"}),
            json!({"measure": "local-job-fte", "target": "1"}),
        ] {
            added(&app, &commitments, &body).await;
        }
        let link = json!([{"link": "https://example.org/meter", "quantity": "1"}]);
        let lines = json!([
            {"measure": "carbon-saved", "quantity": "2", "evidence": link},
            {"measure": "volunteering-hours", "quantity": "100"},
            {"measure": "local-job-fte", "quantity": "1"}
        ]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        let lower = json!({"decision": "accept", "lines": [
            {"line": "1", "accepted_quantity": "1", "reason": "One meter"}
        ]});
        decide(&app, &contract, "2026-27-Q1", lower).await;

        let plain = app.get(&format!("{contract}/value")).await.json();
        assert!(plain["ranges"].is_null(), "only where it is asked for");
        let value = app
            .get(&format!("{contract}/value?range=true"))
            .await
            .json();
        for (stage, column, ends) in [
            ("claimed", "social", ["308.71", "617.41", "926.12"]),
            ("evidenced", "social", ["154.35", "308.71", "463.06"]),
            ("verified", "social", ["154.35", "308.71", "463.06"]),
        ] {
            let range = of(&value, stage, column);
            let came = ["low", "central", "high"].map(|key| range[key].as_str().unwrap());
            assert_eq!(came, ends, "{stage} {column}");
            assert_eq!(range["drivers"][0]["measure"], "carbon-saved");
        }
        let hours = of(&value, "verified", "effort");
        assert_eq!(hours["low"], "1192.04");
        assert_eq!(hours["high"], Value::Null);
        let all = value["ranges"].as_array().unwrap();
        assert!(
            all.iter().all(|one| one["column"] != "local_economic"),
            "no range, no row"
        );
        // The middle of each is the total that stands.
        for range in all {
            let text = |key: &str| range[key].as_str().unwrap().to_owned();
            let stands = &value["columns"][text("column")][text("stage")]["worth"];
            assert_eq!(pence(&range["central"]), pence(stands), "{range}");
        }
        let refused = app.get(&format!("{contract}/value?range=perhaps")).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        app.stop().await;
    }
}

/// Pence of an end, or of the worth where there is none.
fn end_or(range: &Value, end: &str) -> i64 {
    let end = &range[end];
    pence(if end.is_null() {
        &range["central"]
    } else {
        end
    })
}

/// Rows and totals of a roll-up with ranges, all of them.
async fn ranged(app: &App, key: &str, query: &str) -> (Vec<Value>, Vec<Value>) {
    let path = format!("/v1/roll-ups?range=true&limit=200{query}");
    let (mut rows, mut next) = (Vec::new(), String::new());
    loop {
        let answer = app
            .with_key(key, "GET", &format!("{path}{next}"), None)
            .await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let page = answer.json();
        rows.extend(page["rows"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else {
            return (rows, page["totals"].as_array().unwrap().clone());
        };
        next = format!("&cursor={cursor}");
    }
}

/// Whatever a roll-up is taken by, the middle of a range is the worth, its ends lie around it, rows add up to totals, and
/// a contract has the range of its value.
pub async fn agree(app: &App, key: &str) {
    const ALL: &str = "&stage=committed,claimed,evidenced,verified";
    let mut known: Option<Vec<Value>> = None;
    for by in [
        "",
        "&by=contract,measure",
        "&by=anchor_institution,period",
        "&by=place,supplier",
    ] {
        let (rows, totals) = ranged(app, key, &format!("{ALL}{by}")).await;
        for one in rows.iter().chain(&totals) {
            let range = &one["range"];
            if range.is_null() {
                continue;
            }
            assert_eq!(range["central"], one["worth"], "{by}: {one}");
            let (low, high) = (end_or(range, "low"), end_or(range, "high"));
            let central = pence(&range["central"]);
            assert!(low <= central && central <= high, "{by}: {one}");
        }
        for total in &totals {
            let same = |row: &&Value| {
                let names = ["stage", "column", "basis"];
                names.iter().all(|name| row[*name] == total[*name])
            };
            for end in ["low", "high"] {
                let parts = rows.iter().filter(same).map(|row| match &row["range"] {
                    Value::Null if row["worth"].is_null() => 0,
                    Value::Null => pence(&row["worth"]),
                    range => end_or(range, end),
                });
                let whole = match &total["range"] {
                    Value::Null if total["worth"].is_null() => 0,
                    Value::Null => pence(&total["worth"]),
                    range => end_or(range, end),
                };
                assert_eq!(parts.sum::<i64>(), whole, "{by} {end}: {total}");
            }
        }
        let first = known.get_or_insert_with(|| totals.clone());
        assert_eq!(*first, totals, "{by}");
    }
    let (rows, _) = ranged(app, key, &format!("{ALL}&by=contract")).await;
    let whole = app.get("/v1/contracts?limit=200").await.json();
    if key != app.first_key {
        return;
    }
    for contract in whole["items"].as_array().unwrap() {
        let id = contract["id"].as_str().unwrap();
        let value = app
            .get(&format!("/v1/contracts/{id}/value?range=true"))
            .await
            .json();
        let own = rows
            .iter()
            .filter(|row| row["by"]["contract"]["id"] == id && !row["range"].is_null());
        let mut found = 0;
        for row in own {
            let (stage, column) = (row["stage"].as_str(), row["column"].as_str());
            let expected = of(&value, stage.unwrap(), column.unwrap());
            for name in ["low", "central", "high", "drivers"] {
                assert_eq!(row["range"][name], expected[name], "{name} of {row}");
            }
            found += 1;
        }
        assert_eq!(found, value["ranges"].as_array().unwrap().len());
    }
}

#[tokio::test]
async fn a_roll_up_has_its_range_and_what_drives_it() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let shared = json!({"anchor_institutions": scene.thirds()});
        let contract = scene.add_contract(&app, shared).await;
        let lines = json!([
            {"measure": "carbon-saved", "quantity": "2"}, {"measure": "volunteering-hours", "quantity": "100"},
            {"measure": "local-job-fte", "quantity": "1"}
        ]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        let asked = "/v1/roll-ups?by=measure&stage=claimed";
        let plain = app.get(asked).await.json();
        assert!(plain["rows"][0].get("range").is_none(), "{plain}");
        let (rows, totals) = ranged(&app, &app.first_key, "&by=measure&stage=claimed").await;
        let row = |measure: &str| {
            let mut all = rows.iter();
            let found = all.find(|row| row["by"]["measure"]["id"] == measure);
            found.unwrap()["range"].clone()
        };
        let carbon = json!({"low": "308.71", "central": "617.41", "high": "926.12", "drivers": [
            {"measure": "carbon-saved", "low": "308.71", "central": "617.41", "high": "926.12", "width": "617.41"}
        ]});
        assert_eq!(row("carbon-saved"), carbon);
        // A value with one end has a range to one side; one without any has none.
        assert_eq!(row("volunteering-hours")["high"], Value::Null);
        assert_eq!(row("local-job-fte"), Value::Null);
        let social = totals.iter().find(|total| total["column"] == "social");
        assert_eq!(social.unwrap()["range"], carbon);
        agree(&app, &app.first_key).await;
        let third = app.key_of("commissioner", &[&scene.anchors[1]]).await;
        agree(&app, &third).await;
        // Given again from memory it is the same, and so it is anew.
        let again = ranged(&app, &app.first_key, "&by=measure&stage=claimed").await;
        assert_eq!(again, (rows, totals));
        for (query, fault) in [
            ("range=perhaps", "?range bad_flag"),
            ("range=true&as_known_at=2027-03-31", "?range not_together"),
            ("range=true&edition=nowhere/1", "?edition unknown_edition"),
        ] {
            let refused = app.get(&format!("/v1/roll-ups?{query}")).await;
            assert_eq!(refused.status, 400, "{}", refused.text);
            let (at, code) = refused.faults().remove(0);
            assert_eq!(format!("{at} {code}"), fault);
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn ends_that_a_licence_keeps_are_in_no_roll_up_of_others() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let table = "Ref,Measure,Unit,Proxy Value,Low,High\nK1,Kept,hour,10,7.13,13.57\n";
        govern(&app, &body_with("kept", "1", json!({"table": table})), 3).await;
        let terms = json!({"proxy_edition": "kept/1"});
        let contract = scene.add_contract(&app, terms).await;
        let lines = json!([{"measure": "K1", "quantity": "1"}]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        let analyst = app.key_of("analyst", &[]).await;
        // Whoever asks first: what is kept in memory is kept for one who sees as much.
        for (key, low) in [
            (&app.first_key, json!("7.13")),
            (&analyst, Value::Null),
            (&app.first_key, json!("7.13")),
        ] {
            let (rows, totals) = ranged(&app, key, "&by=theme&stage=claimed").await;
            assert_eq!(rows[0]["worth"], "10.00");
            for one in [&rows[0], &totals[0]] {
                assert_eq!(one["range"]["low"], low, "{one}");
            }
        }
        app.stop().await;
    }
}
