//! Publishing a roll-up: its figures and the ends of the chains they rest on, frozen at one moment.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::domain::fault::Fault;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::difference::Head;
use crate::domain::ledger::posting::Stage;
use crate::domain::moment::Moment;
use crate::domain::policy::Reach;
use crate::domain::publication::suppress::{Cell, Limits, suppressed};
use crate::domain::publication::{Figure, Heading, Publication, SealedHead};
use crate::domain::roll_up::{Lines, RollUpLine};
use crate::storage::total::RollUpRow;
use crate::storage::{self, StorageError, Tx};

use super::super::audit::{self, Entry};
use super::super::reading::{LONGEST_NAME, Reading};
use super::super::roll_up::{self, Dimension, Gather, Grain, RollUpAsked};
use super::super::{Hand, Refusal};
use super::asked;
use super::behind::cell;

/// The most rows of one publication.
pub const MOST_ROWS: usize = 1_000;
/// The largest smallest count, and the most contracts or suppliers, that may be asked for.
const LARGEST_LIMIT: i64 = 1_000;

/// A publication as given.
#[derive(Debug, Clone, Default)]
pub struct PublicationGiven {
    /// What it is called.
    pub title: Option<String>,
    /// Dimensions, in order.
    pub by: Vec<Option<String>>,
    /// Stages; `verified` when there is none.
    pub stages: Vec<Option<String>>,
    /// Sources of money; all when there is none.
    pub funding: Vec<Option<String>>,
    /// Periods from this day.
    pub from: Option<String>,
    /// Periods up to this day.
    pub to: Option<String>,
    /// Everything else that is asked, as texts; its reach is whose figures are published.
    pub filters: RollUpAsked,
    /// Whether anybody may read it.
    pub public: Option<bool>,
    /// Whole units below which a count is kept back in public.
    pub smallest_count: Option<i64>,
    /// Contracts below which a figure is kept back in public.
    pub fewest_contracts: Option<i64>,
    /// Suppliers below which a figure is kept back in public.
    pub fewest_suppliers: Option<i64>,
}

/// Publishes. All chains of the partnership are taken meanwhile, so that nothing of before can come after.
///
/// # Errors
/// [`Refusal::Invalid`] with every fault; [`Refusal::Conflict`] where a contract is added meanwhile.
pub async fn publish(
    tx: &mut Tx,
    hand: Hand<'_>,
    given: &PublicationGiven,
    faults: Vec<Fault>,
) -> Result<Publication, Refusal> {
    let Hand { office, actor, at } = hand;
    let partnership = actor.partnership.as_str();
    let (title, mut asked, limits) = read(given, Reading::after(faults))?;
    let faults = roll_up::without_the_store(&asked);
    let (published_at, chains) = settle(tx, partnership, at).await?;
    let found = roll_up::rows(tx, office, actor, &asked, &faults, Grain::Contracts).await?;
    asked.taxonomy = Some(found.taxonomy.code.clone());
    if storage::chain::stamp(tx, partnership).await?.chains
        != i64::try_from(chains.len()).unwrap_or(i64::MAX)
    {
        return Err(StorageError::Conflict.into());
    }
    let (figures, totals) = figures(&found.gather(&asked), &found.rows, limits)?;
    let mut publication = Publication {
        heading: Heading {
            id: (office.new_id)(),
            title,
            asked: asked::text(&asked),
            reach: whose(&asked),
            published_at,
            published_by: actor.id.clone(),
            limits,
            digest: String::new(),
            is_public: given.public.unwrap_or(false),
        },
        rows: figures,
        totals,
        heads: heads(&found.rows, &chains),
    };
    publication.heading.digest = publication.sealed(partnership);
    storage::publication::add(tx, partnership, &publication).await?;
    let told = told(&publication);
    let entry = Entry::of("publish", "publication", &publication.heading.id).after(told);
    audit::leave(tx, office, actor, at, entry).await?;
    Ok(publication)
}

/// Takes all chains. Its moment is that of now, or of the last posting where another clock runs ahead.
async fn settle(
    tx: &mut Tx,
    partnership: &str,
    at: Moment,
) -> Result<(Moment, BTreeMap<String, Head>), Refusal> {
    let chains = storage::chain::settle(tx, partnership, at).await?;
    let last = chains.values().map(|head| head.recorded_at).max();
    let last = last.unwrap_or(at).max(at);
    match last > at {
        true => Ok((last, storage::chain::settle(tx, partnership, last).await?)),
        false => Ok((at, chains)),
    }
}

