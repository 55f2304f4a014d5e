//! `/v1/contracts/{id}/returns/{period}/working`.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::edition::Edition;
use crate::domain::valuation::working::Working;
use crate::operations::Office;
use crate::operations::explain_return::{ExplainedLine, explain_return};

use super::super::caller::Caller;
use super::super::problem::{Problem, ProblemFault};
use super::super::working::WorkingShown;
use super::shown::RevisionShown;

/// A line at each stage it stands in.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineWorking {
    /// The line.
    #[schema(example = "1")]
    pub line: String,
    /// As claimed.
    pub claimed: Option<WorkingShown>,
    /// Why it cannot be valued as claimed; only in a draft.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claimed_faults: Vec<ProblemFault>,
    /// As far as its evidence goes.
    pub evidenced: Option<WorkingShown>,
    /// As accepted.
    pub verified: Option<WorkingShown>,
}

/// The working of the latest revision of a return.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnWorking {
    /// Id of the contract.
    pub contract: String,
    /// Label of the period.
    pub period: String,
    /// Whether the period lies after the contract's last day, in its possible extension.
    pub in_extension: bool,
    /// The revision.
    #[serde(flatten)]
    pub revision: RevisionShown,
    /// The edition all lines are valued by.
    #[schema(example = "open-uk/2026")]
    pub proxy_edition: String,
    /// Its digest.
    pub digest: String,
    /// Its method of valuation as a whole.
    pub method: String,
    /// Sentences to show with its values.
    pub attribution: Vec<String>,
    /// The lines.
    pub lines: Vec<LineWorking>,
}

/// Reads the working of a return
///
/// Every line of the latest revision, also of a draft, at each stage: what was reported, conversion, period fraction,
/// share, the proxy chosen with its place, year, source and licence, its uprating, every product, the unrounded amount
/// and the worth after rounding once; and the same told step by step.
#[utoipa::path(
    tag = "returns",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("period" = String, Path, description = "Label of the period, in the contract's calendar"),
    ),
    responses(
        (status = 200, description = "The working", body = ReturnWorking),
        (status = 401, description = "`unauthorised`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`: the period is not one of the contract", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/contracts/{id}/returns/{period}/working")]
pub async fn get_working(
    office: Data<Office>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, label) = path.into_inner();
    let explained = explain_return(&office, &caller.0, &id, &label).await?;
    let edition = office.edition(&explained.edition)?;
    Ok(HttpResponse::Ok().json(ReturnWorking {
        contract: id,
        period: explained.period.label(),
        in_extension: explained.in_extension,
        revision: RevisionShown::from(&explained.revision),
        proxy_edition: edition.id().to_string(),
        digest: edition.digest().to_owned(),
        method: edition.facts().method.clone(),
        attribution: edition.facts().attribution.clone(),
        lines: lines(edition, explained.lines),
    }))
}

fn lines(edition: &Edition, lines: Vec<ExplainedLine>) -> Vec<LineWorking> {
    let show = |working: &Working| WorkingShown::of(edition, working);
    let shown = lines.into_iter().enumerate().map(|(index, line)| {
        let (claimed, faults) = match line.claimed {
            Ok(working) => (Some(show(&working)), Vec::new()),
            Err(fault) => (None, vec![fault.under(&format!("/lines/{index}"))]),
        };
        LineWorking {
            line: line.line,
            claimed,
            claimed_faults: ProblemFault::of(faults),
            evidenced: line.evidenced.as_ref().map(show),
            verified: line.verified.as_ref().map(show),
        }
    });
    shown.collect()
}
