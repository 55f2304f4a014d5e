//! The plainest client of HTTP: one connection that is kept, one request after the other.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, bail};

/// A connection.
pub struct Client {
    address: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects.
    pub fn to(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            address,
            stream,
            buffer: vec![0; 1 << 20],
        })
    }

    /// Sends a request and answers how long the body is, of a 200 or a 304; a server hangs up on who was silent for long.
    pub fn send(&mut self, request: &[u8]) -> anyhow::Result<usize> {
        if let Some(length) = self.try_to_send(request)? {
            return Ok(length);
        }
        *self = Self::to(self.address)?;
        self.try_to_send(request)?.context("the server hung up")
    }

    fn try_to_send(&mut self, request: &[u8]) -> anyhow::Result<Option<usize>> {
        self.stream.write_all(request)?;
        let mut filled = 0;
        loop {
            let read = self
                .stream
                .read(self.buffer.get_mut(filled..).unwrap_or_default())?;
            if read == 0 {
                return Ok(None);
            }
            filled += read;
            let so_far = self.buffer.get(..filled).unwrap_or_default();
            let Some(head) = so_far.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let text = String::from_utf8_lossy(so_far.get(..head).unwrap_or_default())
                .to_ascii_lowercase();
            // What has not changed has no body, whatever its length would be.
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .filter(|_| !text.starts_with("http/1.1 304"))
                .map_or(Ok(0), |length| length.trim().parse::<usize>())?;
            if filled < head + 4 + length {
                continue;
            }
            let is_good = ["http/1.1 200", "http/1.1 304"].iter();
            if !is_good.clone().any(|good| text.starts_with(good)) {
                bail!("{}", String::from_utf8_lossy(so_far));
            }
            return Ok(Some(length));
        }
    }
}

/// A request with a key and perhaps a body.
pub fn request(method: &str, path: &str, key: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}

/// A read by one who has whatever there is already.
pub fn request_held(path: &str, key: &str) -> Vec<u8> {
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\nif-none-match: *\r\n\r\n"
    );
    head.into_bytes()
}
