//! Pages of other servers: none may read an answer but those that the settings name.

use goodmeasure::http::{Origin, Settings};

use crate::support::app::{Answer, App};
use crate::support::databases::sqlite;

const PAGE: &str = "https://dashboard.example";

async fn ask(app: &App, method: &str, path: &str, origin: &str) -> Answer {
    let key = format!("Bearer {}", app.first_key);
    let mut headers = vec![("authorization", key.as_str()), ("origin", origin)];
    if method == "OPTIONS" {
        headers[0] = ("access-control-request-method", "PUT");
        headers.push(("access-control-request-headers", "authorization, if-match"));
    }
    app.send(method, path, &headers, None).await
}

fn names(answer: &Answer) -> Vec<&str> {
    let names = answer.headers.iter().map(|(name, _)| name.as_str());
    names
        .filter(|name| name.starts_with("access-control-"))
        .collect()
}

#[tokio::test]
async fn a_named_origin_may_ask_and_read() {
    let settings = Settings {
        cors_origins: vec![
            Origin::read(PAGE).unwrap(),
            Origin::read("http://localhost:3000").unwrap(),
        ],
        ..Settings::default()
    };
    let app = App::start_with(sqlite(), settings).await;
    for origin in [PAGE, "http://localhost:3000"] {
        for (path, status) in [
            ("/v1/measures", 200),
            ("/v1/contracts/none", 404),
            ("/none", 404),
        ] {
            let answer = ask(&app, "GET", path, origin).await;
            assert_eq!(answer.status, status);
            assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
            let shown = answer.header("access-control-expose-headers").unwrap();
            for name in [
                "ETag",
                "Location",
                "Retry-After",
                "RateLimit",
                "X-Request-Id",
            ] {
                assert!(shown.contains(name), "{shown}");
            }
            assert!(answer.header("vary").unwrap().contains("origin"));
            assert_eq!(answer.header("access-control-allow-credentials"), None);
        }
    }
    let asked = ask(
        &app,
        "OPTIONS",
        "/v1/contracts/any/returns/2026-27-Q1",
        PAGE,
    )
    .await;
    insta::assert_snapshot!("cors_permission", asked.whole());
    let vary =
        "access-control-request-headers, access-control-request-method, authorization, origin";
    assert_eq!(asked.header("vary"), Some(vary));
    assert_eq!(asked.header("cache-control"), Some("no-store"));
    // Others are answered, and their browser keeps the answer from the page.
    for origin in [
        "https://evil.example",
        "https://dashboard.example.evil.example",
        "null",
        "HTTPS://DASHBOARD.EXAMPLE",
    ] {
        for method in ["GET", "OPTIONS"] {
            let answer = ask(&app, method, "/v1/measures", origin).await;
            assert!([200, 204].contains(&answer.status), "{origin}");
            assert_eq!(names(&answer), Vec::<&str>::new(), "{origin}");
            assert!(answer.header("vary").unwrap().contains("origin"));
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn by_default_no_page_of_another_server_may_read() {
    let app = App::start(sqlite()).await;
    for method in ["GET", "OPTIONS"] {
        let answer = ask(&app, method, "/v1/measures", PAGE).await;
        assert_eq!(names(&answer), Vec::<&str>::new());
        assert!(!answer.header("vary").unwrap().contains("origin"));
    }
    app.stop().await;
}
