//! Random stories in the prices of another year: every row is what its measures come to on paper, and every total is the
//! sum of its rows (V2, V10).

use std::collections::BTreeMap;

use serde_json::Value;

use super::known::Story;
use super::pence;
use crate::support::app::App;
use crate::support::forward::on_each;

/// 2026-27 over 2024-25, by the release that open-uk/2026 names.
const RATIO: (i128, i128) = (1_053_095, 1_000_000);
/// What enters at face value: by an edition, a measure.
const FACE_VALUE: (&str, &str) = ("open-uk/2026", "donation-cash");

/// Pence times the ratio, half away from zero.
fn restated(pence: i128) -> i128 {
    let upper = pence.abs() * RATIO.0 * 2 + RATIO.1;
    pence.signum() * (upper / (2 * RATIO.1))
}

async fn rows(app: &App, key: &str, path: &str) -> Value {
    let answer = app
        .with_key(key, "GET", &format!("{path}&limit=200"), None)
        .await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let read = answer.json();
    assert!(read["next_cursor"].is_null(), "{path}: more than a page");
    read
}

/// What keeps a row apart, but for its measure.
fn apart(row: &Value) -> String {
    let mut by = row["by"].clone();
    by.as_object_mut().unwrap().remove("measure");
    format!("{by} {}", of_total(row))
}

/// What keeps a total apart.
fn of_total(row: &Value) -> String {
    format!(
        "{} {} {}",
        row["stage"], row["column"], row["basis"]["edition"]
    )
}

fn all(read: &Value, name: &str) -> Vec<Value> {
    let all = read[name].as_array().unwrap().iter();
    all.filter(|one| !one["worth"].is_null()).cloned().collect()
}

#[tokio::test]
async fn v10_rows_are_restated_once_and_totals_are_their_sums() {
    for app in on_each::<14>().await {
        let mut story = Story::begin(&app, 47).await;
        for _ in 0..40 {
            story.step().await;
        }
        let mut compared = 0;
        for by in [
            "",
            "anchor_institution,",
            "contract,period,",
            "theme,supplier,",
        ] {
            for key in &story.keys {
                let asked = format!("/v1/roll-ups?stage=committed,claimed,verified&by={by}");
                let fine = rows(&app, key, &format!("{asked}measure")).await;
                let coarse = match asked.strip_suffix(',') {
                    Some(asked) => format!("{asked}&prices=2026-27"),
                    None => {
                        "/v1/roll-ups?stage=committed,claimed,verified&prices=2026-27".to_owned()
                    }
                };
                let coarse = rows(&app, key, &coarse).await;
                let mut expected: BTreeMap<String, (i128, i128)> = BTreeMap::new();
                for row in all(&fine, "rows") {
                    let sums = expected.entry(apart(&row)).or_default();
                    let worth = i128::from(pence(&row["worth"]));
                    let measure = row["by"]["measure"]["id"].as_str().unwrap();
                    let edition = row["basis"]["edition"].as_str().unwrap();
                    match (edition, measure) == FACE_VALUE {
                        true => sums.1 += worth,
                        false => sums.0 += worth,
                    }
                }
                let mut totals: BTreeMap<String, i128> = BTreeMap::new();
                for row in all(&coarse, "rows") {
                    let (real, face) = expected.remove(&apart(&row)).unwrap();
                    let made = &row["in_prices"];
                    assert_eq!(
                        i128::from(pence(&made["restated"])),
                        restated(real),
                        "{row}"
                    );
                    assert_eq!(i128::from(pence(&made["face_value"])), face, "{row}");
                    assert_eq!(i128::from(pence(&row["worth"])), restated(real) + face);
                    assert_eq!(made["provisional"], real != 0, "{row}");
                    *totals.entry(of_total(&row)).or_default() += restated(real) + face;
                    compared += 1;
                }
                assert!(expected.is_empty(), "{expected:?}");
                for total in all(&coarse, "totals") {
                    let worth = i128::from(pence(&total["worth"]));
                    assert_eq!(Some(worth), totals.remove(&of_total(&total)));
                }
                assert!(totals.is_empty(), "{totals:?}");
            }
        }
        assert!(compared > 60, "{compared} rows");
        app.stop().await;
    }
}
