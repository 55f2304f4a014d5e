//! `/v1/contracts/{id}/returns/{period}`: putting a return.

pub mod across;
pub mod bulk;
pub mod decision;
pub mod read;
pub mod shown;
pub mod submission;
pub mod working;
mod working_page;

use super::writing::Writing;
use crate::domain::fault::Fault;
use crate::domain::report::Return;
use crate::domain::report::Revision;
use crate::operations::Refusal;
use crate::storage::Tx;
use std::collections::BTreeMap;

use actix_web::web::Path;
use actix_web::{HttpResponse, put};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::report::Attestation;
use crate::operations::put_return::{
    EvidenceGiven, LineGiven, MOST_EVIDENCE, MOST_LINES, ReturnGiven, put_return,
};

use super::answer::Answer;
use super::body::Body;
use super::fields::Fields;
use super::figures::{self, REPORTED};
use super::problem::{Code, Problem};
use shown::{AttestationShown, Beside, EvidenceShown, ReturnShown, show};

/// A line of a return, in the shape its measure takes.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineBody {
    /// Its name, which it keeps from revision to revision; its place in the list, from 1, when missing.
    pub line: Option<String>,
    /// Code or alias of the measure; several lines of one measure are fine.
    pub measure: String,
    /// A plain quantity; of posts the average over the period.
    #[schema(example = "12.5")]
    pub quantity: Option<String>,
    /// Factors of a product and parts of a composite, by code.
    pub components: Option<BTreeMap<String, String>>,
    /// Those that meet a ratio.
    pub numerator: Option<String>,
    /// All of a ratio.
    pub denominator: Option<String>,
    /// Yes or no.
    pub answer: Option<bool>,
    /// Words.
    pub text: Option<String>,
    /// New starters in the period, for measures claimed in the first twelve months.
    pub starters: Option<String>,
    /// Code of the place, where it is not the contract's.
    pub place: Option<String>,
    /// Whom it was for: a code for counting, no effect on worth.
    pub target_group: Option<String>,
    /// 0 the supplier, 1 its subcontractor, and so on, at most 9.
    pub tier: Option<i64>,
    /// Names one real-world activity, so that it is not counted twice.
    pub activity: Option<String>,
    /// The part of the activity that belongs to this contract; all of it when missing.
    #[schema(example = "1/3")]
    pub contract_share: Option<String>,
    /// Why what is due to others is deducted as well, where only a share counts; refused at submission without.
    pub share_and_attribution: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// What supports it, at most 50 pieces.
    pub evidence: Option<Vec<EvidenceShown>>,
}

/// What a supplier reports for one contract and one period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "lines": [
        {"line": "1", "measure": "local-job-fte", "quantity": "12.5", "evidence": [{"link": "https://example.org/payroll-q1"}]},
        {"line": "2", "measure": "community-project", "components": {"cash": "500", "hours": "24"}, "activity": "garden-2026"},
        {"line": "3", "measure": "paid-within-30-days", "numerator": "46", "denominator": "50"}
    ],
    "attestation": {"contract_and_period_only": true, "relates_to_commitment": true}
}))]
pub struct ReturnBody {
    /// Its lines, at most 500; a measure without a line is not zero.
    pub lines: Option<Vec<LineBody>>,
    /// The ticks.
    pub attestation: Option<AttestationShown>,
}

fn line(fields: &mut Fields<'_>) -> LineGiven {
    let evidence = |one: &mut Fields<'_>| EvidenceGiven {
        link: one.text("link"),
        sha256: one.text("sha256"),
        quantity: one.decimal("quantity"),
    };
    LineGiven {
        line: fields.text("line"),
        measure: fields.text("measure"),
        figures: figures::read(fields, &REPORTED),
        starters: fields.decimal("starters"),
        place: fields.text("place"),
        target_group: fields.text("target_group"),
        tier: fields.whole("tier"),
        activity: fields.text("activity"),
        contract_share: fields.decimal("contract_share"),
        share_and_attribution: fields.text("share_and_attribution"),
        note: fields.text("note"),
        evidence: fields
            .list("evidence", MOST_EVIDENCE, evidence)
            .unwrap_or_default(),
    }
}

fn attestation(fields: &mut Fields<'_>) -> Attestation {
    let ticked = |flag: Option<bool>| flag.unwrap_or(false);
    Attestation {
        contract_and_period_only: ticked(fields.flag("contract_and_period_only")),
        relates_to_commitment: ticked(fields.flag("relates_to_commitment")),
    }
}

/// Puts a return
///
/// A draft must be well formed, and its answer lists everything that would still stop submission. A draft is replaced;
/// the same content changes nothing; what is submitted waits for its decision; after a decision other content opens the
/// next revision. All or nothing: when a line is at fault nothing is stored, and every fault is told at once.
#[utoipa::path(
    tag = "returns",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("period" = String, Path, description = "Label of the period, in the contract's calendar"),
    ),
    request_body = ReturnBody,
    responses(
        (status = 200, description = "The return as it is now", body = ReturnShown),
        (status = 201, description = "The first of its period; `Location` says where", body = ReturnShown),
    ),
    extensions(("x-problems" = json!([Code::AlreadySubmitted, Code::Stale, Code::IfMatchNeeded]))),
)]
#[put("/contracts/{id}/returns/{period}")]
pub async fn put_one_return(
    writing: Writing,
    path: Path<(String, String)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (id, period) = path.into_inner();
    let (given, faults) = body.take(given);
    let work = async |tx: &mut Tx| put(tx, &writing, (&id, &period), &given, faults.clone()).await;
    writing.carry_out(Some(&id), &body.digest, work).await
}

/// Reads what is put.
pub(super) fn given(fields: &mut Fields<'_>) -> ReturnGiven {
    ReturnGiven {
        lines: fields.list("lines", MOST_LINES, line).unwrap_or_default(),
        attestation: fields
            .object("attestation", attestation)
            .unwrap_or_default(),
    }
}

/// Puts the return of a contract for a period, and shows it.
pub(super) async fn put(
    tx: &mut Tx,
    writing: &Writing,
    (id, period): (&str, &str),
    given: &ReturnGiven,
    faults: Vec<Fault>,
) -> Result<Answer, Refusal> {
    let hand = writing.hand();
    let (at, seen) = (hand.at, &writing.seen);
    let put = put_return(tx, hand, (id, period), given, seen, faults).await?;
    let beside = Beside {
        contract: id,
        office: &writing.office,
        caller: &writing.caller,
        at,
        in_extension: put.in_extension,
        stops_submission: put.stops_submission,
    };
    let shown = show(&put.given, put.given.latest(), beside);
    let answer = if put.created {
        let location = format!("/v1/contracts/{id}/returns/{}", shown.period);
        Answer::created(location, &shown)?
    } else {
        Answer::ok(&shown)?
    };
    Ok(answer.with_version(version(&put.given)))
}

/// The version that the next change of a return must have seen.
pub(super) fn version(given: &Return) -> String {
    given.latest().map(Revision::version).unwrap_or_default()
}
