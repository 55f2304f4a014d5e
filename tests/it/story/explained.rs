//! Every pound explains itself: whatever a contract is worth, and whatever a roll-up shows, is the sum of postings that
//! can be listed, each with the working of its line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Value, json};

use super::known::Story;
use super::{STAGES, pence, value};
use crate::support::app::{App, same_on_each};
use crate::support::forward::{clock, on_each, settle};
use crate::support::scene::{Scene, added, decide, submit};

/// Every page of a list, as one of some keys.
async fn pages(app: &App, key: &str, path: &str) -> Vec<Value> {
    let (mut found, mut next) = (Vec::new(), String::new());
    loop {
        let answer = app
            .with_key(key, "GET", &format!("{path}{next}"), None)
            .await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let page = answer.json();
        let cursor = page["next_cursor"].as_str().map(str::to_owned);
        found.push(page);
        match cursor {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return found,
        }
    }
}

fn items(pages: &[Value]) -> Vec<&Value> {
    let all = pages.iter().flat_map(|page| page["items"].as_array());
    all.flatten().collect()
}

/// A shared contract with a commitment, a return that was corrected, and one that waits.
pub(super) async fn told(app: &App) -> (Scene, String) {
    let scene = Scene::set(app).await;
    let thirds = json!({"anchor_institutions": scene.thirds(), "place": "halton"});
    let contract = scene.add_contract(app, thirds).await;
    let jobs = json!({"measure": "local-job-fte", "target": "25", "kpi": true});
    added(app, &format!("{contract}/commitments"), &jobs).await;
    let lines = |jobs: &str| {
        json!([
            {"line": "jobs", "measure": "local-job-fte", "quantity": jobs,
             "evidence": [{"link": "https://example.org/payroll", "quantity": "8"}]},
            {"line": "miles", "measure": "car-miles-saved", "quantity": "10000", "contract_share": "1/3"},
            {"line": "trees", "measure": "trees-planted", "quantity": "12"}
        ])
    };
    submit(app, &contract, "2026-27-Q4", lines("10")).await;
    decide(app, &contract, "2026-27-Q4", json!({"decision": "accept"})).await;
    submit(app, &contract, "2026-27-Q4", lines("9")).await;
    submit(
        app,
        &contract,
        "2026-27-Q1",
        json!([{"line": "hours", "measure": "volunteering-hours", "quantity": "7.5"}]),
    )
    .await;
    (scene, contract)
}

#[tokio::test]
async fn the_working_of_a_contract_is_every_posting_that_stands() {
    let mut wholes = Vec::new();
    for app in App::on_each().await {
        let (_, contract) = told(&app).await;
        let path = format!("{contract}/working");
        let pages = pages(&app, &app.first_key, &format!("{path}?limit=3")).await;
        assert_eq!(
            pages.len(),
            3,
            "four quarters promised, four lines reported"
        );
        let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
        let mut sequences = BTreeSet::new();
        for item in items(&pages) {
            for stage in STAGES {
                let working = &item[stage];
                let postings = working["postings"].as_array().into_iter().flatten();
                let mut parts = 0;
                for posting in postings {
                    assert!(sequences.insert(posting["sequence"].as_i64().unwrap()));
                    assert_eq!(posting["share"], "1/3");
                    assert_eq!(posting["hash"].as_str().unwrap().len(), 64);
                    parts += posting["worth"]
                        .as_str()
                        .map_or(0, |_| pence(&posting["worth"]));
                }
                if let Some(column) = working["column"].as_str() {
                    assert_eq!(parts, pence(&working["worth"]), "{item}");
                    *sums
                        .entry((column.to_owned(), stage.to_owned()))
                        .or_default() += parts;
                }
            }
        }
        let value = value(&app, &contract).await;
        for ((column, stage), sum) in sums {
            let worth = &value["columns"][&column][&stage]["worth"];
            assert_eq!(sum, pence(worth), "{column} {stage}");
        }
        wholes.push(app.get(&format!("{path}?limit=200")).await);
        app.stop().await;
    }
    insta::assert_snapshot!("contract_working", same_on_each(&wholes));
}

