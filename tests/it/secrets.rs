//! A key is shown once, to the one who asked for it: no log has it, however much is logged.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::databases::databases;

const ADMINISTRATOR: &str = "gm_default_0123456789abcdef0123456789abcdef";

/// The server's process, killed when the test ends however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn send(base: &str, key: &str, method: &str, path: &str, body: &str) -> (u16, Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = client.request(method.parse().unwrap(), format!("{base}{path}"));
    request = request.bearer_auth(key);
    if !body.is_empty() {
        let json = ("content-type", "application/json");
        request = request.header(json.0, json.1).body(body.to_owned());
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body = serde_json::from_str(&answer.text().await.unwrap());
    (status, body.unwrap_or_default())
}

#[tokio::test]
async fn no_log_has_a_key_however_much_is_logged() {
    for database in databases() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log");
        let run = |name: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_goodmeasure"));
            command
                .arg(name)
                .env("GOODMEASURE_DATABASE_URL", database.url())
                .env("GOODMEASURE_ADMIN_KEY", ADMINISTRATOR)
                .env("GOODMEASURE_LOG", "trace,requests=trace,actix_http=trace");
            command
        };
        assert!(run("migrate").output().unwrap().status.success());
        let started = run("serve")
            .args(["--listen", "127.0.0.1:0", "--workers", "1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::from(File::create(&file).unwrap()))
            .spawn();
        let mut server = Server(started.unwrap());
        let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
        let base = lines.find_map(|line| {
            line.unwrap()
                .strip_prefix("listening on ")
                .map(str::to_owned)
        });
        let base = base.unwrap();

        let given = json!({"name": "a", "role": "administrator"}).to_string();
        let (status, made) = send(&base, ADMINISTRATOR, "POST", "/v1/keys", &given).await;
        assert_eq!(status, 201, "{made}");
        let key = made["key"].as_str().unwrap();
        let path = format!("/v1/keys/{}", made["id"].as_str().unwrap());
        let (status, next) = send(&base, key, "POST", &format!("{path}/rotation"), "{}").await;
        assert_eq!(status, 201, "{next}");
        let next = next["key"].as_str().unwrap();
        let unknown = format!("gm_default_{}", "5ec2e7".repeat(10));
        for (key, method, path, body, expected) in [
            (next, "GET", "/v1/keys", "", 200),
            (next, "POST", "/v1/keys", "{", 400),
            (next, "POST", "/v1/keys", "{}", 422),
            (next, "GET", "/v1/keys/none", "", 404),
            (next, "POST", &format!("{path}/revocation"), "", 200),
            (key, "GET", "/v1/keys", "", 401),
            (unknown.as_str(), "GET", "/v1/keys", "", 401),
        ] {
            let (status, answer) = send(&base, key, method, path, body).await;
            assert_eq!(status, expected, "{method} {path}: {answer}");
        }
        drop(server);
        let log = std::fs::read_to_string(&file).unwrap();
        assert!(log.lines().count() >= 9, "a line for every request\n{log}");
        for text in [ADMINISTRATOR, key, next, &unknown] {
            let secret = text.rsplit('_').next().unwrap();
            assert!(!log.contains(&secret[..16]), "{log}");
        }
    }
}
