//! Whom a key lets in, from where; and that it was used.

use goodmeasure::operations::open_partnership::open_partnership;
use serde_json::{Value, json};

use super::{added, made_before, reads};
use crate::support::app::App;

#[tokio::test]
async fn whoever_has_no_living_key_is_told_the_same() {
    for app in App::on_each().await {
        let (there, _) = added(
            &app,
            "/v1/keys",
            json!({"name": "here", "role": "analyst", "networks": ["127.0.0.0/8"]}),
        )
        .await;
        assert_eq!(reads(&app, &there).await.status, 200);
        let (elsewhere, _) = added(
            &app,
            "/v1/keys",
            json!({"name": "there", "role": "analyst", "networks": ["203.0.113.0/24", "::1"]}),
        )
        .await;
        let (gone, id) = added(&app, "/v1/keys", json!({"name": "a", "role": "analyst"})).await;
        app.post(&format!("/v1/keys/{id}/revocation"), &json!({}))
            .await;
        let expired = made_before(&app, "analyst", "2027-11-30").await;
        let ends_today = made_before(&app, "analyst", "2027-12-01").await;
        assert_eq!(reads(&app, ends_today.text.reveal()).await.status, 200);
        let at = (app.office.clock)();
        let other = open_partnership(&app.office, "elsewhere", None, at)
            .await
            .unwrap();
        let other = other.made_key.unwrap().text;
        let theirs = other.reveal().replace("gm_elsewhere_", "gm_default_");
        let ours = app.first_key.replace("gm_default_", "gm_elsewhere_");
        let mut wrong = app.first_key.clone();
        wrong.pop();
        wrong.push('x');
        let none = app
            .send("GET", "/v1/measures?limit=1", &[], None)
            .await
            .whole();
        for key in [
            elsewhere.as_str(),
            &gone,
            expired.text.reveal(),
            &theirs,
            &ours,
            &wrong,
            &app.first_key[..40],
            "gm_default_00000000000000000000000000000000",
        ] {
            // Twice: what is remembered of a key answers no other than the database.
            for _ in 0..2 {
                let answer = reads(&app, key).await;
                assert_eq!(
                    (answer.status, answer.whole()),
                    (401, none.clone()),
                    "{key}"
                );
            }
        }
        let (first, bearer) = (format!("Bearer {}", app.first_key), "Bearer x".to_owned());
        let two = [
            ("authorization", first.as_str()),
            ("authorization", &bearer),
        ];
        let answer = app.send("GET", "/v1/measures?limit=1", &two, None).await;
        assert_eq!(
            (answer.status, answer.whole()),
            (401, none.clone()),
            "two keys"
        );
        // What is another partnership's is not there.
        let id = app.get("/v1/keys?limit=1").await.json()["items"][0]["id"].clone();
        let path = format!("/v1/keys/{}", id.as_str().unwrap());
        for (method, below) in [("GET", ""), ("POST", "/rotation"), ("POST", "/revocation")] {
            let path = format!("{path}{below}");
            let body = (below == "/rotation").then_some("{}");
            let answer = app.with_key(other.reveal(), method, &path, body).await;
            assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn the_last_use_is_noted_beside_the_request() {
    for app in App::on_each().await {
        let (key, id) = added(&app, "/v1/keys", json!({"name": "a", "role": "analyst"})).await;
        let path = format!("/v1/keys/{id}");
        assert_eq!(app.get(&path).await.json()["last_used_at"], Value::Null);
        assert_eq!(reads(&app, &key).await.status, 200);
        let mut tries = 0..5_000;
        while app.get(&path).await.json()["last_used_at"].is_null() {
            assert!(tries.next().is_some(), "never noted");
        }
        app.stop().await;
    }
}
