//! A portfolio valued under another edition: nothing is stored, every line comes to what it would be posted at, and what
//! cannot be valued is told.

mod posted;

use std::collections::BTreeMap;

use goodmeasure::domain::edition::{Edition, EditionId};
use goodmeasure::operations::Actor;
use goodmeasure::operations::sample::{Writers, sample};
use goodmeasure::storage::Tx;
use serde_json::{Value, json};

use self::posted::{Expected, posted_under};
use super::{STAGES, pence};
use crate::support::app::App;
use crate::support::databases::sqlite;
use crate::support::scene::{Scene, added, changed, decide, submit};
use crate::support::tables::{body_with, govern};

const PORTFOLIO: &str = "/v1/calculations/portfolio";

/// A table that values what `open-uk` counts: one measure in another column, one in another unit, one in a place alone,
/// one without £, and some not at all.
const TABLE: &str = "\
Ref,Measure,Unit,Proxy Value,Low,High,Value column,Quantity kind,Measure code,Place\n\
P1,Hours given,hour,21.37,20.01,,social,,volunteering-hours,\n\
P2,People in work,full-time equivalent,40111.11,,,local_economic,average_over_period,local-job-fte,\n\
P3,Kilometres saved,kilometre,0.0771,,,social,,car-miles-saved,\n\
P4,Money given,£,1.0333,0.9,1.2,effort,,donation-cash,liverpool\n\
P5,Access to support,employee with access,,,,,level,staff-wellbeing-access,\n\
P6,Spend with others,£,0.3719,,,local_economic,,spend-local,\n\
P7,Carbon,tCO2e,250,70,400,social,,carbon-saved,\n";

/// Publishes it.
pub async fn other_table(app: &App) -> &'static str {
    let changes = json!({"table": TABLE, "redistribution": "allowed"});
    govern(app, &body_with("other", "1", changes), 3).await;
    "other/1"
}

/// The portfolio under an edition, asked with a key.
async fn under(app: &App, key: &str, edition: &str, changes: Value) -> Value {
    let body = changed(json!({"edition": edition, "stage": STAGES}), changes);
    let answer = app
        .with_key(key, "POST", PORTFOLIO, Some(&body.to_string()))
        .await;
    assert_eq!(answer.status, 200, "{body}: {}", answer.text);
    answer.json()
}

/// The same as the query of a roll-up.
fn query(asked: &Value) -> String {
    let fields = asked.as_object().unwrap().iter();
    let words = fields.map(|(key, value)| {
        let name = if key == "rests_on" { "edition" } else { key };
        let text = match value {
            Value::Array(words) => {
                let words: Vec<&str> = words.iter().map(|word| word.as_str().unwrap()).collect();
                words.join(",")
            }
            other => other.as_str().unwrap().to_owned(),
        };
        format!("&{name}={text}")
    });
    words.collect()
}

