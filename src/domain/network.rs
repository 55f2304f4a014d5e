//! Networks of addresses in the notation of CIDR: `203.0.113.0/24`, `2001:db8::/32`, or one address alone.

use core::net::IpAddr;
use std::fmt;

/// The addresses that begin with the same bits. An IPv4 address in the clothes of IPv6 (`::ffff:203.0.113.5`) is
/// the IPv4 address, here and where it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads an address, or an address, `/` and how many of its first bits count.
    ///
    /// # Errors
    /// Why it is no network, and what would be.
    pub fn parse(text: &str) -> Result<Self, String> {
        let unread = || "write an address such as 203.0.113.5, or a network such as 203.0.113.0/24";
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().map_err(|_| unread())?;
        let first = written.to_canonical();
        let most = width(first);
        let spare = width(written) - most; // the clothes
        let bits = match bits {
            None => most,
            Some(bits) => {
                let digits = bits.len() <= 3 && bits.bytes().all(|byte| byte.is_ascii_digit());
                let number = bits.parse::<u8>().ok().filter(|_| digits);
                let number = number.and_then(|number| number.checked_sub(spare));
                number.filter(|bits| *bits <= most).ok_or_else(unread)?
            }
        };
        let whole = Self {
            first: masked(first, bits),
            bits,
        };
        if whole.first != first {
            return Err(format!(
                "this address lies inside a network: write {whole}, or the address alone"
            ));
        }
        Ok(whole)
    }

    /// Whether an address is one of it.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && masked(address, self.bits) == self.first
    }
}

/// Bits of an address of this kind.
fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address with all but its first bits cleared.
fn masked(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            IpAddr::V4((address.to_bits() & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            IpAddr::V6((address.to_bits() & mask).into())
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bits == width(self.first) {
            true => write!(out, "{}", self.first),
            false => write!(out, "{}/{}", self.first, self.bits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_what_begins_like_it() {
        for (network, inside, outside) in [
            (
                "203.0.113.0/24",
                ["203.0.113.0", "203.0.113.255"],
                ["203.0.112.255", "203.0.114.0"],
            ),
            (
                "10.0.0.0/8",
                ["10.255.0.1", "::ffff:10.1.2.3"],
                ["11.0.0.0", "::a00:1"],
            ),
            (
                "192.0.2.7",
                ["192.0.2.7", "::ffff:192.0.2.7"],
                ["192.0.2.6", "::1"],
            ),
            (
                "192.0.2.6/31",
                ["192.0.2.6", "192.0.2.7"],
                ["192.0.2.5", "192.0.2.8"],
            ),
            (
                "0.0.0.0/0",
                ["0.0.0.0", "255.255.255.255"],
                ["::", "2001:db8::1"],
            ),
            (
                "::/0",
                ["::1", "2001:db8::1"],
                ["10.0.0.1", "::ffff:10.0.0.1"],
            ),
            (
                "2001:db8::/33",
                ["2001:db8::", "2001:db8:7fff::1"],
                ["2001:db8:8000::", "2001:db7::"],
            ),
            (
                "::ffff:10.0.0.0/104",
                ["10.9.9.9", "10.0.0.0"],
                ["11.0.0.0", "::1"],
            ),
        ] {
            let read = Network::parse(network).unwrap();
            for address in inside {
                assert!(
                    read.holds(address.parse().unwrap()),
                    "{network} holds {address}"
                );
            }
            for address in outside {
                assert!(
                    !read.holds(address.parse().unwrap()),
                    "{network} holds not {address}"
                );
            }
            assert_eq!(Network::parse(&read.to_string()), Ok(read));
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "x",
            "10",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "10.0.0.0/0008",
            "10.0.0.0/8/8",
            " 10.0.0.1",
            "010.0.0.1",
            "::/129",
            "fe80::1%eth0",
            "::ffff:10.0.0.0/95",
            "host.example",
        ] {
            assert!(Network::parse(text).is_err(), "{text:?}");
        }
        let inside = Network::parse("10.1.2.3/8").unwrap_err();
        assert!(inside.contains("10.0.0.0/8"), "{inside}");
    }
}
