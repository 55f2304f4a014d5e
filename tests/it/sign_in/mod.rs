//! Signed-in people: access tokens of a real key server on loopback, with keys made here.

mod forged;
pub mod issuer;
pub mod key_server;
mod key_sets;
mod key_times;
mod roles;
mod settings;
mod tls;
mod tokens;
mod told;

use goodmeasure::http::Settings;
use goodmeasure::http::sign_in::SignIn;
use serde_json::{Value, json};

use self::issuer::TestKey;
use self::key_server::KeyServer;
use crate::support::app::{Answer, App, without_limits};
use crate::support::databases::sqlite;

/// What the tests' issuer is asked to put into `aud`.
const AUDIENCE: &str = "api://good-measure";

/// Settings of one issuer whose people with the role `reader` are analysts, with changes; `null` takes a key out.
pub fn settings_of(address: &str, changes: Value) -> Value {
    let base = json!({
        "issuer": address, "audience": AUDIENCE, "jwks_url": format!("{address}/keys"), "partnership": "default",
        "role": [{"claim": "roles", "value": "reader", "role": "analyst"}]
    });
    json!({"issuer": [crate::support::scene::changed(base, changes)]})
}

fn sign_in(settings: &Value) -> SignIn {
    let read = SignIn::read(settings.to_string().as_bytes());
    read.unwrap_or_else(|faults| panic!("{faults:?}"))
}

pub fn with_sign_in(settings: &Value) -> Settings {
    Settings {
        sign_in: sign_in(settings),
        ..without_limits()
    }
}

/// Reads something that wants somebody, with a token.
async fn read_as(app: &App, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    app.send("GET", "/v1/places", &[("authorization", &bearer)], None)
        .await
}

/// A server that takes tokens of a key server with these keys.
async fn world(keys: &[&TestKey], changes: Value) -> (KeyServer, App) {
    let server = KeyServer::with(keys);
    let settings = with_sign_in(&settings_of(&server.address, changes));
    let app = App::start_with(sqlite(), settings).await;
    (server, app)
}

async fn refused(app: &App, name: &str, token: &str) {
    let answer = read_as(app, token).await;
    assert_eq!(
        (answer.status, answer.code()),
        (401, "invalid_token".to_owned()),
        "{name}"
    );
    let challenge = answer.header("www-authenticate");
    assert_eq!(challenge, Some("Bearer error=\"invalid_token\""), "{name}");
}

async fn taken(app: &App, name: &str, token: &str) {
    let answer = read_as(app, token).await;
    assert_eq!(answer.status, 200, "{name}: {}", answer.text);
}
