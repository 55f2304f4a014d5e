//! Revisions of a return, read one by one.

use serde_json::{Value, json};

use crate::support::app::{App, same_on_each};
use crate::support::scene::{Scene, decide, return_of, submit};

fn jobs(quantity: &str) -> Value {
    json!([
        {"line": "jobs", "measure": "local-job-fte", "quantity": quantity, "evidence": [{"link": "https://example.org/payroll", "quantity": "4"}]},
        {"line": "trees", "measure": "trees-planted", "quantity": "12"}
    ])
}

/// The first revision is accepted at less than it claims.
async fn accepted_lower(app: &App, contract: &str) {
    submit(app, contract, "2026-27-Q1", jobs("10")).await;
    let lower = json!({"decision": "accept", "lines": [{"line": "jobs", "accepted_quantity": "8", "reason": "Two left in May"}]});
    decide(app, contract, "2026-27-Q1", lower).await;
}

#[tokio::test]
async fn an_earlier_revision_is_read_whole() {
    let (mut first, mut missing) = (vec![], vec![]);
    for app in App::on_each().await {
        let contract = Scene::set(&app).await.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1");
        accepted_lower(&app, &contract).await;
        assert_eq!(
            app.get(&format!("{path}?revision=1")).await.json(),
            app.get(&path).await.json(),
            "the latest may be asked for by its number"
        );
        submit(&app, &contract, "2026-27-Q1", jobs("11")).await;
        let back = json!({"decision": "send_back", "reason": "Who is the eleventh?"});
        decide(&app, &contract, "2026-27-Q1", back).await;
        app.put(&path, &return_of(jobs("9"))).await;
        let latest = app.get(&path).await.json();
        assert_eq!(
            (&latest["revision"], &latest["may_submit"]),
            (&json!(3), &json!(true))
        );
        let second = app.get(&format!("{path}?revision=2")).await.json();
        assert_eq!(second["state"], "sent_back");
        assert_eq!(second["lines"][0]["quantity"], "11");
        assert_eq!(second["lines"][0]["accepted"], Value::Null);
        assert_eq!(second["revisions"], latest["revisions"]);
        first.push(app.get(&format!("{path}?revision=1")).await);
        missing.push(app.get(&format!("{path}?revision=4")).await);
        app.stop().await;
    }
    insta::assert_snapshot!("revision_read", same_on_each(&first));
    insta::assert_snapshot!("revision_not_found", same_on_each(&missing));
}

#[tokio::test]
async fn a_revision_is_asked_for_by_a_number_from_one() {
    for app in App::on_each().await {
        let contract = Scene::set(&app).await.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1");
        accepted_lower(&app, &contract).await;
        for (query, status, code) in [
            ("revision=999999999", 404, "not_found"),
            ("revision=0", 400, "bad_query"),
            ("revision=-1", 400, "bad_query"),
            ("revision=1.0", 400, "bad_query"),
            ("revision=", 400, "bad_query"),
            ("revision=first", 400, "bad_query"),
            ("revision=99999999999999999999", 400, "bad_query"),
            ("revision=1&revision=1", 400, "bad_query"),
            ("version=1", 400, "bad_query"),
        ] {
            let answer = app.get(&format!("{path}?{query}")).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (status, code),
                "{query}"
            );
        }
        app.stop().await;
    }
}
