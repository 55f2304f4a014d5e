//! `/v1/audit`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::app::{Answer, App, same_on_each};
use crate::support::scene::{Scene, added, changed, decide, return_of, submit};

/// The usual story: promised, reported, refused to the one who reported, accepted with a line lower, amended.
async fn told(app: &App) -> String {
    let scene = Scene::set(app).await;
    let contract = scene.add_contract(app, json!({})).await;
    let target = json!({"measure": "local-job-fte", "target": "10", "kpi": true});
    let number = added(app, &format!("{contract}/commitments"), &target).await;
    let evidence = json!([{"link": "https://example.org/payroll-of-a-person", "quantity": "1"}]);
    let lines = json!([
        {"line": "jobs", "measure": "local-job-fte", "quantity": "12.5", "note": "As told by a person", "evidence": evidence},
        {"line": "paid", "measure": "paid-within-30-days", "numerator": "46", "denominator": "50"},
        {"line": "project", "measure": "community-project", "components": {"cash": "500", "hours": "24"}, "tier": 1}
    ]);
    let path = format!("{contract}/returns/2026-27-Q1");
    let put = app.put(&path, &return_of(lines.clone())).await;
    assert_eq!(put.status, 201);
    let mut other = lines;
    other[0]["quantity"] = json!("12");
    submit(app, &contract, "2026-27-Q1", other).await;
    let path = format!("{contract}/returns/2026-27-Q1/decision");
    let accept = json!({"revision": 1, "decision": "accept"});
    for _ in 0..20 {
        assert_eq!(app.post(&path, &accept).await.status, 403);
    }
    let lower = json!([{"line": "jobs", "accepted_quantity": "11", "reason": "One post is on another contract"}]);
    let accept = changed(accept, json!({"lines": lower}));
    decide(app, &contract, "2026-27-Q1", accept).await;
    let amendment = json!({"effective_on": "2026-10-01", "reason": "More to do", "target": "12"});
    added(
        app,
        &format!("{contract}/commitments/{number}/amendments"),
        &amendment,
    )
    .await;
    let amendment =
        json!({"effective_on": "2026-10-01", "reason": "More to pay", "value": "1200000.00"});
    added(app, &format!("{contract}/amendments"), &amendment).await;
    contract.rsplit('/').next().unwrap().to_owned()
}

/// A list, once it has the refusal: that one is written after its answer.
async fn with_refusal(app: &App, query: &str) -> Answer {
    for _ in 0..5_000 {
        if !items(&app.get("/v1/audit?outcome=refused").await).is_empty() {
            return app.get(&format!("/v1/audit{query}")).await;
        }
    }
    panic!("the refusal is not in the audit");
}

