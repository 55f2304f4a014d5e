//! How a return is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::exact::exact_text;
use crate::domain::fault::Fault;
use crate::domain::moment::Moment;
use crate::domain::report::{
    Attestation, Decided, Done, Evidence, EvidenceKind, ReportLine, Return, Revision, State,
};
use crate::domain::sharing::AboveWhole;
use crate::operations::Office;
use crate::storage::report::{Elsewhere, Header, SameMoney};

use super::super::caller::Caller;
use super::super::problem::ProblemFault;
use super::super::working::ReportedShown;
use crate::domain::policy::Action;

/// Who did something when.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoneShown {
    /// When, UTC.
    pub at: String,
    /// Id of the key.
    pub by: String,
}

impl From<&Done> for DoneShown {
    fn from(done: &Done) -> Self {
        Self {
            at: done.at.to_string(),
            by: done.by.clone(),
        }
    }
}

/// The head of a revision: its state, with dates and people.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionShown {
    /// From 1.
    pub revision: i64,
    /// `draft`, `submitted`, `sent_back`, `accepted` or `rejected`.
    #[schema(example = "submitted")]
    pub state: &'static str,
    /// When it was last saved, and by whom.
    pub saved: DoneShown,
    /// When it was submitted, and by whom.
    pub submitted: Option<DoneShown>,
    /// When it was decided, and by whom.
    pub decided: Option<DoneShown>,
    /// Why it was decided so.
    pub reason: Option<String>,
}

fn header(
    revision: i64,
    state: &'static str,
    saved: &Done,
    submitted: Option<&Done>,
    decided: Option<&Decided>,
) -> RevisionShown {
    RevisionShown {
        revision,
        state,
        saved: DoneShown::from(saved),
        submitted: submitted.map(DoneShown::from),
        decided: decided.map(|decided| DoneShown::from(&decided.done)),
        reason: decided.and_then(|decided| decided.reason.clone()),
    }
}

impl From<&Revision> for RevisionShown {
    fn from(one: &Revision) -> Self {
        let state = &one.state;
        header(
            one.number,
            state.word(),
            &one.saved,
            state.submitted(),
            state.decided(),
        )
    }
}

impl From<&Header> for RevisionShown {
    fn from(one: &Header) -> Self {
        let (submitted, decided) = (one.submitted.as_ref(), one.decided.as_ref());
        header(one.revision, one.state, &one.saved, submitted, decided)
    }
}

/// What supports a line: a link or a file by its SHA-256.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceShown {
    /// An address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://example.org/payroll-q1")]
    pub link: Option<String>,
    /// SHA-256 of a file, 64 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The quantity it supports; the whole line when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
}

impl From<&Evidence> for EvidenceShown {
    fn from(one: &Evidence) -> Self {
        let (link, sha256) = match &one.kind {
            EvidenceKind::Link(link) => (Some(link.clone()), None),
            EvidenceKind::Sha256(hash) => (None, Some(hash.clone())),
        };
        Self {
            link,
            sha256,
            quantity: one.quantity.map(|quantity| quantity.to_string()),
        }
    }
}

/// What was accepted of a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedShown {
    /// The figures.
    #[serde(flatten)]
    pub figures: ReportedShown,
    /// Why it is not what was claimed; `null` where it is.
    pub reason: Option<String>,
}

/// A line of a return.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineShown {
    /// Its name, which it keeps from revision to revision.
    #[schema(example = "1")]
    pub line: String,
    /// Code of the measure.
    #[schema(example = "local-job-fte")]
    pub measure: String,
    /// What is claimed.
    #[serde(flatten)]
    pub figures: ReportedShown,
    /// New starters in the period.
    pub starters: Option<String>,
    /// Code of the place, where it is not the contract's.
    pub place: Option<String>,
    /// Whom it was for.
    pub target_group: Option<String>,
    /// 0 the supplier, 1 its subcontractor, and so on.
    pub tier: i64,
    /// The activity it names.
    pub activity: Option<String>,
    /// The part of the activity that belongs to this contract.
    #[schema(example = "1")]
    pub contract_share: String,
    /// Why what is due to others is deducted as well, where only a share counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_and_attribution: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// What supports it.
    pub evidence: Vec<EvidenceShown>,
    /// What was accepted of it, once the revision is.
    pub accepted: Option<AcceptedShown>,
}

