//! `/v1/returns`: returns across contracts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::Fault;
use crate::domain::period::Period;
use crate::domain::policy::{Action, Reach};
use crate::domain::report::Progress;
use crate::operations::Office;
use crate::operations::list_returns::{
    After, ReturnFound, ReturnsAsked, ReturnsFound, list_returns,
};

use super::super::caller::Caller;
use super::super::page::{Page, PageAsked, encoded};
use super::super::problem::Problem;
use super::super::query::{Query, refused};

/// A return in a list across contracts, or a period that is over without one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnOverview {
    /// Id of the contract.
    #[schema(example = "01890a5d-ac96-774b-bcce-b302099a8060")]
    pub contract: String,
    /// The partnership's own reference of the contract.
    #[schema(example = "HBC-2026-017")]
    pub contract_reference: String,
    /// Title of the contract, by its latest terms.
    #[schema(example = "Housing repairs")]
    pub title: String,
    /// Id of the supplier, or of who else delivers and reports.
    #[schema(example = "01890a5d-ac96-774b-bcce-b302099a8059")]
    pub supplier: String,
    /// Its name.
    #[schema(example = "Able Repairs Ltd")]
    pub supplier_name: String,
    /// Label of the period.
    #[schema(example = "2026-27-Q1")]
    pub period: String,
    /// Whether the period lies after the contract's last day, in its possible extension.
    pub in_extension: bool,
    /// `draft`, `submitted`, `sent_back`, `accepted` or `rejected`, as its latest revision is; `missing` when the
    /// period is over and nothing was put, whether or not there is still time to.
    #[schema(example = "submitted")]
    pub state: &'static str,
    /// Whether it is to be reported: the period is over, and no revision is submitted or accepted.
    pub due: bool,
    /// The day by which it is, or was, due: 30 days after the period ends.
    #[schema(example = "2026-07-30")]
    pub due_on: String,
    /// Number of its latest revision; `null` when it is missing.
    #[schema(example = 1)]
    pub revision: Option<i64>,
    /// When the latest was recorded of it, UTC; `null` when it is missing.
    #[schema(example = "2026-07-14T09:30:00.000000Z")]
    pub updated_at: Option<String>,
    /// Whether the one who asks may put it, or other content: not while it waits for its decision.
    pub may_edit: bool,
    /// Whether the one who asks may submit it: it is a draft. What may still stop it is told where it is read.
    pub may_submit: bool,
    /// Whether the one who asks may decide it: it is submitted, and by somebody else.
    pub may_decide: bool,
    /// Whether an activity of it is claimed in another contract as well, a piece of its evidence in another line as well, or
    /// more than the whole of an activity; where it is read, it says what. Not there for who may not decide it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_twice: Option<bool>,
    /// Where it is read, and put.
    #[schema(example = "/v1/contracts/01890a5d-ac96-774b-bcce-b302099a8060/returns/2026-27-Q1")]
    pub path: String,
}

