//! `/v1/contracts/{id}/amendments`.

use super::super::writing::Writing;
use crate::storage::Tx;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::operations::Office;
use crate::operations::amend_contract::{ContractAmendmentGiven, amend_contract};

use super::super::answer::Answer;
use super::super::body::Body;
use super::super::caller::Caller;
use super::super::page::{Page, PageAsked};
use super::super::path_number::path_number;
use super::super::problem::{Code, Problem};
use super::super::query::Query;
use super::shown::{ContractShown, ShareShown, TermsShown};
use super::{find, shares};

/// What changes of a contract; what is not given stays.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"effective_on": "2027-04-01", "reason": "Extended by a year, as agreed in March", "ends_on": "2029-03-31", "value": "2250000.00"}))]
pub struct ContractAmendmentBody {
    /// The day it holds from; not before the contract's first day.
    pub effective_on: String,
    /// Why, at most 2,000 characters.
    pub reason: String,
    /// Title.
    pub title: Option<String>,
    /// Who holds it from that day on; a period is shared as on its last day in the contract.
    pub anchor_institutions: Option<Vec<ShareShown>>,
    /// Net value in pounds.
    pub value: Option<String>,
    /// Gross value in pounds.
    pub value_gross: Option<String>,
    /// Last day.
    pub ends_on: Option<String>,
    /// Last day of a possible extension.
    pub may_extend_to: Option<String>,
    /// Code of the place.
    pub place: Option<String>,
}

/// Amends a contract
///
/// A new version of its terms, with a reason and the day it holds from; the baseline is kept. What that changes in the
/// ledger is reversed and restated: nothing is overwritten. No return may be left outside the contract.
#[utoipa::path(
    tag = "contracts",
    params(("id" = String, Path, description = "Id of the contract")),
    request_body = ContractAmendmentBody,
    responses(
        (status = 201, description = "Amended: the contract as it is now; `Location` is that of the amendment", body = ContractShown),
    ),
    extensions(("x-problems" = json!([Code::TotalOutOfRange, Code::Stale, Code::IfMatchNeeded]))),
)]
#[post("/contracts/{id}/amendments")]
pub async fn post_contract_amendment(
    writing: Writing,
    id: Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(|fields| ContractAmendmentGiven {
        effective_on: fields.text("effective_on"),
        reason: fields.text("reason"),
        title: fields.text("title"),
        anchor_institutions: shares(fields),
        value: fields.decimal("value"),
        value_gross: fields.decimal("value_gross"),
        ends_on: fields.text("ends_on"),
        may_extend_to: fields.text("may_extend_to"),
        place: fields.text("place"),
    });
    writing
        .carry_out(Some(&id), &body.digest, async |tx: &mut Tx| {
            let faults = faults.clone();
            let (hand, seen) = (writing.hand(), &writing.seen);
            let amended = amend_contract(tx, hand, &id, &given, seen, faults).await?;
            let version = amended.current().map_or(0, |terms| terms.version);
            let location = format!("/v1/contracts/{}/amendments/{version}", amended.id);
            let answer = Answer::created(location, &ContractShown::of(&amended, &writing.caller))?;
            Ok(answer.with_version(amended.version()))
        })
        .await
}

/// Lists the amendments of a contract
///
/// Every version of its terms after the baseline, in the order recorded.
#[utoipa::path(
    tag = "contracts",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<TermsShown>),
    )
)]
#[get("/contracts/{id}/amendments")]
pub async fn list_contract_amendments(
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
    let later = one.versions.iter().skip(1);
    let found = later.filter(|terms| terms.version > after);
    let (items, next_cursor) = page.cut(found.collect(), |terms| terms.version.to_string());
    Ok(HttpResponse::Ok().json(Page {
        items: items.into_iter().map(TermsShown::from).collect(),
        next_cursor,
    }))
}

/// Reads an amendment of a contract
///
/// One version of its terms after the baseline, with its reason and the day it holds from.
#[utoipa::path(
    tag = "contracts",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("version" = i64, Path, description = "Version of the terms, from 2: 1 is the baseline"),
    ),
    responses(
        (status = 200, description = "The amendment", body = TermsShown),
    )
)]
#[get("/contracts/{id}/amendments/{version}")]
pub async fn get_contract_amendment(
    office: Data<Office>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, version) = path.into_inner();
    let one = find(&office, &caller.actor, &id).await?;
    let version = path_number(&version, "amendment")?;
    let mut later = one.versions.iter().skip(1);
    let found = later.find(|terms| terms.version == version);
    let found = found.ok_or_else(|| Problem::not_found("amendment"))?;
    Ok(HttpResponse::Ok().json(TermsShown::from(found)))
}
