//! Listening: sockets, limits on time, and a graceful stop.

use std::net::{SocketAddr, TcpListener};

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use governor::clock::MonotonicClock;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::operations::Office;

use super::access::access;
use super::document::document;
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
use super::metrics::{self, Metrics};
use super::peer::peer;
use super::plain_path::plain_path;
use super::problem;
use super::roll_ups::cache::Cache;
use super::routes::routes;
use super::settings::Settings;

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
    let rates = Data::new(Limits::of(&settings.rates, MonotonicClock));
    let counts = Data::new(Metrics::default());
    let metrics_from = Data::new(settings.metrics_from.clone());
    let cache = Data::new(Cache::of(&settings.roll_ups));
    let settings = Data::new(settings);
    let listener = TcpListener::bind(address)?;
    let address = listener.local_addr()?;
    let api = document();
    let office = Data::new(office);
    let sign_in = Data::new(settings.sign_in.clone());
    let paths = Data::new(Paths::of(&api));
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
            .wrap(from_fn(security_headers))
            .wrap(from_fn(journal))
            .wrap(from_fn(peer))
            .wrap(from_fn(connection::connection))
            .app_data(office.clone())
            .app_data(sign_in.clone())
            .app_data(paths.clone())
            .app_data(settings.clone())
            .app_data(rates.clone())
            .app_data(counts.clone())
            .app_data(cache.clone())
            .app_data(metrics_from.clone())
            .into_utoipa_app()
            .configure(routes)
            .into_app()
            .service(page(api.clone()))
            .route("/docs", web::get().to(to_the_page))
            .route("/metrics", web::get().to(metrics::page))
            .route("/problems", web::get().to(problem::page::list))
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

async fn to_the_page() -> web::Redirect {
    web::Redirect::to("/docs/")
}

/// The page at `/docs`: without a bar to load other documents, and without the badge that asks a server elsewhere.
fn page(api: OpenApi) -> SwaggerUi {
    let config = Config::default().use_base_layout().validator_url("none");
    SwaggerUi::new("/docs/{_:.*}")
        .config(config)
        .url("/openapi.json", api)
}
