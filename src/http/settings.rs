//! What is decided outside of `http`: by flags and variables of the command line, or by a test. The defaults are
//! safe on the open internet.

use std::time::Duration;

use super::sign_in::SignIn;

/// How the server meets the world.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whether clients reach the server over HTTPS, through a proxy: browsers are then told to stay with it.
    pub outside_is_https: bool,
    /// How many connections, and how patient with each.
    pub connections: Connections,
    /// Whose access tokens are taken; nobody's where nothing is said.
    pub sign_in: SignIn,
}

/// How many connections are held, and how long one may do nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connections {
    /// Connections at most, over all workers; further ones wait until one ends.
    pub most: usize,
    /// How long the head of the first request may take to arrive.
    pub head: Duration,
    /// How long a connection is kept for another request.
    pub keep_alive: Duration,
    /// How long bytes of an answer may wait for a client that takes none.
    pub unread: Duration,
    /// How long a connection may be open with no request under way, whatever trickles in or out.
    pub quiet: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            most: 8192,
            head: Duration::from_secs(10),
            keep_alive: Duration::from_secs(30),
            unread: Duration::from_secs(30),
            quiet: Duration::from_secs(120),
        }
    }
}
