//! `/v1/contracts/{id}/returns/{period}/decision`.

use super::super::fields::Fields;
use super::super::writing::Writing;
use crate::storage::Tx;
use std::collections::BTreeMap;

use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::operations::decide_return::{AcceptedLineGiven, DecisionGiven, decide_return};
use crate::operations::put_return::MOST_LINES;

use super::super::body::Body;
use super::super::figures::{self, ACCEPTED};
use super::super::problem::{Code, Problem};
use super::shown::ReturnShown;
use super::submission::shown;

/// A line that is not accepted as claimed, in the shape its measure takes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedLineBody {
    /// The line.
    pub line: String,
    /// A plain quantity, never above the claim in size.
    #[schema(example = "11.5")]
    pub accepted_quantity: Option<String>,
    /// Factors of a product and parts of a composite, by code.
    pub accepted_components: Option<BTreeMap<String, String>>,
    /// Those that meet a ratio.
    pub accepted_numerator: Option<String>,
    /// All of a ratio, as claimed.
    pub accepted_denominator: Option<String>,
    /// Yes or no.
    pub accepted_answer: Option<bool>,
    /// Words.
    pub accepted_text: Option<String>,
    /// Why.
    pub reason: String,
}

/// A decision of one revision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "revision": 1, "decision": "accept",
    "lines": [{"line": "1", "accepted_quantity": "11.5", "reason": "One post is on another contract"}]
}))]
pub struct DecisionBody {
    /// The revision it decides.
    pub revision: i64,
    /// `accept`, `send_back` or `reject`.
    pub decision: String,
    /// Why; needed to send back or reject.
    pub reason: Option<String>,
    /// Lines not accepted as claimed, when the return is accepted.
    pub lines: Option<Vec<AcceptedLineBody>>,
}

/// Decides a return
///
/// Accepts a submitted revision (a line that is not listed as claimed, a listed one at what is accepted of it, never above
/// the claim), sends it back or rejects it with a reason. What is accepted stands in the ledger as `verified`; a rejected
/// correction leaves the accepted one standing. The same decision again answers the same and posts nothing. The key or
/// person that submitted cannot decide, whatever their roles, unless the server lets administrators do so.
#[utoipa::path(
    tag = "returns",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("period" = String, Path, description = "Label of the period, in the contract's calendar"),
    ),
    request_body = DecisionBody,
    responses(
        (status = 200, description = "Decided", body = ReturnShown),
    ),
    extensions(("x-problems" = json!([
        Code::Stale,
        Code::SameActor, Code::OtherRevision, Code::NotSubmitted, Code::AlreadyDecided,
        Code::TotalOutOfRange, Code::OthersRestOnIt
    ]))),
)]
#[post("/contracts/{id}/returns/{period}/decision")]
pub async fn post_decision(
    writing: Writing,
    path: Path<(String, String)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (id, period) = path.into_inner();
    let (decision, faults) = body.take(given);
    let seen = &writing.seen;
    writing
        .carry_out(Some(&id), &body.digest, async |tx: &mut Tx| {
            let faults = faults.clone();
            let decided =
                decide_return(tx, writing.hand(), &id, &period, &decision, seen, faults).await?;
            shown(tx, &writing, &id, &decided).await
        })
        .await
}

fn given(fields: &mut Fields<'_>) -> DecisionGiven {
    DecisionGiven {
        revision: fields.whole("revision"),
        decision: fields.text("decision"),
        reason: fields.text("reason"),
        lines: fields
            .list("lines", MOST_LINES, |one| AcceptedLineGiven {
                line: one.text("line"),
                figures: figures::read(one, &ACCEPTED),
                reason: one.text("reason"),
            })
            .unwrap_or_default(),
    }
}
