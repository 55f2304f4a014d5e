//! How long an address and how large a head may be. The framework itself takes no head of more than 128 KiB or 96
//! fields (a bare 431) and no address of more than 64 KiB (a bare 400); below that it is our word, with a problem.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError};

use crate::http::problem::{Code, Problem};

/// Bytes of path and query.
const LONGEST_ADDRESS: usize = 8 * 1024;
/// Header fields of a request.
const MOST_FIELDS: usize = 64;
/// Bytes of all header fields, names and values.
const LARGEST_HEAD: usize = 16 * 1024;

/// Answers 414 and 431.
pub async fn head_limits(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match fault(&request) {
        Some(problem) => Ok(request.into_response(problem.error_response())),
        None => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

fn fault(request: &ServiceRequest) -> Option<Problem> {
    let address = request
        .uri()
        .path_and_query()
        .map_or(0, |text| text.as_str().len());
    if address > LONGEST_ADDRESS {
        return Some(Problem::new(
            Code::AddressTooLong,
            format!("path and query take at most {LONGEST_ADDRESS} bytes together"),
        ));
    }
    let headers = request.headers();
    let size = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len());
    if headers.len() > MOST_FIELDS || size.sum::<usize>() > LARGEST_HEAD {
        return Some(Problem::new(
            Code::HeadTooLarge,
            format!("at most {MOST_FIELDS} fields and {LARGEST_HEAD} bytes of header are taken"),
        ));
    }
    None
}
