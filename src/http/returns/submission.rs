//! `/v1/contracts/{id}/returns/{period}/submission`.

use super::super::answer::Answer;
use super::super::writing::Writing;
use crate::operations::Refusal;
use crate::storage;
use crate::storage::Tx;
use actix_web::web::Path;
use actix_web::{HttpResponse, post};

use crate::domain::report::Return;
use crate::operations::submit_return::submit_return;

use super::super::body::NoBody;
use super::super::problem::{Code, Problem};
use super::shown::{Beside, ReturnShown, show};
use super::version;

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
    ),
    extensions(("x-problems" = json!([Code::NothingToSubmit, Code::TotalOutOfRange, Code::Stale]))),
)]
#[post("/contracts/{id}/returns/{period}/submission")]
pub async fn post_submission(
    writing: Writing,
    path: Path<(String, String)>,
    body: NoBody,
) -> Result<HttpResponse, Problem> {
    let (id, period) = path.into_inner();
    let work = async |tx: &mut Tx| submit(tx, &writing, &id, &period).await;
    writing.carry_out(Some(&id), &body.digest, work).await
}

/// Submits the return of a contract for a period, and shows it.
pub(in super::super) async fn submit(
    tx: &mut Tx,
    writing: &Writing,
    id: &str,
    period: &str,
) -> Result<Answer, Refusal> {
    let given = submit_return(tx, writing.hand(), id, period, &writing.seen).await?;
    shown(tx, writing, id, &given).await
}

/// Shows a return that is no draft any more.
pub(super) async fn shown(
    tx: &mut Tx,
    writing: &Writing,
    id: &str,
    given: &Return,
) -> Result<Answer, Refusal> {
    let partnership = &writing.actor().partnership;
    let contract = storage::contract::find(tx, partnership, id).await?;
    let inside = contract.and_then(|contract| contract.inside(given.period));
    let beside = Beside {
        contract: id,
        office: &writing.office,
        caller: &writing.caller,
        at: writing.at(),
        in_extension: inside.is_some_and(|inside| inside.in_extension),
        stops_submission: Vec::new(),
    };
    let answer = Answer::ok(&show(given, given.latest(), beside))?;
    Ok(answer.with_version(version(given)))
}
