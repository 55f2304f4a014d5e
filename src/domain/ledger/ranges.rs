//! The ends of what stands for a contract (V14), worked out line by line: postings keep the worth alone.

use std::collections::BTreeMap;

use super::super::commitment::Commitment;
use super::super::fault::Fault;
use super::super::measure::Column;
use super::super::report::Return;
use super::super::spread::Spreads;
use super::posting::Stage;
use super::standing::{Ground, stands};

/// Sums with their ends by stage and column.
pub type Ranges = BTreeMap<(Stage, Column), Spreads>;

/// The ends of everything that stands for a contract; a worth with a value of a proxy that `keeps` names shows none.
///
/// # Errors
/// As [`super::standing::of_commitments`] and [`super::standing::of_return`]; `out_of_range`.
pub fn of_contract(
    ground: &Ground<'_>,
    commitments: &[Commitment],
    returns: &[Return],
    keeps: impl Fn(&str) -> bool,
) -> Result<Ranges, Fault> {
    let mut ranges = Ranges::new();
    let mut add = |stage: Stage, valued: &super::super::valuation::Valued| {
        let working = &valued.working;
        let Some(column) = working.column else {
            return Ok(());
        };
        let sums = ranges.entry((stage, column)).or_default();
        let kept = working.parts.iter().any(|part| keeps(&part.proxy));
        let ends = Some(working.ends).filter(|_| !kept).unwrap_or_default();
        let sum = std::mem::take(sums).plus(&working.measure, valued.worth, ends);
        *sums = sum.ok_or_else(|| {
            Fault::new(
                "",
                "out_of_range",
                "a sum of this contract is beyond 10^13 pounds",
            )
        })?;
        Ok(())
    };
    for commitment in commitments {
        let measure = ground.measure(&commitment.measure)?;
        for planned in commitment.plan(ground.contract, measure) {
            add(
                Stage::Committed,
                &ground.value_planned(commitment, &planned)?,
            )?;
        }
    }
    for given in returns {
        for (stage, _, line, reported) in stands(given) {
            add(stage, &ground.value(given.period, line, &reported)?)?;
        }
    }
    Ok(ranges)
}
