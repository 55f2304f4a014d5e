//! One contract of three anchor institutions at a third each, from its commitments through four quarters of
//! returns sent back, accepted, corrected and rejected, to its amendments.
//!
//! The unit values, worked out by hand from the published tables:
//!
//! | one | pounds |
//! |---|---|
//! | local job for a year | 39,039 |
//! | volunteer hour | 17.96 x 100 / 102.4291 = 17.534079670719 |
//! | pound given | 1 |
//! | tonne in 2026 | 277.22 x 100 / 89.8006 = 308.706177909724 |
//! | tonne in 2027 | 281.44 x 100 / 89.8006 = 313.405478359833 |
//! | car mile | 0.00026915 tonnes |

use serde_json::{Value, json};

use super::{STAGES, books_are_clean, by_anchor, measure, pence, value};
use crate::support::app::{Answer, App, same_on_each};
use crate::support::scene::{Scene, added, decide, submit};

/// The three columns that this contract touches.
const COLUMNS: [&str; 3] = ["local_economic", "effort", "social"];

/// Checks the four totals (committed, claimed, evidenced, verified), each by column, and that the anchor
/// institutions together hold exactly that; and that the books are clean.
async fn totals_are(app: &App, contract: &str, step: &str, expected: [[&str; 3]; 4]) {
    let shown = value(app, contract).await;
    let shares = by_anchor(app, "").await;
    for (stage, columns) in STAGES.iter().zip(expected) {
        for (column, worth) in COLUMNS.iter().zip(columns) {
            let found = &shown["columns"][column][stage]["worth"];
            assert_eq!(found, worth, "{step}: {stage} {column}");
            let key = ((*stage).to_owned(), (*column).to_owned());
            let held: i64 = shares
                .get(&key)
                .into_iter()
                .flat_map(|held| held.values())
                .sum();
            assert_eq!(
                held,
                pence(found),
                "{step}: {stage} {column} by anchor institution"
            );
        }
        assert_eq!(shown["columns"]["fiscal"][stage]["worth"], "0.00");
    }
    books_are_clean(app, step).await;
}

async fn commit(app: &App, contract: &str) {
    for body in [
        json!({"measure": "local-job-fte", "target": "12", "kpi": true}),
        json!({"measure": "community-project", "components": {"cash": "2000", "hours": "100"}}),
        json!({"measure": "car-miles-saved", "target": "40000"}),
        json!({"measure": "paid-within-30-days", "target": "95"}),
        json!({"measure": "donation-cash", "target": "4000"}),
        json!({"measure": "volunteering-hours", "target": "400"}),
    ] {
        added(app, &format!("{contract}/commitments"), &body).await;
    }
}

fn first_quarter(jobs: &str, donation: &str) -> Value {
    let link = |name: &str| json!([{"link": format!("https://example.org/{name}")}]);
    json!([
        {"line": "jobs", "measure": "local-job-fte", "quantity": jobs, "evidence": link("payroll")},
        {"line": "garden", "measure": "community-project", "components": {"cash": "500", "hours": "20"}, "evidence": link("garden")},
        {"line": "miles", "measure": "car-miles-saved", "quantity": "9000",
            "evidence": [{"link": "https://example.org/tracking", "quantity": "8000"}]},
        {"line": "paid", "measure": "paid-within-30-days", "numerator": "46", "denominator": "48"},
        {"line": "gift", "measure": "donation-cash", "quantity": donation},
        {"line": "hours", "measure": "volunteering-hours", "quantity": "100"}
    ])
}

/// A quarter of the commitments is 3 job-years (£117,117.00), £500 and 25 hours (£938.35), 10,000 miles
/// (2.6915 t: £830.88 in 2026, £843.53 in 2027), £1,000 and 100 hours (£1,753.41).
const COMMITTED: [&str; 3] = ["468468.00", "14767.04", "3336.17"];
const NONE: [&str; 3] = ["0.00", "0.00", "0.00"];

