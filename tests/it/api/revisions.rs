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

/// The worths of a stage over the lines of a working, in pence.
fn pence(working: &Value, stage: &str) -> i64 {
    let lines = working["lines"].as_array().unwrap().iter();
    let worths = lines.filter_map(|line| line[stage]["worth"].as_str());
    worths
        .map(|worth| worth.replace('.', "").parse::<i64>().unwrap())
        .sum()
}

/// Asserts that a working explains the pounds of the contract's only return, as its value shows them.
async fn explains_what_stands(app: &App, contract: &str, working: &Value) {
    let value = app.get(&format!("{contract}/value")).await.json();
    for stage in ["claimed", "evidenced", "verified"] {
        let columns = value["columns"].as_object().unwrap().values();
        let stands: i64 = columns
            .filter_map(|column| column[stage]["worth"].as_str())
            .map(|worth| worth.replace('.', "").parse::<i64>().unwrap())
            .sum();
        assert_eq!(pence(working, stage), stands, "{stage} of {working:#}");
    }
}

#[tokio::test]
async fn the_working_explains_what_stands() {
    let (mut first, mut two, mut beside, mut second) = (vec![], vec![], vec![], vec![]);
    for app in App::on_each().await {
        let contract = Scene::set(&app).await.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1");
        let working = format!("{path}/working");
        let from = |answer: &Value| answer["stages_from"].clone();
        let of = |claimed: i64| json!({"claimed": claimed, "evidenced": claimed, "verified": 1});

        accepted_lower(&app, &contract).await;
        let now = app.get(&working).await.json();
        assert_eq!(from(&now), of(1));
        explains_what_stands(&app, &contract, &now).await;
        first.push(app.get(&format!("{working}?revision=1")).await);
        assert_eq!(first[first.len() - 1].json()["lines"], now["lines"]);

        // A correction without the trees claims at once; what was accepted before it is still verified.
        let correction = json!([{"line": "jobs", "measure": "local-job-fte", "quantity": "11"}]);
        submit(&app, &contract, "2026-27-Q1", correction).await;
        two.push(app.get(&working).await);
        let now = two[two.len() - 1].json();
        assert_eq!(from(&now), of(2));
        explains_what_stands(&app, &contract, &now).await;
        assert_eq!(now["lines"][1]["line"], "trees");
        assert_eq!(now["lines"][1]["claimed"], Value::Null);

        // Sent back it claims nothing, and neither does the draft that follows.
        let back = json!({"decision": "send_back", "reason": "Who is the eleventh?"});
        decide(&app, &contract, "2026-27-Q1", back).await;
        let now = app.get(&working).await.json();
        assert_eq!((from(&now), &now["draft"]), (of(1), &Value::Null));
        explains_what_stands(&app, &contract, &now).await;
        app.put(&path, &return_of(jobs("9"))).await;
        beside.push(app.get(&working).await);
        let with_draft = beside[beside.len() - 1].json();
        assert_eq!(with_draft["lines"], now["lines"]);
        assert_eq!(with_draft["draft"]["revision"], 3);
        assert_eq!(
            with_draft["draft"]["lines"][0]["working"]["reported"]["quantity"],
            "9"
        );

        second.push(app.get(&format!("{working}?revision=2")).await);
        let third = app.get(&format!("{working}?revision=3")).await.json();
        assert_eq!(
            (&third["lines"], &third["draft"], &third["revision"]),
            (&json!([]), &with_draft["draft"], &json!(3))
        );
        let missing = app.get(&format!("{working}?revision=4")).await;
        assert_eq!(
            (missing.status, missing.code().as_str()),
            (404, "not_found")
        );
        let none = app.get(&format!("{working}?revision=0")).await;
        assert_eq!((none.status, none.code().as_str()), (400, "bad_query"));
        app.stop().await;
    }
    insta::assert_snapshot!("revision_working", same_on_each(&first));
    insta::assert_snapshot!("working_of_two_revisions", same_on_each(&two));
    insta::assert_snapshot!("working_with_a_draft", same_on_each(&beside));
    insta::assert_snapshot!("revision_working_sent_back", same_on_each(&second));
}
