//! How a key ends: it expires, another takes its place, or it is revoked.

use serde_json::{Value, json};

use super::{added, made_before, masked, reads};
use crate::support::app::{Answer, App, same_on_each};
use crate::support::scene::{Scene, changed, return_of};

#[tokio::test]
async fn a_rotated_key_opens_until_the_overlap_is_over() {
    let mut rotated = vec![];
    for app in App::on_each().await {
        let body = json!({"name": "dashboard", "role": "analyst", "expires_on": "2028-06-30", "networks": ["127.0.0.0/8"]});
        let (old, id) = added(&app, "/v1/keys", body).await;
        assert_eq!(reads(&app, &old).await.status, 200);
        let path = format!("/v1/keys/{id}/rotation");
        for overlap in [json!(-1), json!(91), json!("7"), json!(1.5)] {
            let refused = app.post(&path, &json!({ "overlap_days": overlap })).await;
            assert_eq!(
                (refused.status, refused.code()),
                (422, "invalid".to_owned())
            );
        }
        let answer = app.post(&path, &json!({})).await;
        let new = answer.json();
        let text = new["key"].as_str().unwrap();
        assert_eq!(new["holder"], id.as_str());
        assert_ne!(new["id"], id.as_str());
        assert_eq!(
            [
                reads(&app, &old).await.status,
                reads(&app, text).await.status
            ],
            [200, 200]
        );
        let before = app.get(&format!("/v1/keys/{id}")).await.json();
        assert_eq!(before["state"], "live");
        let day = |value: &Value| value.as_str().unwrap()[..10].to_owned();
        assert_eq!(day(&before["expires_at"]), "2027-12-08", "in seven days");
        assert_eq!(day(&new["expires_at"]), "2028-07-01", "for as long again");
        let again = app.post(&path, &json!({})).await;
        assert_eq!(again.code(), "key_rotated");

        // At once: the one before is refused from now on, though it was found alive just now.
        let path = format!("/v1/keys/{}/rotation", new["id"].as_str().unwrap());
        let (last, last_id) = added(&app, &path, json!({"overlap_days": 0})).await;
        assert_eq!(
            [
                reads(&app, text).await.status,
                reads(&app, &last).await.status
            ],
            [401, 200]
        );
        let third = app.get(&format!("/v1/keys/{last_id}")).await.json();
        assert_eq!(third["holder"], id.as_str(), "the first of the chain");

        let expired = made_before(&app, "analyst", "2027-11-30").await.key.id;
        let revoked = added(&app, "/v1/keys", json!({"name": "a", "role": "analyst"}))
            .await
            .1;
        let done = app
            .post(&format!("/v1/keys/{revoked}/revocation"), &json!({}))
            .await;
        assert_eq!(done.status, 200);
        for (id, code) in [(expired, "key_expired"), (revoked, "key_revoked")] {
            let answer = app
                .post(&format!("/v1/keys/{id}/rotation"), &json!({}))
                .await;
            assert_eq!((answer.status, answer.code().as_str()), (409, code));
        }
        for id in ["none", "%00", "x%2Fy"] {
            let answer = app
                .post(&format!("/v1/keys/{id}/rotation"), &json!({}))
                .await;
            assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
        }
        rotated.push(masked(&answer));
        app.stop().await;
    }
    insta::assert_snapshot!("key_rotated", same_on_each(&rotated));
}

#[tokio::test]
async fn a_rotated_key_is_the_same_hand() {
    for app in App::on_each().await {
        let contract = Scene::set(&app).await.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1");
        let lines = json!([{"line": "1", "measure": "volunteering-hours", "quantity": "10"}]);
        let (first, id) = added(
            &app,
            "/v1/keys",
            json!({"name": "a", "role": "administrator"}),
        )
        .await;
        let body = return_of(lines).to_string();
        assert_eq!(
            app.with_key(&first, "PUT", &path, Some(&body)).await.status,
            201
        );
        let (next, _) = added(&app, &format!("/v1/keys/{id}/rotation"), json!({})).await;
        // What one began the other may end.
        let submission = format!("{path}/submission");
        assert_eq!(
            app.with_key(&next, "POST", &submission, None).await.status,
            200
        );
        let decision = json!({"revision": 1, "decision": "accept"});
        for key in [&first, &next] {
            let body = decision.to_string();
            let answer = app
                .with_key(key, "POST", &format!("{path}/decision"), Some(&body))
                .await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "same_actor"));
        }
        let decided = app
            .post_as_second(&format!("{path}/decision"), &decision)
            .await;
        assert_eq!(decided.status, 200, "{}", decided.text);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_and_the_last_administrator_stays() {
    let (mut revoked, mut kept) = (vec![], vec![]);
    for app in App::on_each().await {
        let (key, id) = added(&app, "/v1/keys", json!({"name": "a", "role": "analyst"})).await;
        assert_eq!(reads(&app, &key).await.status, 200);
        let path = format!("/v1/keys/{id}/revocation");
        let elsewhere = app
            .with_key(&key, "POST", "/v1/keys/none/revocation", None)
            .await;
        assert_eq!(
            (elsewhere.status, elsewhere.code()),
            (403, "may_not".to_owned())
        );
        let first = app.post(&path, &json!({})).await;
        assert_eq!(reads(&app, &key).await.status, 401, "at once");
        let again = app.post(&path, &json!({})).await;
        // When it was last used may be noted between the two.
        let unused = |answer: &Answer| changed(answer.json(), json!({"last_used_at": null}));
        assert_eq!(unused(&first), unused(&again), "and nothing changes");
        revoked.push(unused(&first)["state"].clone());

        let administrators = app.get("/v1/keys?role=administrator").await.json();
        let own = |index: usize| {
            administrators["items"][index]["id"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        // One that has expired is no comfort, and neither is one that will when the others go on.
        made_before(&app, "administrator", "2027-11-30").await;
        let passing = json!({"name": "b", "role": "administrator", "expires_on": "2027-12-31"});
        let (_, passing) = added(&app, "/v1/keys", passing).await;
        let of = |id: String| format!("/v1/keys/{id}/revocation");
        // Both at once, each by the other: one of them stays.
        let (one, other, empty) = (of(own(0)), of(own(1)), json!({}));
        let (one, other) = tokio::join!(app.post_as_second(&one, &empty), app.post(&other, &empty));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "{} {}", one.text, other.text);
        assert!(
            [401, 409].contains(&statuses[1]),
            "{} {}",
            one.text,
            other.text
        );
        let left = match one.status {
            200 => (&app.second_key, own(1)),
            _ => (&app.first_key, own(0)),
        };
        let answer = app.with_key(left.0, "POST", &of(left.1), None).await;
        assert_eq!(reads(&app, left.0).await.status, 200);
        let passing = format!("/v1/keys/{passing}/revocation");
        let revoked = app.with_key(left.0, "POST", &passing, None).await;
        assert_eq!(revoked.status, 200, "that one may go");
        kept.push(answer);
        app.stop().await;
    }
    assert!(revoked.iter().all(|state| state == "revoked"));
    insta::assert_snapshot!("key_last_administrator", same_on_each(&kept));
}
