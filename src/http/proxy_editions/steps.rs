//! The steps of an edition: proposed, decided, published, withdrawn.

use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::edition::EditionId;
use crate::domain::fault::Fault;
use crate::operations::editions::Found;
use crate::operations::editions::govern_edition::{self, StepGiven};
use crate::operations::seen::Seen;
use crate::operations::{Hand, Refusal};
use crate::storage::Tx;

use super::super::answer::Answer;
use super::super::body::Body;
use super::super::problem::{Code, Problem};
use super::super::writing::Writing;
use super::bringing::versioned;
use super::shown::EditionShown;

/// A proposal of one revision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"revision": 1}))]
pub struct EditionProposalBody {
    /// The revision of the table that is proposed.
    pub revision: i64,
}

/// A decision of one revision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"revision": 1, "decision": "approve"}))]
pub struct EditionApprovalBody {
    /// The revision it decides.
    pub revision: i64,
    /// `approve` or `send_back`.
    pub decision: String,
    /// Why; needed to send back.
    pub reason: Option<String>,
}

/// A publication of one revision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"revision": 1, "supersedes": "our-table/2025"}))]
pub struct EditionPublicationBody {
    /// The revision that is published.
    pub revision: i64,
    /// The published edition of the partnership's own whose place it takes.
    pub supersedes: Option<String>,
}

/// A withdrawal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"reason": "The licence has ended"}))]
pub struct EditionWithdrawalBody {
    /// Why.
    pub reason: String,
}

/// Proposes a draft
///
/// While it is proposed its table does not change. Proposing again what is proposed changes nothing.
#[utoipa::path(
    tag = "proxy-editions",
    params(
        ("set" = String, Path, description = "The proxy set", example = "our-table"),
        ("edition" = String, Path, description = "The edition of it", example = "2026"),
    ),
    request_body = EditionProposalBody,
    responses(
        (status = 200, description = "Proposed", body = EditionShown),
    ),
    extensions(("x-problems" = json!([Code::Stale, Code::OtherRevision, Code::OtherState]))),
)]
#[post("/proxy-editions/{set}/{edition}/proposal")]
pub async fn post_proposal(
    writing: Writing,
    path: Path<(String, String)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(|fields| StepGiven {
        revision: fields.whole("revision"),
        ..StepGiven::default()
    });
    step(
        &writing,
        path,
        (&body, &given, faults),
        govern_edition::propose,
    )
    .await
}

/// Decides a proposal
///
/// Approves it, or sends it back to be written again. Whoever wrote or proposed the table does not decide it, whatever
/// their roles, unless the server lets administrators do so. Approving again what is approved changes nothing.
#[utoipa::path(
    tag = "proxy-editions",
    params(
        ("set" = String, Path, description = "The proxy set", example = "our-table"),
        ("edition" = String, Path, description = "The edition of it", example = "2026"),
    ),
    request_body = EditionApprovalBody,
    responses(
        (status = 200, description = "Decided", body = EditionShown),
    ),
    extensions(("x-problems" = json!([Code::Stale, Code::SameActor, Code::OtherRevision, Code::OtherState]))),
)]
#[post("/proxy-editions/{set}/{edition}/approval")]
pub async fn post_approval(
    writing: Writing,
    path: Path<(String, String)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(|fields| StepGiven {
        revision: fields.whole("revision"),
        decision: fields.text("decision"),
        reason: fields.text("reason"),
        ..StepGiven::default()
    });
    step(
        &writing,
        path,
        (&body, &given, faults),
        govern_edition::decide,
    )
    .await
}

/// Publishes what is approved
///
/// It is sealed by its digest and never changes again; contracts may rest on it. With `supersedes` it takes the place of
/// an edition that was published before. Publishing again what is published changes nothing.
#[utoipa::path(
    tag = "proxy-editions",
    params(
        ("set" = String, Path, description = "The proxy set", example = "our-table"),
        ("edition" = String, Path, description = "The edition of it", example = "2026"),
    ),
    request_body = EditionPublicationBody,
    responses(
        (status = 200, description = "Published", body = EditionShown),
    ),
    extensions(("x-problems" = json!([Code::Stale, Code::OtherRevision, Code::OtherState]))),
)]
#[post("/proxy-editions/{set}/{edition}/publication")]
pub async fn post_edition_publication(
    writing: Writing,
    path: Path<(String, String)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(|fields| StepGiven {
        revision: fields.whole("revision"),
        supersedes: fields.text("supersedes"),
        ..StepGiven::default()
    });
    step(
        &writing,
        path,
        (&body, &given, faults),
        govern_edition::publish,
    )
    .await
}

/// Withdraws an edition from new contracts
///
/// Contracts that rest on it go on being valued by it. Withdrawing again what is withdrawn changes nothing.
#[utoipa::path(
    tag = "proxy-editions",
    params(
        ("set" = String, Path, description = "The proxy set", example = "our-table"),
        ("edition" = String, Path, description = "The edition of it", example = "2026"),
    ),
    request_body = EditionWithdrawalBody,
    responses(
        (status = 200, description = "Withdrawn", body = EditionShown),
    ),
    extensions(("x-problems" = json!([Code::Stale, Code::OtherState]))),
)]
#[post("/proxy-editions/{set}/{edition}/withdrawal")]
pub async fn post_withdrawal(
    writing: Writing,
    path: Path<(String, String)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(|fields| StepGiven {
        reason: fields.text("reason"),
        ..StepGiven::default()
    });
    step(
        &writing,
        path,
        (&body, &given, faults),
        govern_edition::withdraw,
    )
    .await
}

/// Takes a step, and shows the edition as it is then.
async fn step<'a>(
    writing: &'a Writing,
    path: Path<(String, String)>,
    (body, given, faults): (&Body, &'a StepGiven, Vec<Fault>),
    take: impl AsyncFn(
        &mut Tx,
        Hand<'a>,
        &EditionId,
        &'a StepGiven,
        &'a Seen,
        Vec<Fault>,
    ) -> Result<Found, Refusal>,
) -> Result<HttpResponse, Problem> {
    let (set, edition) = path.into_inner();
    let id = super::id(set, edition)?;
    writing
        .carry_out(None, &body.digest, async |tx: &mut Tx| {
            let faults = faults.clone();
            let found = take(tx, writing.hand(), &id, given, &writing.seen, faults).await?;
            let shown = EditionShown::of(&found, &writing.office, &writing.caller);
            versioned(Answer::ok(&shown)?, &found)
        })
        .await
}