fn read(
    given: &PublicationGiven,
    mut reading: Reading,
) -> Result<(String, RollUpAsked, Limits), Refusal> {
    let title = reading.required_text("/title", given.title.as_deref(), LONGEST_NAME);
    let by = reading.words("/by", &given.by, Dimension::parse);
    let stages = reading.words_once("/stage", &given.stages, Stage::parse);
    let funding = reading.words_once("/funding", &given.funding, FundingSource::parse);
    let asked = RollUpAsked {
        by,
        stages: match stages.is_empty() {
            true => vec![Stage::Verified],
            false => stages.clone(),
        },
        funding,
        from: reading.day("/from", given.from.as_deref()),
        to: reading.day("/to", given.to.as_deref()),
        ..given.filters.clone()
    };
    let mut limit = |name: &str, given: Option<i64>, usual: i64| {
        let limit = given.unwrap_or(usual);
        if !(1..=LARGEST_LIMIT).contains(&limit) {
            let message =
                format!("give a whole number from 1 (keeps nothing back) to {LARGEST_LIMIT}");
            reading.fault(format!("/suppression/{name}"), "out_of_range", message);
        }
        limit
    };
    let usual = Limits::USUAL;
    let limits = Limits {
        smallest_count: limit("smallest_count", given.smallest_count, usual.smallest_count),
        fewest_contracts: limit(
            "fewest_contracts",
            given.fewest_contracts,
            usual.fewest_contracts,
        ),
        fewest_suppliers: limit(
            "fewest_suppliers",
            given.fewest_suppliers,
            usual.fewest_suppliers,
        ),
    };
    reading.end(title.map(|title| (title, asked, limits)))
}

/// Whose figures they are: of one anchor institution or supplier, where only that one's are asked for.
fn whose(asked: &RollUpAsked) -> Reach {
    let one = |id: &String| BTreeSet::from([id.clone()]);
    match (&asked.anchor_institution, &asked.supplier, &asked.reach) {
        (Some(anchor), _, Reach::Everything) => Reach::Of {
            held_by: one(anchor),
            supplied_by: BTreeSet::new(),
        },
        (None, Some(supplier), Reach::Everything) => Reach::Of {
            held_by: BTreeSet::new(),
            supplied_by: one(supplier),
        },
        (_, _, reach) => reach.clone(),
    }
}

/// Rows and totals, with what is kept back of them in public.
fn figures(
    gather: &Gather<'_>,
    rows: &[RollUpRow],
    limits: Limits,
) -> Result<(Vec<Figure>, Vec<Figure>), Refusal> {
    let (mut lines, mut cells): (Vec<RollUpLine>, Vec<Cell>) = (Vec::new(), Vec::new());
    for (key, members) in gather.groups(rows, true)? {
        let members: Vec<&RollUpRow> = members
            .iter()
            .filter_map(|index| rows.get(*index))
            .collect();
        let line = gather.line(&key, members.iter().copied(), true)?;
        if line.lines == Lines::default() {
            continue;
        }
        cells.push(cell(gather, &line, &members)?);
        lines.push(line);
    }
    if lines.len() > MOST_ROWS {
        let message = format!(
            "these are {} rows, and a publication takes {MOST_ROWS}: ask for fewer dimensions, or for less at a time",
            lines.len()
        );
        return Err(Refusal::fault("/by", "too_many_rows", message));
    }
    let kept_back = suppressed(&cells, limits);
    let figures = lines.into_iter().enumerate().map(|(index, line)| Figure {
        line,
        suppressed: kept_back.cells.contains(&index),
    });
    let totals = gather.totals(rows)?.into_iter().map(|line| {
        let together = (line.stage, line.column, line.basis.clone(), line.funding);
        Figure {
            suppressed: kept_back.totals.contains(&together),
            line,
        }
    });
    Ok((figures.collect(), totals.collect()))
}

/// The ends of the chains that rows rest on.
fn heads(rows: &[RollUpRow], chains: &BTreeMap<String, Head>) -> Vec<SealedHead> {
    let contracts: BTreeSet<&String> = rows
        .iter()
        .filter_map(|row| row.contract.as_ref())
        .collect();
    let ends = contracts.into_iter().filter_map(|contract| {
        let head = chains.get(contract)?;
        Some(SealedHead {
            contract: contract.clone(),
            length: head.length,
            hash: head.hash.clone(),
        })
    });
    ends.collect()
}

/// A publication as the audit tells it.
fn told(publication: &Publication) -> Value {
    let heading = &publication.heading;
    json!({
        "title": heading.title, "asked": heading.asked, "published_at": heading.published_at.to_string(),
        "digest": heading.digest, "public": heading.is_public, "contracts": publication.heads.len(),
        "smallest_count": heading.limits.smallest_count, "fewest_contracts": heading.limits.fewest_contracts,
        "fewest_suppliers": heading.limits.fewest_suppliers
    })
}
