//! Totals over postings by chosen dimensions; what must not be added stands apart (V7, V13, L5).

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::basis::Basis;
use crate::domain::edition::EditionId;
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::total::Sums;
use crate::domain::measure::{Aggregation, Column, Measure};
use crate::domain::moment::Moment;
use crate::domain::period::{Day, Period};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::words::words;
use crate::storage::total::{RollUpQuery, RollUpRow};
use crate::storage::{self, Tx};

use super::{Actor, Office, Refusal};

words! {
    /// What totals can be taken by.
    Dimension {
        /// Who holds it.
        AnchorInstitution = "anchor_institution",
        /// Who delivers it.
        Supplier = "supplier",
        /// The contract.
        Contract = "contract",
        /// The theme in the chosen taxonomy.
        Theme = "theme",
        /// The outcome.
        Outcome = "outcome",
        /// The measure; only then are quantities shown.
        Measure = "measure",
        /// The place.
        Place = "place",
        /// The reporting period.
        Period = "period",
        /// The financial year of the period.
        FinancialYear = "financial_year",
        /// The column.
        Column = "column",
        /// The stage.
        Stage = "stage",
    }
}

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct RollUpAsked {
    /// Dimensions, in the order asked.
    pub by: Vec<Dimension>,
    /// Stages; `verified` when empty.
    pub stages: Vec<Stage>,
    /// Periods from this day.
    pub from: Option<Day>,
    /// Periods up to this day; a period counts when it lies wholly inside.
    pub to: Option<Day>,
    /// Taxonomy of themes; the default one when missing.
    pub taxonomy: Option<String>,
    /// This place, all below it and all it covers.
    pub place: Option<String>,
    /// One anchor institution.
    pub anchor_institution: Option<String>,
    /// One supplier.
    pub supplier: Option<String>,
    /// One contract.
    pub contract: Option<String>,
    /// One edition, such as `open-uk/2026`.
    pub edition: Option<String>,
}

/// A value of a dimension: its id and what people call it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// What people call it; rows are in this order.
    pub name: String,
    /// Its id or code.
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

/// A quantity, where the measure is among the dimensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The measure is not among the dimensions.
    NotAsked,
    /// A sum, in millionths of the unit.
    Sum(i64, String),
    /// Numerators over denominators, each added, in millionths.
    Ratio(i64, i64),
    /// No sum is allowed, for this reason (V7).
    Unavailable(String),
}

/// One row. Rows of different basis, stage or column stand apart.
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
    /// Pence; `None` for record-only.
    pub worth_pence: Option<i64>,
    /// The quantity.
    pub quantity: Shown,
    /// Lines.
    pub lines: Lines,
}

/// The answer: every row, and the totals over all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollUp {
    /// The taxonomy used.
    pub taxonomy: String,
    /// When it was read.
    pub as_of: Moment,
    /// Rows, ordered by their labels.
    pub rows: Vec<RollUpLine>,
    /// One a basis, stage and column, with no labels.
    pub totals: Vec<RollUpLine>,
}

/// Rolls up.
///
/// # Errors
/// [`Refusal::Invalid`] for an unknown taxonomy or place.
pub async fn roll_up(
    office: &Office,
    actor: &Actor,
    at: Moment,
    asked: &RollUpAsked,
) -> Result<RollUp, Refusal> {
    let taxonomy = taxonomy(office, asked.taxonomy.as_deref())?;
    let (rows, names) = office
        .store
        .read_standby(async |tx: &mut Tx| {
            let places = storage::place::all(tx, &actor.partnership).await?;
            let within = match asked.place.as_deref() {
                None => None,
                Some(code) if places.get(code).is_some() => Some(places.within(code)),
                Some(_) => {
                    return Err(Refusal::fault(
                        "/place",
                        "unknown_place",
                        "there is no place of this code; GET /v1/places lists them",
                    ));
                }
            };
            let rows =
                storage::total::roll_up(tx, &actor.partnership, &query(asked, within)).await?;
            let names = names(tx, actor, &rows, &places).await?;
            Ok((rows, names))
        })
        .await?;
    let gather = Gather {
        office,
        taxonomy,
        names: &names,
        asked,
    };
    Ok(RollUp {
        taxonomy: taxonomy.code.clone(),
        as_of: at,
        rows: gather.rows(&rows, true)?,
        totals: gather.rows(&rows, false)?,
    })
}

