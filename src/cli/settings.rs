//! How the server meets the world: the settings of `http`, from flags and from the environment.

use std::time::Duration;

use clap::Args;

use crate::domain::network::Network;
use crate::http::{
    Connections, ForwardedBy, MetricsFrom, Origin, Proxies, Rate, Rates, RollUps, Settings,
};

/// How the server meets the world; what is not given has a safe default.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "How the server meets the world")]
pub(super) struct Outside {
    /// Origins whose pages may read answers in a browser, such as `https://dashboard.example`; commas between them.
    #[arg(long, env = "GOODMEASURE_CORS_ORIGINS", value_delimiter = ',', value_parser = Origin::read, value_name = "ORIGIN")]
    cors_origins: Vec<Origin>,
    /// Networks of proxies that say for whom they forward, such as 10.0.0.0/8; commas between them.
    #[arg(long, env = "GOODMEASURE_TRUSTED_PROXIES", value_delimiter = ',', value_parser = Network::parse, value_name = "NETWORK")]
    trusted_proxies: Vec<Network>,
    /// The header in which they say it: X-Forwarded-For or Forwarded.
    #[arg(long, env = "GOODMEASURE_FORWARDED_BY", default_value = "X-Forwarded-For", value_parser = ForwardedBy::read, value_name = "HEADER")]
    forwarded_by: ForwardedBy,
    /// Requests of one address and the seconds they may come in, or `off`.
    #[arg(long, env = "GOODMEASURE_RATE_ADDRESS", value_parser = Rate::read, value_name = "N/SECONDS")]
    rate_address: Option<Rate>,
    /// The same of one key or person.
    #[arg(long, env = "GOODMEASURE_RATE_KEY", value_parser = Rate::read, value_name = "N/SECONDS")]
    rate_key: Option<Rate>,
    /// The same of failed authentications of one address.
    #[arg(long, env = "GOODMEASURE_RATE_FAILURES", value_parser = Rate::read, value_name = "N/SECONDS")]
    rate_failures: Option<Rate>,
    /// Clients reach the server over HTTPS, through a proxy: tell browsers to stay with it.
    #[arg(long, env = "GOODMEASURE_HTTPS")]
    https: bool,
    /// Networks from which `/metrics` may be read, commas between them; to all others there is no such path.
    #[arg(long, env = "GOODMEASURE_METRICS_FROM", default_value = "127.0.0.0/8,::1", value_delimiter = ',', value_parser = Network::parse, value_name = "NETWORK")]
    metrics_from: Vec<Network>,
    /// Megabytes of roll-ups that are kept, to be given again while nothing changes; 0 keeps none.
    #[arg(long, env = "GOODMEASURE_ROLL_UP_CACHE", value_name = "MEGABYTES")]
    roll_up_cache: Option<u16>,
    /// Milliseconds that a write of another process may stay unseen in them; 0 asks the database every time.
    #[arg(long, env = "GOODMEASURE_ROLL_UP_TRUST", value_name = "MILLISECONDS")]
    roll_up_trust: Option<u16>,
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
            metrics_from: MetricsFrom::networks(self.metrics_from.clone()),
            cors_origins: self.cors_origins.clone(),
            proxies: Proxies {
                trusted: self.trusted_proxies.clone(),
                forwarded_by: self.forwarded_by,
            },
            rates: self.rates(),
            outside_is_https: self.https,
            connections: self.limits(),
            roll_ups: self.roll_ups(),
            ..Settings::default()
        }
    }

    fn rates(&self) -> Rates {
        let usual = Rates::default();
        Rates {
            address: self.rate_address.unwrap_or(usual.address),
            holder: self.rate_key.unwrap_or(usual.holder),
            failures: self.rate_failures.unwrap_or(usual.failures),
        }
    }

    fn roll_ups(&self) -> RollUps {
        let usual = RollUps::default();
        let bytes = |megabytes: u16| usize::from(megabytes) << 20;
        let milliseconds = |number: u16| Duration::from_millis(number.into());
        RollUps {
            most: self.roll_up_cache.map_or(usual.most, bytes),
            trust: self.roll_up_trust.map_or(usual.trust, milliseconds),
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
