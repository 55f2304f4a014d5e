//! `/v1/contracts`.

pub mod amendments;
pub mod bridge;
pub mod bulk;
mod funding;
pub mod rebasings;
pub mod shown;
pub mod value;
mod value_shown;
pub mod working;

use super::writing::Writing;
use crate::domain::fault::Fault;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::contract::{Contract, ContractState};
use crate::domain::funding::ContractKind;
use crate::domain::policy::{Action, Reach};
use crate::operations::add_contract::{ContractGiven, MOST_SHARES, ShareGiven, add_contract};
use crate::operations::list_contracts::list_contracts as listed;
use crate::operations::{Actor, Office, Refusal};
use crate::storage::contract::ContractFilter;
use crate::storage::{self, Tx};

use super::answer::{Answer, read_version};
use super::body::Body;
use super::caller::Caller;
use super::fields::Fields;
use super::page::{Page, PageAsked};
use super::problem::{Code, Problem};
use super::query::{Query, refused};
use funding::{FundingBody, funding};
use shown::{ContractListed, ContractShown, ShareShown};

/// A new contract.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "reference": "HBC-2026-017", "title": "Housing repairs",
    "anchor_institutions": [
        {"organisation": "01890a5d-ac96-774b-bcce-b302099a8057", "share": "3/5"},
        {"organisation": "01890a5d-ac96-774b-bcce-b302099a8058", "share": "2/5"}
    ],
    "supplier": "01890a5d-ac96-774b-bcce-b302099a8059", "value": "1500000.00", "value_gross": "1800000.00",
    "starts_on": "2026-04-01", "ends_on": "2028-03-31", "may_extend_to": "2029-03-31", "place": "halton",
    "proxy_edition": "open-uk/2026", "reporting": "quarterly"
}))]
pub struct ContractBody {
    /// The partnership's own reference, at most 100 characters; it names one contract.
    pub reference: String,
    /// Title, at most 300 characters.
    pub title: String,
    /// Who holds it, at most 20, with shares that add up to one.
    pub anchor_institutions: Vec<ShareShown>,
    /// `contract`, `programme` or `corporate_activity`, for good; a contract when missing.
    pub kind: Option<String>,
    /// Id of the organisation that delivers a contract, which must have one; nothing else has.
    pub supplier: Option<String>,
    /// Id of the organisation that delivers a programme or an activity, and reports; the first of the anchor institutions
    /// when missing.
    pub delivered_by: Option<String>,
    /// Whose money pays it, for good.
    pub funding: Option<FundingBody>,
    /// Net value in pounds; without it no ratio to it is available.
    pub value: Option<String>,
    /// Gross value in pounds.
    pub value_gross: Option<String>,
    /// First day.
    pub starts_on: String,
    /// Last day.
    pub ends_on: String,
    /// Last day of a possible extension.
    pub may_extend_to: Option<String>,
    /// Code of the place it is delivered in.
    pub place: Option<String>,
    /// The edition it is valued by.
    pub proxy_edition: String,
    /// `monthly`, `quarterly` or `yearly`.
    pub reporting: String,
    /// Open contracting id.
    pub ocid: Option<String>,
}

/// Reads shares.
pub(super) fn shares(fields: &mut Fields<'_>) -> Option<Vec<ShareGiven>> {
    fields.list("anchor_institutions", MOST_SHARES, |one| ShareGiven {
        organisation: one.text("organisation"),
        share: one.decimal("share"),
    })
}

/// Adds a contract
///
/// What a supplier delivers to one or several anchor institutions, who hold shares of it that add up to one (a single
/// one may leave its share out). The contract keeps its proxy edition until it is
/// re-based, so that its figures stay comparable.
///
/// A `programme` that somebody funds and a `corporate_activity` of an anchor institution itself have no supplier:
/// `delivered_by` reports, and all else is the same. `funding` says whose money pays. Figures of different funding sources
/// are never added up, so that what a grant and what a price brought about do not count twice in one total.
#[utoipa::path(
    tag = "contracts",
    request_body = ContractBody,
    responses(
        (status = 201, description = "Added; `Location` says where", body = ContractShown),
    ),
    extensions(("x-problems" = json!([Code::ReferenceTaken, Code::OcidTaken]))),
)]
#[post("/contracts")]
pub async fn post_contract(writing: Writing, body: Body) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(given);
    may_add(&writing.caller, &given)?;
    let work = async |tx: &mut Tx| add(tx, &writing, &given, faults.clone()).await;
    writing.carry_out(None, &body.digest, work).await
}

/// Reads a new contract.
pub(super) fn given(fields: &mut Fields<'_>) -> ContractGiven {
    ContractGiven {
        reference: fields.text("reference"),
        title: fields.text("title"),
        anchor_institutions: shares(fields),
        kind: fields.text("kind"),
        supplier: fields.text("supplier"),
        delivered_by: fields.text("delivered_by"),
        funding: funding(fields),
        reach: Reach::default(),
        value: fields.decimal("value"),
        value_gross: fields.decimal("value_gross"),
        starts_on: fields.text("starts_on"),
        ends_on: fields.text("ends_on"),
        may_extend_to: fields.text("may_extend_to"),
        place: fields.text("place"),
        proxy_edition: fields.text("proxy_edition"),
        reporting: fields.text("reporting"),
        ocid: fields.text("ocid"),
    }
}

