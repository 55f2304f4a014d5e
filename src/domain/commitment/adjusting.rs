//! What a commissioner adjusts otherwise than the edition, for one commitment and with a reason (V9).

use super::super::contract::Contract;
use super::super::effect::Adjustments;
use super::super::period::Period;
use super::super::place::Places;
use super::Commitment;

/// What is adjusted otherwise, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjusting {
    /// Only what differs from the edition; nothing goes back to the edition.
    pub changes: Adjustments,
    /// Why.
    pub reason: String,
}

/// What a line is adjusted by, beside its edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adjusted<'a> {
    /// Number of the commitment that says so.
    pub commitment: i64,
    /// What it says.
    pub by: &'a Adjusting,
}

impl Commitment {
    /// What it adjusts now, whatever the period.
    #[must_use]
    pub fn adjusting(&self) -> Option<&Adjusting> {
        let mut said = self.versions.iter().rev();
        let last = said.find_map(|version| version.adjusting.as_ref());
        last.filter(|adjusting| !adjusting.changes.is_none())
    }

    /// What it adjusts in a period: what held on the first day of it inside the contract.
    #[must_use]
    pub fn adjusted_in(&self, contract: &Contract, period: Period) -> Option<Adjusted<'_>> {
        let begins = period.from().max(contract.starts_on);
        let mut held = self
            .versions
            .iter()
            .rev()
            .filter(|version| version.version == 1 || version.effective_on <= begins);
        let by = held.find_map(|version| version.adjusting.as_ref())?;
        (!by.changes.is_none()).then_some(Adjusted {
            commitment: self.number,
            by,
        })
    }
}

/// What a line of a return is adjusted by: by the commitment of its measure for the most specific place on the way up
/// from where it was delivered, or by the one that names no place; by the only one where nobody says any place.
#[must_use]
pub fn of_line<'a>(
    commitments: &'a [Commitment],
    contract: &Contract,
    places: &Places,
    measure: &str,
    place: Option<&str>,
    period: Period,
) -> Option<Adjusted<'a>> {
    let same = |one: &&Commitment| one.measure == measure;
    let adjusts = |one: &Commitment| one.versions.iter().any(|said| said.adjusting.is_some());
    if !commitments.iter().filter(same).any(adjusts) {
        return None;
    }
    let for_place = |code: &str| {
        let mut same = commitments.iter().filter(same);
        same.find(|one| one.place.as_deref() == Some(code))
    };
    let way_up = place.into_iter().flat_map(|code| places.way_up(code));
    let mut way_up = way_up.filter_map(|above| for_place(&above.code));
    let anywhere = || {
        let mut same = commitments.iter().filter(same);
        same.find(|one| one.place.is_none())
    };
    // Nobody said where: the only commitment of the measure is meant.
    let only = || {
        let mut same = commitments.iter().filter(same);
        same.next()
            .filter(|_| place.is_none() && same.next().is_none())
    };
    let found = way_up.next().or_else(anywhere).or_else(only);
    found?.adjusted_in(contract, period)
}
