//! Many things in one call.

mod allowed;
mod atomic;
mod forms;
mod killed;
mod many;
mod repeated;

use std::collections::BTreeMap;

use goodmeasure::operations::Actor;
use goodmeasure::operations::verify::verify;
use serde_json::{Value, json};

use crate::support::app::{Answer, App};
use crate::support::scene::{Scene, changed, return_of};

const CONTRACTS: &str = "/v1/contracts/bulk";
const COMMITMENTS: &str = "/v1/commitments/bulk";
const RETURNS: &str = "/v1/returns/bulk";

/// Contracts, postings and entries of the audit; the books must be clean.
async fn kept(app: &App) -> (usize, usize, usize) {
    let actor = Actor::administrator("default", "test");
    let found = verify(&app.office, &actor, |_| ()).await.unwrap();
    assert_eq!(found.differences, Vec::<String>::new());
    (found.contracts, found.postings, found.audit_entries)
}

async fn post_items(app: &App, path: &str, items: &[Value]) -> Answer {
    app.post(path, &json!({ "items": items })).await
}

/// The status of each item, in order; its place among them must be right.
fn statuses(answer: &Answer) -> Vec<u64> {
    let json = answer.json();
    let items = json["items"].as_array().unwrap().iter().enumerate();
    let told = items.map(|(index, item)| {
        assert_eq!(item["index"], index);
        assert_eq!(item["body"].is_null(), !item["problem"].is_null(), "{item}");
        item["status"].as_u64().unwrap()
    });
    told.collect()
}

/// How many items there are of each status.
fn counts(answer: &Answer) -> BTreeMap<u64, usize> {
    let mut counts = BTreeMap::new();
    for status in statuses(answer) {
        *counts.entry(status).or_default() += 1;
    }
    counts
}

/// An item of a return of one line, to be submitted.
fn item(contract: &str, period: &str, quantity: &str) -> Value {
    let line = json!([{"line": "1", "measure": "volunteering-hours", "quantity": quantity}]);
    changed(
        return_of(line),
        json!({"contract": id_of(contract), "period": period, "submit": true}),
    )
}

/// The id at the end of a path.
fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Contracts of the scene that report monthly, by path.
async fn monthly(app: &App, scene: &Scene, count: usize) -> Vec<String> {
    let contract = |number: usize| {
        scene.contract(json!({
            "reference": format!("M-{number}"), "reporting": "monthly", "ends_on": "2028-03-31",
        }))
    };
    let items: Vec<Value> = (0..count).map(contract).collect();
    let added = post_items(app, CONTRACTS, &items).await;
    assert_eq!(counts(&added), BTreeMap::from([(201, count)]));
    let json = added.json();
    let location = |item: &Value| item["location"].as_str().unwrap().to_owned();
    json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(location)
        .collect()
}
