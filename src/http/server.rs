//! Listening: sockets, limits on time, and a graceful stop.

use std::net::{SocketAddr, TcpListener};

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpServer};
use governor::clock::MonotonicClock;
use utoipa_actix_web::AppExt;

use crate::operations::Office;

use super::access::access;
use super::document::{
    document,
    page::{self, Sent},
};
use super::edges::{
    accept::accept,
    caching::caching,
    compression, connection,
    cors::cors,
    etag::etag,
    head_limits::head_limits,
    methods::methods,
    rate_limits::{Limits, rate_limits},
    security_headers::security_headers,
};
use super::fallback::{Paths, fallback};
use super::journal::journal;
use super::metrics::{self, Metrics, MetricsFrom};
use super::peer::peer;
use super::plain_path::{plain_letters, plain_path};
use super::problem;
use super::roll_ups::cache::Cache;
use super::routes::routes;
use super::settings::Settings;
use super::sign_in::SignIn;
use super::system::LastProbe;

/// Seconds requests under way have after the word to stop.
const STOP_TIMEOUT_SECONDS: u64 = 20;

/// A server that listens.
pub struct Listening {
    /// Where.
    pub address: SocketAddr,
    /// Stops it gracefully.
    pub handle: ServerHandle,
    /// Runs it until it is stopped.
    pub server: Server,
}

/// What all workers share.
#[derive(Clone)]
struct Shared {
    office: Data<Office>,
    settings: Data<Settings>,
    sign_in: Data<SignIn>,
    metrics_from: Data<MetricsFrom>,
    rates: Data<Limits>,
    cache: Data<Cache>,
    counts: Data<Metrics>,
    probe: Data<LastProbe>,
    paths: Data<Paths>,
    document: Data<Sent>,
}

impl Shared {
    fn of(office: Office, settings: Settings) -> std::io::Result<Self> {
        let api = document();
        Ok(Self {
            office: Data::new(office),
            sign_in: Data::new(settings.sign_in.clone()),
            metrics_from: Data::new(settings.metrics_from.clone()),
            rates: Data::new(Limits::of(&settings.rates, MonotonicClock)),
            cache: Data::new(Cache::of(&settings.roll_ups)),
            settings: Data::new(settings),
            counts: Data::default(),
            probe: Data::default(),
            paths: Data::new(Paths::of(&api)),
            document: Data::new(Sent::of(&api)?),
        })
    }

    /// Lets handlers and what surrounds them find it.
    fn tell(&self, config: &mut ServiceConfig) {
        config
            .app_data(self.office.clone())
            .app_data(self.settings.clone())
            .app_data(self.sign_in.clone())
            .app_data(self.metrics_from.clone())
            .app_data(self.rates.clone())
            .app_data(self.cache.clone())
            .app_data(self.counts.clone())
            .app_data(self.probe.clone())
            .app_data(self.paths.clone())
            .app_data(self.document.clone());
    }
}

/// Listens. SIGTERM and SIGINT stop it gracefully: what is under way is answered first.
///
/// # Errors
/// When the address cannot be had.
pub fn listen(
    office: Office,
    address: &str,
    workers: usize,
    settings: Settings,
) -> std::io::Result<Listening> {
    let limits = settings.connections.clone();
    let listener = TcpListener::bind(address)?;
    let address = listener.local_addr()?;
    let shared = Shared::of(office, settings)?;
    let server = HttpServer::new(move || {
        // A request passes these from the last to the first, its answer from the first to the last.
        App::new()
            .wrap(from_fn(access))
            .wrap(from_fn(etag))
            .wrap(from_fn(compression::small_ones_stay))
            .wrap(Compress::default())
            .wrap(from_fn(compression::compression))
            .wrap(from_fn(plain_path))
            .wrap(from_fn(accept))
            .wrap(from_fn(methods))
            .wrap(from_fn(rate_limits))
            .wrap(from_fn(head_limits))
            .wrap(from_fn(cors))
            .wrap(from_fn(caching))
            .wrap(from_fn(plain_letters))
            .wrap(from_fn(security_headers))
            .wrap(from_fn(journal))
            .wrap(from_fn(peer))
            .wrap(from_fn(connection::connection))
            .configure(|config| shared.tell(config))
            .into_utoipa_app()
            .configure(routes)
            .into_app()
            .route("/", web::get().to(page::to_the_page))
            .route("/openapi.json", web::get().to(page::sent))
            .service(page::page())
            .route("/docs", web::get().to(page::to_the_page))
            .route("/metrics", web::get().to(metrics::page))
            .route("/problems", web::get().to(problem::page::list))
            .route("/problems/", web::get().to(problem::page::list))
            .route("/problems/{code}", web::get().to(problem::page::one))
            .default_service(web::to(fallback))
    })
    .workers(workers)
    .max_connections((limits.most / workers.max(1)).max(1))
    .client_request_timeout(limits.head)
    .keep_alive(limits.keep_alive)
    .on_connect(move |stream, kept| connection::greet(&limits, stream, kept))
    .shutdown_timeout(STOP_TIMEOUT_SECONDS)
    .listen(listener)?
    .run();
    Ok(Listening {
        address,
        handle: server.handle(),
        server,
    })
}
