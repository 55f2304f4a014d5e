//! `/v1/contracts/{id}/returns/{period}/decision`.

use serde_json::{Value, json};

use crate::support::app::{App, same_on_each};
use crate::support::scene::{Scene, return_of, submit};

fn lines() -> Value {
    json!([
        {"line": "jobs", "measure": "local-job-fte", "quantity": "12.5"},
        {"line": "project", "measure": "community-project", "components": {"cash": "500", "hours": "24"}},
        {"line": "paid", "measure": "paid-within-30-days", "numerator": "46", "denominator": "50"},
        {"line": "plan", "measure": "carbon-reduction-plan", "answer": false},
        {"line": "carbon", "measure": "carbon-saved", "quantity": "-2"}
    ])
}

#[tokio::test]
async fn a_return_is_accepted_with_some_lines_lower() {
    let mut accepted = vec![];
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        submit(&app, &contract, "2026-27-Q1", lines()).await;
        let path = format!("{contract}/returns/2026-27-Q1/decision");
        let decision = json!({"revision": 1, "decision": "accept", "reason": "Looked at together", "lines": [
            {"line": "jobs", "accepted_quantity": "11.5", "reason": "One post is on another contract"},
            {"line": "project", "accepted_components": {"cash": "500", "hours": "0"}, "reason": "No log of hours"},
            {"line": "paid", "accepted_numerator": "45", "accepted_denominator": "50", "reason": "One was late"},
            {"line": "carbon", "accepted_quantity": "-1.5", "reason": "Counted twice"}
        ]});
        let answer = app.post_as_second(&path, &decision).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(
            app.post_as_second(&path, &decision).await.json(),
            answer.json(),
            "the same again"
        );
        assert_eq!(
            app.post(&path, &decision).await.status,
            200,
            "and the submitter may ask again"
        );
        for other in [
            json!({"revision": 1, "decision": "accept"}),
            json!({"revision": 1, "decision": "reject", "reason": "No"}),
            json!({"revision": 1, "decision": "send_back", "reason": "No"}),
        ] {
            let refused = app.post_as_second(&path, &other).await;
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (409, "already_decided")
            );
        }
        accepted.push(answer);
        app.stop().await;
    }
    insta::assert_snapshot!("decision_accepted", same_on_each(&accepted));
}

#[tokio::test]
async fn a_return_is_sent_back_and_rejected() {
    let (mut sent_back, mut rejected) = (vec![], vec![]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        submit(&app, &contract, "2026-27-Q1", lines()).await;
        let put = format!("{contract}/returns/2026-27-Q1");
        let path = format!("{put}/decision");
        let back = json!({"revision": 1, "decision": "send_back", "reason": "Name the sites"});
        let answer = app.post_as_second(&path, &back).await;
        assert_eq!(app.post_as_second(&path, &back).await.json(), answer.json());
        let worded = json!({"revision": 1, "decision": "send_back", "reason": "Name all sites"});
        assert_eq!(
            app.post_as_second(&path, &worded).await.code(),
            "already_decided"
        );
        sent_back.push(answer);
        let refused = app.post(&format!("{put}/submission"), &json!({})).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (409, "nothing_to_submit")
        );
        let again = app.put(&put, &return_of(lines())).await.json();
        assert_eq!(
            (&again["revision"], &again["state"]),
            (&json!(2), &json!("draft")),
            "the same content, after a send-back"
        );
        let early = app
            .post_as_second(&path, &json!({"revision": 2, "decision": "accept"}))
            .await;
        assert_eq!(
            (early.status, early.code().as_str()),
            (409, "not_submitted")
        );
        app.post(&format!("{put}/submission"), &json!({})).await;
        let no = json!({"revision": 2, "decision": "reject", "reason": "Of another contract"});
        rejected.push(app.post_as_second(&path, &no).await);
        let same = app.put(&put, &return_of(lines())).await.json();
        assert_eq!(
            (&same["revision"], &same["state"]),
            (&json!(2), &json!("rejected"))
        );
        let next = app.put(&put, &return_of(json!([]))).await.json();
        assert_eq!(
            (&next["revision"], &next["state"]),
            (&json!(3), &json!("draft"))
        );
        app.stop().await;
    }
    insta::assert_snapshot!("decision_sent_back", same_on_each(&sent_back));
    insta::assert_snapshot!("decision_rejected", same_on_each(&rejected));
}

