//! kill -9 in the middle of a stream of submissions: every answered write is there, and `verify` is clean.
//! And the polite signal: what is under way is answered first.

use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::support::databases::{Engine, TestDatabase, databases};
use crate::support::process::{KEY, Server, migrate, verify};

/// Clients that submit at once, each to a contract of its own.
const CLIENTS: usize = 4;

struct Client {
    http: reqwest::Client,
    base: String,
}

impl Client {
    fn new(base: &str) -> Self {
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            base: base.to_owned(),
        }
    }

    /// Status and body, or nothing when the server went away first.
    async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Option<(u16, Value)> {
        let mut request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", self.base))
            .bearer_auth(KEY);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        Some((
            status,
            serde_json::from_str(&response.text().await.ok()?).ok()?,
        ))
    }

    async fn added(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.send("POST", path, Some(&body)).await.unwrap();
        assert_eq!(status, 201, "{answer}");
        answer
    }
}

/// A contract a client, reporting monthly for twenty years.
async fn contracts(client: &Client) -> Vec<String> {
    let anchor = client
        .added(
            "/v1/organisations",
            json!({"name": "Anchor", "kind": "council", "anchor_institution": true}),
        )
        .await;
    let other = client
        .added(
            "/v1/organisations",
            json!({"name": "Other", "kind": "nhs_provider", "anchor_institution": true}),
        )
        .await;
    let supplier = client
        .added(
            "/v1/organisations",
            json!({"name": "Supplier", "kind": "business"}),
        )
        .await;
    let mut ids = Vec::new();
    for number in 0..CLIENTS {
        let contract = json!({
            "reference": format!("K-{number}"), "title": "A contract",
            "anchor_institutions": [{"organisation": anchor["id"], "share": "1/3"}, {"organisation": other["id"], "share": "2/3"}],
            "supplier": supplier["id"], "starts_on": "2025-01-01", "ends_on": "2044-12-31",
            "proxy_edition": "open-uk/2026", "reporting": "monthly"
        });
        let id = client.added("/v1/contracts", contract).await["id"]
            .as_str()
            .unwrap()
            .to_owned();
        client
            .added(
                &format!("/v1/contracts/{id}/commitments"),
                json!({"measure": "volunteering-hours", "target": "4800"}),
            )
            .await;
        ids.push(id);
    }
    ids
}

fn label(month: usize) -> String {
    format!("{}-{:02}", 2025 + month / 12, month % 12 + 1)
}

/// Puts and submits month after month until the server is gone; tells of each answer.
async fn stream(
    client: Arc<Client>,
    contract: String,
    first: usize,
    answered: mpsc::UnboundedSender<String>,
) {
    for month in first..240 {
        let path = format!("/v1/contracts/{contract}/returns/{}", label(month));
        let lines = json!([
            {"measure": "volunteering-hours", "quantity": format!("{}.5", month + 1), "evidence": [{"link": "https://sample.example/hours"}]},
            {"measure": "local-job-fte", "quantity": "10"},
            {"measure": "car-miles-saved", "quantity": "1234"}
        ]);
        let body = json!({"lines": lines, "attestation": {"contract_and_period_only": true, "relates_to_commitment": true}});
        let Some((status, answer)) = client.send("PUT", &path, Some(&body)).await else {
            return;
        };
        assert!(matches!(status, 200 | 201), "{answer}");
        let Some((status, answer)) = client
            .send("POST", &format!("{path}/submission"), None)
            .await
        else {
            return;
        };
        assert_eq!(status, 200, "{answer}");
        if answered.send(path).is_err() {
            return;
        }
    }
}

async fn kill_and_look(database: &TestDatabase, rounds: usize) {
    let url = database.url();
    migrate(url);
    let mut server = Server::start(url);
    let ids = contracts(&Client::new(&server.base)).await;
    let mut kept: Vec<String> = Vec::new();
    for round in 0..rounds {
        let (sender, mut answers) = mpsc::unbounded_channel();
        let client = Arc::new(Client::new(&server.base));
        for id in &ids {
            let done = kept
                .iter()
                .filter(|path| path.contains(id.as_str()))
                .count();
            // A month whose answer was lost may be submitted already: submitting it again answers the same.
            tokio::spawn(stream(client.clone(), id.clone(), done, sender.clone()));
        }
        drop(sender);
        // The kill comes after another number of answers each time, with other requests under way.
        for _ in 0..3 + round % 7 {
            kept.push(answers.recv().await.expect("an answer before the kill"));
        }
        server.kill();
        while let Some(path) = answers.recv().await {
            kept.push(path);
        }
        verify(url, &format!("round {round}"));
        server = Server::start(url);
        let client = Client::new(&server.base);
        for path in &kept {
            let (status, answer) = client.send("GET", path, None).await.unwrap();
            assert_eq!(
                (status, &answer["state"]),
                (200, &json!("submitted")),
                "round {round}: {path}"
            );
        }
    }
    assert!(kept.len() >= rounds * 3);
}

#[tokio::test]
async fn nothing_answered_is_lost_to_kill_9() {
    for database in databases() {
        let rounds = match database.engine() {
            Engine::Sqlite => 20,
            Engine::Postgres => 5,
        };
        kill_and_look(&database, rounds).await;
    }
}

/// Sends the polite signal, as a service manager does.
fn terminate(server: &Server) {
    let id = server.process.id().to_string();
    let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(told.success());
}

#[tokio::test]
async fn what_is_under_way_is_answered_before_a_graceful_stop() {
    for database in databases() {
        let url = database.url();
        migrate(url);
        // One worker: it answers in the order asked.
        let mut server = Server::start_with(url, &["--workers", "1"], None);
        let address = server.base.strip_prefix("http://").unwrap().to_owned();
        let mut slow = TcpStream::connect(&address).await.unwrap();
        let body = r#"{"name": "Asked before the stop", "kind": "business"}"#;
        let (first, rest) = body.split_at(10);
        let head = format!(
            "POST /v1/organisations HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {KEY}\r\n\
             content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        slow.write_all(format!("{head}{first}").as_bytes())
            .await
            .unwrap();
        // The server has taken the slow connection when it answers one that came after it.
        let client = Client::new(&server.base);
        assert_eq!(client.send("GET", "/readyz", None).await.unwrap().0, 200);
        terminate(&server);
        while TcpStream::connect(&address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        slow.write_all(rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        slow.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        assert!(server.process.wait().unwrap().success());
    }
}
