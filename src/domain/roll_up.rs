//! Rows of a roll-up: what is added up under the same labels, stage, column, basis and funding source.

use super::basis::Basis;
use super::funding::FundingSource;
use super::ledger::posting::Stage;
use super::ledger::total::Sums;
use super::measure::Column;
use super::seal::Seal;

/// A value of a dimension: its id and what people call it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// What people call it; rows are in this order.
    pub name: String,
    /// Its id or code; empty where the dimension is unknown for these rows.
    pub id: String,
}

/// Counts of lines in a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lines {
    /// With a worth.
    pub valued: i64,
    /// Counted without £.
    pub record_only: i64,
    /// With a provisional worth.
    pub provisional: i64,
    /// With a face value in them that is never re-based.
    pub nominal: i64,
}

impl Lines {
    /// The counts of some sums.
    #[must_use]
    pub fn of(sums: &Sums) -> Self {
        Self {
            valued: sums.valued_lines,
            record_only: sums.record_only_lines,
            provisional: sums.provisional_lines,
            nominal: sums.nominal_lines,
        }
    }
}

/// A quantity, where the measure is among the dimensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The measure is not among the dimensions.
    NotAsked,
    /// A sum.
    Sum {
        /// Millionths of what postings count.
        micro: i64,
        /// How many of those are one unit: 12 unit-months of an average, else one.
        posted_of_unit: i64,
        /// The unit.
        unit: String,
    },
    /// Numerators over denominators, each added, in millionths.
    Ratio(i64, i64),
    /// No sum is allowed, for this reason (V7).
    Unavailable(String),
}

/// One row. Rows of different basis, stage, column or funding source stand apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollUpLine {
    /// A label a dimension, in the order asked.
    pub labels: Vec<Label>,
    /// The stage.
    pub stage: Stage,
    /// The column; `None` for record-only measures.
    pub column: Option<Column>,
    /// The basis.
    pub basis: Basis,
    /// Whose money pays it.
    pub funding: FundingSource,
    /// Pence; `None` for record-only.
    pub worth_pence: Option<i64>,
    /// The quantity.
    pub quantity: Shown,
    /// Lines.
    pub lines: Lines,
}

impl RollUpLine {
    /// What keeps it apart from all other rows of its roll-up, short enough for a cursor.
    #[must_use]
    pub fn key(&self) -> String {
        let labels = self.labels.iter();
        labels
            .fold(Seal::new(), |seal, label| seal.text(&label.id))
            .text(self.stage.word())
            .maybe(self.column.map(Column::word))
            .text(&self.basis.edition.to_string())
            .text(self.funding.word())
            .hex()
    }
}
