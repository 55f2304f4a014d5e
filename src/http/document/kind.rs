//! What kind of operation one is, and what all of its kind can refuse.

use std::collections::BTreeSet;

use utoipa::openapi::path::{Operation, ParameterIn};

use crate::domain::policy::{Action, Role, Standing, Verdict, decide};
use crate::http::access::{action, is_open};
use crate::http::edges::rate_limits::is_free;
use crate::http::problem::Code;

use super::answers::has_parameter;

/// What is known of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// What the policy is asked for; none where everybody may.
    pub action: Option<Action>,
    /// It changes something: its handler takes a `Writing`.
    pub is_write: bool,
    /// It is a POST.
    pub is_post: bool,
    /// It is a GET.
    pub is_read: bool,
    /// It takes a body.
    has_body: bool,
    /// It takes query parameters.
    has_query: bool,
    /// Its path names something.
    has_name: bool,
    /// Its path names a contract.
    is_of_contract: bool,
    /// It counts towards the rate limits.
    is_limited: bool,
    /// It changes what two people may change, and asks which version.
    pub asks_version: bool,
    /// It answers with the version that the next change must have seen.
    pub gives_version: bool,
    /// The codes that its route says are its own.
    own: Vec<Code>,
}

impl Kind {
    /// Of an operation. A calculation stores nothing, and is asked by POST because its question is long.
    pub fn of(method: &str, path: &str, operation: &Operation, own: Vec<Code>) -> Self {
        let action = action(method, path);
        let is_write = method != "GET" && action.is_some_and(|one| one != Action::Calculate);
        Self {
            action,
            is_write,
            is_post: method == "POST",
            is_read: method == "GET",
            has_body: is_write || operation.request_body.is_some(),
            has_query: is_write || has_parameter(operation, &ParameterIn::Query),
            has_name: path.contains('{'),
            is_of_contract: path.starts_with("/v1/contracts/{id}"),
            is_limited: !is_free(path),
            asks_version: own.contains(&Code::Stale),
            gives_version: is_write
                && path.starts_with("/v1/contracts")
                && !path.ends_with("/bulk"),
            own,
        }
    }

    /// Every code it can answer with.
    pub fn codes(&self) -> BTreeSet<Code> {
        use Code as C;
        let mut codes: BTreeSet<Code> = self.own.iter().copied().collect();
        codes.extend([C::AddressTooLong, C::HeadTooLarge, C::Broken]);
        if self.is_limited {
            codes.insert(C::TooManyRequests);
        }
        if self.has_name {
            codes.insert(C::NotFound);
        }
        if self.has_query {
            codes.insert(C::BadQuery);
        }
        if self.action.is_some() {
            codes.extend([C::NotAcceptable, C::Internal, C::Unavailable]);
        }
        if self.action.is_some_and(|action| !is_open(action)) {
            codes.extend([C::Unauthorised, C::InvalidToken, C::TokenExpired, C::NoRole]);
            codes.insert(C::SignInUnavailable);
        }
        if self.action.is_some_and(|action| self.may_refuse(action)) {
            codes.insert(C::MayNot);
        }
        if self.has_body {
            codes.extend([C::MalformedBody, C::BodyTooSlow, C::BodyTooLarge]);
            codes.extend([C::UnsupportedMediaType, C::Invalid]);
        }
        if self.is_write {
            codes.extend([C::BadHeader, C::ChangedMeanwhile, C::OutcomeUnknown]);
        }
        if self.is_write && self.is_post {
            codes.extend([C::StillInFlight, C::IdempotencyKeyReused]);
        }
        codes
    }

    /// Whether the policy refuses an action to anybody who may see what it is about.
    fn may_refuse(&self, action: Action) -> bool {
        let standings = |role: Role| match role {
            _ if !self.is_of_contract => &[Standing::NotAsked][..],
            Role::Commissioner => &[Standing::Holds, Standing::HeldOnce, Standing::Stranger],
            Role::Supplier => &[Standing::Supplies, Standing::Stranger],
            Role::Administrator | Role::Analyst => &[Standing::Stranger],
        };
        Role::ALL.iter().any(|role| {
            let mut standings = standings(*role).iter();
            standings.any(|one| decide(Some(*role), action, *one) == Verdict::MayNot)
        })
    }
}
