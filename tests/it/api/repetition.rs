//! Repeating, trying and overwriting: Idempotency-Key, dry_run, If-Match.

use goodmeasure::domain::moment::Moment;
use goodmeasure::operations::carry_out::forget_the_old;
use serde_json::{Value, json};

use crate::support::app::{Answer, App};
use crate::support::scene::{Scene, return_of};

/// As many equal requests at once as a nervous client sends.
const AT_ONCE: usize = 50;

async fn count(app: &App, path: &str) -> usize {
    let answer = app.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().len()
}

async fn post_named(app: &App, path: &str, name: &str, body: &Value) -> Answer {
    let headers = [("idempotency-key", name)];
    app.send_json("POST", path, &headers, body).await
}

#[tokio::test]
async fn fifty_equal_requests_at_once_are_one() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{contract}/commitments");
        let body = json!({"measure": "car-miles-saved", "target": "1000", "kpi": true});
        let requests = (0..AT_ONCE).map(|_| post_named(&app, &path, "one", &body));
        let answers = futures_util::future::join_all(requests).await;
        for answer in &answers {
            assert_eq!(answer.status, 201, "{}", answer.text);
            assert_eq!(answer.text, answers[0].text);
            assert_eq!(answer.header("location"), answers[0].header("location"));
            assert_eq!(answer.header("etag"), answers[0].header("etag"));
        }
        let replayed = answers
            .iter()
            .filter(|answer| answer.header("idempotent-replayed") == Some("true"));
        assert_eq!(replayed.count(), AT_ONCE - 1);
        assert_eq!(count(&app, &path).await, 1);
        // Another name is another request.
        let another = json!({"measure": "local-job-fte", "target": "1"});
        let other = post_named(&app, &path, "two", &another).await;
        assert_eq!(other.status, 201);
        assert_eq!(count(&app, &path).await, 2);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_name_stands_for_one_request_of_one_key() {
    for app in App::on_each().await {
        let body = json!({"name": "A Charity", "kind": "vcfse"});
        let first = post_named(&app, "/v1/organisations", "n", &body).await;
        assert_eq!(first.status, 201, "{}", first.text);
        assert_eq!(first.header("idempotent-replayed"), None);
        let other = json!({"name": "Another Charity", "kind": "vcfse"});
        let refused = post_named(&app, "/v1/organisations", "n", &other).await;
        assert_eq!(
            (refused.status, refused.code()),
            (422, "idempotency_key_reused".to_owned())
        );
        let elsewhere = post_named(&app, "/v1/places", "n", &body).await;
        assert_eq!(elsewhere.status, 422, "{}", elsewhere.text);
        // Another key may use the same name.
        let bearer = format!("Bearer {}", app.second_key);
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", "n"),
        ];
        let bytes = Some(other.to_string().into_bytes());
        let of_other = app.send("POST", "/v1/organisations", &headers, bytes).await;
        assert_eq!(of_other.status, 201, "{}", of_other.text);
        assert_eq!(of_other.header("idempotent-replayed"), None);
        for bad in ["", " ", "a b", "\u{e9}", &"x".repeat(256)] {
            let answer = post_named(&app, "/v1/organisations", bad, &body).await;
            assert_eq!(
                (answer.status, answer.code()),
                (400, "bad_header".to_owned()),
                "{bad:?}"
            );
        }
        assert_eq!(count(&app, "/v1/organisations").await, 2);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_name_that_nobody_can_repeat_any_more_is_forgotten() {
    const DAY: i64 = 24 * 60 * 60 * 1_000_000;
    for app in App::on_each().await {
        let body = json!({"name": "Frodsham", "kind": "locality", "parent": "halton"});
        let first = post_named(&app, "/v1/places", "one", &body).await;
        let now = (app.office.clock)().micros();
        let replayed = async |after: i64| {
            let at = Moment::from_micros(now + after);
            forget_the_old(&app.office, at).await.unwrap();
            post_named(&app, "/v1/places", "one", &body).await
        };
        assert_eq!(replayed(DAY - 1_000_000).await.text, first.text);
        assert_eq!(replayed(DAY).await.code(), "place_taken", "asked anew");
        app.stop().await;
    }
}

#[tokio::test]
async fn what_was_refused_may_be_asked_again_under_its_name() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1/submission");
        let refused = post_named(&app, &path, "s", &json!({})).await;
        assert_eq!(refused.status, 404, "{}", refused.text);
        let line = json!([{"measure": "car-miles-saved", "quantity": "10"}]);
        let put = app
            .put(&format!("{contract}/returns/2026-27-Q1"), &return_of(line))
            .await;
        assert_eq!(put.status, 201, "{}", put.text);
        let submitted = post_named(&app, &path, "s", &json!({})).await;
        assert_eq!(submitted.status, 200, "{}", submitted.text);
        // It is given again as it was then, though it was decided since.
        let decision = json!({"revision": 1, "decision": "accept"});
        let decide = format!("{contract}/returns/2026-27-Q1/decision");
        assert_eq!(app.post_as_second(&decide, &decision).await.status, 200);
        let again = post_named(&app, &path, "s", &json!({})).await;
        assert_eq!(again.text, submitted.text);
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        app.stop().await;
    }
}

