//! Which tokens are taken, over HTTP.

use serde_json::{Value, json};

use super::issuer::{NOW, RSA, claims, ed25519_key, encoded, p256_key};
use super::{read_as, refused, taken, world};
use crate::support::app::App;
use crate::support::databases::sqlite;

#[tokio::test]
async fn a_token_of_each_algorithm_is_taken() {
    let keys = [p256_key("ec"), ed25519_key("ed")];
    let (server, app) = world(&[&RSA, &keys[0], &keys[1]], json!({})).await;
    for key in [&*RSA, &keys[0], &keys[1]] {
        let name = format!("{:?}", key.algorithm);
        taken(&app, &name, &key.token(&claims(&server.address, json!({})))).await;
        // Keycloak and Entra ID say `JWT`, RFC 9068 says `at+jwt`, some say nothing.
        for kind in [json!("at+jwt"), json!("application/at+JWT"), Value::Null] {
            let claims = claims(&server.address, json!({"jti": kind}));
            taken(&app, &name, &key.token_with(json!({"typ": kind}), &claims)).await;
        }
    }
    assert_eq!(server.asked(), 1);
    app.stop().await;
}

#[tokio::test]
async fn a_token_has_its_time_and_clocks_may_be_a_minute_off() {
    let key = ed25519_key("ed");
    let (server, app) = world(&[&key], json!({})).await;
    let token = |changes| key.token(&claims(&server.address, changes));
    for good in [
        json!({"exp": NOW + 1}),
        json!({"exp": NOW - 59}),
        json!({"nbf": NOW + 60}),
        json!({"iat": NOW + 60}),
        json!({"nbf": null, "iat": null}),
        json!({"exp": (NOW + 1).to_string().parse::<f64>().unwrap() + 0.5}),
        json!({"exp": i64::MAX}),
    ] {
        taken(&app, &good.to_string(), &token(good.clone())).await;
    }
    for expired in [NOW - 60, NOW - 3600, 0] {
        let answer = read_as(&app, &token(json!({"exp": expired}))).await;
        assert_eq!(
            (answer.status, answer.code()),
            (401, "token_expired".to_owned())
        );
    }
    for bad in [
        json!({"exp": null}),
        json!({"exp": (NOW + 60).to_string()}),
        json!({"exp": -1}),
        json!({"exp": 1e30}),
        json!({"nbf": NOW + 61}),
        json!({"nbf": true}),
        json!({"iat": NOW + 61}),
        json!({"iat": "today"}),
    ] {
        refused(&app, &bad.to_string(), &token(bad.clone())).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn a_token_for_others_or_of_others_is_refused() {
    let key = p256_key("ec");
    let (server, app) = world(
        &[&key],
        json!({"audience": ["api://good-measure", "second"]}),
    )
    .await;
    let token = |changes| key.token(&claims(&server.address, changes));
    for good in [json!("second"), json!(["account", "second"])] {
        taken(&app, &good.to_string(), &token(json!({"aud": good}))).await;
    }
    for bad in [
        json!({"iss": "https://login.example.org"}),
        json!({"iss": format!("{}/", server.address)}),
        json!({"iss": [server.address]}),
        json!({"iss": null}),
        json!({"aud": "account"}),
        json!({"aud": "api://good-measure/"}),
        json!({"aud": []}),
        json!({"aud": null}),
        json!({"aud": {"api://good-measure": true}}),
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"sub": 7}),
        json!({"sub": "s".repeat(256)}),
        json!({"typ": "ID"}),
        json!({"typ": "Refresh"}),
        json!({"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}),
    ] {
        refused(&app, &bad.to_string(), &token(bad.clone())).await;
    }
    for header in [
        json!({"typ": "logout+jwt"}),
        json!({"typ": 1}),
        json!({"crit": ["b64"], "b64": false}),
        json!({"kid": 1}),
        json!({"kid": "another"}),
    ] {
        let token = key.token_with(header.clone(), &claims(&server.address, json!({})));
        refused(&app, &header.to_string(), &token).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn what_is_no_token_is_refused_and_harms_nothing() {
    let key = ed25519_key("ed");
    let (server, app) = world(&[&key], json!({})).await;
    let good = key.token(&claims(&server.address, json!({})));
    let padded: Vec<String> = good.split('.').map(|part| format!("{part}=")).collect();
    let deep = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
    for bad in [
        "ey..".to_owned(),
        "eyJ.eyJ.eyJ".to_owned(),
        format!("{}.{}.", encoded("{\"a\":1}"), encoded("{}")),
        format!("{}.{}.c2ln", encoded("{\"alg\":\"EdDSA\"}"), encoded(&deep)),
        format!(
            "{}.{}.c2ln",
            encoded("{\"alg\":\"EdDSA\",\"alg\":\"none\"}"),
            encoded("{}")
        ),
        format!(
            "{}.{}.c2ln",
            encoded("{\"alg\":[\"EdDSA\"]}"),
            encoded("[]")
        ),
        padded.join("."),
        format!("{good}="),
        format!("{good}AA"),
        // More than 12 KiB.
        key.token(&claims(
            &server.address,
            json!({"groups": "g".repeat(9_500)}),
        )),
    ] {
        refused(&app, &bad.chars().take(80).collect::<String>(), &bad).await;
    }
    assert_eq!(
        server.asked(),
        1,
        "only well formed ones are worth a look at the keys"
    );
    taken(
        &app,
        "10 KiB",
        &key.token(&claims(
            &server.address,
            json!({"groups": "g".repeat(7_000)}),
        )),
    )
    .await;
    // Not like a token: it is no key either.
    for other in ["eyJ.eyJ", "ey.ey.ey.ey", "Ey.ey.ey"] {
        assert_eq!(read_as(&app, other).await.code(), "unauthorised", "{other}");
    }
    app.stop().await;
}

#[tokio::test]
async fn without_settings_no_token_is_taken_and_keys_go_on() {
    let key = ed25519_key("ed");
    let app = App::start(sqlite()).await;
    refused(
        &app,
        "nobody",
        &key.token(&claims("https://login.example.org", json!({}))),
    )
    .await;
    assert_eq!(app.get("/v1/places").await.status, 200);
    app.stop().await;
}
