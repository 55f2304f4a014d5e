//! Lists: what each filter lets through, for whom, and page by page.

mod contracts;
mod organisations;
mod returns;
mod short_pages;

use serde_json::{Value, json};

use crate::support::app::{Answer, App};
use crate::support::scene::{Scene, added, decide, return_of, submit};

/// Two suppliers and four contracts on 1 December 2027: one that is over, one that runs, one that begins later, and one
/// that reports by the month.
struct Story {
    scene: Scene,
    other_supplier: String,
    /// Ids: C-OVER of the first anchor, C-RUNS of the second, C-LATER of all three, C-MONTHS of the first.
    contracts: Vec<String>,
}

fn hours(quantity: &str) -> Value {
    json!([{"measure": "volunteering-hours", "quantity": quantity}])
}

impl Story {
    async fn tell(app: &App) -> Self {
        let scene = Scene::set(app).await;
        let body = json!({"name": "Best Care Ltd", "kind": "business", "place": "sefton",
            "identifiers": [{"scheme": "GB-COH", "id": "09442333"}]});
        let other_supplier = added(app, "/v1/organisations", &body).await;
        let held_by = |anchor: usize| json!([{"organisation": scene.anchors[anchor]}]);
        let over = json!({"reference": "C-OVER", "place": "halton"});
        let runs = json!({"reference": "C-RUNS", "title": "Care at home", "supplier": other_supplier, "place": "sefton",
            "anchor_institutions": held_by(1), "starts_on": "2027-04-01", "ends_on": "2029-03-31"});
        let later = json!({"reference": "C-LATER", "anchor_institutions": scene.thirds(), "starts_on": "2028-04-01",
            "ends_on": "2029-03-31"});
        let months = json!({"reference": "C-MONTHS", "supplier": other_supplier, "starts_on": "2027-10-01",
            "ends_on": "2028-03-31", "reporting": "monthly"});
        let mut paths = Vec::new();
        for changes in [over, runs, later, months] {
            paths.push(scene.add_contract(app, changes).await);
        }
        let (over, runs) = (paths[0].as_str(), paths[1].as_str());
        submit(app, over, "2026-27-Q1", hours("1")).await;
        decide(app, over, "2026-27-Q1", json!({"decision": "accept"})).await;
        submit(app, over, "2026-27-Q2", hours("2")).await;
        let draft = format!("{over}/returns/2026-27-Q3");
        assert_eq!(app.put(&draft, &return_of(hours("3"))).await.status, 201);
        submit(app, runs, "2027-28-Q1", hours("4")).await;
        let back = json!({"decision": "send_back", "reason": "Whose hours are these?"});
        decide(app, runs, "2027-28-Q1", back).await;
        let early = format!("{runs}/returns/2028-29-Q1");
        assert_eq!(app.put(&early, &return_of(hours("5"))).await.status, 201);
        let ids = paths
            .iter()
            .map(|path| path.rsplit('/').next().unwrap().to_owned());
        Self {
            contracts: ids.collect(),
            scene,
            other_supplier,
        }
    }
}

/// A page, as any key.
async fn page(app: &App, key: &str, path: &str) -> Answer {
    let answer = app.with_key(key, "GET", path, None).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer
}

/// What two fields of the items of a page say.
fn said(page: &Value, fields: [&str; 2]) -> Vec<String> {
    let text = |item: &Value, field: &str| item[field].as_str().unwrap_or_default().to_owned();
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            format!("{} {}", text(item, fields[0]), text(item, fields[1]))
                .trim()
                .to_owned()
        })
        .collect()
}

/// What two fields of all items say, page by page.
async fn all_said(app: &App, key: &str, path: &str, fields: [&str; 2]) -> Vec<String> {
    let (mut found, mut next) = (Vec::new(), String::new());
    loop {
        let page = page(app, key, &format!("{path}{next}")).await.json();
        found.extend(said(&page, fields));
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return found,
        }
    }
}

/// What is not there and what one may not see are refused in the same bytes, by the name of the filter.
async fn refused_alike(app: &App, key: &str, list: &str, name: &str, hidden: &str) {
    let none = "01890a5d-ac96-774b-bcce-b302099a8057";
    let mut answers = Vec::new();
    for id in [hidden, none] {
        let path = format!("{list}?{name}={id}");
        answers.push(app.with_key(key, "GET", &path, None).await);
    }
    assert_eq!(
        (answers[0].status, answers[0].code().as_str()),
        (400, "bad_query"),
        "{list} {name}"
    );
    assert_eq!(answers[0].faults()[0].0, format!("?{name}"));
    assert_eq!(answers[0].text, answers[1].text, "{list} {name}");
}
