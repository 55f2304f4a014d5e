//! A cable between the program and PostgreSQL that can be cut or go dead at the worst moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the wire does when the program says `commit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtCommit {
    /// Passes it on, and the answer too.
    Pass,
    /// Is cut before the server hears it.
    CutBefore,
    /// Is cut when the server has answered it, before the program hears that.
    CutAfter,
}

/// The wire. It goes with the runtime of the test.
pub struct Cable {
    /// The URL of the server, through the wire.
    pub url: String,
    at_commit: Arc<AtomicU8>,
    /// Connections made so far, and how many of them, from the first, are dead.
    made: Arc<AtomicUsize>,
    dead: Arc<AtomicUsize>,
}

impl Cable {
    /// Lays a wire to the server of a URL.
    pub async fn to(url: &str) -> Self {
        let (front, rest) = url.split_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let wire = Self {
            url: format!("{front}@{address}/{database}"),
            at_commit: Arc::default(),
            made: Arc::default(),
            dead: Arc::default(),
        };
        let (at_commit, made, dead) =
            (wire.at_commit.clone(), wire.made.clone(), wire.dead.clone());
        let server = server.to_owned();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&server).await.unwrap();
                let number = made.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(carry(near, far, at_commit.clone(), number, dead.clone()));
            }
        });
        wire
    }

    /// From now on.
    pub fn at_commit(&self, at_commit: AtCommit) {
        self.at_commit.store(at_commit as u8, Ordering::SeqCst);
    }

    /// Every connection made so far goes dead: nothing passes, and nobody is told. New ones work.
    pub fn deaden(&self) {
        let made = self.made.load(Ordering::SeqCst);
        self.dead.store(made, Ordering::SeqCst);
    }
}

async fn carry(
    mut near: TcpStream,
    mut far: TcpStream,
    at_commit: Arc<AtomicU8>,
    number: usize,
    dead: Arc<AtomicUsize>,
) {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    let mut cut = false;
    loop {
        tokio::select! {
            size = near.read(&mut asked) => {
                let Ok(size @ 1..) = size else { return };
                if number < dead.load(Ordering::SeqCst) {
                    return std::future::pending().await;
                }
                let said = &asked[..size];
                if said.windows(6).any(|word| word == b"COMMIT") {
                    let at = at_commit.load(Ordering::SeqCst);
                    if at == AtCommit::CutBefore as u8 {
                        return;
                    }
                    cut = at == AtCommit::CutAfter as u8;
                }
                if far.write_all(said).await.is_err() {
                    return;
                }
            }
            size = far.read(&mut answered) => {
                let Ok(size @ 1..) = size else { return };
                if number < dead.load(Ordering::SeqCst) {
                    return std::future::pending().await;
                }
                if cut || near.write_all(&answered[..size]).await.is_err() {
                    return;
                }
            }
        }
    }
}