#[tokio::test]
async fn one_line_is_explained_alone() {
    for app in App::on_each().await {
        let (_, contract) = told(&app).await;
        let whole = format!("{contract}/returns/2026-27-Q4/working");
        let path = format!("{whole}?line=miles");
        let whole = app.get(&whole).await.json();
        let one = app.get(&path).await.json();
        assert_eq!(one["lines"], json!([whole["lines"][1]]));
        let of_contract = format!("{contract}/working?line=miles&period=2026-27-Q4");
        let item = app.get(&of_contract).await.json()["items"].clone();
        assert_eq!(item.as_array().unwrap().len(), 1);
        for stage in ["claimed", "verified"] {
            assert_eq!(item[0][stage], one["lines"][0][stage]);
        }
        let part = &one["lines"][0]["claimed"]["parts"][0];
        assert_eq!(part["chosen_because"], "it is the value of 2027");
        let promised = format!("{contract}/working?line=commitment%201&stage=committed");
        let promised = app.get(&promised).await.json();
        assert_eq!(promised["items"].as_array().unwrap().len(), 4);
        assert_eq!(promised["items"][0]["commitment"], 1);
        // Of a revision that does not stand nothing was posted.
        let first = app.get(&format!("{path}&revision=1")).await.json();
        assert_eq!(first["lines"][0]["claimed"]["postings"], json!([]));
        let stood = &first["lines"][0]["verified"]["postings"];
        assert_eq!(stood.as_array().unwrap().len(), 3);
        app.stop().await;
    }
}

#[tokio::test]
async fn what_cannot_be_explained_is_refused() {
    for app in App::on_each().await {
        let (_, contract) = told(&app).await;
        for (path, status, fault) in [
            (
                format!("{contract}/returns/2026-27-Q4/working?line=none"),
                400,
                "?line unknown_line",
            ),
            (
                format!("{contract}/returns/2026-27-Q4/working?line=%00"),
                400,
                "?line control_character",
            ),
            (
                format!("{contract}/returns/2026-27-Q4/working?lines=1"),
                400,
                "?lines unknown_parameter",
            ),
            (
                format!("{contract}/working?line=none"),
                400,
                "?line unknown_line",
            ),
            (
                format!("{contract}/working?period=2026-04"),
                400,
                "?period not_a_period",
            ),
            (
                format!("{contract}/working?period=2031-32-Q1"),
                400,
                "?period period_outside_contract",
            ),
            (
                format!("{contract}/working?stage=done"),
                400,
                "?stage unknown_word",
            ),
            (
                format!("{contract}/working?cursor=6162"),
                400,
                "?cursor bad_cursor",
            ),
            (
                format!("{contract}/working?limit=201"),
                400,
                "?limit not_a_number",
            ),
            (
                "/v1/roll-ups/working?by=theme".to_owned(),
                400,
                "?cell_theme field_missing",
            ),
            (
                "/v1/roll-ups/working?cell_theme=social".to_owned(),
                400,
                "?cell_theme not_in_roll_up",
            ),
            (
                "/v1/roll-ups/working?cell_stage=all".to_owned(),
                400,
                "?cell_stage unknown_word",
            ),
            (
                "/v1/roll-ups/working?cursor=6162".to_owned(),
                400,
                "?cursor bad_cursor",
            ),
            (
                "/v1/roll-ups/working?by=theme,theme&cell_theme=x".to_owned(),
                400,
                "?by duplicate_word",
            ),
            (
                "/v1/roll-ups/working?stage=claimed,verified&cell_column=local_economic".to_owned(),
                400,
                "?cell_stage several_cells",
            ),
            (
                "/v1/roll-ups/working?stage=claimed".to_owned(),
                400,
                "?cell_column several_cells",
            ),
            (
                "/v1/roll-ups/working?by=theme&cell_theme=none".to_owned(),
                404,
                "",
            ),
            (
                "/v1/roll-ups/working?cell_edition=open-uk/1066".to_owned(),
                404,
                "",
            ),
        ] {
            let answer = app.get(&path).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.text);
            let faults: Vec<String> = answer
                .faults()
                .iter()
                .map(|(at, code)| format!("{at} {code}"))
                .collect();
            let expected: Vec<&str> = Some(fault)
                .filter(|fault| !fault.is_empty())
                .into_iter()
                .collect();
            assert_eq!(faults, expected, "{path}");
        }
        // What another holds is not there, whoever asks for it by name.
        let body =
            json!({"name": "Ashtree Hospital", "kind": "nhs_provider", "anchor_institution": true});
        let hospital = added(&app, "/v1/organisations", &body).await;
        let other = app.key_of("commissioner", &[&hospital]).await;
        for path in [
            format!("{contract}/working"),
            format!("{contract}/returns/2026-27-Q4/working?line=miles"),
        ] {
            assert_eq!(app.with_key(&other, "GET", &path, None).await.status, 404);
        }
        app.stop().await;
    }
}

