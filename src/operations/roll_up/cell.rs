//! The working of one cell of a roll-up: the postings that it adds up, down to the last penny (L3).

use std::collections::BTreeSet;

use crate::domain::fault::Fault;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::measure::Column;
use crate::domain::moment::Moment;
use crate::storage::posting::{CellPosting, CellQuery};
use crate::storage::total::RollUpRow;
use crate::storage::{self, Tx};

use super::super::{Actor, Office, Refusal, known};
use super::gather::{Key, Names, names_of};
use super::{Dimension, Found, Grain, Label, Lines, RollUpAsked, RollUpLine, rows};
use super::{RollUpQuery, without_the_store};

/// Which cell.
#[derive(Debug, Clone, Default)]
pub struct CellAsked {
    /// The roll-up that it is of.
    pub roll_up: RollUpAsked,
    /// Its value of each dimension of the roll-up, in their order; empty where the roll-up names none.
    pub labels: Vec<String>,
    /// Its stage, where several stand apart.
    pub stage: Option<Stage>,
    /// Its column, where several stand apart; `record_only` for none.
    pub column: Option<String>,
    /// Its edition, where several stand apart.
    pub edition: Option<String>,
    /// Whose money pays it, where several sources stand apart.
    pub funding: Option<FundingSource>,
    /// The posting that the page comes after: contract and sequence.
    pub after: Option<(String, i64)>,
    /// Postings at most.
    pub most: i64,
}

/// The word for the column of what is counted without £.
pub const RECORD_ONLY: &str = "record_only";

/// A cell, with a page of the postings that it adds up.
pub struct CellWorking {
    /// The taxonomy used.
    pub taxonomy: String,
    /// When it was read.
    pub as_of: Moment,
    /// The cell.
    pub line: RollUpLine,
    /// Postings by contract and sequence.
    pub postings: Vec<CellPosting>,
    /// The stored rows that it was found by.
    found: Found,
    /// The names of what the postings speak of.
    named: Names,
}

impl CellWorking {
    /// What an organisation, contract or place is called.
    #[must_use]
    pub fn label(&self, id: &str) -> Label {
        self.named.label(id, "not given")
    }

    /// The quantity of a posting in the units of its measure, in millionths of what it counts over how many those are;
    /// `None` where its measure has no sum.
    #[must_use]
    pub fn quantity(&self, one: &CellPosting) -> Option<(i64, i64)> {
        let content = &one.posting.standing.content;
        let edition = self.found.editions.get(&content.edition)?;
        let measure = edition.measure(&content.measure)?;
        let micro = content.quantity_micro.filter(|_| measure.has_sum())?;
        Some((one.posting.sign() * micro, measure.posted_of_unit()))
    }

    /// The title of the measure of a posting.
    #[must_use]
    pub fn measure(&self, one: &CellPosting) -> Label {
        let content = &one.posting.standing.content;
        let edition = self.found.editions.get(&content.edition);
        let measure = edition.and_then(|edition| edition.measure(&content.measure));
        Label {
            name: measure.map_or_else(|| content.measure.clone(), |one| one.title.clone()),
            id: content.measure.clone(),
        }
    }
}

/// Explains a cell.
///
/// # Errors
/// As a roll-up; [`Refusal::NotFound`] where it has no such row; [`Refusal::Invalid`] where several are meant.
pub async fn explain_cell(
    office: &Office,
    actor: &Actor,
    at: Moment,
    asked: &CellAsked,
) -> Result<CellWorking, Refusal> {
    let roll_up = &asked.roll_up;
    let mut faults = without_the_store(roll_up);
    faults.extend(known::fault(at, roll_up.known_at));
    office
        .store
        .read(async |tx: &mut Tx| {
            let found = rows(tx, office, actor, roll_up, &faults, Grain::Contracts).await?;
            let (line, members) = chosen(&found, asked)?;
            let cell = query(&found, &line, &members, roll_up);
            let after = asked.after.as_ref();
            let after = after.map(|(contract, sequence)| (contract.as_str(), *sequence));
            let partnership = actor.partnership.as_str();
            let postings =
                storage::posting::of_cell(tx, partnership, &cell, after, asked.most).await?;
            Ok(CellWorking {
                named: named(tx, actor, &postings).await?,
                taxonomy: found.taxonomy.code.clone(),
                as_of: at,
                line,
                postings,
                found,
            })
        })
        .await
}

