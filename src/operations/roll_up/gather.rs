//! Folding stored rows into the dimensions asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::basis::Basis;
use crate::domain::edition::{Edition, EditionId};
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::total::Sums;
use crate::domain::measure::{Aggregation, Column, Measure};
use crate::domain::period::{Day, Period};
use crate::domain::place::Places;
use crate::domain::policy::Reach;
use crate::domain::taxonomy::Taxonomy;
use crate::storage::total::RollUpRow;
use crate::storage::{self, StorageError, Tx};

use super::super::{Actor, Office, Refusal};
use super::{Dimension, Label, Lines, RollUpAsked, RollUpLine, Shown};

/// What people call organisations, contracts and places.
pub(in super::super) struct Names(BTreeMap<String, String>);

/// Reads the names of everything the rows speak of.
pub(in super::super) async fn names(
    tx: &mut Tx,
    actor: &Actor,
    rows: &[RollUpRow],
    places: &Places,
) -> Result<Names, Refusal> {
    let bodies: BTreeSet<String> = rows
        .iter()
        .flat_map(|row| [&row.anchor, &row.supplier])
        .flatten()
        .cloned()
        .collect();
    let contracts: BTreeSet<String> = rows.iter().filter_map(|row| row.contract.clone()).collect();
    names_of(tx, actor, bodies, contracts, places).await
}

/// Reads the names of some organisations and contracts, and of all places.
pub(super) async fn names_of(
    tx: &mut Tx,
    actor: &Actor,
    bodies: BTreeSet<String>,
    contracts: BTreeSet<String>,
    places: &Places,
) -> Result<Names, Refusal> {
    let mut names = BTreeMap::new();
    if !bodies.is_empty() {
        names.extend(
            storage::organisation::names(
                tx,
                &actor.partnership,
                &bodies.into_iter().collect::<Vec<_>>(),
            )
            .await?,
        );
    }
    if !contracts.is_empty() {
        names.extend(
            storage::contract::references(
                tx,
                &actor.partnership,
                &contracts.into_iter().collect::<Vec<_>>(),
            )
            .await?,
        );
    }
    names.extend(
        places
            .iter()
            .map(|place| (place.code.clone(), place.name.clone())),
    );
    Ok(Names(names))
}

/// The editions that rows were valued by.
pub(in super::super) type Editions = BTreeMap<EditionId, Arc<Edition>>;

/// Finds the edition of every row.
pub(in super::super) async fn editions_of(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    rows: &[RollUpRow],
) -> Result<Editions, Refusal> {
    let named: BTreeSet<&str> = rows.iter().map(|row| row.edition.as_str()).collect();
    let mut found = Editions::new();
    for id in named.into_iter().filter_map(EditionId::parse) {
        let edition = office.edition(tx, &actor.partnership, &id).await?;
        found.insert(id, edition);
    }
    Ok(found)
}

impl Names {
    /// A label; what has no id, such as the place of a line that names none, is said to be unknown.
    pub(in super::super) fn label(&self, id: &str, unknown: &str) -> Label {
        if id.is_empty() {
            return nothing(unknown);
        }
        Label {
            name: self.0.get(id).cloned().unwrap_or_else(|| id.to_owned()),
            id: id.to_owned(),
        }
    }
}

/// What rows are gathered with.
pub(in super::super) struct Gather<'a> {
    pub(in super::super) editions: &'a Editions,
    pub(in super::super) taxonomy: &'a Taxonomy,
    pub(in super::super) names: &'a Names,
    pub(in super::super) asked: &'a RollUpAsked,
}

/// What keeps rows apart.
pub(in super::super) type Key = (Vec<Label>, Stage, Option<Column>, Basis, FundingSource);

/// Rows that belong together, by their index.
pub(in super::super) type Groups = BTreeMap<Key, Vec<usize>>;

