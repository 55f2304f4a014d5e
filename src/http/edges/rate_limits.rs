//! Nobody asks so much that others wait: each address before it is known who asks, and each holder of a key after.
//! The counts are of this process; several processes each have their own.

use std::fmt::Write;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest, ResponseError};
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::http::peer::Peer;
use crate::http::problem::{Code, Problem};
use crate::http::settings::{Rate, Rates};
use crate::operations::Actor;

const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// Whoever watches the server is never told to wait.
const FREE: &[&str] = &["/healthz", "/readyz", "/metrics"];
/// Whether requests to a path count towards no limit.
#[must_use]
pub fn is_free(path: &str) -> bool {
    FREE.contains(&path)
}

/// Requests that cost more than one cell, by how they begin.
const DEAR: &[(&str, u32)] = &[
    ("/v1/calculations", 10),
    ("/v1/commitments/bulk", 100),
    ("/v1/contract-imports", 10),
    ("/v1/contracts/bulk", 100),
    ("/v1/publications", 5),
    ("/v1/returns/bulk", 100),
    ("/v1/roll-ups", 5),
];
/// After so many charges, those who have not asked for a whole window are forgotten: memory holds who asked
/// lately, each of whom needed a connection, and no more.
const FORGET_AFTER: u32 = 4096;

/// The limits of a server, over all its workers.
pub struct Limits<C: Clock = MonotonicClock> {
    address: Option<Limit<IpAddr, C>>,
    holder: Option<Limit<(String, String), C>>,
    failures: Option<Limit<IpAddr, C>>,
}

impl<C: Clock + Clone> Limits<C> {
    /// As the settings say.
    pub fn of(rates: &Rates, clock: C) -> Self {
        Self {
            address: Limit::of("address", rates.address, &clock),
            holder: Limit::of("key", rates.holder, &clock),
            failures: Limit::of("failures", rates.failures, &clock),
        }
    }
}

/// One limit, kept apart for each key.
struct Limit<K: Hash + Eq + Clone, C: Clock> {
    name: &'static str,
    cells: NonZeroU32,
    seconds: NonZeroU32,
    limiter: RateLimiter<K, HashMapStateStore<K>, C, StateInformationMiddleware>,
    charges: AtomicU32,
}

/// How somebody stands with a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    name: &'static str,
    cells: NonZeroU32,
    seconds: NonZeroU32,
    /// Cells left.
    left: u32,
    /// Seconds until there are more.
    more_in: u64,
    /// Whether the request was too much.
    is_over: bool,
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Limit<K, C> {
    fn of(name: &'static str, rate: Rate, clock: &C) -> Option<Self> {
        let Rate::Cells { cells, seconds } = rate else {
            return None;
        };
        let each = Duration::from_secs(seconds.get().into()) / cells.get();
        let quota = Quota::with_period(each)?.allow_burst(cells);
        let limiter = RateLimiter::hashmap_with_clock(quota, clock.clone());
        Some(Self {
            name,
            cells,
            seconds,
            limiter: limiter.with_middleware(),
            charges: AtomicU32::new(0),
        })
    }

    fn charge(&self, key: &K, cells: u32) -> Standing {
        let charges = self.charges.fetch_add(1, Ordering::Relaxed);
        if charges.is_multiple_of(FORGET_AFTER) {
            self.limiter.retain_recent();
        }
        // What costs more than there ever is costs all there is.
        let cells = NonZeroU32::new(cells.min(self.cells.get())).unwrap_or(NonZeroU32::MIN);
        let (left, more_in, is_over) = match self.limiter.check_key_n(key, cells) {
            Ok(Ok(state)) => {
                let each = self.seconds.get().div_ceil(self.cells.get());
                (state.remaining_burst_capacity(), each.into(), false)
            }
            Ok(Err(until)) => (
                0,
                whole_seconds(until.wait_time_from(self.limiter.clock().now())),
                true,
            ),
            Err(_) => (0, self.seconds.get().into(), true),
        };
        Standing {
            name: self.name,
            cells: self.cells,
            seconds: self.seconds,
            left,
            more_in,
            is_over,
        }
    }
}

fn whole_seconds(time: Duration) -> u64 {
    let begun = u64::from(time.subsec_nanos() > 0);
    (time.as_secs() + begun).max(1)
}

/// How who asks stands with every limit so far, in the extensions of the request.
#[derive(Debug, Default)]
struct Standings(Vec<Standing>);

/// Charges the address, and a failed authentication once more; tells on every answer how the asker stands.
///
/// Failures are answered 429 when there are too many, and good keys at the same address go on: a whole town hall
/// behind one address must not wait because one program there holds a revoked key.
pub async fn rate_limits(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let limits = request.app_data::<Data<Limits>>().cloned();
    let peer = request.extensions().get::<Peer>().map(|peer| group(peer.0));
    let (Some(limits), Some(peer)) = (limits, peer) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    if is_free(request.path()) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let charged = charge(request.request(), limits.address.as_ref(), &peer, 1);
    let mut response = match charged {
        Err(problem) => request.into_response(problem.error_response()),
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
    };
    if response.status() == StatusCode::UNAUTHORIZED {
        let charged = charge(response.request(), limits.failures.as_ref(), &peer, 1);
        if let Err(problem) = charged {
            response = response.into_response(problem.error_response());
        }
    }
    let (asked, mut response) = response.into_parts();
    if let Some(standings) = asked.extensions().get::<Standings>() {
        tell(&standings.0, response.headers_mut());
    }
    Ok(ServiceResponse::new(asked, response))
}

