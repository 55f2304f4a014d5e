//! Totals of whole pence by basis and column: never across either (V2, V13).

use std::collections::BTreeMap;

use crate::domain::amount::{Pence, Worth};
use crate::domain::basis::Basis;
use crate::domain::edition::{Edition, EditionId};
use crate::domain::fault::Fault;
use crate::domain::measure::Column;
use crate::domain::spread::Spreads;
use crate::domain::valuation::Valued;

/// One total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// What its amounts have in common.
    pub basis: Basis,
    /// Its column; `None` counts the lines that are record-only and have no £.
    pub column: Option<Column>,
    /// The sum; `None` for record-only lines.
    pub worth: Option<Pence>,
    /// How many lines are in it.
    pub lines: u64,
    /// How many of them are provisional.
    pub provisional: u64,
    /// Whether any enters at face value, never re-based (V10).
    pub includes_nominal: bool,
    /// Its ends, with the measures that drive the width (V14).
    pub spreads: Spreads,
}

/// Adds up; no totals where a line is faulty.
pub(super) fn of(
    editions: &BTreeMap<&EditionId, &Edition>,
    lines: &[Result<Valued, Vec<Fault>>],
) -> Result<Vec<Total>, Vec<Fault>> {
    let mut totals: BTreeMap<(&EditionId, Option<Column>), Total> = BTreeMap::new();
    for line in lines {
        let Ok(valued) = line else {
            return Ok(Vec::new());
        };
        let working = &valued.working;
        let Some((id, edition)) = editions.get_key_value(&working.edition) else {
            continue;
        };
        // A record-only measure may name a column; a line without £ is in none of them.
        let column = working.column.filter(|_| valued.worth != Worth::RecordOnly);
        let total = totals.entry((*id, column)).or_insert_with(|| Total {
            basis: Basis::of(edition),
            column,
            worth: column.map(|_| Pence::ZERO),
            lines: 0,
            provisional: 0,
            includes_nominal: false,
            spreads: Spreads::default(),
        });
        add(total, valued).map_err(|fault| vec![fault])?;
    }
    Ok(totals.into_values().collect())
}

fn add(total: &mut Total, valued: &Valued) -> Result<(), Fault> {
    if let (Some(sum), Worth::Pence(pence)) = (total.worth, valued.worth) {
        let sum = sum.pence().checked_add(pence.pence()).and_then(Pence::new);
        total.worth = Some(sum.ok_or_else(|| {
            Fault::new("/lines", "out_of_range", "a total is beyond 10^13 pounds")
        })?);
    }
    let working = &valued.working;
    let spreads = std::mem::take(&mut total.spreads);
    let spreads = spreads.plus(&working.measure, valued.worth, working.ends);
    total.spreads = spreads.ok_or_else(|| {
        Fault::new(
            "/lines",
            "out_of_range",
            "an end of a total is beyond 10^13 pounds",
        )
    })?;
    total.lines += 1;
    total.provisional += u64::from(valued.working.is_provisional());
    total.includes_nominal |= valued.working.includes_nominal();
    Ok(())
}
