//! Reading what a commissioner adjusts otherwise than the edition, for one commitment (V9).

use crate::domain::commitment::Commitment;
use crate::domain::commitment::adjusting::Adjusting;
use crate::domain::effect::given::AdjustmentsGiven;
use crate::domain::ledger::standing::Ground;
use crate::domain::measure::Measure;

use super::Refusal;
use super::book::{Book, Moved};
use super::reading::Reading;

/// Reads adjustments in the place of the edition's. `reason` was read already: why.
pub(super) fn read(
    ground: &Ground<'_>,
    measure: &Measure,
    given: &AdjustmentsGiven,
    reason: Option<String>,
    reading: &mut Reading,
) -> Option<Adjusting> {
    let mut faults = Vec::new();
    let changes = given.read(&mut faults);
    if faults.is_empty() {
        faults = ground.edition.adjusting_faults(measure, &changes);
    }
    let failed = !faults.is_empty();
    let faults = faults.into_iter();
    reading
        .faults
        .extend(faults.map(|fault| fault.under("/adjustments")));
    let reason = reason.filter(|_| !failed)?;
    Some(Adjusting { changes, reason })
}

/// A line of a return finds its adjustments by measure and place: two commitments may not say two things of both.
pub(super) fn refuse_two_ways(book: &Book, one: &Commitment) -> Result<(), Refusal> {
    let changes = |one: &Commitment| one.adjusting().map(|adjusting| adjusting.changes.clone());
    let mut others = book.commitments.iter().filter(|other| {
        let same = other.measure == one.measure && other.place == one.place;
        same && other.number != one.number
    });
    match others.find(|other| changes(other) != changes(one)) {
        None => Ok(()),
        Some(other) => {
            let message = format!(
                "commitment {} promises the same measure in the same place under other adjustments; a line of a return could not say which it keeps",
                other.number
            );
            Err(Refusal::fault(
                "/adjustments",
                "adjustments_differ",
                message,
            ))
        }
    }
}

/// What a change of commitments may move: where any of them adjusts anything, lines of returns are valued by it too.
pub(super) fn moved(book: &Book) -> Moved<'static> {
    let versions = book.commitments.iter().flat_map(|one| &one.versions);
    match versions
        .into_iter()
        .any(|version| version.adjusting.is_some())
    {
        true => Moved::Everything,
        false => Moved::Commitments,
    }
}
