//! A contract in one file, which proves itself with no server and no database of anybody.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::scene::{Scene, added, decide, submit};
use crate::support::tables::{body_with, govern, series};

fn goodmeasure(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_goodmeasure"))
        .args(arguments)
        .env("GOODMEASURE_LOG", "error")
        .env_remove("GOODMEASURE_DATABASE_URL")
        .output()
        .unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A contract with a commitment of each kind of line, a quarter accepted lower and corrected, and one submitted.
async fn lived_through(app: &App) {
    let scene = Scene::set(app).await;
    let contract = scene.add_contract(app, json!({})).await;
    for target in [
        json!({"measure": "local-job-fte", "target": "10"}),
        json!({"measure": "car-miles-saved", "target": "9000"}),
    ] {
        added(app, &format!("{contract}/commitments"), &target).await;
    }
    let lines = |miles: &str| {
        json!([
            {"line": "jobs", "measure": "local-job-fte", "quantity": "12.5"},
            {"line": "miles", "measure": "car-miles-saved", "quantity": miles,
             "evidence": [{"link": "https://example.org/log", "quantity": "1500"}]}
        ])
    };
    submit(app, &contract, "2026-27-Q1", lines("2500")).await;
    let lower = json!({"decision": "accept", "lines": [
        {"line": "miles", "accepted_quantity": "1500", "reason": "As far as the log goes"}
    ]});
    decide(app, &contract, "2026-27-Q1", lower).await;
    submit(app, &contract, "2026-27-Q2", lines("2000")).await;
}

/// Exports the contract, and reads the file.
fn exported(url: &str, file: &Path) -> Value {
    let file_name = file.to_str().unwrap();
    let export = [
        "export",
        "--database-url",
        url,
        "proof",
        "C-1",
        "--output",
        file_name,
    ];
    let done = goodmeasure(&export);
    assert!(done.status.success(), "{}", said(&done.stderr));
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// What is said of a file.
fn checked(folder: &Path, bundle: &str) -> (bool, String) {
    let file = folder.join("checked.json");
    std::fs::write(&file, bundle).unwrap();
    let done = goodmeasure(&["verify", "--bundle", file.to_str().unwrap()]);
    (
        done.status.success(),
        said(&done.stdout) + &said(&done.stderr),
    )
}

#[tokio::test]
async fn a_contract_proves_itself_and_a_changed_digit_is_named() {
    for app in App::on_each().await {
        lived_through(&app).await;
        let folder = tempfile::tempdir().unwrap();
        let bundle = exported(app.database.url(), &folder.path().join("proof.json"));
        let (is_clean, told) = checked(folder.path(), &bundle.to_string());
        assert!(is_clean, "{told}");
        assert!(
            told.starts_with("contract C-1, ") && told.ends_with(": clean\n"),
            "{told}"
        );
        let working = &bundle["workings"][0]["lines"][1]["verified"];
        let path = format!(
            "/v1/contracts/{}/returns/2026-27-Q1/working",
            bundle["contract"].as_str().unwrap()
        );
        let served = app.get(&path).await.json();
        assert_eq!(*working, served["lines"][1]["verified"], "as it is served");
        for (pointer, becomes, named) in [
            ("/tables/posting/5/worth_pence", json!(1), "posting 6"),
            ("/tables/posting/5/hash", json!("0".repeat(64)), "posting 6"),
            ("/tables/chain/0/length", json!(3), "the head of the chain"),
            (
                "/tables/return_accepted_line/0/accepted",
                json!("{\"quantity\":\"1600\"}"),
                "posting",
            ),
            (
                "/tables/contract_total/0/worth_pence",
                json!(7),
                "its totals",
            ),
            (
                "/tables/audit/0/actor_id",
                json!("somebody"),
                "the audit of contract C-1",
            ),
            (
                "/tables/return_revision/0/decided_by",
                json!("somebody"),
                "decide_return",
            ),
            ("/tables/posting/0/worth_pence", json!("x"), "posting"),
            (
                "/workings/0/lines/1/verified/worth",
                json!("1.00"),
                "/workings/0/lines/1/verified/worth",
            ),
            (
                "/values/0/proxies/0/proxy/source/title",
                json!("x"),
                "/values/0/proxies/0/proxy/source/title",
            ),
            ("/edition/digest", json!("x"), "/edition/digest"),
            ("/tables/contract_terms/0/value_pence", json!(5), "/digest"),
            (
                "/tables/organisation/0/name",
                json!("Another"),
                "anchor_institution/name",
            ),
            ("/digest", json!("x"), "/digest"),
            ("/format", json!("x"), "/format"),
            (
                "/tables/contract_terms/0/value_pence",
                json!([]),
                "/tables/contract_terms/0/value_pence",
            ),
            (
                "/tables/contract/0",
                json!({"x; drop table posting": 1}),
                "contract",
            ),
        ] {
            let mut changed = bundle.clone();
            let place = changed
                .pointer_mut(pointer)
                .unwrap_or_else(|| panic!("{pointer} is not there"));
            *place = becomes;
            let (is_clean, told) = checked(folder.path(), &changed.to_string());
            assert!(!is_clean && told.contains(named), "{pointer}: {told}");
        }
        app.stop().await;
    }
}

/// Every digit of the file is covered by something.
#[tokio::test]
async fn whatever_digit_is_changed_the_file_is_refused() {
    let app = App::start(crate::support::databases::sqlite()).await;
    lived_through(&app).await;
    let folder = tempfile::tempdir().unwrap();
    let text = exported(app.database.url(), &folder.path().join("proof.json")).to_string();
    let digits: Vec<usize> = (0..text.len())
        .filter(|place| text.as_bytes()[*place].is_ascii_digit())
        .collect();
    // Spread over the whole file, and not in step with its rows.
    for tried in 0..24 {
        let place = digits[(tried * 7_919 + 13) % digits.len()];
        let mut changed = text.clone().into_bytes();
        changed[place] = if changed[place] == b'7' { b'3' } else { b'7' };
        let (is_clean, told) = checked(folder.path(), std::str::from_utf8(&changed).unwrap());
        let around = &text[place.saturating_sub(60)..place];
        assert!(!is_clean, "after {around}: {told}");
    }
    let none = [
        "export",
        "--database-url",
        app.database.url(),
        "proof",
        "C-9",
    ];
    let none = goodmeasure(&none);
    assert!(!none.status.success() && said(&none.stderr).contains("C-9"));
    app.stop().await;
}

/// A contract that was re-based is proved by every edition that it ever rested on; if the licence of one of them keeps its
/// values, it has no proof, whatever it rests on now.
#[tokio::test]
async fn a_contract_that_was_rebased_proves_itself_by_all_its_editions() {
    for app in App::on_each().await {
        lived_through(&app).await;
        let table = "Ref,Measure,Unit,Proxy Value,Measure code\n\
                     P1,A job,full-time equivalent,25123.45,local-job-fte\nP2,A mile,vehicle-mile,0.31,car-miles-saved\n";
        let contracts = app.get("/v1/contracts").await.json();
        let contract = contracts["items"][0]["id"].as_str().unwrap().to_owned();
        let rebase = async |edition: &str| {
            let body = json!({"proxy_edition": edition, "reason": "agreed"});
            added(&app, &format!("/v1/contracts/{contract}/rebasings"), &body).await
        };
        for (edition, redistribution) in [("1", "allowed"), ("2", "none")] {
            let said = json!({"table": table, "redistribution": redistribution});
            govern(&app, &body_with("proof", edition, said), 3).await;
        }
        rebase("proof/1").await;
        rebase("open-uk/2026").await;
        let folder = tempfile::tempdir().unwrap();
        let bundle = exported(app.database.url(), &folder.path().join("proof.json"));
        let (is_clean, told) = checked(folder.path(), &bundle.to_string());
        assert!(is_clean, "{told}");
        let tables = &bundle["tables"];
        assert_eq!(tables["proxy_edition"].as_array().unwrap().len(), 1);
        assert_eq!(tables["contract_rebasing"].as_array().unwrap().len(), 2);
        let cheaper = bundle.to_string().replacen("25123.45", "25123.46", 1);
        let (is_clean, told) = checked(folder.path(), &cheaper);
        assert!(!is_clean && told.contains("proof/1"), "{told}");

        rebase("proof/2").await;
        rebase("open-uk/2026").await;
        let file = folder.path().join("kept.json");
        let export = [
            "export",
            "--database-url",
            app.database.url(),
            "proof",
            "C-1",
            "--output",
        ];
        let refused = goodmeasure(&[&export[..], &[file.to_str().unwrap()]].concat());
        let told = said(&refused.stderr);
        assert!(
            !refused.status.success() && told.contains("proof/2"),
            "{told}"
        );
        assert!(!file.exists());
        app.stop().await;
    }
}

/// Who pays is told with it; the contract that pays is another's proof.
#[tokio::test]
async fn a_programme_proves_itself_without_the_contract_that_pays() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let pays = scene.add_contract(&app, json!({"reference": "C-0"})).await;
        let id = pays.rsplit('/').next().unwrap();
        let funding =
            json!({"source": "contract_price", "funder": scene.anchors[1], "contract": id});
        let programme =
            json!({"kind": "programme", "supplier": null, "value": null, "funding": funding});
        let programme = scene.add_contract(&app, programme).await;
        let lines = json!([{"measure": "volunteering-hours", "quantity": "12.5"}]);
        submit(&app, &programme, "2026-27-Q1", lines).await;
        decide(
            &app,
            &programme,
            "2026-27-Q1",
            json!({"decision": "accept"}),
        )
        .await;
        let folder = tempfile::tempdir().unwrap();
        let bundle = exported(app.database.url(), &folder.path().join("proof.json"));
        let (is_clean, told) = checked(folder.path(), &bundle.to_string());
        assert!(is_clean, "{told}");
        let rows = |table: &str| bundle["tables"][table].as_array().unwrap().len();
        assert_eq!((rows("contract"), rows("organisation")), (1, 2));
        app.stop().await;
    }
}

