//! Listing returns across contracts: what waits for a decision, what is late, what is to be reported.

use std::collections::{BTreeMap, VecDeque};

use crate::domain::contract::Contract;
use crate::domain::moment::Moment;
use crate::domain::period::{Day, Period, Span};
use crate::domain::policy::Reach;
use crate::domain::report::Progress;
use crate::domain::sharing::{Claimed, above_whole};
use crate::storage::contract::{RevisionAsked, WalkAsked};
use crate::storage::report::Latest;
use crate::storage::{self, Tx};

use super::contract_value::due_on;
use super::{Actor, Office, Refusal, named};

/// The most contracts that one page walks over. A page is short rather than slow.
pub const MOST_WALKED: usize = 2_000;
/// The most of them that it opens.
pub const MOST_OPENED: usize = 200;
/// How many it opens at a time.
const OPENED_AT_ONCE: usize = 50;

/// Which returns are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReturnsAsked {
    /// Only those that are so far.
    pub progress: Option<Progress>,
    /// Only those that are due, or that are not.
    pub due: Option<bool>,
    /// Only those that are due, by a day before this one.
    pub due_before: Option<Day>,
    /// Only of contracts of this organisation, on either side, by id.
    pub organisation: Option<String>,
    /// Only of contracts of this supplier, by id.
    pub supplier: Option<String>,
    /// Only of this contract, by id.
    pub contract: Option<String>,
    /// Only of contracts delivered in this place, in one below it or in one it covers.
    pub place: Option<String>,
    /// Only for periods inside this one.
    pub period: Option<Period>,
    /// Only those of which something was recorded at this moment or later.
    pub updated_since: Option<Moment>,
    /// Only of contracts within this reach.
    pub reach: Reach,
}

/// What a page comes after: a contract and all of its returns, or its return for the period of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// Id of the contract.
    pub contract: String,
    /// Label of the period; `None` after the whole contract.
    pub period: Option<String>,
}

/// A return, or a period whose return is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnFound {
    /// Id of the contract.
    pub contract: String,
    /// The period.
    pub period: Period,
    /// Whether the period lies in the possible extension.
    pub in_extension: bool,
    /// How far it is.
    pub progress: Progress,
    /// Whether it is to be reported: the period is over, and no revision is submitted or accepted.
    pub due: bool,
    /// The day by which it is or was due.
    pub due_on: Day,
    /// Number of its latest revision.
    pub revision: Option<i64>,
    /// Who submitted that.
    pub submitted_by: Option<String>,
    /// When the latest was recorded of it.
    pub updated_at: Option<Moment>,
    /// Whether something of that is claimed in another line or contract as well (V11).
    pub claimed_twice: bool,
}

/// A page of returns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReturnsFound {
    /// By contract and period.
    pub items: Vec<ReturnFound>,
    /// Their contracts, and perhaps others, by id.
    pub contracts: BTreeMap<String, Contract>,
    /// Names of their suppliers, by id.
    pub suppliers: BTreeMap<String, String>,
    /// What the next page comes after, where there may be one.
    pub next: Option<After>,
}

/// Lists returns, in the order of contracts and periods, at most `limit`. The page may be short, or empty, though there
/// is a next one.
///
/// # Errors
/// [`Refusal::Invalid`] when the filter names an organisation, contract or place that is not there, or not within its
/// reach: the pointer of each fault is the name of the parameter.
pub async fn list_returns(
    office: &Office,
    actor: &Actor,
    today: Day,
    asked: &ReturnsAsked,
    after: Option<&After>,
    limit: usize,
) -> Result<ReturnsFound, Refusal> {
    let read = async |tx: &mut Tx| {
        let walk = walk_asked(tx, actor, asked).await?;
        let mut found = page(tx, actor, today, asked, &walk, after, limit).await?;
        flag(tx, &actor.partnership, &mut found.items).await?;
        let suppliers = found.items.iter().filter_map(|one| {
            let contract = found.contracts.get(&one.contract)?;
            Some(contract.supplier.clone())
        });
        let mut suppliers: Vec<String> = suppliers.collect();
        suppliers.sort();
        suppliers.dedup();
        if !suppliers.is_empty() {
            let partnership = &actor.partnership;
            found.suppliers = storage::organisation::names(tx, partnership, &suppliers).await?;
        }
        Ok(found)
    };
    office.store.read_standby(read).await
}

