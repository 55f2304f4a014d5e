//! How a partnership governs a table of values: drafted, proposed, approved by somebody else, published and sealed,
//! superseded, withdrawn. Each step owns who took it and when, and only the step before it leads there.

use super::edition::EditionId;
use super::report::Done;
use super::words::words;

words! {
    /// The word for a state.
    EditionState {
        /// Still being written.
        Draft = "draft",
        /// Waits for approval, and does not change meanwhile.
        Proposed = "proposed",
        /// Somebody else looked at it and agrees.
        Approved = "approved",
        /// Sealed: contracts may rest on it.
        Published = "published",
        /// Another edition took its place; it may still be chosen, knowingly.
        Superseded = "superseded",
        /// No new contract may rest on it.
        Withdrawn = "withdrawn",
    }
}

/// A proposal that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Who proposed it when.
    pub proposed: Done,
}

/// A proposal that somebody else agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// What was agreed to.
    pub proposal: Proposal,
    /// Who agreed when.
    pub approved: Done,
}

/// An approved edition that is out: it never changes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// What it rests on.
    pub approval: Approval,
    /// Who published it when.
    pub published: Done,
    /// SHA-256 over its resolved rows and series.
    pub digest: String,
}

/// What took the place of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// The edition that did.
    pub by: EditionId,
    /// Who published that one when.
    pub done: Done,
}

/// That no new contract may rest on a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Why.
    pub because: String,
    /// Who withdrew it when.
    pub done: Done,
}

/// Where an edition is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Being written.
    Draft,
    /// Waiting.
    Proposed(Proposal),
    /// Agreed to.
    Approved(Approval),
    /// Out.
    Published(Publication),
    /// Out, with a successor.
    Superseded(Publication, Succession),
    /// Out, and closed to new contracts.
    Withdrawn(Publication, Option<Succession>, Withdrawal),
}

/// An edition that a partnership governs, without its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Governed {
    /// Which one.
    pub id: EditionId,
    /// How often its table was put: what is decided names it.
    pub revision: i64,
    /// Who put the table that it has now, and when.
    pub drafted: Done,
    /// Where it is on its way.
    pub way: Way,
}

impl Proposal {
    /// Somebody agrees.
    #[must_use]
    pub fn approved(self, done: Done) -> Approval {
        Approval {
            proposal: self,
            approved: done,
        }
    }
}

impl Approval {
    /// It goes out, sealed.
    #[must_use]
    pub fn published(self, done: Done, digest: String) -> Publication {
        Publication {
            approval: self,
            published: done,
            digest,
        }
    }
}

impl Way {
    /// The word for it.
    #[must_use]
    pub fn state(&self) -> EditionState {
        match self {
            Self::Draft => EditionState::Draft,
            Self::Proposed(_) => EditionState::Proposed,
            Self::Approved(_) => EditionState::Approved,
            Self::Published(_) => EditionState::Published,
            Self::Superseded(..) => EditionState::Superseded,
            Self::Withdrawn(..) => EditionState::Withdrawn,
        }
    }

    /// The proposal it rests on.
    #[must_use]
    pub fn proposal(&self) -> Option<&Proposal> {
        match self {
            Self::Proposed(proposal) => Some(proposal),
            other => other.approval().map(|approval| &approval.proposal),
        }
    }

    /// The approval it rests on.
    #[must_use]
    pub fn approval(&self) -> Option<&Approval> {
        match self {
            Self::Approved(approval) => Some(approval),
            other => other.publication().map(|publication| &publication.approval),
        }
    }

    /// What is out of it: whatever rests on it goes on being valued by it.
    #[must_use]
    pub fn publication(&self) -> Option<&Publication> {
        match self {
            Self::Published(publication)
            | Self::Superseded(publication, _)
            | Self::Withdrawn(publication, ..) => Some(publication),
            Self::Draft | Self::Proposed(_) | Self::Approved(_) => None,
        }
    }

    /// What took its place.
    #[must_use]
    pub fn succession(&self) -> Option<&Succession> {
        match self {
            Self::Superseded(_, succession) => Some(succession),
            Self::Withdrawn(_, succession, _) => succession.as_ref(),
            _ => None,
        }
    }

    /// That no new contract may rest on it.
    #[must_use]
    pub fn withdrawal(&self) -> Option<&Withdrawal> {
        match self {
            Self::Withdrawn(.., withdrawal) => Some(withdrawal),
            _ => None,
        }
    }
}

impl Governed {
    /// The version that the next change must have seen.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{}-{}", self.revision, self.way.state())
    }

    /// Whether a new contract may rest on it.
    #[must_use]
    pub fn may_be_pinned(&self) -> bool {
        self.way.publication().is_some() && self.way.withdrawal().is_none()
    }
}
