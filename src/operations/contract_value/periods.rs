//! Which periods are due, missing, or how far their returns are.

use crate::domain::period::{Day, Period};
use crate::domain::report::Return;

use super::super::book::Book;

/// Days after the end of a period within which its return is due; after that it is missing.
pub const DAYS_TO_REPORT: i64 = 30;

/// One period of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodState {
    /// The period.
    pub period: Period,
    /// Whether it lies in the possible extension.
    pub in_extension: bool,
    /// `not_over`, `due`, `missing`, or the state of its return.
    pub state: &'static str,
    /// The day its return is due by.
    pub due_on: Day,
    /// Its return's latest revision, if there is one.
    pub revision: Option<i64>,
}

pub(super) fn periods(book: &Book, today: Day) -> Vec<PeriodState> {
    let contract = &book.contract;
    let Some(terms) = contract.current() else {
        return Vec::new();
    };
    let last = terms.may_extend_to.unwrap_or(terms.ends_on);
    let all = Period::touching(contract.starts_on, last, contract.reporting);
    let shown = all.into_iter().filter_map(|period| {
        let inside = contract.inside(period)?;
        let given = book.find(period);
        (!inside.in_extension || given.is_some())
            .then(|| state_of(period, inside.in_extension, given, today))
    });
    shown.collect()
}

/// The day by which the return of a period is due.
#[must_use]
pub fn due_on(period: Period) -> Day {
    let due = chrono::Duration::days(DAYS_TO_REPORT);
    period.to().checked_add_signed(due).unwrap_or(period.to())
}

fn state_of(period: Period, in_extension: bool, given: Option<&Return>, today: Day) -> PeriodState {
    let due_on = due_on(period);
    let latest = given.and_then(Return::latest);
    let submitted = |one: &Return| {
        one.revisions
            .iter()
            .rev()
            .find(|revision| revision.state.submitted().is_some())
            .cloned()
    };
    let handed_in = given.and_then(submitted);
    let state = match handed_in {
        Some(revision) => revision.state.word(),
        None if today <= period.to() => "not_over",
        None if today <= due_on => "due",
        None => "missing",
    };
    PeriodState {
        period,
        in_extension,
        state,
        due_on,
        revision: latest.map(|revision| revision.number),
    }
}
