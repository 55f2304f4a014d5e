//! Answers as pages of text, for people who read rather than calculate: headings, wrapped lines, no terms of a program.

mod page;
pub mod working;

use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::edges::accept::wants_text;
use super::edges::caching::vary;

pub use page::Page;

/// The type of a page.
const TEXT: &str = "text/plain; charset=utf-8";

/// 200 of what is shown: as JSON, or as a page where text is wanted.
pub fn json_or_text(
    request: &HttpRequest,
    shown: &impl Serialize,
    page: impl FnOnce() -> Page,
) -> HttpResponse {
    let mut response = match wants_text(request.headers()) {
        true => text(page()),
        false => HttpResponse::Ok().json(shown),
    };
    vary(response.headers_mut(), &ACCEPT);
    response
}

/// 200 of a page.
pub fn text(page: Page) -> HttpResponse {
    HttpResponse::Ok().content_type(TEXT).body(page.text())
}
