//! `/v1/contracts/{id}/returns/{period}/working`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::edition::Edition;
use crate::domain::fault::Fault;
use crate::domain::ledger::posting::Stage;
use crate::domain::policy::Action;
use crate::operations::Office;
use crate::operations::explain_return::{ExplainedLine, ExplainedReturn, Worked, explain_return};

use super::super::caller::Caller;
use super::super::plain_text::json_or_text;
use super::super::problem::{Code, Problem, ProblemFault};
use super::super::query::Query;
use super::super::working::WorkingShown;
use super::super::working::stage::{Showing, StageWorking, StagesShown};
use super::read::revision;
use super::shown::RevisionShown;

/// A line at each stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineWorking {
    /// The line.
    #[schema(example = "1")]
    pub line: String,
    /// As claimed.
    pub claimed: Option<StageWorking>,
    /// As far as its evidence goes.
    pub evidenced: Option<StageWorking>,
    /// As accepted.
    pub verified: Option<StageWorking>,
    /// Why it cannot be valued now; only of a revision that does not stand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ProblemFault>,
}

/// A line of a draft, as it would be claimed.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftLineWorking {
    /// The line.
    #[schema(example = "1")]
    pub line: String,
    /// Its working.
    pub working: Option<WorkingShown>,
    /// Why it cannot be valued yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ProblemFault>,
}

/// The draft: nothing of it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftWorking {
    /// Its number.
    pub revision: i64,
    /// Its lines.
    pub lines: Vec<DraftLineWorking>,
}

/// The revision that each stage is taken from; `null` where there is none.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"claimed": 2, "evidenced": 2, "verified": 1}))]
pub struct StageRevisions {
    /// Of what is claimed.
    pub claimed: Option<i64>,
    /// Of what is evidenced: always that of what is claimed.
    pub evidenced: Option<i64>,
    /// Of what is verified.
    pub verified: Option<i64>,
}

/// The working of a return.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnWorking {
    /// Id of the contract.
    pub contract: String,
    /// The partnership's own reference of it.
    #[schema(example = "HBC-2026-017")]
    pub reference: String,
    /// Its title.
    #[schema(example = "Housing repairs")]
    pub title: String,
    /// Label of the period.
    pub period: String,
    /// Whether the period lies after the contract's last day, in its possible extension.
    pub in_extension: bool,
    /// The revision asked for; `null` where what stands is explained.
    pub revision: Option<i64>,
    /// The revision that each stage is taken from.
    pub stages_from: StageRevisions,
    /// The edition all lines are valued by.
    #[schema(example = "open-uk/2026")]
    pub proxy_edition: String,
    /// Its digest.
    pub digest: String,
    /// Its method of valuation as a whole.
    pub method: String,
    /// Sentences to show with its values.
    pub attribution: Vec<String>,
    /// The lines that are claimed or verified.
    pub lines: Vec<LineWorking>,
    /// The draft, where there is one.
    pub draft: Option<DraftWorking>,
    /// Every revision, first to last: its state says whether it may stand.
    pub revisions: Vec<RevisionShown>,
    /// Values in it that are used after their time, or that nobody looked at for two years.
    pub warnings: Vec<String>,
}

/// Reads the working of a return
///
/// Every line at each stage, as it stands in the ledger: claimed and evidenced from the latest revision that is submitted
/// or accepted, verified from the latest that is accepted, which may be another; a draft stands nowhere and is told apart.
/// With `revision`, that revision alone, whether it stands or not. Each working tells what was reported, conversion,
/// period fraction, share, the proxy chosen with its place, year, source and licence, its uprating, every product, the
/// unrounded amount and the worth after rounding once; the same step by step; and the postings it became, one an anchor
/// institution, each with its place in the chain. Where the licence of a value does not
/// let it be passed on, only administrators are told it and what would tell it; of a draft not even the worth.
#[utoipa::path(
    tag = "returns",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("period" = String, Path, description = "Label of the period, in the contract's calendar"),
        ("revision" = Option<i64>, Query, description = "A revision by its number; what stands when missing"),
        ("line" = Option<String>, Query, description = "One line, by its name; all of them when missing"),
    ),
    responses(
        (status = 200, description = "The working; as a page for people where `Accept` asks for text", content(
            (ReturnWorking = "application/json"), (String = "text/plain; charset=utf-8"),
        )),
    ),
    extensions(("x-problems" = json!([Code::Invalid]))),
)]
#[get("/contracts/{id}/returns/{period}/working")]
pub async fn get_working(
    office: Data<Office>,
    caller: Caller,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (id, label) = path.into_inner();
    let mut query = Query::of(&request)?;
    let asked = revision(&mut query);
    let line = query.text("line");
    query.end()?;
    let mut explained = explain_return(&office, &caller.actor, &id, &label, asked).await?;
    if let Some(line) = line {
        only(&mut explained, &line)?;
    }
    let sees = caller.may(Action::SeeKeptValues);
    let warnings = explained
        .edition
        .stale(used(&explained), (office.clock)().day());
    let mut shown = ReturnWorking::of(explained, id, asked, sees);
    shown.warnings = warnings;
    Ok(json_or_text(&request, &shown, || shown.page()))
}

