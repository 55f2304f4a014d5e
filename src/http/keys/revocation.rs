//! `/v1/keys/{id}/revocation`.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};

use crate::operations::Office;
use crate::operations::keys::revoke_key;
use crate::storage::Tx;

use super::super::body::NoBody;
use super::super::caller::Caller;
use super::super::problem::Problem;
use super::shown::KeyShown;

/// Revokes a key
///
/// From now on it opens nothing; another process may take it for two seconds more. Its body is empty or `{}`. Revoking
/// again what is revoked answers the same and changes nothing. The last administrator key that lives stays.
#[utoipa::path(
    tag = "keys",
    params(("id" = String, Path, description = "Id of the key")),
    responses(
        (status = 200, description = "Revoked", body = KeyShown),
        (status = 400, description = "`malformed_body`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorised`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`last_administrator`", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`, with every fault", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/keys/{id}/revocation")]
pub async fn post_revocation(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    let at = (office.clock)();
    let key = office
        .store
        .write(async |tx: &mut Tx| revoke_key(tx, &office, &caller.0, at, &id).await)
        .await?;
    Ok(HttpResponse::Ok().json(KeyShown::of(&key, at)))
}
