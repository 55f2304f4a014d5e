//! `/v1/contracts/{id}/commitments`.

use serde_json::{Value, json};

use crate::support::app::{App, same_on_each};
use crate::support::scene::{Scene, added, submit};

#[tokio::test]
async fn a_commitment_is_made_read_listed_and_amended() {
    let (mut made, mut amended, mut amendment) = (vec![], vec![], vec![]);
    let (mut listed, mut amendments) = (vec![], vec![]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene
            .add_contract(&app, json!({"starts_on": "2026-05-16"}))
            .await;
        let path = format!("{contract}/commitments");
        let jobs =
            json!({"measure": "local-job-fte", "target": "12.5", "kpi": true, "place": "halton"});
        let answer = app.post(&path, &jobs).await;
        assert_eq!(
            answer.header("location"),
            Some(format!("{path}/1").as_str())
        );
        assert_eq!(app.get(&format!("{path}/1")).await.json(), answer.json());
        made.push(answer);
        for body in [
            json!({"measure": "community-project", "components": {"cash": "1000", "expert-hours": "7.5"}}),
            json!({"measure": "school-engagement-hours", "target": "600", "components": {"staff-hours": "30"}}),
            json!({"measure": "carbon-reduction-plan", "answer": true}),
            json!({"measure": "paid-within-30-days", "target": "95"}),
            json!({"measure": "staff-wellbeing-access", "target": "40"}),
            json!({"measure": "local-job-supply-chain-fte", "targets": [
                {"period": "2026-27-Q4", "quantity": "2"}, {"period": "2026-27-Q2", "quantity": "0"}]}),
            json!({"measure": "carbon-saved", "target": "-1.5"}),
            json!({"measure": "car-miles-saved", "target": "10000", "counted_separately": "Other vehicles"}),
        ] {
            added(&app, &path, &body).await;
        }
        listed.push(app.get(&path).await);
        let first = app.get(&format!("{path}?limit=5")).await.json();
        let next = first["next_cursor"].as_str().unwrap();
        let rest = app
            .get(&format!("{path}?limit=5&cursor={next}"))
            .await
            .json();
        let numbers = |page: &Value| -> Vec<i64> {
            let items = page["items"].as_array().unwrap().iter();
            items.map(|one| one["number"].as_i64().unwrap()).collect()
        };
        assert_eq!(
            [numbers(&first), numbers(&rest)].concat(),
            (1..=9).collect::<Vec<_>>()
        );
        let change =
            json!({"effective_on": "2027-01-01", "reason": "One site fewer", "target": "10"});
        let answer = app.post(&format!("{path}/1/amendments"), &change).await;
        let location = answer.header("location").unwrap().to_owned();
        assert_eq!(location, format!("{path}/1/amendments/2"));
        let read = app.get(&location).await;
        assert_eq!(read.json(), answer.json()["current"]);
        amendment.push(read);
        for below in ["1/amendments/1", "1/amendments/3", "2/amendments/2"] {
            let none = app.get(&format!("{path}/{below}")).await;
            assert_eq!((none.status, none.code().as_str()), (404, "not_found"));
        }
        amended.push(answer);
        let change = json!({"effective_on": "2027-01-01", "reason": "Later", "targets": [{"period": "2026-27-Q4", "quantity": "3"}]});
        assert_eq!(
            app.post(&format!("{path}/7/amendments"), &change)
                .await
                .status,
            201
        );
        amendments.push(app.get(&format!("{path}/7/amendments")).await);
        app.stop().await;
    }
    insta::assert_snapshot!("commitment_made", same_on_each(&made));
    insta::assert_snapshot!("commitments_listed", same_on_each(&listed));
    insta::assert_snapshot!("commitment_amended", same_on_each(&amended));
    insta::assert_snapshot!("commitment_amendment", same_on_each(&amendment));
    insta::assert_snapshot!("commitment_amendments_listed", same_on_each(&amendments));
}