fn line(revision: &Revision, one: &ReportLine) -> LineShown {
    let lowered = match &revision.state {
        State::Accepted(_, _, lowered) => lowered.iter().find(|other| other.line == one.line),
        _ => None,
    };
    LineShown {
        line: one.line.clone(),
        measure: one.measure.clone(),
        figures: ReportedShown::from(&one.reported),
        starters: one.starters.map(|starters| starters.to_string()),
        place: one.place.clone(),
        target_group: one.target_group.clone(),
        tier: one.tier,
        activity: one.activity.clone(),
        contract_share: one.contract_share.to_string(),
        share_and_attribution: one.share_and_attribution.clone(),
        note: one.note.clone(),
        evidence: one.evidence.iter().map(EvidenceShown::from).collect(),
        accepted: revision.accepted_figures(one).map(|figures| AcceptedShown {
            figures: ReportedShown::from(figures),
            reason: lowered.map(|lowered| lowered.reason.clone()),
        }),
    }
}

/// The two ticks of a reporter; both are needed at submission.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(example = json!({"contract_and_period_only": true, "relates_to_commitment": true}))]
pub struct AttestationShown {
    /// It is of this contract and period only.
    pub contract_and_period_only: bool,
    /// It relates to a commitment of the contract, or is shown apart.
    pub relates_to_commitment: bool,
}

impl From<Attestation> for AttestationShown {
    fn from(ticks: Attestation) -> Self {
        Self {
            contract_and_period_only: ticks.contract_and_period_only,
            relates_to_commitment: ticks.relates_to_commitment,
        }
    }
}

/// Another line that names the same activity, in another contract, or rests on the same evidence, also in this one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ElsewhereShown {
    /// Reference of its contract; missing where the one who asks may not see it.
    pub contract_reference: Option<String>,
    /// Period of its return; missing with the reference.
    pub period: Option<String>,
    /// The line; missing with the reference.
    pub line: Option<String>,
    /// The activity, link or hash that both name.
    pub names: String,
}

impl From<&Elsewhere> for ElsewhereShown {
    fn from(one: &Elsewhere) -> Self {
        let seen = one.within_reach;
        Self {
            contract_reference: seen.then(|| one.contract.clone()),
            period: seen.then(|| one.period.label()),
            line: seen.then(|| one.line.clone()),
            names: one.what.clone(),
        }
    }
}

/// A line of another contract that the same money pays.
#[derive(Debug, Serialize, ToSchema)]
pub struct SameMoneyShown {
    /// Reference of the other contract; missing where the one who asks may not see it.
    pub contract_reference: Option<String>,
    /// Period of its return; missing with the reference.
    pub period: Option<String>,
    /// The line; missing with the reference.
    pub line: Option<String>,
    /// What it measures.
    #[schema(example = "volunteering-hours")]
    pub measure: String,
}

impl From<&SameMoney> for SameMoneyShown {
    fn from(one: &SameMoney) -> Self {
        let seen = one.within_reach;
        Self {
            contract_reference: seen.then(|| one.contract.clone()),
            period: seen.then(|| one.period.label()),
            line: seen.then(|| one.line.clone()),
            measure: one.measure.clone(),
        }
    }
}

/// An activity of which more than the whole is claimed.
#[derive(Debug, Serialize, ToSchema)]
pub struct AboveWholeShown {
    /// The activity.
    #[schema(example = "community-garden")]
    pub activity: String,
    /// Code of the measure that it is claimed as.
    #[schema(example = "volunteering-hours")]
    pub measure: String,
    /// The parts claimed together, over the contracts whose periods overlap: above one.
    #[schema(example = "7/6")]
    pub together: String,
}