fn taxonomy<'a>(office: &'a Office, code: Option<&str>) -> Result<&'a Taxonomy, Refusal> {
    let wanted =
        |taxonomy: &&Taxonomy| code.map_or(taxonomy.is_default, |code| taxonomy.code == code);
    office
        .catalogue
        .taxonomies
        .iter()
        .find(wanted)
        .ok_or_else(|| {
            let codes: Vec<&str> = office
                .catalogue
                .taxonomies
                .iter()
                .map(|taxonomy| taxonomy.code.as_str())
                .collect();
            Refusal::fault(
                "/taxonomy",
                "unknown_taxonomy",
                format!("choose one of {}", codes.join(", ")),
            )
        })
}

fn query(asked: &RollUpAsked, places: Option<Vec<String>>) -> RollUpQuery {
    let by = |dimension: Dimension| asked.by.contains(&dimension);
    RollUpQuery {
        by_anchor: by(Dimension::AnchorInstitution),
        by_supplier: by(Dimension::Supplier),
        by_contract: by(Dimension::Contract),
        by_place: by(Dimension::Place),
        by_period: by(Dimension::Period) || by(Dimension::FinancialYear),
        stages: Some(if asked.stages.is_empty() {
            vec![Stage::Verified]
        } else {
            asked.stages.clone()
        }),
        from: asked.from,
        to: asked.to,
        places,
        anchors: asked.anchor_institution.clone().map(|anchor| vec![anchor]),
        supplier: asked.supplier.clone(),
        contract: asked.contract.clone(),
        edition: asked.edition.clone(),
    }
}

/// What people call organisations, contracts and places.
struct Names(BTreeMap<String, String>);

async fn names(
    tx: &mut Tx,
    actor: &Actor,
    rows: &[RollUpRow],
    places: &crate::domain::place::Places,
) -> Result<Names, Refusal> {
    let bodies: BTreeSet<String> = rows
        .iter()
        .flat_map(|row| [&row.anchor, &row.supplier])
        .flatten()
        .cloned()
        .collect();
    let contracts: BTreeSet<String> = rows.iter().filter_map(|row| row.contract.clone()).collect();
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

impl Names {
    fn label(&self, id: &str) -> Label {
        Label {
            name: self.0.get(id).cloned().unwrap_or_else(|| id.to_owned()),
            id: id.to_owned(),
        }
    }
}

/// What rows are gathered with.
struct Gather<'a> {
    office: &'a Office,
    taxonomy: &'a Taxonomy,
    names: &'a Names,
    asked: &'a RollUpAsked,
}

/// What keeps rows apart.
type Key = (Vec<Label>, Stage, Option<Column>, Basis);

