//! Who takes no JSON is told so before anything is done.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};

use crate::http::problem::{PROBLEM_JSON, Problem};

const JSON: &str = "application/json";

/// Answers 406 under `/v1` to an `Accept` that no answer could meet. What is not under `/v1` has types of its own.
pub async fn accept(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.path().starts_with("/v1/") && !takes_json(request.headers()) {
        let response = Problem::not_acceptable().error_response();
        return Ok(request.into_response(response));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Whether `Accept` takes JSON, or problems by name. A list without one well-formed range says nothing.
fn takes_json(headers: &HeaderMap) -> bool {
    let lists = headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok());
    let ranges: Vec<Range<'_>> = lists
        .flat_map(|list| list.split(','))
        .filter_map(Range::read)
        .collect();
    if ranges.is_empty() {
        return true;
    }
    let by_name = |name: &str| {
        ranges
            .iter()
            .find(|range| range.name.eq_ignore_ascii_case(name))
    };
    let json = by_name(JSON)
        .or_else(|| by_name("application/*"))
        .or_else(|| by_name("*/*"));
    [json, by_name(PROBLEM_JSON)]
        .into_iter()
        .flatten()
        .any(|range| range.is_taken)
}

/// One range of `Accept`; parameters other than `q` exclude nothing.
struct Range<'a> {
    name: &'a str,
    /// Not `q=0`.
    is_taken: bool,
}

impl<'a> Range<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().filter(|name| name.contains('/'))?;
        let is_taken = !parts
            .filter_map(|part| part.split_once('='))
            .any(|(key, value)| key.trim().eq_ignore_ascii_case("q") && is_zero(value.trim()));
        Some(Self { name, is_taken })
    }
}

/// Whether a weight is `0`, `0.0`, `0.00` or `0.000`.
pub(super) fn is_zero(weight: &str) -> bool {
    weight.starts_with('0') && weight.chars().all(|letter| letter == '0' || letter == '.')
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn takes(accept: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
        takes_json(&headers)
    }

    #[test]
    fn json_is_taken_where_nothing_excludes_it() {
        assert!(takes_json(&HeaderMap::new()));
        for accept in [
            "application/json",
            "application/problem+json",
            "APPLICATION/JSON; charset=utf-8",
            "*/*",
            "application/*;q=0.1",
            "text/html, application/xhtml+xml, */*;q=0.8",
            "text/csv, application/json;q=0.001",
            "application/json, */*;q=0",
            "",
            "json",
        ] {
            assert!(takes(accept), "{accept}");
        }
    }

    #[test]
    fn json_is_not_taken_where_it_is_excluded_or_missing() {
        for accept in [
            "text/html",
            "text/*",
            "application/jsonp",
            "application/json;q=0",
            "application/json; Q=0.000, */*",
            "application/*;q=0, */*",
            "*/*;q=0.0",
        ] {
            assert!(!takes(accept), "{accept}");
        }
    }
}
