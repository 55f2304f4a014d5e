//! What the server did, counted for `/metrics`. No label takes its values from outside: a path is told by the pattern
//! of its route, and what is no route is one value.

mod overview;
mod page;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::Method;
use metrics::{Counter, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::problem::Code;
use overview::LastLook;

pub use page::{MetricsFrom, page};

/// Upper bounds of the histogram of durations, in seconds. (As texts: a number with a fraction is not written here.)
const BUCKETS: &[&str] = &[
    "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5",
    "10",
];
/// After so many requests what they took is put into its buckets: until then every duration is kept.
const UPKEEP: u32 = 1024;
/// Methods that are told apart.
const METHODS: [&str; 8] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other",
];
/// Stands for every path that is no route's.
pub const NO_ROUTE: &str = "(none)";

/// The counts of one server.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    /// By the name of a route, so that a request counts without making any text.
    routes: RwLock<HashMap<String, Route>>,
    since_upkeep: AtomicU32,
    last_look: LastLook,
}

/// What is counted of one route, by method (its place in [`METHODS`]) and status.
type Route = HashMap<(usize, u16), Counts>;

#[derive(Clone)]
struct Counts {
    requests: Counter,
    seconds: Histogram,
}

/// A request that was answered.
pub struct Answered<'a> {
    /// What was asked, unless it is gone with a fault of the program.
    pub request: Option<&'a HttpRequest>,
    /// How.
    pub method: &'a Method,
    /// With what.
    pub status: u16,
    /// The code of the problem, where it is one.
    pub code: Option<Code>,
    /// How long it took.
    pub took: Duration,
}

impl Default for Metrics {
    fn default() -> Self {
        let buckets: Vec<_> = BUCKETS
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect();
        // Refused is only an empty list.
        let builder = PrometheusBuilder::new().set_buckets(&buckets);
        let recorder = builder.unwrap_or_default().build_recorder();
        let handle = recorder.handle();
        let metrics = Self {
            recorder,
            handle,
            routes: RwLock::default(),
            since_upkeep: AtomicU32::new(0),
            last_look: LastLook::default(),
        };
        metrics.describe();
        metrics
    }
}

impl Metrics {
    /// Counts an answer.
    pub fn count(&self, answered: &Answered<'_>) {
        let method = METHODS
            .iter()
            .position(|known| *known == answered.method.as_str());
        let slot = (method.unwrap_or(METHODS.len() - 1), answered.status);
        let name = name_of(answered.request);
        let known = {
            let routes = self.routes.read().unwrap_or_else(PoisonError::into_inner);
            routes
                .get(&*name)
                .and_then(|route| route.get(&slot))
                .cloned()
        };
        let counts = known.unwrap_or_else(|| self.learn(&name, slot, answered.request));
        counts.requests.increment(1);
        counts.seconds.record(answered.took);
        if let Some(code) = answered.code {
            let labels = vec![Label::from_static_parts("code", code.word())];
            self.counter("goodmeasure_refused_total", labels)
                .increment(1);
        }
        if self.since_upkeep.fetch_add(1, Ordering::Relaxed) >= UPKEEP {
            self.since_upkeep.store(0, Ordering::Relaxed);
            self.handle.run_upkeep();
        }
    }

    /// The first request of its kind.
    fn learn(&self, name: &str, slot: (usize, u16), request: Option<&HttpRequest>) -> Counts {
        let pattern = request.and_then(HttpRequest::match_pattern);
        let method = METHODS.get(slot.0).copied().unwrap_or_default();
        let labels = vec![
            Label::new("route", pattern.unwrap_or_else(|| NO_ROUTE.to_owned())),
            Label::from_static_parts("method", method),
        ];
        let key = Key::from_parts("goodmeasure_http_request_duration_seconds", labels.clone());
        let seconds = self.recorder.register_histogram(&key, &METADATA);
        let status = Label::new("status", slot.1.to_string());
        let labels = [labels, vec![status]].concat();
        let requests = self.counter("goodmeasure_http_requests_total", labels);
        let counts = Counts { requests, seconds };
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        let route = routes.entry(name.to_owned()).or_default();
        route.insert(slot, counts.clone());
        counts
    }

    fn counter(&self, name: &'static str, labels: Vec<Label>) -> Counter {
        self.recorder
            .register_counter(&Key::from_parts(name, labels), &METADATA)
    }

    fn set(&self, name: &'static str, value: u64) {
        self.set_labelled(name, Vec::new(), value);
    }

    fn set_labelled(&self, name: &'static str, labels: Vec<Label>, value: u64) {
        let key = Key::from_parts(name, labels);
        let gauge = self.recorder.register_gauge(&key, &METADATA);
        gauge.set(u32::try_from(value).unwrap_or(u32::MAX));
    }

    fn describe(&self) {
        for (name, what) in COUNTERS {
            self.recorder
                .describe_counter((*name).into(), None, (*what).into());
        }
        for (name, what) in GAUGES {
            self.recorder
                .describe_gauge((*name).into(), None, (*what).into());
        }
        let name = "goodmeasure_http_request_duration_seconds";
        let what = "How long requests took, by route and method";
        self.recorder
            .describe_histogram(name.into(), None, what.into());
    }
}

const METADATA: Metadata<'static> = Metadata::new("goodmeasure", Level::INFO, None);

const COUNTERS: &[(&str, &str)] = &[
    (
        "goodmeasure_http_requests_total",
        "Requests answered, by route, method and status",
    ),
    (
        "goodmeasure_refused_total",
        "Requests answered with a problem, by its code",
    ),
    (
        "goodmeasure_database_commits_total",
        "Pieces of work that were committed",
    ),
    (
        "goodmeasure_database_rollbacks_total",
        "Pieces of work that were taken back",
    ),
    (
        "goodmeasure_database_retries_total",
        "Times that work was done again because another writer was there first",
    ),
    (
        "goodmeasure_database_unknown_total",
        "Commits whose answer was lost",
    ),
    (
        "goodmeasure_database_waits_total",
        "Times that somebody found no connection free",
    ),
    (
        "goodmeasure_database_timeouts_total",
        "Times that somebody waited for a connection in vain",
    ),
    (
        "goodmeasure_database_flushes_total",
        "Flushes of SQLite, by the least number of writers who shared one",
    ),
    (
        "goodmeasure_ledger_postings_total",
        "Postings in the ledger",
    ),
];

const GAUGES: &[(&str, &str)] = &[
    (
        "goodmeasure_database_up",
        "Whether the database answers: 1 or 0",
    ),
    (
        "goodmeasure_database_connections",
        "Connections that are open",
    ),
    (
        "goodmeasure_database_connections_idle",
        "Connections that nobody uses",
    ),
    (
        "goodmeasure_database_waiting",
        "Callers who wait for a connection",
    ),
    (
        "goodmeasure_returns",
        "Returns by the state of their latest revision",
    ),
];

/// What a route is called, without making a text where it has a name.
fn name_of(request: Option<&HttpRequest>) -> Cow<'_, str> {
    let Some(request) = request else {
        return Cow::Borrowed(NO_ROUTE);
    };
    match request.match_name() {
        Some(name) => Cow::Borrowed(name),
        None => request
            .match_pattern()
            .map_or(Cow::Borrowed(NO_ROUTE), Cow::Owned),
    }
}
