//! Of few nothing is told, and nothing can be worked out by subtraction from a total.

use std::collections::{BTreeMap, BTreeSet};

use goodmeasure::domain::basis::Basis;
use goodmeasure::domain::edition::EditionId;
use goodmeasure::domain::funding::FundingSource;
use goodmeasure::domain::ledger::posting::Stage;
use goodmeasure::domain::measure::Column;
use goodmeasure::domain::publication::suppress::{Cell, Limits, Suppressed, suppressed};
use proptest::prelude::*;

use super::cases;

const LIMITS: Limits = Limits {
    smallest_count: 5,
    fewest_contracts: 3,
    fewest_suppliers: 2,
};

fn basis(edition: &str) -> Basis {
    Basis {
        edition: EditionId::parse(edition).unwrap(),
        price_base: "2024-25".to_owned(),
        method: "m".to_owned(),
    }
}

/// A figure of one measure: so many contracts of so many suppliers, from the first of each on.
fn cell(label: usize, stage: Stage, first: usize, contracts: usize, count: i64) -> Cell {
    let suppliers = (first..first + contracts).map(|number| {
        (
            format!("contract {number}"),
            format!("supplier {}", number / 2),
        )
    });
    Cell {
        labels: vec![format!("label {label}")],
        stage,
        column: Some(Column::Social),
        basis: basis(["open-uk/2026", "open-uk/2027"][label % 2]),
        funding: [FundingSource::ContractPrice, FundingSource::Grant][usize::from(label % 5 == 3)],
        size: count * 100,
        suppliers: suppliers.collect(),
        counts: BTreeMap::from([(format!("measure {}", label % 3), vec![count * 1_000_000])]),
    }
}

fn cells() -> impl Strategy<Value = Vec<Cell>> {
    let one = (0_usize..12, 0_usize..3, 0_usize..9, 1_usize..7, 0_i64..40);
    proptest::collection::btree_map((0_usize..12, 0_usize..3), one, 1..24).prop_map(|found| {
        let figures = found.into_iter();
        let figures = figures.map(|((label, stage), (_, _, first, contracts, count))| {
            cell(label, Stage::ALL[stage], first, contracts, count)
        });
        figures.collect()
    })
}

/// Whether few stand behind cells that are known only together: said anew, in other words.
fn tells_of_few(cells: &[&Cell]) -> bool {
    let mut contracts = BTreeSet::new();
    let mut suppliers = BTreeSet::new();
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for cell in cells {
        contracts.extend(cell.suppliers.keys());
        suppliers.extend(cell.suppliers.values());
        for (measure, count) in &cell.counts {
            *counts.entry(measure).or_default() += count[0] / 1_000_000;
        }
    }
    contracts.len() < 3
        || suppliers.len() < 2
        || (counts.len() == 1 && counts.values().any(|count| (1..5).contains(count)))
}

/// Whatever can be worked out: each cell that is told, and in each total that is told, all that is not.
fn nothing_of_few_is_told(cells: &[Cell], found: &Suppressed) -> Result<(), TestCaseError> {
    let mut together: BTreeMap<_, Vec<(usize, &Cell)>> = BTreeMap::new();
    for (index, cell) in cells.iter().enumerate() {
        let is_told = !found.cells.contains(&index);
        prop_assert!(!(is_told && tells_of_few(&[cell])), "{cell:?} is told");
        let key = (cell.stage, cell.column, cell.basis.clone(), cell.funding);
        together.entry(key).or_default().push((index, cell));
    }
    for (total, members) in together {
        if found.totals.contains(&total) {
            continue;
        }
        let left = members
            .iter()
            .filter(|(index, _)| found.cells.contains(index));
        let left: Vec<&Cell> = left.map(|(_, cell)| *cell).collect();
        prop_assert!(left.len() != 1, "{:?} is what is left of {total:?}", left);
        prop_assert!(
            left.is_empty() || !tells_of_few(&left),
            "{left:?} is left of {total:?}"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn nothing_of_few_is_told_or_left_over(cells in cells()) {
        let found = suppressed(&cells, LIMITS);
        nothing_of_few_is_told(&cells, &found)?;
        // What is kept back at one stage is kept back at all: they are often the same.
        for (index, one) in cells.iter().enumerate() {
            let alike = cells.iter().position(|other| other.labels == one.labels).unwrap();
            prop_assert_eq!(found.cells.contains(&index), found.cells.contains(&alike));
        }
        // Where nothing is small, nothing is kept back.
        if cells.iter().all(|cell| !tells_of_few(&[cell])) {
            prop_assert!(found.cells.is_empty() && found.totals.is_empty());
        }
    }
}

#[test]
fn one_small_figure_takes_the_smallest_other_with_it() {
    let verified = Stage::Verified;
    let cells = [
        cell(0, verified, 0, 6, 30),
        cell(2, verified, 0, 6, 3),
        cell(4, verified, 0, 6, 10),
        cell(6, verified, 0, 6, 20),
    ];
    let found = suppressed(&cells, LIMITS);
    assert_eq!(found.cells, BTreeSet::from([1, 2]));
    assert!(found.totals.is_empty());
    // Alone, it takes the total with it; and nothing is kept back where all may be told.
    let found = suppressed(&cells[1..2], LIMITS);
    assert_eq!((found.cells.len(), found.totals.len()), (1, 1));
    let all = Limits {
        smallest_count: 1,
        fewest_contracts: 1,
        fewest_suppliers: 1,
    };
    let found = suppressed(&cells, all);
    assert!(found.cells.is_empty() && found.totals.is_empty());
}
