//! `/v1/returns/bulk`.

use actix_web::{HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::Fault;
use crate::domain::policy::Action;
use crate::http::answer::Answer;
use crate::http::bulk::{Bulk, BulkItem, BulkProblemShown, BulkShown, Items};
use crate::http::edges::if_match::{IfMatch, if_match_in};
use crate::http::fields::Fields;
use crate::http::problem::{Code, PROBLEM_JSON, Problem};
use crate::http::writing::Writing;
use crate::operations::Refusal;
use crate::operations::put_return::ReturnGiven;
use crate::operations::reading::Reading;
use crate::operations::seen::Seen;
use crate::storage::Tx;

use super::shown::{AttestationShown, ReturnShown};
use super::submission::submit;
use super::{LineBody, given, put};

/// What a supplier reports for a contract and a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "contract": "01890a5d-ac96-774b-bcce-b302099a8060", "period": "2026-27-Q1",
    "lines": [{"line": "1", "measure": "local-job-fte", "quantity": "12.5", "evidence": [{"link": "https://example.org/payroll-q1"}]}],
    "attestation": {"contract_and_period_only": true, "relates_to_commitment": true},
    "submit": true
}))]
pub struct ContractReturnBody {
    /// Id of the contract.
    pub contract: String,
    /// Label of the period, in the contract's calendar.
    #[schema(example = "2026-27-Q1")]
    pub period: String,
    /// Its lines, at most 500; a measure without a line is not zero.
    pub lines: Option<Vec<LineBody>>,
    /// The ticks.
    pub attestation: Option<AttestationShown>,
    /// The ETag of what is replaced, where something is: as the header `If-Match`; `*` replaces whatever is there.
    #[schema(example = "\"1-0123456789abcdef\"")]
    pub if_match: Option<String>,
    /// Whether it is submitted at once; where it cannot be, it is not put either.
    pub submit: Option<bool>,
}

/// Returns to put.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"items": [{
    "contract": "01890a5d-ac96-774b-bcce-b302099a8060", "period": "2026-27-Q1",
    "lines": [{"line": "1", "measure": "local-job-fte", "quantity": "12.5"}],
    "attestation": {"contract_and_period_only": true, "relates_to_commitment": true},
    "submit": true
}]}))]
pub struct ReturnsBody {
    /// The returns, at most 1,000.
    pub items: Vec<ContractReturnBody>,
}

#[derive(Default)]
struct One {
    contract: Option<String>,
    period: Option<String>,
    given: ReturnGiven,
    seen: Seen,
    submit: bool,
}

impl BulkItem for One {
    const ASKED: Action = Action::AskToReport;
    const ON_CONTRACT: Option<Action> = Some(Action::Report);

    fn read(fields: &mut Fields<'_>) -> Self {
        let seen = fields
            .text("if_match")
            .map(|text| match if_match_in(&text) {
                IfMatch::Any => Seen::Anything,
                IfMatch::Versions(versions) => Seen::Versions(versions),
            });
        Self {
            contract: fields.text("contract"),
            period: fields.text("period"),
            given: given(fields),
            seen: seen.unwrap_or_default(),
            submit: fields.flag("submit").unwrap_or(false),
        }
    }

    fn contract(&self) -> Option<&str> {
        self.contract.as_deref()
    }

    async fn carry_out(
        &self,
        tx: &mut Tx,
        writing: &Writing,
        faults: Vec<Fault>,
    ) -> Result<Answer, Refusal> {
        let id = self.contract().ok_or(Refusal::NotFound("contract"))?;
        let Some(period) = self.period.as_deref() else {
            let mut reading = Reading::after(faults);
            reading.required::<str>("/period", None);
            return reading.end(None);
        };
        let mut writing = writing.clone();
        writing.seen = self.seen.clone();
        let made = put(tx, &writing, (id, period), &self.given, faults).await?;
        if !self.submit {
            return Ok(made);
        }
        // What was put a moment ago in this transaction is what is submitted.
        writing.seen = Seen::Vouched;
        Ok(submit(tx, &writing, id, period).await?.made_by(made))
    }
}

/// Puts many returns, and submits them
///
/// Up to 1,000, of any contracts and periods, each as by `PUT /v1/contracts/{id}/returns/{period}` and, with `submit`,
/// its submission, and answered in the same order: an item that is refused is told with its problem, and the others are
/// stored all the same; with `atomic=true` all are, or none. Sending the same items again changes nothing. Items are a
/// list in a JSON object, or one a line as `application/x-ndjson`; the answer is one a line for who sent or wants that.
#[utoipa::path(
    tag = "returns",
    params(
        ("atomic" = Option<bool>, Query, description = "All or nothing: one refused item refuses the call"),
    ),
    request_body(content(
        (ReturnsBody = "application/json"),
        (String = "application/x-ndjson"),
    )),
    responses(
        (status = 200, description = "What became of each item, in order", content(
            (BulkShown<ReturnShown> = "application/json"),
            (String = "application/x-ndjson"),
        )),
        (status = 422, description = "Refused", body = BulkProblemShown<ReturnShown>, content_type = PROBLEM_JSON),
    ),
    extensions(("x-problems" = json!([Code::BulkRefused]))),
)]
#[post("/returns/bulk")]
pub async fn post_returns(bulk: Bulk, items: Items) -> Result<HttpResponse, Problem> {
    bulk.carry_out::<One>(&items).await
}
