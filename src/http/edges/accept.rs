//! Who takes nothing that could be answered is told so before anything is done.

use std::cmp::Ordering;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};

use super::weight::weighted;
use crate::http::problem::{PROBLEM_JSON, Problem};

/// What nearly every answer is.
pub const JSON: &str = "application/json";
/// A table for a spreadsheet.
const CSV: &str = "text/csv";
/// JSON a line, for long lists.
pub const NDJSON: &str = "application/x-ndjson";

/// A page for people.
const TEXT: &str = "text/plain";

/// Answers 406 under `/v1` to an `Accept` that no answer could meet. What is not under `/v1` has types of its own.
pub async fn accept(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (path, headers) = (request.path(), request.headers());
    let is_taken = takes_json(headers)
        || path.ends_with("/bulk") && wanted(headers, NDJSON) > 0
        || path.ends_with("/working") && text_wanted(headers) > 0
        || path.ends_with(".csv") && weight(&ranges(headers), CSV) > Some(0);
    if path.starts_with("/v1/") && !is_taken {
        let response = Problem::not_acceptable().error_response();
        return Ok(request.into_response(response));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Whether a page of text is wanted rather than JSON: it must be asked for.
pub fn wants_text(headers: &HeaderMap) -> bool {
    let (text, json) = (text_wanted(headers), wanted(headers, JSON));
    let names_json = weight(&ranges(headers), JSON).is_some();
    text > 0 && (text > json || text == json && !names_json)
}

/// How much text is wanted, where it is named.
fn text_wanted(headers: &HeaderMap) -> u16 {
    let ranges = ranges(headers);
    let named = weight(&ranges, TEXT).or_else(|| weight(&ranges, "text/*"));
    named.unwrap_or(0)
}

/// Whether JSON a line is wanted more than JSON, less, or as much.
pub fn lines_or_json(headers: &HeaderMap) -> Ordering {
    wanted(headers, NDJSON).cmp(&wanted(headers, JSON))
}

/// Whether `Accept` takes JSON, or problems by name.
fn takes_json(headers: &HeaderMap) -> bool {
    let problems = weight(&ranges(headers), PROBLEM_JSON);
    wanted(headers, JSON) > 0 || problems > Some(0)
}

/// How much a type of application data is wanted: by its name, or by a range that holds it.
fn wanted(headers: &HeaderMap, name: &str) -> u16 {
    let ranges = ranges(headers);
    let within = || weight(&ranges, "application/*").or_else(|| weight(&ranges, "*/*"));
    match weight(&ranges, name).or_else(within) {
        None if ranges.is_empty() => 1,
        weight => weight.unwrap_or(0),
    }
}

/// The ranges of `Accept`. A list without one says nothing.
fn ranges(headers: &HeaderMap) -> Vec<(&str, u16)> {
    let mut ranges = weighted(headers, &ACCEPT);
    ranges.retain(|(range, _)| range.contains('/'));
    ranges
}

fn weight(ranges: &[(&str, u16)], name: &str) -> Option<u16> {
    let mut ranges = ranges.iter();
    let found = ranges.find(|(range, _)| range.eq_ignore_ascii_case(name));
    found.map(|(_, weight)| *weight)
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

    #[test]
    fn text_is_given_where_it_is_asked_for() {
        for (accept, expected) in [
            ("", false),
            ("*/*", false),
            ("application/json", false),
            ("text/html,application/xhtml+xml,*/*;q=0.8", false),
            ("text/plain, application/json", false),
            ("text/plain;q=0.5, application/json", false),
            ("text/plain;q=0", false),
            ("text/plain", true),
            ("text/*", true),
            ("text/plain, */*", true),
            ("text/plain, application/json;q=0.9", true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
            assert_eq!(wants_text(&headers), expected, "{accept}");
        }
    }

    #[test]
    fn json_a_line_is_given_where_it_is_wanted_more() {
        for (accept, expected) in [
            ("", Ordering::Equal),
            ("*/*", Ordering::Equal),
            ("application/x-ndjson", Ordering::Greater),
            ("application/x-ndjson, */*;q=0.5", Ordering::Greater),
            ("application/json", Ordering::Less),
            (
                "application/x-ndjson;q=0.5, application/json",
                Ordering::Less,
            ),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
            assert_eq!(lines_or_json(&headers), expected, "{accept}");
        }
    }
}
