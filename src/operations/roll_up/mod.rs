//! Totals over postings by chosen dimensions; what must not be added stands apart (V7, V13, L5).

mod cell;
pub(super) mod gather;
mod restating;
mod stamps;

use crate::domain::fault::Fault;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::moment::Moment;
use crate::domain::period::Day;
use crate::domain::policy::Reach;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::words::words;
use crate::storage::organisation::OrganisationFilter;
use crate::storage::total::{RollUpQuery, RollUpRow};
use crate::storage::{self, Tx};

use super::{Actor, Office, Refusal, editions, known, named};
use gather::{Editions, editions_of};
pub(super) use gather::{Gather, Names, names};

pub use crate::domain::roll_up::{Label, Lines, RollUpLine, Shown};
pub use crate::storage::chain::Stamp;
pub use crate::storage::posting::CellPosting;
pub use cell::{CellAsked, CellWorking, RECORD_ONLY, explain_cell};
pub use restating::{InPrices, RestatedRollUp};
pub use stamps::Stamps;

words! {
    /// What totals can be taken by.
    Dimension {
        /// Who holds it.
        AnchorInstitution = "anchor_institution",
        /// Who delivers it: the supplier, or who else reports.
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
        /// Whose money pays it.
        Funding = "funding",
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
    /// What money of these sources pays; all when empty.
    pub funding: Vec<FundingSource>,
    /// Only what lies within this reach: of contracts held, the part of the holder; of contracts supplied, all.
    pub reach: Reach,
    /// As it was known at this moment (L3); now when missing.
    pub known_at: Option<Moment>,
    /// In the prices of this financial year; each edition in its own when missing.
    pub prices: Option<String>,
    /// Whether editions are added together: in the prices of one year, and of one method only.
    pub combine: bool,
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
    /// One a basis, stage, column and funding source, with no labels.
    pub totals: Vec<RollUpLine>,
    /// How it was restated, where it was.
    pub restated: Option<RestatedRollUp>,
    /// Values in it that are used after their time, as of its day.
    pub warnings: Vec<String>,
    /// Of the partnership, from the same reading: as long as it stays, so does all of this but `as_of`. Figures are
    /// of chains; names, references and places are added and never changed; and what is asked for once, stays.
    pub stamp: Stamp,
}

/// Rolls up.
///
/// # Errors
/// [`Refusal::Invalid`] for whatever is asked for that is not there, and for days in disorder: an answer
/// without rows must mean that there is nothing, never that a word was misspelt.
pub async fn roll_up(
    office: &Office,
    actor: &Actor,
    at: Moment,
    asked: &RollUpAsked,
) -> Result<RollUp, Refusal> {
    let mut faults = without_the_store(asked);
    faults.extend(known::fault(at, asked.known_at));
    faults.extend(restating::faults(asked));
    let read = async |tx: &mut Tx| {
        let found = rows(tx, office, actor, asked, &faults, Grain::Asked).await?;
        let stamp = storage::chain::stamp(tx, &actor.partnership).await?;
        Ok::<_, Refusal>((found, stamp))
    };
    // A standby may not have heard yet of what was known then.
    let (found, stamp) = match asked.known_at {
        None => office.store.read_standby(read).await?,
        Some(_) => office.store.read(read).await?,
    };
    found.told(asked, at, stamp)
}

/// How finely rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    /// As they are asked for.
    Asked,
    /// By contract and supplier as well, to know who stands behind each.
    Contracts,
}

/// The rows of a roll-up, not gathered yet.
pub(super) struct Found {
    /// The query that found them.
    pub(super) query: RollUpQuery,
    /// The rows.
    pub(super) rows: Vec<RollUpRow>,
    /// The taxonomy asked for.
    pub(super) taxonomy: Taxonomy,
    /// The editions they were valued by.
    pub(super) editions: Editions,
    /// The names of what they speak of.
    pub(super) names: Names,
}

impl Found {
    /// The roll-up that they make.
    pub(super) fn told(
        &self,
        asked: &RollUpAsked,
        at: Moment,
        stamp: Stamp,
    ) -> Result<RollUp, Refusal> {
        let (gather, stored) = (self.gather(asked), &self.rows);
        let ((rows, totals), restated) = match &asked.prices {
            None => ((gather.rows(stored)?, gather.totals(stored)?), None),
            Some(year) => {
                let (rows, restated) = restating::restate(&gather, stored, year)?;
                (rows, Some(restated))
            }
        };
        Ok(RollUp {
            taxonomy: self.taxonomy.code.clone(),
            as_of: at,
            rows,
            totals,
            restated,
            warnings: gather.warnings(stored, asked.known_at.unwrap_or(at).day()),
            stamp,
        })
    }

    /// What they are gathered with.
    pub(super) fn gather<'a>(&'a self, asked: &'a RollUpAsked) -> Gather<'a> {
        Gather {
            editions: &self.editions,
            taxonomy: &self.taxonomy,
            names: &self.names,
            asked,
        }
    }
}

