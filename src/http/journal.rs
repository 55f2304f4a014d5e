//! One line a request, with an id that the answer carries too; never bodies, keys, queries or names of people.

use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use tracing::{Instrument, Span, field};

use crate::operations::Office;

use super::broken::unbroken;
use super::caller::Caller;
use super::metrics::{Answered, Metrics, NO_ROUTE};
use super::problem::Code;

/// The header that carries the id of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id and tells of it: failures of the server at `error`, all else at `info`, under the name
/// `requests`, which is off unless it is asked for, because a line for every request costs more than a cached answer.
///
/// The id is always made here. One that a client sends is neither taken over nor written down: it may be anything, and
/// two requests may have the same.
pub async fn journal(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let Some(office) = request.app_data::<Data<Office>>().cloned() else {
        return next.call(request).await;
    };
    let metrics = request.app_data::<Data<Metrics>>().cloned();
    let begun = (office.clock)();
    let id = (office.new_id)();
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    let span = span_of(&request, &id);
    let answered = unbroken(next.call(request).instrument(span.clone())).await;
    let took = (office.clock)().micros() - begun.micros();
    let mut line = Line {
        id: &id,
        span: &span,
        answered: Answered {
            request: None,
            method: &method,
            status: 0,
            code: None,
            took: Duration::from_micros(took.try_into().unwrap_or_default()),
        },
    };
    match answered.map_err(Error::from).flatten() {
        Ok(mut response) => {
            carry(response.headers_mut(), &id);
            line.of(response.response());
            line.answered.request = Some(response.request());
            line.tell(metrics.as_ref());
            Ok(response)
        }
        // The request is gone with the fault.
        Err(error) => {
            let mut response = error.error_response();
            carry(response.headers_mut(), &id);
            line.of(&response);
            line.tell(metrics.as_ref());
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// The span of a request, for traces; it costs next to nothing while nobody gathers them.
fn span_of(request: &ServiceRequest, id: &str) -> Span {
    let is_on = tracing::enabled!(target: "spans", tracing::Level::TRACE);
    let route = is_on.then(|| request.match_pattern()).flatten();
    let route = route.as_deref().unwrap_or(NO_ROUTE);
    let method = request.method().as_str();
    tracing::trace_span!(
        target: "spans",
        "request",
        otel.name = %format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = field::Empty,
        request_id = id,
        http.request.method = method,
        http.route = route,
        http.response.status_code = field::Empty,
    )
}

fn carry(headers: &mut HeaderMap, id: &str) {
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
}

/// What the line says.
struct Line<'a> {
    id: &'a str,
    span: &'a Span,
    answered: Answered<'a>,
}

/// The fields in one order, at whatever level.
macro_rules! tell {
    ($level:ident, $line:expr, $route:expr, $role:expr, $partnership:expr) => {
        tracing::$level!(
            target: "requests",
            request_id = $line.id,
            partnership = $partnership,
            role = $role,
            method = $line.answered.method.as_str(),
            route = $route,
            status = $line.answered.status,
            code = $line.answered.code.map(Code::word),
            milliseconds = %Milliseconds($line.answered.took),
        )
    };
}

/// To three places.
struct Milliseconds(Duration);

impl std::fmt::Display for Milliseconds {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let micros = self.0.as_micros();
        write!(out, "{}.{:03}", micros / 1000, micros % 1000)
    }
}

impl Line<'_> {
    fn of<B>(&mut self, response: &HttpResponse<B>) {
        self.answered.status = response.status().as_u16();
        self.answered.code = response.extensions().get::<Code>().copied();
    }

    /// Counts the request, and tells of it where that is asked for.
    fn tell(&self, metrics: Option<&Data<Metrics>>) {
        if let Some(metrics) = metrics {
            metrics.count(&self.answered);
        }
        let is_fault = self.answered.status >= 500;
        let status = self.answered.status;
        self.span.record("http.response.status_code", status);
        if is_fault {
            self.span.record("otel.status_code", "error");
        }
        if !is_fault && !tracing::enabled!(target: "requests", tracing::Level::INFO) {
            return;
        }
        let asked = self.answered.request;
        let route = asked.and_then(HttpRequest::match_pattern);
        // A path that is no route's may hold anything.
        let route = route.as_deref().unwrap_or(NO_ROUTE);
        let caller = asked.and_then(|asked| asked.extensions().get::<Caller>().cloned());
        let actor = caller.as_ref().map(|caller| &caller.actor);
        let grants = actor.iter().flat_map(|actor| &actor.grants);
        let roles: Vec<&str> = grants.map(|grant| grant.role.word()).collect();
        let role = roles.join("+");
        let partnership = actor.map(|actor| actor.partnership.as_str());
        if is_fault {
            tell!(error, self, route, role, partnership);
        } else {
            tell!(info, self, route, role, partnership);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::middleware::from_fn;
    use actix_web::{App, HttpServer, web};

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::domain::moment::Moment;
    use crate::http::problem::PROBLEM_JSON;
    use crate::storage::{OpenOptions, Store};

    async fn falls_over() -> HttpResponse {
        tokio::task::yield_now().await;
        panic!("as if a fault of this program had been met");
    }

    #[tokio::test]
    async fn a_fault_of_this_program_is_a_problem_with_an_id_and_others_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("x.db").display());
        let options = OpenOptions {
            create_if_missing: true,
            ..OpenOptions::default()
        };
        let office = Data::new(Office::new(
            Store::open(&url, None, options).await.unwrap(),
            Arc::new(Catalogue::shipped_with(&[]).unwrap()),
            || Moment::from_micros(0),
            || "an-id".to_owned(),
        ));
        let app = move || {
            App::new()
                .wrap(from_fn(journal))
                .app_data(office.clone())
                .route("/falls", web::get().to(falls_over))
                .route("/stands", web::get().to(HttpResponse::NoContent))
        };
        let server = HttpServer::new(app).workers(1).bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", server.addrs()[0]);
        let server = server.disable_signals().run();
        let handle = server.handle();
        let thread = std::thread::spawn(|| actix_web::rt::System::new().block_on(server));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        for _ in 0..3 {
            let fallen = client.get(format!("{base}/falls")).send().await.unwrap();
            assert_eq!(fallen.status(), 500);
            assert_eq!(fallen.headers()["content-type"], PROBLEM_JSON);
            assert_eq!(fallen.headers()["x-request-id"], "an-id");
            let body: serde_json::Value =
                serde_json::from_str(&fallen.text().await.unwrap()).unwrap();
            assert_eq!(body["code"], "broken");
            let stands = client.get(format!("{base}/stands")).send().await.unwrap();
            assert_eq!(stands.status(), 204);
            assert_eq!(stands.headers()["x-request-id"], "an-id");
        }
        handle.stop(true).await;
        thread.join().unwrap().unwrap();
    }
}