impl Gather<'_> {
    /// Folds stored rows into the dimensions asked, or into totals.
    fn rows(&self, rows: &[RollUpRow], labelled: bool) -> Result<Vec<RollUpLine>, Refusal> {
        let mut gathered: BTreeMap<Key, RollUpLine> = BTreeMap::new();
        for row in rows {
            let (edition, measure) = self.measure(row)?;
            let basis = Basis::of(edition);
            let labels = if labelled {
                self.labels(row, measure)
            } else {
                Vec::new()
            };
            let key = (labels.clone(), row.stage, measure.column, basis.clone());
            let line = gathered.entry(key).or_insert_with(|| RollUpLine {
                labels,
                stage: row.stage,
                column: measure.column,
                basis,
                worth_pence: measure.column.map(|_| 0),
                quantity: Shown::NotAsked,
                lines: Lines::default(),
            });
            if let Some(worth) = &mut line.worth_pence {
                *worth += row.sums.worth_pence;
            }
            self.count(line, row);
            if labelled && self.asked.by.contains(&Dimension::Measure) {
                line.quantity = add_shown(&line.quantity, measure, row, self.counted(row));
            }
        }
        Ok(gathered.into_values().collect())
    }

    fn measure(
        &self,
        row: &RollUpRow,
    ) -> Result<(&crate::domain::edition::Edition, &Measure), Refusal> {
        let id = EditionId::parse(&row.edition).ok_or(Refusal::NotFound("edition"))?;
        let edition = self.office.edition(&id)?;
        let measure = edition
            .measure(&row.measure)
            .ok_or(Refusal::NotFound("measure"))?;
        Ok((edition, measure))
    }

    /// The sums that count each line once: all of an anchor's, or only those of the leading anchor
    /// when anchors are added together.
    fn counted<'r>(&self, row: &'r RollUpRow) -> &'r Sums {
        let one_anchor = self.asked.by.contains(&Dimension::AnchorInstitution)
            || self.asked.anchor_institution.is_some();
        if one_anchor {
            &row.sums
        } else {
            &row.lead_sums
        }
    }

    fn count(&self, line: &mut RollUpLine, row: &RollUpRow) {
        let counted = self.counted(row);
        line.lines.valued += counted.valued_lines;
        line.lines.record_only += counted.record_only_lines;
        line.lines.provisional += counted.provisional_lines;
        line.lines.nominal += counted.nominal_lines;
    }

    fn labels(&self, row: &RollUpRow, measure: &Measure) -> Vec<Label> {
        let same = |text: &str| Label {
            name: text.to_owned(),
            id: text.to_owned(),
        };
        let named = |id: &Option<String>| self.names.label(id.as_deref().unwrap_or_default());
        let year = || row.period.map(Period::financial_year).unwrap_or_default();
        self.asked
            .by
            .iter()
            .map(|dimension| match dimension {
                Dimension::AnchorInstitution => named(&row.anchor),
                Dimension::Supplier => named(&row.supplier),
                Dimension::Contract => named(&row.contract),
                Dimension::Place => named(&row.place),
                Dimension::Period => same(&row.period.map(Period::label).unwrap_or_default()),
                Dimension::FinancialYear => same(&year()),
                Dimension::Theme => self.theme(measure),
                Dimension::Outcome => same(&measure.outcome),
                Dimension::Measure => Label {
                    name: measure.title.clone(),
                    id: measure.code.clone(),
                },
                Dimension::Column => same(measure.column.map_or("record_only", Column::word)),
                Dimension::Stage => same(row.stage.word()),
            })
            .collect()
    }

    fn theme(&self, measure: &Measure) -> Label {
        let code = measure.themes.get(&self.taxonomy.code);
        let theme = code.and_then(|code| self.taxonomy.theme(code));
        theme.map_or_else(
            || Label {
                name: "untagged".to_owned(),
                id: "untagged".to_owned(),
            },
            |theme| Label {
                name: theme.title.clone(),
                id: theme.code.clone(),
            },
        )
    }
}

fn add_shown(before: &Shown, measure: &Measure, row: &RollUpRow, counted: &Sums) -> Shown {
    if measure.has_sum() {
        let sofar = if let Shown::Sum(sum, _) = before {
            *sum
        } else {
            0
        };
        return Shown::Sum(sofar + row.sums.quantity_micro, measure.unit.clone());
    }
    if measure.over_time == Aggregation::Ratio {
        if row.stage == Stage::Committed {
            return Shown::Unavailable(
                "the target of a ratio is a percentage and is not added".to_owned(),
            );
        }
        let (numerator, denominator) = if let Shown::Ratio(upper, lower) = before {
            (*upper, *lower)
        } else {
            (0, 0)
        };
        return Shown::Ratio(
            numerator + counted.numerator_micro,
            denominator + counted.denominator_micro,
        );
    }
    let reason = match measure.quantity.adds_up() {
        true => "a composite has no quantity of its own".to_owned(),
        false => format!(
            "{} over time: {}, over places: {}; no sum is allowed",
            measure.quantity, measure.over_time, measure.over_places
        ),
    };
    Shown::Unavailable(reason)
}
