//! How long keys are kept, and how often an issuer is asked, whatever happens.

use goodmeasure::domain::moment::Moment;
use serde_json::json;

use super::issuer::{NOW, claims, ed25519_key, p256_key, set};
use super::key_server::{KeyServer, Says};
use super::{read_as, settings_of, with_sign_in};
use crate::support::app::{App, BEGIN};
use crate::support::databases::sqlite;

/// A clock of its own, which stands until it is put forward.
macro_rules! clock {
    ($name:ident) => {
        mod $name {
            use std::sync::atomic::{AtomicI64, Ordering};

            use crate::support::app::BEGIN;
            use goodmeasure::domain::moment::Moment;

            static AT: AtomicI64 = AtomicI64::new(BEGIN);

            pub fn now() -> Moment {
                Moment::from_micros(AT.load(Ordering::SeqCst))
            }

            pub fn forward(seconds: i64) {
                AT.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
            }
        }
    };
}

/// A clock that stands.
fn standing() -> Moment {
    Moment::from_micros(BEGIN)
}

const HOUR: i64 = 3600;

async fn world(server: &KeyServer, clock: fn() -> Moment) -> App {
    let settings = with_sign_in(&settings_of(&server.address, json!({})));
    App::start_at(sqlite(), settings, clock).await
}

/// A token for a year, one of many.
fn lasting(key: &super::issuer::TestKey, server: &KeyServer, number: usize) -> String {
    let changes = json!({"exp": NOW + 365 * 24 * HOUR, "jti": number.to_string()});
    key.token(&claims(&server.address, changes))
}

/// The statuses of as many requests at once.
async fn all(app: &App, tokens: Vec<String>) -> Vec<u16> {
    let mut statuses = Vec::new();
    let mut running = tokio::task::JoinSet::new();
    for token in tokens {
        let base = app.base.clone();
        running.spawn(async move {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let request = client.get(format!("{base}/v1/places")).bearer_auth(token);
            request.send().await.unwrap().status().as_u16()
        });
    }
    while let Some(status) = running.join_next().await {
        statuses.push(status.unwrap());
    }
    statuses
}

#[tokio::test]
async fn many_first_tokens_share_one_question() {
    let key = ed25519_key("ed");
    let server = KeyServer::with(&[&key]);
    let app = world(&server, standing).await;
    let tokens = (0..50).map(|n| lasting(&key, &server, n)).collect();
    assert_eq!(all(&app, tokens).await, vec![200; 50]);
    assert_eq!(server.asked(), 1);
    app.stop().await;
}

clock!(unknown_clock);

#[tokio::test]
async fn unknown_keys_cannot_hammer_the_issuer() {
    let (key, unknown) = (ed25519_key("ed"), ed25519_key("unknown"));
    let server = KeyServer::with(&[&key]);
    let app = world(&server, unknown_clock::now).await;
    assert_eq!(read_as(&app, &lasting(&key, &server, 0)).await.status, 200);
    unknown_clock::forward(31);
    let strangers = || (0..50).map(|n| lasting(&unknown, &server, n)).collect();
    assert_eq!(all(&app, strangers()).await, vec![401; 50]);
    for number in 0..50 {
        assert_eq!(
            read_as(&app, &lasting(&unknown, &server, number))
                .await
                .status,
            401
        );
    }
    assert_eq!(
        server.asked(),
        2,
        "one for the good token, one for 100 strangers"
    );
    unknown_clock::forward(29);
    assert_eq!(all(&app, strangers()).await, vec![401; 50]);
    assert_eq!(server.asked(), 2);
    app.stop().await;
}

clock!(rotated_clock);

#[tokio::test]
async fn a_new_key_is_found_and_the_old_one_goes_when_it_is_withdrawn() {
    let (old, new) = (p256_key("old"), p256_key("new"));
    let server = KeyServer::with(&[&old]);
    let app = world(&server, rotated_clock::now).await;
    assert_eq!(read_as(&app, &lasting(&old, &server, 0)).await.status, 200);
    server.say(Says::Body(set(&[&old, &new])));
    rotated_clock::forward(31);
    assert_eq!(read_as(&app, &lasting(&new, &server, 0)).await.status, 200);
    assert_eq!(read_as(&app, &lasting(&old, &server, 1)).await.status, 200);
    assert_eq!(server.asked(), 2);
    // Withdrawn: after ten minutes the keys are fetched anew beside a request, after twenty before it.
    server.say(Says::Body(set(&[&new])));
    rotated_clock::forward(20 * 60);
    assert_eq!(read_as(&app, &lasting(&old, &server, 0)).await.status, 401);
    assert_eq!(read_as(&app, &lasting(&new, &server, 0)).await.status, 200);
    assert_eq!(server.asked(), 3);
    app.stop().await;
}

