//! Which pages of other servers may read answers in a browser: none, but those that the settings name.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, ORIGIN,
};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse};

use super::caching::vary;
use crate::http::settings::Settings;

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// Headers of a request that a page may set.
const TAKEN: &str = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match";
/// Headers of an answer that a page may read.
const SHOWN: &str = "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replayed, \
Dry-Run, X-Request-Id";
/// Seconds a browser remembers what it was allowed.
const REMEMBERED: &str = "600";

/// Answers the question that a browser asks before, and adds to each answer that its page may read it. Keys travel
/// in `Authorization`, which a page has to set itself: nothing here lets a browser send credentials of its own.
pub async fn cors(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let settings = request.app_data::<Data<Settings>>();
    let allowed = settings.map_or(&[][..], |settings| &settings.cors_origins);
    if allowed.is_empty() {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let origin = request.headers().get(ORIGIN).cloned();
    let origin = origin.filter(|origin| allowed.iter().any(|one| origin == one.text()));
    let is_question = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match origin {
        Some(_) if is_question => request.into_response(permission()),
        _ => next.call(request).await?.map_into_boxed_body(),
    };
    let headers = response.headers_mut();
    vary(headers, &ORIGIN);
    if is_question {
        vary(headers, &ACCESS_CONTROL_REQUEST_METHOD);
        vary(headers, &ACCESS_CONTROL_REQUEST_HEADERS);
    }
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(SHOWN),
        );
    }
    Ok(response)
}

fn permission() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, TAKEN))
        .insert_header((ACCESS_CONTROL_MAX_AGE, REMEMBERED))
        .finish()
}
