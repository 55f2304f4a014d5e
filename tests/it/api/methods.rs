//! HEAD, OPTIONS and 405, as they are on the wire.

use crate::support::app::App;
use crate::support::databases::sqlite;
use crate::support::wire;

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = App::start(sqlite()).await;
    let key = format!("authorization: Bearer {}\r\n", app.first_key);
    for (path, headers) in [
        ("/healthz", ""),
        ("/openapi.json", ""),
        ("/v1/measures", key.as_str()),
        ("/v1/measures", ""),
        ("/v1/contracts/none", key.as_str()),
    ] {
        let get = wire::exchange(&app, &format!("GET {path} HTTP/1.1\r\n{headers}")).await;
        let head = wire::exchange(&app, &format!("HEAD {path} HTTP/1.1\r\n{headers}")).await;
        assert_eq!(head.status, get.status, "{path}");
        assert!(!get.body.is_empty() && head.body.is_empty(), "{path}");
        assert_eq!(head.names(), get.names(), "{path}");
        for name in ["content-length", "content-type"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
        assert_eq!(
            get.header("content-length"),
            Some(get.body.len().to_string().as_str())
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn head_of_what_is_only_written_is_not_allowed() {
    let app = App::start(sqlite()).await;
    let head = wire::exchange(&app, "HEAD /v1/calculations HTTP/1.1\r\n").await;
    assert_eq!(
        (head.status, head.header("allow")),
        (405, Some("POST, OPTIONS"))
    );
    assert_eq!(head.body, "");
    app.stop().await;
}

#[tokio::test]
async fn options_tells_the_methods_and_wants_no_key() {
    let app = App::start(sqlite()).await;
    for (path, allow) in [
        ("/v1/contracts", "GET, HEAD, POST, OPTIONS"),
        (
            "/v1/contracts/any/returns/2026-27-Q1",
            "GET, HEAD, PUT, OPTIONS",
        ),
        ("/v1/calculations", "POST, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
        ("/docs/", "GET, HEAD, OPTIONS"),
        ("/docs/swagger-ui.css", "GET, HEAD, OPTIONS"),
        ("/openapi.json", "GET, HEAD, OPTIONS"),
    ] {
        let answer = wire::exchange(&app, &format!("OPTIONS {path} HTTP/1.1\r\n")).await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (204, Some(allow)),
            "{path}"
        );
        assert_eq!(answer.body, "", "{path}");
        assert_eq!(answer.header("content-length"), None, "{path}");
    }
    for path in ["/v1/none", "/none", "*"] {
        let answer = wire::exchange(&app, &format!("OPTIONS {path} HTTP/1.1\r\n")).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
    }
    app.stop().await;
}

#[tokio::test]
async fn other_methods_are_not_allowed_and_told_which_are() {
    let app = App::start(sqlite()).await;
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
        for path in ["/openapi.json", "/docs/", "/healthz", "/v1/measures"] {
            let answer = wire::exchange(&app, &format!("{method} {path} HTTP/1.1\r\n")).await;
            assert_eq!(
                (
                    answer.status,
                    answer.header("allow"),
                    answer.code().as_str()
                ),
                (405, Some("GET, HEAD, OPTIONS"), "method_not_allowed"),
                "{method} {path}"
            );
        }
    }
    let connect = wire::exchange(&app, "CONNECT example.org:443 HTTP/1.1\r\n").await;
    assert!([400, 404, 405].contains(&connect.status), "{connect:?}");
    app.stop().await;
}
