//! `/v1/keys/{id}/rotation`.

use actix_web::web::Path;
use actix_web::{HttpResponse, post};

use crate::operations::keys::{RotationGiven, rotate_key};
use crate::storage::Tx;

use super::super::body::Body;
use super::super::problem::{Code, Problem};
use super::super::writing::Writing;
use super::shown::{MadeKeyShown, RotationBody};
use super::shown_once;

/// Rotates a key
///
/// Makes a key that takes its place, with the same name, role, organisations, networks and holder, and for as long
/// again; its text is in `key`, this once. The one before opens until the overlap is over, so that those who use it
/// have time to change; 0 days end it at once. What either does counts as done by the same hand: neither can decide
/// what the other submitted.
#[utoipa::path(
    tag = "keys",
    params(("id" = String, Path, description = "Id of the key")),
    request_body = RotationBody,
    responses(
        (status = 201, description = "Rotated: the new key; `Location` says where", body = MadeKeyShown),
    ),
    extensions(("x-problems" = json!([Code::KeyRevoked, Code::KeyRotated, Code::KeyExpired]))),
)]
#[post("/keys/{id}/rotation")]
pub async fn post_rotation(
    writing: Writing,
    id: Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(|fields| RotationGiven {
        overlap_days: fields.whole("overlap_days"),
    });
    writing
        .carry_out(None, &body.digest, async |tx: &mut Tx| {
            let made = rotate_key(tx, writing.hand(), &id, given, faults.clone()).await?;
            shown_once(&made)
        })
        .await
}
