//! Who asks too much waits. The windows are so long that nothing fills again within a test.

use goodmeasure::domain::network::Network;
use goodmeasure::http::{Proxies, Rate, Rates, Settings};
use serde_json::json;

use crate::support::app::{Answer, App};
use crate::support::databases::sqlite;

fn rates(address: &str, holder: &str, failures: &str) -> Settings {
    let rate = |text| Rate::read(text).unwrap();
    Settings {
        rates: Rates {
            address: rate(address),
            holder: rate(holder),
            failures: rate(failures),
        },
        ..Settings::default()
    }
}

/// Status, `RateLimit` and `Retry-After`.
fn told(answer: &Answer) -> (u16, &str, &str) {
    let header = |name| answer.header(name).unwrap_or_default();
    (answer.status, header("ratelimit"), header("retry-after"))
}

#[tokio::test]
async fn an_address_that_asks_too_much_waits() {
    let app = App::start_with(sqlite(), rates("3/36000", "off", "off")).await;
    let first = app.get("/v1/taxonomies").await;
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"address\";q=3;w=36000")
    );
    assert_eq!(told(&first), (200, "\"address\";r=2;t=12000", ""));
    let second = app.get("/openapi.json").await;
    assert_eq!(told(&second), (200, "\"address\";r=1;t=12000", ""));
    let none = app.send("GET", "/v1/taxonomies", &[], None).await;
    assert_eq!(told(&none), (401, "\"address\";r=0;t=12000", ""));
    for path in ["/v1/taxonomies", "/none", "/docs/"] {
        let over = app.get(path).await;
        let wait: u64 = over.header("retry-after").unwrap().parse().unwrap();
        assert!((11_900..=12_000).contains(&wait), "{wait}");
        let state = format!("\"address\";r=0;t={wait}");
        assert_eq!(
            told(&over),
            (429, state.as_str(), wait.to_string().as_str())
        );
        assert_eq!(over.code(), "too_many_requests");
        assert_eq!(
            over.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(over.header("cache-control"), Some("no-store"));
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(told(&app.get(path).await), (200, "", ""), "{path}");
    }
    app.stop().await;
}

#[tokio::test]
async fn each_key_has_a_limit_of_its_own_and_what_is_dear_costs_more() {
    let app = App::start_with(sqlite(), rates("100/36000", "12/36000", "off")).await;
    let first = app.get("/v1/taxonomies").await;
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"address\";q=100;w=36000, \"key\";q=12;w=36000")
    );
    assert_eq!(
        told(&first),
        (200, "\"address\";r=99;t=360, \"key\";r=11;t=3000", "")
    );
    let dear = app.post("/v1/calculations", &json!({})).await;
    assert_eq!(
        told(&dear),
        (422, "\"address\";r=98;t=360, \"key\";r=1;t=3000", "")
    );
    assert_eq!(app.post("/v1/calculations", &json!({})).await.status, 429);
    assert_eq!(app.get("/v1/taxonomies").await.status, 200);
    let over = app
        .post("/v1/places", &json!({"name": "X", "kind": "borough"}))
        .await;
    assert_eq!(
        (over.status, over.code().as_str()),
        (429, "too_many_requests")
    );
    let other = app.post_as_second("/v1/calculations", &json!({})).await;
    assert_eq!(other.status, 422);
    app.stop().await;
}

#[tokio::test]
async fn failed_authentications_are_limited_harder_and_good_keys_go_on() {
    let app = App::start_with(sqlite(), rates("off", "off", "2/36000")).await;
    let bad = [("authorization", "Bearer gm_default_0000")];
    for expected in ["\"failures\";r=1;t=18000", "\"failures\";r=0;t=18000"] {
        let answer = app.send("GET", "/v1/taxonomies", &bad, None).await;
        assert_eq!(told(&answer), (401, expected, ""));
    }
    for headers in [&bad[..], &[]] {
        let answer = app.send("GET", "/v1/taxonomies", headers, None).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (429, "too_many_requests")
        );
        assert!(answer.header("retry-after").is_some());
        assert_eq!(answer.header("www-authenticate"), None);
    }
    assert_eq!(told(&app.get("/v1/taxonomies").await), (200, "", ""));
    app.stop().await;
}

/// The address is that of the one who asks: a trusted proxy says it, and nobody else does.
#[tokio::test]
async fn behind_a_proxy_each_asker_has_a_limit() {
    for (trusted, statuses) in [
        ("127.0.0.0/8", [200, 200, 429]),
        ("192.0.2.0/24", [200, 429, 429]),
    ] {
        let mut settings = rates("1/36000", "off", "off");
        settings.proxies = Proxies {
            trusted: vec![Network::parse(trusted).unwrap()],
            ..Proxies::default()
        };
        let app = App::start_with(sqlite(), settings).await;
        let asked = [
            "198.51.100.1",
            "1.1.1.1, 198.51.100.2",
            "2.2.2.2, 198.51.100.2",
        ];
        for (asker, status) in asked.into_iter().zip(statuses) {
            let headers = [("x-forwarded-for", asker)];
            let answer = app.send("GET", "/openapi.json", &headers, None).await;
            assert_eq!(answer.status, status, "{trusted} {asker}");
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn the_usual_limits_are_generous_and_can_be_turned_off() {
    let app = App::start_with(sqlite(), Settings::default()).await;
    let policy = "\"address\";q=12000;w=60, \"key\";q=6000;w=60";
    assert_eq!(
        app.get("/v1/taxonomies").await.header("ratelimit-policy"),
        Some(policy)
    );
    app.stop().await;
    let app = App::start(sqlite()).await;
    let answer = app.get("/v1/taxonomies").await;
    assert_eq!(
        (answer.status, answer.header("ratelimit-policy")),
        (200, None)
    );
    app.stop().await;
}
