//! Each item is asked of the policy.

use serde_json::json;

use super::*;
use crate::support::scene::added;

async fn post_as(app: &App, key: &str, path: &str, items: &[Value]) -> Answer {
    let body = json!({ "items": items }).to_string();
    app.with_key(key, "POST", path, Some(&body)).await
}

/// Waits until a refusal is in the audit: nobody waits for it to be written.
async fn refusal(app: &App, action: &str, code: &str) {
    for _ in 0..5_000 {
        let path = format!("/v1/audit?outcome=refused&action={action}");
        let found = app.get(&path).await.json();
        if found["items"][0]["after"]["code"] == code {
            return;
        }
    }
    panic!("{action} {code} is not in the audit");
}

#[tokio::test]
async fn who_may_do_one_may_do_many_and_sees_no_more() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let rival = json!({"name": "Rival Ltd", "kind": "business"});
        let rival = added(&app, "/v1/organisations", &rival).await;
        let own = scene.add_contract(&app, json!({})).await;
        let changes = json!({
            "reference": "C-2", "supplier": rival,
            "anchor_institutions": [{"organisation": scene.anchors[1], "share": "1"}],
        });
        let foreign = scene.add_contract(&app, changes).await;
        let supplier = app.key_of("supplier", &[&scene.supplier]).await;
        let commissioner = app.key_of("commissioner", &[&scene.anchors[0]]).await;
        let analyst = app.key_of("analyst", &[]).await;

        // Faults of an item of a hidden contract are not told: what is there answers as what is not.
        let torn = |contract: &str| changed(item(contract, "2026-27-Q1", "x"), json!({"odd": 1}));
        let items = [
            item(&own, "2026-27-Q1", "5"),
            torn(&foreign),
            torn("nowhere"),
        ];
        let told = post_as(&app, &supplier, RETURNS, &items).await;
        assert_eq!(statuses(&told), [201, 404, 404], "{}", told.text);
        let json = told.json();
        assert_eq!(json["items"][1]["problem"], json["items"][2]["problem"]);
        assert_eq!(json["items"][0]["body"]["may_submit"], false);

        let commitment = |contract: &str| json!({"contract": id_of(contract), "measure": "local-job-fte", "target": "1"});
        let items = [
            commitment(&own),
            commitment(&foreign),
            commitment("nowhere"),
        ];
        let told = post_as(&app, &commissioner, COMMITMENTS, &items).await;
        assert_eq!(statuses(&told), [201, 404, 404], "{}", told.text);

        let another = |holder: &str, reference: &str| {
            let share = json!([{"organisation": holder, "share": "1"}]);
            scene.contract(json!({"reference": reference, "anchor_institutions": share}))
        };
        let items = [
            another(&scene.anchors[0], "N-1"),
            another(&scene.anchors[1], "N-2"),
        ];
        let told = post_as(&app, &commissioner, CONTRACTS, &items).await;
        assert_eq!(statuses(&told), [201, 403], "{}", told.text);

        let attempts = [
            ("ask_for_contract", "may_not"),
            ("amend_contract", "not_found"),
            ("report", "not_found"),
        ];
        for (action, code) in attempts {
            refusal(&app, action, code).await;
        }
        for (key, path) in [
            (&supplier, CONTRACTS),
            (&supplier, COMMITMENTS),
            (&commissioner, RETURNS),
            (&analyst, CONTRACTS),
            (&analyst, COMMITMENTS),
            (&analyst, RETURNS),
        ] {
            let told = post_as(&app, key, path, &[]).await;
            assert_eq!(
                (told.status, told.code()),
                (403, "may_not".to_owned()),
                "{path}"
            );
        }
        kept(&app).await;
        app.stop().await;
    }
}

#[tokio::test]
async fn what_was_held_once_may_be_seen_and_not_added_to() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let amendment = json!({
            "effective_on": "2026-10-01", "reason": "Taken over",
            "anchor_institutions": [{"organisation": scene.anchors[1], "share": "1"}],
        });
        let amended = app
            .post(&format!("{contract}/amendments"), &amendment)
            .await;
        assert_eq!(amended.status, 201, "{}", amended.text);
        let key = app.key_of("commissioner", &[&scene.anchors[0]]).await;
        let item = json!({"contract": id_of(&contract), "measure": "local-job-fte", "target": "1"});
        let told = post_as(&app, &key, COMMITMENTS, &[item]).await;
        assert_eq!(statuses(&told), [403]);
        assert_eq!(told.json()["items"][0]["problem"]["code"], "may_not");
        app.stop().await;
    }
}
