//! All or nothing.

use serde_json::json;

use super::*;

#[tokio::test]
async fn one_refused_item_refuses_all_and_every_refused_one_is_told() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let good = item(&contract, "2026-27-Q1", "5");
        let before = kept(&app).await;
        let items = [
            good.clone(),
            item(&contract, "2026-27-Q9", "5"),
            // It is there already for this item, though it will not stay.
            changed(good.clone(), json!({"lines": [], "if_match": "\"x\""})),
            item(&contract, "2026-27-Q2", "5"),
            item("nowhere", "2026-27-Q2", "5"),
        ];
        let path = format!("{RETURNS}?atomic=true");
        let refused = post_items(&app, &path, &items).await;
        assert_eq!(
            (refused.status, refused.code()),
            (422, "bulk_refused".to_owned())
        );
        assert_eq!(
            refused.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(statuses(&refused), [201, 422, 409, 201, 404]);
        assert!(
            refused.json()["detail"]
                .as_str()
                .unwrap()
                .starts_with("3 of 5 items")
        );
        let after = kept(&app).await;
        assert_eq!(
            (after.0, after.1),
            (before.0, before.1),
            "but for the audit of what was refused"
        );
        let absent = app.get(&format!("{contract}/returns/2026-27-Q1")).await;
        assert_eq!(absent.status, 404);

        let taken = post_items(&app, &path, &[good, items[3].clone()]).await;
        assert_eq!((taken.status, statuses(&taken)), (200, vec![201, 201]));
        assert_eq!(
            (&taken.json()["stored"], &taken.json()["refused"]),
            (&json!(2), &json!(0))
        );
        let after = kept(&app).await;
        assert!(after.1 > before.1 && after.2 > before.2, "{after:?}");
        app.stop().await;
    }
}

#[tokio::test]
async fn what_a_database_refuses_is_taken_back_with_all_else() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let before = kept(&app).await;
        let items = [
            scene.contract(json!({"reference": "C-1"})),
            scene.contract(json!({"reference": "C-1"})),
            scene.contract(json!({"reference": "C-2"})),
            scene.contract(json!({"reference": "C-2"})),
        ];
        let path = format!("{CONTRACTS}?atomic=true");
        let refused = post_items(&app, &path, &items).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(statuses(&refused), [201, 409, 201, 409]);
        assert_eq!(kept(&app).await, before);
        let taken = post_items(&app, &path, &[items[0].clone(), items[2].clone()]).await;
        assert_eq!(statuses(&taken), [201, 201]);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_dry_run_tells_what_would_become_of_each() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        // More than share a transaction, so that the last item would meet the first of another one.
        let mut items: Vec<Value> = (0..25)
            .map(|number| scene.contract(json!({"reference": format!("C-{number}")})))
            .collect();
        items.push(scene.contract(json!({"reference": "C-0"})));
        let before = kept(&app).await;
        let path = format!("{CONTRACTS}?dry_run=true");
        let tried = post_items(&app, &path, &items).await;
        assert_eq!((tried.status, tried.header("dry-run")), (200, Some("true")));
        assert_eq!(counts(&tried), BTreeMap::from([(201, 25), (409, 1)]));
        assert!(tried.json()["items"][0]["etag"].is_null());
        assert_eq!(kept(&app).await, before);
        let both = format!("{CONTRACTS}?dry_run=true&atomic=true");
        let refused = post_items(&app, &both, &items).await;
        assert_eq!(
            (refused.status, refused.code()),
            (422, "bulk_refused".to_owned())
        );
        assert_eq!(kept(&app).await, before);
        app.stop().await;
    }
}