clock!(old_clock);

#[tokio::test]
async fn old_keys_are_renewed_beside_the_requests() {
    let key = p256_key("ec");
    let server = KeyServer::with(&[&key]);
    let app = world(&server, old_clock::now).await;
    assert_eq!(read_as(&app, &lasting(&key, &server, 0)).await.status, 200);
    old_clock::forward(10 * 60 - 1);
    assert_eq!(read_as(&app, &lasting(&key, &server, 1)).await.status, 200);
    assert_eq!(server.asked(), 1);
    // Ten minutes are over: nobody waits, even when the issuer says nothing.
    server.say(Says::Nothing);
    old_clock::forward(1);
    assert_eq!(read_as(&app, &lasting(&key, &server, 2)).await.status, 200);
    assert_eq!(read_as(&app, &lasting(&key, &server, 3)).await.status, 200);
    assert!(server.asked() <= 2);
    app.stop().await;
}

clock!(down_clock);

#[tokio::test]
async fn known_keys_go_on_for_a_day_when_the_issuer_is_down() {
    let key = ed25519_key("ed");
    let server = KeyServer::with(&[&key]);
    let app = world(&server, down_clock::now).await;
    assert_eq!(read_as(&app, &lasting(&key, &server, 0)).await.status, 200);
    server.go_down().await;
    for hours in [1, 22] {
        down_clock::forward(hours * HOUR);
        assert_eq!(read_as(&app, &lasting(&key, &server, 0)).await.status, 200);
    }
    down_clock::forward(2 * HOUR);
    let answer = read_as(&app, &lasting(&key, &server, 0)).await;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (503, Some("5"))
    );
    assert_eq!(
        app.get("/v1/places").await.status,
        200,
        "keys need no issuer"
    );
    // It comes back, and no restart is needed.
    server.come_back();
    down_clock::forward(5);
    assert_eq!(read_as(&app, &lasting(&key, &server, 0)).await.status, 200);
    app.stop().await;
}

#[tokio::test]
async fn an_issuer_that_says_nothing_holds_nobody_up_for_long() {
    let key = ed25519_key("ed");
    let server = KeyServer::start(Says::Nothing);
    let app = world(&server, standing).await;
    let began = std::time::Instant::now();
    let tokens = (0..20).map(|n| lasting(&key, &server, n)).collect();
    assert_eq!(all(&app, tokens).await, vec![503; 20]);
    assert!(
        began.elapsed() < std::time::Duration::from_secs(20),
        "one limit of 5 s for all"
    );
    assert_eq!(server.asked(), 1);
    app.stop().await;
}

#[tokio::test]
async fn clients_that_hang_up_cannot_hammer_the_issuer() {
    let key = ed25519_key("ed");
    let server = KeyServer::start(Says::Nothing);
    let app = world(&server, standing).await;
    let address = app.address().to_owned();
    for number in 0..50 {
        use tokio::io::AsyncWriteExt;
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        let token = lasting(&key, &server, number);
        let head =
            format!("GET /v1/places HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
    }
    assert_eq!(read_as(&app, &lasting(&key, &server, 51)).await.status, 503);
    assert_eq!(server.asked(), 1);
    app.stop().await;
}

clock!(remembered_clock);

#[tokio::test]
async fn a_remembered_token_ends_when_it_says() {
    let key = ed25519_key("ed");
    let server = KeyServer::with(&[&key]);
    let app = world(&server, remembered_clock::now).await;
    let token = key.token(&claims(&server.address, json!({"exp": NOW + 30})));
    // 30 seconds and the minute that clocks may be off; it is looked at again after 60 seconds.
    for (seconds, status) in [
        (0, 200),
        (50, 200),
        (15, 200),
        (24, 200),
        (1, 401),
        (30, 401),
    ] {
        remembered_clock::forward(seconds);
        assert_eq!(read_as(&app, &token).await.status, status);
    }
    app.stop().await;
}
