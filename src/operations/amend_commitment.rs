//! Amending a commitment with a reason and a date: baseline and current targets are both kept.

use crate::domain::commitment::{Commitment, Target, TargetVersion};
use crate::domain::effect::given::AdjustmentsGiven;
use crate::domain::fault::Fault;
use crate::domain::moment::Moment;
use crate::domain::period::{Day, Period};
use crate::storage::{self, Tx};

use super::add_commitment::{TargetGiven, read_target};
use super::adjusting;
use super::audit::{self, Entry, told};
use super::book::{self, Book, Change};
use super::reading::{LONGEST_NOTE, Reading};
use super::seen::Seen;
use super::{Hand, Refusal};

/// A new target from a day on.
#[derive(Debug, Clone, Default)]
pub struct CommitmentAmendmentGiven {
    /// The day it holds from; periods that began before keep what was promised for them.
    pub effective_on: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The new target of the whole contract, or of its periods.
    pub target: TargetGiven,
    /// What is adjusted otherwise than the edition from that day on; nothing in it goes back to the edition.
    pub adjustments: Option<AdjustmentsGiven>,
}

/// Amends a commitment.
///
/// # Errors
/// [`Refusal::NotFound`] for the contract or the commitment; [`Refusal::Invalid`] with every fault.
pub async fn amend_commitment(
    tx: &mut Tx,
    hand: Hand<'_>,
    (contract_id, number): (&str, i64),
    given: &CommitmentAmendmentGiven,
    seen: &Seen,
    faults: Vec<Fault>,
) -> Result<Commitment, Refusal> {
    let Hand { office, actor, at } = hand;
    let (head, recorded_at) = book::take_chain(tx, actor, contract_id, at).await?;
    let mut book = book::open(tx, office, actor, contract_id).await?;
    let index = book
        .commitments
        .iter()
        .position(|one| one.number == number)
        .ok_or(Refusal::NotFound("commitment"))?;
    if let Some(there) = book.commitments.get(index) {
        seen.must_be(&there.version())?;
    }
    let version = read(
        &book,
        index,
        recorded_at,
        given,
        Reading::after(faults.clone()),
    )?;
    storage::commitment::add_target(tx, &actor.partnership, contract_id, number, &version).await?;
    let reason = format!(
        "commitment {number} amended: {}",
        version.reason.clone().unwrap_or_default()
    );
    let after = told::target(&version);
    let before = book
        .commitments
        .get(index)
        .and_then(|one| one.versions.last())
        .map(told::target)
        .unwrap_or_default();
    let commitment = book
        .commitments
        .get_mut(index)
        .ok_or(Refusal::NotFound("commitment"))?;
    commitment.versions.push(version);
    let amended = commitment.clone();
    refuse_plan(&book, &amended)?;
    adjusting::refuse_two_ways(&book, &amended)?;
    let change = Change {
        head: &head,
        recorded_at,
        reason: &reason,
    };
    book::settle(tx, actor, &book, adjusting::moved(&book), change).await?;
    let id = format!("{contract_id}/{number}");
    audit::leave(
        tx,
        office,
        actor,
        recorded_at,
        Entry::of("amend_commitment", "commitment", &id)
            .of_contract(contract_id)
            .before(before)
            .after(after),
    )
    .await?;
    Ok(amended)
}

fn read(
    book: &Book,
    index: usize,
    recorded_at: Moment,
    given: &CommitmentAmendmentGiven,
    mut reading: Reading,
) -> Result<TargetVersion, Refusal> {
    let commitment = book
        .commitments
        .get(index)
        .ok_or(Refusal::NotFound("commitment"))?;
    let ground = book.ground();
    let measure = ground.measure(&commitment.measure)?;
    let effective_on = reading.required_day("/effective_on", given.effective_on.as_deref());
    let reason = reading.required_text("/reason", given.reason.as_deref(), LONGEST_NOTE);
    let adjusting = given.adjustments.as_ref().and_then(|adjustments| {
        adjusting::read(&ground, measure, adjustments, reason.clone(), &mut reading)
    });
    // Who only adjusts promises what was promised.
    let keeps_target = given.adjustments.is_some()
        && given.target.whole.is_none()
        && given.target.by_period.is_none();
    let promised = commitment.versions.last().map(|last| last.target.clone());
    let target = match keeps_target {
        true => promised,
        false => read_target(book, measure, &given.target, &mut reading),
    };
    if let Some(day) = effective_on {
        let amended = target.as_ref().filter(|_| !keeps_target);
        refuse_the_past(book, day, amended, &mut reading);
        let last = commitment
            .versions
            .last()
            .map(|version| version.effective_on);
        if let Some(last) = last.filter(|last| day < *last) {
            let message = format!("the last target holds from {last}; amend from that day on");
            reading.fault("/effective_on", "before_last_amendment", message);
        }
    }
    let next = commitment
        .versions
        .last()
        .map_or(0, |version| version.version)
        + 1;
    let version = effective_on
        .zip(reason)
        .zip(target)
        .map(|((effective_on, reason), target)| TargetVersion {
            version: next,
            effective_on,
            recorded_at,
            reason: Some(reason),
            target,
            adjusting,
        });
    reading.end(version)
}

/// Periods that began before the day keep what was promised for them: an amendment may not name them, and
/// needs one that begins later.
fn refuse_the_past(book: &Book, day: Day, target: Option<&Target>, reading: &mut Reading) {
    let begun = |period: &Period| period.from().max(book.contract.starts_on) < day;
    if book.contract.periods().iter().all(begun) {
        let message =
            "no period of the contract begins on or after this day, so nothing could change";
        reading.fault("/effective_on", "no_period_left", message);
    } else if let Some(Target::ByPeriod(targets)) = target
        && let Some(past) = targets.keys().find(|period| begun(period))
    {
        let message =
            format!("{past} begins before {day} and keeps what was promised for it; leave it out");
        reading.fault("/targets", "period_has_begun", message);
    }
}

/// Nothing of the new target may be left without a period, and no period promised less than nothing.
fn refuse_plan(book: &Book, commitment: &Commitment) -> Result<(), Refusal> {
    let ground = book.ground();
    let measure = ground.measure(&commitment.measure)?;
    match commitment.plan_fault(&book.contract, measure) {
        None => Ok(()),
        Some(fault) => Err(fault.into()),
    }
}
