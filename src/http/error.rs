//! The only file that knows both an error and a status.

use crate::operations::{Conflict, Forbidden, Refusal};
use crate::storage::StorageError;

use super::problem::{Code, Problem};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound(what) => Self::not_found(what),
            Refusal::Invalid(faults) => {
                let detail = format!(
                    "{} fault(s) in the input; see errors. Nothing was stored",
                    faults.len()
                );
                Self::new(Code::Invalid, detail).with_faults(faults)
            }
            Refusal::Conflict { code, message } => Self::new(code.into(), message),
            Refusal::Forbidden { code, message } => Self::new(code.into(), message),
            Refusal::Failed(why) => {
                tracing::error!(why, "an operation failed");
                Self::new(
                    Code::Internal,
                    "nothing was stored; the log of the server says more",
                )
            }
            Refusal::Reused => Self::new(
                Code::IdempotencyKeyReused,
                "its path or body was not the same; give each request a key of its own. Nothing was stored",
            ),
            Refusal::Stale => Self::new(
                Code::Stale,
                "read it again, and send the ETag you find as If-Match. Nothing was stored",
            ),
            Refusal::Together { refused, all } => Self::new(
                Code::BulkRefused,
                format!(
                    "{refused} of {all} items were refused; see items. Nothing was stored: mend those and send all of \
                     them again, or send them without atomic=true"
                ),
            ),
            Refusal::VersionNeeded => Self::new(
                Code::IfMatchNeeded,
                "somebody else may have changed it: read it, and send its ETag as If-Match. Nothing was stored",
            ),
            Refusal::Storage(error) => storage(&error),
        }
    }
}

impl From<Conflict> for Code {
    fn from(conflict: Conflict) -> Self {
        match conflict {
            Conflict::AlreadyDecided => Self::AlreadyDecided,
            Conflict::AlreadySubmitted => Self::AlreadySubmitted,
            Conflict::ChangedMeanwhile => Self::ChangedMeanwhile,
            Conflict::EditionTaken => Self::EditionTaken,
            Conflict::IdentifierTaken => Self::IdentifierTaken,
            Conflict::KeyExpired => Self::KeyExpired,
            Conflict::KeyRevoked => Self::KeyRevoked,
            Conflict::KeyRotated => Self::KeyRotated,
            Conflict::LastAdministrator => Self::LastAdministrator,
            Conflict::NothingToSubmit => Self::NothingToSubmit,
            Conflict::NotSubmitted => Self::NotSubmitted,
            Conflict::OcidTaken => Self::OcidTaken,
            Conflict::OtherRevision => Self::OtherRevision,
            Conflict::OtherState => Self::OtherState,
            Conflict::OthersRestOnIt => Self::OthersRestOnIt,
            Conflict::PlaceTaken => Self::PlaceTaken,
            Conflict::ReferenceTaken => Self::ReferenceTaken,
            Conflict::SeriesTaken => Self::SeriesTaken,
            Conflict::StillInFlight => Self::StillInFlight,
            Conflict::TooManyCommitments => Self::TooManyCommitments,
        }
    }
}

impl From<Forbidden> for Code {
    fn from(forbidden: Forbidden) -> Self {
        match forbidden {
            Forbidden::SameActor => Self::SameActor,
            Forbidden::ValuesKept => Self::ValuesKept,
        }
    }
}

/// Seconds after which to ask again for what the database could not do: it, or its stand-in, is back by then in most
/// cases, and a thousand clients that ask every five seconds are no load.
const RETRY_AFTER: u32 = 5;

fn storage(error: &StorageError) -> Problem {
    match error {
        StorageError::Duplicate { .. } | StorageError::MissingReference { .. } => Problem::new(
            Code::ChangedMeanwhile,
            "something this rests on changed meanwhile; read it again",
        ),
        StorageError::OutOfRange { .. } => Problem::new(
            Code::TotalOutOfRange,
            "a stored total would leave the range that is counted; nothing was stored",
        ),
        StorageError::Conflict
        | StorageError::Locked(_)
        | StorageError::Unavailable(_)
        | StorageError::NotMigrated => {
            tracing::error!(%error, "the database is not available");
            Problem::new(
                Code::Unavailable,
                "nothing was stored; try again in a while",
            )
            .with_retry_after(RETRY_AFTER)
        }
        StorageError::OutcomeUnknown(_) => {
            tracing::error!(%error, "the answer to a commit was lost");
            let detail = "the database went away before it said whether this was stored: it is stored whole, or not \
                at all. Read it again; or repeat the same request, a POST with the Idempotency-Key it had";
            Problem::new(Code::OutcomeUnknown, detail).with_retry_after(RETRY_AFTER)
        }
        StorageError::Corrupt { .. }
        | StorageError::Refused(_)
        | StorageError::Unforeseen { .. } => {
            tracing::error!(%error, "the database refused");
            Problem::new(
                Code::Internal,
                "nothing was stored; the log of the server says more",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;
    use actix_web::http::header::RETRY_AFTER as RETRY_AFTER_HEADER;

    use super::*;

    #[test]
    fn a_reason_of_an_operation_is_called_the_same_outside() {
        for conflict in Conflict::ALL {
            let code = Code::from(*conflict);
            assert_eq!(
                (code.word(), code.status().as_u16()),
                (conflict.word(), 409)
            );
        }
        for forbidden in Forbidden::ALL {
            let code = Code::from(*forbidden);
            assert_eq!(
                (code.word(), code.status().as_u16()),
                (forbidden.word(), 403)
            );
        }
    }

    #[test]
    fn what_the_database_cannot_do_says_whether_and_when_to_ask_again() {
        let what = || "posting".to_owned();
        for (error, status, code, again) in [
            (
                StorageError::Unavailable(what()),
                503,
                Code::Unavailable,
                true,
            ),
            (StorageError::Conflict, 503, Code::Unavailable, true),
            (StorageError::NotMigrated, 503, Code::Unavailable, true),
            (
                StorageError::OutcomeUnknown(what()),
                503,
                Code::OutcomeUnknown,
                true,
            ),
            (
                StorageError::Duplicate { what: what() },
                409,
                Code::ChangedMeanwhile,
                false,
            ),
            (
                StorageError::OutOfRange { what: what() },
                409,
                Code::TotalOutOfRange,
                false,
            ),
            (StorageError::Refused(what()), 500, Code::Internal, false),
        ] {
            let problem = Problem::from(Refusal::Storage(error));
            assert_eq!((problem.status, problem.code), (status, code));
            let response = problem.error_response();
            let said = response.headers().get(RETRY_AFTER_HEADER);
            assert_eq!(
                said.map(|seconds| seconds.to_str().unwrap()),
                again.then_some("5")
            );
        }
    }
}
