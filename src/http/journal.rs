//! One line a request, with an id that the answer carries too; never bodies, keys or names.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};

use crate::operations::Office;

/// The header that carries the id of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id and tells of it: failures of the server at `error`, all else at `debug`,
/// because a line for every request costs more than a cached answer.
pub async fn journal(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = request
        .app_data::<Data<Office>>()
        .map(|office| (office.new_id)())
        .unwrap_or_default();
    request.extensions_mut().insert(id.clone());
    let mut response = next.call(request).await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let status = response.status();
    let asked = response.request();
    if status.is_server_error() {
        tracing::error!(request_id = id, method = %asked.method(), path = asked.path(), status = status.as_u16(), "request failed");
    } else {
        tracing::debug!(request_id = id, method = %asked.method(), path = asked.path(), status = status.as_u16(), "request");
    }
    Ok(response)
}
