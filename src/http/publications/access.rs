//! `/v1/publications/{id}/access`.

use actix_web::web::Path;
use actix_web::{HttpResponse, post};

use crate::domain::policy::Action;
use crate::operations::publications::open;
use crate::storage::Tx;

use super::super::answer::Answer;
use super::super::body::Body;
use super::super::problem::Problem;
use super::super::writing::Writing;
use super::shown::{AccessBody, PublicationShown};

/// Opens a publication, or closes it
///
/// Says whether anybody may read it without a key; nothing else of a publication ever changes. To say what is so already
/// answers the same. After it is closed, a cache in between may answer for a minute more.
#[utoipa::path(
    tag = "publications",
    params(("id" = String, Path, description = "Id of the publication")),
    request_body = AccessBody,
    responses(
        (status = 200, description = "The publication", body = PublicationShown),
    )
)]
#[post("/publications/{id}/access")]
pub async fn post_access(
    writing: Writing,
    id: Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (public, faults) = body.take(|fields| fields.flag("public"));
    let reach = writing.caller.reach_to(Action::Publish);
    writing
        .carry_out(None, &body.digest, async |tx: &mut Tx| {
            let said = (public, faults.clone());
            let opened = open(tx, writing.hand(), &reach, &id, said).await?;
            Answer::ok(&PublicationShown::of(opened))
        })
        .await
}
