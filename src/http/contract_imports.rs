//! `/v1/contract-imports`.

use super::writing::Writing;
use crate::storage::Tx;
use actix_web::{HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::policy::Action;
use crate::operations::import_contract::{ImportGiven, Imported, Party, import_contract};

use super::answer::Answer;
use super::body::Body;
use super::caller::Caller;
use super::contracts::shown::ContractShown;
use super::problem::{Code, Problem};

/// An import: the document, and who holds the contract.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "document": {
        "ocid": "ocds-example-000001",
        "tag": ["award"],
        "buyer": {"id": "GB-LAC-HAL", "name": "Halton Borough Council"},
        "parties": [
            {"id": "GB-LAC-HAL", "name": "Halton Borough Council", "identifier": {"scheme": "GB-LAC", "id": "HAL"}, "roles": ["buyer"]},
            {"id": "GB-COH-00000001", "name": "Larkfield Works Ltd", "identifier": {"scheme": "GB-COH", "id": "00000001"}, "roles": ["supplier"], "details": {"scale": "sme", "vcse": false}}
        ],
        "awards": [{
            "id": "1",
            "title": "Repair of park paths",
            "suppliers": [{"id": "GB-COH-00000001", "name": "Larkfield Works Ltd"}],
            "value": {"amount": 44341, "currency": "GBP"},
            "contractPeriod": {"startDate": "2026-10-01T00:00:00+01:00", "endDate": "2027-03-31T23:59:59+01:00"}
        }]
    },
    "anchor": true
}))]
pub struct ContractImportBody {
    /// An open contracting document (OCDS 1.1): a record package, a release package, a record or a release.
    #[schema(value_type = Object)]
    pub document: String,
    /// Whether the buyer becomes an anchor institution and holds the contract; this or `held_by`.
    pub anchor: Option<bool>,
    /// The anchor institution that holds the contract, by id; this or `anchor`.
    pub held_by: Option<String>,
    /// The proxy edition; `open-uk/2026` when missing.
    pub proxy_edition: Option<String>,
    /// `monthly`, `quarterly` or `yearly`; `quarterly` when missing.
    pub reporting: Option<String>,
    /// Code of the place.
    pub place: Option<String>,
    /// The partnership's own reference; the OCID when missing.
    pub reference: Option<String>,
    /// Id of the contract (or award) in the document, where it holds several, or the OCID of its record.
    pub contract: Option<String>,
    /// Id of the supplier in the document, where it holds several.
    pub supplier: Option<String>,
    /// Kind of the buyer, where it is added and the document does not say.
    pub buyer_kind: Option<String>,
}

/// A body that the document names.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyShown {
    /// Its name in the document.
    pub name: String,
    /// Id of the organisation; `null` for a buyer of a contract that another organisation holds.
    pub organisation: Option<String>,
    /// Whether it was added now; else it was found by an identifier of a register.
    pub added: bool,
}

impl From<Party> for PartyShown {
    fn from(party: Party) -> Self {
        Self {
            name: party.name,
            organisation: party.organisation,
            added: party.added,
        }
    }
}

/// What was imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContractImportShown {
    /// The contract.
    pub contract: ContractShown,
    /// Who buys.
    pub buyer: PartyShown,
    /// Who supplies.
    pub supplier: PartyShown,
    /// Where in the document the value was: `contract`, `award` or `tender`; `null` where there is none.
    #[schema(example = "contract")]
    pub value_from: Option<String>,
    /// Where in the document the days were: `contract`, `award`, `lot` or `tender`.
    #[schema(example = "contract")]
    pub days_from: String,
    /// What a careful reader should know.
    pub warnings: Vec<String>,
}

impl ContractImportShown {
    fn of(imported: Imported, caller: &Caller) -> Self {
        Self {
            contract: ContractShown::of(&imported.contract, caller),
            buyer: imported.buyer.into(),
            supplier: imported.supplier.into(),
            value_from: imported.value_from.map(str::to_owned),
            days_from: imported.days_from.to_owned(),
            warnings: imported.warnings,
        }
    }
}

/// Imports a contract from an open contracting document
///
/// Bodies are found by their identifiers in registers, or added; ids that are local to a notice are not used. Net and
/// gross value are read apart and neither is worked out from the other; an amount of 0 is no amount. Days are the
/// calendar days as written. Where a document holds several contracts or suppliers, the faults list them, and
/// `contract` or `supplier` chooses. What is doubtful stands in `warnings`; what is missing is a fault that says where
/// it was looked for. Nothing is stored unless everything is.
#[utoipa::path(
    tag = "contracts",
    request_body = ContractImportBody,
    responses(
        (status = 201, description = "Imported; `Location` is the contract", body = ContractImportShown),
    ),
    extensions(("x-problems" = json!([Code::OcidTaken, Code::ReferenceTaken, Code::IdentifierTaken]))),
)]
#[post("/contract-imports")]
pub async fn post_contract_import(writing: Writing, body: Body) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(|fields| ImportGiven {
        document: fields.any("document"),
        anchor: fields.flag("anchor"),
        held_by: fields.text("held_by"),
        proxy_edition: fields.text("proxy_edition"),
        reporting: fields.text("reporting"),
        place: fields.text("place"),
        reference: fields.text("reference"),
        contract: fields.text("contract"),
        supplier: fields.text("supplier"),
        buyer_kind: fields.text("buyer_kind"),
    });
    let holders: Vec<&str> = given.held_by.as_deref().into_iter().collect();
    writing.caller.must_hold(Action::AddContract, &holders)?;
    writing
        .carry_out(None, &body.digest, async |tx: &mut Tx| {
            let faults = faults.clone();
            let imported = import_contract(tx, writing.hand(), &given, faults).await?;
            let location = format!("/v1/contracts/{}", imported.contract.id);
            Answer::created(
                location,
                &ContractImportShown::of(imported, &writing.caller),
            )
        })
        .await
}
