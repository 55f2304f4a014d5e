//! What a contract is, and whose money pays it. Programmes and corporate activity report as contracts do; what a grant
//! brought about and what a price brought about are told apart, so that nothing counts twice in one total.

use super::words::words;

words! {
    /// What is reported for.
    ContractKind {
        /// What a supplier delivers for a price.
        Contract = "contract",
        /// What somebody funds, with no supplier: whoever delivers it reports.
        Programme = "programme",
        /// What an anchor institution does itself, such as the volunteering of its staff.
        CorporateActivity = "corporate_activity",
    }
}

words! {
    /// Whose money pays it: figures of two sources are never added up.
    FundingSource {
        /// The price of a contract.
        ContractPrice = "contract_price",
        /// A grant.
        Grant = "grant",
        /// The means of whoever holds it.
        OwnResources = "own_resources",
    }
}

/// Whose money pays a contract, for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funding {
    /// The kind of money.
    pub source: FundingSource,
    /// Who gives it, where that is said.
    pub funder: Option<Funder>,
    /// What the funder calls it.
    pub reference: Option<String>,
    /// Id of the contract whose price it is, where that is another one of the partnership.
    pub contract: Option<String>,
}

/// Who gives money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Funder {
    /// An organisation, by id.
    Organisation(String),
    /// One that is not kept here, by name.
    Named(String),
}

impl Funding {
    /// Money of a source, and nothing more said of it.
    #[must_use]
    pub fn of(source: FundingSource) -> Self {
        Self {
            source,
            funder: None,
            reference: None,
            contract: None,
        }
    }
}

impl ContractKind {
    /// The source of its money where none is said; of a programme it must be.
    #[must_use]
    pub fn usual_funding(self) -> Option<FundingSource> {
        match self {
            Self::Contract => Some(FundingSource::ContractPrice),
            Self::Programme => None,
            Self::CorporateActivity => Some(FundingSource::OwnResources),
        }
    }

    /// Whether money of a source can pay it: a contract has a price, unless a grant pays it, and what an anchor institution
    /// does itself has none.
    #[must_use]
    pub fn may_be_paid_by(self, source: FundingSource) -> bool {
        match self {
            Self::Contract => source != FundingSource::OwnResources,
            Self::Programme => true,
            Self::CorporateActivity => source != FundingSource::ContractPrice,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_allowed() {
        for kind in ContractKind::ALL {
            let usual = kind.usual_funding();
            assert_eq!(usual.is_none(), *kind == ContractKind::Programme);
            assert!(usual.is_none_or(|source| kind.may_be_paid_by(source)));
            assert!(kind.may_be_paid_by(FundingSource::Grant), "{kind}");
        }
    }
}
