//! HEAD is answered as GET without the body, OPTIONS with the methods of the path.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse, ResponseError};

use crate::http::fallback::Paths;
use crate::http::problem::Problem;

/// Routes know nothing of HEAD and OPTIONS: HEAD goes on as GET, and the protocol leaves its body out; OPTIONS is
/// answered here, without a key, because the route table is no secret.
pub async fn methods(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    if request.method() == Method::OPTIONS {
        let response = options(&request);
        return Ok(request.into_response(response));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn options(request: &ServiceRequest) -> HttpResponse {
    let paths = request.app_data::<Data<Paths>>();
    match paths.and_then(|paths| paths.allow(request.path())) {
        Some(methods) => HttpResponse::NoContent()
            .insert_header((ALLOW, methods))
            .finish(),
        None => Problem::not_found("path").error_response(),
    }
}
