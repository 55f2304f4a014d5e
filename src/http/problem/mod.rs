//! What went wrong, as RFC 9457 says it, with stable codes.

pub mod code;
pub mod page;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::Fault;

pub use code::Code;

/// Media type of every problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// One fault of an input, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemFault {
    /// JSON pointer into the body (`/lines/0/quantity`), or the name of a query parameter (`?from`).
    #[schema(example = "/lines/0/quantity")]
    pub pointer: String,
    /// Stable code of this kind of fault.
    #[schema(example = "field_missing")]
    pub code: String,
    /// What is wrong and what to do.
    #[schema(example = "give a quantity as text, such as \"12.5\" (zero is a value)")]
    pub message: String,
}

impl ProblemFault {
    /// Faults as they are told.
    pub fn of(faults: Vec<Fault>) -> Vec<Self> {
        let told = faults.into_iter().map(|fault| Self {
            pointer: fault.pointer,
            code: fault.code.to_owned(),
            message: fault.message,
        });
        told.collect()
    }
}

/// A problem (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Path of the page that says what the code means and what to do.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid", format = "uri-reference")]
    pub kind: String,
    /// Short title of the code.
    pub title: &'static str,
    /// HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// Stable code.
    pub code: Code,
    /// What went wrong this time and what to do.
    pub detail: String,
    /// Every fault of the input, where the input is at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemFault>,
    /// Seconds after which the same request may succeed: the header `Retry-After`.
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem of a code.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let told = code.told();
        Self {
            kind: code.page(),
            title: told.title,
            status: told.status.as_u16(),
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// The same, worth asking again after some seconds.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same with the faults of the input.
    #[must_use]
    pub fn with_faults(mut self, faults: Vec<Fault>) -> Self {
        self.errors = ProblemFault::of(faults);
        self
    }

    /// The body is not what it should be made of.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(Code::MalformedBody, detail)
    }

    /// Parameters of the query are at fault.
    pub fn bad_query(faults: Vec<Fault>) -> Self {
        let detail = "some query parameters are at fault; see errors";
        Self::new(Code::BadQuery, detail).with_faults(faults)
    }

    /// Headers are at fault.
    pub fn bad_header(faults: Vec<Fault>) -> Self {
        let detail = "some headers are at fault; see errors";
        Self::new(Code::BadHeader, detail).with_faults(faults)
    }

    /// The body is larger than is taken.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            Code::BodyTooLarge,
            format!("at most {limit} bytes are taken"),
        )
    }

    /// The body takes longer to arrive than is waited for.
    pub fn too_slow(seconds: u64) -> Self {
        Self::new(
            Code::BodyTooSlow,
            format!("a body has {seconds} seconds to arrive"),
        )
    }

    /// The client takes none of the types that there are.
    pub fn not_acceptable() -> Self {
        let detail =
            "answers are application/json, problems application/problem+json: let Accept take them";
        Self::new(Code::NotAcceptable, detail)
    }

    /// The body does not say that it is JSON.
    pub fn not_json() -> Self {
        let detail = "send JSON, not compressed, and say so: Content-Type: application/json";
        Self::new(Code::UnsupportedMediaType, detail)
    }

    /// No key, or none that lives.
    pub fn unauthorised() -> Self {
        let detail = "send a living key: Authorization: Bearer gm_<partnership>_<secret>";
        Self::new(Code::Unauthorised, detail)
    }

    /// What may be seen, but not done.
    pub fn may_not() -> Self {
        let detail =
            "your role does not allow this here; ask whoever may, or an administrator for the role";
        Self::new(Code::MayNot, detail)
    }

    /// There is no such resource, or not for the one who asks.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {what}"))
    }

    /// One of several things, which stood behind one that could not be carried out.
    pub fn not_tried() -> Self {
        let detail = "what stood before it could not be carried out now, and nothing was done with this: send it again";
        Self::new(Code::NotTried, detail)
    }

    /// The resource does not take this method.
    pub fn method_not_allowed(allowed: &str) -> Self {
        Self::new(
            Code::MethodNotAllowed,
            format!("this resource takes {allowed}"),
        )
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {}: {}", self.status, self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code()).json(self);
        response.extensions_mut().insert(self.code);
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if self.status == 401 {
            // A token that was refused is told apart from none at all (RFC 6750), and no more is said.
            let challenge = match self.code {
                Code::InvalidToken | Code::TokenExpired => "Bearer error=\"invalid_token\"",
                _ => "Bearer",
            };
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
