//! Private keys, made once a run, and tokens signed with them, good and bad.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::EncodePrivateKey as _;
use jsonwebtoken::{Algorithm, EncodingKey};
use p256::elliptic_curve::rand_core::OsRng;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

use super::AUDIENCE;
use crate::support::app::BEGIN;
use crate::support::scene::changed;

/// The second at which the tests' clock stands.
pub const NOW: i64 = BEGIN / 1_000_000;

/// A private key with its public half as issuers publish it.
pub struct TestKey {
    pub algorithm: Algorithm,
    pub private: EncodingKey,
    pub public: Value,
}

/// Making an RSA key takes a while.
pub static RSA: LazyLock<TestKey> = LazyLock::new(|| rsa_key("rsa-1", 2048));
pub static OTHER_RSA: LazyLock<TestKey> = LazyLock::new(|| rsa_key("rsa-2", 2048));

pub fn rsa_key(id: &str, bits: usize) -> TestKey {
    let key = rsa::RsaPrivateKey::new(&mut OsRng, bits).unwrap();
    let (modulus, exponent) = (key.n().to_bytes_be(), key.e().to_bytes_be());
    TestKey {
        algorithm: Algorithm::RS256,
        private: EncodingKey::from_rsa_der(key.to_pkcs1_der().unwrap().as_bytes()),
        public: json!({"kty": "RSA", "kid": id, "use": "sig", "n": encoded(modulus), "e": encoded(exponent)}),
    }
}

pub fn p256_key(id: &str) -> TestKey {
    let key = p256::ecdsa::SigningKey::random(&mut OsRng);
    let point = key.verifying_key().to_encoded_point(false);
    let half = |half: Option<&p256::FieldBytes>| encoded(half.unwrap());
    let public = json!({
        "kty": "EC", "kid": id, "use": "sig", "alg": "ES256", "crv": "P-256", "x": half(point.x()), "y": half(point.y())
    });
    TestKey {
        algorithm: Algorithm::ES256,
        private: EncodingKey::from_ec_der(key.to_pkcs8_der().unwrap().as_bytes()),
        public,
    }
}

pub fn ed25519_key(id: &str) -> TestKey {
    let key = ed25519_dalek::SigningKey::generate(&mut OsRng);
    let point = encoded(key.verifying_key().as_bytes());
    TestKey {
        algorithm: Algorithm::EdDSA,
        private: EncodingKey::from_ed_der(key.to_pkcs8_der().unwrap().as_bytes()),
        public: json!({"kty": "OKP", "kid": id, "use": "sig", "alg": "EdDSA", "crv": "Ed25519", "x": point}),
    }
}

/// A set of public halves, as a key server answers it.
pub fn set(keys: &[&TestKey]) -> String {
    let public: Vec<&Value> = keys.iter().map(|key| &key.public).collect();
    json!({"keys": public}).to_string()
}

/// Claims of a reader, good for an hour, with changes; `null` takes one out.
pub fn claims(issuer: &str, changes: Value) -> Value {
    let base = json!({
        "iss": issuer, "aud": AUDIENCE, "sub": "7a1c", "iat": NOW, "nbf": NOW, "exp": NOW + 3600, "roles": ["reader"]
    });
    changed(base, changes)
}

impl TestKey {
    fn header(&self) -> Value {
        json!({"alg": format!("{:?}", self.algorithm), "typ": "JWT", "kid": self.public["kid"]})
    }

    /// A token of these claims.
    pub fn token(&self, claims: &Value) -> String {
        self.token_with(json!({}), claims)
    }

    /// A token with a changed header; `null` takes a field out.
    pub fn token_with(&self, header: Value, claims: &Value) -> String {
        let message = message(&changed(self.header(), header), claims);
        signed(&message, &self.private, self.algorithm)
    }
}

/// Header and claims, not signed yet.
pub fn message(header: &Value, claims: &Value) -> String {
    let part = |part: &Value| encoded(part.to_string());
    format!("{}.{}", part(header), part(claims))
}

pub fn signed(message: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

pub fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
