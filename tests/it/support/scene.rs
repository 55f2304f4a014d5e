//! Who a story is told of: three anchor institutions, a supplier, and contracts between them.

use serde_json::{Value, json};

use super::app::App;

/// The bodies of a story.
pub struct Scene {
    pub anchors: Vec<String>,
    pub supplier: String,
}

impl Scene {
    /// Adds three anchor institutions and a supplier.
    pub async fn set(app: &App) -> Self {
        let mut anchors = Vec::new();
        for (name, kind) in [
            ("Halton Council", "council"),
            ("Mersey Care", "nhs_provider"),
            ("Integrated Care Board", "nhs_commissioner"),
        ] {
            let body = json!({"name": name, "kind": kind, "anchor_institution": true});
            anchors.push(added(app, "/v1/organisations", &body).await);
        }
        let body = json!({"name": "Able Repairs Ltd", "kind": "business", "scale": "sme"});
        let supplier = added(app, "/v1/organisations", &body).await;
        Self { anchors, supplier }
    }

    /// A contract of the first anchor for the four quarters of 2026-27, with changes; `null` takes a field out.
    pub fn contract(&self, changes: Value) -> Value {
        let base = json!({
            "reference": "C-1", "title": "Housing repairs", "supplier": self.supplier,
            "anchor_institutions": [{"organisation": self.anchors[0], "share": "1"}],
            "value": "1000000.00", "starts_on": "2026-04-01", "ends_on": "2027-03-31",
            "proxy_edition": "open-uk/2026", "reporting": "quarterly"
        });
        changed(base, changes)
    }

    /// The three anchors at a third each.
    pub fn thirds(&self) -> Value {
        let third = |anchor: &String| json!({"organisation": anchor, "share": "1/3"});
        self.anchors.iter().map(third).collect()
    }

    /// Adds such a contract; its path.
    pub async fn add_contract(&self, app: &App, changes: Value) -> String {
        let id = added(app, "/v1/contracts", &self.contract(changes)).await;
        format!("/v1/contracts/{id}")
    }
}

/// Posts what must be taken; its id, or its number.
pub async fn added(app: &App, path: &str, body: &Value) -> String {
    let answer = app.post(path, body).await;
    assert_eq!(answer.status, 201, "{path} {body}: {}", answer.text);
    let made = answer.json();
    made["id"]
        .as_str()
        .map_or_else(|| made["number"].to_string(), str::to_owned)
}

/// An object with some fields changed; `null` takes one out.
pub fn changed(mut base: Value, changes: Value) -> Value {
    let fields = base.as_object_mut().unwrap();
    for (key, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => fields.remove(key),
            _ => fields.insert(key.clone(), value.clone()),
        };
    }
    base
}

/// A return of some lines with both ticks.
pub fn return_of(lines: Value) -> Value {
    json!({"lines": lines, "attestation": {"contract_and_period_only": true, "relates_to_commitment": true}})
}

/// Puts and submits a return that must be taken.
pub async fn submit(app: &App, contract: &str, period: &str, lines: Value) {
    let path = format!("{contract}/returns/{period}");
    let put = app.put(&path, &return_of(lines)).await;
    assert!([200, 201].contains(&put.status), "{}", put.text);
    let submitted = app.post(&format!("{path}/submission"), &json!({})).await;
    assert_eq!(submitted.status, 200, "{}", submitted.text);
}

/// Decides the latest revision as the second key, which must be taken.
pub async fn decide(app: &App, contract: &str, period: &str, decision: Value) {
    let path = format!("{contract}/returns/{period}");
    let latest = app.get(&path).await.json()["revision"].clone();
    let body = changed(json!({"revision": latest}), decision);
    let decided = app.post_as_second(&format!("{path}/decision"), &body).await;
    assert_eq!(decided.status, 200, "{}", decided.text);
}