/// Each body with the pointers and codes of its faults.
fn faulty() -> Vec<(Value, Vec<(&'static str, &'static str)>)> {
    vec![
        (json!({}), vec![("/measure", "field_missing")]),
        (
            json!({"measure": "local-job-fte"}),
            vec![("/target", "field_missing")],
        ),
        (
            json!({"measure": "no-such", "target": "1"}),
            vec![("/measure", "unknown_measure")],
        ),
        (
            json!({"measure": "wellby", "target": "1"}),
            vec![("/measure", "library_measure")],
        ),
        (
            json!({"measure": "car-miles-saved", "target": "1"}),
            vec![("/measure", "same_thing")],
        ),
        (
            json!({"measure": "local-job-fte", "target": 25}),
            vec![("/target", "number_not_text")],
        ),
        (
            json!({"measure": "local-job-fte", "target": "1e3"}),
            vec![("/target", "not_a_quantity")],
        ),
        (
            json!({"measure": "local-job-fte", "target": "-1"}),
            vec![("/target", "negative_not_allowed")],
        ),
        (
            json!({"measure": "local-job-fte", "target": "1.0000001"}),
            vec![("/target", "not_a_quantity")],
        ),
        (
            json!({"measure": "local-job-fte", "target": "1000000001"}),
            vec![("/target", "not_a_quantity")],
        ),
        (
            json!({"measure": "local-job-fte", "components": {"a": "1"}}),
            vec![
                ("/components", "field_not_taken"),
                ("/target", "field_missing"),
            ],
        ),
        (
            json!({"measure": "local-job-fte", "answer": true, "text": "x", "target": "1"}),
            vec![("/answer", "field_not_taken"), ("/text", "field_not_taken")],
        ),
        (
            json!({"measure": "community-project", "target": "1"}),
            vec![("/target", "no_quantity_of_its_own")],
        ),
        (
            json!({"measure": "community-project", "components": {"gold": "1", "cash": "-1"}}),
            vec![
                ("/components/cash", "negative_not_allowed"),
                ("/components/gold", "unknown_component"),
            ],
        ),
        (
            json!({"measure": "community-project", "components": 5}),
            vec![("/components", "wrong_type")],
        ),
        (
            json!({"measure": "community-project", "components": {"cash": 5}}),
            vec![("/components/cash", "number_not_text")],
        ),
        (
            json!({"measure": "carbon-reduction-plan", "answer": "yes"}),
            vec![("/answer", "wrong_type")],
        ),
        (
            json!({"measure": "carbon-reduction-plan", "target": "1"}),
            vec![("/target", "field_not_taken"), ("/answer", "field_missing")],
        ),
        (
            json!({"measure": "paid-within-30-days", "target": "100.5"}),
            vec![("/target", "above_hundred")],
        ),
        (
            json!({"measure": "local-job-fte", "target": "1", "targets": []}),
            vec![("/targets", "target_twice")],
        ),
        (
            json!({"measure": "local-job-fte", "targets": []}),
            vec![("/targets", "field_missing")],
        ),
        (
            json!({"measure": "local-job-fte", "targets": "all"}),
            vec![("/targets", "wrong_type")],
        ),
        (
            json!({"measure": "local-job-fte", "targets": [
                {"period": "2027-28-Q1", "quantity": "1"}, {"period": "2026-04", "quantity": "1"}, {"quantity": 5}, {"period": "2026-27-Q1"},
                {"period": "2026-27-Q2", "quantity": "1"}, {"period": "2026-27-Q2", "quantity": "x", "colour": "red"}, {"period": "2026-27-Q2", "quantity": "1"}]}),
            vec![
                ("/targets/2/quantity", "number_not_text"),
                ("/targets/5/colour", "unknown_field"),
                ("/targets/0/period", "not_a_period_of_contract"),
                ("/targets/1/period", "not_a_period_of_contract"),
                ("/targets/2/period", "field_missing"),
                ("/targets/3/quantity", "field_missing"),
                ("/targets/5/quantity", "not_a_quantity"),
                ("/targets/6/period", "period_twice"),
            ],
        ),
        (
            json!({"measure": "local-job-fte", "target": "1", "kpi": "yes", "place": "atlantis", "counted_separately": "\u{0}", "unit": "x"}),
            vec![
                ("/kpi", "wrong_type"),
                ("/unit", "unknown_field"),
                ("/counted_separately", "control_character"),
                ("/place", "unknown_place"),
            ],
        ),
    ]
}

