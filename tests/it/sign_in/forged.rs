//! Tokens that somebody made, or made better, without the private key.

use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::json;

use super::issuer::{
    OTHER_RSA, RSA, claims, ed25519_key, encoded, message, p256_key, rsa_key, signed,
};
use super::{refused, taken, world};

#[tokio::test]
async fn no_algorithm_is_taken_but_that_of_the_settings_and_the_key() {
    let ec = p256_key("ec");
    let (server, app) = world(&[&RSA, &ec], json!({"algorithms": ["RS256"]})).await;
    let claims = claims(&server.address, json!({}));
    taken(&app, "RS256", &RSA.token(&claims)).await;
    refused(&app, "not in the settings", &ec.token(&claims)).await;

    // No signature at all.
    for none in ["none", "None", "NONE", ""] {
        let header = json!({"alg": none, "typ": "JWT", "kid": "rsa-1"});
        refused(&app, none, &format!("{}.", message(&header, &claims))).await;
    }
    let (signed_part, _) = RSA
        .token(&claims)
        .rsplit_once('.')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    refused(&app, "signature cut off", &format!("{signed_part}.")).await;

    // The public key is known to all: it must not be a secret (HMAC confusion), in any form.
    let modulus = RSA.public["n"].as_str().unwrap().as_bytes().to_vec();
    for secret in [modulus, RSA.public.to_string().into_bytes(), Vec::new()] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let header = json!({"alg": format!("{algorithm:?}"), "typ": "JWT", "kid": "rsa-1"});
            let message = message(&header, &claims);
            let token = signed(&message, &EncodingKey::from_secret(&secret), algorithm);
            refused(&app, "HMAC", &token).await;
            // The same, saying that it is RS256.
            let header = json!({"alg": "RS256", "typ": "JWT", "kid": "rsa-1"});
            let message = super::issuer::message(&header, &claims);
            let token = signed(&message, &EncodingKey::from_secret(&secret), algorithm);
            refused(&app, "HMAC as RS256", &token).await;
        }
    }
    // The right key with another padding or hash.
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        let name = format!("{algorithm:?}");
        let header = json!({"alg": name, "typ": "JWT", "kid": "rsa-1"});
        let token = signed(&message(&header, &claims), &RSA.private, algorithm);
        refused(&app, &name, &token).await;
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": "rsa-1"});
        let token = signed(&message(&header, &claims), &RSA.private, algorithm);
        refused(&app, &name, &token).await;
    }
    // A key that the token brings along, by value or by address.
    for header in [
        json!({"jwk": OTHER_RSA.public, "kid": "rsa-1"}),
        json!({"jku": format!("{}/keys", server.address), "kid": "rsa-1"}),
    ] {
        refused(
            &app,
            "brought along",
            &OTHER_RSA.token_with(header, &claims),
        )
        .await;
    }
    app.stop().await;
}

#[tokio::test]
async fn a_token_that_was_tampered_with_is_refused() {
    let keys = [p256_key("ec"), ed25519_key("ed")];
    let (server, app) = world(&[&RSA, &keys[0], &keys[1]], json!({})).await;
    for key in [&*RSA, &keys[0], &keys[1]] {
        let name = format!("{:?}", key.algorithm);
        let plain = claims(&server.address, json!({"roles": []}));
        let token = key.token(&plain);
        let parts: Vec<&str> = token.split('.').collect();
        let better = encoded(claims(&server.address, json!({})).to_string());
        refused(&app, &name, &format!("{}.{better}.{}", parts[0], parts[2])).await;
        // A flipped bit at either end and in the middle of the signature; a longer and a shorter one.
        let signature = base64_bytes(parts[2]);
        let good = key.token(&claims(&server.address, json!({"jti": name})));
        taken(&app, &name, &good).await;
        for at in [0, signature.len() / 2, signature.len() - 1] {
            let (message, text) = good.rsplit_once('.').unwrap();
            let mut changed = base64_bytes(text);
            changed[at] ^= 1;
            refused(&app, &name, &format!("{message}.{}", encoded(&changed))).await;
            changed[at] ^= 1;
            changed.push(0);
            refused(&app, &name, &format!("{message}.{}", encoded(&changed))).await;
            changed.truncate(changed.len() - 2);
            refused(&app, &name, &format!("{message}.{}", encoded(&changed))).await;
        }
        // Another header under the same signature.
        let header = json!({"alg": name, "typ": "at+jwt", "kid": key.public["kid"]});
        refused(
            &app,
            &name,
            &format!("{}.{}.{}", encoded(header.to_string()), parts[1], parts[2]),
        )
        .await;
    }
    // Signed well, by somebody else's key under the same name.
    let stranger = rsa_key("rsa-1", 2048);
    refused(
        &app,
        "stranger",
        &stranger.token(&claims(&server.address, json!({}))),
    )
    .await;
    app.stop().await;
}

fn base64_bytes(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .unwrap()
}
