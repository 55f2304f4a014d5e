//! `/v1/keys/{id}/revocation`.

use actix_web::web::Path;
use actix_web::{HttpResponse, post};

use crate::operations::keys::revoke_key;
use crate::storage::Tx;

use super::super::answer::Answer;
use super::super::body::NoBody;
use super::super::problem::{Code, Problem};
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
    ),
    extensions(("x-problems" = json!([Code::LastAdministrator]))),
)]
#[post("/keys/{id}/revocation")]
pub async fn post_revocation(
    writing: Writing,
    id: Path<String>,
    body: NoBody,
) -> Result<HttpResponse, Problem> {
    writing
        .carry_out(None, &body.digest, async |tx: &mut Tx| {
            let hand = writing.hand();
            let key = revoke_key(tx, hand, &id).await?;
            Answer::ok(&KeyShown::of(&key, hand.at))
        })
        .await
}
