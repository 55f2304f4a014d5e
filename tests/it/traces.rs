//! With the feature `otel`: the spans of a request reach a collector, and nothing that a client sent goes with them.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::mpsc;

use serde_json::json;

use crate::support::databases::sqlite;
use crate::support::process::{KEY, Server, migrate};

/// A collector that takes whatever comes, and hands on the path and the body of each request.
fn collector() -> (String, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (hands_on, taken) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut got) = (stream.unwrap(), Vec::new());
            let mut piece = [0; 4096];
            loop {
                let size = stream.read(&mut piece).unwrap_or(0);
                got.extend_from_slice(&piece[..size]);
                let Some(end) = got.windows(4).position(|four| four == b"\r\n\r\n") else {
                    assert!(size > 0, "a torn-off head");
                    continue;
                };
                let head = String::from_utf8_lossy(&got[..end]).to_lowercase();
                let length = head.split_once("content-length: ").unwrap().1;
                let length: usize = length.lines().next().unwrap().parse().unwrap();
                if got.len() == end + 4 + length {
                    let answer =
                        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                    stream.write_all(answer).unwrap();
                    let path = head.split(' ').nth(1).unwrap().to_owned();
                    let _ = hands_on.send((path, got[end + 4..].to_vec()));
                    break;
                }
            }
        }
    });
    (base, taken)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn spans_reach_a_collector() {
    let (endpoint, taken) = collector();
    let database = sqlite();
    migrate(database.url());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_SERVICE_NAME", "measured-service"),
    ];
    let mut server = Server::start_as(database.url(), &[], &variables, Stdio::null());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({"name": "Nobody-Of-This-Name", "kind": "business"}).to_string();
    let added = client
        .post(format!("{}/v1/organisations", server.base))
        .bearer_auth(KEY)
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(added.status(), 201);
    let id = added.headers()["x-request-id"].to_str().unwrap().to_owned();
    let path = "/v1/roll-ups?by=measure&place=asked-in-a-query";
    let asked = client.get(format!("{}{path}", server.base));
    assert_eq!(asked.bearer_auth(KEY).send().await.unwrap().status(), 400);
    // What is left is sent before the end.
    let told = Command::new("kill")
        .args(["-TERM", &server.process.id().to_string()])
        .status();
    assert!(told.unwrap().success() && server.process.wait().unwrap().success());
    let mut all = Vec::new();
    while let Ok((path, body)) = taken.try_recv() {
        assert_eq!(path, "/v1/traces");
        all.extend(body);
    }
    for part in [
        "measured-service",
        "POST /v1/organisations",
        "GET /v1/roll-ups",
        "http.response.status_code",
        "write",
        "read",
        &id,
    ] {
        assert!(
            holds(&all, part),
            "{part} was not sent: {}",
            String::from_utf8_lossy(&all)
        );
    }
    for sent in [
        "Nobody-Of-This-Name",
        "asked-in-a-query",
        &KEY[11..],
        "gm_default",
    ] {
        assert!(!holds(&all, sent), "{sent} was sent");
    }
}
