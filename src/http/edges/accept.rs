//! Who takes no JSON is told so before anything is done.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};

use super::weight::weighted;
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

/// Whether `Accept` takes JSON, or problems by name. A list without one range says nothing.
fn takes_json(headers: &HeaderMap) -> bool {
    let mut ranges = weighted(headers, &ACCEPT);
    ranges.retain(|(range, _)| range.contains('/'));
    let weight = |name: &str| {
        let found = ranges
            .iter()
            .find(|(range, _)| range.eq_ignore_ascii_case(name));
        found.map(|(_, weight)| *weight)
    };
    let json = weight(JSON)
        .or_else(|| weight("application/*"))
        .or_else(|| weight("*/*"));
    let taken = json.max(weight(PROBLEM_JSON)).unwrap_or(0);
    ranges.is_empty() || taken > 0
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
