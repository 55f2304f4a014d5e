//! The bridge between two moments of a contract.

use crate::domain::basis::Basis;
use crate::domain::contract::Contract;
use crate::domain::fault::Fault;
use crate::domain::ledger::bridge::{Bridge, Side, Totals, bridge, totals};
use crate::domain::moment::Moment;
use crate::storage::Tx;

use super::super::book::{self, Book};
use super::super::{Actor, Office, Refusal, known};

/// What a contract was worth at one moment, what at another, and the way between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BridgeBetween {
    /// The contract as it is.
    pub contract: Contract,
    /// The first moment.
    pub from: Moment,
    /// The second; now, where none was asked for.
    pub to: Moment,
    /// The basis at each.
    pub bases: [Basis; 2],
    /// The way.
    pub way: Way,
}

/// A bridge with its totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// By stage, column and measure.
    pub rows: Bridge,
    /// By stage and column.
    pub totals: Totals,
}

/// The bridge of a contract from one moment, or from when it was recorded, to another, or to now (L3).
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for moments in the wrong order, not over yet, or before the contract was
/// recorded.
pub async fn contract_bridge(
    office: &Office,
    actor: &Actor,
    at: Moment,
    contract_id: &str,
    (from, to): (Option<Moment>, Option<Moment>),
) -> Result<BridgeBetween, Refusal> {
    let at_field = |fault: Fault, field: &str| Fault {
        pointer: field.to_owned(),
        ..fault
    };
    let mut faults: Vec<Fault> = known::fault(at, from)
        .map(|fault| at_field(fault, "/from"))
        .into_iter()
        .collect();
    faults.extend(known::fault(at, to).map(|fault| at_field(fault, "/to")));
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        let message = "the second moment is not before the first";
        faults.push(Fault::new("/to", "moments_disordered", message));
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let open = async |tx: &mut Tx| book::open(tx, office, actor, contract_id).await;
    let book = office.store.read(open).await?;
    let recorded_at = book.contract.created_at;
    let from = from.unwrap_or(recorded_at);
    let before = book.as_known_at(from).ok_or_else(|| {
        let message = format!("nothing was known of this contract before {recorded_at}");
        Refusal::fault("/from", "not_recorded_yet", message)
    })?;
    let after = match to {
        None => Some(book.clone()),
        Some(to) => book.as_known_at(to).filter(|_| from <= to),
    };
    let after = after.ok_or_else(|| {
        let message =
            format!("the second moment is not before the first, nor before {recorded_at}");
        Refusal::fault("/to", "moments_disordered", message)
    })?;
    Ok(BridgeBetween {
        from,
        to: to.unwrap_or(at),
        bases: [Basis::of(&before.edition), Basis::of(&after.edition)],
        way: between(&before, &after)?,
        contract: book.contract.clone(),
    })
}

/// The way from one book to another of the same contract.
pub(super) fn between(before: &Book, after: &Book) -> Result<Way, Fault> {
    let rows = bridge(&side(before), &side(after))?;
    Ok(Way {
        totals: totals(&rows)?,
        rows,
    })
}

fn side(book: &Book) -> Side<'_> {
    Side {
        ground: book.ground(),
        commitments: &book.commitments,
        returns: &book.returns,
    }
}
