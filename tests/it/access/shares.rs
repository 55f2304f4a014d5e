//! Roll-ups add up what one may see, and nothing else: of contracts supplied all, of contracts held the own part.

use std::collections::BTreeMap;

use serde_json::Value;

use super::secrets::Secretive;
use crate::support::app::App;
use crate::support::databases::databases;

const STAGES: &str = "stage=committed,claimed,evidenced,verified";
const DIMENSIONS: &[&str] = &[
    "anchor_institution",
    "supplier",
    "contract",
    "theme",
    "outcome",
    "measure",
    "place",
    "period",
    "financial_year",
    "column",
    "stage",
    "anchor_institution,contract",
    "supplier,measure,period",
    "measure,stage",
];

/// Rows and totals.
async fn rolled(app: &App, key: &str, by: &str, filter: &str) -> (Value, Value) {
    let path = format!("/v1/roll-ups?by={by}&{STAGES}&limit=200{filter}");
    let answer = app.with_key(key, "GET", &path, None).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let json = answer.json();
    assert_eq!(json.get("next_cursor"), None, "{path}");
    (json["rows"].clone(), json["totals"].clone())
}

fn pence(worth: &Value) -> i64 {
    worth
        .as_str()
        .map_or(0, |text| text.replace('.', "").parse().unwrap())
}

/// Worth in pence and valued lines by stage, basis and column, added up here.
fn added_up(rows: &Value) -> BTreeMap<String, (i64, i64)> {
    let mut sums = BTreeMap::new();
    for row in rows.as_array().unwrap() {
        let apart = format!("{} {} {}", row["stage"], row["basis"], row["column"]);
        let sum: &mut (i64, i64) = sums.entry(apart).or_default();
        sum.0 += pence(&row["worth"]);
        sum.1 += row["lines"]["valued"].as_i64().unwrap();
    }
    sums
}

/// The rows of a roll-up by anchor institution and contract that are somebody's.
fn only(rows: &Value, is_own: impl Fn(&str, &str) -> bool) -> Value {
    let id = |row: &Value, dimension: &str| row["by"][dimension]["id"].as_str().unwrap().to_owned();
    let rows = rows.as_array().unwrap().iter();
    let own = rows.filter(|row| is_own(&id(row, "anchor_institution"), &id(row, "contract")));
    own.cloned().collect()
}

#[tokio::test]
async fn a_supplier_sees_the_sum_of_its_own_contracts() {
    for database in databases() {
        let scene = Secretive::on(database).await;
        let (town, app) = (&scene.town, &scene.town.app);
        let key = app.key_of("supplier", &[&town.able]).await;
        let filter = format!("&supplier={}", town.able);
        for by in DIMENSIONS {
            let own = rolled(app, &key, by, "").await;
            assert_ne!(own.0, serde_json::json!([]), "{by}");
            let of_all = rolled(app, &app.first_key, by, &filter).await;
            assert_eq!(own, of_all, "{by}");
        }
        // And of contracts one by one, without asking for a supplier.
        let all = rolled(app, &app.first_key, "contract,anchor_institution", "").await;
        let ours =
            |_: &str, contract: &str| scene.alpha.iter().any(|path| path.ends_with(contract));
        let by_hand = added_up(&only(&all.0, ours));
        let worths = |sums: &BTreeMap<String, (i64, i64)>| {
            let worths = sums.iter().map(|(apart, sum)| (apart.clone(), sum.0));
            worths.collect::<BTreeMap<_, _>>()
        };
        let totals = added_up(&rolled(app, &key, "contract", "").await.1);
        assert_eq!(worths(&totals), worths(&by_hand));
        scene.town.app.stop().await;
    }
}

#[tokio::test]
async fn a_commissioner_sees_its_own_part_alone() {
    for database in databases() {
        let scene = Secretive::on(database).await;
        let (town, app) = (&scene.town, &scene.town.app);
        let all = rolled(app, &app.first_key, "contract,anchor_institution", "").await;
        // The first holder of the shared contracts, and the second.
        for holder in [&town.council, &town.hospital] {
            let key = app.key_of("commissioner", &[holder]).await;
            let filter = format!("&anchor_institution={holder}");
            for by in DIMENSIONS {
                let own = rolled(app, &key, by, "").await;
                assert_ne!(own.0, serde_json::json!([]), "{by}");
                let of_all = rolled(app, &app.first_key, by, &filter).await;
                assert_eq!(own, of_all, "{by}");
            }
            let by_hand = added_up(&only(&all.0, |anchor, _| anchor == holder));
            let totals = added_up(&rolled(app, &key, "contract", "").await.1);
            assert_eq!(totals, by_hand);
            assert!(by_hand.values().any(|(_, lines)| *lines > 0));
        }
        scene.town.app.stop().await;
    }
}

/// A supplier of some contracts who is a commissioner of others: each as it would be alone, and no line twice.
#[tokio::test]
async fn a_person_of_two_roles_sees_both_parts() {
    for database in databases() {
        let scene = Secretive::on(database).await;
        let (town, app) = (&scene.town, &scene.town.app);
        let held = town.agreed("HELD", &town.former, &town.baker).await;
        let line =
            serde_json::json!([{"line": "1", "measure": "volunteering-hours", "quantity": "7"}]);
        crate::support::scene::submit(app, &held, "2026-27-Q1", line).await;
        let both = town.person(
            "both",
            &["sells", "buys"],
            &[&scene.bravo_works],
            &[&town.former],
        );
        let supplier = app.key_of("supplier", &[&scene.bravo_works]).await;
        let commissioner = app.key_of("commissioner", &[&town.former]).await;
        for by in DIMENSIONS {
            let (_, totals) = rolled(app, &both, by, "").await;
            let mut expected = added_up(&rolled(app, &supplier, by, "").await.1);
            for (apart, (worth, lines)) in added_up(&rolled(app, &commissioner, by, "").await.1) {
                let sum = expected.entry(apart).or_default();
                *sum = (sum.0 + worth, sum.1 + lines);
            }
            assert_eq!(added_up(&totals), expected, "{by}");
        }
        scene.town.app.stop().await;
    }
}
