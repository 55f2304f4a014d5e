//! A wire between the program and PostgreSQL that counts the statements which pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The wire. It goes with the runtime of the test.
pub struct Meter {
    /// The URL of the server, through the wire.
    pub url: String,
    statements: Arc<AtomicU64>,
}

impl Meter {
    /// Lays a wire to the server of a URL.
    pub async fn to(url: &str) -> Self {
        let (front, rest) = url.split_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (server, statements) = (server.to_owned(), Arc::<AtomicU64>::default());
        let counted = Arc::clone(&statements);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(near, far, Arc::clone(&counted)));
            }
        });
        Self {
            url: format!("{front}@{address}/{database}"),
            statements,
        }
    }

    /// How many statements were executed so far, without those that begin and end transactions.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::SeqCst)
    }
}

async fn carry(near: TcpStream, far: TcpStream, statements: Arc<AtomicU64>) {
    let (mut near_reads, mut near_writes) = near.into_split();
    let (mut far_reads, mut far_writes) = far.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut far_reads, &mut near_writes).await });
    // The first message has no letter; every other one has one, and then its length.
    let (mut said, mut begun) = (Vec::new(), false);
    let mut bytes = vec![0; 65_536];
    while let Ok(size @ 1..) = near_reads.read(&mut bytes).await {
        said.extend_from_slice(&bytes[..size]);
        while let Some(length) = message(&said, begun) {
            if begun && said[0] == b'E' {
                statements.fetch_add(1, Ordering::SeqCst);
            }
            begun = true;
            said.drain(..length);
        }
        if far_writes.write_all(&bytes[..size]).await.is_err() {
            return;
        }
    }
}

/// The length of the message that is at the front, once it is there whole.
fn message(said: &[u8], begun: bool) -> Option<usize> {
    let letter = usize::from(begun);
    let length = said.get(letter..letter + 4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?);
    let whole = letter + usize::try_from(length).ok()?;
    (said.len() >= whole).then_some(whole)
}

/// A meter that counted nothing would find everything equal.
#[tokio::test]
async fn statements_are_counted() {
    use sqlx::Connection;
    const ONE: &str = "select cast(1 as integer)";
    let Some(database) = crate::support::databases::postgres() else {
        return;
    };
    let meter = Meter::to(database.url()).await;
    let mut connection = sqlx::PgConnection::connect(&meter.url).await.unwrap();
    let before = meter.statements();
    for count in 1..=3 {
        let one: i32 = sqlx::query_scalar(ONE)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!((one, meter.statements() - before), (1, count));
    }
}
