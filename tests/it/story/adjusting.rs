//! V9: a commissioner adjusts one commitment otherwise than the edition, with a reason; lines of returns keep to it, and
//! name both.

use serde_json::{Value, json};

use super::{books_are_clean, measure, value};
use crate::support::app::App;
use crate::support::scene::{Scene, added, decide, return_of, submit};

const PROGRAMME: &str = "employment-programme";

async fn stages(app: &App, contract: &str, code: &str) -> Vec<Value> {
    let value = value(app, contract).await;
    let one = measure(&value, code).clone();
    let worth = |stage: &str| one["stages"][stage]["worth"].clone();
    vec![worth("committed"), worth("claimed"), worth("verified")]
}

async fn amend(app: &App, commitment: &str, on: &str, adjustments: Value) {
    let body =
        json!({"effective_on": on, "reason": "The new evaluation", "adjustments": adjustments});
    let answer = app.post(&format!("{commitment}/amendments"), &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

#[tokio::test]
async fn what_is_adjusted_holds_from_its_day_on_and_both_are_named() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let edition = json!({"proxy_edition": "methods/1"});
        let contract = scene.add_contract(&app, edition).await;
        let promised = json!({
            "measure": PROGRAMME, "target": "40", "adjustments": {"deadweight": "0.5"},
            "adjusted_because": "Half of those in our place find work by themselves"
        });
        let commitments = format!("{contract}/commitments");
        let made = app.post(&commitments, &promised).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(made.json()["adjustments"]["deadweight"], "0.5");
        // 8,500 x 0.5 x 0.7 = 2,975, and 2,082.50 / 1.035 a year later: 4,987.077294685990 each.
        submit(
            &app,
            &contract,
            "2026-27-Q1",
            json!([{"measure": PROGRAMME, "quantity": "10"}]),
        )
        .await;
        decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        let expected = ["199483.08", "49870.77", "49870.77"];
        assert_eq!(stages(&app, &contract, PROGRAMME).await, expected);
        let working = app
            .get(&format!("{contract}/returns/2026-27-Q1/working"))
            .await;
        let line = &working.json()["lines"][0]["claimed"];
        let part = &line["parts"][0];
        assert_eq!(part["unit_value"]["net"]["central"], "4987.07729468599");
        assert_eq!(
            part["overridden"]["edition_net"]["central"],
            "5984.492753623188"
        );
        assert_eq!(
            part["overridden"]["edition_adjustments"]["deadweight"],
            "0.4"
        );
        let steps = line["steps"].as_array().unwrap();
        let told = steps
            .iter()
            .find(|step| step["kind"] == "override")
            .unwrap();
        assert_eq!(
            told["text"],
            "commitment 1 has deadweight 0.5 instead of 0.4, because: Half of those in our place find work by themselves; by the edition the net unit value is £5984.492753623188"
        );
        books_are_clean(&app, "adjusted").await;

        // Back to the edition from July on: the first quarter keeps what held.
        let first = format!("{commitments}/1");
        amend(&app, &first, "2026-07-01", json!({})).await;
        submit(
            &app,
            &contract,
            "2026-27-Q2",
            json!([{"measure": PROGRAMME, "quantity": "10"}]),
        )
        .await;
        let expected = ["229405.56", "109715.70", "49870.77"];
        assert_eq!(stages(&app, &contract, PROGRAMME).await, expected);
        assert!(app.get(&first).await.json()["adjustments"].is_null());
        books_are_clean(&app, "back to the edition").await;

        // From the first day on: what was claimed is reversed and stated anew.
        let second = added(
            &app,
            &commitments,
            &json!({"measure": "older-programme", "target": "4"}),
        )
        .await;
        submit(
            &app,
            &contract,
            "2026-27-Q3",
            json!([{"measure": "older-programme", "quantity": "1"}]),
        )
        .await;
        assert_eq!(
            stages(&app, &contract, "older-programme").await[1],
            "1374.08"
        );
        let second = format!("{commitments}/{second}");
        amend(&app, &second, "2026-04-01", json!({"deadweight": "1"})).await;
        let expected = ["0.00", "0.00", "0.00"];
        assert_eq!(stages(&app, &contract, "older-programme").await, expected);
        books_are_clean(&app, "adjusted after the claim").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn what_does_not_fit_the_measure_is_not_adjusted() {
    let app = App::start(crate::support::databases::sqlite()).await;
    let scene = Scene::set(&app).await;
    let contract = scene
        .add_contract(&app, json!({"proxy_edition": "methods/1"}))
        .await;
    let commitments = format!("{contract}/commitments");
    for (measure, changes, because, faults) in [
        (
            PROGRAMME,
            json!({"multiplier": "1.2"}),
            Some("So"),
            vec![("/adjustments/multiplier", "multiplier_does_not_fit")],
        ),
        (
            "local-pound",
            json!({"deadweight": "0.2"}),
            Some("So"),
            vec![("/adjustments/deadweight", "adjusted_twice")],
        ),
        (
            "local-pound",
            json!({"duration_years": 2, "discounted_by": "discount-rates/standard"}),
            Some("So"),
            vec![("/adjustments/duration_years", "duration_does_not_fit")],
        ),
        (
            PROGRAMME,
            json!({"deadweight": "0.2"}),
            None,
            vec![("/adjusted_because", "field_missing")],
        ),
        (
            PROGRAMME,
            json!({"deadweight": "1.2", "discounted_by": "my-rates/own"}),
            Some("So"),
            vec![("/adjustments/deadweight", "not_a_part")],
        ),
        (
            PROGRAMME,
            json!({"discounted_by": "my-rates/own"}),
            Some("So"),
            vec![("/adjustments/discounted_by", "unknown_schedule")],
        ),
    ] {
        let mut body = json!({"measure": measure, "target": "4", "adjustments": changes});
        if let Some(because) = because {
            body["adjusted_because"] = json!(because);
        }
        let answer = app.post(&commitments, &body).await;
        let faults: Vec<(String, String)> = faults
            .into_iter()
            .map(|(at, code)| (at.to_owned(), code.to_owned()))
            .collect();
        assert_eq!(answer.faults(), faults, "{body}");
    }
    let uk = scene.add_contract(&app, json!({"reference": "C-2"})).await;
    let body = json!({
        "measure": "spend-local", "target": "4", "adjustments": {"deadweight": "0.2"}, "adjusted_because": "So"
    });
    let answer = app.post(&format!("{uk}/commitments"), &body).await;
    assert_eq!(
        answer.faults(),
        [("/adjustments".to_owned(), "nothing_to_adjust".to_owned())]
    );

    // Two commitments of one measure and place say one thing.
    added(
        &app,
        &commitments,
        &json!({"measure": PROGRAMME, "target": "4"}),
    )
    .await;
    let other = json!({
        "measure": PROGRAMME, "target": "4", "counted_separately": "Another cohort",
        "adjustments": {"deadweight": "0.2"}, "adjusted_because": "So"
    });
    let answer = app.post(&commitments, &other).await;
    assert_eq!(
        answer.faults(),
        [("/adjustments".to_owned(), "adjustments_differ".to_owned())]
    );
    app.stop().await;
}

#[tokio::test]
async fn a_share_and_a_part_due_to_others_go_together_only_where_somebody_says_why() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene
            .add_contract(&app, json!({"proxy_edition": "methods/1"}))
            .await;
        let path = format!("{contract}/returns/2026-27-Q1");
        let line = json!({"measure": PROGRAMME, "quantity": "10", "contract_share": "1/2"});
        let put = app.put(&path, &return_of(json!([line]))).await.json();
        let stops = &put["stops_submission"][0];
        assert_eq!(stops["code"], "share_and_attribution", "{put}");
        assert_eq!(stops["pointer"], "/lines/0/contract_share");
        let refused = app.post(&format!("{path}/submission"), &json!({})).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        let reason = "The share is of the room, the rest of the effect is due to the college";
        let line = json!([{
            "measure": PROGRAMME, "quantity": "10", "contract_share": "1/2", "share_and_attribution": reason
        }]);
        submit(&app, &contract, "2026-27-Q1", line).await;
        assert_eq!(
            app.get(&path).await.json()["lines"][0]["share_and_attribution"],
            reason
        );
        assert_eq!(stages(&app, &contract, PROGRAMME).await[1], "29922.46");
        books_are_clean(&app, "both").await;
        app.stop().await;
    }
}

