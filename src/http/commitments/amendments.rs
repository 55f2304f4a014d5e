//! `/v1/contracts/{id}/commitments/{number}/amendments`.

use super::super::writing::Writing;
use super::find;
use crate::storage::Tx;
use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::operations::Office;
use crate::operations::amend_commitment::{CommitmentAmendmentGiven, amend_commitment};
use crate::operations::read_commitments::read_commitment;

use super::super::adjustments::{self, AdjustmentsBody};
use super::super::answer::Answer;
use super::super::body::Body;
use super::super::caller::Caller;
use super::super::page::{Page, PageAsked};
use super::super::path_number::path_number;
use super::super::problem::{Code, Problem};
use super::super::query::Query;
use super::shown::{CommitmentShown, TargetVersionShown};
use super::{PeriodTargetBody, number_of, target};

/// A new target, or other adjustments, from a day on; the target is given as in the commitment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"effective_on": "2027-04-01", "reason": "One site fewer, as agreed in March", "target": "20"}))]
pub struct CommitmentAmendmentBody {
    /// The day it holds from; periods that began before keep what was promised for them.
    pub effective_on: String,
    /// Why, at most 2,000 characters.
    pub reason: String,
    /// Over the life of the contract, what was promised for earlier periods included.
    #[schema(example = "20")]
    pub target: Option<String>,
    /// Parts of a composite, by code.
    pub components: Option<BTreeMap<String, String>>,
    /// Yes or no.
    pub answer: Option<bool>,
    /// Words.
    pub text: Option<String>,
    /// Period by period.
    pub targets: Option<Vec<PeriodTargetBody>>,
    /// What is adjusted otherwise than the edition from that day on, for the reason given; empty goes back to the edition.
    /// The target may then be left out: it stays.
    pub adjustments: Option<AdjustmentsBody>,
}

/// Amends a commitment
///
/// A new target with a reason and the day it holds from; the baseline is kept and shown beside it. Periods that began
/// before that day keep what was promised for them, and the rest of a whole target is spread over the others.
/// Where adjustments change, the lines of returns of the periods that begin on that day or later are valued anew.
#[utoipa::path(
    tag = "commitments",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("number" = i64, Path, description = "Number of the commitment"),
    ),
    request_body = CommitmentAmendmentBody,
    responses(
        (status = 201, description = "Amended: the commitment as it is now; `Location` is that of the amendment", body = CommitmentShown),
    ),
    extensions(("x-problems" = json!([Code::TotalOutOfRange, Code::Stale, Code::IfMatchNeeded]))),
)]
#[post("/contracts/{id}/commitments/{number}/amendments")]
pub async fn post_commitment_amendment(
    writing: Writing,
    path: Path<(String, String)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (id, number) = path.into_inner();
    let number = number_of(&number)?;
    let (given, faults) = body.take(|fields| CommitmentAmendmentGiven {
        effective_on: fields.text("effective_on"),
        reason: fields.text("reason"),
        target: target(fields),
        adjustments: fields.object("adjustments", adjustments::read),
    });
    let (office, actor) = (&writing.office, writing.actor());
    let seen = &writing.seen;
    writing
        .carry_out(Some(&id), &body.digest, async |tx: &mut Tx| {
            let faults = faults.clone();
            let amended =
                amend_commitment(tx, writing.hand(), (&id, number), &given, seen, faults).await?;
            let version = amended.versions.last().map_or(0, |last| last.version);
            let promise = read_commitment(tx, office, actor, &id, number).await?;
            let location = format!("/v1/contracts/{id}/commitments/{number}/amendments/{version}");
            let answer = Answer::created(location, &CommitmentShown::from(&promise))?;
            Ok(answer.with_version(amended.version()))
        })
        .await
}

/// Lists the amendments of a commitment
///
/// Every version of its target after the baseline, in the order recorded.
#[utoipa::path(
    tag = "commitments",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("number" = i64, Path, description = "Number of the commitment"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<TargetVersionShown>),
    )
)]
#[get("/contracts/{id}/commitments/{number}/amendments")]
pub async fn list_commitment_amendments(
    office: Data<Office>,
    caller: Caller,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (id, number) = path.into_inner();
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let after = page.after_number(&mut query);
    query.end()?;
    let promise = find(&office, &caller.actor, &id, &number).await?;
    let later = promise.commitment.versions.iter().skip(1);
    let found = later.filter(|version| version.version > after);
    let (items, next_cursor) = page.cut(found.collect(), |version| version.version.to_string());
    Ok(HttpResponse::Ok().json(Page {
        items: items.into_iter().map(TargetVersionShown::from).collect(),
        next_cursor,
    }))
}

/// Reads an amendment of a commitment
///
/// One version of its target after the baseline, with its reason and the day it holds from.
#[utoipa::path(
    tag = "commitments",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("number" = i64, Path, description = "Number of the commitment"),
        ("version" = i64, Path, description = "Version of the target, from 2: 1 is the baseline"),
    ),
    responses(
        (status = 200, description = "The amendment", body = TargetVersionShown),
    )
)]
#[get("/contracts/{id}/commitments/{number}/amendments/{version}")]
pub async fn get_commitment_amendment(
    office: Data<Office>,
    caller: Caller,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, number, version) = path.into_inner();
    let promise = find(&office, &caller.actor, &id, &number).await?;
    let version = path_number(&version, "amendment")?;
    let mut later = promise.commitment.versions.iter().skip(1);
    let found = later.find(|one| one.version == version);
    let found = found.ok_or_else(|| Problem::not_found("amendment"))?;
    Ok(HttpResponse::Ok().json(TargetVersionShown::from(found)))
}
