//! `/v1/contracts/{id}/returns`: listing and reading.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::policy::Action;
use crate::operations::read_return::read_return;
use crate::operations::{Office, Refusal};
use crate::storage::report::{Elsewhere, Header, SameMoney};
use crate::storage::{self, Tx};

use super::super::answer::read_version;
use super::super::caller::Caller;
use super::super::contracts::find;
use super::super::page::{Page, PageAsked};
use super::super::problem::{Code, Problem};
use super::super::query::Query;
use super::shown::{
    AboveWholeShown, Beside, ElsewhereShown, ReturnShown, RevisionShown, SameMoneyShown, show,
};
use super::version;

/// The largest number of a revision that is looked for.
const MOST_REVISIONS: usize = 999_999_999;

/// A return in a list: the heads of its revisions.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnListed {
    /// Label of the period.
    #[schema(example = "2026-27-Q1")]
    pub period: String,
    /// Whether the period lies after the contract's last day, in its possible extension.
    pub in_extension: bool,
    /// Whether the period is not over yet.
    pub not_over: bool,
    /// The latest revision.
    #[serde(flatten)]
    #[schema(value_type = RevisionShown)]
    pub latest: Option<RevisionShown>,
    /// Every revision, first to last.
    pub revisions: Vec<RevisionShown>,
}

/// Lists the returns of a contract
///
/// By period, each with the heads of its revisions: state, dates and people.
#[utoipa::path(
    tag = "returns",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<ReturnListed>),
    )
)]
#[get("/contracts/{id}/returns")]
pub async fn list_returns(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    query.end()?;
    let contract = find(&office, &caller.actor, &id).await?;
    let partnership = caller.actor.partnership.as_str();
    let headers = office
        .store
        .read(async |tx: &mut Tx| {
            Ok::<_, Refusal>(storage::report::list_headers(tx, partnership, &id).await?)
        })
        .await?;
    let mut by_period: BTreeMap<String, Vec<Header>> = BTreeMap::new();
    for header in headers {
        by_period
            .entry(header.period.label())
            .or_default()
            .push(header);
    }
    let after = page.after.clone().unwrap_or_default();
    let found = by_period.into_iter().filter(|(label, _)| *label > after);
    let (items, next_cursor) = page.cut(found.collect(), |(label, _)| label.clone());
    let today = (office.clock)().day();
    let items = items.into_iter().map(|(label, headers)| {
        let period = headers.first().map(|header| header.period);
        let inside = period.and_then(|period| contract.inside(period));
        ReturnListed {
            period: label,
            in_extension: inside.is_some_and(|inside| inside.in_extension),
            not_over: period.is_some_and(|period| today <= period.to()),
            latest: headers.last().map(RevisionShown::from),
            revisions: headers.iter().map(RevisionShown::from).collect(),
        }
    });
    Ok(HttpResponse::Ok().json(Page {
        items: items.collect(),
        next_cursor,
    }))
}

/// Reads a return
///
/// Its latest revision, or the one asked for, whole: its lines and, where it was accepted, what was accepted of each line
/// and why; with it what still stops a draft, the heads of all revisions, and a flag where an activity is claimed in another
/// contract as well, a piece of evidence in another line as well, or more than the whole of an activity, or where one that the same
/// money pays reports the same measure. Who decides is told
/// of contracts that they may not see, though not of which; a supplier is not.
#[utoipa::path(
    tag = "returns",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("period" = String, Path, description = "Label of the period, in the contract's calendar"),
        ("revision" = Option<i64>, Query, description = "A revision by its number; the latest when missing"),
    ),
    responses(
        (status = 200, description = "The return", body = ReturnShown),
    ),
    extensions(("x-problems" = json!([Code::Invalid]))),
)]
#[get("/contracts/{id}/returns/{period}")]
pub async fn get_return(
    office: Data<Office>,
    caller: Caller,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (id, period) = path.into_inner();
    let mut query = Query::of(&request)?;
    let (revision, reach) = (revision(&mut query), caller.reach());
    query.end()?;
    let read = read_return(&office, &caller.actor, &id, &period, revision, &reach).await?;
    let beside = Beside {
        contract: &id,
        office: &office,
        caller: &caller,
        at: (office.clock)(),
        in_extension: read.in_extension,
        stops_submission: read.stops_submission.clone(),
    };
    let mut shown = show(&read.given, Some(&read.revision), beside);
    // Who decides is told of a claim in a contract they may not see, though not of which (V11); a supplier is not.
    let told = |one: &&Elsewhere| one.within_reach || caller.may(Action::Decide);
    let elsewhere = read.claimed_elsewhere.iter().filter(told);
    shown.claimed_elsewhere = Some(elsewhere.map(ElsewhereShown::from).collect());
    let above = read.above_whole(|one| told(&one));
    shown.shares_above_whole = Some(above.iter().map(AboveWholeShown::from).collect());
    let told = |one: &&SameMoney| one.within_reach || caller.may(Action::Decide);
    let same_money = read.same_money.iter().filter(told);
    shown.paid_by_the_same_money = same_money.map(SameMoneyShown::from).collect();
    Ok(read_version(version(&read.given), &shown))
}

/// The revision a query asks for.
pub(super) fn revision(query: &mut Query) -> Option<i64> {
    let number = query.whole("revision", 1, MOST_REVISIONS);
    number.and_then(|number| i64::try_from(number).ok())
}
