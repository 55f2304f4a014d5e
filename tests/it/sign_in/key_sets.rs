//! Which published keys are used, and where they are looked for.

use serde_json::{Value, json};

use super::issuer::{OTHER_RSA, RSA, TestKey, claims, ed25519_key, p256_key, rsa_key, set};
use super::key_server::{KeyServer, Says};
use super::{read_as, settings_of, with_sign_in};
use crate::support::app::App;
use crate::support::databases::sqlite;
use crate::support::scene::changed;

/// Status and code for a token of a key, where the issuer publishes this.
async fn answer(published: String, key: &TestKey) -> (u16, String) {
    let server = KeyServer::start(Says::Body(published));
    let settings = with_sign_in(&settings_of(&server.address, json!({})));
    let app = App::start_with(sqlite(), settings).await;
    let answer = read_as(&app, &key.token(&claims(&server.address, json!({})))).await;
    let code = answer.json()["code"].as_str().map(str::to_owned);
    app.stop().await;
    (answer.status, code.unwrap_or_default())
}

fn published(keys: &[Value]) -> String {
    json!({"keys": keys}).to_string()
}

#[tokio::test]
async fn only_keys_for_signatures_of_a_kind_that_is_taken_are_used() {
    let (ec, ed) = (p256_key("ec"), ed25519_key("ed"));
    let other = ed25519_key("other");
    let refused = (401, "invalid_token".to_owned());
    let good = (200, String::new());
    for (key, changes, expected) in [
        (&*RSA, json!({"use": null}), &good),
        (&*RSA, json!({"alg": "RS256", "key_ops": ["verify"]}), &good),
        (
            &*RSA,
            json!({"x5c": ["MIIC..."], "x5t": "a", "issuer": "b"}),
            &good,
        ), // as Entra ID
        (&*RSA, json!({"use": "enc"}), &refused),
        (&*RSA, json!({"key_ops": ["encrypt", "wrapKey"]}), &refused),
        (&*RSA, json!({"alg": "RS512"}), &refused),
        (&*RSA, json!({"alg": "HS256"}), &refused),
        (&*RSA, json!({"kty": "oct", "k": RSA.public["n"]}), &refused),
        (&*RSA, json!({"e": "AQ"}), &refused),
        (&*RSA, json!({"e": "AAAA"}), &refused),
        (&*RSA, json!({"n": ""}), &refused),
        (&*RSA, json!({"n": "AAAA"}), &refused),
        (&*RSA, json!({"kid": 1}), &refused),
        (&ec, json!({"crv": "P-384"}), &refused),
        (&ec, json!({"kty": "OKP"}), &refused),
        (&ec, json!({"x": ec.public["y"]}), &refused), // not on the curve
        (&ec, json!({"x": "AA"}), &refused),
        (&ed, json!({"crv": "X25519"}), &refused),
        (&ed, json!({"x": "AAAA"}), &refused), // too short
        (&ed, json!({"alg": "ES256"}), &refused),
    ] {
        let jwk = changed(key.public.clone(), changes.clone());
        let found = answer(published(&[jwk, other.public.clone()]), key).await;
        assert_eq!(found, *expected, "{changes}");
    }
    // Short RSA keys can be broken.
    let short = rsa_key("short", 1024);
    assert_eq!(answer(set(&[&short, &other]), &short).await, refused);
}

#[tokio::test]
async fn a_token_without_a_key_id_is_fine_where_one_key_fits() {
    let (ec, ed) = (p256_key("ec"), ed25519_key("ed"));
    for (keys, expected) in [
        (vec![&*RSA, &ec, &ed], 200),
        (vec![&*RSA, &*OTHER_RSA], 401),
    ] {
        let server = KeyServer::with(&keys);
        let settings = with_sign_in(&settings_of(&server.address, json!({})));
        let app = App::start_with(sqlite(), settings).await;
        let token = RSA.token_with(json!({"kid": null}), &claims(&server.address, json!({})));
        assert_eq!(read_as(&app, &token).await.status, expected);
        assert_eq!(server.asked(), 1);
        app.stop().await;
    }
}

#[tokio::test]
async fn an_answer_that_is_no_key_set_is_as_good_as_none() {
    let key = ed25519_key("ed");
    let unavailable = (503, "sign_in_unavailable".to_owned());
    let mut huge: Value = serde_json::from_str(&set(&[&key])).unwrap();
    huge["more"] = json!("x".repeat(256 * 1024));
    let many: Vec<Value> = (0..101)
        .map(|n| ed25519_key(&n.to_string()).public)
        .collect();
    let mut many_with_ours = many[..100].to_vec();
    many_with_ours.push(key.public.clone());
    for bad in [
        huge.to_string(),
        published(&many_with_ours),
        String::new(),
        "<html>".to_owned(),
        "{}".to_owned(),
        r#"{"keys":{}}"#.to_owned(),
        r#"{"keys":[]}"#.to_owned(),
        r#"{"keys":[1,null,[],{}]}"#.to_owned(),
        format!("{{\"keys\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000)),
    ] {
        let start: String = bad.chars().take(60).collect();
        assert_eq!(answer(bad, &key).await, unavailable, "{start}");
    }
    assert_eq!(
        answer(published(&many_with_ours[1..]), &key).await.0,
        200,
        "100 are fine"
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let key = ed25519_key("ed");
    let (there, here) = (KeyServer::with(&[&key]), KeyServer::with(&[]));
    here.say(Says::Redirect(format!("{}/keys", there.address)));
    let settings = with_sign_in(&settings_of(&here.address, json!({})));
    let app = App::start_with(sqlite(), settings).await;
    let answer = read_as(&app, &key.token(&claims(&here.address, json!({})))).await;
    assert_eq!(answer.code(), "sign_in_unavailable");
    assert_eq!((here.asked(), there.asked()), (1, 0));
    app.stop().await;
}

#[tokio::test]
async fn keys_are_found_by_the_issuers_description() {
    let key = p256_key("ec");
    let found = async |changes: Value| {
        let server = KeyServer::with(&[&key]);
        let keys = format!("{}/keys", server.address);
        let description =
            json!({"issuer": server.address, "jwks_uri": keys, "token_endpoint": "x"});
        server.describe(changed(description, changes));
        let settings = with_sign_in(&settings_of(&server.address, json!({"jwks_url": null})));
        let app = App::start_with(sqlite(), settings).await;
        let answer = read_as(&app, &key.token(&claims(&server.address, json!({})))).await;
        app.stop().await;
        (answer.status, server.asked())
    };
    assert_eq!(found(json!({})).await, (200, 1));
    for bad in [
        json!({"issuer": "https://login.example.org"}),
        json!({"issuer": null}),
        json!({"jwks_uri": null}),
        json!({"jwks_uri": "http://login.example.org/keys"}),
        json!({"jwks_uri": "file:///keys"}),
    ] {
        assert_eq!(found(bad.clone()).await, (503, 0), "{bad}");
    }
}
