//! Roll-ups that are given again: always what they would be if they were read anew, and of nobody else.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use goodmeasure::domain::moment::Moment;
use goodmeasure::http::{RollUps, Settings};
use serde_json::{Value, json};

use crate::support::app::{Answer, App, BEGIN, now, without_limits};
use crate::support::chance::Chance;
use crate::support::databases::databases;
use crate::support::scene::{Scene, added, decide, return_of, submit};

const ASKED: &str = "/v1/roll-ups?by=anchor_institution,measure&stage=claimed,verified";

/// A server that reads every roll-up anew.
fn without_cache() -> Settings {
    let most = 0;
    let roll_ups = RollUps {
        most,
        ..RollUps::default()
    };
    Settings {
        roll_ups,
        ..without_limits()
    }
}

/// A server that asks the database every time whether what it keeps still stands.
fn without_trust() -> Settings {
    let trust = Duration::ZERO;
    let roll_ups = RollUps {
        trust,
        ..RollUps::default()
    };
    Settings {
        roll_ups,
        ..without_limits()
    }
}

/// A clock of ten milliseconds a look.
fn running() -> Moment {
    static LOOKS: AtomicI64 = AtomicI64::new(0);
    Moment::from_micros(BEGIN + 10_000 * LOOKS.fetch_add(1, Ordering::Relaxed))
}

fn hours(quantity: &str) -> Value {
    json!([{"line": "1", "measure": "volunteering-hours", "quantity": quantity}])
}

/// What an answer says, but for when it was read.
fn timeless(answer: &Answer) -> (u16, Value) {
    let mut body = answer.json();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("as_of");
        fields.remove("instance");
    }
    (answer.status, body)
}

fn as_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["as_of"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_answer_is_given_again_until_something_is_written_that_it_shows() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        submit(&app, &contract, "2026-27-Q1", hours("10")).await;
        let first = app.get(ASKED).await;
        let again = app.get(ASKED).await;
        assert_eq!(first.bytes, again.bytes, "as_of and all");
        assert_eq!(first.header("etag"), again.header("etag"));

        // A draft shows nowhere, and a contract without returns neither in these figures.
        let draft = return_of(hours("7"));
        let path = format!("{contract}/returns/2026-27-Q2");
        assert_eq!(app.put(&path, &draft).await.status, 201);
        assert_eq!(as_of(&app.get(ASKED).await), as_of(&first));

        let mut last = first;
        for (period, quantity) in [("2026-27-Q2", "7"), ("2026-27-Q3", "8")] {
            submit(&app, &contract, period, hours(quantity)).await;
            let submitted = app.get(ASKED).await;
            assert_ne!(timeless(&submitted), timeless(&last));
            assert_ne!(submitted.header("etag"), last.header("etag"));
            decide(&app, &contract, period, json!({"decision": "accept"})).await;
            let decided = app.get(ASKED).await;
            assert_ne!(timeless(&decided), timeless(&submitted));
            assert_eq!(as_of(&decided), as_of(&app.get(ASKED).await));
            last = decided;
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn a_reader_that_has_it_is_told_so_until_it_changes() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        submit(&app, &contract, "2026-27-Q1", hours("10")).await;
        let first = app.get(ASKED).await;
        let tag = first.header("etag").unwrap().to_owned();
        let bearer = format!("Bearer {}", app.first_key);
        let held = [("authorization", bearer.as_str()), ("if-none-match", &tag)];
        let ask = async || app.send("GET", ASKED, &held, None).await;
        for _ in 0..2 {
            let same = ask().await;
            assert_eq!((same.status, same.text.as_str()), (304, ""));
            assert_eq!(same.header("etag"), Some(tag.as_str()));
        }
        // Read anew by another server, it is the same still.
        let other = app.start_beside(without_cache(), now).await;
        assert_eq!(other.send("GET", ASKED, &held, None).await.status, 304);
        other.stop().await;
        submit(&app, &contract, "2026-27-Q2", hours("1")).await;
        assert_eq!(ask().await.status, 200);
        app.stop().await;
    }
}

#[tokio::test]
async fn what_another_process_wrote_is_seen_when_the_trust_ends() {
    for database in databases() {
        let app = App::start_at(database, without_limits(), running).await;
        let writer = app.start_beside(without_limits(), now).await;
        let impatient = app.start_beside(without_trust(), now).await;
        let scene = Scene::set(&writer).await;
        let contract = scene.add_contract(&writer, json!({})).await;
        submit(&writer, &contract, "2026-27-Q1", hours("10")).await;
        for quantity in ["1", "2", "3"] {
            let before = app.get(ASKED).await;
            assert_eq!(timeless(&impatient.get(ASKED).await), timeless(&before));
            let period = format!("2026-27-Q{}", quantity.parse::<u8>().unwrap() + 1);
            submit(&writer, &contract, &period, hours(quantity)).await;
            let newest = timeless(&writer.get(ASKED).await);
            assert_ne!(newest, timeless(&before));
            assert_eq!(timeless(&impatient.get(ASKED).await), newest, "at once");
            // A request looks at the clock several times: 25 of them are far more than a quarter of a second.
            let mut reads = 0;
            while timeless(&app.get(ASKED).await) != newest {
                reads += 1;
                assert!(reads < 25, "it is not seen");
            }
        }
        for app in [impatient, writer, app] {
            app.stop().await;
        }
    }
}

