//! A contract that is valued by another table from now on: the preview, the change, and the bridge between the sums.

use serde_json::{Value, json};

use super::{books_are_clean, pence, value};
use crate::support::app::{App, same_on_each};
use crate::support::forward::{clock, on_each, settle};
use crate::support::scene::{Scene, added, decide, return_of, submit};
use crate::support::tables::{body_with, govern};

const HEADINGS: &str = "Ref,Measure,Unit,Proxy Value,Value column,Method";

/// Tables of invented values: each edition with its rows.
async fn tables(app: &App, set: &str, editions: &[(&str, &str)]) {
    for (edition, rows) in editions {
        let changes =
            json!({"table": format!("{HEADINGS}\n{rows}\n"), "redistribution": "allowed"});
        govern(app, &body_with(set, edition, changes), 3).await;
    }
}

fn to(edition: &str) -> Value {
    json!({"proxy_edition": edition, "reason": "the board adopted it"})
}

/// `stage column before delivery price method scope after`, a total a line.
fn ways(bridge: &Value) -> Vec<String> {
    let parts = [
        "stage", "column", "before", "delivery", "price", "method", "scope", "after",
    ];
    let totals = bridge["totals"].as_array().unwrap().iter();
    totals
        .map(|total| parts.map(|part| total[part].as_str().unwrap()).join(" "))
        .collect()
}

/// Each way adds up to the penny, and the rows to the totals.
pub fn adds_up(bridge: &Value) {
    const EFFECTS: [&str; 6] = ["before", "delivery", "price", "method", "scope", "after"];
    let whose = |one: &Value| (one["stage"].clone(), one["column"].clone());
    for total in bridge["totals"].as_array().unwrap() {
        let rows = bridge["rows"].as_array().unwrap().iter();
        let rows: Vec<&Value> = rows.filter(|row| whose(row) == whose(total)).collect();
        for effect in EFFECTS {
            let sum: i64 = rows.iter().map(|row| pence(&row[effect])).sum();
            assert_eq!(sum, pence(&total[effect]), "{total}");
        }
        for way in rows.iter().copied().chain([total]) {
            let steps: i64 = EFFECTS[..5].iter().map(|effect| pence(&way[*effect])).sum();
            assert_eq!(steps, pence(&way["after"]), "{way}");
        }
    }
}

/// Carbon at 70 pounds a tonne in one edition, at 250 in the next (both invented).
#[tokio::test]
async fn one_carbon_contract_under_two_editions_is_two_lines_and_the_bridge_is_all_price() {
    let mut told = Vec::new();
    for app in on_each::<8>().await {
        let scene = Scene::set(&app).await;
        let row = |pounds: &str| format!("C1,Carbon saved,tonne CO2e,{pounds},social,");
        let (low, high) = (row("70"), row("250"));
        tables(&app, "carbon", &[("1", &low), ("2", &high)]).await;
        let mut contracts = Vec::new();
        for reference in ["C-1", "C-2"] {
            let held = scene.thirds();
            let changes = json!({"reference": reference, "proxy_edition": "carbon/1", "anchor_institutions": held});
            let contract = scene.add_contract(&app, changes).await;
            let target = json!({"measure": "c1", "target": "1000"});
            added(&app, &format!("{contract}/commitments"), &target).await;
            let line = json!([{"line": "1", "measure": "c1", "quantity": "400.5"}]);
            submit(&app, &contract, "2026-27-Q1", line).await;
            decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
            contracts.push(contract);
        }
        let contract = contracts[0].clone();
        let then = clock::<8>().to_string();
        let was = value(&app, &contract).await;
        settle::<8>();
        let path = format!("{contract}/rebasings");
        let preview = app
            .post(&format!("{path}?dry_run=true"), &to("carbon/2"))
            .await;
        assert_eq!(preview.status, 201, "{}", preview.text);
        assert_eq!(
            ways(&preview.json()["bridge"]),
            [
                "committed social 70000.00 0.00 180000.00 0.00 0.00 250000.00",
                "claimed social 28035.00 0.00 72090.00 0.00 0.00 100125.00",
                "verified social 28035.00 0.00 72090.00 0.00 0.00 100125.00"
            ]
        );
        assert_eq!(value(&app, &contract).await["columns"], was["columns"]);
        assert_eq!(app.get(&path).await.json()["items"], json!([]));

        let made = app.post(&path, &to("carbon/2")).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(made.json()["bridge"], preview.json()["bridge"]);
        let again = app.get(made.header("location").unwrap()).await;
        assert_eq!(again.json(), made.json());
        told.push(again);
        // Two bases: two lines, and two totals that nobody adds up.
        let rolled = app
            .get("/v1/roll-ups?by=measure&stage=verified")
            .await
            .json();
        let totals = rolled["totals"].as_array().unwrap().iter();
        let totals: Vec<String> = totals
            .map(|one| {
                format!(
                    "{} {}",
                    one["basis"]["edition"].as_str().unwrap(),
                    one["worth"].as_str().unwrap()
                )
            })
            .collect();
        assert_eq!(totals, ["carbon/1 28035.00", "carbon/2 100125.00"]);
        assert_eq!(rolled["rows"].as_array().unwrap().len(), 2);
        let updated = app
            .get(&format!("/v1/contracts?updated_since={then}"))
            .await
            .json();
        let updated = updated["items"].as_array().unwrap();
        assert!(updated.len() == 1 && contract.ends_with(updated[0]["id"].as_str().unwrap()));
        let listed = app.get(&contract).await.json()["rebasings"].clone();
        assert_eq!(listed, app.get(&path).await.json()["items"]);
        // What was known then is known as it was, and the way from then to now is the same bridge.
        let known = app
            .get(&format!("{contract}/value?as_known_at={then}"))
            .await
            .json();
        assert_eq!(known["columns"], was["columns"]);
        assert_eq!(known["basis"], was["basis"]);
        let way = app
            .get(&format!("{contract}/bridge?from={then}"))
            .await
            .json();
        assert_eq!(way["totals"], made.json()["bridge"]["totals"]);
        assert_eq!(way["from_basis"]["edition"], "carbon/1");
        let audit = app.get("/v1/audit?action=rebase_contract").await.json();
        assert_eq!(audit["items"][0]["before"]["edition"], "carbon/1");
        assert_eq!(audit["items"][0]["after"]["edition"], "carbon/2");
        books_are_clean(&app, "after re-basing").await;

        // Back again: the earlier postings are not touched, and the way back is the way there.
        let back = app.post(&path, &to("carbon/1")).await.json();
        assert_eq!(back["number"], 2);
        assert_eq!(
            ways(&back["bridge"])[2],
            "verified social 100125.00 0.00 -72090.00 0.00 0.00 28035.00"
        );
        assert_eq!(value(&app, &contract).await["columns"], was["columns"]);
        books_are_clean(&app, "and back").await;
        app.stop().await;
    }
    insta::assert_snapshot!(same_on_each(&told));
}