impl ReturnWorking {
    /// Shows the working of a return of a contract: of the revision asked for, or of what stands. `sees` is whether
    /// values that their licence keeps are told.
    #[must_use]
    pub fn of(
        explained: ExplainedReturn,
        contract: String,
        asked: Option<i64>,
        sees: bool,
    ) -> Self {
        let edition = explained.edition.as_ref();
        let of = explained.of;
        let showing = Showing {
            edition,
            sees,
            posted: &explained.posted,
            period: explained.period,
        };
        let lines = explained.lines.into_iter().enumerate();
        let terms = explained.posted.contract();
        Self {
            contract,
            reference: terms.reference.clone(),
            title: terms.title().to_owned(),
            period: explained.period.label(),
            in_extension: explained.in_extension,
            revision: asked,
            stages_from: StageRevisions {
                claimed: of.claimed,
                evidenced: of.claimed,
                verified: of.verified,
            },
            proxy_edition: edition.id().to_string(),
            digest: edition.digest().to_owned(),
            method: edition.facts().method.clone(),
            attribution: edition.facts().attribution.clone(),
            lines: lines.map(|(at, one)| line(showing, at, one)).collect(),
            draft: of.draft.map(|revision| DraftWorking {
                revision,
                lines: draft_lines((edition, sees), explained.draft),
            }),
            revisions: explained
                .given
                .revisions
                .iter()
                .map(RevisionShown::from)
                .collect(),
            warnings: Vec::new(),
        }
    }
}

/// Leaves one line of a return.
fn only(explained: &mut ExplainedReturn, line: &str) -> Result<(), Problem> {
    explained.lines.retain(|one| one.line == line);
    explained.draft.retain(|(own, _)| own == line);
    if explained.lines.is_empty() && explained.draft.is_empty() {
        let message = "there is no line of this name in what is explained";
        let fault = Fault::new("?line", "unknown_line", message);
        return Err(Problem::bad_query(vec![fault]));
    }
    Ok(())
}

/// Codes of the proxies that anything in it is valued with.
fn used(explained: &ExplainedReturn) -> impl Iterator<Item = &str> {
    let lines = explained.lines.iter();
    let stages = lines.flat_map(|one| one.stages.values());
    let draft = explained.draft.iter().map(|(_, worked)| worked);
    let worked = stages.chain(draft);
    let parts = worked
        .filter_map(|worked| worked.as_ref().ok())
        .flat_map(|one| &one.parts);
    parts.map(|part| part.proxy.as_str())
}

/// Splits a working from the faults that stand in its place.
fn told(
    (edition, sees): (&Edition, bool),
    worked: Worked,
    faults: &mut Vec<Fault>,
) -> Option<WorkingShown> {
    match worked {
        Ok(working) => Some(WorkingShown::of(edition, &working, sees)),
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}

/// Faults of a line, each told once.
fn under(at: usize, mut faults: Vec<Fault>) -> Vec<ProblemFault> {
    faults.dedup();
    let pointed = faults
        .into_iter()
        .map(|fault| fault.under(&format!("/lines/{at}")));
    ProblemFault::of(pointed.collect())
}

fn line(showing: Showing<'_>, at: usize, one: ExplainedLine) -> LineWorking {
    let mut stages = StagesShown::of(showing, one);
    LineWorking {
        line: stages.line().to_owned(),
        claimed: stages.take(Stage::Claimed),
        evidenced: stages.take(Stage::Evidenced),
        verified: stages.take(Stage::Verified),
        faults: stages.faults(&format!("/lines/{at}")),
    }
}

/// What a draft would be worth is not told where a value is kept: nobody reported it, and a draft of one unit would tell
/// the value.
fn draft_lines(
    (edition, sees): (&Edition, bool),
    lines: Vec<(String, Worked)>,
) -> Vec<DraftLineWorking> {
    let shown = lines.into_iter().enumerate().map(|(at, (line, worked))| {
        let mut faults = Vec::new();
        DraftLineWorking {
            line,
            working: told((edition, sees), worked, &mut faults).map(|mut shown| {
                let kept = shown.worth.is_some() && shown.unrounded.is_none();
                shown.worth = shown.worth.filter(|_| !kept);
                shown
            }),
            faults: under(at, faults),
        }
    });
    shown.collect()
}
