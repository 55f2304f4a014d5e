//! The only file that knows both an error and a status.

use actix_web::http::StatusCode;

use crate::operations::Refusal;
use crate::storage::StorageError;

use super::problem::Problem;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound(what) => Self::not_found(what),
            Refusal::Invalid(faults) => {
                let detail = format!(
                    "{} fault(s) in the input; see errors. Nothing was stored",
                    faults.len()
                );
                Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid",
                    "The input is at fault",
                    detail,
                )
                .with_faults(faults)
            }
            Refusal::Conflict { code, message } => Self::new(
                StatusCode::CONFLICT,
                code,
                "The state of things does not allow it",
                message,
            ),
            Refusal::Forbidden { code, message } => {
                Self::new(StatusCode::FORBIDDEN, code, "Not for this key", message)
            }
            Refusal::Reused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "This Idempotency-Key stands for another request",
                "its path or body was not the same; give each request a key of its own. Nothing was stored",
            ),
            Refusal::Stale => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "stale",
                "It changed since it was read",
                "read it again, and send the ETag you find as If-Match. Nothing was stored",
            ),
            Refusal::VersionNeeded => Self::new(
                StatusCode::PRECONDITION_REQUIRED,
                "if_match_needed",
                "Say which version this changes",
                "somebody else may have changed it: read it, and send its ETag as If-Match. Nothing was stored",
            ),
            Refusal::Storage(error) => storage(&error),
        }
    }
}

/// Seconds after which to ask again for what the database could not do: it, or its stand-in, is back by then in most
/// cases, and a thousand clients that ask every five seconds are no load.
const RETRY_AFTER: u32 = 5;

fn storage(error: &StorageError) -> Problem {
    match error {
        StorageError::Duplicate { .. } | StorageError::MissingReference { .. } => Problem::new(
            StatusCode::CONFLICT,
            "changed_meanwhile",
            "The state of things does not allow it",
            "something this rests on changed meanwhile; read it again",
        ),
        StorageError::OutOfRange { .. } => Problem::new(
            StatusCode::CONFLICT,
            "total_out_of_range",
            "The state of things does not allow it",
            "a stored total would leave the range that is counted; nothing was stored",
        ),
        StorageError::Conflict
        | StorageError::Locked(_)
        | StorageError::Unavailable(_)
        | StorageError::NotMigrated => {
            tracing::error!(%error, "the database is not available");
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "The database is not available",
                "nothing was stored; try again in a while",
            )
            .with_retry_after(RETRY_AFTER)
        }
        StorageError::OutcomeUnknown(_) => {
            tracing::error!(%error, "the answer to a commit was lost");
            let detail = "the database went away before it said whether this was stored: it is stored whole, or not \
                at all. Read it again; or repeat the same request, a POST with the Idempotency-Key it had";
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "outcome_unknown",
                "Nobody knows whether this was stored",
                detail,
            )
            .with_retry_after(RETRY_AFTER)
        }
        StorageError::Corrupt { .. }
        | StorageError::Refused(_)
        | StorageError::Unforeseen { .. } => {
            tracing::error!(%error, "the database refused");
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Something is wrong with what is kept",
                "nothing was stored; the log of the server says more",
            )
        }
    }
}
