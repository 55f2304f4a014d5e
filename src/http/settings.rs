//! What is decided outside of `http`: by flags and variables of the command line, or by a test. The defaults are
//! safe on the open internet.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::domain::network::Network;

use super::metrics::MetricsFrom;
use super::sign_in::SignIn;

/// How the server meets the world.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Pages of which other servers may read answers in a browser.
    pub cors_origins: Vec<Origin>,
    /// Who may say for whom a request is forwarded.
    pub proxies: Proxies,
    /// How much who may ask.
    pub rates: Rates,
    /// Whether clients reach the server over HTTPS, through a proxy: browsers are then told to stay with it.
    pub outside_is_https: bool,
    /// How many connections, and how patient with each.
    pub connections: Connections,
    /// Whose access tokens are taken; nobody's where nothing is said.
    pub sign_in: SignIn,
    /// From where `/metrics` may be read.
    pub metrics_from: MetricsFrom,
    /// Which answers of roll-ups are given again.
    pub roll_ups: RollUps,
}

/// Which answers of roll-ups are given again, instead of being read anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollUps {
    /// Bytes they take at most; 0 keeps none.
    pub most: usize,
    /// How long what another process wrote may stay unseen; 0 asks the database every time.
    pub trust: Duration,
}

impl Default for RollUps {
    fn default() -> Self {
        Self {
            // Thousands of dashboards, and little beside what the rest of the program takes.
            most: 64 << 20,
            // Nobody sees so short a delay on a dashboard, and four questions a second cost next to nothing.
            trust: Duration::from_millis(250),
        }
    }
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

/// An origin of pages as a browser tells it: scheme and host, and the port where it is not the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Reads `https://dashboard.example`, `http://localhost:3000`.
    ///
    /// # Errors
    /// When it is not an origin as browsers write it; there is no `*`.
    pub fn read(text: &str) -> Result<Self, String> {
        let host = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        let is_plain = |letter: char| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.:[]".contains(letter)
        };
        match host {
            Some(host) if !host.is_empty() && host.chars().all(is_plain) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(
                "give scheme and host in lower case, such as https://dashboard.example".to_owned(),
            ),
        }
    }

    /// As it stands in `Origin`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Who may say for whom a request is forwarded, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Networks of our own proxies; nobody else is believed.
    pub trusted: Vec<Network>,
    /// Which header they write. The other one is never read: a client could send it through them.
    pub forwarded_by: ForwardedBy,
}

/// How much may be asked, by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// By one address, or one IPv6 site; whoever is behind it.
    pub address: Rate,
    /// By one holder of a key, or one person who signed in; what is dear to answer costs more cells.
    pub holder: Rate,
    /// Failed authentications of one address.
    pub failures: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            address: Rate::a_minute(12_000),
            holder: Rate::a_minute(6_000),
            failures: Rate::a_minute(60),
        }
    }
}

/// How much may be asked in a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// Any amount.
    Unlimited,
    /// So many cells at once, and the same again spread over so many seconds.
    Cells {
        /// At most 10^9.
        cells: NonZeroU32,
        /// The window.
        seconds: NonZeroU32,
    },
}

impl Rate {
    /// Reads `600/60` (cells, seconds) or `off`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn read(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Unlimited);
        }
        let parts = text.split_once('/');
        let read = parts.and_then(|(cells, seconds)| {
            let cells = cells.parse::<NonZeroU32>().ok()?;
            let seconds = seconds.parse().ok()?;
            (cells.get() <= 1_000_000_000).then_some(Self::Cells { cells, seconds })
        });
        read.ok_or_else(|| "give requests and seconds, such as 600/60, or off".to_owned())
    }

    fn a_minute(cells: u32) -> Self {
        let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self::Cells {
            cells: number(cells),
            seconds: number(60),
        }
    }
}

/// The header in which proxies say for whom they forward.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardedBy {
    /// `X-Forwarded-For`, which most write.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ForwardedBy {
    /// Reads the name of the header, in any case.
    ///
    /// # Errors
    /// When it is neither.
    pub fn read(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err("give X-Forwarded-For or Forwarded".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_and_rates_are_read() {
        for good in [
            "https://a.example",
            "http://localhost:3000",
            "http://[::1]:80",
        ] {
            assert_eq!(Origin::read(good).unwrap().text(), good);
        }
        assert_eq!(Rate::read("off"), Ok(Rate::Unlimited));
        assert!(Rate::read("600/60").is_ok());
        for bad in [
            "",
            "600",
            "0/60",
            "600/0",
            "600/60/1",
            "-1/60",
            "2000000000/1",
        ] {
            assert!(Rate::read(bad).is_err(), "{bad}");
        }
        for bad in [
            "*",
            "null",
            "",
            "https://",
            "a.example",
            "https://a.example/",
            "https://A.example",
            "https://*.example",
        ] {
            assert!(Origin::read(bad).is_err(), "{bad}");
        }
    }
}