#[tokio::test]
async fn a_dry_run_answers_the_same_and_keeps_nothing() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let line = return_of(json!([{"measure": "car-miles-saved", "quantity": "10"}]));
        let target = json!({"measure": "car-miles-saved", "target": "1000"});
        let amendment =
            json!({"effective_on": "2026-10-01", "reason": "More", "value": "2000000.00"});
        let tries = [
            (
                "POST",
                "/v1/organisations".to_owned(),
                json!({"name": "X", "kind": "vcfse"}),
                201,
            ),
            (
                "POST",
                "/v1/places".to_owned(),
                json!({"code": "x", "name": "X", "kind": "ward"}),
                201,
            ),
            ("POST", format!("{contract}/commitments"), target, 201),
            ("POST", format!("{contract}/amendments"), amendment, 201),
            ("PUT", format!("{contract}/returns/2026-27-Q1"), line, 201),
            (
                "POST",
                "/v1/organisations".to_owned(),
                json!({"kind": "vcfse"}),
                422,
            ),
            (
                "POST",
                format!("{contract}/returns/2026-27-Q1/submission"),
                json!({}),
                404,
            ),
        ];
        let before = everything(&app, &contract).await;
        for (method, path, body, status) in tries {
            let headers = [("if-match", "*"), ("idempotency-key", "dry")];
            let headers = if method == "PUT" {
                &headers[2..]
            } else {
                &headers[..]
            };
            let asked = format!("{path}?dry_run=true");
            let tried = app.send_json(method, &asked, headers, &body).await;
            assert_eq!(tried.status, status, "{path}: {}", tried.text);
            let said = (status < 400).then_some("true");
            assert_eq!(tried.header("dry-run"), said, "{path}");
            assert_eq!(tried.header("etag"), None, "{path}");
        }
        assert_eq!(everything(&app, &contract).await, before);
        let bad = app.post("/v1/organisations?dry_run=yes", &json!({})).await;
        assert_eq!((bad.status, bad.code()), (400, "bad_query".to_owned()));
        app.stop().await;
    }
}

/// Everything that a dry run could have changed.
async fn everything(app: &App, contract: &str) -> Vec<Value> {
    let paths = [
        "/v1/organisations".to_owned(),
        "/v1/places?limit=200".to_owned(),
        contract.to_owned(),
        format!("{contract}/commitments"),
        format!("{contract}/returns"),
        format!("{contract}/value"),
    ];
    let mut found = Vec::new();
    for path in paths {
        let mut read = app.get(&path).await.json();
        read.as_object_mut().unwrap().remove("as_of");
        found.push(read);
    }
    found
}

#[tokio::test]
async fn nobody_overwrites_what_they_have_not_read() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1");
        let with = |quantity: &str| {
            return_of(json!([{"measure": "car-miles-saved", "quantity": quantity}]))
        };
        let put = async |headers: &[(&str, &str)], quantity: &str| {
            app.send_json("PUT", &path, headers, &with(quantity)).await
        };
        let none = put(&[("if-match", "*")], "1").await;
        assert_eq!((none.status, none.code()), (412, "stale".to_owned()));
        let first = put(&[("if-none-match", "*")], "1").await;
        assert_eq!(first.status, 201, "{}", first.text);
        let tag = first.header("etag").unwrap().to_owned();
        let there = put(&[("if-none-match", "*")], "2").await;
        assert_eq!((there.status, there.code()), (412, "stale".to_owned()));
        // The same again overwrites nothing; anything else must say what it has seen.
        assert_eq!(put(&[], "1").await.status, 200);
        let unsaid = put(&[], "2").await;
        assert_eq!(
            (unsaid.status, unsaid.code()),
            (428, "if_match_needed".to_owned())
        );
        let second = put(&[("if-match", &tag)], "2").await;
        assert_eq!(second.status, 200, "{}", second.text);
        for stale in [
            tag.as_str(),
            "\"0\"",
            &format!("W/{}", second.header("etag").unwrap()),
        ] {
            let answer = put(&[("if-match", stale)], "3").await;
            assert_eq!(
                (answer.status, answer.code()),
                (412, "stale".to_owned()),
                "{stale}"
            );
        }
        let submit = format!("{path}/submission");
        let stale = app
            .send_json("POST", &submit, &[("if-match", &tag)], &json!({}))
            .await;
        assert_eq!((stale.status, stale.code()), (412, "stale".to_owned()));
        let tag = second.header("etag").unwrap();
        let fresh = app
            .send_json("POST", &submit, &[("if-match", tag)], &json!({}))
            .await;
        assert_eq!(fresh.status, 200, "{}", fresh.text);

        let amend = format!("{contract}/amendments");
        let more = json!({"effective_on": "2026-10-01", "reason": "More", "value": "2000000.00"});
        let unsaid = app.send_json("POST", &amend, &[], &more).await;
        assert_eq!(
            (unsaid.status, unsaid.code()),
            (428, "if_match_needed".to_owned())
        );
        let tag = app.get(&contract).await.header("etag").unwrap().to_owned();
        let one = app
            .send_json("POST", &amend, &[("if-match", &tag)], &more)
            .await;
        assert_eq!(one.status, 201, "{}", one.text);
        let two = app
            .send_json("POST", &amend, &[("if-match", &tag)], &more)
            .await;
        assert_eq!((two.status, two.code()), (412, "stale".to_owned()));
        app.stop().await;
    }
}
