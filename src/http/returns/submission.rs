//! `/v1/contracts/{id}/returns/{period}/submission`.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};

use crate::domain::moment::Moment;
use crate::domain::report::Return;
use crate::operations::Office;
use crate::operations::submit_return::submit_return;

use super::super::body::NoBody;
use super::super::caller::Caller;
use super::super::contracts::find;
use super::super::problem::Problem;
use super::shown::{Beside, ReturnShown, show};

/// Submits a return
///
/// The latest revision: everything is checked, and what it claims stands in the ledger at once. Its body is empty or
/// `{}`. Submitting again what is submitted answers the same and posts nothing.
#[utoipa::path(
    tag = "returns",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("period" = String, Path, description = "Label of the period, in the contract's calendar"),
    ),
    responses(
        (status = 200, description = "Submitted", body = ReturnShown),
        (status = 400, description = "`malformed_body`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthorised`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`nothing_to_submit`, `changed_meanwhile` or `total_out_of_range`", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`, with every fault", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/contracts/{id}/returns/{period}/submission")]
pub async fn post_submission(
    office: Data<Office>,
    caller: Caller,
    path: Path<(String, String)>,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    let (id, period) = path.into_inner();
    let at = (office.clock)();
    let given = submit_return(&office, &caller.actor, at, &id, &period).await?;
    let shown = shown(&office, &caller, at, &id, &given).await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// Shows a return that is no draft any more.
pub(super) async fn shown(
    office: &Office,
    caller: &Caller,
    at: Moment,
    id: &str,
    given: &Return,
) -> Result<ReturnShown, Problem> {
    let contract = find(office, &caller.actor, id).await?;
    let inside = contract.inside(given.period);
    let beside = Beside {
        contract: id,
        caller,
        at,
        in_extension: inside.is_some_and(|inside| inside.in_extension),
        stops_submission: Vec::new(),
    };
    Ok(show(given, given.latest(), beside))
}