/// Who asks: of every role, of one organisation and of several.
async fn askers(app: &App, scene: &Scene, other_supplier: &str) -> Vec<String> {
    let anchor = |number: usize| scene.anchors[number].as_str();
    let mut keys = vec![app.first_key.clone()];
    for (role, organisations) in [
        ("analyst", vec![]),
        ("commissioner", vec![anchor(0)]),
        ("commissioner", vec![anchor(1)]),
        ("commissioner", vec![anchor(0), anchor(1)]),
        ("commissioner", vec![anchor(2)]),
        ("supplier", vec![scene.supplier.as_str()]),
        ("supplier", vec![other_supplier]),
        ("supplier", vec![scene.supplier.as_str(), other_supplier]),
    ] {
        keys.push(app.key_of(role, &organisations).await);
    }
    keys
}

/// What is asked, good and bad.
fn questions(scene: &Scene, other_supplier: &str, contracts: &[String]) -> Vec<String> {
    let id = |path: &String| path.rsplit('/').next().unwrap().to_owned();
    let mut questions = vec![
        String::new(),
        "?by=anchor_institution".to_owned(),
        "?by=supplier,contract".to_owned(),
        "?by=measure,period&stage=committed,claimed,evidenced,verified".to_owned(),
        "?by=place,theme&stage=claimed&limit=1".to_owned(),
        "?by=anchor_institution&stage=claimed&limit=1".to_owned(),
        "?by=anchor_institution&limit=1&stage=claimed".to_owned(),
        "?by=theme&colour=red".to_owned(),
        format!("?by=contract&supplier={}&stage=claimed", scene.supplier),
        format!("?by=contract&supplier={other_supplier}&stage=claimed"),
    ];
    for anchor in &scene.anchors {
        questions.push(format!(
            "?by=measure&anchor_institution={anchor}&stage=claimed"
        ));
    }
    for contract in contracts {
        questions.push(format!(
            "?by=anchor_institution&contract={}&stage=claimed",
            id(contract)
        ));
    }
    questions
}

/// Writes something: mostly figures, sometimes what only has a name.
async fn write(app: &App, chance: &mut Chance, scene: &Scene, contracts: &[String], turn: usize) {
    let contract = &contracts[chance.below(contracts.len())];
    let period = format!("2026-27-Q{}", chance.below(4) + 1);
    let path = format!("{contract}/returns/{period}");
    let quantity = (chance.below(90) + 1).to_string();
    match chance.below(6) {
        0 => {
            let body = json!({"name": format!("Body {turn}"), "kind": "business"});
            added(app, "/v1/organisations", &body).await;
        }
        1 => {
            let terms = json!({"reference": format!("C-{turn}-more")});
            scene.add_contract(app, terms).await;
        }
        2 => {
            let shares = [
                scene.thirds(),
                json!([{"organisation": scene.anchors[1], "share": "1"}]),
            ];
            let body = json!({"effective_on": "2026-04-01", "reason": "As agreed",
                "anchor_institutions": shares[chance.below(2)]});
            added(app, &format!("{contract}/amendments"), &body).await;
        }
        _ => {
            // What is decided already takes no new figures, which is an answer too.
            let put = app.put(&path, &return_of(hours(&quantity))).await;
            assert!([200, 201, 409].contains(&put.status), "{}", put.text);
            app.post(&format!("{path}/submission"), &json!({})).await;
            let decision = json!({"revision": 1, "decision": (["accept", "send_back"][chance.below(2)]), "reason": "x"});
            app.post_as_second(&format!("{path}/decision"), &decision)
                .await;
        }
    }
}

#[tokio::test]
async fn whoever_asks_whatever_is_told_what_would_be_read_anew() {
    for app in App::on_each().await {
        let anew = app.start_beside(without_cache(), now).await;
        let impatient = app.start_beside(without_trust(), now).await;
        let scene = Scene::set(&app).await;
        let body = json!({"name": "Baker Roofing Ltd", "kind": "business"});
        let other_supplier = added(&app, "/v1/organisations", &body).await;
        let mut contracts = vec![scene.add_contract(&app, json!({})).await];
        let shared = json!({"reference": "C-2", "anchor_institutions": scene.thirds()});
        contracts.push(scene.add_contract(&app, shared).await);
        let others = json!({"reference": "C-3", "supplier": other_supplier,
            "anchor_institutions": [{"organisation": scene.anchors[1], "share": "1"}]});
        contracts.push(scene.add_contract(&app, others).await);
        let keys = askers(&app, &scene, &other_supplier).await;
        let questions = questions(&scene, &other_supplier, &contracts);
        let mut chance = Chance(7);
        let (mut answered, mut again) = (0, 0);
        for turn in 0..24 {
            // What another process writes is seen at once only by whoever trusts nothing.
            let own = turn % 3 > 0;
            let writer = if own { &app } else { &anew };
            write(writer, &mut chance, &scene, &contracts, turn).await;
            for _ in 0..24 {
                let key = &keys[chance.below(keys.len())];
                let path = format!("/v1/roll-ups{}", questions[chance.below(questions.len())]);
                let expected = anew.with_key(key, "GET", &path, None).await;
                let reader = if own && chance.below(2) == 0 {
                    &app
                } else {
                    &impatient
                };
                let first = reader.with_key(key, "GET", &path, None).await;
                let second = reader.with_key(key, "GET", &path, None).await;
                assert_eq!(timeless(&first), timeless(&expected), "{path}");
                assert_eq!(timeless(&second), timeless(&expected), "{path}");
                assert_eq!(first.header("etag"), expected.header("etag"));
                if first.status == 200 {
                    answered += 1;
                    again += usize::from(first.bytes == second.bytes);
                }
            }
        }
        assert!(answered > 300, "{answered}");
        assert_eq!(again, answered, "the second is the first, as_of and all");
        for app in [impatient, anew, app] {
            app.stop().await;
        }
    }
}
