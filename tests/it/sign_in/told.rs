//! What is told of a refusal: little to the one who asks, why to the log, and the token to nobody.

use std::io::Write;
use std::sync::{Arc, Mutex};

use goodmeasure::domain::moment::Moment;
use goodmeasure::http::sign_in::actor_of;
use serde_json::json;

use super::issuer::{NOW, claims, ed25519_key};
use super::key_server::{KeyServer, Says};
use super::{read_as, settings_of, sign_in, with_sign_in};
use crate::support::app::{App, BEGIN};
use crate::support::databases::sqlite;

#[tokio::test]
async fn refusals_are_problems() {
    let key = ed25519_key("ed");
    let server = KeyServer::with(&[&key]);
    let settings = with_sign_in(&settings_of(&server.address, json!({})));
    let app = App::start_with(sqlite(), settings).await;
    let token = |changes| key.token(&claims(&server.address, changes));
    for (name, token) in [
        ("sign_in_expired", token(json!({"exp": NOW - 60}))),
        ("sign_in_invalid", token(json!({"aud": "another"}))),
        ("sign_in_no_role", token(json!({"roles": ["writer"]}))),
    ] {
        insta::assert_snapshot!(name, read_as(&app, &token).await.whole());
    }
    app.stop().await;
    server.say(Says::Status(500));
    let settings = with_sign_in(&settings_of(&server.address, json!({})));
    let app = App::start_with(sqlite(), settings).await;
    let answer = read_as(&app, &token(json!({}))).await;
    insta::assert_snapshot!("sign_in_unavailable", answer.whole());
    app.stop().await;
}

/// A log that can be read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_says_why_and_never_the_token() {
    let key = ed25519_key("ed");
    let server = KeyServer::with(&[&key]);
    let sign_in = sign_in(&settings_of(&server.address, json!({})));
    let log = Log::default();
    let writer = log.clone();
    let logging = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let until_the_end = tracing::subscriber::set_default(logging);
    for (changes, why) in [
        (json!({"exp": NOW - 60}), "it is expired"),
        (json!({"aud": "another"}), "it is for another audience"),
        (json!({"nbf": NOW + 61}), "it is not yet good"),
        (json!({"iat": NOW + 61}), "it was made in the future"),
        (json!({"roles": []}), "no rule gives it a role"),
        (json!({"roles": ["reader"]}), ""),
    ] {
        let token = key.token(&claims(&server.address, changes));
        let answer = actor_of(&sign_in, Moment::from_micros(BEGIN), &token).await;
        let logged = String::from_utf8(std::mem::take(&mut *log.0.lock().unwrap())).unwrap();
        assert!(logged.contains(why), "{why}: {logged}");
        assert_eq!(answer.is_ok(), why.is_empty());
        for part in token.split('.') {
            assert!(!logged.contains(part), "{logged}");
        }
        assert!(
            !logged.contains("7a1c"),
            "the subject is nobody's business: {logged}"
        );
    }
    drop(until_the_end);
    let shown = format!("{sign_in:?}");
    assert!(shown.contains("api://good-measure"), "{shown}");
}