/// What is made in another way, and what counts at all, is told apart from what has another price.
#[tokio::test]
async fn prices_methods_scope_and_delivery_are_told_apart() {
    for app in on_each::<9>().await {
        let scene = Scene::set(&app).await;
        let before = "D1,Dearer,hour,10,social,\nD2,Another method,hour,10,social,Asked\nD3,Less deadweight,hour,10,social,\n\
                      D4,Another column,hour,10,social,\nD5,Not valued any more,hour,10,social,\nD6,The same,hour,10,social,";
        let after = "D1,Dearer,hour,12,social,\nD2,Another method,hour,15,social,Weighed\nD3,Less deadweight,hour,20,social,\n\
                     D4,Another column,hour,10,effort,\nD5,Not valued any more,hour,,social,\nD6,The same,hour,10,social,";
        tables(&app, "ways", &[("1", before), ("2", after)]).await;
        let contract = scene
            .add_contract(&app, json!({"proxy_edition": "ways/1"}))
            .await;
        let line = |number: usize, hours: &str| {
            let measure = format!("d{number}");
            json!({"line": measure, "measure": measure, "quantity": hours})
        };
        let half = json!({"measure": "d3", "target": "100", "adjustments": {"deadweight": "0.5"}, "adjusted_because": "seen before"});
        added(&app, &format!("{contract}/commitments"), &half).await;
        let lines = json!([
            line(1, "100"),
            line(2, "100"),
            line(4, "100"),
            line(5, "100"),
            line(6, "100")
        ]);
        submit(&app, &contract, "2026-27-Q1", lines.clone()).await;
        submit(&app, &contract, "2026-27-Q2", json!([line(3, "100")])).await;
        let then = clock::<9>().to_string();
        settle::<9>();
        // Of the last more was done, as a correction says.
        decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        let mut more = lines.clone();
        more[4] = line(6, "130");
        submit(&app, &contract, "2026-27-Q1", more).await;
        let quarter = json!({"effective_on": "2026-07-01", "reason": "looked again", "adjustments": {"deadweight": "0.25"}});
        added(
            &app,
            &format!("{contract}/commitments/1/amendments"),
            &quarter,
        )
        .await;
        let rebased = app
            .post(&format!("{contract}/rebasings"), &to("ways/2"))
            .await;
        assert_eq!(rebased.status, 201, "{}", rebased.text);
        let way = app
            .get(&format!("{contract}/bridge?from={then}"))
            .await
            .json();
        adds_up(&way);
        let parts = [
            "measure", "column", "before", "delivery", "price", "method", "scope", "after",
        ];
        let rows = way["rows"].as_array().unwrap().iter();
        let claimed = rows.filter(|row| row["stage"] == "claimed");
        let claimed: Vec<String> = claimed
            .map(|row| parts.map(|part| row[part].as_str().unwrap()).join(" "))
            .collect();
        assert_eq!(
            claimed,
            [
                "d1 social 1000.00 0.00 200.00 0.00 0.00 1200.00",
                "d2 social 1000.00 0.00 0.00 500.00 0.00 1500.00",
                // Twice the value at half deadweight, and then three quarters of it.
                "d3 social 500.00 0.00 500.00 500.00 0.00 1500.00",
                "d4 social 1000.00 0.00 0.00 0.00 -1000.00 0.00",
                "d5 social 1000.00 0.00 0.00 0.00 -1000.00 0.00",
                "d6 social 1000.00 300.00 0.00 0.00 0.00 1300.00",
                "d4 effort 0.00 0.00 0.00 0.00 1000.00 1000.00"
            ]
        );
        books_are_clean(&app, "after all of it").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn an_edition_that_does_not_fit_is_refused_with_every_line_and_nothing_changes() {
    let mut told = Vec::new();
    for app in on_each::<10>().await {
        let scene = Scene::set(&app).await;
        let before =
            "F1,Kept,hour,10,social,\nF2,Gone,hour,10,social,\nF3,Gone too,hour,10,social,";
        tables(
            &app,
            "fits",
            &[("1", before), ("2", "F1,Kept,hour,10,social,")],
        )
        .await;
        let contract = scene
            .add_contract(&app, json!({"proxy_edition": "fits/1"}))
            .await;
        added(
            &app,
            &format!("{contract}/commitments"),
            &json!({"measure": "f2", "target": "5"}),
        )
        .await;
        let lines = json!([
            {"line": "1", "measure": "f1", "quantity": "1"}, {"line": "2", "measure": "f3", "quantity": "1"}
        ]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        // A draft may yet be put right.
        let draft = return_of(json!([{"line": "1", "measure": "f3", "quantity": "1"}]));
        assert_eq!(
            app.put(&format!("{contract}/returns/2026-27-Q2"), &draft)
                .await
                .status,
            201
        );
        let path = format!("{contract}/rebasings");
        let refused = app.post(&path, &to("fits/2")).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(refused.faults().len(), 2);
        told.push(refused);
        for (body, pointer, code) in [
            (to("fits/1"), "/proxy_edition", "same_edition"),
            (to("fits/9"), "/proxy_edition", "unknown_edition"),
            (to("nonsense"), "/proxy_edition", "unknown_edition"),
            (
                json!({"proxy_edition": "fits/2"}),
                "/reason",
                "field_missing",
            ),
            (
                json!({"reason": "why not"}),
                "/proxy_edition",
                "field_missing",
            ),
        ] {
            let refused = app.post(&path, &body).await;
            assert_eq!(
                refused.faults(),
                [(pointer.to_owned(), code.to_owned())],
                "{body}"
            );
        }
        // What was counted in hours is not counted in minutes.
        let minutes = before.replace("F3,Gone too,hour", "F3,Gone too,minute");
        tables(&app, "fits", &[("5", &minutes)]).await;
        let other = app.post(&path, &to("fits/5")).await;
        let expected = ("/proxy_edition".to_owned(), "other_quantity".to_owned());
        assert_eq!(other.faults(), [expected]);
        // A table that was withdrawn is not for new contracts, and not for old ones either.
        let withdrawal = json!({"reason": "It was wrong"});
        tables(&app, "fits", &[("3", before)]).await;
        let withdrawn = app
            .post("/v1/proxy-editions/fits/3/withdrawal", &withdrawal)
            .await;
        assert_eq!(withdrawn.status, 200, "{}", withdrawn.text);
        assert_eq!(
            app.post(&path, &to("fits/3")).await.faults()[0].1,
            "unknown_edition"
        );
        // What a table that keeps its values would make of a contract is not for everybody to try.
        let changes = json!({"table": format!("{HEADINGS}\n{before}\n"), "redistribution": "none"});
        govern(&app, &body_with("fits", "4", changes), 3).await;
        let commissioner = app.key_of("commissioner", &[&scene.anchors[0]]).await;
        let tried = format!("{path}?dry_run=true");
        let (body, any) = (to("fits/4").to_string(), ("if-match", "*"));
        for (key, status) in [(&commissioner, 403), (&app.first_key, 201)] {
            let key = format!("Bearer {key}");
            let headers = [
                any,
                ("content-type", "application/json"),
                ("authorization", key.as_str()),
            ];
            let answer = app
                .send("POST", &tried, &headers, Some(body.clone().into_bytes()))
                .await;
            assert_eq!(answer.status, status, "{}", answer.text);
        }
        let stale = [("if-match", "\"7-none\"")];
        let body = to("open-uk/2026").to_string().into_bytes();
        let key = format!("Bearer {}", app.first_key);
        let headers = [
            stale[0],
            ("content-type", "application/json"),
            ("authorization", key.as_str()),
        ];
        assert_eq!(
            app.send("POST", &path, &headers, Some(body)).await.status,
            412
        );
        assert_eq!(app.get(&path).await.json()["items"], json!([]));
        assert_eq!(app.get(&format!("{path}/1")).await.status, 404);
        assert_eq!(app.get(&contract).await.json()["proxy_edition"], "fits/1");
        books_are_clean(&app, "nothing changed").await;
        app.stop().await;
    }
    insta::assert_snapshot!(same_on_each(&told));
}