/// The row that is meant, and the stored rows that it adds up.
fn chosen(found: &Found, asked: &CellAsked) -> Result<(RollUpLine, Vec<RollUpRow>), Refusal> {
    let gather = found.gather(&asked.roll_up);
    let mut fitting: Vec<(RollUpLine, Vec<RollUpRow>)> = Vec::new();
    for (key, indexes) in gather.groups(&found.rows, true)? {
        if !fits(&key, asked) {
            continue;
        }
        let members = indexes.iter().filter_map(|index| found.rows.get(*index));
        let line = gather.line(&key, members.clone(), true)?;
        // What was taken back whole is in no roll-up.
        if line.lines != Lines::default() {
            fitting.push((line, members.cloned().collect()));
        }
    }
    let several = fitting.len() > 1;
    match fitting.pop() {
        Some(one) if !several => Ok(one),
        Some(last) => {
            fitting.push(last);
            let lines: Vec<&RollUpLine> = fitting.iter().map(|(line, _)| line).collect();
            Err(Refusal::Invalid(which(&lines)))
        }
        None => Err(Refusal::NotFound("row of this roll-up")),
    }
}

fn fits((labels, stage, column, basis, funding): &Key, asked: &CellAsked) -> bool {
    let own = labels.iter().map(|label| label.id.as_str());
    let column = column.map_or(RECORD_ONLY, Column::word);
    let by_column = asked.roll_up.by.contains(&Dimension::Column);
    own.eq(asked.labels.iter().map(String::as_str))
        && asked.stage.is_none_or(|one| one == *stage)
        && (by_column || asked.column.as_ref().is_none_or(|one| one == column))
        && asked
            .edition
            .as_ref()
            .is_none_or(|one| *one == basis.edition.to_string())
        && asked.funding.is_none_or(|one| one == *funding)
}

/// What more to say, where several rows have the same values.
fn which(lines: &[&RollUpLine]) -> Vec<Fault> {
    type Says = (&'static str, fn(&RollUpLine) -> String);
    let says: [Says; 4] = [
        ("/cell_stage", |line| line.stage.word().to_owned()),
        ("/cell_column", |line| {
            line.column.map_or(RECORD_ONLY, Column::word).to_owned()
        }),
        ("/cell_edition", |line| line.basis.edition.to_string()),
        ("/cell_funding", |line| line.funding.word().to_owned()),
    ];
    let apart = says.into_iter().filter_map(|(pointer, word)| {
        let words: BTreeSet<String> = lines.iter().map(|line| word(line)).collect();
        let words: Vec<String> = words.into_iter().collect();
        let message = format!(
            "several rows have these values: say which, one of {}",
            words.join(", ")
        );
        (words.len() > 1).then(|| Fault::new(pointer, "several_cells", message))
    });
    apart.collect()
}

/// What finds the postings behind some stored rows: every filter of the roll-up, and what all of the rows have in common.
fn query(
    found: &Found,
    line: &RollUpLine,
    members: &[RollUpRow],
    asked: &RollUpAsked,
) -> CellQuery {
    let mut query: RollUpQuery = found.query.clone();
    query.stages = Some(vec![line.stage]);
    let mut periods = None;
    for (dimension, label) in asked.by.iter().zip(&line.labels) {
        let id = label.id.clone();
        match dimension {
            Dimension::AnchorInstitution => query.anchors = Some(vec![id]),
            Dimension::Supplier => query.supplier = Some(id),
            Dimension::Contract => query.contract = Some(id),
            Dimension::Place => query.places = Some(vec![id]),
            Dimension::Period | Dimension::FinancialYear => {
                let labels = members.iter().filter_map(|row| row.period);
                let labels: BTreeSet<String> = labels.map(|period| period.label()).collect();
                periods = Some(labels.into_iter().collect());
            }
            // These follow from the measure, or from what stands apart in any case.
            Dimension::Theme | Dimension::Outcome | Dimension::Measure => {}
            Dimension::Column | Dimension::Stage | Dimension::Funding => {}
        }
    }
    let contracts: BTreeSet<&String> = members
        .iter()
        .filter_map(|row| row.contract.as_ref())
        .collect();
    let measures: BTreeSet<(String, String)> = members
        .iter()
        .map(|row| (row.edition.clone(), row.measure.clone()))
        .collect();
    CellQuery {
        query,
        contracts: contracts.into_iter().cloned().collect(),
        measures: measures.into_iter().collect(),
        periods,
    }
}

/// The names of everything that postings speak of.
async fn named(tx: &mut Tx, actor: &Actor, postings: &[CellPosting]) -> Result<Names, Refusal> {
    let bodies = postings.iter().flat_map(|one| {
        let standing = &one.posting.standing;
        [&standing.identity.anchor, &standing.content.supplier]
    });
    let contracts = postings.iter().map(|one| one.contract.clone());
    let places = storage::place::all(tx, &actor.partnership).await?;
    let (bodies, contracts) = (bodies.cloned().collect(), contracts.collect());
    names_of(tx, actor, bodies, contracts, &places).await
}
