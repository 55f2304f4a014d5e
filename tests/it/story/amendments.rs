//! What an amendment moves, and what it must not; and decisions that other returns rest on.

use serde_json::{Value, json};

use super::{books_are_clean, measure, value};
use crate::support::app::App;
use crate::support::scene::{Scene, added, decide, return_of, submit};

async fn amend(app: &App, path: &str, amendment: Value) {
    let answer = app.post(&format!("{path}/amendments"), &amendment).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

/// Pointer and code of each fault of an amendment that must be refused.
async fn refused(app: &App, path: &str, amendment: Value) -> Vec<(String, String)> {
    let answer = app.post(&format!("{path}/amendments"), &amendment).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    answer.faults()
}

fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

/// Period and quantity of a commitment's plan.
async fn plan(app: &App, commitment: &str) -> Vec<(String, String)> {
    let shown = app.get(commitment).await.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let planned = shown["plan"].as_array().unwrap().iter();
    planned
        .map(|one| (text(&one["period"]), text(&one["quantity"])))
        .collect()
}

fn years(first: &str, second: &str) -> Vec<(String, String)> {
    let pair = |period: &str, target: &str| (period.to_owned(), target.to_owned());
    vec![pair("2026-27", first), pair("2027-28", second)]
}

#[tokio::test]
async fn l2_an_amendment_holds_from_its_day_and_moves_nothing_else() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene
            .add_contract(
                &app,
                json!({"reporting": "yearly", "ends_on": "2028-03-31"}),
            )
            .await;
        let hours = json!({"measure": "volunteering-hours", "target": "20"});
        let number = added(&app, &format!("{contract}/commitments"), &hours).await;
        let commitment = format!("{contract}/commitments/{number}");
        amend(
            &app,
            &commitment,
            json!({"effective_on": "2027-04-01", "reason": "more", "target": "40"}),
        )
        .await;
        assert_eq!(plan(&app, &commitment).await, years("10", "30"));

        // Another title moves no target, and what is to hold later keeps holding later.
        amend(
            &app,
            &contract,
            json!({"effective_on": "2026-04-01", "reason": "renamed", "title": "Another title"}),
        )
        .await;
        assert_eq!(plan(&app, &commitment).await, years("10", "30"));
        let lower = json!({"effective_on": "2027-04-01", "reason": "less", "target": "5"});
        assert_eq!(
            refused(&app, &commitment, lower).await,
            fault("/target", "target_below_promised")
        );
        let earlier = json!({"effective_on": "2026-04-01", "reason": "back", "target": "50"});
        assert_eq!(
            refused(&app, &commitment, earlier).await,
            fault("/effective_on", "before_last_amendment")
        );

        // An end that leaves some of the target without a period waits for the target.
        let shorter =
            json!({"effective_on": "2027-04-01", "reason": "ended", "ends_on": "2027-03-31"});
        assert_eq!(
            refused(&app, &contract, shorter.clone()).await,
            fault("/ends_on", "target_left_over")
        );
        amend(
            &app,
            &commitment,
            json!({"effective_on": "2027-04-01", "reason": "ended", "target": "10"}),
        )
        .await;
        amend(&app, &contract, shorter).await;
        assert_eq!(plan(&app, &commitment).await, years("10", "30")[..1]);
        books_are_clean(&app, "at the end").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn v12_shares_and_place_hold_from_their_day() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({"place": "halton"})).await;
        for period in ["2026-27-Q1", "2026-27-Q2"] {
            submit(
                &app,
                &contract,
                period,
                json!([{"measure": "donation-cash", "quantity": "100"}]),
            )
            .await;
            decide(&app, &contract, period, json!({"decision": "accept"})).await;
        }
        let to_another = json!({
            "effective_on": "2026-07-01", "reason": "taken over", "place": "wirral",
            "anchor_institutions": [{"organisation": scene.anchors[1], "share": "1"}]
        });
        amend(&app, &contract, to_another).await;
        let renamed =
            json!({"effective_on": "2026-05-01", "reason": "renamed", "title": "Another title"});
        assert_eq!(
            refused(&app, &contract, renamed).await,
            fault("/effective_on", "before_last_amendment")
        );
        let rolled = app
            .get("/v1/roll-ups?by=anchor_institution,place,period")
            .await
            .json();
        let row = |row: &Value| {
            let id = |dimension: &str| {
                row["by"][dimension]["id"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            };
            (
                id("period"),
                id("anchor_institution"),
                id("place"),
                row["worth"].as_str().unwrap_or_default().to_owned(),
            )
        };
        let mut rows: Vec<_> = rolled["rows"].as_array().unwrap().iter().map(row).collect();
        rows.sort();
        let expected = |period: &str, anchor: usize, place: &str| {
            (
                period.to_owned(),
                scene.anchors[anchor].clone(),
                place.to_owned(),
                "100.00".to_owned(),
            )
        };
        // What moved away leaves no row of nothing behind.
        assert_eq!(
            rows,
            [
                expected("2026-27-Q1", 0, "halton"),
                expected("2026-27-Q2", 1, "wirral")
            ]
        );
        books_are_clean(&app, "at the end").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn v5_a_return_that_others_rest_on_is_not_taken_back_under_them() {
    let hires = |starters: &str, average: &str| json!([{"measure": "into-work-jobseeker", "starters": starters, "quantity": average}]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        submit(&app, &contract, "2026-27-Q1", hires("4", "4")).await;
        submit(&app, &contract, "2026-27-Q2", hires("0", "4")).await;
        let reject = json!({"revision": 1, "decision": "reject", "reason": "not ours"});
        let first = format!("{contract}/returns/2026-27-Q1/decision");
        let answer = app.post_as_second(&first, &reject).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (409, "others_rest_on_it"),
            "{}",
            answer.text
        );
        decide(
            &app,
            &contract,
            "2026-27-Q2",
            json!({"decision": "send_back", "reason": "see the first quarter"}),
        )
        .await;
        decide(
            &app,
            &contract,
            "2026-27-Q1",
            json!({"decision": "reject", "reason": "not ours"}),
        )
        .await;

        // What was sent back cannot come again without its starters.
        let path = format!("{contract}/returns/2026-27-Q2");
        let put = app.put(&path, &return_of(hires("0", "4"))).await;
        assert_eq!(
            put.json()["stops_submission"][0]["code"],
            "first_12_months",
            "{}",
            put.text
        );
        books_are_clean(&app, "at the end").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn an_accepted_period_stays_accepted_while_a_correction_is_written() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        submit(
            &app,
            &contract,
            "2026-27-Q1",
            json!([{"measure": "donation-cash", "quantity": "100"}]),
        )
        .await;
        decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        let draft = return_of(json!([{"measure": "donation-cash", "quantity": "120"}]));
        assert_eq!(
            app.put(&format!("{contract}/returns/2026-27-Q1"), &draft)
                .await
                .status,
            200
        );
        let shown = value(&app, &contract).await;
        assert_eq!(shown["periods"][0]["state"], "accepted");
        assert_eq!(
            measure(&shown, "donation-cash")["stages"]["verified"]["worth"],
            "100.00"
        );
        app.stop().await;
    }
}
