//! API keys: who may call, in which role, for whom, from where and until when. A secret is never in here.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::moment::Moment;
use super::network::Network;
use super::policy::{Grant, Role};
use super::words::words;

words! {
    /// Whether a key opens anything.
    KeyState {
        /// It does.
        Live = "live",
        /// Its time is over.
        Expired = "expired",
        /// It was taken out of use.
        Revoked = "revoked",
    }
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// Whose hand it is (L7): the id of the first key of a chain of rotations, its own where it begins one.
    pub holder: String,
    /// Whose it is, for people.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Ids of the organisations that its role is for; none where the role is for the whole partnership.
    pub organisations: BTreeSet<String>,
    /// Where it may be used from; anywhere, when there is none.
    pub networks: Vec<Network>,
    /// The first characters of its text, by which it can be told apart, and found where it leaked.
    pub prefix: String,
    /// When it was made.
    pub created_at: Moment,
    /// From when on it opens nothing; `None` is never.
    pub expires_at: Option<Moment>,
    /// When another key took its place.
    pub rotated_at: Option<Moment>,
    /// When it was taken out of use.
    pub revoked_at: Option<Moment>,
    /// When it was last used, to about a minute.
    pub last_used_at: Option<Moment>,
}

impl Key {
    /// Whether it opens anything at a moment.
    #[must_use]
    pub fn state(&self, at: Moment) -> KeyState {
        match self.revoked_at {
            Some(_) => KeyState::Revoked,
            None if self.expires_at.is_some_and(|end| end <= at) => KeyState::Expired,
            None => KeyState::Live,
        }
    }

    /// What it may be.
    #[must_use]
    pub fn grant(&self) -> Grant {
        Grant {
            role: self.role,
            organisations: self.organisations.clone(),
        }
    }
}

/// Whether a caller's address is in one of some networks. Where none is named every caller is; one whose address
/// is not known is in none.
#[must_use]
pub fn lets_in(networks: &[Network], address: Option<IpAddr>) -> bool {
    let inside = |address| networks.iter().any(|network| network.holds(address));
    networks.is_empty() || address.is_some_and(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_networks_wants_an_address_in_one_of_them() {
        let networks = ["10.0.0.0/8", "2001:db8::/32"].map(|text| Network::parse(text).unwrap());
        for (address, expected) in [
            (Some("10.1.1.1"), true),
            (Some("2001:db8::9"), true),
            (Some("192.0.2.1"), false),
            (None, false),
        ] {
            let address = address.map(|text| text.parse().unwrap());
            assert_eq!(lets_in(&networks, address), expected, "{address:?}");
            assert!(lets_in(&[], address));
        }
    }
}