/// Two cohorts in two places: a line keeps to the commitment of its place, or to the one for everywhere.
#[tokio::test]
async fn a_line_keeps_to_the_commitment_of_its_place() {
    let app = App::start(crate::support::databases::sqlite()).await;
    let scene = Scene::set(&app).await;
    let contract = scene
        .add_contract(&app, json!({"proxy_edition": "methods/1"}))
        .await;
    let commitments = format!("{contract}/commitments");
    let there = json!({
        "measure": PROGRAMME, "target": "4", "place": "halton", "adjustments": {"deadweight": "0.5"},
        "adjusted_because": "A survey in Halton"
    });
    added(&app, &commitments, &there).await;
    let of = async |period: &str, lines: Value| -> Vec<Value> {
        submit(&app, &contract, period, lines).await;
        let working = app
            .get(&format!("{contract}/returns/{period}/working"))
            .await
            .json();
        let lines = working["lines"].as_array().unwrap().iter();
        lines.map(|line| line["claimed"]["worth"].clone()).collect()
    };
    let nowhere = json!([{"measure": PROGRAMME, "quantity": "1"}]);
    assert_eq!(
        of("2026-27-Q1", nowhere.clone()).await,
        ["4987.08"],
        "the only one is meant"
    );
    let elsewhere =
        json!({"measure": PROGRAMME, "target": "4", "counted_separately": "Another cohort"});
    added(&app, &commitments, &elsewhere).await;
    let lines = json!([
        {"measure": PROGRAMME, "quantity": "1", "place": "halton"},
        {"measure": PROGRAMME, "quantity": "1", "place": "liverpool"},
        {"measure": PROGRAMME, "quantity": "1"}
    ]);
    assert_eq!(
        of("2026-27-Q2", lines).await,
        ["4987.08", "5984.49", "5984.49"]
    );
    // What was claimed for nowhere is valued anew, as a commitment for everywhere came.
    let working = app
        .get(&format!("{contract}/returns/2026-27-Q1/working"))
        .await
        .json();
    assert_eq!(working["lines"][0]["claimed"]["worth"], "5984.49");
    books_are_clean(&app, "two cohorts").await;
    app.stop().await;
}
