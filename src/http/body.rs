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

use super::edges::accept::JSON;
use super::fields::{Fields, object};
use super::problem::Problem;
use super::writing::digest;

/// How long a body may take to arrive.
const SLOWEST_BODY: Duration = Duration::from_secs(30);
/// The largest body taken, in bytes.
pub const LARGEST_BODY: usize = 1024 * 1024;

/// The deepest a body may be nested.
pub const DEEPEST: usize = 16;

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

/// Reads a whole body of any type up to a limit in bytes.
async fn bytes(request: &HttpRequest, payload: Payload, most: usize) -> Result<Bytes, Problem> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(Problem::too_large(most));
    }
    let whole = tokio::time::timeout(SLOWEST_BODY, payload.to_bytes_limited(most));
    let Ok(whole) = whole.await else {
        return Err(Problem::too_slow(SLOWEST_BODY.as_secs()));
    };
    match whole {
        Err(_) => Err(Problem::too_large(most)),
        Ok(Err(_)) => Err(Problem::malformed("the body did not arrive whole")),
        Ok(Ok(bytes)) => Ok(bytes),
    }
}

/// The type of a body without its parameters, in small letters; `None` also where it is compressed: that is not taken.
pub fn type_of(request: &HttpRequest) -> Option<String> {
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return None;
    }
    let given = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = given?.split(';').next()?;
    Some(essence.trim().to_ascii_lowercase())
}

fn is_json(request: &HttpRequest) -> bool {
    type_of(request).as_deref() == Some(JSON)
}

impl FromRequest for Body {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            if !is_json(&request) {
                return Err(Problem::not_json());
            }
            Self::parse(&whole(&request, payload, LARGEST_BODY).await?)
        })
    }
}

/// Receives a whole body of any type, of at most so many bytes.
pub async fn whole(
    request: &HttpRequest,
    mut payload: dev::Payload,
    most: usize,
) -> Result<Bytes, Problem> {
    let payload = Payload::from_request(request, &mut payload)
        .await
        .map_err(|_| Problem::malformed("the body could not be read"))?;
    bytes(request, payload, most).await
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
            let bytes = whole(&request, payload, LARGEST_BODY).await?;
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