/// The first quarter: sent back, handed in again, accepted with fewer miles, corrected, the correction rejected.
async fn first(app: &App, contract: &str) {
    let period = "2026-27-Q1";
    submit(app, contract, period, first_quarter("12", "1000")).await;
    // 12 posts for 3 months; £500 + 20 h = £850.68, £1,000, 100 h; 9,000 miles = 2.42235 t, 8,000 with evidence.
    let claimed = ["117117.00", "3604.09", "747.79"];
    let evidenced = ["117117.00", "850.68", "664.71"];
    totals_are(
        app,
        contract,
        "submitted",
        [COMMITTED, claimed, evidenced, NONE],
    )
    .await;
    let back = json!({"decision": "send_back", "reason": "One post left in June"});
    decide(app, contract, period, back).await;
    totals_are(app, contract, "sent back", [COMMITTED, NONE, NONE, NONE]).await;
    submit(app, contract, period, first_quarter("11", "1000")).await;
    let claimed = ["107357.25", "3604.09", "747.79"];
    let evidenced = ["107357.25", "850.68", "664.71"];
    totals_are(
        app,
        contract,
        "handed in again",
        [COMMITTED, claimed, evidenced, NONE],
    )
    .await;
    let lower = json!({"decision": "accept", "lines": [{"line": "miles", "accepted_quantity": "8500", "reason": "Trips of another contract"}]});
    decide(app, contract, period, lower).await;
    let accepted = ["107357.25", "3604.09", "706.25"];
    totals_are(
        app,
        contract,
        "accepted",
        [COMMITTED, claimed, evidenced, accepted],
    )
    .await;
    submit(app, contract, period, first_quarter("11", "1200")).await;
    let corrected = ["107357.25", "3804.09", "747.79"];
    totals_are(
        app,
        contract,
        "corrected",
        [COMMITTED, corrected, evidenced, accepted],
    )
    .await;
    let no = json!({"decision": "reject", "reason": "Of the second quarter"});
    decide(app, contract, period, no).await;
    totals_are(
        app,
        contract,
        "correction rejected",
        [COMMITTED, claimed, evidenced, accepted],
    )
    .await;
}

/// The other three: accepted as claimed, accepted, and only handed in.
async fn others(app: &App, contract: &str) {
    let second = json!([
        {"measure": "local-job-fte", "quantity": "12.5"},
        {"measure": "community-project", "components": {"cash": "250", "hours": "40"}},
        {"measure": "car-miles-saved", "quantity": "12000"},
        {"measure": "paid-within-30-days", "numerator": "40", "denominator": "52"},
        {"measure": "volunteering-hours", "quantity": "80.5", "evidence": [{"link": "https://example.org/log", "quantity": "90"}]}
    ]);
    submit(app, contract, "2026-27-Q2", second).await;
    decide(app, contract, "2026-27-Q2", json!({"decision": "accept"})).await;
    let claimed = ["229354.13", "5966.94", "1744.85"];
    let evidenced = ["107357.25", "2262.17", "664.71"];
    let accepted = ["229354.13", "5966.94", "1703.31"];
    totals_are(
        app,
        contract,
        "second quarter",
        [COMMITTED, claimed, evidenced, accepted],
    )
    .await;
    submit(
        app,
        contract,
        "2026-27-Q3",
        json!([{"measure": "local-job-fte", "quantity": "13"}]),
    )
    .await;
    decide(app, contract, "2026-27-Q3", json!({"decision": "accept"})).await;
    let last = json!([
        {"measure": "local-job-fte", "quantity": "14"},
        {"measure": "donation-cash", "quantity": "0.05"},
        {"measure": "car-miles-saved", "quantity": "1000"}
    ]);
    submit(app, contract, "2026-27-Q4", last).await;
    totals_are(
        app,
        contract,
        "fourth quarter",
        [COMMITTED, CLAIMED, evidenced, VERIFIED],
    )
    .await;
}

