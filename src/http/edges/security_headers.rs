//! Headers that keep a browser from doing more with an answer than it was made for.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::http::settings::Settings;

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// Data is shown by nobody, and loads nothing.
const OF_DATA: &str = "default-src 'none'; frame-ancestors 'none'";
/// The page at `/docs` has its scripts and styles in files of its own, pictures in its style sheet, and asks this
/// server alone.
const OF_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// A year, as the lists of browsers want it.
const HTTPS_FOR_A_YEAR: &str = "max-age=31536000";

/// Adds them to every answer; a handler that set one of its own keeps it.
pub async fn security_headers<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let is_docs = request.path().starts_with("/docs");
    let is_https = request
        .app_data::<Data<Settings>>()
        .is_some_and(|settings| settings.outside_is_https);
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    let policy = if is_docs { OF_DOCS } else { OF_DATA };
    set(headers, CONTENT_SECURITY_POLICY, policy);
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, REFERRER_POLICY, "no-referrer");
    set(headers, CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
    if is_https {
        set(headers, STRICT_TRANSPORT_SECURITY, HTTPS_FOR_A_YEAR);
    }
    Ok(response)
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
