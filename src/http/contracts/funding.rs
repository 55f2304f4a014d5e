//! Whose money pays a contract, as it is given and shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::funding::{Funder, Funding};
use crate::http::fields::Fields;
use crate::operations::add_contract::FundingGiven;

/// Whose money pays it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"source": "grant", "funder_name": "Community fund", "reference": "CF-2026-9"}))]
pub struct FundingBody {
    /// `contract_price`, which is usual for a contract; `grant`; or `own_resources`, which is usual for a
    /// `corporate_activity` and not taken for a contract. A programme must say.
    pub source: Option<String>,
    /// Id of the organisation that gives it.
    pub funder: Option<String>,
    /// Name of who gives it, where that is no organisation here, at most 300 characters.
    pub funder_name: Option<String>,
    /// What the funder calls it, at most 200 characters.
    pub reference: Option<String>,
    /// Id of the contract whose price it is, where that is another one here; only with `contract_price`.
    pub contract: Option<String>,
}

/// Reads it.
pub(super) fn funding(fields: &mut Fields<'_>) -> Option<FundingGiven> {
    fields.object("funding", |fields| FundingGiven {
        source: fields.text("source"),
        funder: fields.text("funder"),
        funder_name: fields.text("funder_name"),
        reference: fields.text("reference"),
        contract: fields.text("contract"),
    })
}

/// Whose money pays it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FundingShown {
    /// `contract_price`, `grant` or `own_resources`: figures of different sources are never added up.
    #[schema(example = "contract_price")]
    pub source: &'static str,
    /// Id of the organisation that gives it, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub funder: Option<String>,
    /// Name of who gives it, where that is no organisation here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Community fund")]
    pub funder_name: Option<String>,
    /// What the funder calls it, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Id of the contract whose price it is, where that is another one here: for those who may edit this one, and those
    /// who see all contracts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
}

impl FundingShown {
    /// With the contract that pays, where it may be told.
    pub fn of(funding: &Funding, tells_contract: bool) -> Self {
        let (funder, funder_name) = match &funding.funder {
            Some(Funder::Organisation(id)) => (Some(id.clone()), None),
            Some(Funder::Named(name)) => (None, Some(name.clone())),
            None => (None, None),
        };
        Self {
            source: funding.source.word(),
            funder,
            funder_name,
            reference: funding.reference.clone(),
            contract: funding.contract.clone().filter(|_| tells_contract),
        }
    }
}
