//! Paths that no resource can have are not found, before anything looks them up.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};

use super::problem::Problem;

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
    use super::is_plain;

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
