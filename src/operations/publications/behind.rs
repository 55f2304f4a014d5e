//! Who and what stands behind each figure, to know which are of few.

use std::collections::BTreeMap;

use crate::domain::ledger::total::Sums;
use crate::domain::measure::{Aggregation, Measure};
use crate::domain::publication::suppress::{Cell, Counts};
use crate::storage::total::RollUpRow;

use super::super::Refusal;
use super::super::roll_up::{Dimension, Gather, RollUpLine};

/// The cell of a row of a roll-up, with the stored rows that it adds up: by contract and supplier.
pub(super) fn cell(
    gather: &Gather<'_>,
    line: &RollUpLine,
    rows: &[&RollUpRow],
) -> Result<Cell, Refusal> {
    let mut by_contract: BTreeMap<&str, (&str, Sums)> = BTreeMap::new();
    // What is summed, and what counts each line once.
    let mut by_measure: BTreeMap<&str, (&Measure, Sums, Sums)> = BTreeMap::new();
    for row in rows {
        let (contract, supplier) = (row.contract.as_deref(), row.supplier.as_deref());
        let (contract, supplier) = (contract.unwrap_or_default(), supplier.unwrap_or_default());
        let of_contract = by_contract
            .entry(contract)
            .or_insert_with(|| (supplier, Sums::default()));
        of_contract.1.include(&row.sums);
        let (_, measure) = gather.measure(row)?;
        let of_measure = by_measure
            .entry(measure.code.as_str())
            .or_insert_with(|| (measure, Sums::default(), Sums::default()));
        of_measure.1.include(&row.sums);
        of_measure.2.include(gather.counted(row, true));
    }
    let suppliers = |counts: fn(&Sums) -> bool| -> BTreeMap<String, String> {
        let found = by_contract.iter().filter(|(_, (_, sums))| counts(sums));
        found
            .map(|(contract, (supplier, _))| ((*contract).to_owned(), (*supplier).to_owned()))
            .collect()
    };
    let mut standing = suppliers(is_something);
    if standing.is_empty() {
        standing = suppliers(has_lines);
    }
    let counted = by_measure
        .into_values()
        .filter_map(|(measure, sums, once)| {
            Some((measure.code.clone(), counts(measure, &sums, &once)?))
        });
    let labels = line.labels.iter().zip(&gather.asked.by);
    let apart = labels.filter(|(_, dimension)| **dimension != Dimension::Stage);
    Ok(Cell {
        labels: apart.map(|(label, _)| label.id.clone()).collect(),
        stage: line.stage,
        column: line.column,
        basis: line.basis.clone(),
        funding: line.funding,
        size: line
            .worth_pence
            .unwrap_or(line.lines.valued + line.lines.record_only),
        suppliers: standing,
        counts: counted.collect(),
    })
}

fn is_something(sums: &Sums) -> bool {
    has_lines(sums)
        && [
            sums.worth_pence,
            sums.quantity_micro,
            sums.numerator_micro,
            sums.denominator_micro,
        ]
        .iter()
        .any(|sum| *sum != 0)
}

fn has_lines(sums: &Sums) -> bool {
    sums.valued_lines != 0 || sums.record_only_lines != 0
}

/// What can be counted of a measure: a sum, or of a ratio those that meet it, those that do not, and all.
fn counts(measure: &Measure, sums: &Sums, once: &Sums) -> Option<Counts> {
    if measure.has_sum() {
        let of_unit = measure.posted_of_unit().max(1);
        return Some(vec![sums.quantity_micro / of_unit]);
    }
    let (upper, lower) = (once.numerator_micro, once.denominator_micro);
    (measure.over_time == Aggregation::Ratio).then(|| vec![upper, lower - upper, lower])
}
