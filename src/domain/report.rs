//! Returns: what a supplier reports for one contract and one period, in revisions (L7).

use super::amount::{Quantity, Share};
use super::moment::Moment;
use super::period::Period;
use super::valuation::Reported;
use super::words::words;

/// What supports a line: a link or a file by its SHA-256, and the quantity it supports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Where it is.
    pub kind: EvidenceKind,
    /// The quantity it supports; `None` supports the whole line.
    pub quantity: Option<Quantity>,
}

/// A link, or a file by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceKind {
    /// An address.
    Link(String),
    /// 64 lower-case hexadecimal digits.
    Sha256(String),
}

/// One line of a return, well formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// Its name in the return: the same line keeps it from revision to revision.
    pub line: String,
    /// Code of the measure.
    pub measure: String,
    /// What happened.
    pub reported: Reported,
    /// New starters in the period, for measures claimed in the first twelve months (V5).
    pub starters: Option<Quantity>,
    /// Where; else the contract's place.
    pub place: Option<String>,
    /// Whom it was for: a code for counting, no effect on worth.
    pub target_group: Option<String>,
    /// 0 the supplier, 1 its subcontractor, and so on.
    pub tier: i64,
    /// Names one real-world activity (V11).
    pub activity: Option<String>,
    /// The part of the activity that belongs to this contract.
    pub contract_share: Share,
    /// Why what is due to others is deducted as well, where only a share counts (V9).
    pub share_and_attribution: Option<String>,
    /// A note for the reader.
    pub note: Option<String>,
    /// What supports it.
    pub evidence: Vec<Evidence>,
}

/// The two ticks a reporter gives; both are needed at submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attestation {
    /// It is of this contract and period only.
    pub contract_and_period_only: bool,
    /// It relates to a commitment of the contract or is shown apart.
    pub relates_to_commitment: bool,
}

/// Who did something when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// When.
    pub at: Moment,
    /// Id of the key.
    pub by: String,
}

/// What a commissioner decided of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Who and when.
    pub done: Done,
    /// Why; needed to send back or reject.
    pub reason: Option<String>,
}

/// What was accepted of a line, where it is not what was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedLine {
    /// The line.
    pub line: String,
    /// What is accepted, never above the claim in size.
    pub accepted: Reported,
    /// Why less.
    pub reason: String,
}

/// The state of a revision, which owns its dates and people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Being written; may be replaced.
    Draft,
    /// Handed in.
    Submitted(Done),
    /// Handed back with a reason.
    SentBack(Done, Decided),
    /// Accepted, some lines perhaps lower.
    Accepted(Done, Decided, Vec<AcceptedLine>),
    /// Refused with a reason.
    Rejected(Done, Decided),
}

impl State {
    /// Its stable word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted(_) => "submitted",
            Self::SentBack(..) => "sent_back",
            Self::Accepted(..) => "accepted",
            Self::Rejected(..) => "rejected",
        }
    }

    /// Who submitted it, once it was.
    #[must_use]
    pub fn submitted(&self) -> Option<&Done> {
        match self {
            Self::Draft => None,
            Self::Submitted(done)
            | Self::SentBack(done, _)
            | Self::Accepted(done, ..)
            | Self::Rejected(done, _) => Some(done),
        }
    }

    /// The decision, once there is one.
    #[must_use]
    pub fn decided(&self) -> Option<&Decided> {
        match self {
            Self::Draft | Self::Submitted(_) => None,
            Self::SentBack(_, decided)
            | Self::Accepted(_, decided, _)
            | Self::Rejected(_, decided) => Some(decided),
        }
    }
}

words! {
    /// How far a return is: the word of its latest revision, or that there is none.
    Progress {
        /// The period is over and nothing was put.
        Missing = "missing",
        /// As [`State::Draft`].
        Draft = "draft",
        /// As [`State::Submitted`].
        Submitted = "submitted",
        /// As [`State::SentBack`].
        SentBack = "sent_back",
        /// As [`State::Accepted`].
        Accepted = "accepted",
        /// As [`State::Rejected`].
        Rejected = "rejected",
    }
}

/// One revision of a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// From 1.
    pub number: i64,
    /// Its lines in order.
    pub lines: Vec<ReportLine>,
    /// The ticks.
    pub attestation: Attestation,
    /// When it was last saved, and by whom.
    pub saved: Done,
    /// Its state.
    pub state: State,
}