/// Flags those of which something is claimed twice.
async fn flag(tx: &mut Tx, partnership: &str, items: &mut [ReturnFound]) -> Result<(), Refusal> {
    let key = |one: &ReturnFound| Some((one.contract.clone(), one.period, one.revision?));
    let keys: Vec<_> = items.iter().filter_map(key).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let named = storage::report::named_twice(tx, partnership, &keys).await?;
    let mut side_by_side: BTreeMap<(String, Period), Vec<Claimed>> = BTreeMap::new();
    for one in storage::report::claimed_side_by_side(tx, partnership, &keys).await? {
        let of = (one.contract.clone(), one.period);
        side_by_side.entry(of).or_default().push(one);
    }
    for item in items {
        let lines = side_by_side.remove(&(item.contract.clone(), item.period));
        let above = lines.is_some_and(|lines| !above_whole(item.period, &lines, &[]).is_empty());
        let label = item.period.label();
        item.claimed_twice = above || named.contains(&(item.contract.clone(), label));
    }
    Ok(())
}

/// The walk that finds them, once everything that is named is there.
async fn walk_asked(
    tx: &mut Tx,
    actor: &Actor,
    asked: &ReturnsAsked,
) -> Result<WalkAsked, Refusal> {
    let (mut faults, reach) = (Vec::new(), &asked.reach);
    let named = [
        ("/organisation", asked.organisation.as_ref()),
        ("/supplier", asked.supplier.as_ref()),
    ];
    for one in named {
        named::organisation(tx, actor, reach, one, &mut faults).await?;
    }
    named::contract(tx, actor, reach, asked.contract.as_ref(), &mut faults).await?;
    let places = named::place(tx, actor, asked.place.as_deref(), &mut faults).await?;
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let revision = RevisionAsked {
        state: asked.progress.map(Progress::word),
        within: asked.days(),
        updated_since: asked.updated_since,
    };
    Ok(WalkAsked {
        contract: asked.contract.clone(),
        supplier: asked.supplier.clone(),
        organisation: asked.organisation.clone(),
        places,
        revision: (!asked.may_be_missing()).then_some(revision),
        reach: asked.reach.clone(),
    })
}

impl ReturnsAsked {
    /// Whether a return that is not there may be among them.
    fn may_be_missing(&self) -> bool {
        let progress = self.progress.unwrap_or(Progress::Missing);
        progress == Progress::Missing && self.due != Some(false) && self.updated_since.is_none()
    }

    /// The days that periods lie in, where that is asked.
    fn days(&self) -> Option<Span> {
        self.period.map(|period| Span {
            from: period.from(),
            to: period.to(),
        })
    }

    fn lets_through(&self, one: &ReturnFound) -> bool {
        let updated = |since: Moment| one.updated_at.is_some_and(|at| at >= since);
        self.progress.is_none_or(|asked| one.progress == asked)
            && self.due.is_none_or(|due| one.due == due)
            && self
                .due_before
                .is_none_or(|day| one.due && one.due_on < day)
            && self.updated_since.is_none_or(updated)
    }
}

