//! Who may keep an answer, and for how long.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    AUTHORIZATION, CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;

/// The reader's own cache may keep it, and asks by `ETag` each time.
const OF_ONE: &str = "private, no-cache";
/// Nobody keeps it.
const OF_NOBODY: &str = "no-store";
/// Anybody keeps it; an upgrade of the program shows within the time.
const OF_ANYBODY: &str = "public, max-age=300";

/// Sets `Cache-Control` where the handler did not, and says that answers under `/v1` depend on who asks.
pub async fn caching<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_api = request.path().starts_with("/v1/");
    let is_public = request.path() == "/openapi.json"
        || ["/docs", "/problems"]
            .iter()
            .any(|begin| request.path().starts_with(begin));
    let mut response = next.call(request).await?;
    let status = response.status();
    let is_good = status.is_success() || status == StatusCode::NOT_MODIFIED;
    let kept = match is_read && is_good {
        true if is_api => OF_ONE,
        true if is_public => OF_ANYBODY,
        _ => OF_NOBODY,
    };
    let headers = response.headers_mut();
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    }
    if is_api {
        vary(headers, &AUTHORIZATION);
    }
    Ok(response)
}

/// Adds a name to `Vary`, once, on one line.
pub fn vary(headers: &mut HeaderMap, name: &HeaderName) {
    if !headers.contains_key(VARY) {
        headers.insert(VARY, HeaderValue::from(name.clone()));
        return;
    }
    let lines = headers
        .get_all(VARY)
        .filter_map(|value| value.to_str().ok());
    let mut names: Vec<String> = lines
        .flat_map(|line| line.split(','))
        .map(|known| known.trim().to_ascii_lowercase())
        .collect();
    names.push(name.as_str().to_owned());
    names.sort_unstable();
    names.dedup();
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        headers.insert(VARY, value);
    }
}