/// Jobs of 11, 12.5, 13 and 14 for a quarter each; the fourth is only handed in.
const CLAIMED: [&str; 3] = ["492867.38", "5966.99", "1829.20"];
const VERIFIED: [&str; 3] = ["356230.88", "5966.94", "1703.31"];
const EVIDENCED: [&str; 3] = ["107357.25", "2262.17", "664.71"];

/// The contract ends a quarter later and is shared otherwise from January on; then more jobs are promised.
async fn amended(app: &App, scene: &Scene, contract: &str) {
    let shares = json!([
        {"organisation": scene.anchors[0], "share": "1/2"}, {"organisation": scene.anchors[1], "share": "1/4"},
        {"organisation": scene.anchors[2], "share": "1/4"}
    ]);
    let later = json!({"effective_on": "2027-01-01", "reason": "A quarter longer", "ends_on": "2027-06-30", "anchor_institutions": shares});
    let before = by_anchor(app, "&to=2026-12-31").await;
    added(app, &format!("{contract}/amendments"), &later).await;
    // What is left for January to June is spread over two quarters: miles of £843.53 become two times £421.77.
    let committed = ["468468.00", "14767.04", "3336.18"];
    totals_are(
        app,
        contract,
        "amended",
        [committed, CLAIMED, EVIDENCED, VERIFIED],
    )
    .await;
    assert_eq!(
        by_anchor(app, "&to=2026-12-31").await,
        before,
        "the year before is shared as it was"
    );
    let held = by_anchor(app, "&from=2027-01-01&to=2027-03-31").await;
    let jobs = &held[&("claimed".to_owned(), "local_economic".to_owned())];
    // £136,636.50 by halves and quarters.
    let parts: Vec<i64> = jobs.values().copied().collect();
    assert_eq!(
        (jobs["Halton Council"], parts.iter().sum::<i64>()),
        (6_831_825, 13_663_650)
    );
    assert!(
        parts
            .iter()
            .all(|part| [6_831_825, 3_415_912, 3_415_913].contains(part)),
        "{parts:?}"
    );
    let more = json!({"effective_on": "2027-04-01", "reason": "A second site", "target": "15"});
    added(app, &format!("{contract}/commitments/1/amendments"), &more).await;
    // 10.5 job-years stay promised for the quarters before, and 4.5 are left for the last one.
    let committed = ["585585.00", "14767.04", "3336.18"];
    totals_are(
        app,
        contract,
        "more promised",
        [committed, CLAIMED, EVIDENCED, VERIFIED],
    )
    .await;
}

#[tokio::test]
async fn a_contract_lives_through_its_quarters_and_amendments() {
    let mut told: Vec<Answer> = Vec::new();
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let three = json!({"anchor_institutions": scene.thirds(), "value": "2000000.00", "place": "halton"});
        let contract = scene.add_contract(&app, three).await;
        commit(&app, &contract).await;
        totals_are(&app, &contract, "committed", [COMMITTED, NONE, NONE, NONE]).await;
        first(&app, &contract).await;
        others(&app, &contract).await;
        amended(&app, &scene, &contract).await;
        let shown = value(&app, &contract).await;
        // 1,703.31 / 2,000,000; (11 + 12.5 + 13) / 4 of 15 job-years; 46 + 40 of 48 + 52.
        assert_eq!(shown["social_value_added"], json!({"ratio": "0.0009"}));
        assert_eq!(shown["social_and_local_economic_value"], "357934.19");
        let jobs = measure(&shown, "local-job-fte");
        assert_eq!(jobs["stages"]["verified"]["quantity"], "9.125");
        assert_eq!(
            jobs["delivery"],
            json!({"to_date": "0.6083", "of_life": "0.6083"})
        );
        let paid = &measure(&shown, "paid-within-30-days")["stages"]["verified"];
        assert_eq!(
            json!([paid["numerator"], paid["denominator"], paid["percent"]]),
            json!(["86", "100", "86.00"])
        );
        told.push(app.get(&format!("{contract}/value")).await);
        app.stop().await;
    }
    insta::assert_snapshot!("quarters_value", same_on_each(&told));
}
