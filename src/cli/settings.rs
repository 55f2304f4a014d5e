//! How the server meets the world: the settings of `http`, from flags and from the environment.

use std::time::Duration;

use clap::Args;

use crate::http::{Connections, Settings};

/// How the server meets the world; what is not given has a safe default.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "How the server meets the world")]
pub(super) struct Outside {
    /// Clients reach the server over HTTPS, through a proxy: tell browsers to stay with it.
    #[arg(long, env = "GOODMEASURE_HTTPS")]
    https: bool,
    /// Connections at most; further ones wait.
    #[arg(long, env = "GOODMEASURE_CONNECTIONS", value_name = "N")]
    connections: Option<usize>,
    /// Seconds a connection is kept for another request.
    #[arg(long, env = "GOODMEASURE_KEEP_ALIVE", value_name = "SECONDS")]
    keep_alive: Option<u64>,
    /// Seconds a client has to send the head of its first request.
    #[arg(long, env = "GOODMEASURE_HEAD_TIMEOUT", value_name = "SECONDS")]
    head_timeout: Option<u64>,
    /// Seconds a client may leave an answer unread before it is dropped.
    #[arg(long, env = "GOODMEASURE_UNREAD_TIMEOUT", value_name = "SECONDS")]
    unread_timeout: Option<u64>,
    /// Seconds a connection may be open with no request under way.
    #[arg(long, env = "GOODMEASURE_QUIET_TIMEOUT", value_name = "SECONDS")]
    quiet_timeout: Option<u64>,
}

impl Outside {
    /// What `http` is given.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            outside_is_https: self.https,
            connections: self.limits(),
            ..Settings::default()
        }
    }

    fn limits(&self) -> Connections {
        let usual = Connections::default();
        let seconds = |given: Option<u64>, usual| given.map_or(usual, Duration::from_secs);
        Connections {
            most: self.connections.unwrap_or(usual.most),
            head: seconds(self.head_timeout, usual.head),
            keep_alive: seconds(self.keep_alive, usual.keep_alive),
            unread: seconds(self.unread_timeout, usual.unread),
            quiet: seconds(self.quiet_timeout, usual.quiet),
        }
    }
}
