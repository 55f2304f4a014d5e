//! `GET /metrics`, for those who run the server: from some addresses only, and nowhere else to be seen.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};

use crate::domain::network::Network;
use crate::http::peer::Peer;
use crate::http::problem::Problem;
use crate::operations::Office;

use super::Metrics;

/// The text format of Prometheus.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// What proxies add to a request that they pass on.
const PASSED_ON: [&str; 7] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
];

/// From where the metrics may be read.
#[derive(Debug, Clone)]
pub struct MetricsFrom(Vec<Network>);

impl Default for MetricsFrom {
    /// This machine.
    fn default() -> Self {
        let own = ["127.0.0.0/8", "::1"];
        Self::networks(
            own.iter()
                .filter_map(|own| Network::parse(own).ok())
                .collect(),
        )
    }
}

impl MetricsFrom {
    /// These networks.
    #[must_use]
    pub fn networks(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// Whether a request comes from there. One that a proxy passed on does not, where the proxy is not known: its
    /// address is the proxy's.
    fn admits(&self, request: &HttpRequest) -> bool {
        let headers = request.headers();
        let is_passed_on = PASSED_ON.iter().any(|name| headers.contains_key(*name));
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
        !is_passed_on && peer.is_some_and(|peer| self.0.iter().any(|network| network.holds(peer)))
    }
}

/// What the server did, as Prometheus reads it. To everybody else there is no such path.
pub async fn page(
    request: HttpRequest,
    office: Data<Office>,
    metrics: Data<Metrics>,
    from: Data<MetricsFrom>,
) -> HttpResponse {
    if !from.admits(&request) {
        return Problem::not_found("path").error_response();
    }
    metrics.look(&office).await;
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, TEXT))
        .body(metrics.handle.render())
}
