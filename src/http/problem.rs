//! What went wrong, as RFC 9457 says it, with stable codes.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::Fault;

/// Media type of every problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// The stable code of a problem, kept with its answer so that the journal can tell of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(pub &'static str);

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
    /// `urn:goodmeasure:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:goodmeasure:problem:invalid")]
    pub kind: String,
    /// Short title of the code.
    pub title: &'static str,
    /// HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// Stable code.
    #[schema(example = "invalid")]
    pub code: &'static str,
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
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind: format!("urn:goodmeasure:problem:{code}"),
            title,
            status: status.as_u16(),
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
        Self::new(
            StatusCode::BAD_REQUEST,
            "malformed_body",
            "The body cannot be read",
            detail,
        )
    }

    /// Parameters of the query are at fault.
    pub fn bad_query(faults: Vec<Fault>) -> Self {
        let detail = "some query parameters are at fault; see errors";
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad_query",
            "The query cannot be read",
            detail,
        )
        .with_faults(faults)
    }

    /// Headers are at fault.
    pub fn bad_header(faults: Vec<Fault>) -> Self {
        let detail = "some headers are at fault; see errors";
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad_header",
            "A header cannot be read",
            detail,
        )
        .with_faults(faults)
    }

    /// The body is larger than is taken.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "The body is too large",
            format!("at most {limit} bytes are taken"),
        )
    }

    /// The body takes longer to arrive than is waited for.
    pub fn too_slow(seconds: u64) -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "body_too_slow",
            "The body took too long",
            format!("a body has {seconds} seconds to arrive"),
        )
    }

    /// The client takes none of the types that there are.
    pub fn not_acceptable() -> Self {
        let detail =
            "answers are application/json, problems application/problem+json: let Accept take them";
        Self::new(
            StatusCode::NOT_ACCEPTABLE,
            "not_acceptable",
            "No answer has a type that is accepted",
            detail,
        )
    }

    /// The body does not say that it is JSON.
    pub fn not_json() -> Self {
        let detail = "send JSON, not compressed, and say so: Content-Type: application/json";
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The body is not JSON",
            detail,
        )
    }

    /// No key, or none that lives.
    pub fn unauthorised() -> Self {
        let detail = "send a living key: Authorization: Bearer gm_<partnership>_<secret>";
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorised",
            "A key is needed",
            detail,
        )
    }

    /// What may be seen, but not done.
    pub fn may_not() -> Self {
        let detail =
            "your role does not allow this here; ask whoever may, or an administrator for the role";
        Self::new(
            StatusCode::FORBIDDEN,
            "may_not",
            "Not for your role",
            detail,
        )
    }

    /// There is no such resource, or not for the one who asks.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "Not found",
            format!("there is no such {what}"),
        )
    }

    /// The resource does not take this method.
    pub fn method_not_allowed(allowed: &str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "The method is not allowed",
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
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code()).json(self);
        response.extensions_mut().insert(Code(self.code));
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if self.status == 401 {
            // A token that was refused is told apart from none at all (RFC 6750), and no more is said.
            let challenge = match self.code {
                "invalid_token" | "token_expired" => "Bearer error=\"invalid_token\"",
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
