//! Lists and lines, in and out.

use serde_json::json;

use super::*;

const NDJSON: &str = "application/x-ndjson";

async fn post_lines(app: &App, path: &str, accept: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {}", app.first_key);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", NDJSON),
        ("accept", accept),
    ];
    let bytes = body.as_bytes().to_vec();
    app.send("POST", path, &headers, Some(bytes)).await
}

#[tokio::test]
async fn a_line_is_an_item_and_is_answered_with_one() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let line = |reference: &str| scene.contract(json!({"reference": reference})).to_string();
        let body = format!(
            "{}\r\n\r\n{{\"reference\": \"torn\r\n   \n[]\n{}",
            line("C-1"),
            line("C-2")
        );
        let answer = post_lines(&app, CONTRACTS, "*/*", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("content-type"), Some(NDJSON));
        let told: Vec<Value> = answer
            .text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let statuses: Vec<u64> = told
            .iter()
            .map(|item| item["status"].as_u64().unwrap())
            .collect();
        assert_eq!(statuses, [201, 400, 422, 201]);
        assert_eq!(told[1]["problem"]["code"], "malformed_body");
        let detail = told[1]["problem"]["detail"].as_str().unwrap();
        assert!(
            detail.starts_with("line 3 of the body is not JSON"),
            "{detail}"
        );
        assert_eq!(told[3]["index"], 3);
        assert_eq!(kept(&app).await.0, 2);

        // Lines in, JSON out; and the other way round.
        let json_out = post_lines(&app, CONTRACTS, "application/json", &line("C-3")).await;
        assert_eq!(super::statuses(&json_out), [201]);
        let body = json!({"items": [scene.contract(json!({"reference": "C-4"}))]});
        let accept = [("accept", "application/x-ndjson, application/json;q=0.9")];
        let lines_out = app.send_json("POST", CONTRACTS, &accept, &body).await;
        assert_eq!(lines_out.header("content-type"), Some(NDJSON));
        assert_eq!(lines_out.text.lines().count(), 1);
        // What is refused whole is a problem, also for who takes lines only.
        let only = [("accept", NDJSON)];
        let refused = app.send_json("POST", CONTRACTS, &only, &json!({})).await;
        assert_eq!(
            (refused.status, refused.code()),
            (422, "invalid".to_owned())
        );
        let elsewhere = app
            .send_json("POST", "/v1/contracts", &only, &json!({}))
            .await;
        assert_eq!(elsewhere.status, 406);
        app.stop().await;
    }
}

#[tokio::test]
async fn calls_have_their_limits() {
    let app = App::start(crate::support::databases::sqlite()).await;
    let many = |count: usize| vec![json!({}); count];
    for path in [CONTRACTS, COMMITMENTS, RETURNS] {
        let too_many = post_items(&app, path, &many(1_001)).await;
        let fault = ("/items".to_owned(), "too_many".to_owned());
        assert_eq!(
            (too_many.status, too_many.faults()),
            (422, vec![fault.clone()])
        );
        let lines = post_lines(&app, path, "*/*", &"{}\n".repeat(1_001)).await;
        assert_eq!((lines.status, lines.faults()), (422, vec![fault]));
        let most = post_items(&app, path, &many(1_000)).await;
        assert_eq!(counts(&most), BTreeMap::from([(422, 1_000)]));
        let none = post_items(&app, path, &[]).await;
        assert_eq!(
            (none.status, none.json()),
            (200, json!({"items": [], "stored": 0, "refused": 0}))
        );
        let no_lines = post_lines(&app, path, "*/*", "\r\n").await;
        assert_eq!((no_lines.status, no_lines.text.as_str()), (200, ""));
        let bearer = format!("Bearer {}", app.first_key);
        let text = [
            ("authorization", bearer.as_str()),
            ("content-type", "text/plain"),
        ];
        let other = app.send("POST", path, &text, Some(b"{}".to_vec())).await;
        assert_eq!(other.status, 415, "{}", other.text);
        let large = app.post_text(path, &" ".repeat(16 * 1024 * 1024 + 1)).await;
        assert_eq!(
            (large.status, large.code()),
            (413, "body_too_large".to_owned())
        );
    }
    // An item that would be too large alone.
    let large = json!({"contract": "x", "note": " ".repeat(1024 * 1024)});
    let refused = post_items(&app, RETURNS, &[large]).await;
    assert_eq!(
        refused.json()["items"][0]["problem"]["code"],
        "body_too_large"
    );
    // More faults of an item than anybody reads.
    let lines = vec![json!({"quantity": 1}); 500];
    let scene = Scene::set(&app).await;
    let contract = scene.add_contract(&app, json!({})).await;
    let body = changed(item(&contract, "2026-27-Q1", "1"), json!({"lines": lines}));
    let refused = post_items(&app, RETURNS, &[body]).await;
    let problem = refused.json()["items"][0]["problem"].clone();
    assert_eq!(problem["errors"].as_array().unwrap().len(), 50);
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.ends_with("more are not listed here"), "{detail}");
    app.stop().await;
}

#[tokio::test]
async fn the_paths_are_no_contracts() {
    let app = App::start(crate::support::databases::sqlite()).await;
    for path in [CONTRACTS, COMMITMENTS, RETURNS] {
        for method in ["GET", "PUT", "HEAD"] {
            let answer = app.with_key(&app.first_key, method, path, None).await;
            assert_eq!(
                (answer.status, answer.header("allow")),
                (405, Some("POST, OPTIONS"))
            );
        }
        let nobody = app.send("POST", path, &[], None).await;
        assert_eq!(nobody.status, 401);
    }
    assert_eq!(app.get("/v1/contracts/bulk/value").await.status, 404);
    app.stop().await;
}
