//! Lists of `Accept` and `Accept-Encoding`: names, each with how much it is wanted.

use actix_web::http::header::{HeaderMap, HeaderName};

/// What is wanted without a word about how much.
const WHOLE: u16 = 1000;

/// Names of all lines of a header with their `q` in thousandths (0 excludes); other parameters are passed over.
/// Empty where the header is missing or says nothing.
pub fn weighted<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<(&'a str, u16)> {
    headers
        .get_all(name)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().filter(|name| !name.is_empty())?;
            let weight = parts
                .filter_map(|part| part.split_once('='))
                .find(|(key, _)| key.trim().eq_ignore_ascii_case("q"))
                .map_or(WHOLE, |(_, text)| thousandths(text.trim()));
            Some((name, weight))
        })
        .collect()
}

/// `0.25` is 250; what cannot be read is whole.
fn thousandths(text: &str) -> u16 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{part:0<3}");
    match (
        whole,
        digits.get(..3).and_then(|digits| digits.parse().ok()),
    ) {
        ("0", Some(part)) => part,
        _ => WHOLE,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{ACCEPT, HeaderValue};

    use super::*;

    #[test]
    fn weights_are_thousandths() {
        let mut headers = HeaderMap::new();
        assert_eq!(weighted(&headers, &ACCEPT), []);
        headers.append(
            ACCEPT,
            HeaderValue::from_static("a/b ; v=1; Q=0.5 ,, */*;q=0"),
        );
        headers.append(
            ACCEPT,
            HeaderValue::from_static("c/d;q=x, e/f;q=0.001;r, g/h;q=1.000"),
        );
        let expected = [
            ("a/b", 500),
            ("*/*", 0),
            ("c/d", 1000),
            ("e/f", 1),
            ("g/h", 1000),
        ];
        assert_eq!(weighted(&headers, &ACCEPT), expected);
    }
}
