//! Why an operation was not carried out, free of any transport.

use crate::domain::fault::Fault;
use crate::domain::words::words;
use crate::storage::{MayRetry, StorageError};

words! {
    /// What state of things does not allow something now.
    Conflict {
        /// Another revision of the return was decided already.
        AlreadyDecided = "already_decided",
        /// The return is submitted, and waits for its decision.
        AlreadySubmitted = "already_submitted",
        /// Somebody else was there between the reading and the writing.
        ChangedMeanwhile = "changed_meanwhile",
        /// Another edition of the partnership has the id.
        EditionTaken = "edition_taken",
        /// Another organisation has one of the identifiers.
        IdentifierTaken = "identifier_taken",
        /// The key has expired.
        KeyExpired = "key_expired",
        /// The key was revoked.
        KeyRevoked = "key_revoked",
        /// Another key took the place of this one.
        KeyRotated = "key_rotated",
        /// No other administrator key lives.
        LastAdministrator = "last_administrator",
        /// The return was sent back or rejected, and nothing else was put since.
        NothingToSubmit = "nothing_to_submit",
        /// The return is a draft.
        NotSubmitted = "not_submitted",
        /// Another contract has the open contracting id.
        OcidTaken = "ocid_taken",
        /// The return has no such revision.
        OtherRevision = "other_revision",
        /// The proxy edition is not in the state that the step begins in.
        OtherState = "other_state",
        /// Other returns could not stand if this decision stood.
        OthersRestOnIt = "others_rest_on_it",
        /// Another place has the code.
        PlaceTaken = "place_taken",
        /// Another contract has the reference.
        ReferenceTaken = "reference_taken",
        /// Another release of the series has the name.
        SeriesTaken = "series_taken",
        /// An equal request is under way.
        StillInFlight = "still_in_flight",
        /// The contract has as many commitments as one may have.
        TooManyCommitments = "too_many_commitments",
    }
}

words! {
    /// Why one who may see something may not do it, beyond what the policy says.
    Forbidden {
        /// The same hand submitted what it would decide.
        SameActor = "same_actor",
        /// The licence of a value does not let them see it.
        ValuesKept = "values_kept",
    }
}

/// Everything that can stand in the way. Nothing was stored; only after storage's `OutcomeUnknown` does nobody know.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It is not there, or not for the one who asks.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The input is at fault; every fault at once.
    #[error("the input has {} fault(s)", .0.len())]
    Invalid(Vec<Fault>),
    /// The state of things does not allow it now.
    #[error("{message}")]
    Conflict {
        /// Stable code.
        code: Conflict,
        /// What stands in the way and what to do.
        message: String,
    },
    /// The one who asks may not, though they may see it.
    #[error("{message}")]
    Forbidden {
        /// Stable code.
        code: Forbidden,
        /// Why, and who may.
        message: String,
    },
    /// The name of a request stands for another request.
    #[error("this Idempotency-Key was used for another request")]
    Reused,
    /// It is not any more what the one who asks has seen.
    #[error("this changed since it was read; read it again")]
    Stale,
    /// Some of what was to be done together was refused, and so none of it is done.
    #[error("{refused} of {all} were refused; nothing was stored")]
    Together {
        /// How many were refused.
        refused: usize,
        /// How many there were.
        all: usize,
    },
    /// Two people may change it, so the one who asks must say what they have seen.
    #[error("say which version this changes")]
    VersionNeeded,
    /// The program or its machine cannot do it: no fault of who asks.
    #[error("{0}")]
    Failed(String),
    /// What is kept could not be read or written.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Refusal {
    /// A conflict.
    pub(crate) fn conflict(code: Conflict, message: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            message: message.into(),
        }
    }

    /// Something that this one may not do.
    pub(crate) fn forbidden(code: Forbidden, message: impl Into<String>) -> Self {
        Self::Forbidden {
            code,
            message: message.into(),
        }
    }

    /// An equal request is under way for longer than is waited.
    pub(crate) fn still_in_flight() -> Self {
        let message = "a request under this name is still under way; ask again in a while";
        Self::conflict(Conflict::StillInFlight, message)
    }

    /// Somebody else was there between the reading and the writing.
    pub(crate) fn changed_meanwhile() -> Self {
        let message = "this changed while it was worked on; read it again";
        Self::conflict(Conflict::ChangedMeanwhile, message)
    }

    /// One fault.
    pub(crate) fn fault(
        pointer: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![Fault::new(pointer, code, message)])
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Invalid(vec![fault])
    }
}

impl MayRetry for Refusal {
    fn may_retry(&self) -> bool {
        matches!(self, Self::Storage(error) if error.may_retry())
    }
}
