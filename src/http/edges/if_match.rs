//! `If-Match`: which version of a resource a writer has seen.

use actix_web::http::header::{HeaderMap, HeaderValue, IF_MATCH};

use super::etag::{HASH_BYTES, Named, named, uncoded};

/// Versions that `If-Match` wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// Any version of what exists.
    Any,
    /// One of these. Weak tags and tags without a version want what no resource has.
    Versions(Vec<String>),
}

/// The versions in `If-Match`; none where the header is missing.
pub fn if_match(headers: &HeaderMap) -> Option<IfMatch> {
    let tags = match named(headers, &IF_MATCH)? {
        Named::Any => return Some(IfMatch::Any),
        Named::These(tags) => tags,
    };
    let strong = tags.iter().filter(|tag| !tag.is_weak);
    let versions = strong.filter_map(|tag| version(&tag.text));
    Some(IfMatch::Versions(versions.map(str::to_owned).collect()))
}

/// The same of a text that says what the header would: `*`, or a tag with or without its quotes.
pub fn if_match_in(text: &str) -> IfMatch {
    let text = text.trim();
    let written = match text == "*" || text.contains('"') {
        true => text.to_owned(),
        false => format!("\"{text}\""),
    };
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::try_from(written) {
        headers.insert(IF_MATCH, value);
    }
    if_match(&headers).unwrap_or(IfMatch::Versions(Vec::new()))
}

/// The version in a tag.
fn version(tag: &str) -> Option<&str> {
    let (version, hash) = uncoded(tag).rsplit_once('-')?;
    let is_hash = hash.len() == 2 * HASH_BYTES && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then_some(version)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn of(lines: &[&'static str]) -> IfMatch {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IF_MATCH, HeaderValue::from_static(line));
        }
        if_match(&headers).unwrap()
    }

    #[test]
    fn versions_are_read_out_of_strong_tags() {
        assert_eq!(if_match(&HeaderMap::new()), None);
        assert_eq!(of(&["*"]), IfMatch::Any);
        assert_eq!(of(&["\"1-0123456789abcdef\"", " * "]), IfMatch::Any);
        let versions = |versions: &[&str]| {
            IfMatch::Versions(versions.iter().map(|one| (*one).to_owned()).collect())
        };
        assert_eq!(of(&["\"3-0123456789abcdef\""]), versions(&["3"]));
        assert_eq!(
            of(&[
                "\"2-1-0123456789abcdef-gzip\",\"a,b-0123456789ABCDEF-br\"",
                "\"4-0000000000000000\""
            ]),
            versions(&["2-1", "a,b", "4"])
        );
        for none in [
            "",
            "3",
            "\"3\"",
            "\"0123456789abcdef\"",
            "W/\"3-0123456789abcdef\"",
            "\"3-012",
            "\"\"",
        ] {
            assert_eq!(of(&[none]), versions(&[]), "{none}");
        }
    }

    #[test]
    fn a_text_says_what_the_header_would() {
        let one = IfMatch::Versions(vec!["3".to_owned()]);
        assert_eq!(if_match_in("*"), IfMatch::Any);
        assert_eq!(if_match_in(" \"3-0123456789abcdef\" "), one);
        assert_eq!(if_match_in("3-0123456789abcdef"), one);
        for none in ["", "3", "W/\"3-0123456789abcdef\"", "\u{0}"] {
            assert_eq!(if_match_in(none), IfMatch::Versions(Vec::new()), "{none:?}");
        }
    }
}