/// Everything a roll-up says, page by page.
async fn rolled(app: &App, key: &str, asked: &Value) -> (Vec<Value>, Value) {
    let path = format!(
        "/v1/roll-ups?stage={}&limit=200{}",
        STAGES.join(","),
        query(asked)
    );
    let (mut rows, mut next) = (Vec::new(), String::new());
    loop {
        let answer = app
            .with_key(key, "GET", &format!("{path}{next}"), None)
            .await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let page = answer.json();
        rows.extend(page["rows"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return (rows, page["totals"].clone()),
        }
    }
}

/// A row of a roll-up, without what a portfolio does not tell.
fn told(row: &Value) -> Value {
    json!([
        row["by"],
        row["stage"],
        row["column"],
        row["basis"],
        row["worth"],
        row["lines"]
    ])
}

fn side(row: &Value, side: &str) -> Value {
    let of = &row[side];
    json!([
        row["by"],
        row["stage"],
        of["column"],
        of["basis"],
        of["worth"],
        of["lines"]
    ])
}

fn listed(rows: &[Value], each: impl Fn(&Value) -> Value) -> Vec<String> {
    let mut texts: Vec<String> = rows.iter().map(|row| each(row).to_string()).collect();
    texts.sort();
    texts
}

/// Under the editions that contracts rest on it is the roll-up, to the penny and the line.
async fn is_the_roll_up(app: &App, key: &str, edition: &str, asked: &[Value]) {
    for asked in asked {
        let asked = changed(asked.clone(), json!({"rests_on": edition}));
        let found = under(app, key, edition, asked.clone()).await;
        assert_eq!(found["not_valued"], json!([]), "{asked}");
        let rows = found["rows"].as_array().unwrap();
        let (expected, totals) = rolled(app, key, &asked).await;
        let expected = listed(&expected, told);
        assert_eq!(listed(rows, |row| side(row, "now")), expected, "{asked}");
        assert_eq!(listed(rows, |row| side(row, "under")), expected, "{asked}");
        let whole = found["totals"].as_array().unwrap();
        let bare = |mut row: Value| {
            row[0] = Value::Null;
            row
        };
        let totals = listed(totals.as_array().unwrap(), told);
        let found = listed(whole, |row| bare(side(row, "under")));
        assert_eq!(found, totals, "{asked}");
        for row in rows.iter().chain(whole) {
            let none = row["now"]["worth"].is_null();
            let expected = if none { Value::Null } else { json!("0.00") };
            assert_eq!(row["difference"], expected, "{row}");
        }
    }
}

/// The ways in which a roll-up is asked for.
fn ways(scene_anchor: &str, supplier: &str) -> Vec<Value> {
    vec![
        json!({}),
        json!({"by": ["anchor_institution", "theme"]}),
        json!({"by": ["anchor_institution", "measure", "place", "stage"]}),
        json!({"by": ["financial_year", "column", "outcome"]}),
        json!({"by": ["measure"], "anchor_institution": scene_anchor}),
        json!({"by": ["contract"], "supplier": supplier}),
        json!({"by": ["measure"], "place": "halton", "from": "2026-07-01", "to": "2028-12-31"}),
    ]
}

/// Under another edition it is what would be posted, line by line; what is left out is counted.
pub async fn is_what_would_be_posted(app: &App, edition: &Edition) {
    let (expected, not) = posted_under(app, edition).await;
    let name = edition.id().to_string();
    let by = json!({"by": ["anchor_institution", "measure"]});
    let found = under(app, &app.first_key, &name, by).await;
    let mut came = Expected::new();
    for row in found["rows"].as_array().unwrap() {
        if row["under"].is_null() {
            continue;
        }
        let id = |name: &str| row["by"][name]["id"].as_str().unwrap().to_owned();
        let stage = row["stage"].as_str().unwrap().to_owned();
        let key = (id("anchor_institution"), id("measure"), stage);
        let worth = &row["under"]["worth"];
        let worth = if worth.is_null() { 0 } else { pence(worth) };
        let lines = &row["under"]["lines"];
        let count = |name: &str| lines[name].as_i64().unwrap();
        // Rows of another basis or funding source now stand apart, and are posted under one edition.
        let cell: &mut (i64, i64) = came.entry(key).or_default();
        cell.0 += worth;
        cell.1 += count("valued") + count("record_only");
        assert_eq!(
            row["now"]["lines"]["valued"].as_i64().unwrap()
                + row["now"]["lines"]["record_only"].as_i64().unwrap(),
            count("valued") + count("record_only"),
            "the same lines on both sides: {row}"
        );
    }
    assert_eq!(came, expected);
    let mut left: BTreeMap<String, i64> = BTreeMap::new();
    for one in found["not_valued"].as_array().unwrap() {
        let lines = &one["now"]["lines"];
        let count = |name: &str| lines[name].as_i64().unwrap();
        let stage = one["stage"].as_str().unwrap().to_owned();
        *left.entry(stage).or_default() += count("valued") + count("record_only");
    }
    assert_eq!(left, not);
    println!("{} cells, {not:?} not valued", came.len());
}

/// At the end of a story that was told elsewhere.
pub async fn agrees(app: &App, key: &str, anchor: &str, supplier: &str) {
    let mut asked = ways(anchor, supplier);
    asked.push(json!({"by": ["contract", "measure", "period"]}));
    is_the_roll_up(app, key, "open-uk/2026", &asked).await;
    super::ranges::agree(app, key).await;
}

/// The edition as it was published.
pub async fn published(app: &App, name: &str) -> std::sync::Arc<Edition> {
    let id = EditionId::parse(name).unwrap();
    let actor = Actor::administrator("default", "test");
    let read = async |tx: &mut Tx| {
        let found = goodmeasure::operations::editions::find(tx, &app.office, &actor, &id, false);
        found.await
    };
    app.office.store.read(read).await.unwrap().unwrap().edition
}

/// On one database: the stories are told on both.
#[tokio::test]
async fn a_sample_of_everything_agrees_with_its_roll_up_and_with_what_would_be_posted() {
    let app = App::start(sqlite()).await;
    let writer = |name: &str| Actor::administrator("default", name);
    let writers = Writers {
        reporter: writer("reporter"),
        commissioner: writer("commissioner"),
    };
    sample(&app.office, &writers, |_| ()).await.unwrap();
    let found = app.get("/v1/organisations?limit=200").await.json();
    let all = found["items"].as_array().unwrap();
    let first = |is_anchor: bool| {
        let mut own = all.iter();
        let found = own.find(|one| one["anchor_institution"] == is_anchor);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (anchor, supplier) = (first(true), first(false));
    let asked = ways(&anchor, &supplier);
    is_the_roll_up(&app, &app.first_key, "open-uk/2026", &asked).await;
    let holder = app.key_of("commissioner", &[&anchor]).await;
    is_the_roll_up(&app, &holder, "open-uk/2026", &asked[..4]).await;
    let seller = app.key_of("supplier", &[&supplier]).await;
    is_the_roll_up(&app, &seller, "open-uk/2026", &asked[..4]).await;
    let other = other_table(&app).await;
    is_what_would_be_posted(&app, &*published(&app, other).await).await;
    app.stop().await;
}

#[tokio::test]
async fn what_a_portfolio_would_be_worth_stands_beside_what_it_is() {
    let mut answers = Vec::new();
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let other = other_table(&app).await;
        let changes = json!({"anchor_institutions": scene.thirds(), "place": "halton"});
        let contract = scene.add_contract(&app, changes).await;
        let hours = json!({"measure": "volunteering-hours", "target": "400"});
        added(&app, &format!("{contract}/commitments"), &hours).await;
        let lines = json!([
            {"measure": "volunteering-hours", "quantity": "100"},
            {"measure": "local-job-fte", "quantity": "10"},
            {"measure": "car-miles-saved", "quantity": "1000"},
            {"measure": "donation-cash", "quantity": "50", "place": "halton"},
            {"measure": "donation-cash", "quantity": "70", "place": "liverpool"},
            {"measure": "diesel-saved", "quantity": "3"},
            {"measure": "staff-wellbeing-access", "quantity": "30"}
        ]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        let lower = json!({"decision": "accept", "lines": [
            {"line": "1", "accepted_quantity": "60", "reason": "Counted again"}
        ]});
        decide(&app, &contract, "2026-27-Q1", lower).await;
        let body = json!({"edition": other, "by": ["measure"], "stage": ["committed", "verified"]});
        let answer = app.post(PORTFOLIO, &body).await;
        answers.push(answer.whole());
        // Nothing of it was stored.
        super::books_are_clean(&app, "after a what-if").await;
        let again = app.post(PORTFOLIO, &body).await.json();
        assert_eq!(again["rows"], answer.json()["rows"]);
        // Split between three, it is the same whole.
        let split = json!({"by": ["anchor_institution"], "stage": ["verified"]});
        let split = under(&app, &app.first_key, other, split).await;
        let totals = split["totals"].as_array().unwrap();
        for total in totals
            .iter()
            .filter(|total| !total["under"]["worth"].is_null())
        {
            let same = |row: &&Value| {
                row["under"]["column"] == total["under"]["column"]
                    && row["now"]["column"] == total["now"]["column"]
            };
            let parts = split["rows"].as_array().unwrap().iter().filter(same);
            let parts: Vec<i64> = parts.map(|row| pence(&row["under"]["worth"])).collect();
            assert_eq!(parts.len(), 3);
            assert_eq!(parts.iter().sum::<i64>(), pence(&total["under"]["worth"]));
        }
        app.stop().await;
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    insta::assert_snapshot!(answers[0]);
}

#[tokio::test]
async fn values_that_are_kept_are_kept_in_a_portfolio_too() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let kept = json!({"table": TABLE, "redistribution": "none"});
        govern(&app, &body_with("kept", "1", kept), 3).await;
        govern(
            &app,
            &body_with(
                "draft",
                "1",
                json!({"table": TABLE, "redistribution": "allowed"}),
            ),
            1,
        )
        .await;
        let contract = scene.add_contract(&app, json!({})).await;
        let one = json!([{"measure": "volunteering-hours", "quantity": "1"}]);
        submit(&app, &contract, "2026-27-Q1", one).await;
        let holder = app.key_of("commissioner", &[&scene.anchors[0]]).await;
        let supplier = app.key_of("supplier", &[&scene.supplier]).await;
        let analyst = app.key_of("analyst", &[]).await;
        for key in [&holder, &supplier, &analyst] {
            let body = json!({"edition": "kept/1", "stage": ["claimed"]}).to_string();
            let refused = app.with_key(key, "POST", PORTFOLIO, Some(&body)).await;
            assert_eq!(refused.status, 403, "{}", refused.text);
            assert_eq!(refused.code(), "values_kept");
            assert!(!refused.text.contains("21.37"), "{}", refused.text);
        }
        // Nobody's values are told where nothing of theirs is used.
        let body = json!({"edition": "kept/1", "stage": ["verified"]}).to_string();
        let nothing = app.with_key(&analyst, "POST", PORTFOLIO, Some(&body)).await;
        assert_eq!(nothing.json()["rows"], json!([]), "{}", nothing.text);
        let all = under(&app, &app.first_key, "kept/1", json!({})).await;
        assert_eq!(all["totals"][0]["under"]["worth"], "21.37", "{all}");
        // A draft may be tried by whoever reads drafts, and is not there for others.
        let draft = under(&app, &analyst, "draft/1", json!({})).await;
        assert_eq!(draft["totals"][0]["under"]["worth"], "21.37");
        let body = json!({"edition": "draft/1", "stage": ["claimed"]}).to_string();
        let hidden = app
            .with_key(&supplier, "POST", PORTFOLIO, Some(&body))
            .await;
        assert_eq!(
            hidden.faults(),
            [("/edition".to_owned(), "unknown_edition".to_owned())]
        );
        // Who reaches nothing sees nothing.
        let stranger = app.key_of("commissioner", &[&scene.anchors[2]]).await;
        let nothing = under(&app, &stranger, "open-uk/2026", json!({})).await;
        assert_eq!(nothing["rows"], json!([]));
        app.stop().await;
    }
}

#[tokio::test]
async fn what_is_asked_wrongly_is_told_at_once() {
    for app in App::on_each().await {
        let body = json!({
            "edition": "nowhere/1", "by": ["measure", "colour", "measure"], "stage": ["verified", "paid", "verified"],
            "from": "2026-13-01", "to": "yesterday", "taxonomy": "none", "place": "atlantis", "contract": "c",
            "anchor_institution": "a", "supplier": "s", "rests_on": "nowhere/2", "strange": 1
        });
        let refused = app.post(PORTFOLIO, &body).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        let mut faults: Vec<String> = refused
            .faults()
            .into_iter()
            .map(|(at, code)| format!("{at} {code}"))
            .collect();
        faults.sort();
        let expected = [
            "/anchor_institution unknown_organisation",
            "/by duplicate_word",
            "/by/1 unknown_word",
            "/contract unknown_contract",
            "/edition unknown_edition",
            "/from not_a_day",
            "/place unknown_place",
            "/rests_on unknown_edition",
            "/stage/1 unknown_word",
            "/stage/2 duplicate_word",
            "/strange unknown_field",
            "/supplier unknown_organisation",
            "/taxonomy unknown_taxonomy",
            "/to not_a_day",
        ];
        assert_eq!(faults, expected, "{}", refused.text);
        for (body, fault) in [
            (json!({}), "/edition field_missing"),
            (json!({"edition": 7}), "/edition wrong_type"),
            (
                json!({"edition": "open-uk/2026", "by": "measure"}),
                "/by wrong_type",
            ),
            (
                json!({"edition": "open-uk/2026", "by": vec!["measure"; 21]}),
                "/by too_many",
            ),
            (
                json!({"edition": "open-uk/2026", "from": "2026-04-02", "to": "2026-04-01"}),
                "/to days_disordered",
            ),
            (
                json!({"edition": "../../etc/passwd"}),
                "/edition unknown_edition",
            ),
        ] {
            let refused = app.post(PORTFOLIO, &body).await;
            assert_eq!(refused.status, 422, "{body}: {}", refused.text);
            let faults: Vec<String> = refused
                .faults()
                .into_iter()
                .map(|(at, code)| format!("{at} {code}"))
                .collect();
            assert!(faults.contains(&fault.to_owned()), "{body}: {faults:?}");
        }
        app.stop().await;
    }
}
