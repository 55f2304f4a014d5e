//! `/v1/contracts/{id}/rebasings`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::contract::Rebasing;
use crate::domain::policy::Action;
use crate::operations::rebase_contract::{Rebased, RebasingGiven, read_rebasing, rebase_contract};
use crate::operations::{Forbidden, Office, Refusal};
use crate::storage::Tx;

use super::super::answer::Answer;
use super::super::body::Body;
use super::super::caller::Caller;
use super::super::page::{Page, PageAsked};
use super::super::path_number::path_number;
use super::super::problem::{Code, Problem};
use super::super::query::Query;
use super::super::working::BasisShown;
use super::super::writing::Writing;
use super::bridge::WayShown;
use super::find;

/// The edition that a contract shall be valued by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"proxy_edition": "our-table/2026", "reason": "The board adopted the table of 2026"}))]
pub struct RebasingBody {
    /// A published edition, such as `open-uk/2026`.
    pub proxy_edition: String,
    /// Why, at most 2,000 characters.
    pub reason: String,
}

/// A change of the edition that a contract is valued by.
#[derive(Debug, Serialize, ToSchema)]
pub struct RebasingListed {
    /// From 1, one more each time.
    pub number: i64,
    /// The edition before.
    #[schema(example = "open-uk/2026")]
    pub from_edition: String,
    /// The edition since.
    #[schema(example = "our-table/2026")]
    pub to_edition: String,
    /// Why.
    pub reason: String,
    /// When it was recorded, UTC.
    pub recorded_at: String,
}

impl From<&Rebasing> for RebasingListed {
    fn from(one: &Rebasing) -> Self {
        Self {
            number: one.number,
            from_edition: one.from.to_string(),
            to_edition: one.to.to_string(),
            reason: one.reason.clone(),
            recorded_at: one.recorded_at.to_string(),
        }
    }
}

/// The same with what it did.
#[derive(Debug, Serialize, ToSchema)]
pub struct RebasingShown {
    /// Id of the contract.
    pub contract: String,
    /// What was changed when and why.
    #[serde(flatten)]
    pub rebasing: RebasingListed,
    /// What made amounts addable before.
    pub from_basis: BasisShown,
    /// What makes them addable since.
    pub to_basis: BasisShown,
    /// The bridge from every sum before to what it was after.
    pub bridge: WayShown,
}

impl From<&Rebased> for RebasingShown {
    fn from(one: &Rebased) -> Self {
        let [from, to] = &one.bases;
        Self {
            contract: one.contract.id.clone(),
            rebasing: RebasingListed::from(&one.rebasing),
            from_basis: BasisShown::from(from),
            to_basis: BasisShown::from(to),
            bridge: WayShown::from(&one.way),
        }
    }
}

/// Re-bases a contract
///
/// All that stands for it, of every period, is taken back and stated anew by another published edition: nothing is
/// overwritten, and what was known before can be asked for ever after. Every line that the edition does not fit is named,
/// and nothing is changed. With `dry_run=true` it is a preview: what each sum was, what it would be, and the bridge
/// between the two, which adds up to the penny; by a table whose licence keeps its values, for administrators alone.
#[utoipa::path(
    tag = "contracts",
    params(("id" = String, Path, description = "Id of the contract")),
    request_body = RebasingBody,
    responses(
        (status = 201, description = "Re-based: what was changed, with the bridge; `Location` says where it is read again", body = RebasingShown),
    ),
    extensions(("x-problems" = json!([Code::TotalOutOfRange, Code::Stale, Code::IfMatchNeeded, Code::ValuesKept]))),
)]
#[post("/contracts/{id}/rebasings")]
pub async fn post_rebasing(
    writing: Writing,
    id: Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(|fields| RebasingGiven {
        proxy_edition: fields.text("proxy_edition"),
        reason: fields.text("reason"),
    });
    writing
        .carry_out(Some(&id), &body.digest, async |tx: &mut Tx| {
            let faults = faults.clone();
            let (hand, seen) = (writing.hand(), &writing.seen);
            let rebased = rebase_contract(tx, hand, &id, &given, seen, faults).await?;
            may_preview(&writing, &rebased)?;
            let (id, number) = (&rebased.contract.id, rebased.rebasing.number);
            let location = format!("/v1/contracts/{id}/rebasings/{number}");
            let answer = Answer::created(location, &RebasingShown::from(&rebased))?;
            Ok(answer.with_version(rebased.contract.version()))
        })
        .await
}

/// What a contract is worth by a table that keeps its values is told once it rests on it, and in the audit: to try all
/// tables is for who may see such values.
fn may_preview(writing: &Writing, rebased: &Rebased) -> Result<(), Refusal> {
    let sees = writing.caller.may(Action::SeeKeptValues);
    if sees || !rebased.keeps || !writing.is_dry_run() {
        return Ok(());
    }
    let message = format!(
        "the licence of {} lets only administrators see its values, and a preview would tell them",
        rebased.rebasing.to
    );
    Err(Refusal::forbidden(Forbidden::ValuesKept, message))
}

/// Lists the re-basings of a contract
///
/// Every change of the edition it is valued by, in the order recorded.
#[utoipa::path(
    tag = "contracts",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<RebasingListed>),
    )
)]
#[get("/contracts/{id}/rebasings")]
pub async fn list_rebasings(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let after = page.after_number(&mut query);
    query.end()?;
    let one = find(&office, &caller.actor, &id).await?;
    let found = one.rebasings.iter().filter(|one| one.number > after);
    let (items, next_cursor) = page.cut(found.collect(), |one| one.number.to_string());
    Ok(HttpResponse::Ok().json(Page {
        items: items.into_iter().map(RebasingListed::from).collect(),
        next_cursor,
    }))
}

/// Reads a re-basing of a contract
///
/// With the bridge from what each sum was right before it to what it was right after.
#[utoipa::path(
    tag = "contracts",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("number" = i64, Path, description = "Number of the re-basing, from 1"),
    ),
    responses(
        (status = 200, description = "The re-basing", body = RebasingShown),
    )
)]
#[get("/contracts/{id}/rebasings/{number}")]
pub async fn get_rebasing(
    office: Data<Office>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, number) = path.into_inner();
    let number = path_number(&number, "rebasing")?;
    let found = read_rebasing(&office, &caller.actor, &id, number).await?;
    Ok(HttpResponse::Ok().json(RebasingShown::from(&found)))
}
