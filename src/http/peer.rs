//! Who asks, as an address: the other end of the connection, or whom a trusted proxy forwards for.

use std::net::{IpAddr, SocketAddr};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName, X_FORWARDED_FOR};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};

use super::settings::{ForwardedBy, Proxies, Settings};

/// The address of who asks, in the extensions of every request. IPv4 inside of IPv6 is IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Finds out who asks.
pub async fn peer<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let settings = request.app_data::<Data<Settings>>();
    let socket = request
        .peer_addr()
        .map(|address| address.ip().to_canonical());
    if let (Some(settings), Some(socket)) = (settings, socket) {
        let found = asker(socket, request.headers(), &settings.proxies);
        request.extensions_mut().insert(Peer(found));
    }
    next.call(request).await
}

/// Walks from the connection backwards over those who forwarded, as long as each is trusted. What a stranger wrote
/// is not believed, and neither is what comes before something that is no address.
fn asker(socket: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> IpAddr {
    let is_trusted = |address: IpAddr| {
        let mut networks = proxies.trusted.iter();
        networks.any(|network| network.holds(address))
    };
    let mut nearest = socket;
    if !is_trusted(nearest) {
        return nearest;
    }
    let hops = match proxies.forwarded_by {
        ForwardedBy::XForwardedFor => hops(headers, &X_FORWARDED_FOR, Some),
        ForwardedBy::Forwarded => hops(headers, &FORWARDED, for_whom),
    };
    for hop in hops.into_iter().rev() {
        let Some(address) = hop else { return nearest };
        nearest = address;
        if !is_trusted(nearest) {
            return nearest;
        }
    }
    nearest
}

/// The hops of all lines, first the farthest; none for one that cannot be read.
fn hops<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    node: impl Fn(&'a str) -> Option<&'a str>,
) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(name);
    lines
        .flat_map(|line| line.to_str().unwrap_or("unknown").split(','))
        .map(|hop| node(hop.trim()).and_then(address))
        .collect()
}

/// The node of `for=` in one hop of `Forwarded`.
fn for_whom(hop: &str) -> Option<&str> {
    hop.split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case("for"))
        .map(|(_, node)| node.trim().trim_matches('"'))
}

/// An address with or without a port; IPv6 with a port is in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let alone = bracketed.unwrap_or(text).parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    alone
        .or_else(with_port)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn proxies(forwarded_by: ForwardedBy) -> Proxies {
        let networks = ["10.0.0.0/8", "192.0.2.7/32", "fd00::/8"];
        Proxies {
            trusted: networks
                .map(|network| crate::domain::network::Network::parse(network).unwrap())
                .to_vec(),
            forwarded_by,
        }
    }

    fn of(
        forwarded_by: ForwardedBy,
        socket: &str,
        lines: &[(&'static str, &'static str)],
    ) -> String {
        let mut headers = HeaderMap::new();
        for (name, line) in lines {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(line),
            );
        }
        let socket = socket.parse::<IpAddr>().unwrap();
        asker(socket, &headers, &proxies(forwarded_by)).to_string()
    }

    #[test]
    fn x_forwarded_for_is_walked_from_the_right() {
        const NAME: &str = "x-forwarded-for";
        for (socket, lines, expected) in [
            ("203.0.113.1", &["198.51.100.1"][..], "203.0.113.1"), // a stranger says so
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            (
                "10.0.0.1",
                &["1.1.1.1, 198.51.100.1, 10.9.9.9"],
                "198.51.100.1",
            ), // the first was made up
            (
                "10.0.0.1",
                &["1.1.1.1", "198.51.100.1", "192.0.2.7"],
                "198.51.100.1",
            ),
            ("10.0.0.1", &["10.1.1.1, 10.2.2.2"], "10.1.1.1"), // all of the house
            ("10.0.0.1", &["198.51.100.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1, , 10.2.2.2"], "10.2.2.2"),
            ("10.0.0.1", &["198.51.100.1:8080"], "198.51.100.1"),
            ("10.0.0.1", &["2001:db8::1"], "2001:db8::1"),
            ("10.0.0.1", &["[2001:db8::1]:443"], "2001:db8::1"),
            ("10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
            ("fd00::1", &["::ffff:10.1.1.1"], "10.1.1.1"),
            ("10.0.0.1", &["\"198.51.100.1\""], "10.0.0.1"),
        ] {
            let lines: Vec<_> = lines.iter().map(|line| (NAME, *line)).collect();
            assert_eq!(
                of(ForwardedBy::XForwardedFor, socket, &lines),
                expected,
                "{lines:?}"
            );
        }
    }

    #[test]
    fn forwarded_is_believed_where_the_proxy_writes_it_and_nowhere_else() {
        const NAME: &str = "forwarded";
        for (line, expected) in [
            ("for=198.51.100.1", "198.51.100.1"),
            (
                "for=1.1.1.1, For=\"198.51.100.1:80\";proto=https;by=10.0.0.1",
                "198.51.100.1",
            ),
            ("for=\"[2001:db8::1]:4711\"", "2001:db8::1"),
            ("for=\"[2001:db8::1]\", for=10.3.3.3", "2001:db8::1"),
            ("for=198.51.100.1, for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(
                of(ForwardedBy::Forwarded, "10.0.0.1", &[(NAME, line)]),
                expected,
                "{line}"
            );
        }
        // A client can send the one that the proxy does not touch.
        let both = [(NAME, "for=1.1.1.1"), ("x-forwarded-for", "198.51.100.1")];
        assert_eq!(
            of(ForwardedBy::XForwardedFor, "10.0.0.1", &both),
            "198.51.100.1"
        );
        assert_eq!(of(ForwardedBy::Forwarded, "10.0.0.1", &both), "1.1.1.1");
    }
}
