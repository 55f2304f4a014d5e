//! What-if: everything that stands in a portfolio valued under another edition, line by line, with nothing stored. It
//! comes to what would be posted if each contract rested on that edition: each line rounded once (V2), split between
//! anchor institutions as it is (V12). What cannot be valued there is told, and left out of nothing silently.

mod cells;
mod compare;
pub mod ranges;
mod walk;

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use crate::domain::basis::Basis;
use crate::domain::edition::Edition;
use crate::domain::fault::Fault;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::measure::Measure;
use crate::domain::moment::Moment;
use crate::domain::period::Day;
use crate::storage::total::RollUpRow;
use crate::storage::{self, StorageError, Tx};

use super::reading::Reading;
use super::roll_up::{self, Dimension, Found, Gather, Grain, RollUpAsked};
use super::{Actor, Forbidden, Office, Refusal, editions};
use compare::compare;
use walk::Walk;

pub use compare::{NotValued, PortfolioLine, Side};

/// The most lines of one portfolio, each counted once a stage.
pub const MOST_LINES: i64 = 10_000_000;
/// The most rows of one answer.
pub const MOST_ROWS: usize = 5_000;

/// A portfolio as given.
#[derive(Debug, Clone, Default)]
pub struct PortfolioGiven {
    /// The edition it is valued under, such as `open-uk/2026`.
    pub edition: Option<String>,
    /// Dimensions, in order.
    pub by: Vec<Option<String>>,
    /// Stages; `verified` when there is none.
    pub stages: Vec<Option<String>>,
    /// Whose money pays; all of it when there is none.
    pub funding: Vec<Option<String>>,
    /// Periods from this day.
    pub from: Option<String>,
    /// Periods up to this day.
    pub to: Option<String>,
    /// Everything else that is asked, as texts; its edition is the one that contracts rest on now.
    pub filters: RollUpAsked,
}

/// A portfolio as it is worth now, and as it would be under another edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    /// The taxonomy used.
    pub taxonomy: String,
    /// When it was read.
    pub as_of: Moment,
    /// The basis it would have.
    pub basis: Basis,
    /// Rows, ordered by their labels.
    pub rows: Vec<PortfolioLine>,
    /// The same over all rows.
    pub totals: Vec<PortfolioLine>,
    /// What could not be valued, and why.
    pub not_valued: Vec<NotValued>,
    /// Values in it that are used after their time, of either edition.
    pub warnings: Vec<String>,
}

/// What the one who asks may see of editions.
#[derive(Debug, Clone, Copy)]
pub struct Sees {
    /// Those that are not published yet.
    pub drafts: bool,
    /// Values whose licence does not let them be passed on.
    pub kept: bool,
}

/// Values a portfolio under another edition.
///
/// # Errors
/// [`Refusal::Invalid`] with every fault; [`Refusal::Forbidden`] where the licence of a value that would be used keeps it
/// from the one who asks: the worth of one unit would tell it.
pub async fn portfolio(
    office: &Office,
    actor: &Actor,
    at: Moment,
    given: &PortfolioGiven,
    sees: Sees,
    faults: Vec<Fault>,
) -> Result<Portfolio, Refusal> {
    let mut reading = Reading::after(faults);
    let named = reading.required("/edition", given.edition.as_deref());
    let named = named.unwrap_or_default().to_owned();
    let asked = asked(given, &mut reading);
    let faults = reading.faults;
    let read = async |tx: &mut Tx| {
        let (edition, found) = find(tx, office, actor, (&named, &asked), sees, &faults).await?;
        may_be_used(&edition, &found.rows, sees)?;
        small_enough(&found.rows)?;
        let places = storage::place::all(tx, &actor.partnership).await?;
        let under = Some(edition.as_ref());
        let mut walk = Walk::of(&found.query, &found.editions, &places, under, sees.kept);
        if !found.rows.is_empty() {
            walk.on(tx, &actor.partnership).await?;
        }
        let mut told = told(&found.gather(&asked), &found.rows, &walk, &edition, at)?;
        told.taxonomy.clone_from(&found.taxonomy.code);
        Ok(told)
    };
    let _turn = turn(office, actor).await?;
    office.store.read(read).await
}

/// One walk at a time for each who asks: it holds a connection and a processor for seconds, and others want some too.
async fn turn(office: &Office, actor: &Actor) -> Result<OwnedMutexGuard<()>, Refusal> {
    let turn = office
        .turns
        .of(&format!("walk {} {}", actor.partnership, actor.id))
        .await;
    turn.ok_or_else(|| {
        let message = "another portfolio or range that you asked for is still being valued";
        StorageError::Unavailable(message.to_owned()).into()
    })
}