fn items(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

/// The same answer without what depends on ids, and on when the refusal was written.
fn steady(mut answer: Answer) -> Answer {
    let mut body = answer.json();
    for item in body["items"].as_array_mut().unwrap() {
        assert_eq!(item["hash"].as_str().unwrap().len(), 64);
        assert!(item["sequence"].as_i64().unwrap() > 0);
        item["hash"] = json!("<hash>");
        item["sequence"] = json!("<sequence>");
    }
    answer.text = body.to_string();
    answer
}

#[tokio::test]
async fn the_audit_tells_who_did_what() {
    let (mut lists, mut refusals) = (vec![], vec![]);
    for app in App::on_each().await {
        let contract = told(&app).await;
        let refused = format!("?contract={contract}&outcome=refused");
        let refused = with_refusal(&app, &refused).await;
        assert_eq!(items(&refused).len(), 1, "a flood of them is one entry");
        refusals.push(steady(refused));
        let done = format!("/v1/audit?contract={contract}&outcome=done");
        lists.push(steady(app.get(&done).await));
        let whole = app.get("/v1/audit?limit=200").await.text;
        for word in ["payroll", "As told", &app.first_key, &app.second_key] {
            assert!(!whole.contains(word), "{word} is in the audit");
        }
        app.stop().await;
    }
    insta::assert_snapshot!("audit_of_a_contract", same_on_each(&lists));
    insta::assert_snapshot!("audit_of_a_refusal", same_on_each(&refusals));
}

#[tokio::test]
async fn the_audit_of_what_belongs_to_no_contract() {
    let mut lists = vec![];
    for app in App::on_each().await {
        let place = json!({"name": "Winsford", "kind": "town", "parent": "halton", "valid_from": "2020-01-01"});
        let place = app.post("/v1/places", &place).await;
        assert_eq!(place.status, 201, "{}", place.text);
        let body = json!({"name": "Mersey Care", "kind": "nhs_provider", "anchor_institution": true, "anchor_from": "2020-04-01",
            "identifiers": [{"scheme": "GB-NHS", "id": "RW4"}]});
        added(&app, "/v1/organisations", &body).await;
        lists.push(steady(app.get("/v1/audit").await));
        app.stop().await;
    }
    insta::assert_snapshot!("audit_of_no_contract", same_on_each(&lists));
}

#[tokio::test]
async fn the_audit_is_filtered_and_comes_in_pages() {
    for app in App::on_each().await {
        let contract = told(&app).await;
        let whole = items(&with_refusal(&app, "?limit=200").await);
        let times: Vec<&str> = whole
            .iter()
            .map(|one| one["at"].as_str().unwrap())
            .collect();
        assert!(
            times.is_sorted_by(|one, next| one >= next),
            "the newest first"
        );
        let mut pages = Vec::new();
        let mut next = String::new();
        loop {
            let page = app.get(&format!("/v1/audit?limit=4{next}")).await;
            pages.extend(items(&page));
            match page.json()["next_cursor"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(pages, whole, "page by page");
        let key = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
        let decided = |one: &&Value| one["action"] == "decide_return" && one["outcome"] == "done";
        let second = key(whole.iter().find(decided).unwrap(), "actor");
        let middle = key(&whole[whole.len() / 2], "at");
        type Passes<'a> = Box<dyn Fn(&Value) -> bool + 'a>;
        let filters: Vec<(String, Passes<'_>)> = vec![
            (
                format!("actor={second}"),
                Box::new(|one| one["actor"] == second.as_str()),
            ),
            (
                "action=put_return".to_owned(),
                Box::new(|one| one["action"] == "put_return"),
            ),
            (
                "subject=return".to_owned(),
                Box::new(|one| one["subject"] == "return"),
            ),
            (
                format!("contract={contract}"),
                Box::new(|one| one["contract"] == contract.as_str()),
            ),
            (
                "outcome=refused".to_owned(),
                Box::new(|one| one["outcome"] == "refused"),
            ),
            (
                format!("from={middle}"),
                Box::new(|one| key(one, "at") >= middle),
            ),
            (
                format!("to={middle}"),
                Box::new(|one| key(one, "at") < middle),
            ),
            (
                "from=2027-12-01&to=2027-12-01".to_owned(),
                Box::new(|_| true),
            ),
            ("from=2027-12-02".to_owned(), Box::new(|_| false)),
            ("to=2027-11-30".to_owned(), Box::new(|_| false)),
            ("actor=nobody".to_owned(), Box::new(|_| false)),
            (
                format!("contract={contract}&action=put_return&limit=200"),
                Box::new(|one| one["action"] == "put_return"),
            ),
        ];
        let mut counts = BTreeSet::new();
        for (query, passes) in &filters {
            let found = items(&app.get(&format!("/v1/audit?{query}")).await);
            let expected: Vec<Value> = whole.iter().filter(|one| passes(one)).cloned().collect();
            assert_eq!(found, expected, "{query}");
            counts.insert(found.len());
        }
        assert!(counts.len() > 5, "{counts:?}");
        app.stop().await;
    }
}

#[tokio::test]
async fn what_is_asked_wrongly_of_the_audit_is_told() {
    let app = App::on_each().await.remove(0);
    for (query, pointer, code) in [
        ("from=yesterday", "?from", "not_a_time"),
        ("to=2026-13-01", "?to", "not_a_time"),
        ("outcome=maybe", "?outcome", "unknown_word"),
        ("cursor=00", "?cursor", "bad_cursor"),
        ("cursor=61", "?cursor", "bad_cursor"),
        ("who=me", "?who", "unknown_parameter"),
    ] {
        let answer = app.get(&format!("/v1/audit?{query}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "bad_query"));
        assert_eq!(
            answer.faults(),
            [(pointer.to_owned(), code.to_owned())],
            "{query}"
        );
    }
    assert_eq!(app.send("GET", "/v1/audit", &[], None).await.status, 401);
    app.stop().await;
}
