//! Good and bad items, told in order.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::support::app::same_on_each;
use crate::support::databases::sqlite;

#[tokio::test]
async fn contracts_are_added_beside_those_that_are_refused() {
    let mut answers = Vec::new();
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let items = [
            scene.contract(json!({"reference": "C-1"})),
            scene.contract(json!({"reference": "C-2", "ends_on": "yesterday", "supplier": 7})),
            // Taken by the first: PostgreSQL refuses every statement after one like this.
            scene.contract(json!({"reference": "C-1", "title": "Another"})),
            json!("no object"),
            scene.contract(json!({"reference": "C-3"})),
        ];
        let answer = post_items(&app, CONTRACTS, &items).await;
        assert_eq!(statuses(&answer), [201, 422, 409, 422, 201]);
        assert_eq!(kept(&app).await.0, 2);
        for place in [0, 4] {
            let item = &answer.json()["items"][place];
            let read = app.get(item["location"].as_str().unwrap()).await;
            assert_eq!(read.json(), item["body"]);
            assert_eq!(read.header("etag"), item["etag"].as_str());
        }
        answers.push(untagged(answer));
        app.stop().await;
    }
    insta::assert_snapshot!(same_on_each(&answers));
}

/// Without the tags of its items, which are made of ids and times.
fn untagged(mut answer: Answer) -> Answer {
    let mut json = answer.json();
    for item in json["items"].as_array_mut().unwrap() {
        item.as_object_mut().unwrap().remove("etag");
    }
    answer.text = json.to_string();
    answer
}

#[tokio::test]
async fn commitments_and_returns_are_those_of_their_own_routes() {
    let mut answers = Vec::new();
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let (one, two) = (
            scene.add_contract(&app, json!({})).await,
            scene.add_contract(&app, json!({"reference": "C-2"})).await,
        );
        let (first, second) = (id_of(&one), id_of(&two));
        let commitments = [
            json!({"contract": first, "measure": "car-miles-saved", "target": "1000", "kpi": true}),
            json!({"contract": second, "measure": "local-job-fte", "target": "4"}),
            json!({"contract": first, "measure": "no-such-measure", "target": "a few"}),
            json!({"contract": "nowhere", "measure": "local-job-fte", "target": "4"}),
            json!({"measure": "local-job-fte", "targets": 4}),
        ];
        let answer = post_items(&app, COMMITMENTS, &commitments).await;
        assert_eq!(statuses(&answer), [201, 201, 422, 404, 422]);
        answers.push(untagged(answer));

        let returns = [
            item(first, "2026-27-Q1", "100"),
            // A draft that is not submitted.
            changed(item(second, "2026-27-Q1", "7"), json!({"submit": null})),
            // Not submitted for want of its ticks, and so not put either.
            changed(item(first, "2026-27-Q2", "5"), json!({"attestation": null})),
            item(first, "2026-05", "5"),
            changed(
                item(first, "2026-27-Q3", "5"),
                json!({"period": null, "surplus": 1}),
            ),
            item("no\u{0}where", "2026-27-Q1", "5"),
        ];
        let answer = post_items(&app, RETURNS, &returns).await;
        assert_eq!(statuses(&answer), [201, 201, 422, 422, 422, 404]);
        answers.push(untagged(answer));
        let state = app.get(&format!("{one}/returns/2026-27-Q1")).await.json()["state"].clone();
        assert_eq!(state, "submitted");
        let absent = app.get(&format!("{one}/returns/2026-27-Q2")).await;
        assert_eq!(absent.status, 404);

        // The same again changes nothing.
        let before = kept(&app).await;
        let again = post_items(&app, RETURNS, &returns[..2]).await;
        assert_eq!(statuses(&again), [200, 200]);
        assert_eq!(kept(&app).await, before);
        app.stop().await;
    }
    let halves: Vec<_> = answers.chunks(2).collect();
    let of = |place: usize| {
        halves
            .iter()
            .map(|pair| pair[place].clone())
            .collect::<Vec<_>>()
    };
    insta::assert_snapshot!("commitments", same_on_each(&of(0)));
    insta::assert_snapshot!("returns", same_on_each(&of(1)));
}