impl Revision {
    /// Names what it says and where it stands: another name when either changed.
    #[must_use]
    pub fn version(&self) -> String {
        format!(
            "{}.{}.{}",
            self.number,
            self.saved.at.micros(),
            self.state.word()
        )
    }

    /// Whether two revisions say the same; who saved them when does not matter (L7).
    #[must_use]
    pub fn same_content(&self, lines: &[ReportLine], attestation: Attestation) -> bool {
        self.lines == lines && self.attestation == attestation
    }

    /// The figures accepted for a line: those named in the decision, else as claimed.
    #[must_use]
    pub fn accepted_figures<'a>(&'a self, line: &'a ReportLine) -> Option<&'a Reported> {
        match &self.state {
            State::Accepted(_, _, lowered) => Some(
                lowered
                    .iter()
                    .find(|accepted| accepted.line == line.line)
                    .map_or(&line.reported, |accepted| &accepted.accepted),
            ),
            _ => None,
        }
    }
}

/// A return: every revision for one contract and period, first to last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// The period.
    pub period: Period,
    /// Revisions by number; never empty.
    pub revisions: Vec<Revision>,
}

impl Return {
    /// The latest revision.
    #[must_use]
    pub fn latest(&self) -> Option<&Revision> {
        self.revisions.last()
    }

    /// The revision of a number.
    #[must_use]
    pub fn revision(&self, number: i64) -> Option<&Revision> {
        self.revisions
            .iter()
            .find(|revision| revision.number == number)
    }

    /// The revision whose claim stands: the latest submitted or accepted (L2).
    #[must_use]
    pub fn claimed(&self) -> Option<&Revision> {
        self.revisions
            .iter()
            .rev()
            .find(|revision| matches!(revision.state, State::Submitted(_) | State::Accepted(..)))
    }

    /// The revision whose accepted figures stand: the latest accepted (L2).
    #[must_use]
    pub fn verified(&self) -> Option<&Revision> {
        self.revisions
            .iter()
            .rev()
            .find(|revision| matches!(revision.state, State::Accepted(..)))
    }

    /// The return as it was known up to a moment.
    #[must_use]
    pub fn as_known_at(&self, moment: Moment) -> Self {
        let mut then = self.clone();
        then.revisions.retain(|revision| {
            revision
                .state
                .submitted()
                .is_some_and(|done| done.at <= moment)
        });
        for revision in &mut then.revisions {
            let still_open = revision
                .state
                .decided()
                .is_some_and(|decided| decided.done.at > moment);
            if let (true, Some(done)) = (still_open, revision.state.submitted().cloned()) {
                revision.state = State::Submitted(done);
            }
        }
        then
    }
}

/// How much of a line its evidence supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// There is none.
    None,
    /// The whole line.
    Whole,
    /// Up to so many millionths.
    Upto(i64),
}

impl Support {
    /// What pieces of evidence support together: one without a quantity supports the whole line.
    #[must_use]
    pub fn of(evidence: &[Evidence]) -> Self {
        if evidence.is_empty() {
            return Self::None;
        }
        let mut supported: i64 = 0;
        for one in evidence {
            match one.quantity {
                None => return Self::Whole,
                Some(quantity) => {
                    supported = supported.saturating_add(quantity.micro().saturating_abs());
                }
            }
        }
        Self::Upto(supported)
    }
}

/// The part of a line that its evidence supports; `None` where it has none (L2).
#[must_use]
pub fn evidenced(line: &ReportLine) -> Option<Reported> {
    supported(&line.reported, Support::of(&line.evidence))
}

/// The part of what was reported that is supported; `None` where nothing is (L2).
#[must_use]
pub fn supported(reported: &Reported, support: Support) -> Option<Reported> {
    match (reported, support) {
        // Harm counts in full: leaving it out for want of evidence would flatter.
        (Reported::Quantity(quantity), _) if quantity.is_negative() => Some(reported.clone()),
        (_, Support::None) => None,
        (Reported::Quantity(claimed), Support::Upto(micro)) => {
            Quantity::from_micro(micro.min(claimed.micro())).map(Reported::Quantity)
        }
        _ => Some(reported.clone()),
    }
}