/// The edition, and the roll-up of now; every fault of both at once.
async fn find(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    (named, asked): (&str, &RollUpAsked),
    sees: Sees,
    faults: &[Fault],
) -> Result<(Arc<Edition>, Found), Refusal> {
    let of_edition = |fault: &Fault| fault.pointer == "/edition";
    let (mut own, others): (Vec<Fault>, Vec<Fault>) = faults.iter().cloned().partition(of_edition);
    let edition = editions::find_named(tx, office, actor, named, sees.drafts).await?;
    if edition.is_none() && own.is_empty() {
        let all = editions::all(tx, office, actor, sees.drafts).await?;
        let message = format!(
            "there is no such edition; there are {}",
            editions::names(&all)
        );
        own.push(Fault::new("/edition", "unknown_edition", message));
    }
    let found = roll_up::rows(tx, office, actor, asked, &others, Grain::Asked).await;
    match (edition, found) {
        (Some(edition), Ok(found)) if own.is_empty() => Ok((edition.edition, found)),
        (_, Ok(_)) => Err(Refusal::Invalid(own)),
        (_, Err(Refusal::Invalid(mut faults))) => {
            // The edition of a roll-up is here the one that contracts rest on.
            let filters = faults.iter_mut().filter(|fault| of_edition(fault));
            filters.for_each(|fault| fault.pointer = "/rests_on".to_owned());
            own.extend(faults);
            Err(Refusal::Invalid(own))
        }
        (_, Err(other)) => Err(other),
    }
}

fn told(
    gather: &Gather<'_>,
    rows: &[RollUpRow],
    walk: &Walk<'_>,
    edition: &Arc<Edition>,
    at: Moment,
) -> Result<Portfolio, Refusal> {
    let compared = compare(gather, rows, walk, edition)?;
    if compared.rows.len() > MOST_ROWS {
        let message = format!(
            "it would be {} rows, and at most {MOST_ROWS} are told: ask for fewer dimensions, or filter",
            compared.rows.len()
        );
        return Err(Refusal::fault("/by", "too_many_rows", message));
    }
    Ok(Portfolio {
        taxonomy: String::new(),
        as_of: at,
        basis: Basis::of(edition),
        rows: compared.rows,
        totals: compared.totals,
        not_valued: compared.not_valued,
        warnings: warnings(gather, rows, edition, at.day()),
    })
}

/// What is to be said of values of either edition that are used after their time.
fn warnings(gather: &Gather<'_>, rows: &[RollUpRow], edition: &Edition, today: Day) -> Vec<String> {
    let mut warnings = gather.warnings(rows, today);
    let used = measures(edition, rows).flat_map(Measure::proxies);
    let new = edition.stale(used, today).into_iter();
    let new: Vec<String> = new.filter(|one| !warnings.contains(one)).collect();
    warnings.extend(new);
    warnings
}

/// What is asked of the roll-up beside it.
fn asked(given: &PortfolioGiven, reading: &mut Reading) -> RollUpAsked {
    let by = reading.words("/by", &given.by, Dimension::parse);
    let stages = reading.words_once("/stage", &given.stages, Stage::parse);
    let funding = reading.words_once("/funding", &given.funding, FundingSource::parse);
    let asked = RollUpAsked {
        by,
        stages,
        funding,
        from: reading.day("/from", given.from.as_deref()),
        to: reading.day("/to", given.to.as_deref()),
        ..given.filters.clone()
    };
    reading.faults.extend(roll_up::without_the_store(&asked));
    asked
}

/// The measures of some rows, as an edition has them.
fn measures<'e>(edition: &'e Edition, rows: &[RollUpRow]) -> impl Iterator<Item = &'e Measure> {
    let codes: std::collections::BTreeSet<&str> =
        rows.iter().map(|row| row.measure.as_str()).collect();
    let found: Vec<&Measure> = codes
        .into_iter()
        .filter_map(|code| edition.measure(code))
        .collect();
    found.into_iter()
}

/// Refuses before anything is valued, as a calculation does.
fn may_be_used(edition: &Edition, rows: &[RollUpRow], sees: Sees) -> Result<(), Refusal> {
    let mut proxies = measures(edition, rows).flat_map(Measure::proxies);
    if sees.kept || !proxies.any(|proxy| edition.keeps(proxy)) {
        return Ok(());
    }
    let message = format!(
        "the licence of {} lets only administrators see its values, and a portfolio valued under it would tell them",
        edition.id()
    );
    Err(Refusal::forbidden(Forbidden::ValuesKept, message))
}

fn small_enough(rows: &[RollUpRow]) -> Result<(), Refusal> {
    let lines = rows.iter().map(|row| {
        let sums = &row.sums;
        sums.valued_lines.saturating_add(sums.record_only_lines)
    });
    let lines = lines.fold(0, i64::saturating_add);
    if lines <= MOST_LINES {
        return Ok(());
    }
    let message = format!(
        "it would be {lines} lines, and at most {MOST_LINES} are valued at once: ask for fewer stages, periods or contracts"
    );
    Err(Refusal::fault("/stage", "portfolio_too_large", message))
}
