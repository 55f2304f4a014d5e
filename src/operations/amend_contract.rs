//! Amending a contract with a reason and a date: a new version of its terms; the baseline is kept.

use crate::domain::contract::{Contract, Terms};
use crate::domain::fault::Fault;
use crate::domain::moment::Moment;
use crate::domain::period::Day;
use crate::storage::{self, Tx};

use super::add_contract::{ShareGiven, days_in_order, shares};
use super::audit::{self, Entry, told};
use super::book::{self, Book, Change, Moved};
use super::reading::{LONGEST_NAME, LONGEST_NOTE, Reading};
use super::seen::Seen;
use super::{Actor, Hand, Refusal};

/// What changes; what is not given stays.
#[derive(Debug, Clone, Default)]
pub struct ContractAmendmentGiven {
    /// The day it holds from.
    pub effective_on: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Who holds it.
    pub anchor_institutions: Option<Vec<ShareGiven>>,
    /// Net pounds.
    pub value: Option<String>,
    /// Gross pounds.
    pub value_gross: Option<String>,
    /// Last day.
    pub ends_on: Option<String>,
    /// Last day of a possible extension.
    pub may_extend_to: Option<String>,
    /// Code of the place.
    pub place: Option<String>,
}

/// Amends a contract; whatever that changes in the ledger is reversed and restated.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] with every fault, also when a line that stands could not
/// be valued under the new terms.
pub async fn amend_contract(
    tx: &mut Tx,
    hand: Hand<'_>,
    contract_id: &str,
    given: &ContractAmendmentGiven,
    seen: &Seen,
    faults: Vec<Fault>,
) -> Result<Contract, Refusal> {
    let Hand { office, actor, at } = hand;
    let (head, recorded_at) = book::take_chain(tx, actor, contract_id, at).await?;
    let mut book = book::open(tx, office, actor, contract_id).await?;
    seen.must_be(&book.contract.version())?;
    let terms = read(
        tx,
        actor,
        &book,
        recorded_at,
        given,
        Reading::after(faults.clone()),
    )
    .await?;
    storage::contract::add_terms(tx, &actor.partnership, contract_id, &terms).await?;
    let reason = format!(
        "contract amended: {}",
        terms.reason.clone().unwrap_or_default()
    );
    let after = told::terms(&terms);
    let before = book.contract.current().map(told::terms).unwrap_or_default();
    book.contract.versions.push(terms);
    refuse_stranded(&book)?;
    book.refuse_left_over("/ends_on")?;
    let change = Change {
        head: &head,
        recorded_at,
        reason: &reason,
    };
    book::settle(tx, actor, &book, Moved::Everything, change).await?;
    audit::leave(
        tx,
        office,
        actor,
        recorded_at,
        Entry::of("amend_contract", "contract", contract_id)
            .of_contract(contract_id)
            .before(before)
            .after(after),
    )
    .await?;
    Ok(book.contract)
}

async fn read(
    tx: &mut Tx,
    actor: &Actor,
    book: &Book,
    recorded_at: Moment,
    given: &ContractAmendmentGiven,
    mut reading: Reading,
) -> Result<Terms, Refusal> {
    let contract = &book.contract;
    let Some(current) = contract.current().cloned() else {
        return Err(Refusal::NotFound("contract"));
    };
    let effective_on = reading.required_day("/effective_on", given.effective_on.as_deref());
    let reason = reading.required_text("/reason", given.reason.as_deref(), LONGEST_NOTE);
    let title = reading.text("/title", given.title.as_deref(), LONGEST_NAME);
    let ends_on = reading
        .day("/ends_on", given.ends_on.as_deref())
        .unwrap_or(current.ends_on);
    let may_extend_to = reading
        .day("/may_extend_to", given.may_extend_to.as_deref())
        .or(current.may_extend_to);
    days_in_order(
        Some(contract.starts_on),
        Some(ends_on),
        may_extend_to,
        &mut reading,
    );
    if let Some(day) = effective_on {
        refuse_backdated(contract, day, &mut reading);
    }
    let new_shares = match given.anchor_institutions.as_deref() {
        Some(list) => {
            let days = effective_on.map(|from| (from, ends_on.max(from)));
            shares(tx, actor, list, days, &mut reading).await?
        }
        None => None,
    };
    let new_place = reading.place("/place", given.place.as_deref(), &book.places);
    let value = reading
        .pounds("/value", given.value.as_deref())
        .or(current.value);
    let value_gross = reading
        .pounds("/value_gross", given.value_gross.as_deref())
        .or(current.value_gross);
    let terms = effective_on
        .zip(reason)
        .map(|(effective_on, reason)| Terms {
            version: current.version + 1,
            effective_on,
            recorded_at,
            reason: Some(reason),
            title: title.unwrap_or(current.title),
            value,
            value_gross,
            ends_on,
            may_extend_to,
            place: new_place.or(current.place),
            shares: new_shares.unwrap_or(current.shares),
        });
    reading.end(terms)
}

/// A return may not be left without a day in the contract.
fn refuse_stranded(book: &Book) -> Result<(), Refusal> {
    let stranded: Vec<String> = book
        .returns
        .iter()
        .filter(|one| book.contract.inside(one.period).is_none())
        .map(|one| one.period.label())
        .collect();
    if stranded.is_empty() {
        return Ok(());
    }
    let message = format!(
        "returns of {} would no longer lie in the contract",
        stranded.join(", ")
    );
    Err(Refusal::fault(
        "/ends_on",
        "return_outside_contract",
        message,
    ))
}

/// What was said of a day stands: an amendment holds from the last one's day on.
fn refuse_backdated(contract: &Contract, day: Day, reading: &mut Reading) {
    if day < contract.starts_on {
        let message = "an amendment holds from the contract's first day at the earliest";
        reading.fault("/effective_on", "before_contract", message);
    } else if let Some(last) = contract.current().filter(|last| day < last.effective_on) {
        let message = format!(
            "version {} holds from {}; amend from that day on, so that what it says stands",
            last.version, last.effective_on
        );
        reading.fault("/effective_on", "before_last_amendment", message);
    }
}
