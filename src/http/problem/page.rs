//! `/problems` and `/problems/{code}`: what each code means and what to do, for people (HTML) and programs (JSON).
//! Nobody needs a key to read them: the `type` of every problem leads here.

use std::fmt::Write;
use std::sync::LazyLock;

use actix_web::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, ContentType, HeaderMap, VARY};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Problem;
use super::code::{Code, Told};
use crate::http::edges::weight::weighted;

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1.1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}\
h1{line-height:1.2}code{font-size:.95em}\
table{border-collapse:collapse}th,td{text-align:start;vertical-align:top;padding:.3rem 1rem .3rem 0}";

/// The page loads nothing, runs nothing, and is styled by the one text above.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// What a program reads of a code.
#[derive(Debug, Serialize)]
struct CodeShown {
    #[serde(rename = "type")]
    kind: String,
    code: Code,
    status: u16,
    title: &'static str,
    meaning: &'static str,
    remedy: &'static str,
}

impl From<Code> for CodeShown {
    fn from(code: Code) -> Self {
        let told = code.told();
        Self {
            kind: code.page(),
            code,
            status: told.status.as_u16(),
            title: told.title,
            meaning: told.meaning,
            remedy: told.remedy,
        }
    }
}

/// Every code.
#[derive(Debug, Serialize)]
struct CodesShown {
    items: Vec<CodeShown>,
}

/// `GET /problems`: every code.
pub async fn list(request: HttpRequest) -> HttpResponse {
    if wants_json(request.headers()) {
        let items = Code::ALL.iter().copied().map(CodeShown::from).collect();
        return json(&CodesShown { items });
    }
    let mut rows = String::new();
    for code in Code::ALL {
        let Told { status, title, .. } = code.told();
        let (page, status, title) = (code.page(), status.as_u16(), escaped(title));
        let _ = write!(
            rows,
            "<tr><td>{status}<th scope=\"row\"><a href=\"{page}\"><code>{code}</code></a><td>{title}"
        );
    }
    let text = "<p>Every problem that this server answers has one of these codes, in the field <code>code</code>.";
    let table = format!(
        "{text}<table><thead><tr><th scope=\"col\">Status<th scope=\"col\">Code<th scope=\"col\">Title<tbody>{rows}</table>"
    );
    html("Problems", &table)
}

/// `GET /problems/{code}`: one.
///
/// # Errors
/// 404 where there is no such code.
pub async fn one(request: HttpRequest, word: Path<String>) -> Result<HttpResponse, Problem> {
    let code = Code::parse(&word).ok_or_else(|| Problem::not_found("code of a problem"))?;
    if wants_json(request.headers()) {
        return Ok(json(&CodeShown::from(code)));
    }
    let told = code.told();
    let body = format!(
        "<p>Code <code>{code}</code>, status {}.<h2>What it means</h2><p>{}<h2>What to do</h2><p>{}\
        <nav><p><a href=\"{}\">All problems</a></nav>",
        escaped(&told.status.to_string()),
        marked(told.meaning),
        marked(told.remedy),
        "/problems",
    );
    Ok(html(told.title, &body))
}

/// JSON is wanted more than a page; who does not say gets the page.
fn wants_json(headers: &HeaderMap) -> bool {
    let ranges = weighted(headers, &ACCEPT);
    let weight = |names: [&str; 3]| {
        let of = |name: &str| {
            ranges
                .iter()
                .find(|(range, _)| range.eq_ignore_ascii_case(name))
        };
        names
            .into_iter()
            .find_map(of)
            .map_or(0, |(_, weight)| *weight)
    };
    weight(["application/json", "application/*", "*/*"]) > weight(["text/html", "text/*", "*/*"])
}

fn json(shown: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((VARY, ACCEPT.as_str()))
        .json(shown)
}

fn html(title: &str, body: &str) -> HttpResponse {
    let title = escaped(title);
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
        <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
        <title>{title} - Good Measure</title><style>{STYLE}</style><main><h1>{title}</h1>{body}</main></html>\n"
    );
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((VARY, ACCEPT.as_str()))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .body(page)
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

/// With what stands between backticks as code.
fn marked(text: &str) -> String {
    let mut marked = String::new();
    for (at, part) in text.split('`').enumerate() {
        let part = escaped(part);
        match at % 2 {
            0 => marked.push_str(&part),
            _ => {
                let _ = write!(marked, "<code>{part}</code>");
            }
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn a_page_is_answered_where_json_is_not_wanted_more() {
        let wants = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            wants_json(&headers)
        };
        assert!(!wants_json(&HeaderMap::new()));
        for page in [
            "*/*",
            "text/html",
            "text/html,application/json;q=0.9",
            "text/*,*/*;q=0.1",
        ] {
            assert!(!wants(page), "{page}");
        }
        for json in [
            "application/json",
            "application/*",
            "text/html;q=0.1,application/json",
            "application/json,*/*;q=0.5",
        ] {
            assert!(wants(json), "{json}");
        }
    }

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            marked("a < b & `<c>`"),
            "a &lt; b &amp; <code>&lt;c&gt;</code>"
        );
    }
}