/// A value as a query takes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for byte in text.bytes() {
        let _ = match byte.is_ascii_alphanumeric() {
            true => write!(quoted, "{}", char::from(byte)),
            false => write!(quoted, "%{byte:02x}"),
        };
    }
    quoted
}

/// Where the working of a row is.
fn working_of(roll_up: &str, row: &Value) -> String {
    let mut path = roll_up.replace("/v1/roll-ups?", "/v1/roll-ups/working?");
    let column = row["column"].as_str().unwrap_or("record_only");
    let mut said: BTreeMap<&str, &str> = BTreeMap::from([
        ("stage", row["stage"].as_str().unwrap()),
        ("column", column),
        ("edition", row["basis"]["edition"].as_str().unwrap()),
    ]);
    for (dimension, label) in row["by"].as_object().unwrap() {
        said.insert(dimension, label["id"].as_str().unwrap_or_default());
    }
    for (name, text) in said {
        let _ = write!(path, "&cell_{name}={}", quoted(text));
    }
    path
}

/// Every number of a row is what the postings of its working add up to.
async fn adds_up(app: &App, key: &str, roll_up: &str, row: &Value) -> usize {
    let path = working_of(roll_up, row);
    let pages = pages(app, key, &format!("{path}&limit=40")).await;
    for page in &pages {
        assert_eq!(&page["cell"], row, "{path}");
    }
    let items = items(&pages);
    let is_sum = |name: &str, scale: usize| {
        let numbers = items.iter().filter_map(|one| one[name].as_str());
        numbers.map(|text| scaled(text, scale)).sum::<i64>()
    };
    match row["worth"].as_str() {
        Some(worth) => assert_eq!(is_sum("worth", 2), scaled(worth, 2), "{path}"),
        None => assert!(items.iter().all(|one| one["worth"].is_null()), "{path}"),
    }
    // An average is posted in unit-months, of which units of twelve have no end.
    if let Some(quantity) = row["quantity"].as_str() {
        let apart = is_sum("quantity", 6) - scaled(quantity, 6);
        assert!(
            apart.abs() <= i64::try_from(items.len()).unwrap(),
            "{path}: {apart}"
        );
    }
    let mut seen = BTreeSet::new();
    for one in &items {
        let at = (one["contract"]["id"].to_string(), one["sequence"].as_i64());
        assert!(seen.insert(at), "{path}: {one} comes twice");
        // What was taken back is in the cell as what takes it back is, or was in it by then.
        if let Some(by) = one["reversed_by"].as_i64() {
            let back = items
                .iter()
                .find(|other| other["sequence"] == by && other["contract"] == one["contract"]);
            assert_eq!(back.unwrap()["reverses"], one["sequence"], "{path}");
        }
    }
    items.len()
}

