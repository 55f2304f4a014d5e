//! `/v1/contracts/bulk`.

use actix_web::{HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::Fault;
use crate::domain::policy::Action;
use crate::http::answer::Answer;
use crate::http::bulk::{Bulk, BulkItem, BulkProblemShown, BulkShown, Items};
use crate::http::caller::Caller;
use crate::http::fields::Fields;
use crate::http::problem::{Code, PROBLEM_JSON, Problem};
use crate::http::writing::Writing;
use crate::operations::Refusal;
use crate::operations::add_contract::ContractGiven;
use crate::storage::Tx;

use super::shown::ContractShown;
use super::{ContractBody, add, given, may_add};

/// Contracts to add.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"items": [{
    "reference": "HBC-2026-018", "title": "Grounds maintenance",
    "anchor_institutions": [{"organisation": "01890a5d-ac96-774b-bcce-b302099a8057", "share": "1"}],
    "supplier": "01890a5d-ac96-774b-bcce-b302099a8059", "value": "250000.00",
    "starts_on": "2026-04-01", "ends_on": "2028-03-31", "proxy_edition": "open-uk/2026", "reporting": "quarterly"
}]}))]
pub struct ContractsBody {
    /// The contracts, at most 1,000.
    pub items: Vec<ContractBody>,
}

#[derive(Default)]
struct One(ContractGiven);

impl BulkItem for One {
    const ASKED: Action = Action::AskForContract;
    const ON_CONTRACT: Option<Action> = None;

    fn read(fields: &mut Fields<'_>) -> Self {
        Self(given(fields))
    }

    fn may(&self, caller: &Caller) -> Result<(), Problem> {
        may_add(caller, &self.0)
    }

    async fn carry_out(
        &self,
        tx: &mut Tx,
        writing: &Writing,
        faults: Vec<Fault>,
    ) -> Result<Answer, Refusal> {
        add(tx, writing, &self.0, faults).await
    }
}

/// Adds many contracts
///
/// Up to 1,000, each as by `POST /v1/contracts`, and answered in the same order: an item that is refused is told with
/// its problem, and the others are stored all the same; with `atomic=true` all are, or none. Items are a list in a JSON
/// object, or one a line as `application/x-ndjson`; the answer is one a line for who sent or wants that.
#[utoipa::path(
    tag = "contracts",
    params(
        ("atomic" = Option<bool>, Query, description = "All or nothing: one refused item refuses the call"),
    ),
    request_body(content(
        (ContractsBody = "application/json"),
        (String = "application/x-ndjson"),
    )),
    responses(
        (status = 200, description = "What became of each item, in order", content(
            (BulkShown<ContractShown> = "application/json"),
            (String = "application/x-ndjson"),
        )),
        (status = 422, description = "Refused", body = BulkProblemShown<ContractShown>, content_type = PROBLEM_JSON),
    ),
    extensions(("x-problems" = json!([Code::BulkRefused]))),
)]
#[post("/contracts/bulk")]
pub async fn post_contracts(bulk: Bulk, items: Items) -> Result<HttpResponse, Problem> {
    bulk.carry_out::<One>(&items).await
}
