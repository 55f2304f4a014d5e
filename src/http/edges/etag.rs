//! Tags: a reader that has the newest is told so in a few bytes.
//!
//! A tag is `"<hash>"`, or `"<version>-<hash>"` where the handler says which version of its resource it shows. The
//! hash tells two answers apart, the version is what a writer names in `If-Match`. A compressed answer has `-gzip`
//! or `-br` behind it; which of the three a reader holds makes no difference to whether it has the newest.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpResponse};
use sha2::{Digest as _, Sha256};

/// Which version of its resource an answer shows: a handler puts it into the extensions of its response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(pub String);

/// The hash to take instead of that of the body: a handler puts it into the extensions of its response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    hash: [u8; HASH_BYTES],
    /// Two answers with one hash may differ in their bytes, so that the tag is weak, unless it has a version.
    is_weak: bool,
}

impl Digest {
    /// Of what a body says but for the time at which it was made.
    #[must_use]
    pub fn of_timeless(text: &str) -> Self {
        Self {
            is_weak: true,
            ..Self::of(text)
        }
    }

    /// Of a whole body that is sent many times.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut hash = [0; HASH_BYTES];
        let whole = Sha256::digest(text);
        hash.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        Self {
            hash,
            is_weak: false,
        }
    }
}

/// Bytes of the SHA-256 that a tag holds, each as two hexadecimal digits.
pub(super) const HASH_BYTES: usize = 8;
/// What compression puts behind a tag.
const CODINGS: [&str; 2] = ["-gzip", "-br"];

/// Tags that a request names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// `*`: any.
    Any,
    /// These, without their quotes.
    These(Vec<Tag>),
}

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub(super) is_weak: bool,
    pub(super) text: String,
}

/// A tag as it was before compression.
pub(super) fn uncoded(tag: &str) -> &str {
    let shorter = CODINGS.iter().find_map(|coding| tag.strip_suffix(coding));
    shorter.unwrap_or(tag)
}

/// Reads a list of tags; what comes after something that is none is left out.
pub fn named(headers: &HeaderMap, name: &HeaderName) -> Option<Named> {
    let mut lines = headers.get_all(name).peekable();
    lines.peek()?;
    let mut tags = Vec::new();
    for line in lines.filter_map(|value| value.to_str().ok()) {
        let mut rest = line.trim();
        if rest == "*" {
            return Some(Named::Any);
        }
        while let Some((tag, after)) = first_tag(rest) {
            tags.push(tag);
            rest = after.trim_start_matches([' ', '\t', ',']);
        }
    }
    Some(Named::These(tags))
}

/// A tag may hold commas, so that the quotes say where it ends.
fn first_tag(text: &str) -> Option<(Tag, &str)> {
    let strong = text.strip_prefix("W/");
    let quoted = strong.unwrap_or(text).strip_prefix('"')?;
    let (text, after) = quoted.split_once('"')?;
    let tag = Tag {
        is_weak: strong.is_some(),
        text: text.to_owned(),
    };
    Some((tag, after))
}

/// Gives each whole answer to a read its tag, and answers 304 where the reader has it already.
pub async fn etag(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_tagged = ["/v1/", "/docs", "/openapi.json"]
        .iter()
        .any(|below| request.path().starts_with(below));
    let is_read = is_tagged && request.method() == Method::GET;
    let held = named(request.headers(), &IF_NONE_MATCH);
    let response = next.call(request).await?.map_into_boxed_body();
    if !is_read || response.status() != StatusCode::OK || response.headers().contains_key(ETAG) {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let response = match body.try_into_bytes() {
        Ok(body) => tagged(head, body, held.as_ref()),
        // It is made while it is sent: nobody knows its hash yet.
        Err(body) => head.set_body(body),
    };
    Ok(ServiceResponse::new(request, response))
}

fn tagged(mut head: HttpResponse<()>, body: Bytes, held: Option<&Named>) -> HttpResponse {
    let tag = tag(&head, &body);
    let known = match held {
        Some(Named::Any) => Some(tag.as_str()),
        Some(Named::These(tags)) => {
            let mut texts = tags.iter().map(|held| held.text.as_str());
            texts.find(|held| uncoded(held) == tag)
        }
        None => None,
    };
    let is_weak = {
        let told = head.extensions();
        told.get::<Digest>().is_some_and(|digest| digest.is_weak) && !told.contains::<Version>()
    };
    let weak = if is_weak { "W/" } else { "" };
    let quoted = HeaderValue::try_from(format!("{weak}\"{}\"", known.unwrap_or(&tag)));
    let Ok(quoted) = quoted else {
        return head.set_body(BoxBody::new(body)); // a version that no header can carry
    };
    head.headers_mut().insert(ETAG, quoted);
    if known.is_none() {
        return head.set_body(BoxBody::new(body));
    }
    *head.status_mut() = StatusCode::NOT_MODIFIED;
    head.headers_mut().remove(CONTENT_TYPE);
    head.headers_mut().remove(CONTENT_ENCODING);
    head.set_body(BoxBody::new(()))
}

fn tag(head: &HttpResponse<()>, body: &[u8]) -> String {
    let extensions = head.extensions();
    let version = extensions.get().map(|Version(version)| version.as_str());
    match extensions.get() {
        Some(Digest { hash, .. }) => spelled(version, hash),
        None => spelled(version, &Sha256::digest(body)),
    }
}

/// The tag of a version whose body is not, or not yet, an answer to a read.
pub fn of_version(version: &str, body: &str) -> String {
    spelled(Some(version), &Sha256::digest(body))
}

fn spelled(version: Option<&str>, hash: &[u8]) -> String {
    let mut tag = version
        .map(|version| format!("{version}-"))
        .unwrap_or_default();
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
    for byte in hash.iter().take(HASH_BYTES) {
        tag.push(digit(byte >> 4));
        tag.push(digit(byte & 15));
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_and_a_digest_of_the_handler_make_the_tag() {
        let tag_of = |version: Option<&str>, digest: Option<&str>, body: &str| {
            let mut response = HttpResponse::Ok().finish();
            if let Some(version) = version {
                response
                    .extensions_mut()
                    .insert(Version(version.to_owned()));
            }
            if let Some(digest) = digest {
                response.extensions_mut().insert(Digest::of(digest));
            }
            tag(&response.into_parts().0, body.as_bytes())
        };
        // printf abc | sha256sum
        assert_eq!(tag_of(None, None, "abc"), "ba7816bf8f01cfea");
        assert_eq!(tag_of(Some("7"), None, "abc"), "7-ba7816bf8f01cfea");
        assert_eq!(tag_of(Some("7"), Some("abc"), "now"), "7-ba7816bf8f01cfea");
    }
}
