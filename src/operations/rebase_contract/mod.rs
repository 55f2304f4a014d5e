//! Re-basing a contract: all that stands for it is taken back and stated anew by another edition, with the bridge from
//! what it was worth to what it is.

mod bridge;
mod fits;

use crate::domain::basis::Basis;
use crate::domain::contract::{Contract, Rebasing};
use crate::domain::fault::Fault;
use crate::domain::moment::Moment;
use crate::storage::{self, Tx};

use super::audit::{self, Entry, told};
use super::book::{self, Change, Moved};
use super::reading::{LONGEST_NOTE, Reading};
use super::seen::Seen;
use super::{Actor, Hand, Office, Refusal, editions};

pub use bridge::{BridgeBetween, Way, contract_bridge};

/// The edition a contract shall rest on from now on.
#[derive(Debug, Clone, Default)]
pub struct RebasingGiven {
    /// Such as `open-uk/2027`.
    pub proxy_edition: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// A re-basing, with what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebased {
    /// The contract as it was right after it.
    pub contract: Contract,
    /// What was changed when and why.
    pub rebasing: Rebasing,
    /// The basis before and after.
    pub bases: [Basis; 2],
    /// The way from what stood to what stands.
    pub way: Way,
    /// Whether the licence of a value of the later edition keeps it: a preview would tell it to whoever tries.
    pub keeps: bool,
}

/// Re-bases a contract.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for an edition that is not there, is the one it rests on, or does not fit
/// what was promised and reported: every line that does not is named.
pub async fn rebase_contract(
    tx: &mut Tx,
    hand: Hand<'_>,
    contract_id: &str,
    given: &RebasingGiven,
    seen: &Seen,
    faults: Vec<Fault>,
) -> Result<Rebased, Refusal> {
    let Hand { office, actor, at } = hand;
    let (head, recorded_at) = book::take_chain(tx, actor, contract_id, at).await?;
    let before = book::open(tx, office, actor, contract_id).await?;
    seen.must_be(&before.contract.version())?;
    let mut reading = Reading::after(faults);
    let named = given.proxy_edition.as_deref();
    let edition = editions::pinned(tx, office, actor, named, &mut reading).await?;
    if edition
        .as_ref()
        .is_some_and(|to| to.id() == before.edition.id())
    {
        let message = format!("the contract rests on {} already", before.edition.id());
        reading.fault("/proxy_edition", "same_edition", message);
    }
    let reason = reading.required_text("/reason", given.reason.as_deref(), LONGEST_NOTE);
    let (edition, reason) = reading.end(edition.zip(reason))?;
    let rebasing = Rebasing {
        number: before
            .contract
            .rebasings
            .last()
            .map_or(0, |last| last.number)
            + 1,
        from: before.edition.id().clone(),
        to: edition.id().clone(),
        reason,
        recorded_at,
    };
    let after = before.rebased(&rebasing, edition);
    fits::refuse_what_does_not(&before.edition, &after)?;
    storage::contract::rebase(tx, &actor.partnership, contract_id, &rebasing).await?;
    let reason = format!("contract re-based: {}", rebasing.reason);
    let change = Change {
        head: &head,
        recorded_at,
        reason: &reason,
    };
    book::settle(tx, actor, &after, Moved::Everything, change).await?;
    let entry = Entry::of("rebase_contract", "contract", contract_id)
        .of_contract(contract_id)
        .before(told::edition_of(&before.contract))
        .after(told::rebasing(&rebasing));
    audit::leave(tx, office, actor, recorded_at, entry).await?;
    Ok(Rebased {
        bases: [Basis::of(&before.edition), Basis::of(&after.edition)],
        way: bridge::between(&before, &after)?,
        keeps: after.edition.keeps_anything(),
        contract: after.contract,
        rebasing,
    })
}

/// Reads a re-basing, with the bridge as it was then.
///
/// # Errors
/// [`Refusal::NotFound`] for the contract or the re-basing.
pub async fn read_rebasing(
    office: &Office,
    actor: &Actor,
    contract_id: &str,
    number: i64,
) -> Result<Rebased, Refusal> {
    let open = async |tx: &mut Tx| book::open(tx, office, actor, contract_id).await;
    let book = office.store.read(open).await?;
    let mut rebasings = book.contract.rebasings.iter();
    let found = rebasings.find(|one| one.number == number).cloned();
    let rebasing = found.ok_or(Refusal::NotFound("rebasing"))?;
    let recorded_at = rebasing.recorded_at;
    let just_before = Moment::from_micros(recorded_at.micros() - 1);
    let before = book.as_known_at(just_before);
    let both = before.zip(book.as_known_at(recorded_at));
    let (before, after) = both.ok_or(Refusal::NotFound("rebasing"))?;
    Ok(Rebased {
        bases: [Basis::of(&before.edition), Basis::of(&after.edition)],
        way: bridge::between(&before, &after)?,
        keeps: after.edition.keeps_anything(),
        contract: after.contract,
        rebasing,
    })
}