/// An edition of the partnership's own rests on series of its own: the file holds them, sealed.
#[tokio::test]
async fn a_proof_holds_the_series_that_its_edition_rests_on() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let years = [
            ("2022-23", Some("80")),
            ("2023-24", None),
            ("2024-25", Some("100")),
        ];
        for name in ["our-index", "another-index"] {
            let index = series(name, "1", "financial", &years);
            assert_eq!(app.post("/v1/series", &index).await.status, 201);
        }
        let own = json!({
            "deflator": "our-index/1", "price_year": "2022-23", "redistribution": "allowed",
            "table": "Reference,Measure,Unit,Value\nOX1,Hours of help,hour,8\n"
        });
        govern(&app, &body_with("our-table", "1", own), 3).await;
        let contract = scene
            .add_contract(&app, json!({"proxy_edition": "our-table/1"}))
            .await;
        let lines = json!([{"measure": "OX1", "quantity": "3"}]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        let folder = tempfile::tempdir().unwrap();
        let bundle = exported(app.database.url(), &folder.path().join("proof.json"));
        let kept = bundle["tables"]["series"].as_array().unwrap();
        assert_eq!(kept.len(), 1, "of the two only the one it rests on");
        let (is_clean, told) = checked(folder.path(), &bundle.to_string());
        assert!(is_clean, "{told}");
        let mut changed = bundle.clone();
        let document = kept[0]["document"]
            .as_str()
            .unwrap()
            .replace("\"80\"", "\"81\"");
        changed["tables"]["series"][0]["document"] = json!(document);
        let (is_clean, told) = checked(folder.path(), &changed.to_string());
        assert!(!is_clean && told.contains("our-index/1"), "{told}");
        app.stop().await;
    }
}

/// A table that a contract rests on and that is not in its proof would prove less than it says.
#[tokio::test]
async fn every_table_of_a_contract_is_in_its_proof() {
    let app = App::start(crate::support::databases::sqlite()).await;
    lived_through(&app).await;
    let folder = tempfile::tempdir().unwrap();
    let bundle = exported(app.database.url(), &folder.path().join("proof.json"));
    let tables = bundle["tables"].as_object().unwrap();
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
    let mut known = 0;
    for entry in std::fs::read_dir(migrations).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for table in text.split("create table ").skip(1) {
            let (name, columns) = table.split_once(" (").unwrap();
            let columns = columns.split(") strict").next().unwrap();
            // What was frozen over many contracts is no part of one.
            if columns.contains("\n  contract_id ") && !name.starts_with("publication") {
                known += 1;
                assert!(tables.contains_key(name), "{name} is not in the proof");
            }
        }
    }
    assert!(known >= 12, "only {known} found");
    app.stop().await;
}
