//! Every stable code of a problem: its word, its status, its title, what it means and what to do. One table, from
//! which the answers, their pages and the document are made.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::words::words;

/// What is told of a code, whatever went wrong this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The status of every answer with it.
    pub status: StatusCode,
    /// A few words.
    pub title: &'static str,
    /// What happened, in plain sentences.
    pub meaning: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Makes the codes, and the one `match` that tells of them.
macro_rules! codes {
    ($($variant:ident = $word:literal, $status:ident, $title:literal: $meaning:literal, $remedy:literal;)+) => {
        words! {
            /// The stable code of a problem; also kept with its answer, so that the journal can tell of it.
            Code { $(#[doc = $title] $variant = $word),+ }
        }

        impl Code {
            /// What is told of it.
            #[must_use]
            pub fn told(self) -> Told {
                let (status, title, meaning, remedy) = match self {
                    $(Self::$variant => (StatusCode::$status, $title, $meaning, $remedy)),+
                };
                Told { status, title, meaning, remedy }
            }
        }
    };
}

codes! {
    // 400: what was sent cannot be read.
    MalformedBody = "malformed_body", BAD_REQUEST, "The body cannot be read":
        "The body is not well-formed JSON, is nested too deeply, names a field twice, or did not arrive whole. \
        Nothing in it was looked at.",
        "Send one JSON object, in UTF-8. `detail` says where reading stopped.";
    BadQuery = "bad_query", BAD_REQUEST, "The query cannot be read":
        "A query parameter is not known here, is given twice, cannot be read, or names something that is not there. \
        Unknown parameters are refused because a slip of the pen would else be an unfiltered answer.",
        "Look at `errors`: each `pointer` names a parameter (`?from`), and its `message` says what it takes.";
    BadHeader = "bad_header", BAD_REQUEST, "A header cannot be read":
        "`Idempotency-Key`, `If-Match` or `If-None-Match` does not hold what it may.",
        "Look at `errors`: each `pointer` names a header, and its `message` says what it takes.";

    // 401: who asks is not known.
    Unauthorised = "unauthorised", UNAUTHORIZED, "A key is needed":
        "The request has no API key, or more than one, or one that does not open: mistyped, expired, revoked, or used from \
        an address outside its networks. Which of these is not told.",
        "Send `Authorization: Bearer gm_<partnership>_<secret>`. If you do, ask an administrator of your partnership \
        whether the key still lives.";
    InvalidToken = "invalid_token", UNAUTHORIZED, "The access token is not taken":
        "The access token was not made for this server by an issuer that it knows, or its signature is not right. \
        The log of the server says which.",
        "Ask your sign-in for an access token (not an id token) for this API, and send it as it is.";
    TokenExpired = "token_expired", UNAUTHORIZED, "The access token is expired":
        "The access token was good once, and its time is over.",
        "Refresh it, or sign in again, and repeat the request.";

    // 403: it may be seen, and not be done.
    MayNot = "may_not", FORBIDDEN, "Not for your role":
        "You may see this, and your role does not allow what you asked for. Flags such as `may_submit` and `may_decide` \
        in answers say beforehand what you may do.",
        "Ask whoever may, or ask an administrator of your partnership for the role.";
    SameActor = "same_actor", FORBIDDEN, "Whoever submits does not decide":
        "The return was submitted, or the table of values written or proposed, by you, by the same key, or by one that it \
        was rotated from or to. Duties are separate: somebody else decides what you submit, also when you hold both roles.",
        "Let another person or key decide.";
    ValuesKept = "values_kept", FORBIDDEN, "The licence keeps these values":
        "The licence of a value in this proxy edition does not let it be passed on: it is calculated with, and only \
        administrators of the partnership see it. The answer would have told it.",
        "Ask an administrator to do it. What contracts are worth under this edition is shown to all who may see them.";
    NoRole = "no_role", FORBIDDEN, "No role":
        "Your access token is good, and no rule of this server gives it a role in a partnership.",
        "Ask whoever runs your sign-in to give you the group or role that the rules of this server name.";

    // 404 to 406: there is no such answer.
    NotFound = "not_found", NOT_FOUND, "Not found":
        "There is nothing at this path that you may see. What does not exist, and what is not yours to see, are \
        answered alike.",
        "Check the path, and the ids in it: lists such as `/v1/contracts` show everything that you may see.";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "The method is not allowed":
        "There is something at this path, and it does not take this method.",
        "Use one of the methods in the header `Allow`.";
    NotAcceptable = "not_acceptable", NOT_ACCEPTABLE, "No answer has a type that is accepted":
        "The header `Accept` takes neither `application/json` nor `application/problem+json`, and there is nothing else \
        to send. Nothing was done.",
        "Leave `Accept` out, or let it take `application/json`.";

    // 408, 413 to 415, 431: how it was sent.
    BodyTooSlow = "body_too_slow", REQUEST_TIMEOUT, "The body took too long":
        "The body did not arrive in the time that `detail` says. Nothing was done.",
        "Send it again, over a better line or in smaller parts.";
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "The body is too large":
        "The body has more bytes than are taken in one request. Nothing was done.",
        "Send it in smaller parts. `detail` says how much is taken.";
    AddressTooLong = "address_too_long", URI_TOO_LONG, "The address is too long":
        "Path and query together are longer than is taken.",
        "Ask for less at a time. `detail` says how much is taken.";
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body is not JSON":
        "The header `Content-Type` does not say that the body is JSON, or `Content-Encoding` says that it is compressed.",
        "Send JSON, not compressed, with `Content-Type: application/json`.";
    HeadTooLarge = "head_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE, "The header fields are too large":
        "The request has more header fields, or larger ones, than are taken.",
        "Send fewer: a large cookie of another program on the same host is a usual cause.";

    // 409: the state of things does not allow it now.
    ChangedMeanwhile = "changed_meanwhile", CONFLICT, "It changed meanwhile":
        "Somebody else changed what this rests on while it was worked on. Nothing was stored.",
        "Read it again, and repeat the request if it still makes sense.";
    StillInFlight = "still_in_flight", CONFLICT, "An equal request is under way":
        "An earlier request with this `Idempotency-Key` is still being worked on. It was waited for, for as long as \
        is waited.",
        "Repeat the same request with the same `Idempotency-Key` in a while: it is answered as the first one was, and \
        done once.";
    IdentifierTaken = "identifier_taken", CONFLICT, "The identifier is taken":
        "An organisation of this partnership has one of these identifiers already.",
        "Find it in `/v1/organisations`, and use that one.";
    PlaceTaken = "place_taken", CONFLICT, "The code is taken":
        "A place of this partnership has this code already.",
        "Use that place, or give this one another code.";
    ReferenceTaken = "reference_taken", CONFLICT, "The reference is taken":
        "A contract of this partnership has this reference already.",
        "If it is the same contract, use that one. Else give this one a reference of its own.";
    EditionTaken = "edition_taken", CONFLICT, "The edition is here already":
        "This partnership has a proxy edition of this set and edition already.",
        "Give the table another edition. While the other one is a draft, a table can be put in its place.";
    SeriesTaken = "series_taken", CONFLICT, "The release is here already":
        "This partnership has a series of this name and release already, and a release never changes.",
        "Give what changed another release; what rests on the one that is there goes on resting on it.";
    OtherState = "other_state", CONFLICT, "The proxy edition is in another state":
        "This step does not begin in the state that the proxy edition is in: a draft is proposed, what is proposed is \
        approved by somebody else, what is approved is published, and what is published is withdrawn.",
        "Read it: `status` says where it is, and its `may_...` flags what comes next.";
    OcidTaken = "ocid_taken", CONFLICT, "The contract is here already":
        "A contract of this partnership has this open contracting id already.",
        "Find it in `/v1/contracts`, and amend that one.";
    TooManyCommitments = "too_many_commitments", CONFLICT, "Too many commitments":
        "The contract has as many commitments as a contract may have.",
        "Amend one of them. What is reported without a commitment counts too, apart from the delivery of commitments.";
    AlreadySubmitted = "already_submitted", CONFLICT, "It is submitted already":
        "The return is submitted and waits for its decision, and what you sent differs from it. The same content \
        again would be answered 200.",
        "Wait for the decision, or ask for it to be sent back. After the decision, other content opens the next revision.";
    NothingToSubmit = "nothing_to_submit", CONFLICT, "There is nothing to submit":
        "The latest revision of the return was sent back or rejected, and nothing else was put since.",
        "Put the corrected return, which opens the next revision, and submit that.";
    NotSubmitted = "not_submitted", CONFLICT, "It is not submitted yet":
        "The revision is a draft: there is nothing to decide.",
        "Wait until it is submitted.";
    OtherRevision = "other_revision", CONFLICT, "There is no such revision":
        "A decision names the revision that it decides, and there is none of that number, or not any more.",
        "Read it again, look at its latest revision, and decide that one by its number.";
    AlreadyDecided = "already_decided", CONFLICT, "It is decided already":
        "The revision was decided otherwise. A decision is never changed; the same decision again would be answered 200.",
        "A correction is a new revision: the supplier puts it, submits it, and it is decided in its turn.";
    OthersRestOnIt = "others_rest_on_it", CONFLICT, "Other returns rest on this one":
        "Other returns of the contract were counted together with this one, and would be wrong if this decision stood: \
        for example, later quarters rest on the starters of earlier ones.",
        "Decide the returns that `detail` names first.";
    LastAdministrator = "last_administrator", CONFLICT, "It is the last administrator's key":
        "No other administrator key of the partnership lives as long as this one: some day nobody could make another.",
        "Rotate it, or make an administrator key that does not end before it, and then revoke this one.";
    KeyRevoked = "key_revoked", CONFLICT, "The key was revoked":
        "A revoked key cannot be rotated.",
        "Make a new key.";
    KeyRotated = "key_rotated", CONFLICT, "The key was rotated already":
        "Another key took the place of this one.",
        "Rotate that other key.";
    KeyExpired = "key_expired", CONFLICT, "The key has expired":
        "An expired key cannot be rotated.",
        "Make a new key.";
    TotalOutOfRange = "total_out_of_range", CONFLICT, "A total would be out of range":
        "A total would leave the range in which pence and quantities are counted exactly (about 9 x 10^18). Nothing is \
        rounded and nothing wraps: it is refused, and nothing was stored.",
        "Look for a slip in the quantities, such as pounds in place of millions. In a roll-up, ask for fewer contracts \
        or periods at a time.";

    // 412, 428: which version is changed.
    Stale = "stale", PRECONDITION_FAILED, "It changed since it was read":
        "`If-Match` names a version that is not the one there is now, or `If-None-Match: *` says that nothing is there, \
        and something is. Somebody else was there in between. Nothing was stored.",
        "Read it again, put your change upon what you find, and send its new `ETag` as `If-Match`.";
    IfMatchNeeded = "if_match_needed", PRECONDITION_REQUIRED, "Say which version this changes":
        "Two people may change this. Without `If-Match`, the later one would overwrite the earlier one without knowing. \
        Nothing was stored.",
        "Read it, and send the `ETag` of that answer as `If-Match`. `If-Match: *` overwrites whatever is there.";

    // 422: it was read, and is at fault.
    Invalid = "invalid", UNPROCESSABLE_ENTITY, "The input is at fault":
        "The body was read, and something in it is wrong. All faults are told at once, and nothing was stored.",
        "Look at `errors`: each `pointer` names a place in the body (`/lines/0/quantity`), its `code` is the kind of \
        fault, and its `message` says what to do.";
    BulkRefused = "bulk_refused", UNPROCESSABLE_ENTITY, "Some items were refused, and so none is stored":
        "With `atomic=true` all items are stored or none is, and some were refused. `items` tells of each why, or what \
        it would have been answered.",
        "Mend the items that were refused and send all of them again, or send them without `atomic=true`.";
    IdempotencyKeyReused = "idempotency_key_reused", UNPROCESSABLE_ENTITY,
        "This Idempotency-Key stands for another request":
        "A request with this `Idempotency-Key` was made within the last 24 hours, with another path or another body. \
        Nothing was stored.",
        "Give each request a key of its own, such as a UUID, and repeat a request with its key and exactly its body.";

    // 429: it was too much.
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "Too many requests":
        "Your key, or your address, asked for more than its share. `RateLimit-Policy` and `RateLimit` on every answer \
        tell the limits, and how you stand. Nothing was done.",
        "Wait for the seconds in `Retry-After`. Spread requests out, and keep answers that have not changed (`ETag`).";

    // 500, 503: it is not your fault.
    Broken = "broken", INTERNAL_SERVER_ERROR, "A fault of this program":
        "The program met a fault of its own. Whether the request was carried out is not known.",
        "Read again before you repeat it; a POST with an `Idempotency-Key` may be repeated as it is. Tell whoever runs the \
        server the `x-request-id` of the answer.";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something is wrong with what is kept":
        "What is kept could not be read as what it should be, or the database said what nobody foresaw. Nothing was \
        stored.",
        "Tell whoever runs the server the `x-request-id` of the answer: the log says more, and repeating will not help.";
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "The database is not available":
        "The database does not answer, has no room, or is too busy. Nothing was stored.",
        "Repeat the same request after the seconds in `Retry-After`.";
    OutcomeUnknown = "outcome_unknown", SERVICE_UNAVAILABLE, "Nobody knows whether this was stored":
        "The database went away before it said whether the change was stored. It is stored whole, or not at all.",
        "Repeat exactly the same request after the seconds in `Retry-After`: a PUT as it is, a POST with the \
        `Idempotency-Key` that it had. Without one, read first whether it is there.";
    NotTried = "not_tried", SERVICE_UNAVAILABLE, "Not tried":
        "This item of a bulk call stood behind some that could not be carried out for now. Nothing was done with it.",
        "Send it again: with the `Idempotency-Key` and the body that the call had, what was stored is answered again, \
        and the rest is carried out.";
    SignInUnavailable = "sign_in_unavailable", SERVICE_UNAVAILABLE, "Nobody can be signed in for now":
        "The keys that prove access tokens could not be had from their issuer. API keys work as always.",
        "Repeat the same request after the seconds in `Retry-After`.";
}

impl Code {
    /// Where its page is, from the root of this server; the `type` of the problem (RFC 9457 allows a relative one).
    #[must_use]
    pub fn page(self) -> String {
        format!("/problems/{}", self.word())
    }

    /// Its status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.told().status
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.word())
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        "ProblemCode".into()
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let mut object = Object::with_type(Type::String);
        object.description = Some(
            "Stable code of a problem. `/problems/{code}` says what each means and what to do."
                .to_owned(),
        );
        object.enum_values = Some(
            Self::ALL
                .iter()
                .map(|code| Value::from(code.word()))
                .collect(),
        );
        object.into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_told_in_sentences() {
        let mut titles = BTreeSet::new();
        for code in Code::ALL {
            let Told {
                status,
                title,
                meaning,
                remedy,
            } = code.told();
            assert!(
                status.is_client_error() || status.is_server_error(),
                "{code}"
            );
            assert!(titles.insert(title), "{code}: two codes are called {title}");
            for text in [meaning, remedy] {
                assert!(
                    text.ends_with('.') && !text.contains("  "),
                    "{code}: {text}"
                );
            }
            assert!(
                code.word()
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            );
            assert_eq!(Code::parse(code.word()), Some(*code));
        }
    }
}