/// Each body with the pointers and codes of its faults.
fn faulty() -> Vec<(Value, Vec<(&'static str, &'static str)>)> {
    let accept = |lines: Value| json!({"revision": 1, "decision": "accept", "lines": lines});
    let one = |line: Value| accept(json!([line]));
    vec![
        (
            json!({}),
            vec![
                ("/revision", "field_missing"),
                ("/decision", "field_missing"),
            ],
        ),
        (
            json!({"revision": "1", "decision": "no"}),
            vec![
                ("/revision", "wrong_type"),
                ("/decision", "unknown_decision"),
            ],
        ),
        (
            json!({"revision": 1.5, "decision": "accept"}),
            vec![("/revision", "wrong_type")],
        ),
        (
            json!({"revision": 1, "decision": "reject"}),
            vec![("/reason", "field_missing")],
        ),
        (
            json!({"revision": 9, "decision": "send_back"}),
            vec![("/reason", "field_missing")],
        ),
        (
            json!({"revision": 1, "decision": "send_back", "reason": " "}),
            vec![("/reason", "text_length")],
        ),
        (
            json!({"revision": 1, "decision": "reject", "reason": "No", "lines": [{"line": "jobs", "accepted_quantity": "1", "reason": "No"}]}),
            vec![("/lines", "field_not_taken")],
        ),
        (one(json!({})), vec![("/lines/0/line", "field_missing")]),
        (
            one(json!({"line": "x", "accepted_quantity": "1", "reason": "No"})),
            vec![("/lines/0/line", "unknown_line")],
        ),
        (
            one(json!({"line": "jobs", "accepted_quantity": "1"})),
            vec![("/lines/0/reason", "field_missing")],
        ),
        (
            one(json!({"line": "jobs", "reason": "No"})),
            vec![("/lines/0/accepted_quantity", "field_missing")],
        ),
        (
            one(json!({"line": "jobs", "accepted_quantity": 1, "reason": "No"})),
            vec![("/lines/0/accepted_quantity", "number_not_text")],
        ),
        (
            one(json!({"line": "jobs", "accepted_quantity": "12.500001", "reason": "No"})),
            vec![("/lines/0/accepted_quantity", "above_claim")],
        ),
        (
            one(json!({"line": "carbon", "accepted_quantity": "2", "reason": "No"})),
            vec![("/lines/0/accepted_quantity", "above_claim")],
        ),
        (
            one(json!({"line": "carbon", "accepted_quantity": "-3", "reason": "No"})),
            vec![("/lines/0/accepted_quantity", "above_claim")],
        ),
        (
            one(json!({"line": "project", "accepted_components": {"cash": "501"}, "reason": "No"})),
            vec![("/lines/0/accepted_components", "above_claim")],
        ),
        (
            one(
                json!({"line": "project", "accepted_components": {"materials": "1"}, "reason": "No"}),
            ),
            vec![("/lines/0/accepted_components", "above_claim")],
        ),
        (
            one(
                json!({"line": "paid", "accepted_numerator": "40", "accepted_denominator": "49", "reason": "No"}),
            ),
            vec![("/lines/0/accepted_numerator", "above_claim")],
        ),
        (
            one(json!({"line": "plan", "accepted_answer": true, "reason": "No"})),
            vec![("/lines/0/accepted_answer", "above_claim")],
        ),
        (
            one(json!({"line": "plan", "accepted_quantity": "1", "reason": "No"})),
            vec![
                ("/lines/0/accepted_quantity", "field_not_taken"),
                ("/lines/0/accepted_answer", "field_missing"),
            ],
        ),
        (
            accept(
                json!([{"line": "jobs", "accepted_quantity": "1", "reason": "No"}, {"line": "jobs", "accepted_quantity": "x", "reason": ""}, 5]),
            ),
            vec![
                ("/lines/2", "wrong_type"),
                ("/lines/1/line", "line_twice"),
                ("/lines/1/reason", "text_length"),
                ("/lines/1/accepted_quantity", "not_a_quantity"),
            ],
        ),
    ]
}

#[tokio::test]
async fn every_fault_of_a_decision_is_told_at_once() {
    let (mut same_actor, mut other_revision) = (vec![], vec![]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1/decision");
        let accept = json!({"revision": 1, "decision": "accept"});
        assert_eq!(app.post_as_second(&path, &accept).await.status, 404);
        submit(&app, &contract, "2026-27-Q1", lines()).await;
        for (body, faults) in faulty() {
            let answer = app.post_as_second(&path, &body).await;
            let pairs = faults
                .iter()
                .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()));
            assert_eq!(answer.faults(), pairs.collect::<Vec<_>>(), "{body}");
            assert_eq!(answer.status, 422, "{body}");
        }
        same_actor.push(app.post(&path, &accept).await);
        for revision in [0, 2, i64::MAX] {
            let refused = app
                .post_as_second(&path, &json!({"revision": revision, "decision": "accept"}))
                .await;
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (409, "other_revision")
            );
        }
        other_revision.push(
            app.post_as_second(&path, &json!({"revision": 2, "decision": "accept"}))
                .await,
        );
        assert_eq!(
            app.get(&format!("{contract}/returns/2026-27-Q1"))
                .await
                .json()["state"],
            "submitted"
        );
        app.stop().await;
    }
    insta::assert_snapshot!("decision_same_actor", same_on_each(&same_actor));
    insta::assert_snapshot!("decision_other_revision", same_on_each(&other_revision));
}
