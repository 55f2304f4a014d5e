//! kill -9 in the middle of a call: its repetition goes on where it was, and nothing is done twice.

use serde_json::json;

use super::*;
use crate::support::databases::databases;
use crate::support::process::{KEY, Server, migrate, verify};

/// Periods of one contract that reports monthly, for twenty years.
const RETURNS_SENT: usize = 240;

struct Client {
    http: reqwest::Client,
    base: String,
}

impl Client {
    fn of(server: &Server) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let base = server.base.clone();
        Self { http, base }
    }

    async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Option<Value> {
        let url = format!("{}{path}", self.base);
        let mut request = self.http.request(method.parse().unwrap(), url);
        request = request.bearer_auth(KEY);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        if path == RETURNS {
            request = request.header("idempotency-key", "one");
        }
        let text = request.send().await.ok()?.text().await.ok()?;
        serde_json::from_str(&text).ok()
    }

    /// The contract of the story.
    async fn contract(&self) -> String {
        let mut ids = Vec::new();
        for (name, anchor) in [("Anchor", true), ("Supplier", false)] {
            let body = json!({"name": name, "kind": "business", "anchor_institution": anchor});
            let made = self.send("POST", "/v1/organisations", Some(&body)).await;
            let made = made.unwrap();
            ids.push(made["id"].as_str().unwrap().to_owned());
        }
        let contract = json!({
            "reference": "K-1", "title": "A contract", "supplier": ids[1],
            "anchor_institutions": [{"organisation": ids[0], "share": "1"}],
            "starts_on": "2020-01-01", "ends_on": "2039-12-31",
            "proxy_edition": "open-uk/2026", "reporting": "monthly",
        });
        let made = self.send("POST", "/v1/contracts", Some(&contract)).await;
        made.unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn count(&self, contract: &str) -> usize {
        let mut path = format!("/v1/contracts/{contract}/returns?limit=200");
        let mut count = 0;
        loop {
            let page = self.send("GET", &path, None).await.unwrap();
            count += page["items"].as_array().unwrap().len();
            let Some(cursor) = page["next_cursor"].as_str() else {
                return count;
            };
            path = format!("/v1/contracts/{contract}/returns?limit=200&cursor={cursor}");
        }
    }
}

#[tokio::test]
async fn a_call_that_was_cut_off_goes_on_when_it_is_repeated() {
    for database in databases() {
        migrate(database.url());
        let server = Server::start(database.url());
        let client = Client::of(&server);
        let contract = client.contract().await;
        let months = (0..RETURNS_SENT).map(|number| {
            let (year, month) = (2020 + number / 12, number % 12 + 1);
            item(&contract, &format!("{year}-{month:02}"), "1")
        });
        let body = json!({"items": months.collect::<Vec<_>>()});
        let cut_off = async { client.send("POST", RETURNS, Some(&body)).await };
        let kill = async {
            while client.count(&contract).await < 20 {
                tokio::task::yield_now().await;
            }
            server.kill()
        };
        let (answer, ()) = futures_util::future::join(cut_off, kill).await;
        assert_eq!(answer, None, "it was over before it was cut off");
        verify(database.url(), "after the kill");

        let server = Server::start(database.url());
        let client = Client::of(&server);
        let stored = client.count(&contract).await;
        assert!((20..RETURNS_SENT).contains(&stored), "{stored}");
        assert_eq!(stored % 20, 0, "those of whole transactions");
        let answer = client.send("POST", RETURNS, Some(&body)).await.unwrap();
        assert_eq!(
            (&answer["stored"], &answer["refused"]),
            (&json!(RETURNS_SENT), &json!(0))
        );
        for item in answer["items"].as_array().unwrap() {
            // Also what was stored before the kill is answered as it was then.
            assert_eq!(item["status"], 201);
        }
        assert_eq!(client.count(&contract).await, RETURNS_SENT);
        let again = client.send("POST", RETURNS, Some(&body)).await.unwrap();
        assert_eq!(again, answer);
        drop(server);
        verify(database.url(), "after the repetition");
    }
}
