//! Answers are compressed for who wants it: gzip and brotli, where it saves anything.

use actix_web::Error;
use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, HeaderMap, HeaderValue};
use actix_web::middleware::Next;

use super::caching::vary;
use super::weight::weighted;

/// Bodies below this size stay as they are: head and packet weigh more.
const SMALLEST: u64 = 1024;
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// Outside of the framework's compression: leaves it one coding to choose from, or none, so that it refuses nobody
/// (without `identity` it would answer 406); and tells the tag of a compressed answer from that of the plain one.
pub async fn compression<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let coding = coding(request.headers());
    let headers = request.headers_mut();
    headers.remove(ACCEPT_ENCODING);
    if let Some(coding) = coding {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(coding));
    }
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    vary(headers, &ACCEPT_ENCODING);
    match headers.get(CONTENT_ENCODING) {
        Some(coding) if *coding == IDENTITY => drop(headers.remove(CONTENT_ENCODING)),
        Some(coding) => {
            let tag = headers.get(ETAG).and_then(|tag| with_coding(tag, coding));
            if let Some(tag) = tag {
                headers.insert(ETAG, tag);
            }
        }
        None => {}
    }
    Ok(response)
}

/// Inside of the framework's compression: small bodies say that they are to stay as they are.
pub async fn small_ones_stay<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let is_small = match response.response().body().size() {
        BodySize::None => true,
        BodySize::Sized(size) => size < SMALLEST,
        BodySize::Stream => false,
    };
    if is_small && !response.headers().contains_key(CONTENT_ENCODING) {
        response.headers_mut().insert(CONTENT_ENCODING, IDENTITY);
    }
    Ok(response)
}

/// The coding that is wanted most; brotli where gzip is wanted as much, and none where plain is wanted more.
fn coding(headers: &HeaderMap) -> Option<&'static str> {
    let wanted = weighted(headers, &ACCEPT_ENCODING);
    let weight = |name: &str| {
        let found = wanted
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, weight)| *weight)
    };
    let rest = weight("*").unwrap_or(0);
    let (brotli, gzip) = (weight("br").unwrap_or(rest), weight("gzip").unwrap_or(rest));
    let most = brotli.max(gzip);
    if most == 0 || weight("identity").is_some_and(|plain| plain > most) {
        None
    } else if brotli == most {
        Some("br")
    } else {
        Some("gzip")
    }
}

/// `"x"` and `gzip` are `"x-gzip"`.
fn with_coding(tag: &HeaderValue, coding: &HeaderValue) -> Option<HeaderValue> {
    let open = tag.to_str().ok()?.strip_suffix('"')?;
    HeaderValue::try_from(format!("{open}-{}\"", coding.to_str().ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coding_that_is_wanted_most_is_chosen() {
        for (accepted, expected) in [
            ("", None),
            ("gzip", Some("gzip")),
            ("br", Some("br")),
            ("gzip, deflate, br, zstd", Some("br")),
            ("GZIP;q=0.9, br;q=0.8", Some("gzip")),
            ("*", Some("br")),
            ("br;q=0, *", Some("gzip")),
            ("gzip;q=0, br;q=0", None),
            ("identity, gzip;q=0.5", None),
            ("identity;q=0.5, gzip", Some("gzip")),
            ("identity;q=0", None),
            ("deflate", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(coding(&headers), expected, "{accepted}");
        }
    }
}