async fn page(
    tx: &mut Tx,
    actor: &Actor,
    today: Day,
    asked: &ReturnsAsked,
    walk: &WalkAsked,
    after: Option<&After>,
    limit: usize,
) -> Result<ReturnsFound, Refusal> {
    let partnership = actor.partnership.as_str();
    let from = after.map_or("", |after| after.contract.as_str());
    let most = i64::try_from(MOST_WALKED).unwrap_or(i64::MAX);
    let walked = storage::contract::walk(tx, partnership, walk, from, most).await?;
    let is_done =
        |id: &str| after.is_some_and(|after| after.period.is_none() && after.contract == id);
    let worth_it = walked
        .iter()
        .filter(|one| one.is_worth_opening() && !is_done(&one.contract_id));
    let mut unopened: VecDeque<String> = worth_it.map(|one| one.contract_id.clone()).collect();
    let (mut found, mut last_opened, mut opened) = (ReturnsFound::default(), None, 0);
    while found.items.len() <= limit && opened < MOST_OPENED && !unopened.is_empty() {
        let most = OPENED_AT_ONCE.min(unopened.len());
        let ids: Vec<String> = unopened.drain(..most).collect();
        opened += most;
        last_opened = ids.last().cloned();
        open(tx, partnership, today, asked, &ids, &mut found).await?;
        found.items.retain(|one| comes_after(one, after));
    }
    if found.items.len() > limit {
        found.items.truncate(limit);
        found.next = found.items.last().map(|last| After {
            contract: last.contract.clone(),
            period: Some(last.period.label()),
        });
        return Ok(found);
    }
    let walked_to = match unopened.is_empty() {
        false => last_opened,
        true if walked.len() == MOST_WALKED => walked.last().map(|one| one.contract_id.clone()),
        true => None,
    };
    found.next = walked_to.map(|contract| After {
        contract,
        period: None,
    });
    Ok(found)
}

fn comes_after(one: &ReturnFound, after: Option<&After>) -> bool {
    after.is_none_or(|after| {
        let period = after.period.as_deref().unwrap_or("~");
        (one.contract.as_str(), one.period.label().as_str()) > (after.contract.as_str(), period)
    })
}

/// Opens some contracts, and adds what is asked for of them.
async fn open(
    tx: &mut Tx,
    partnership: &str,
    today: Day,
    asked: &ReturnsAsked,
    ids: &[String],
    found: &mut ReturnsFound,
) -> Result<(), Refusal> {
    let contracts =
        storage::contract::some_within(tx, partnership, ids, &Reach::Everything).await?;
    let latest = storage::report::latest(tx, partnership, ids, asked.days()).await?;
    let mut given: BTreeMap<String, Vec<Latest>> = BTreeMap::new();
    for one in latest {
        given.entry(one.contract.clone()).or_default().push(one);
    }
    for contract in contracts {
        let own = given.remove(&contract.id).unwrap_or_default();
        let all = returns_of(&contract, own, asked, today);
        found
            .items
            .extend(all.filter(|one| asked.lets_through(one)));
        found.contracts.insert(contract.id.clone(), contract);
    }
    Ok(())
}

/// Every return of a contract, and every period that is over without one, by period.
fn returns_of<'a>(
    contract: &'a Contract,
    given: Vec<Latest>,
    asked: &ReturnsAsked,
    today: Day,
) -> impl Iterator<Item = ReturnFound> + use<'a> {
    let mut all: BTreeMap<Period, Option<Latest>> = BTreeMap::new();
    if asked.may_be_missing() {
        let days = asked.days();
        let over = contract.periods_until(today).into_iter();
        let inside = over
            .filter(|one| days.is_none_or(|days| one.from() >= days.from && one.to() <= days.to));
        all.extend(inside.map(|period| (period, None)));
    }
    all.extend(given.into_iter().map(|one| (one.period, Some(one))));
    all.into_iter()
        .map(move |(period, latest)| return_of(contract, period, latest, today))
}

fn return_of(
    contract: &Contract,
    period: Period,
    latest: Option<Latest>,
    today: Day,
) -> ReturnFound {
    let inside = contract.inside(period);
    let is_claimed = latest.as_ref().is_some_and(|one| one.is_claimed);
    ReturnFound {
        contract: contract.id.clone(),
        period,
        in_extension: inside.is_some_and(|inside| inside.in_extension),
        progress: latest
            .as_ref()
            .map_or(Progress::Missing, |one| one.progress),
        due: period.to() < today && !is_claimed,
        due_on: due_on(period),
        revision: latest.as_ref().map(|one| one.revision),
        updated_at: latest.as_ref().map(|one| one.updated_at),
        claimed_twice: false,
        submitted_by: latest.and_then(|one| one.submitted_by),
    }
}
