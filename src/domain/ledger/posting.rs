//! One append-only entry in the ledger of value, chained by hash (L1, L4).

use super::super::amount::Worth;
use super::super::edition::EditionId;
use super::super::measure::Column;
use super::super::moment::Moment;
use super::super::period::Period;
use super::super::seal::Seal;
use super::super::words::words;

words! {
    /// Four different totals, always kept apart, never summed.
    Stage {
        /// Promised.
        Committed = "committed",
        /// Reported.
        Claimed = "claimed",
        /// Reported and supported by evidence.
        Evidenced = "evidenced",
        /// Accepted by the commissioner.
        Verified = "verified",
    }
}

/// What identifies a posting that stands: at most one stands for each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The stage.
    pub stage: Stage,
    /// The period.
    pub period: Period,
    /// The line of the return, or `commitment N`.
    pub line: String,
    /// Position of the anchor institution among the shares.
    pub position: i64,
    /// The anchor institution.
    pub anchor: String,
}

/// What a posting says of its line, once the whole was split between anchors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Code of the measure.
    pub measure: String,
    /// Its column, where it is valued.
    pub column: Option<Column>,
    /// The supplier.
    pub supplier: String,
    /// Where, if known.
    pub place: Option<String>,
    /// Tier of the chain of suppliers.
    pub tier: i64,
    /// Whom it was for, if said.
    pub target_group: Option<String>,
    /// The edition; with its price base and method the basis.
    pub edition: EditionId,
    /// The price base.
    pub price_base: String,
    /// Whether it lies after the contract's last day, in a possible extension.
    pub in_extension: bool,
    /// Whether the worth is provisional.
    pub provisional: bool,
    /// Whether a face value that is never re-based is in it.
    pub nominal: bool,
    /// This anchor's part of the quantity, in millionths, where it adds up; of an average in unit-months (V4).
    pub quantity_micro: Option<i64>,
    /// Numerator of a ratio, whole, never split.
    pub numerator_micro: Option<i64>,
    /// Denominator of a ratio, whole, never split.
    pub denominator_micro: Option<i64>,
    /// This anchor's part of the worth.
    pub worth: Worth,
}

/// A posting that should stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub identity: Identity,
    /// What it says.
    pub content: Content,
}

/// Whether a posting states something or takes an earlier one back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// It states.
    States,
    /// It takes back the posting of this sequence number, copying its parts.
    Reverses(i64),
}

/// One entry of a contract's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Place in the contract's chain, from 1, without gaps.
    pub sequence: i64,
    /// When; never earlier than the posting before it.
    pub recorded_at: Moment,
    /// Why it was appended.
    pub reason: String,
    /// States or reverses.
    pub entry: Entry,
    /// Which and what. A reversal carries what it takes back, unsigned.
    pub standing: Standing,
    /// SHA-256 over the hash before it and every field.
    pub hash: String,
}

/// The hash before the first posting of a chain.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Posting {
    /// +1 where it states, -1 where it takes back: what its numbers count in a sum.
    #[must_use]
    pub fn sign(&self) -> i64 {
        match self.entry {
            Entry::States => 1,
            Entry::Reverses(_) => -1,
        }
    }

    /// The hash it must have after the one before it.
    #[must_use]
    pub fn sealed(&self, contract: &str, previous: &str) -> String {
        let identity = &self.standing.identity;
        let content = &self.standing.content;
        let reverses = match self.entry {
            Entry::States => None,
            Entry::Reverses(sequence) => Some(sequence),
        };
        Seal::new()
            .text(previous)
            .text(contract)
            .number(self.sequence)
            .number(self.recorded_at.micros())
            .text(&self.reason)
            .maybe_number(reverses)
            .text(identity.stage.word())
            .text(&identity.period.label())
            .text(&identity.line)
            .number(identity.position)
            .text(&identity.anchor)
            .text(&content.measure)
            .maybe(content.column.map(Column::word))
            .text(&content.supplier)
            .maybe(content.place.as_deref())
            .number(content.tier)
            .maybe(content.target_group.as_deref())
            .text(&content.edition.to_string())
            .text(&content.price_base)
            .number(content.in_extension.into())
            .number(content.provisional.into())
            .number(content.nominal.into())
            .maybe_number(content.quantity_micro)
            .maybe_number(content.numerator_micro)
            .maybe_number(content.denominator_micro)
            .maybe_number(content.worth.pence())
            .hex()
    }
}