/// A number of so many decimals at most, as a whole number of its last ones.
fn scaled(text: &str, places: usize) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<places$}").parse().unwrap()
}

const ALL: &str = "stage=committed,claimed,evidenced,verified";

/// Roll-ups that are taken apart, each as an administrator, a commissioner of one of several anchor institutions, and the
/// supplier of all.
fn roll_ups(scene: &Scene) -> Vec<String> {
    [
        ALL.to_owned(),
        format!("by=anchor_institution,measure,period&{ALL}"),
        format!("by=contract,supplier,place,column&{ALL}"),
        format!("by=theme,outcome,financial_year,stage&{ALL}&taxonomy=marmot&from=2027-10-01&to=2028-09-30"),
        format!("by=measure&{ALL}&place=halton&anchor_institution={}", scene.anchors[1]),
        format!("by=period&{ALL}&supplier={}&edition=open-uk/2026", scene.supplier),
    ]
    .map(|query| format!("/v1/roll-ups?{query}"))
    .into()
}

#[tokio::test]
async fn l3_every_row_of_a_roll_up_is_the_sum_of_the_postings_of_its_working() {
    for seed in [11, 31] {
        for app in on_each::<15>().await {
            let mut story = Story::begin(&app, seed).await;
            let mut then = None;
            for step in 0..36 {
                story.step().await;
                if step == 24 {
                    then = Some(clock::<15>().to_string());
                    settle::<15>();
                }
            }
            settle::<15>();
            let (mut rows, mut postings) = (0, 0);
            for known_at in [None, then] {
                let known = known_at.map_or(String::new(), |then| format!("&as_known_at={then}"));
                for roll_up in roll_ups(&story.scene) {
                    for key in &story.keys {
                        let asked = format!("{roll_up}{known}");
                        let answer = app
                            .with_key(key, "GET", &format!("{asked}&limit=200"), None)
                            .await;
                        let Some(all) = answer.json()["rows"].as_array().cloned() else {
                            // Who may not see an anchor institution may not ask for its part.
                            assert_eq!(answer.status, 400, "{asked}: {}", answer.text);
                            continue;
                        };
                        for row in all {
                            if story.chance.below(6) > 0 && rows > 60 {
                                continue;
                            }
                            postings += adds_up(&app, key, &asked, &row).await;
                            rows += 1;
                        }
                    }
                }
            }
            println!("seed {seed}: {rows} rows, {postings} postings");
            assert!(
                rows > 100 && postings > 2 * rows,
                "a story in which little happens"
            );
            app.stop().await;
        }
    }
}

#[tokio::test]
async fn a_commissioner_is_told_its_own_part_of_a_cell() {
    let mut wholes = Vec::new();
    for app in App::on_each().await {
        let (scene, _) = told(&app).await;
        let holder = app.key_of("commissioner", &[&scene.anchors[1]]).await;
        let path = "/v1/roll-ups/working?by=measure&stage=verified&cell_measure=local-job-fte";
        let whole = app.get(path).await.json();
        let own = app.with_key(&holder, "GET", path, None).await;
        let own_items = own.json()["items"].as_array().unwrap().clone();
        assert_eq!(
            whole["items"].as_array().unwrap().len(),
            3 * own_items.len()
        );
        let anchors = own_items.iter().map(|one| &one["anchor_institution"]["id"]);
        assert!(anchors.into_iter().all(|id| *id == scene.anchors[1]));
        // What was taken back is led to the working of its period, what stands to that of its line.
        for one in &own_items {
            let working = one["working"].as_str().unwrap();
            let led = app.with_key(&holder, "GET", working, None).await;
            assert_eq!(led.status, 200, "{working}: {}", led.text);
        }
        wholes.push(own);
        app.stop().await;
    }
    insta::assert_snapshot!("cell_working", same_on_each(&wholes));
}