impl From<&AboveWhole> for AboveWholeShown {
    fn from(one: &AboveWhole) -> Self {
        Self {
            activity: one.activity.clone(),
            measure: one.measure.clone(),
            together: exact_text(&one.together),
        }
    }
}

/// A return: one revision whole, the latest or the one asked for, and the heads of all of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnShown {
    /// Id of the contract.
    pub contract: String,
    /// Label of the period.
    #[schema(example = "2026-27-Q1")]
    pub period: String,
    /// First day of the period.
    pub from: String,
    /// Last day of the period.
    pub to: String,
    /// Whether the period lies after the contract's last day, in its possible extension.
    pub in_extension: bool,
    /// Whether the period is not over yet; that is flagged, not refused.
    pub not_over: bool,
    /// The revision.
    #[serde(flatten)]
    #[schema(value_type = RevisionShown)]
    pub head: Option<RevisionShown>,
    /// Its lines.
    pub lines: Vec<LineShown>,
    /// Its ticks.
    pub attestation: AttestationShown,
    /// What still stops a draft from being submitted: everything, each with its pointer into the body.
    pub stops_submission: Vec<ProblemFault>,
    /// Whether the one who asks may put other content: not while it waits for its decision.
    pub may_edit: bool,
    /// Whether the one who asks may submit it as it is.
    pub may_submit: bool,
    /// Whether the one who asks may decide it: it is submitted, and by somebody else, unless the server lets
    /// administrators decide what they submitted.
    pub may_decide: bool,
    /// Every revision, first to last.
    pub revisions: Vec<RevisionShown>,
    /// Lines of other contracts that name the same activity, and lines anywhere that rest on the same evidence; only where
    /// the return is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_elsewhere: Option<Vec<ElsewhereShown>>,
    /// Lines of contracts that the same money pays (the price of one contract, or one grant), of the same measure or of one
    /// that measures the same thing, where not both name an activity: they may count the same twice. Only where the return
    /// is read, and there are some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paid_by_the_same_money: Vec<SameMoneyShown>,
    /// Activities of which more than the whole is claimed (`contract_share`), together with other lines and contracts; only
    /// where the return is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares_above_whole: Option<Vec<AboveWholeShown>>,
}

/// What is shown of a return besides what it says.
pub(super) struct Beside<'a> {
    pub(super) contract: &'a str,
    pub(super) office: &'a Office,
    pub(super) caller: &'a Caller,
    pub(super) at: Moment,
    pub(super) in_extension: bool,
    pub(super) stops_submission: Vec<Fault>,
}

/// Shows one revision of a return, beside the heads of all.
pub(super) fn show(given: &Return, revision: Option<&Revision>, beside: Beside<'_>) -> ReturnShown {
    let lines = revision.into_iter().flat_map(|revision| {
        let lines = revision.lines.iter();
        lines.map(|one| line(revision, one))
    });
    let state = revision.map(|revision| &revision.state);
    let caller = beside.caller;
    ReturnShown {
        contract: beside.contract.to_owned(),
        period: given.period.label(),
        from: given.period.from().to_string(),
        to: given.period.to().to_string(),
        in_extension: beside.in_extension,
        not_over: beside.at.day() <= given.period.to(),
        head: revision.map(RevisionShown::from),
        lines: lines.collect(),
        attestation: revision
            .map(|revision| revision.attestation)
            .unwrap_or_default()
            .into(),
        may_edit: caller.may(Action::Report) && !matches!(state, Some(State::Submitted(_))),
        may_submit: caller.may(Action::Report)
            && state == Some(&State::Draft)
            && beside.stops_submission.is_empty(),
        may_decide: caller.may(Action::Decide)
            && matches!(state, Some(State::Submitted(done)) if beside.office.may_decide_of(&caller.actor, &done.by)),
        stops_submission: ProblemFault::of(beside.stops_submission),
        revisions: given.revisions.iter().map(RevisionShown::from).collect(),
        claimed_elsewhere: None,
        paid_by_the_same_money: Vec::new(),
        shares_above_whole: None,
    }
}
