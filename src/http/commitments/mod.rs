//! `/v1/contracts/{id}/commitments`.

pub mod amendments;
pub mod bulk;
pub mod shown;

use super::writing::Writing;
use crate::domain::fault::Fault;
use crate::operations::Actor;
use crate::operations::Refusal;
use crate::operations::read_commitments::Promise;
use crate::storage::Tx;
use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::operations::Office;
use crate::operations::add_commitment::{
    CommitmentGiven, PeriodTargetGiven, TargetGiven, add_commitment,
};
use crate::operations::read_commitments::{read_commitment, read_commitments};

use super::adjustments::{self, AdjustmentsBody};
use super::answer::{Answer, read_version};
use super::body::Body;
use super::caller::Caller;
use super::fields::Fields;
use super::figures::{self, REPORTED};
use super::page::{Page, PageAsked};
use super::path_number::path_number;
use super::problem::{Code, Problem};
use super::query::Query;
use shown::CommitmentShown;

/// The most periods a target may name: thirty years of months, and one for a broken beginning.
const MOST_PERIODS: usize = 361;

/// What is promised for one period, in the shape its measure takes.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodTargetBody {
    /// Label of the period.
    #[schema(example = "2026-27-Q1")]
    pub period: String,
    /// Of an average the average of the period, of a product the product, of a ratio a percentage.
    #[schema(example = "12.5")]
    pub quantity: Option<String>,
    /// Parts of a composite, by code.
    pub components: Option<BTreeMap<String, String>>,
    /// Yes or no.
    pub answer: Option<bool>,
    /// Words.
    pub text: Option<String>,
}

/// A new commitment. Its target is given once: `target` or `components` over the life of the contract, `answer` or `text`
/// where the measure asks for that, or `targets` period by period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"measure": "local-job-fte", "target": "25", "kpi": true}))]
pub struct CommitmentBody {
    /// Code or alias of the measure.
    pub measure: String,
    /// Over the life of the contract: of an average in unit-years, of a product the product, of a ratio a percentage.
    #[schema(example = "25")]
    pub target: Option<String>,
    /// Parts of a composite, by code.
    pub components: Option<BTreeMap<String, String>>,
    /// Yes or no.
    pub answer: Option<bool>,
    /// Words.
    pub text: Option<String>,
    /// Period by period; averages are averages of their periods, as in returns.
    pub targets: Option<Vec<PeriodTargetBody>>,
    /// Whether the contract makes it a KPI.
    pub kpi: Option<bool>,
    /// Why it does not count the same thing as another commitment of the contract.
    pub counted_separately: Option<String>,
    /// Code of the place, where it is not the contract's.
    pub place: Option<String>,
    /// What is adjusted otherwise than the edition; what is left out stays as the edition has it.
    pub adjustments: Option<AdjustmentsBody>,
    /// Why, where anything is: at most 2,000 characters.
    pub adjusted_because: Option<String>,
}

/// Reads a target: of the whole contract, or period by period.
pub(super) fn target(fields: &mut Fields<'_>) -> TargetGiven {
    let is_given = ["target", "components", "answer", "text"]
        .iter()
        .any(|name| fields.has(name));
    let whole = figures::read_target(fields, "target", &REPORTED);
    TargetGiven {
        whole: is_given.then_some(whole),
        by_period: fields.list("targets", MOST_PERIODS, |one| PeriodTargetGiven {
            period: one.text("period"),
            figures: figures::read_target(one, "quantity", &REPORTED),
        }),
    }
}

/// Adds a commitment
///
/// Its targets stand in the ledger as `committed` at once: a target of the whole contract is spread over its periods by
/// months and part months, exactly. A valued measure without a value for its place or year is refused here, and so is
/// what measures the same thing as another commitment, unless `counted_separately` says why both may count.
#[utoipa::path(
    tag = "commitments",
    params(("id" = String, Path, description = "Id of the contract")),
    request_body = CommitmentBody,
    responses(
        (status = 201, description = "Added; `Location` says where", body = CommitmentShown),
    ),
    extensions(("x-problems" = json!([Code::TooManyCommitments, Code::TotalOutOfRange]))),
)]
#[post("/contracts/{id}/commitments")]
pub async fn post_commitment(
    writing: Writing,
    id: Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(given);
    let work = async |tx: &mut Tx| add(tx, &writing, &id, &given, faults.clone()).await;
    writing.carry_out(Some(&id), &body.digest, work).await
}

/// Reads a new commitment.
pub(super) fn given(fields: &mut Fields<'_>) -> CommitmentGiven {
    CommitmentGiven {
        measure: fields.text("measure"),
        target: target(fields),
        kpi: fields.flag("kpi"),
        counted_separately: fields.text("counted_separately"),
        place: fields.text("place"),
        adjustments: fields.object("adjustments", adjustments::read),
        adjusted_because: fields.text("adjusted_because"),
    }
}

/// Adds one to a contract, and shows it.
pub(super) async fn add(
    tx: &mut Tx,
    writing: &Writing,
    id: &str,
    given: &CommitmentGiven,
    faults: Vec<Fault>,
) -> Result<Answer, Refusal> {
    let (office, actor) = (&writing.office, writing.actor());
    let made = add_commitment(tx, writing.hand(), id, given, faults).await?;
    let promise = read_commitment(tx, office, actor, id, made.number).await?;
    let location = format!("/v1/contracts/{id}/commitments/{}", made.number);
    let answer = Answer::created(location, &CommitmentShown::from(&promise))?;
    Ok(answer.with_version(made.version()))
}

/// Lists the commitments of a contract
///
/// By number, which is the order they were made in.
#[utoipa::path(
    tag = "commitments",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<CommitmentShown>),
    )
)]
#[get("/contracts/{id}/commitments")]
pub async fn list_commitments(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let after = page.after_number(&mut query);
    query.end()?;
    let mut all = office
        .store
        .read(async |tx: &mut Tx| read_commitments(tx, &office, &caller.actor, &id).await)
        .await?;
    all.retain(|one| one.commitment.number > after);
    let (items, next_cursor) = page.cut(all, |one| one.commitment.number.to_string());
    Ok(HttpResponse::Ok().json(Page {
        items: items.iter().map(CommitmentShown::from).collect(),
        next_cursor,
    }))
}

/// Reads a commitment
///
/// With the target it was made with, the one that holds now, and what that promises for each period.
#[utoipa::path(
    tag = "commitments",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("number" = i64, Path, description = "Number of the commitment"),
    ),
    responses(
        (status = 200, description = "The commitment", body = CommitmentShown),
    )
)]
#[get("/contracts/{id}/commitments/{number}")]
pub async fn get_commitment(
    office: Data<Office>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, number) = path.into_inner();
    let promise = find(&office, &caller.actor, &id, &number).await?;
    let shown = CommitmentShown::from(&promise);
    Ok(read_version(promise.commitment.version(), &shown))
}

/// The number of a commitment in a path.
pub(super) fn number_of(text: &str) -> Result<i64, Problem> {
    path_number(text, "commitment")
}

/// Finds the commitment of a path.
pub(super) async fn find(
    office: &Office,
    actor: &Actor,
    id: &str,
    number: &str,
) -> Result<Promise, Problem> {
    let number = number_of(number)?;
    let read = async |tx: &mut Tx| read_commitment(tx, office, actor, id, number).await;
    Ok(office.store.read(read).await?)
}
