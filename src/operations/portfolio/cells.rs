//! Sums of lines as they are valued one by one, under the same keys as the rows of a roll-up. Texts are kept once and
//! known by number: a line adds to its sums without copying any.

use std::collections::HashMap;

use crate::domain::amount::{Pence, Worth};
use crate::domain::contract::Shares;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::split::{self, Offset};
use crate::domain::ledger::total::Sums;
use crate::domain::period::Period;
use crate::domain::spread::{Ends, Spread};
use crate::domain::valuation::rate::Worked;
use crate::storage::total::RollUpRow;

/// A text by its number; 0 is none.
pub(super) type Name = u32;

/// Texts, each with a number.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<String, Name>,
    texts: Vec<String>,
}

impl Names {
    /// The number of a text.
    pub(super) fn of(&mut self, text: &str) -> Name {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        self.texts.push(text.to_owned());
        let number = Name::try_from(self.texts.len()).unwrap_or(Name::MAX);
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// The text of a number; `None` for 0.
    fn text(&self, number: Name) -> Option<String> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.texts.get(index).cloned()
    }
}

/// What keeps sums apart: the row of a roll-up, and why its lines cannot be valued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) contract: Name,
    pub(super) supplier: Name,
    pub(super) anchor: Name,
    pub(super) place: Name,
    pub(super) period: Option<Period>,
    pub(super) measure: Name,
    pub(super) edition: Name,
    pub(super) stage: Stage,
    pub(super) funding: FundingSource,
    /// Of the faults that were met; `None` of what is valued.
    pub(super) fault: Option<usize>,
}

/// Worth and lines; quantities are those of the roll-up, and not summed here.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    sums: Sums,
    lead_sums: Sums,
    spread: Spread,
}

/// A row that came of them.
pub(super) struct Row {
    /// As a roll-up has it.
    pub(super) row: RollUpRow,
    /// With its ends, where they are asked for.
    pub(super) spread: Spread,
    /// Of the faults that were met; `None` of what is valued.
    pub(super) fault: Option<usize>,
}

/// A line as it is added.
pub(super) struct Added<'a> {
    pub(super) key: Key,
    pub(super) worked: Worked,
    /// Who holds it, in order.
    pub(super) shares: &'a Shares,
}

/// Whose parts are added.
pub(super) enum Whose<'a> {
    /// Everybody's, together.
    All,
    /// Some holders', by their place among the shares, each under its own number or together under 0.
    Some {
        /// Which.
        holders: &'a [(usize, Name)],
        /// The offset of the line (V12).
        offset: Offset,
    },
}

/// The sums.
#[derive(Default)]
pub(super) struct Cells {
    pub(super) names: Names,
    cells: HashMap<Key, Cell>,
}

impl Cells {
    /// Adds a line; `None` where a sum would be out of range.
    pub(super) fn add(&mut self, added: &Added<'_>, whose: &Whose<'_>) -> Option<()> {
        let Added {
            key,
            worked,
            shares,
        } = added;
        match whose {
            Whose::All => {
                let holders = i64::try_from(shares.parts().len()).ok()?;
                let cell = self.cells.entry(*key).or_default();
                cell.include(worked, worked.worth, worked.ends, (holders, 1))
            }
            Whose::Some { holders, offset } => {
                let parts = Parts::of(worked, shares, *offset);
                for (position, anchor) in *holders {
                    let key = Key {
                        anchor: *anchor,
                        ..*key
                    };
                    let (worth, ends) = parts.at(*position);
                    let leads = i64::from(*position == 0);
                    let cell = self.cells.entry(key).or_default();
                    cell.include(worked, worth, ends, (1, leads))?;
                }
                Some(())
            }
        }
    }

    /// The rows that came of them, in no order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> {
        self.cells.iter().map(|(key, cell)| {
            let text = |name: Name| self.names.text(name);
            Row {
                row: RollUpRow {
                    contract: text(key.contract),
                    supplier: text(key.supplier),
                    anchor: text(key.anchor),
                    place: text(key.place),
                    period: key.period,
                    measure: text(key.measure).unwrap_or_default(),
                    stage: key.stage,
                    funding: key.funding,
                    edition: text(key.edition).unwrap_or_default(),
                    sums: cell.sums,
                    lead_sums: cell.lead_sums,
                },
                spread: cell.spread,
                fault: key.fault,
            }
        })
    }
}

impl Cell {
    /// Adds a worth that stands in so many postings, of which so many lead.
    fn include(
        &mut self,
        worked: &Worked,
        worth: Worth,
        ends: Ends,
        (postings, leads): (i64, i64),
    ) -> Option<()> {
        let pence = worth.pence();
        let of = |worth_pence: i64, lines: i64| Sums {
            worth_pence,
            valued_lines: lines * i64::from(pence.is_some()),
            record_only_lines: lines * i64::from(pence.is_none()),
            provisional_lines: lines * i64::from(worked.provisional),
            nominal_lines: lines * i64::from(worked.nominal),
            ..Sums::default()
        };
        self.sums = self.sums.plus(&of(pence.unwrap_or_default(), postings))?;
        self.lead_sums = self.lead_sums.plus(&of(0, leads))?;
        self.spread = self.spread.plus(worth, ends)?;
        Some(())
    }
}

/// A worth and its ends, split between those who hold the line.
struct Parts {
    worths: Option<Vec<i64>>,
    /// How far each part lies from its ends.
    below: Option<Vec<i64>>,
    above: Option<Vec<i64>>,
}

impl Parts {
    /// The worth is split as a posting is (V12). An end is split by how far it lies from the worth, so that all parts of it
    /// together are the end, and none lies on the wrong side of its part of the worth.
    fn of(worked: &Worked, shares: &Shares, offset: Offset) -> Self {
        let worth = worked.worth.pence();
        let split = |whole: i64| match shares.parts() {
            [_] => vec![whole],
            _ => split::parts(whole, shares, offset),
        };
        let apart = |end: Option<Pence>| Some(end?.pence() - worth?);
        Self {
            below: apart(worked.ends.low).map(split),
            above: apart(worked.ends.high).map(split),
            worths: worth.map(split),
        }
    }

    /// The part of a holder.
    fn at(&self, position: usize) -> (Worth, Ends) {
        let of = |list: &Option<Vec<i64>>| list.as_ref().and_then(|all| all.get(position).copied());
        let worth = of(&self.worths);
        let end = |apart: Option<i64>| Pence::new(worth? + apart?);
        let ends = Ends {
            low: end(of(&self.below)),
            high: end(of(&self.above)),
        };
        let worth = worth.and_then(Pence::new);
        (worth.map_or(Worth::RecordOnly, Worth::Pence), ends)
    }
}
