//! `Accept`: who takes no JSON is refused before anything is stored.

use serde_json::json;

use crate::support::app::App;
use crate::support::databases::sqlite;

async fn ask(app: &App, method: &str, path: &str, accept: &str) -> crate::support::app::Answer {
    let key = format!("Bearer {}", app.first_key);
    let headers = [
        ("authorization", key.as_str()),
        ("content-type", "application/json"),
        ("accept", accept),
    ];
    let place = json!({"name": "Somewhere", "kind": "borough"});
    let body = (method == "POST").then(|| place.to_string().into_bytes());
    app.send(method, path, &headers, body).await
}

#[tokio::test]
async fn a_client_that_takes_no_json_is_refused_with_a_problem() {
    let app = App::start(sqlite()).await;
    let places = app.get("/v1/places").await.text;
    for accept in ["text/html", "application/json;q=0, */*", "*/*;q=0"] {
        for (method, path) in [("GET", "/v1/measures"), ("POST", "/v1/places")] {
            let answer = ask(&app, method, path, accept).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (406, "not_acceptable"),
                "{method} {accept}"
            );
            assert_eq!(
                answer.header("content-type"),
                Some("application/problem+json")
            );
        }
    }
    assert_eq!(
        app.get("/v1/places").await.text,
        places,
        "nothing was stored"
    );
    let whole = ask(&app, "GET", "/v1/measures", "text/csv").await;
    insta::assert_snapshot!("not_acceptable", whole.whole());
    app.stop().await;
}

#[tokio::test]
async fn a_client_that_takes_json_somehow_is_served() {
    let app = App::start(sqlite()).await;
    for accept in [
        "application/json",
        "application/problem+json",
        "application/*",
        "text/html, */*;q=0.1",
    ] {
        assert_eq!(ask(&app, "GET", "/v1/measures", accept).await.status, 200);
    }
    for (path, accept) in [
        ("/docs/", "text/html"),
        ("/docs/swagger-ui.css", "text/css"),
        ("/healthz", "text/plain"),
    ] {
        assert_eq!(ask(&app, "GET", path, accept).await.status, 200, "{path}");
    }
    app.stop().await;
}