/// Reads the rows of a roll-up, with all that they are gathered with. `faults` are those found before.
pub(super) async fn rows(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    asked: &RollUpAsked,
    faults: &[Fault],
    grain: Grain,
) -> Result<Found, Refusal> {
    let places = storage::place::all(tx, &actor.partnership).await?;
    let mut faults = faults.to_vec();
    let code = asked.taxonomy.as_deref();
    let taxonomy = taxonomy(tx, office, actor, code, &mut faults).await?;
    let edition = ("/edition", asked.edition.as_deref());
    named::edition(tx, office, actor, edition, &mut faults).await?;
    let place = asked.place.as_deref();
    let within = place.map(|code| named::within(&places, code, &mut faults));
    bodies(tx, actor, asked, &mut faults).await?;
    let Some(taxonomy) = taxonomy.filter(|_| faults.is_empty()) else {
        return Err(Refusal::Invalid(faults));
    };
    let mut query = query(asked, within);
    if grain == Grain::Contracts {
        (query.by_contract, query.by_supplier) = (true, true);
    }
    let rows = storage::total::roll_up(tx, &actor.partnership, &query).await?;
    Ok(Found {
        names: names(tx, actor, &rows, &places).await?,
        editions: editions_of(tx, office, actor, &rows).await?,
        query,
        rows,
        taxonomy,
    })
}

/// The taxonomy asked for, or the default one; only one that is not shipped asks the database.
async fn taxonomy(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    code: Option<&str>,
    faults: &mut Vec<Fault>,
) -> Result<Option<Taxonomy>, Refusal> {
    let wanted =
        |taxonomy: &&Taxonomy| code.map_or(taxonomy.is_default, |code| taxonomy.code == code);
    let shipped = &office.catalogue.taxonomies;
    if let Some(found) = shipped.iter().find(wanted) {
        return Ok(Some(found.clone()));
    }
    let all = editions::taxonomies(tx, office, actor).await?;
    let found = all.iter().find(wanted).cloned();
    if found.is_none() {
        let codes: Vec<&str> = all.iter().map(|one| one.code.as_str()).collect();
        let message = format!("choose one of {}", codes.join(", "));
        faults.push(Fault::new("/taxonomy", "unknown_taxonomy", message));
    }
    Ok(found)
}

/// Faults that can be told without reading anything.
pub(super) fn without_the_store(asked: &RollUpAsked) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut seen: Vec<Dimension> = Vec::new();
    for dimension in &asked.by {
        if seen.contains(dimension) {
            let message = format!("{dimension} is asked for twice");
            faults.push(Fault::new("/by", "duplicate_word", message));
        }
        seen.push(*dimension);
    }
    if asked.from.zip(asked.to).is_some_and(|(from, to)| to < from) {
        let message = "the last day comes on or after the first";
        faults.push(Fault::new("/to", "days_disordered", message));
    }
    faults
}

/// Refuses an anchor institution, supplier or contract that is not there.
async fn bodies(
    tx: &mut Tx,
    actor: &Actor,
    asked: &RollUpAsked,
    faults: &mut Vec<Fault>,
) -> Result<(), Refusal> {
    let (partnership, reach) = (actor.partnership.as_str(), &asked.reach);
    let shows_anchor = |id: &String| reach.shows_anchor(id);
    let shows_supplier = |id: &String| reach.shows_supplier(id);
    let anchor = asked.anchor_institution.as_ref();
    let supplier = asked.supplier.as_ref();
    let named = [
        (
            "/anchor_institution",
            anchor,
            anchor.is_some_and(shows_anchor),
        ),
        ("/supplier", supplier, supplier.is_some_and(shows_supplier)),
    ];
    for (pointer, id, shown) in named {
        let Some(id) = id else { continue };
        let filter = OrganisationFilter {
            id: Some(id.clone()),
            reach: reach.clone(),
            ..OrganisationFilter::default()
        };
        let found = storage::organisation::list(tx, partnership, &filter, None, 1).await?;
        if found.is_empty() || !shown {
            let message = "there is no organisation of this id, or none whose figures you may see";
            faults.push(Fault::new(pointer, "unknown_organisation", message));
        }
    }
    named::contract(tx, actor, reach, asked.contract.as_ref(), faults).await
}

/// Whether a reach has parts of contracts held beside whole contracts supplied: their lines are counted differently.
fn is_of_both(reach: &Reach) -> bool {
    matches!(reach, Reach::Of { held_by, supplied_by } if !held_by.is_empty() && !supplied_by.is_empty())
}

fn query(asked: &RollUpAsked, places: Option<Vec<String>>) -> RollUpQuery {
    let by = |dimension: Dimension| asked.by.contains(&dimension);
    RollUpQuery {
        by_anchor: by(Dimension::AnchorInstitution),
        by_supplier: by(Dimension::Supplier) || is_of_both(&asked.reach),
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
        funding: Some(asked.funding.clone()).filter(|sources| !sources.is_empty()),
        reach: asked.reach.clone(),
        known_at: asked.known_at,
    }
}
