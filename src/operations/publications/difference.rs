//! What a publication would say today, and why that differs: the postings since, by contract, period and reason.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::moment::Moment;
use crate::domain::period::Period;
use crate::domain::policy::Reach;
use crate::domain::publication::Publication;
use crate::domain::roll_up::{Label, Lines, RollUpLine, Shown};
use crate::storage::total::{RollUpRow, SinceRow};
use crate::storage::{self, StorageError, Tx};

use super::super::roll_up::gather::{Groups, Key, editions_of, names};
use super::super::roll_up::{self, Found, Gather, Grain};
use super::super::{Actor, Office, Refusal};
use super::read::{Published, heading};

/// Postings of one contract, period and reason, since it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The contract.
    pub contract: Label,
    /// The period.
    pub period: Option<Period>,
    /// Why they were posted.
    pub reason: String,
    /// How many they are.
    pub postings: i64,
    /// When the last of them was recorded.
    pub recorded_at: Moment,
    /// What they add up to.
    pub line: RollUpLine,
}

/// A row that is not what was published, or of which something was posted since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The row as it was published.
    pub published: Option<RollUpLine>,
    /// The row of today.
    pub today: Option<RollUpLine>,
    /// What makes up the difference.
    pub because: Vec<Because>,
}

/// A publication beside today.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The publication.
    pub published: Published,
    /// When today was read.
    pub as_of: Moment,
    /// Rows that differ, in the order of their labels.
    pub changed: Vec<Changed>,
    /// How many rows are as they were published.
    pub unchanged: usize,
}

impl Changed {
    /// The row of today, or as it was published where there is none today.
    #[must_use]
    pub fn line(&self) -> Option<&RollUpLine> {
        self.today.as_ref().or(self.published.as_ref())
    }
}

/// Compares a publication with today.
///
/// # Errors
/// [`Refusal::NotFound`] outside the reach; storage's `Corrupt` where the postings since do not make up the difference.
pub async fn difference(
    office: &Office,
    actor: &Actor,
    at: Moment,
    reach: &Reach,
    id: &str,
) -> Result<Difference, Refusal> {
    let read = async |tx: &mut Tx| read(tx, office, actor, reach, id).await;
    let (published, today, since) = office.store.read(read).await?;
    let gather = today.gather(&published.asked);
    let mut because = because(&gather, &since)?;
    let publication = &published.publication;
    let mut then: BTreeMap<String, RollUpLine> = BTreeMap::new();
    for row in &publication.rows {
        then.insert(row.line.key(), row.line.clone());
    }
    let mut now: BTreeMap<String, RollUpLine> = BTreeMap::new();
    for line in gather.rows(&today.rows)? {
        now.insert(line.key(), line);
    }
    let keys: BTreeSet<String> = then.keys().chain(now.keys()).cloned().collect();
    let (mut changed, mut unchanged) = (Vec::new(), 0);
    for key in keys {
        let one = Changed {
            published: then.remove(&key),
            today: now.remove(&key),
            because: because.remove(&key).unwrap_or_default(),
        };
        explained(publication, &one)?;
        let differs = match (&one.published, &one.today) {
            (Some(then), Some(now)) => figures(then) != figures(now),
            _ => true,
        };
        match differs || !one.because.is_empty() {
            true => changed.push(one),
            false => unchanged += 1,
        }
    }
    let order = |one: &Changed| {
        one.line()
            .map(|line| (line.labels.clone(), line.stage, line.column, line.funding))
    };
    changed.sort_by_key(order);
    Ok(Difference {
        as_of: at,
        published,
        changed,
        unchanged,
    })
}

/// Reads a publication, the rows that its question finds today, and what was posted since; names and editions are those
/// of both.
async fn read(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    reach: &Reach,
    id: &str,
) -> Result<(Published, Found, Vec<SinceRow>), Refusal> {
    let partnership = actor.partnership.as_str();
    let heading = heading(tx, actor, reach, id).await?;
    let published_at = heading.published_at;
    let publication = storage::publication::whole(tx, partnership, heading).await?;
    let published = Published::of(publication)?;
    let asked = &published.asked;
    let faults = roll_up::without_the_store(asked);
    let mut today = roll_up::rows(tx, office, actor, asked, &faults, Grain::Asked).await?;
    let since = storage::total::since(tx, partnership, &today.query, published_at).await?;
    let places = storage::place::all(tx, partnership).await?;
    let later = since.iter().map(|one| &one.row);
    let all: Vec<RollUpRow> = today.rows.iter().chain(later).cloned().collect();
    today.names = names(tx, actor, &all, &places).await?;
    today.editions = editions_of(tx, office, actor, &all).await?;
    Ok((published, today, since))
}

/// What a row says, but for what people call its labels.
fn figures(line: &RollUpLine) -> (Option<i64>, &Shown, Lines) {
    (line.worth_pence, &line.quantity, line.lines)
}

/// What was posted since, by the row that it belongs to.
fn because(
    gather: &Gather<'_>,
    since: &[SinceRow],
) -> Result<BTreeMap<String, Vec<Because>>, Refusal> {
    let rows: Vec<RollUpRow> = since.iter().map(|one| one.row.clone()).collect();
    let groups: Groups = gather.groups(&rows, true)?;
    let mut found = BTreeMap::new();
    for (key, members) in &groups {
        let mut apart: BTreeMap<_, Vec<&SinceRow>> = BTreeMap::new();
        for one in members.iter().filter_map(|index| since.get(*index)) {
            let what = (&one.row.contract, one.row.period, &one.reason);
            apart.entry(what).or_default().push(one);
        }
        let mut because = apart
            .into_values()
            .map(|members| of_one(gather, key, &members))
            .collect::<Result<Vec<_>, _>>()?;
        because.sort_by_key(|one| one.recorded_at);
        if let Some(first) = because.first() {
            found.insert(first.line.key(), because);
        }
    }
    Ok(found)
}

/// Adds up postings of one contract, period and reason.
fn of_one(gather: &Gather<'_>, key: &Key, members: &[&SinceRow]) -> Result<Because, Refusal> {
    let line = gather.line(key, members.iter().map(|one| &one.row), true)?;
    let row = members.first().map(|one| &one.row);
    let contract = row.and_then(|row| row.contract.as_deref());
    Ok(Because {
        contract: gather
            .names
            .label(contract.unwrap_or_default(), "contract unknown"),
        period: row.and_then(|row| row.period),
        reason: members
            .first()
            .map(|one| one.reason.clone())
            .unwrap_or_default(),
        postings: members.iter().map(|one| one.postings).sum(),
        recorded_at: members
            .iter()
            .map(|one| one.recorded_at)
            .max()
            .unwrap_or_default(),
        line,
    })
}

/// What was published and what was posted since must make up what there is today, to the penny.
fn explained(publication: &Publication, one: &Changed) -> Result<(), Refusal> {
    let worth = |line: &RollUpLine| line.worth_pence.unwrap_or_default();
    let of = |line: &Option<RollUpLine>| line.as_ref().map_or(0, worth);
    let since: i64 = one.because.iter().map(|one| worth(&one.line)).sum();
    if of(&one.published) + since == of(&one.today) {
        return Ok(());
    }
    Err(Refusal::Storage(StorageError::Corrupt {
        table: "publication_figure",
        column: "worth_pence".to_owned(),
        key: publication.heading.id.clone(),
        message: "the postings since do not make up the difference: run goodmeasure verify"
            .to_owned(),
    }))
}
