//! The same call again, under its name.

use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::*;
use crate::support::databases::postgres;

async fn post_named(app: &App, path: &str, name: &str, items: &[Value]) -> Answer {
    let body = json!({ "items": items });
    let headers = [("idempotency-key", name)];
    app.send_json("POST", path, &headers, &body).await
}

#[tokio::test]
async fn a_repeated_call_is_answered_word_for_word_and_does_nothing() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        // More than share a transaction; one is refused.
        let mut items: Vec<Value> = (0..45)
            .map(|number| scene.contract(json!({"reference": format!("C-{number}")})))
            .collect();
        items[22] = scene.contract(json!({"reference": "C-1"}));
        for (name, atomic) in [("n", ""), ("m", "?atomic=true")] {
            let path = format!("{CONTRACTS}{atomic}");
            if !atomic.is_empty() {
                for (number, item) in items.iter_mut().enumerate() {
                    item["reference"] = json!(format!("D-{number}"));
                }
            }
            let first = post_named(&app, &path, name, &items).await;
            assert_eq!(
                (first.status, first.header("idempotent-replayed")),
                (200, None)
            );
            let before = kept(&app).await;
            let again = post_named(&app, &path, name, &items).await;
            assert_eq!(again.header("idempotent-replayed"), Some("true"));
            assert_eq!(again.text, first.text);
            assert_eq!(kept(&app).await, before);
            let other = post_named(&app, &path, name, &items[1..]).await;
            assert_eq!(
                (other.status, other.code()),
                (422, "idempotency_key_reused".to_owned())
            );
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn equal_calls_at_once_are_one() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contracts = monthly(&app, &scene, 10).await;
        let months = ["2026-04", "2026-05", "2026-06", "2026-07", "2026-08"];
        let items: Vec<Value> = months
            .iter()
            .flat_map(|month| contracts.iter().map(|contract| item(contract, month, "3")))
            .collect();
        let calls = (0..8).map(|_| post_named(&app, RETURNS, "one", &items));
        let answers = futures_util::future::join_all(calls).await;
        for answer in &answers {
            assert_eq!(
                counts(answer),
                BTreeMap::from([(201, 50)]),
                "{}",
                answer.status
            );
            assert_eq!(answer.text, answers[0].text);
        }
        let again = post_named(&app, RETURNS, "one", &items).await;
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        kept(&app).await;
        app.stop().await;
    }
}

#[tokio::test]
async fn what_was_refused_together_may_be_asked_again_under_its_name() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{COMMITMENTS}?atomic=true");
        let items = [
            json!({"contract": id_of(&contract), "measure": "local-job-fte", "target": "1"}),
            json!({"contract": id_of(&contract), "measure": "no-such-measure", "target": "1"}),
        ];
        let refused = post_named(&app, &path, "n", &items).await;
        assert_eq!(
            (refused.status, refused.code()),
            (422, "bulk_refused".to_owned())
        );
        let taken = post_named(&app, &path, "n", &items[..1]).await;
        assert_eq!(statuses(&taken), [201]);
        app.stop().await;
    }
}

/// What is for now in the way is no answer to keep.
#[tokio::test]
async fn what_could_not_be_done_for_now_is_done_by_the_repetition() {
    let Some(database) = postgres() else { return };
    let url = database.url().to_owned();
    let app = App::start(database).await;
    let scene = Scene::set(&app).await;
    let contracts = monthly(&app, &scene, 2).await;
    let call = |contract: &str| [item(contract, "2026-05", "1")];
    assert_eq!(
        statuses(&post_items(&app, RETURNS, &call(&contracts[0])).await),
        [201]
    );
    // Somebody holds the totals that the next one would add to, for longer than is waited.
    let mut holder = PgConnection::connect(&url).await.unwrap();
    let hold = "begin; select 1 from anchor_total for update";
    sqlx::raw_sql(hold).execute(&mut holder).await.unwrap();
    let refused = post_named(&app, RETURNS, "n", &call(&contracts[1])).await;
    assert_eq!(
        (refused.status, refused.code()),
        (503, "unavailable".to_owned())
    );
    holder.close().await.unwrap();
    let done = post_named(&app, RETURNS, "n", &call(&contracts[1])).await;
    assert_eq!(
        (statuses(&done), done.header("idempotent-replayed")),
        (vec![201], None)
    );
    kept(&app).await;
    app.stop().await;
}