/// Refuses a contract that no organisation of the one who asks will hold a share of.
pub(super) fn may_add(caller: &Caller, given: &ContractGiven) -> Result<(), Problem> {
    let named = given.anchor_institutions.iter().flatten();
    let holders: Vec<&str> = named
        .filter_map(|one| one.organisation.as_deref())
        .collect();
    caller.must_hold(Action::AddContract, &holders)
}

/// Adds one, and shows it.
pub(super) async fn add(
    tx: &mut Tx,
    writing: &Writing,
    given: &ContractGiven,
    faults: Vec<Fault>,
) -> Result<Answer, Refusal> {
    let given = ContractGiven {
        reach: writing.caller.reach(),
        ..given.clone()
    };
    let made = add_contract(tx, writing.hand(), &given, faults).await?;
    let location = format!("/v1/contracts/{}", made.id);
    let answer = Answer::created(location, &ContractShown::of(&made, &writing.caller))?;
    Ok(answer.with_version(made.version()))
}

/// Lists contracts
///
/// In the order they were added, each with the terms that hold now. What a filter names must be there, and within what
/// the one who asks may see.
#[utoipa::path(
    tag = "contracts",
    params(
        ("reference" = Option<String>, Query, description = "Only the one of this reference", example = "HBC-2026-017"),
        ("kind" = Option<String>, Query, description = "Only `contract`, `programme` or `corporate_activity`", example = "programme"),
        ("supplier" = Option<String>, Query, description = "Only those that this organisation delivers, by id"),
        ("anchor_institution" = Option<String>, Query, description = "Only those that this organisation holds or held a share of, by id"),
        ("organisation" = Option<String>, Query, description = "Only those of this organisation, as supplier or as holder, by id"),
        ("place" = Option<String>, Query, description = "Only those delivered in this place, in one below it or in one it covers", example = "halton"),
        ("state" = Option<String>, Query, description = "Only those that are `upcoming`, `running` or `over` today, by their latest terms; a possible extension runs only once an amendment says so", example = "running"),
        ("proxy_edition" = Option<String>, Query, description = "Only those valued by this edition", example = "open-uk/2026"),
        ("updated_since" = Option<String>, Query, description = "Only those of which something was recorded at this time or later: terms, a commitment, a return; a day stands for its first moment, UTC. What is written now is seen a few seconds later, so ask from a minute before the last answer", example = "2026-07-01T09:30:00Z"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<ContractListed>),
    )
)]
#[get("/contracts")]
pub async fn list_contracts(
    office: Data<Office>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let states: Vec<&str> = ContractState::ALL.iter().map(|one| one.word()).collect();
    let state = query.word("state", &states, ContractState::parse);
    let kinds: Vec<&str> = ContractKind::ALL.iter().map(|one| one.word()).collect();
    let kind = query.word("kind", &kinds, ContractKind::parse);
    let place = query.text("place");
    let filter = ContractFilter {
        reference: query.text("reference"),
        kind,
        supplier: query.text("supplier"),
        holder: query.text("anchor_institution"),
        organisation: query.text("organisation"),
        edition: query.text("proxy_edition"),
        places: None,
        state: state.map(|state| (state, (office.clock)().day())),
        updated_since: query.moment("updated_since", false),
        reach: caller.reach(),
    };
    query.end()?;
    let (place, after) = (place.as_deref(), page.after.as_deref());
    let found = listed(
        &office,
        &caller.actor,
        &filter,
        place,
        after,
        page.one_more(),
    )
    .await
    .map_err(refused)?;
    let (items, next_cursor) = page.cut(found, |one| one.id.clone());
    Ok(HttpResponse::Ok().json(Page {
        items: items
            .iter()
            .map(|one| ContractListed::of(one, &caller))
            .collect(),
        next_cursor,
    }))
}

/// Reads a contract
///
/// With its baseline, the terms that hold now, and every version between them.
#[utoipa::path(
    tag = "contracts",
    params(("id" = String, Path, description = "Id of the contract")),
    responses(
        (status = 200, description = "The contract", body = ContractShown),
    )
)]
#[get("/contracts/{id}")]
pub async fn get_contract(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let one = find(&office, &caller.actor, &id).await?;
    let shown = ContractShown::of(&one, &caller);
    Ok(read_version(one.version(), &shown))
}

/// Finds the contract of a path.
pub(super) async fn find(office: &Office, actor: &Actor, id: &str) -> Result<Contract, Problem> {
    let found = office
        .store
        .read(async |tx: &mut Tx| {
            Ok::<_, Refusal>(storage::contract::find(tx, &actor.partnership, id).await?)
        })
        .await?;
    found.ok_or_else(|| Problem::not_found("contract"))
}
