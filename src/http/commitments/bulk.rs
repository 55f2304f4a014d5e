//! `/v1/commitments/bulk`.

use actix_web::{HttpResponse, post};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use crate::domain::fault::Fault;
use crate::domain::policy::Action;
use crate::http::adjustments::AdjustmentsBody;
use crate::http::answer::Answer;
use crate::http::bulk::{Bulk, BulkItem, BulkProblemShown, BulkShown, Items};
use crate::http::fields::Fields;
use crate::http::problem::{Code, PROBLEM_JSON, Problem};
use crate::http::writing::Writing;
use crate::operations::Refusal;
use crate::operations::add_commitment::CommitmentGiven;
use crate::storage::Tx;

use super::shown::CommitmentShown;
use super::{PeriodTargetBody, add, given};

/// A new commitment of any contract. Its target is given as for a commitment alone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"contract": "01890a5d-ac96-774b-bcce-b302099a8060", "measure": "local-job-fte", "target": "25", "kpi": true}))]
pub struct ContractCommitmentBody {
    /// Id of the contract.
    pub contract: String,
    /// Code or alias of the measure.
    pub measure: String,
    /// Over the life of the contract: of an average in unit-years, of a product the product, of a ratio a percentage.
    #[schema(example = "25")]
    pub target: Option<String>,
    /// Parts of a composite, by code.
    pub components: Option<BTreeMap<String, String>>,
    /// Yes or no.
    pub answer: Option<bool>,
    /// Words.
    pub text: Option<String>,
    /// Period by period; averages are averages of their periods, as in returns.
    pub targets: Option<Vec<PeriodTargetBody>>,
    /// Whether the contract makes it a KPI.
    pub kpi: Option<bool>,
    /// Why it does not count the same thing as another commitment of the contract.
    pub counted_separately: Option<String>,
    /// Code of the place, where it is not the contract's.
    pub place: Option<String>,
    /// What is adjusted otherwise than the edition; what is left out stays as the edition has it.
    pub adjustments: Option<AdjustmentsBody>,
    /// Why, where anything is: at most 2,000 characters.
    pub adjusted_because: Option<String>,
}

/// Commitments to add.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"items": [
    {"contract": "01890a5d-ac96-774b-bcce-b302099a8060", "measure": "local-job-fte", "target": "25", "kpi": true},
    {"contract": "01890a5d-ac96-774b-bcce-b302099a8060", "measure": "volunteering-hours", "target": "400"}
]}))]
pub struct CommitmentsBody {
    /// The commitments, at most 1,000.
    pub items: Vec<ContractCommitmentBody>,
}

#[derive(Default)]
struct One {
    contract: Option<String>,
    given: CommitmentGiven,
}

impl BulkItem for One {
    const ASKED: Action = Action::AskToCommit;
    const ON_CONTRACT: Option<Action> = Some(Action::AmendContract);

    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            contract: fields.text("contract"),
            given: given(fields),
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
        add(tx, writing, id, &self.given, faults).await
    }
}

/// Adds many commitments
///
/// Up to 1,000, of any contracts, each as by `POST /v1/contracts/{id}/commitments`, and answered in the same order: an
/// item that is refused is told with its problem, and the others are stored all the same; with `atomic=true` all are, or
/// none. Items are a list in a JSON object, or one a line as `application/x-ndjson`; the answer is one a line for who
/// sent or wants that.
#[utoipa::path(
    tag = "commitments",
    params(
        ("atomic" = Option<bool>, Query, description = "All or nothing: one refused item refuses the call"),
    ),
    request_body(content(
        (CommitmentsBody = "application/json"),
        (String = "application/x-ndjson"),
    )),
    responses(
        (status = 200, description = "What became of each item, in order", content(
            (BulkShown<CommitmentShown> = "application/json"),
            (String = "application/x-ndjson"),
        )),
        (status = 422, description = "Refused", body = BulkProblemShown<CommitmentShown>, content_type = PROBLEM_JSON),
    ),
    extensions(("x-problems" = json!([Code::BulkRefused]))),
)]
#[post("/commitments/bulk")]
pub async fn post_commitments(bulk: Bulk, items: Items) -> Result<HttpResponse, Problem> {
    bulk.carry_out::<One>(&items).await
}
