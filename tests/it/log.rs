//! The log of the real program: a line for every request when asked for, and never what somebody sent.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::databases::sqlite;
use crate::support::process::{KEY, Server, migrate};

/// What a client sends in places that no log may show.
const SENT: &[&str] = &[
    "0123456789abcdef0123456789abcdef", // the secret of the key
    "e5c0ffee",                         // that of a key that does not live
    "Nobody-Of-This-Name",              // in a body
    "not-a-number-at-all",              // in a body that is refused
    "torn-off-body",                    // in a body that cannot be read
    "asked-in-a-query",
    "asked-for-in-a-path",
    "an-id-of-their-own",
    "said-by-the-browser",
    "some=cookie",
];

/// What the program logs while it is asked this and that: its lines, and the ids that it answered with.
async fn logged(filter: &[&str]) -> (Vec<Value>, Vec<String>) {
    let database = sqlite();
    migrate(database.url());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log");
    let log = std::fs::File::create(&file).unwrap();
    let mut server = Server::start_with(database.url(), filter, Some(log));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let wrong = "gm_default_e5c0ffee0123456789abcdef01234567";
    let person = json!({"name": "Nobody-Of-This-Name", "kind": "business"}).to_string();
    let mut ids = Vec::new();
    for (method, path, key, body) in [
        ("POST", "/v1/organisations", KEY, person.as_str()),
        (
            "POST",
            "/v1/organisations",
            KEY,
            r#"{"name": 5, "kind": "not-a-number-at-all"}"#,
        ),
        ("POST", "/v1/organisations", KEY, "{\"torn-off-body"),
        (
            "GET",
            "/v1/organisations?limit=2&cursor=asked-in-a-query",
            KEY,
            "",
        ),
        (
            "GET",
            "/v1/roll-ups?by=measure&place=asked-in-a-query",
            KEY,
            "",
        ),
        ("GET", "/v1/roll-ups", wrong, ""),
        ("GET", "/v1/asked-for-in-a-path", KEY, ""),
        ("GET", "/v1/contracts/asked-for-in-a-path/value", KEY, ""),
        ("DELETE", "/v1/contracts", KEY, ""),
        ("GET", "/healthz", "", ""),
    ] {
        let answer = client
            .request(method.parse().unwrap(), format!("{}{path}", server.base))
            .bearer_auth(key)
            .header("content-type", "application/json")
            .header("x-request-id", "an-id-of-their-own")
            .header("user-agent", "said-by-the-browser")
            .header("cookie", "some=cookie")
            .body(body.to_owned())
            .send()
            .await
            .unwrap();
        let id = answer.headers()["x-request-id"].to_str().unwrap();
        assert_ne!(id, "an-id-of-their-own");
        ids.push(id.to_owned());
    }
    let id = server.process.id().to_string();
    let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(told.success() && server.process.wait().unwrap().success());
    let text = std::fs::read_to_string(&file).unwrap();
    for sent in SENT {
        assert!(!text.contains(sent), "{filter:?}: {sent} is in\n{text}");
    }
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")));
    (lines.collect(), ids)
}

fn of_requests(lines: &[Value]) -> Vec<&Value> {
    let own = |line: &&Value| line["target"] == "requests";
    lines.iter().filter(own).collect()
}

#[tokio::test]
async fn requests_are_logged_when_asked_for_with_a_line_each() {
    let (lines, ids) = logged(&["--log", "requests"]).await;
    let told = of_requests(&lines);
    let field = |line: &Value, name: &str| line["fields"][name].clone();
    let found: Vec<Value> = told.iter().map(|line| field(line, "request_id")).collect();
    assert_eq!(
        json!(found),
        json!(ids),
        "a line each, with the id that was answered"
    );
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let expected = [
        ("POST", "/v1/organisations", 201, json!(null)),
        ("POST", "/v1/organisations", 422, json!("invalid")),
        ("POST", "/v1/organisations", 400, json!("malformed_body")),
        ("GET", "/v1/organisations", 400, json!("bad_query")),
        ("GET", "/v1/roll-ups", 400, json!("bad_query")),
        ("GET", "/v1/roll-ups", 401, json!("unauthorised")),
        ("GET", "(none)", 404, json!("not_found")),
        ("GET", "/v1/contracts/{id}/value", 404, json!("not_found")),
        ("DELETE", "/v1/contracts", 405, json!("method_not_allowed")),
        ("GET", "/healthz", 200, json!(null)),
    ];
    for (line, (method, route, status, code)) in told.iter().zip(expected) {
        let said = ["method", "route", "status", "code"].map(|name| field(line, name));
        assert_eq!(json!(said), json!([method, route, status, code]));
        assert_eq!(line["level"], "INFO");
        for name in ["role", "milliseconds"] {
            assert!(field(line, name).is_string(), "{name} is not in {line}");
        }
        let (whole, part) = field(line, "milliseconds")
            .as_str()
            .unwrap()
            .split_once('.')
            .map(|(a, b)| (a.len(), b.len()))
            .unwrap();
        assert!(whole > 0 && part == 3, "{line}");
    }
    let others = lines
        .iter()
        .any(|line| line["fields"]["message"] == "listening");
    assert!(others, "what is logged by default still is");
}

#[tokio::test]
async fn by_default_there_is_no_line_for_a_request() {
    let (lines, _) = logged(&[]).await;
    assert!(of_requests(&lines).is_empty(), "{lines:?}");
    assert!(!lines.is_empty());
}

#[tokio::test]
async fn not_even_everything_holds_what_was_sent() {
    let (lines, ids) = logged(&["--log", "trace"]).await;
    assert_eq!(of_requests(&lines).len(), 0, "they are asked for by name");
    let (lines, _) = logged(&["--log", "trace,requests"]).await;
    assert_eq!(of_requests(&lines).len(), ids.len());
}