impl Gather<'_> {
    /// Rows by the dimensions asked for.
    pub(in super::super) fn rows(&self, rows: &[RollUpRow]) -> Result<Vec<RollUpLine>, Refusal> {
        self.lines(rows, true)
    }

    /// Totals over all rows. A line of a shared contract is in the rows of several anchors, and is one line here.
    pub(in super::super) fn totals(&self, rows: &[RollUpRow]) -> Result<Vec<RollUpLine>, Refusal> {
        self.lines(rows, false)
    }

    fn lines(&self, rows: &[RollUpRow], labelled: bool) -> Result<Vec<RollUpLine>, Refusal> {
        let groups = self.groups(rows, labelled)?;
        let lines = groups.iter().map(|(key, members)| {
            let members = members.iter().filter_map(|index| rows.get(*index));
            self.line(key, members, labelled)
        });
        // What was taken back whole leaves sums of nothing, which is not a reported zero.
        let counts = |line: &Result<RollUpLine, Refusal>| {
            line.as_ref()
                .map_or(true, |line| line.lines != Lines::default())
        };
        lines.filter(counts).collect()
    }

    /// Which rows belong together; with labels by the dimensions asked for, else over all of them.
    pub(in super::super) fn groups(
        &self,
        rows: &[RollUpRow],
        labelled: bool,
    ) -> Result<Groups, Refusal> {
        let mut groups = Groups::new();
        for (index, row) in rows.iter().enumerate() {
            let (edition, measure) = self.measure(row)?;
            let labels = if labelled {
                self.labels(row, edition, measure)
            } else {
                Vec::new()
            };
            let basis = Basis::of(edition);
            let key = (labels, row.stage, column(measure), basis, row.funding);
            groups.entry(key).or_default().push(index);
        }
        Ok(groups)
    }

    /// Adds up rows that belong together.
    pub(in super::super) fn line<'r>(
        &self,
        (labels, stage, column, basis, funding): &Key,
        rows: impl Iterator<Item = &'r RollUpRow>,
        labelled: bool,
    ) -> Result<RollUpLine, Refusal> {
        let mut line = RollUpLine {
            labels: labels.clone(),
            stage: *stage,
            column: *column,
            basis: basis.clone(),
            funding: *funding,
            worth_pence: column.map(|_| 0),
            quantity: Shown::NotAsked,
            lines: Lines::default(),
        };
        for row in rows {
            if let Some(worth) = &mut line.worth_pence {
                *worth = plus(*worth, row.sums.worth_pence)?;
            }
            let counted = self.counted(row, labelled);
            count(&mut line.lines, counted)?;
            if labelled && self.asked.by.contains(&Dimension::Measure) {
                let (_, measure) = self.measure(row)?;
                line.quantity = add_shown(&line.quantity, measure, row, counted)?;
            }
        }
        Ok(line)
    }

    /// The sums that count each line once: all of one anchor's, or only those of the leading anchor where several are
    /// added together.
    pub(in super::super) fn counted<'r>(&self, row: &'r RollUpRow, labelled: bool) -> &'r Sums {
        let apart = labelled && self.asked.by.contains(&Dimension::AnchorInstitution);
        if apart || self.one_anchor() || self.of_holders(row) {
            &row.sums
        } else {
            &row.lead_sums
        }
    }

    /// What is to be said of values that are used after their time.
    pub(in super::super) fn warnings(&self, rows: &[RollUpRow], today: Day) -> Vec<String> {
        let of_edition = |(id, edition): (&EditionId, &Arc<Edition>)| {
            let name = id.to_string();
            let own = rows.iter().filter(|row| row.edition == name);
            let measures: BTreeSet<&str> = own.map(|row| row.measure.as_str()).collect();
            let measures = measures
                .into_iter()
                .filter_map(|code| edition.measure(code));
            edition.stale(measures.flat_map(Measure::proxies), today)
        };
        self.editions.iter().flat_map(of_edition).collect()
    }

    /// Whether the rows are of one anchor institution only: the one that leads a shared line may be another.
    fn one_anchor(&self) -> bool {
        self.asked.anchor_institution.is_some()
    }

    /// Whether a row is the part of those who hold contracts, whose lines are counted for each of them: the anchor
    /// that leads a shared line may not be among them. Of contracts supplied it is all.
    fn of_holders(&self, row: &RollUpRow) -> bool {
        match &self.asked.reach {
            Reach::Everything => false,
            Reach::Of {
                held_by,
                supplied_by,
            } => {
                let supplies = |id: &String| supplied_by.contains(id);
                !held_by.is_empty() && !row.supplier.as_ref().is_some_and(supplies)
            }
        }
    }

    pub(in super::super) fn measure(
        &self,
        row: &RollUpRow,
    ) -> Result<(&Edition, &Measure), Refusal> {
        let id = EditionId::parse(&row.edition).ok_or(Refusal::NotFound("edition"))?;
        let edition = self.editions.get(&id);
        let edition = edition.ok_or(Refusal::NotFound("edition"))?;
        let measure = edition
            .measure(&row.measure)
            .ok_or(Refusal::NotFound("measure"))?;
        Ok((edition, measure))
    }

    fn labels(&self, row: &RollUpRow, edition: &Edition, measure: &Measure) -> Vec<Label> {
        let same = |text: &str| Label {
            name: text.to_owned(),
            id: text.to_owned(),
        };
        let named = |id: &Option<String>, unknown| {
            let id = id.as_deref().unwrap_or_default();
            self.names.label(id, unknown)
        };
        let year = || row.period.map(Period::financial_year).unwrap_or_default();
        self.asked
            .by
            .iter()
            .map(|dimension| match dimension {
                Dimension::AnchorInstitution => named(&row.anchor, "anchor institution unknown"),
                Dimension::Supplier => named(&row.supplier, "supplier unknown"),
                Dimension::Contract => named(&row.contract, "contract unknown"),
                Dimension::Place => named(&row.place, "place not given"),
                Dimension::Period => same(&row.period.map(Period::label).unwrap_or_default()),
                Dimension::FinancialYear => same(&year()),
                Dimension::Theme => self.theme(edition, measure),
                Dimension::Outcome => same(&measure.outcome),
                Dimension::Measure => Label {
                    name: measure.title.clone(),
                    id: measure.code.clone(),
                },
                Dimension::Column => same(measure.column.map_or("record_only", Column::word)),
                Dimension::Stage => same(row.stage.word()),
                Dimension::Funding => same(row.funding.word()),
            })
            .collect()
    }

    /// The theme of a measure. One that its own edition brought is told as that edition has it.
    fn theme(&self, edition: &Edition, measure: &Measure) -> Label {
        let same = |own: &&Taxonomy| own.code == self.taxonomy.code;
        let own = edition.facts().taxonomy.as_ref().filter(same);
        let code = measure.themes.get(&self.taxonomy.code);
        let theme = code.and_then(|code| own.unwrap_or(self.taxonomy).theme(code));
        theme.map_or_else(
            || nothing("no theme in this taxonomy"),
            |theme| Label {
                name: theme.title.clone(),
                id: theme.code.clone(),
            },
        )
    }
}

