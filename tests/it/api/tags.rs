//! `ETag` and `If-None-Match`, plain and compressed.

use std::io::Read;

use serde_json::json;

use crate::support::app::{Answer, App};
use crate::support::databases::sqlite;
use crate::support::scene::Scene;

async fn ask(app: &App, method: &str, path: &str, more: &[(&str, &str)]) -> Answer {
    let key = format!("Bearer {}", app.first_key);
    let mut headers = vec![("authorization", key.as_str())];
    headers.extend_from_slice(more);
    app.send(method, path, &headers, None).await
}

fn tag(answer: &Answer) -> &str {
    answer.header("etag").unwrap_or_default()
}

fn is_tag(tag: &str) -> bool {
    tag.len() == 18
        && tag.starts_with('"')
        && tag.ends_with('"')
        && tag[1..17].bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[tokio::test]
async fn whoever_has_the_newest_is_told_so_without_a_body() {
    for app in App::on_each().await {
        let contract = Scene::set(&app).await.add_contract(&app, json!({})).await;
        for path in [
            contract.as_str(),
            &format!("{contract}/value"),
            "/v1/contracts",
            "/v1/organisations",
            "/v1/measures",
            "/v1/proxy-editions/open-uk/2026/proxies",
            "/v1/roll-ups?by=anchor_institution&stage=committed",
            "/openapi.json",
            "/docs/swagger-ui.css",
        ] {
            let whole = app.get(path).await;
            assert_eq!(whole.status, 200, "{path}");
            let tag = tag(&whole);
            // What says when it was read is the same thing in other bytes.
            let weak = match path.ends_with("/value") || path.contains("/roll-ups") {
                true => tag.to_owned(),
                false => format!("W/{tag}"),
            };
            let strong = weak.strip_prefix("W/").unwrap();
            // What can be changed says its version first.
            let hash = strong.replacen("\"1-", "\"", usize::from(path == contract));
            assert!(is_tag(&hash), "{path}: {tag}");
            let list = format!("\"a,b\", {weak} ,\"c\"");
            for held in [tag, strong, &weak, &list, "*"] {
                for method in ["GET", "HEAD"] {
                    let answer = ask(&app, method, path, &[("if-none-match", held)]).await;
                    assert_eq!(
                        (answer.status, answer.text.as_str()),
                        (304, ""),
                        "{path} {held}"
                    );
                    for same in ["etag", "cache-control", "vary", "content-security-policy"] {
                        assert_eq!(answer.header(same), whole.header(same), "{path} {same}");
                    }
                    assert_eq!(answer.header("content-type"), None, "{path}");
                }
            }
            for other in [
                "\"0123456789abcdef\"",
                "\"\"",
                "",
                "x",
                tag.trim_matches('"'),
            ] {
                let answer = ask(&app, "GET", path, &[("if-none-match", other)]).await;
                assert_eq!(
                    (answer.status, answer.header("etag")),
                    (200, Some(tag)),
                    "{path} {other}"
                );
                assert_eq!(answer.text.len(), whole.text.len(), "{path} {other}");
            }
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn a_change_is_another_tag() {
    for app in App::on_each().await {
        let before = app.get("/v1/places").await;
        let again = app.get("/v1/places").await;
        assert_eq!(tag(&before), tag(&again));
        let place = json!({"name": "Somewhere", "kind": "borough"});
        let made = app.post("/v1/places", &place).await;
        assert_eq!((made.status, made.header("etag")), (201, None));
        let held = [("if-none-match", tag(&before))];
        let after = ask(&app, "GET", "/v1/places", &held).await;
        assert_eq!(after.status, 200);
        assert_ne!(tag(&before), tag(&after));
        app.stop().await;
    }
}

#[tokio::test]
async fn what_is_not_read_or_not_there_has_no_tag() {
    let app = App::start(sqlite()).await;
    let any = [("if-none-match", "*")];
    for (method, path, status) in [
        ("GET", "/v1/contracts/none", 404),
        ("GET", "/v1/measures?limit=0", 400),
        ("GET", "/healthz", 200),
        ("DELETE", "/v1/measures", 405),
    ] {
        let answer = ask(&app, method, path, &any).await;
        assert_eq!(
            (answer.status, answer.header("etag")),
            (status, None),
            "{path}"
        );
    }
    app.stop().await;
}

fn plain(answer: &Answer) -> String {
    let mut text = String::new();
    let bytes = answer.bytes.as_slice();
    let read = match answer.header("content-encoding") {
        Some("gzip") => flate2::read::GzDecoder::new(bytes).read_to_string(&mut text),
        Some("br") => brotli::Decompressor::new(bytes, 4096).read_to_string(&mut text),
        _ => return answer.text.clone(),
    };
    read.unwrap();
    text
}

#[tokio::test]
async fn answers_are_compressed_for_who_wants_it() {
    let app = App::start(sqlite()).await;
    for path in ["/v1/measures", "/openapi.json", "/docs/swagger-ui.css"] {
        let whole = app.get(path).await;
        assert_eq!(whole.header("content-encoding"), None, "{path}");
        let vary = whole.header("vary").unwrap();
        assert!(vary.contains("accept-encoding"), "{path}");
        for (accepted, coding) in [
            ("gzip", "gzip"),
            ("br", "br"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip, br;q=0.5", "gzip"),
        ] {
            let wanted = [("accept-encoding", accepted)];
            let answer = ask(&app, "GET", path, &wanted).await;
            assert_eq!(answer.header("content-encoding"), Some(coding), "{path}");
            assert_eq!(plain(&answer), whole.text, "{path} {coding}");
            assert!(answer.bytes.len() * 2 < whole.bytes.len(), "{path}");
            assert_eq!(answer.header("vary"), Some(vary), "{path}");
            let inner = tag(&whole).trim_matches('"');
            assert_eq!(tag(&answer), format!("\"{inner}-{coding}\""), "{path}");
            let head = ask(&app, "HEAD", path, &wanted).await;
            assert_eq!((head.status, tag(&head)), (200, tag(&answer)), "{path}");
            assert_eq!(head.bytes, b"", "{path}");
            // Whichever form a reader has, it has the newest; and is told the tag of that form.
            for held in [tag(&whole), tag(&answer)] {
                let answer = ask(&app, "GET", path, &[("if-none-match", held), wanted[0]]).await;
                assert_eq!((answer.status, tag(&answer)), (304, held), "{path}");
                assert_eq!(answer.header("content-encoding"), None, "{path}");
                assert_eq!(answer.header("vary"), Some(vary), "{path}");
            }
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn nobody_is_refused_for_a_coding_and_small_answers_stay() {
    let app = App::start(sqlite()).await;
    let whole = app.get("/v1/measures").await;
    for accepted in [
        "identity;q=0",
        "deflate",
        "zstd",
        "gzip;q=0",
        "*;q=0",
        ",;=",
    ] {
        let answer = ask(
            &app,
            "GET",
            "/v1/measures",
            &[("accept-encoding", accepted)],
        )
        .await;
        assert_eq!(
            (answer.status, &answer.text),
            (200, &whole.text),
            "{accepted}"
        );
        assert_eq!(answer.header("content-encoding"), None, "{accepted}");
        assert_eq!(tag(&answer), tag(&whole), "{accepted}");
    }
    for (method, path, status) in [
        ("GET", "/healthz", 200),
        ("GET", "/v1/places?limit=1", 200),
        ("GET", "/v1/contracts/none", 404),
        ("OPTIONS", "/v1/measures", 204),
    ] {
        let answer = ask(&app, method, path, &[("accept-encoding", "gzip, br")]).await;
        assert_eq!(
            (answer.status, answer.header("content-encoding")),
            (status, None),
            "{path}"
        );
        assert!(!tag(&answer).contains("-br"), "{path}");
    }
    app.stop().await;
}
