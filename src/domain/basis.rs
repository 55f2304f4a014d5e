//! What makes two amounts addable: edition, price base and method of valuation as a whole.

use super::edition::{Edition, EditionId};

/// The basis of an amount. It stands on every total, so that two bases are never added up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Basis {
    /// The proxy edition.
    pub edition: EditionId,
    /// The prices its real values stand in.
    pub price_base: String,
    /// Its method of valuation.
    pub method: String,
}

impl Basis {
    /// The basis of everything an edition values.
    #[must_use]
    pub fn of(edition: &Edition) -> Self {
        let facts = edition.facts();
        Self {
            edition: facts.id.clone(),
            price_base: facts.price_base.clone(),
            method: facts.method.clone(),
        }
    }
}

impl std::fmt::Display for Basis {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}, prices of {}", self.edition, self.price_base)
    }
}