fn nothing(name: &str) -> Label {
    Label {
        name: name.to_owned(),
        id: String::new(),
    }
}

/// The column a measure's worth stands in. A record-only measure may name one; what has no £ is in none.
fn column(measure: &Measure) -> Option<Column> {
    measure.column.filter(|_| measure.is_valued())
}

fn plus(one: i64, other: i64) -> Result<i64, Refusal> {
    one.checked_add(other).ok_or_else(|| {
        Refusal::Storage(StorageError::OutOfRange {
            what: "roll-up".to_owned(),
        })
    })
}

fn count(lines: &mut Lines, sums: &Sums) -> Result<(), Refusal> {
    lines.valued = plus(lines.valued, sums.valued_lines)?;
    lines.record_only = plus(lines.record_only, sums.record_only_lines)?;
    lines.provisional = plus(lines.provisional, sums.provisional_lines)?;
    lines.nominal = plus(lines.nominal, sums.nominal_lines)?;
    Ok(())
}

fn add_shown(
    before: &Shown,
    measure: &Measure,
    row: &RollUpRow,
    counted: &Sums,
) -> Result<Shown, Refusal> {
    if measure.has_sum() {
        let sofar = if let Shown::Sum { micro, .. } = before {
            *micro
        } else {
            0
        };
        return Ok(Shown::Sum {
            micro: plus(sofar, row.sums.quantity_micro)?,
            posted_of_unit: measure.posted_of_unit(),
            unit: measure.unit.clone(),
        });
    }
    if measure.over_time == Aggregation::Ratio {
        if row.stage == Stage::Committed {
            let reason = "the target of a ratio is a percentage and is not added";
            return Ok(Shown::Unavailable(reason.to_owned()));
        }
        let (upper, lower) = if let Shown::Ratio(upper, lower) = before {
            (*upper, *lower)
        } else {
            (0, 0)
        };
        return Ok(Shown::Ratio(
            plus(upper, counted.numerator_micro)?,
            plus(lower, counted.denominator_micro)?,
        ));
    }
    Ok(Shown::Unavailable(
        measure.no_sum_because().unwrap_or_default(),
    ))
}
