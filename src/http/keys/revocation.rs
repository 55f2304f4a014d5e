//! `/v1/keys/{id}/revocation`.

use actix_web::web::Path;
use actix_web::{HttpResponse, post};

use crate::operations::keys::revoke_key;
use crate::storage::Tx;

use super::super::answer::Answer;
use super::super::body::NoBody;
use super::super::problem::Problem;
use super::super::writing::Writing;
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
    writing: Writing,
    id: Path<String>,
    body: NoBody,
) -> Result<HttpResponse, Problem> {
    writing
        .carry_out(None, &body.digest, async |tx: &mut Tx| {
            let key = revoke_key(tx, writing.hand(), &id).await?;
            Answer::ok(&KeyShown::of(&key, writing.at))
        })
        .await
}