/// Charges whoever holds a key, once it is known who that is; what is dear to answer costs more.
///
/// # Errors
/// 429 when it is too much.
pub fn charge_holder(request: &HttpRequest, actor: &Actor) -> Result<(), Problem> {
    let Some(limits) = request.app_data::<Data<Limits>>() else {
        return Ok(());
    };
    let dear = DEAR
        .iter()
        .find(|(begin, _)| request.path().starts_with(begin));
    let cells = dear.map_or(1, |(_, cells)| *cells);
    let holder = (actor.partnership.clone(), actor.id.clone());
    charge(request, limits.holder.as_ref(), &holder, cells)
}

fn charge<K: Hash + Eq + Clone, C: Clock + Clone>(
    request: &HttpRequest,
    limit: Option<&Limit<K, C>>,
    key: &K,
    cells: u32,
) -> Result<(), Problem> {
    let Some(limit) = limit else { return Ok(()) };
    let standing = limit.charge(key, cells);
    let refused = standing.is_over.then(|| problem(&standing));
    let mut extensions = request.extensions_mut();
    match extensions.get_mut::<Standings>() {
        Some(standings) => standings.0.push(standing),
        None => drop(extensions.insert(Standings(vec![standing]))),
    }
    refused.map_or(Ok(()), Err)
}

fn problem(standing: &Standing) -> Problem {
    let (wait, name) = (standing.more_in, standing.name);
    Problem::new(
        Code::TooManyRequests,
        format!(
            "wait {wait} seconds: the limit `{name}` of RateLimit-Policy is used up. Nothing was done"
        ),
    )
}

/// An IPv6 site has 2^64 addresses, and counts as one.
fn group(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64)).into(),
    }
}

/// `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10, where `t` is the seconds until
/// there is more; and `Retry-After`.
fn tell(standings: &[Standing], headers: &mut HeaderMap) {
    let mut set = |name: HeaderName, text: String| {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    };
    let (mut policies, mut states) = (String::with_capacity(64), String::with_capacity(64));
    for one in standings {
        let comma = if policies.is_empty() { "" } else { ", " };
        let name = one.name;
        let _ = write!(
            policies,
            "{comma}\"{name}\";q={};w={}",
            one.cells, one.seconds
        );
        let _ = write!(states, "{comma}\"{name}\";r={};t={}", one.left, one.more_in);
    }
    if !standings.is_empty() {
        set(RATELIMIT_POLICY, policies);
        set(RATELIMIT, states);
    }
    let waits = standings.iter().filter(|one| one.is_over);
    if let Some(wait) = waits.map(|one| one.more_in).max() {
        set(RETRY_AFTER, wait.to_string());
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn limit(rate: &str, clock: &FakeRelativeClock) -> Limit<u32, FakeRelativeClock> {
        Limit::of("x", Rate::read(rate).unwrap(), clock).unwrap()
    }

    fn charged(limit: &Limit<u32, FakeRelativeClock>, key: u32, cells: u32) -> (u32, u64, bool) {
        let standing = limit.charge(&key, cells);
        (standing.left, standing.more_in, standing.is_over)
    }

    #[test]
    fn a_limit_is_used_up_and_fills_again() {
        let clock = FakeRelativeClock::default();
        let limit = limit("3/60", &clock);
        assert_eq!(charged(&limit, 1, 1), (2, 20, false));
        assert_eq!(charged(&limit, 1, 2), (0, 20, false));
        assert_eq!(charged(&limit, 1, 1), (0, 20, true));
        assert_eq!(charged(&limit, 2, 1), (2, 20, false), "another has its own");
        clock.advance(Duration::from_millis(19_001));
        assert_eq!(
            charged(&limit, 1, 1),
            (0, 1, true),
            "a refusal costs nothing"
        );
        clock.advance(Duration::from_secs(1));
        assert_eq!(charged(&limit, 1, 1), (0, 20, false));
        clock.advance(Duration::from_secs(60));
        assert_eq!(charged(&limit, 1, 1), (2, 20, false));
    }

    #[test]
    fn what_costs_more_than_there_is_costs_all() {
        let clock = FakeRelativeClock::default();
        let limit = limit("3/60", &clock);
        assert_eq!(charged(&limit, 1, 10), (0, 20, false));
        assert_eq!(charged(&limit, 1, 10), (0, 60, true));
    }

    #[test]
    fn who_has_not_asked_for_a_while_is_forgotten() {
        let clock = FakeRelativeClock::default();
        let limit = limit("10/60", &clock);
        for key in 0..FORGET_AFTER {
            limit.charge(&key, 1);
        }
        assert!(limit.limiter.len() >= FORGET_AFTER as usize);
        clock.advance(Duration::from_secs(60));
        limit.charge(&FORGET_AFTER, 1);
        assert!(limit.limiter.len() <= 2, "{}", limit.limiter.len());
    }

    #[test]
    fn a_site_counts_as_one() {
        let of = |text: &str| group(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
    }
}
