//! V14: the ends of what stands for a contract, by stage and column, with what drives the width.

use serde_json::{Value, json};

use super::pence;
use crate::support::app::App;
use crate::support::scene::{Scene, added, decide, submit};

fn of<'a>(value: &'a Value, stage: &str, column: &str) -> &'a Value {
    let mut all = value["ranges"].as_array().unwrap().iter();
    let found = all.find(|one| one["stage"] == stage && one["column"] == column);
    found.unwrap_or_else(|| panic!("{stage} {column} is not there: {value}"))
}

#[tokio::test]
async fn a_contract_has_its_range_at_every_stage() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let commitments = format!("{contract}/commitments");
        for body in [
            json!({"measure": "carbon-saved", "target": "4"}),
            json!({"measure": "volunteering-hours", "target": "400"}),
            json!({"measure": "local-job-fte", "target": "1"}),
        ] {
            added(&app, &commitments, &body).await;
        }
        let link = json!([{"link": "https://example.org/meter", "quantity": "1"}]);
        let lines = json!([
            {"measure": "carbon-saved", "quantity": "2", "evidence": link},
            {"measure": "volunteering-hours", "quantity": "100"},
            {"measure": "local-job-fte", "quantity": "1"}
        ]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        let lower = json!({"decision": "accept", "lines": [
            {"line": "1", "accepted_quantity": "1", "reason": "One meter"}
        ]});
        decide(&app, &contract, "2026-27-Q1", lower).await;

        let plain = app.get(&format!("{contract}/value")).await.json();
        assert!(plain["ranges"].is_null(), "only where it is asked for");
        let value = app
            .get(&format!("{contract}/value?range=true"))
            .await
            .json();
        for (stage, column, ends) in [
            ("claimed", "social", ["308.71", "617.41", "926.12"]),
            ("evidenced", "social", ["154.35", "308.71", "463.06"]),
            ("verified", "social", ["154.35", "308.71", "463.06"]),
        ] {
            let range = of(&value, stage, column);
            let came = ["low", "central", "high"].map(|key| range[key].as_str().unwrap());
            assert_eq!(came, ends, "{stage} {column}");
            assert_eq!(range["drivers"][0]["measure"], "carbon-saved");
        }
        let hours = of(&value, "verified", "effort");
        assert_eq!(hours["low"], "1192.04");
        assert_eq!(hours["high"], Value::Null);
        let all = value["ranges"].as_array().unwrap();
        assert!(
            all.iter().all(|one| one["column"] != "local_economic"),
            "no range, no row"
        );
        // The middle of each is the total that stands.
        for range in all {
            let text = |key: &str| range[key].as_str().unwrap().to_owned();
            let stands = &value["columns"][text("column")][text("stage")]["worth"];
            assert_eq!(pence(&range["central"]), pence(stands), "{range}");
        }
        let refused = app.get(&format!("{contract}/value?range=perhaps")).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        app.stop().await;
    }
}
