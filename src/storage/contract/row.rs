//! Rows of contracts and of their terms.

use super::super::StorageError;
use super::super::cell::Cells;
use super::super::codec;
use crate::domain::contract::{Contract, Rebasing, Terms};
use crate::domain::funding::{ContractKind, Funder, Funding, FundingSource};
use crate::domain::moment::Moment;
use crate::domain::period::Reporting;

#[derive(sqlx::FromRow)]
pub(super) struct ContractRow {
    pub(super) contract_id: String,
    reference: String,
    ocid: Option<String>,
    supplier_id: String,
    starts_on: String,
    reporting: String,
    edition: String,
    created_at: i64,
    kind: String,
    funding: String,
    funder_id: Option<String>,
    funder_name: Option<String>,
    funding_reference: Option<String>,
    funded_by: Option<String>,
    pub(super) rebased: i64,
}

#[derive(sqlx::FromRow)]
pub(super) struct TermsRow {
    contract_id: String,
    version: i64,
    effective_on: String,
    recorded_at: i64,
    reason: Option<String>,
    title: String,
    value_pence: Option<i64>,
    value_gross_pence: Option<i64>,
    ends_on: String,
    may_extend_to_on: Option<String>,
    place: Option<String>,
    shares: String,
}

impl ContractRow {
    pub(super) fn read(
        self,
        versions: Vec<Terms>,
        rebasings: Vec<Rebasing>,
    ) -> Result<Contract, StorageError> {
        let cells = Cells {
            table: "contract",
            key: &self.contract_id,
        };
        if versions.is_empty() {
            return Err(cells.corrupt("contract_id", "a contract without a baseline of its terms"));
        }
        if usize::try_from(self.rebased) != Ok(rebasings.len()) {
            return Err(cells.corrupt("rebased", "not the number of its re-basings"));
        }
        let named = self.funder_name.map(Funder::Named);
        let funding = Funding {
            source: cells.some("funding", FundingSource::parse(&self.funding))?,
            funder: self.funder_id.map(Funder::Organisation).or(named),
            reference: self.funding_reference,
            contract: self.funded_by,
        };
        Ok(Contract {
            kind: cells.some("kind", ContractKind::parse(&self.kind))?,
            funding,
            starts_on: cells.day("starts_on", &self.starts_on)?,
            reporting: cells.some("reporting", Reporting::parse(&self.reporting))?,
            edition: cells.edition("edition", &self.edition)?,
            id: self.contract_id,
            reference: self.reference,
            ocid: self.ocid,
            supplier: self.supplier_id,
            created_at: Moment::from_micros(self.created_at),
            versions,
            rebasings,
        })
    }
}

impl TermsRow {
    pub(super) fn read(self) -> Result<(String, Terms), StorageError> {
        let key = format!("{} version {}", self.contract_id, self.version);
        let cells = Cells {
            table: "contract_terms",
            key: &key,
        };
        let terms = Terms {
            version: self.version,
            effective_on: cells.day("effective_on", &self.effective_on)?,
            recorded_at: Moment::from_micros(self.recorded_at),
            reason: self.reason,
            title: self.title,
            value: cells.maybe_pence("value_pence", self.value_pence)?,
            value_gross: cells.maybe_pence("value_gross_pence", self.value_gross_pence)?,
            ends_on: cells.day("ends_on", &self.ends_on)?,
            may_extend_to: cells.maybe_day("may_extend_to_on", self.may_extend_to_on.as_deref())?,
            place: self.place,
            shares: cells.good("shares", codec::shares(&self.shares))?,
        };
        Ok((self.contract_id, terms))
    }
}
