//! Receiving a body: its limit, its type, and its JSON.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpRequest, dev};

use crate::domain::fault::Fault;
use crate::operations::Refusal;
use crate::operations::node::Node;

use super::fields::{Fields, object};
use super::problem::Problem;
use super::writing::digest;

/// How long a body may take to arrive.
const SLOWEST_BODY: Duration = Duration::from_secs(30);
/// The largest body taken, in bytes.
pub const LARGEST_BODY: usize = 1024 * 1024;

/// The deepest a body may be nested.
const DEEPEST: usize = 16;

/// A JSON body, well formed, not looked into yet.
#[derive(Debug)]
pub struct Body {
    node: Node,
    /// SHA-256 of what arrived, in hexadecimal.
    pub digest: String,
}

impl Body {
    /// Takes it apart: what was understood, and every fault of form.
    pub fn take<T: Default>(&self, read: impl FnOnce(&mut Fields<'_>) -> T) -> (T, Vec<Fault>) {
        let (value, faults) = object(&self.node, "", read);
        (value.unwrap_or_default(), faults)
    }

    fn parse(bytes: &Bytes) -> Result<Self, Problem> {
        let node = Node::read(bytes, DEEPEST)
            .map_err(|error| Problem::malformed(format!("the body is {error}")))?;
        Ok(Self {
            node,
            digest: digest(bytes),
        })
    }
}

/// Reads a whole body of any type up to the limit.
pub async fn bytes(request: &HttpRequest, payload: Payload) -> Result<Bytes, Problem> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LARGEST_BODY) {
        return Err(Problem::too_large(LARGEST_BODY));
    }
    let whole = tokio::time::timeout(SLOWEST_BODY, payload.to_bytes_limited(LARGEST_BODY));
    let Ok(whole) = whole.await else {
        return Err(Problem::too_slow(SLOWEST_BODY.as_secs()));
    };
    match whole {
        Err(_) => Err(Problem::too_large(LARGEST_BODY)),
        Ok(Err(_)) => Err(Problem::malformed("the body did not arrive whole")),
        Ok(Ok(bytes)) => Ok(bytes),
    }
}

fn is_json(request: &HttpRequest) -> bool {
    let given = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = given.map(|text| {
        text.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    });
    matches!(essence.as_deref(), Some("application/json"))
}

/// Compressed bodies are not taken.
fn is_encoded(request: &HttpRequest) -> bool {
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    encoding.is_some_and(|encoding| encoding != "identity")
}

impl FromRequest for Body {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            if !is_json(&request) || is_encoded(&request) {
                return Err(Problem::not_json());
            }
            Self::parse(&whole(&request, payload).await?)
        })
    }
}

async fn whole(request: &HttpRequest, mut payload: dev::Payload) -> Result<Bytes, Problem> {
    let payload = Payload::from_request(request, &mut payload)
        .await
        .map_err(|_| Problem::malformed("the body could not be read"))?;
    bytes(request, payload).await
}

/// No body, or an object without fields: for what the path alone says.
#[derive(Debug)]
pub struct NoBody {
    /// SHA-256 of nothing: an empty body and an empty object say the same.
    pub digest: String,
}

impl FromRequest for NoBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let bytes = whole(&request, payload).await?;
            let nothing = Self {
                digest: digest(b""),
            };
            if bytes.is_empty() {
                return Ok(nothing);
            }
            if !is_json(&request) {
                return Err(Problem::not_json());
            }
            match Body::parse(&bytes)?.take(|_| ()) {
                ((), faults) if faults.is_empty() => Ok(nothing),
                ((), faults) => Err(Refusal::Invalid(faults).into()),
            }
        })
    }
}