#[tokio::test]
async fn every_fault_of_a_commitment_is_told_at_once() {
    let (mut whole, mut amendment) = (vec![], vec![]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{contract}/commitments");
        added(
            &app,
            &path,
            &json!({"measure": "carbon-saved", "target": "3"}),
        )
        .await;
        for (body, faults) in faulty() {
            let answer = app.post(&path, &body).await;
            assert_eq!(answer.status, 422, "{body}");
            assert_eq!(answer.faults(), texts(&faults), "{body}");
        }
        assert_eq!(
            app.get(&path).await.json()["items"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        whole.push(
            app.post(&path, &json!({"measure": "car-miles-saved", "target": "1"}))
                .await,
        );
        let amendments = format!("{path}/1/amendments");
        let wrong = json!({"effective_on": "2027-02-01", "target": "x", "measure": "carbon-saved"});
        amendment.push(app.post(&amendments, &wrong).await);
        let past = json!({"effective_on": "2026-10-01", "reason": "x", "targets": [{"period": "2026-27-Q1", "quantity": "1"}]});
        let answer = app.post(&amendments, &past).await;
        assert_eq!(answer.faults(), texts(&[("/targets", "period_has_begun")]));
        assert_eq!(
            app.post(&amendments, &json!({})).await.faults(),
            texts(&[
                ("/effective_on", "field_missing"),
                ("/reason", "field_missing"),
                ("/target", "field_missing")
            ])
        );
        app.stop().await;
    }
    insta::assert_snapshot!("commitment_same_thing", same_on_each(&whole));
    insta::assert_snapshot!("commitment_amendment_faulty", same_on_each(&amendment));
}

fn texts(faults: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = faults.iter();
    pairs
        .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
        .collect()
}

#[tokio::test]
async fn a_measure_without_a_value_for_its_place_is_refused() {
    let mut refused = vec![];
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let tests = json!({"proxy_edition": "example/1", "place": "england"});
        let contract = scene.add_contract(&app, tests).await;
        let path = format!("{contract}/commitments");
        let job = json!({"measure": "regional-job", "target": "4"});
        refused.push(app.post(&path, &job).await);
        let liverpool = json!({"measure": "XX1", "target": "4", "place": "liverpool"});
        assert_eq!(
            app.post(&path, &liverpool).await.json()["measure"],
            "regional-job"
        );
        let elsewhere =
            json!({"effective_on": "2026-04-01", "reason": "Moved", "place": "united-kingdom"});
        let moved = app
            .post(&format!("{contract}/amendments"), &elsewhere)
            .await;
        assert_eq!(
            moved.status, 201,
            "the commitment has a place of its own: {}",
            moved.text
        );
        let line = json!([{"measure": "regional-job", "quantity": "4"}]);
        let returned = app
            .put(
                &format!("{contract}/returns/2026-27-Q1"),
                &crate::support::scene::return_of(line),
            )
            .await;
        assert_eq!(
            returned.json()["stops_submission"][0]["code"],
            "no_value_for_place"
        );
        assert_eq!(
            returned.json()["stops_submission"][0]["pointer"],
            "/lines/0/place"
        );
        let there = json!([{"measure": "regional-job", "quantity": "4", "place": "liverpool"}]);
        submit(&app, &contract, "2026-27-Q1", there).await;
        app.stop().await;
    }
    insta::assert_snapshot!("commitment_no_value_for_place", same_on_each(&refused));
}
