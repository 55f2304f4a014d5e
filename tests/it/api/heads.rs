//! Heads that are too large: a problem where the framework lets us speak, a bare status beyond.

use crate::support::app::App;
use crate::support::databases::sqlite;
use crate::support::wire;

#[tokio::test]
async fn addresses_and_heads_have_a_limit() {
    let app = App::start(sqlite()).await;
    let long = |length: usize| format!("GET /healthz?{} HTTP/1.1\r\n", "x".repeat(length));
    let large = |length: usize| format!("GET /healthz HTTP/1.1\r\nx-a: {}\r\n", "x".repeat(length));
    let many = |count: usize| {
        let fields: String = (0..count).map(|at| format!("x-{at}: 1\r\n")).collect();
        format!("GET /healthz HTTP/1.1\r\n{fields}")
    };
    for (request, status, code) in [
        (long(8_000), 200, ""),
        (long(8_192), 414, "address_too_long"),
        (long(60_000), 414, "address_too_long"),
        (large(16_000), 200, ""),
        (large(17_000), 431, "head_too_large"),
        (large(120_000), 431, "head_too_large"),
        (many(60), 200, ""),
        (many(80), 431, "head_too_large"),
    ] {
        let answer = wire::exchange(&app, &request).await;
        let what = &request[..40];
        assert_eq!(answer.status, status, "{what}");
        if status != 200 {
            assert_eq!(answer.code(), code, "{what}");
            assert_eq!(
                answer.header("content-type"),
                Some("application/problem+json")
            );
        }
    }
    // Here the framework gives up before anybody is asked.
    for (request, status) in [(long(70_000), 400), (large(140_000), 431), (many(200), 431)] {
        let answer = wire::exchange(&app, &request).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, ""));
    }
    app.stop().await;
}
