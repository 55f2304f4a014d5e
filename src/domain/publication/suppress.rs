//! What is kept back of small numbers in public: a figure that few stand behind or that counts few, and as many others
//! as it takes that nothing of it can be worked out by subtraction.

use std::collections::{BTreeMap, BTreeSet};

use super::super::basis::Basis;
use super::super::funding::FundingSource;
use super::super::ledger::posting::Stage;
use super::super::measure::Column;

/// From when on a figure is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Whole units: a count below it, but for zero, is kept back.
    pub smallest_count: i64,
    /// A figure that fewer contracts stand behind is kept back.
    pub fewest_contracts: i64,
    /// A figure that fewer suppliers stand behind is kept back.
    pub fewest_suppliers: i64,
}

impl Limits {
    /// What holds where nothing is said.
    pub const USUAL: Self = Self {
        smallest_count: 5,
        fewest_contracts: 3,
        fewest_suppliers: 3,
    };
}

/// What is counted of one measure, in millionths of its unit, rounded down; each may be worked out from what is told.
pub type Counts = Vec<i64>;

/// One figure with what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its labels, but for the stage: figures of the same labels are the same thing at several stages.
    pub labels: Vec<String>,
    /// Its stage.
    pub stage: Stage,
    /// Its column.
    pub column: Option<Column>,
    /// Its basis.
    pub basis: Basis,
    /// Its funding source.
    pub funding: FundingSource,
    /// How much it tells, for choosing: pence, or lines where it has no worth.
    pub size: i64,
    /// The supplier of each contract that it is more than nothing of; or of each in it, where it is nothing.
    pub suppliers: BTreeMap<String, String>,
    /// What it counts, by measure. Of several measures together no count can be told.
    pub counts: BTreeMap<String, Counts>,
}

/// What is suppressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// The cells, by their index.
    pub cells: BTreeSet<usize>,
    /// The totals over all cells of a stage, column, basis and funding source.
    pub totals: BTreeSet<Together>,
}

/// What a total is over.
pub type Together = (Stage, Option<Column>, Basis, FundingSource);

/// What is the same at several stages.
type Same<'a> = (&'a [String], Option<Column>, &'a Basis, FundingSource);

impl Cell {
    fn together(&self) -> Together {
        (self.stage, self.column, self.basis.clone(), self.funding)
    }

    fn same(&self) -> Same<'_> {
        (&self.labels, self.column, &self.basis, self.funding)
    }
}

/// Whether some cells, known only together, would still tell of few.
#[must_use]
pub fn is_small(cells: &[&Cell], limits: Limits) -> bool {
    let contracts: BTreeSet<&String> = cells
        .iter()
        .flat_map(|cell| cell.suppliers.keys())
        .collect();
    let suppliers: BTreeSet<&String> = cells
        .iter()
        .flat_map(|cell| cell.suppliers.values())
        .collect();
    let fewer = |found: usize, least: i64| i64::try_from(found).is_ok_and(|found| found < least);
    if fewer(contracts.len(), limits.fewest_contracts)
        || fewer(suppliers.len(), limits.fewest_suppliers)
    {
        return true;
    }
    let mut measures: BTreeMap<&String, Counts> = BTreeMap::new();
    for (measure, counts) in cells.iter().flat_map(|cell| &cell.counts) {
        let sofar = measures
            .entry(measure)
            .or_insert_with(|| vec![0; counts.len()]);
        for (sum, more) in sofar.iter_mut().zip(counts) {
            *sum = sum.saturating_add(*more);
        }
    }
    let least = limits.smallest_count.saturating_mul(1_000_000);
    let mut counts = measures.values().flatten();
    measures.len() == 1 && counts.any(|count| *count != 0 && count.saturating_abs() < least)
}

/// Finds what must be kept back, so that no figure of few is told and none is what is left of a total when all others
/// are taken from it. It is the same at every stage: what is claimed is often what is verified.
#[must_use]
pub fn suppressed(cells: &[Cell], limits: Limits) -> Suppressed {
    let mut hidden: BTreeSet<Same<'_>> = cells
        .iter()
        .filter(|cell| is_small(&[cell], limits))
        .map(Cell::same)
        .collect();
    let mut together: BTreeMap<Together, Vec<&Cell>> = BTreeMap::new();
    for cell in cells {
        together.entry(cell.together()).or_default().push(cell);
    }
    let mut totals: BTreeSet<Together> = BTreeSet::new();
    // Each turn hides another cell or another total, so it ends.
    let mut changed = true;
    while changed {
        changed = false;
        for (total, members) in &together {
            let (back, told): (Vec<&Cell>, Vec<&Cell>) = members
                .iter()
                .partition(|cell| hidden.contains(&cell.same()));
            let is_safe = back.is_empty() || (back.len() > 1 && !is_small(&back, limits));
            if is_safe || totals.contains(total) {
                continue;
            }
            changed = true;
            match told.iter().min_by_key(|cell| cell.size.saturating_abs()) {
                Some(smallest) => drop(hidden.insert(smallest.same())),
                // All are hidden, and they would be told together.
                None => {
                    let same = |other: &&Together| {
                        (&other.1, &other.2, other.3) == (&total.1, &total.2, total.3)
                    };
                    totals.extend(together.keys().filter(same).cloned());
                }
            }
        }
    }
    let indices = cells.iter().enumerate();
    Suppressed {
        cells: indices
            .filter(|(_, cell)| hidden.contains(&cell.same()))
            .map(|(index, _)| index)
            .collect(),
        totals,
    }
}