#[tokio::test]
async fn a_return_is_replaced_by_who_says_what_they_have_seen() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let draft = |quantity: &str, seen: Value| {
            let said = json!({"submit": false, "if_match": seen});
            changed(item(&contract, "2026-27-Q1", quantity), said)
        };
        let put = async |quantity: &str, seen: Value| {
            let answer = post_items(&app, RETURNS, &[draft(quantity, seen)]).await;
            answer.json()["items"][0].clone()
        };
        assert_eq!(put("1", json!("*")).await["status"], 412);
        let first = put("1", json!(null)).await;
        assert_eq!(first["status"], 201);
        let unsaid = put("2", json!(null)).await;
        assert_eq!(unsaid["problem"]["code"], "if_match_needed");
        let second = put("2", first["etag"].clone()).await;
        assert_eq!(second["status"], 200);
        let stale = put("3", first["etag"].clone()).await;
        assert_eq!(stale["problem"]["code"], "stale");
        let bare = second["etag"]
            .as_str()
            .unwrap()
            .trim_matches('"')
            .to_owned();
        assert_eq!(put("3", json!(bare)).await["status"], 200);
        assert_eq!(put("4", json!("*")).await["status"], 200);
        // The header is of one thing; it says nothing of many.
        let body = json!({"items": [draft("5", json!(null))]});
        let headers = [("if-match", "*")];
        let answer = app.send_json("POST", RETURNS, &headers, &body).await;
        assert_eq!(statuses(&answer), [428]);
        app.stop().await;
    }
}

#[tokio::test]
async fn calls_that_meet_each_other_wait_and_are_whole() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contracts = monthly(&app, &scene, 30).await;
        // Each for all contracts, one from the first to the last and one from the last to the first.
        let call = |month: &str, turned: bool| {
            let mut items: Vec<Value> = contracts
                .iter()
                .enumerate()
                .map(|(number, contract)| item(contract, month, &format!("{}", number + 1)))
                .collect();
            if turned {
                items.reverse();
            }
            items
        };
        let calls = [
            (call("2026-04", false), "false"),
            (call("2026-05", true), "false"),
            (call("2026-06", false), "true"),
            (call("2026-07", true), "true"),
        ];
        let send = async |(items, atomic): &(Vec<Value>, &str)| {
            post_items(&app, &format!("{RETURNS}?atomic={atomic}"), items).await
        };
        let answers = futures_util::future::join_all(calls.iter().map(send)).await;
        for answer in &answers {
            assert_eq!(
                counts(answer),
                BTreeMap::from([(201, 30)]),
                "{}",
                answer.status
            );
        }
        kept(&app).await;
        app.stop().await;
    }
}

/// Contracts of one anchor institution share its totals: whoever holds some of them must not wait for the others (L5).
#[tokio::test]
async fn calls_of_one_anchor_institution_do_not_meet_in_a_circle() {
    let measures = ["volunteering-hours", "local-job-fte", "car-miles-saved"];
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contracts = monthly(&app, &scene, 60).await;
        let before = app.office.store.tallied().retries;
        let call = |caller: usize| {
            let own = contracts.iter().skip(caller * 10).take(10).enumerate();
            let items: Vec<Value> = own
                .map(|(number, contract)| {
                    let measure = measures[(number * (caller + 1)) % 3];
                    let line = json!([{"line": "1", "measure": measure, "quantity": "2"}]);
                    changed(item(contract, "2026-04", "1"), json!({"lines": line}))
                })
                .collect();
            items
        };
        let calls: Vec<Vec<Value>> = (0..6).map(call).collect();
        let sent = calls.iter().map(|items| post_items(&app, RETURNS, items));
        for answer in futures_util::future::join_all(sent).await {
            assert_eq!(
                counts(&answer),
                BTreeMap::from([(201, 10)]),
                "{}",
                answer.text
            );
        }
        assert_eq!(
            app.office.store.tallied().retries,
            before,
            "nobody began again"
        );
        kept(&app).await;
        app.stop().await;
    }
}

#[tokio::test]
async fn each_item_is_recorded_when_it_is_worked_on() {
    let app = App::start(sqlite()).await;
    let scene = Scene::set(&app).await;
    let contracts = monthly(&app, &scene, 3).await;
    let items: Vec<Value> = contracts
        .iter()
        .map(|path| item(path, "2026-04", "1"))
        .collect();
    assert_eq!(post_items(&app, RETURNS, &items).await.status, 200);
    let listed = app.get("/v1/returns?state=submitted").await.json();
    let times: BTreeSet<&str> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["updated_at"].as_str().unwrap())
        .collect();
    assert_eq!(times.len(), 3, "{listed}");
    app.stop().await;
}
