//! Keys over https: the program itself, a key server with a certificate, and an authority that is trusted or is not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use super::issuer::{TestKey, claims, ed25519_key, set};

/// The program, stopped when the test ends however it ends.
struct Program {
    process: Child,
    base: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts it in a folder with `sign-in.toml`, where it trusts only the authorities of a file.
fn start(folder: &Path, authorities: &Path) -> Program {
    let mut process = Command::new(env!("CARGO_BIN_EXE_goodmeasure"))
        .current_dir(folder)
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--sign-in",
            "sign-in.toml",
        ])
        .env("SSL_CERT_FILE", authorities)
        .env_remove("SSL_CERT_DIR")
        .env("NO_PROXY", "localhost")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let base = lines.find_map(|line| Some(line.unwrap().strip_prefix("listening on ")?.to_owned()));
    Program {
        process,
        base: base.expect("it says where it listens"),
    }
}

/// A new authority as PEM, and what a server of `localhost` needs that it vouches for.
fn authority() -> (String, ServerConfig) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let own = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate: CertificateDer<'static> = params.signed_by(&key, &issuer).unwrap().into();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    (own.pem(), config)
}

/// Serves a description and keys over TLS, as long as the tests run; the address.
fn serve(config: ServerConfig, key: &TestKey) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    let description = json!({"issuer": address, "jwks_uri": format!("{address}/keys")}).to_string();
    let (config, keys) = (Arc::new(config), set(&[key]));
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(tls, connection.unwrap());
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1)
            {
                head.push(byte[0]);
            }
            let body = match head.starts_with(b"GET /keys ") {
                true => &keys,
                false => &description,
            };
            // A client that does not trust us is gone by now.
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    address
}

#[tokio::test]
async fn keys_come_over_https_from_whom_the_machine_trusts() {
    let key = ed25519_key("ed");
    let (pem, config) = authority();
    let (other_pem, _) = authority();
    let address = serve(config, &key);
    // The program has the clock of the day.
    let lasting = json!({"exp": 32_503_680_000_i64, "iat": null, "nbf": null});
    let token = key.token(&claims(&address, lasting));
    for (authorities, status) in [(pem, 200), (other_pem, 503)] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("authorities.pem");
        std::fs::write(&file, authorities).unwrap();
        let settings = format!(
            "[[issuer]]\nissuer = \"{address}\"\naudience = \"{}\"\npartnership = \"default\"\n\
             [[issuer.role]]\nclaim = \"roles\"\nvalue = \"reader\"\nrole = \"analyst\"\n",
            super::AUDIENCE
        );
        std::fs::write(folder.path().join("sign-in.toml"), settings).unwrap();
        let program = start(folder.path(), &file);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.get(format!("{}/v1/places", program.base));
        let answer = request.bearer_auth(&token).send().await.unwrap();
        assert_eq!(answer.status(), status);
        let code = answer.json::<Value>().await.unwrap()["code"].clone();
        assert_eq!(code == "sign_in_unavailable", status == 503);
    }
}
