//! Paths are plain before anything looks them up: a letter that is spelled `%61` is that letter (RFC 3986, 6.2.2.2),
//! and what no resource can have is not found.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};

use super::problem::Problem;

/// Spells every letter of a path as itself.
pub async fn plain_letters<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if let Some(uri) = with_plain_letters(request.uri()) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
    next.call(request).await
}

/// Answers 404 to a path that is not UTF-8 or holds a control character once it is decoded: no id or code has
/// one, and PostgreSQL takes no NUL.
pub async fn plain_path<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if is_plain(request.path()) {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let response = Problem::not_found("path").error_response();
    Ok(request.into_response(response).map_into_right_body())
}

/// The same address with every letter, digit and `-._~` of its path spelled as itself; none where they all are.
fn with_plain_letters(uri: &Uri) -> Option<Uri> {
    let (first, rest) = uri.path().split_once('%')?;
    let mut path = first.to_owned();
    for part in rest.split('%') {
        let byte = part
            .get(..2)
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        let plain = byte.filter(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(byte));
        match (plain, part.get(2..)) {
            (Some(byte), Some(after)) => {
                path.push(byte.into());
                path.push_str(after);
            }
            _ => {
                path.push('%');
                path.push_str(part);
            }
        }
    }
    if path == uri.path() {
        return None;
    }
    if let Some(query) = uri.query() {
        path.push('?');
        path.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path).ok()?);
    Uri::from_parts(parts).ok()
}

fn is_plain(path: &str) -> bool {
    !path.contains('%') || decoded(path).is_some()
}

/// A path, or a part of one, decoded; `None` where no resource can have it.
pub(super) fn decoded(path: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|two| std::str::from_utf8(two).ok())
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        decoded.push(hex.unwrap_or(*first));
        rest = after
            .get(if hex.is_some() { 2 } else { 0 }..)
            .unwrap_or_default();
    }
    let text = String::from_utf8(decoded).ok()?;
    (!text.contains(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{is_plain, with_plain_letters};

    #[test]
    fn letters_are_spelled_as_themselves() {
        for (spelled, plain) in [
            ("/v1/%6deasures?q=%61", Some("/v1/measures?q=%61")),
            ("/%41%2D%5A%7e", Some("/A-Z~")),
            ("/a%2Fb%62%", Some("/a%2Fbb%")),
            ("/%2541", None),
            ("/a%2Fb", None),
            ("/%zz%4", None),
            ("/%+1", None),
            ("/a", None),
        ] {
            let found = with_plain_letters(&spelled.parse().unwrap());
            assert_eq!(found.map(|uri| uri.to_string()).as_deref(), plain);
        }
    }

    #[test]
    fn what_no_path_holds_is_seen() {
        for plain in [
            "/v1/x", "/%41", "/a%2Fb", "/%", "/%4", "/%zz", "/%C3%A9", "/a%20b",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in ["/%00", "/a%0Ab", "/%7f", "/%FF", "/%C3", "/%C2%85"] {
            assert!(!is_plain(other), "{other}");
        }
    }
}
