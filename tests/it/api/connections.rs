//! Clients that are slow on purpose, on raw sockets: none keeps its connection.

use std::time::Duration;

use goodmeasure::http::{Connections, Settings};
use socket2::{Domain, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::app::App;
use crate::support::databases::sqlite;

/// Longer than anything here takes; only a failure waits for it.
const AT_LAST: Duration = Duration::from_secs(60);

async fn app(connections: Connections) -> App {
    let settings = Settings {
        connections,
        ..Settings::default()
    };
    App::start_with(sqlite(), settings).await
}

async fn connect(app: &App) -> TcpStream {
    TcpStream::connect(app.address()).await.unwrap()
}

/// Everything that the server sends until it ends the connection.
async fn to_the_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let end = tokio::time::timeout(AT_LAST, stream.read_to_end(&mut bytes)).await;
    // It may end with a reset.
    let _ = end.expect("the server keeps a connection open that it should end");
    String::from_utf8_lossy(&bytes).into_owned()
}

const ASK: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

/// Asks and reads the answer; the connection stays.
async fn asks(stream: &mut TcpStream) -> String {
    stream.write_all(ASK).await.unwrap();
    let mut text = String::new();
    while !text.ends_with('}') {
        let mut part = [0; 1024];
        let read = tokio::time::timeout(AT_LAST, stream.read(&mut part)).await;
        let length = read.expect("an answer").unwrap();
        assert!(length > 0, "the server ended the connection after: {text}");
        text.push_str(std::str::from_utf8(&part[..length]).unwrap());
    }
    text
}

#[tokio::test]
async fn a_first_head_that_never_ends_is_answered_408() {
    let app = app(Connections {
        head: Duration::from_millis(200),
        ..Connections::default()
    })
    .await;
    let mut slow = connect(&app).await;
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ")
        .await
        .unwrap();
    let answer = to_the_end(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    app.stop().await;
}

#[tokio::test]
async fn an_idle_connection_ends() {
    let app = app(Connections {
        keep_alive: Duration::from_millis(200),
        ..Connections::default()
    })
    .await;
    let mut idle = connect(&app).await;
    assert!(asks(&mut idle).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(to_the_end(&mut idle).await, "");
    app.stop().await;
}

#[tokio::test]
async fn a_later_head_that_never_ends_is_let_go() {
    let app = app(Connections {
        quiet: Duration::from_millis(200),
        ..Connections::default()
    })
    .await;
    let mut slow = connect(&app).await;
    assert!(asks(&mut slow).await.starts_with("HTTP/1.1 200 "));
    slow.write_all(b"GET /healthz HTTP/1.1\r\nx-slow: ")
        .await
        .unwrap();
    assert_eq!(to_the_end(&mut slow).await, "");
    app.stop().await;
}

/// The only place is taken by a client that asks for megabytes and reads none; another one is served once the
/// first is dropped, and not before.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_client_that_does_not_read_makes_room_for_others() {
    let app = app(Connections {
        most: 1,
        unread: Duration::from_millis(500),
        ..Connections::default()
    })
    .await;
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let address: std::net::SocketAddr = app.address().parse().unwrap();
    socket.connect(&address.into()).unwrap();
    socket.set_nonblocking(true).unwrap();
    let mut deaf = TcpStream::from_std(socket.into()).unwrap();
    let ask = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n";
    deaf.write_all(&ask.repeat(64)).await.unwrap();
    // Its first byte says that it has the place.
    let mut first = [0];
    tokio::time::timeout(AT_LAST, deaf.read_exact(&mut first))
        .await
        .expect("an answer begins")
        .unwrap();
    let mut other = connect(&app).await;
    assert!(asks(&mut other).await.starts_with("HTTP/1.1 200 "));
    drop(other);
    let rest = to_the_end(&mut deaf).await;
    assert!(
        rest.matches("HTTP/1.1 200 ").count() < 64,
        "it got everything"
    );
    app.stop().await;
}
