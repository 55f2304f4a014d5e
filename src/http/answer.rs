//! Answers that several resources give.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use serde::Serialize;

/// 201 with `Location`.
pub fn created(location: &str, body: &impl Serialize) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((LOCATION, location))
        .json(body)
}
