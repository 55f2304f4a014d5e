//! One request on a raw socket, and the answer byte by byte: what a client library hides.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::app::App;

/// An answer as it was on the wire.
#[derive(Debug)]
pub struct Wire {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// Everything after the head; chunks stay chunks.
    pub body: String,
}

impl Wire {
    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The names of all headers.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The stable code of a problem.
    pub fn code(&self) -> String {
        let json: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        json["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Sends a request line with its headers, each ended by CRLF, and reads until the server ends the connection.
pub async fn exchange(app: &App, request: &str) -> Wire {
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    let whole = format!(
        "{request}host: {}\r\nconnection: close\r\n\r\n",
        app.address()
    );
    // A server that refuses early may not read to the end.
    let _ = stream.write_all(whole.as_bytes()).await;
    let mut bytes = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut bytes));
    let _ = end.await.expect("the server ends the connection");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let (status, fields) = head.split_once("\r\n").unwrap_or((head, ""));
    Wire {
        status: status.split(' ').nth(1).unwrap().parse().unwrap(),
        headers: fields
            .split("\r\n")
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: body.to_owned(),
    }
}
