//! Headers that stand on every answer: what a browser may do with it, and who may keep it.

use goodmeasure::http::Settings;
use serde_json::json;

use crate::support::app::{Answer, App};
use crate::support::databases::sqlite;

const OF_DATA: &str = "default-src 'none'; frame-ancestors 'none'";

/// Name, answer and the expected `Cache-Control` of one of each kind.
async fn answers(app: &App) -> Vec<(&'static str, Answer, &'static str)> {
    let private = "private, no-cache";
    let public = "public, max-age=300";
    let place = json!({"name": "Somewhere", "kind": "borough"});
    let none = app.send("GET", "/v1/measures", &[], None).await;
    let options = app.send("OPTIONS", "/v1/measures", &[], None).await;
    let method = app.send("DELETE", "/v1/measures", &[], None).await;
    let path = app.send("GET", "/%00", &[], None).await;
    let long = format!("/healthz?{}", "x".repeat(9_000));
    vec![
        ("a read", app.get("/v1/measures").await, private),
        ("a write", app.post("/v1/places", &place).await, "no-store"),
        (
            "invalid",
            app.post("/v1/places", &json!({})).await,
            "no-store",
        ),
        ("no key", none, "no-store"),
        ("not found", app.get("/v1/contracts/none").await, "no-store"),
        ("no path", path, "no-store"),
        ("no route", app.get("/none").await, "no-store"),
        ("options", options, "no-store"),
        ("no method", method, "no-store"),
        ("too long", app.get(&long).await, "no-store"),
        ("health", app.get("/healthz").await, "no-store"),
        ("document", app.get("/openapi.json").await, public),
        ("page", app.get("/docs/").await, public),
        (
            "script",
            app.get("/docs/swagger-ui-bundle.js").await,
            public,
        ),
    ]
}

#[tokio::test]
async fn every_answer_says_what_may_be_done_with_it() {
    let app = App::start(sqlite()).await;
    for (name, answer, cache_control) in answers(&app).await {
        let header = |header| answer.header(header);
        assert_eq!(header("x-content-type-options"), Some("nosniff"), "{name}");
        assert_eq!(header("referrer-policy"), Some("no-referrer"), "{name}");
        assert_eq!(
            header("cross-origin-resource-policy"),
            Some("same-origin"),
            "{name}"
        );
        assert_eq!(header("strict-transport-security"), None, "{name}");
        assert_eq!(header("cache-control"), Some(cache_control), "{name}");
        let policy = header("content-security-policy").unwrap_or_default();
        match name {
            "page" | "script" => {
                assert!(policy.contains("script-src 'self';"), "{policy}");
                assert!(policy.contains("default-src 'none'"), "{policy}");
                assert!(!policy.contains("unsafe"), "{policy}");
            }
            _ => assert_eq!(policy, OF_DATA, "{name}"),
        }
        let is_api = ["a read", "a write", "invalid", "no key", "not found"].contains(&name);
        let vary = header("vary").unwrap_or_default();
        assert_eq!(
            vary.contains("authorization"),
            is_api || name == "options" || name == "no method",
            "{name}"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn browsers_are_told_to_stay_with_https_where_there_is_https() {
    let settings = Settings {
        outside_is_https: true,
        ..Settings::default()
    };
    let app = App::start_with(sqlite(), settings).await;
    for (name, answer, _) in answers(&app).await {
        assert_eq!(
            answer.header("strict-transport-security"),
            Some("max-age=31536000"),
            "{name}"
        );
    }
    app.stop().await;
}

/// The policy of the page allows no inline script or style and no other server: the page must want none.
#[tokio::test]
async fn the_page_of_the_document_wants_nothing_that_its_policy_refuses() {
    let app = App::start(sqlite()).await;
    let page = app.get("/docs/").await.text;
    assert!(
        !page.contains("<style") && !page.contains(" style="),
        "{page}"
    );
    for script in page.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').unwrap();
        assert!(tag.contains("src=\"./"), "{tag}");
        assert!(rest.trim_start().starts_with("</script>"), "{rest}");
    }
    let start = app.get("/docs/swagger-initializer.js").await.text;
    assert!(start.contains("\"layout\": \"BaseLayout\""), "{start}");
    assert!(start.contains("\"validatorUrl\": \"none\""), "{start}");
    assert!(!start.contains("://"), "{start}");
    app.stop().await;
}
