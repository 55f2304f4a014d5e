//! How a contract is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::Pence;
use crate::domain::contract::{Contract, Terms};
use crate::domain::funding::ContractKind;
use crate::domain::period::Day;
use crate::domain::policy::Action;

use super::super::caller::Caller;
use super::funding::FundingShown;
use super::rebasings::RebasingListed;

/// An anchor institution and its share of a contract.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareShown {
    /// Id of the organisation.
    pub organisation: String,
    /// Its share, exact: `3/5`, or `1` for the whole.
    #[schema(example = "3/5")]
    pub share: String,
}

/// What a contract says from one version on.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsShown {
    /// 1 is the baseline, then one more each amendment.
    pub version: i64,
    /// The day it holds from.
    #[schema(example = "2026-04-01")]
    pub effective_on: String,
    /// When it was recorded, UTC.
    pub recorded_at: String,
    /// Why it was changed; the baseline has none.
    pub reason: Option<String>,
    /// Title.
    pub title: String,
    /// Who holds it.
    pub anchor_institutions: Vec<ShareShown>,
    /// Net value in pounds, where known.
    #[schema(example = "1500000.00")]
    pub value: Option<String>,
    /// Gross value in pounds, where known.
    pub value_gross: Option<String>,
    /// Last day.
    pub ends_on: String,
    /// Last day of a possible extension.
    pub may_extend_to: Option<String>,
    /// Code of the place, where known.
    pub place: Option<String>,
}

impl From<&Terms> for TermsShown {
    fn from(terms: &Terms) -> Self {
        let shares = terms.shares.parts().iter();
        let pounds = |value: Option<Pence>| value.map(|pence| pence.to_string());
        Self {
            version: terms.version,
            effective_on: terms.effective_on.to_string(),
            recorded_at: terms.recorded_at.to_string(),
            reason: terms.reason.clone(),
            title: terms.title.clone(),
            anchor_institutions: shares
                .map(|(organisation, share)| ShareShown {
                    organisation: organisation.clone(),
                    share: share.to_string(),
                })
                .collect(),
            value: pounds(terms.value),
            value_gross: pounds(terms.value_gross),
            ends_on: terms.ends_on.to_string(),
            may_extend_to: terms.may_extend_to.map(|day: Day| day.to_string()),
            place: terms.place.clone(),
        }
    }
}

/// A contract in a list: with the terms that hold now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContractListed {
    /// Its id.
    pub id: String,
    /// The partnership's own reference.
    #[schema(example = "HBC-2026-017")]
    pub reference: String,
    /// Open contracting id, where known.
    pub ocid: Option<String>,
    /// `contract`, `programme` or `corporate_activity`.
    #[schema(example = "contract")]
    pub kind: &'static str,
    /// Id of the supplier; `null` where there is none.
    pub supplier: Option<String>,
    /// Id of whoever delivers it, and reports.
    pub delivered_by: String,
    /// Whose money pays it.
    pub funding: FundingShown,
    /// First day.
    pub starts_on: String,
    /// `monthly`, `quarterly` or `yearly`.
    pub reporting: String,
    /// The edition it is valued by now.
    #[schema(example = "open-uk/2026")]
    pub proxy_edition: String,
    /// When it was recorded, UTC.
    pub created_at: String,
    /// The terms that hold now.
    pub current: Option<TermsShown>,
    /// Whether the one who asks may amend it, and add and amend its commitments.
    pub may_edit: bool,
    /// Whether the one who asks may put and submit its returns.
    pub may_report: bool,
    /// Whether the one who asks may decide its returns, but for those they submitted.
    pub may_decide: bool,
}

impl ContractListed {
    /// As the one who asks may see it.
    pub fn of(one: &Contract, caller: &Caller) -> Self {
        let may_edit = caller.may_do(Action::AmendContract, one);
        Self {
            id: one.id.clone(),
            reference: one.reference.clone(),
            ocid: one.ocid.clone(),
            kind: one.kind.word(),
            supplier: Some(one.supplier.clone()).filter(|_| one.kind == ContractKind::Contract),
            delivered_by: one.supplier.clone(),
            funding: FundingShown::of(&one.funding, caller.sees_all() || may_edit),
            starts_on: one.starts_on.to_string(),
            reporting: one.reporting.word().to_owned(),
            proxy_edition: one.edition.to_string(),
            created_at: one.created_at.to_string(),
            current: one.current().map(TermsShown::from),
            may_edit,
            may_report: caller.may_do(Action::Report, one),
            may_decide: caller.may_do(Action::Decide, one),
        }
    }
}

/// A contract, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContractShown {
    /// The contract with the terms that hold now.
    #[serde(flatten)]
    pub contract: ContractListed,
    /// The terms it began with.
    pub baseline: Option<TermsShown>,
    /// Every version, baseline first.
    pub versions: Vec<TermsShown>,
    /// Labels of its periods, extension left out: what a return or a target by period may be for.
    pub periods: Vec<String>,
    /// Every change of the edition it is valued by; missing where there was none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rebasings: Vec<RebasingListed>,
}

impl ContractShown {
    /// As the one who asks may see it.
    pub fn of(one: &Contract, caller: &Caller) -> Self {
        Self {
            contract: ContractListed::of(one, caller),
            baseline: one.baseline().map(TermsShown::from),
            versions: one.versions.iter().map(TermsShown::from).collect(),
            periods: one
                .periods()
                .into_iter()
                .map(|period| period.label())
                .collect(),
            rebasings: one.rebasings.iter().map(RebasingListed::from).collect(),
        }
    }
}