/// Lists returns across contracts
///
/// Those of all contracts that the one who asks may see, by contract and period, and with them every period that is over
/// without a return. What waits for a decision is `state=submitted`, what is to be reported `due=true`, what is late
/// `due_before` today. However few there are, a page takes no longer than others: so it may be short, or empty, and yet
/// have a `next_cursor`. What a filter names must be there, and within what the one who asks may see.
#[utoipa::path(
    tag = "returns",
    params(
        ("state" = Option<String>, Query, description = "Only those that are `missing`, `draft`, `submitted`, `sent_back`, `accepted` or `rejected`", example = "submitted"),
        ("due" = Option<bool>, Query, description = "Only those that are to be reported (the period is over, and no revision is submitted or accepted), or only others"),
        ("due_before" = Option<String>, Query, description = "Only those that are to be reported and were due, 30 days after the period ends, before this day", example = "2026-08-01"),
        ("organisation" = Option<String>, Query, description = "Only of contracts that this organisation supplies, holds or held, by id"),
        ("supplier" = Option<String>, Query, description = "Only of this supplier, by id"),
        ("contract" = Option<String>, Query, description = "Only of this contract, by id"),
        ("place" = Option<String>, Query, description = "Only of contracts delivered in this place, in one below it or in one it covers", example = "halton"),
        ("period" = Option<String>, Query, description = "Only for this period and those inside it: `2026-27` takes its quarters and months too", example = "2026-27"),
        ("updated_since" = Option<String>, Query, description = "Only those of which something was recorded at this time or later; a day stands for its first moment, UTC. What is written now is seen a few seconds later, so ask from a minute before the last answer", example = "2026-07-01T09:30:00Z"),
        ("limit" = Option<u16>, Query, description = "Items in the page at most, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<ReturnOverview>),
    )
)]
#[get("/returns")]
pub async fn list_all_returns(
    office: Data<Office>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let asked = asked(&mut query, caller.reach());
    query.end()?;
    let today = (office.clock)().day();
    let after = page.after.as_deref().map(after);
    let (actor, limit) = (&caller.actor, page.limit);
    let found = list_returns(&office, actor, today, &asked, after.as_ref(), limit)
        .await
        .map_err(refused)?;
    Ok(HttpResponse::Ok().json(Page {
        items: found
            .items
            .iter()
            .filter_map(|one| ReturnOverview::of(one, &found, &office, &caller))
            .collect(),
        next_cursor: found.next.as_ref().map(cursor),
    }))
}

fn asked(query: &mut Query, reach: Reach) -> ReturnsAsked {
    let words: Vec<&str> = Progress::ALL.iter().map(|one| one.word()).collect();
    ReturnsAsked {
        progress: query.word("state", &words, Progress::parse),
        due: query.flag("due"),
        due_before: query.day("due_before"),
        organisation: query.text("organisation"),
        supplier: query.text("supplier"),
        contract: query.text("contract"),
        place: query.text("place"),
        period: period(query),
        updated_since: query.moment("updated_since", false),
        reach,
    }
}

fn period(query: &mut Query) -> Option<Period> {
    let label = query.text("period")?;
    let period = Period::parse(&label);
    if period.is_none() {
        let message = "write a period such as 2026-27, 2026-27-Q1 or 2026-04";
        query.fault(Fault::new("?period", "not_a_period", message));
    }
    period
}

/// What a page comes after, as its cursor carries it: a contract, and a period unless it is done with.
fn after(text: &str) -> After {
    let (contract, period) = match text.split_once(' ') {
        Some((contract, period)) => (contract, Some(period.to_owned())),
        None => (text, None),
    };
    After {
        contract: contract.to_owned(),
        period,
    }
}

fn cursor(after: &After) -> String {
    match &after.period {
        Some(period) => encoded(&format!("{} {period}", after.contract)),
        None => encoded(&after.contract),
    }
}

impl ReturnOverview {
    /// As the one who asks may see it.
    fn of(
        one: &ReturnFound,
        found: &ReturnsFound,
        office: &Office,
        caller: &Caller,
    ) -> Option<Self> {
        let contract = found.contracts.get(&one.contract)?;
        let (may_report, state) = (caller.may_do(Action::Report, contract), one.progress);
        let told = caller.sees_all() || caller.may_do(Action::Decide, contract);
        let by_another = |by: &String| office.may_decide_of(&caller.actor, by);
        let period = one.period.label();
        Some(Self {
            path: format!("/v1/contracts/{}/returns/{period}", contract.id),
            contract: contract.id.clone(),
            contract_reference: contract.reference.clone(),
            title: contract.current()?.title.clone(),
            supplier: contract.supplier.clone(),
            supplier_name: found.suppliers.get(&contract.supplier)?.clone(),
            period,
            in_extension: one.in_extension,
            state: state.word(),
            due: one.due,
            due_on: one.due_on.to_string(),
            revision: one.revision,
            updated_at: one.updated_at.map(|at| at.to_string()),
            may_edit: may_report && state != Progress::Submitted,
            may_submit: may_report && state == Progress::Draft,
            may_decide: state == Progress::Submitted
                && one.submitted_by.as_ref().is_some_and(by_another)
                && caller.may_do(Action::Decide, contract),
            claimed_twice: told.then_some(one.claimed_twice),
        })
    }
}
