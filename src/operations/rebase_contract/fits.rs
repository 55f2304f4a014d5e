//! Whether an edition fits what was promised and reported under another.

use std::collections::BTreeMap;

use crate::domain::counting::{self, PeriodLines};
use crate::domain::edition::Edition;
use crate::domain::edition::comparable::comparable;
use crate::domain::fault::Fault;
use crate::domain::ledger::standing::{Ground, stands};

use super::super::Refusal;
use super::super::book::Book;

/// Refuses a book with its new edition, naming every commitment and line that cannot be kept as it is.
pub(super) fn refuse_what_does_not(before: &Edition, book: &Book) -> Result<(), Refusal> {
    let ground = book.ground();
    let mut faults = commitments(before, book, &ground);
    faults.extend(returns(before, book, &ground));
    if faults.is_empty() {
        faults = counted_twice(book, &ground);
    }
    if faults.is_empty() {
        return book.refuse_left_over("/proxy_edition");
    }
    let at_edition = |fault: Fault| Fault {
        pointer: "/proxy_edition".to_owned(),
        ..fault
    };
    Err(Refusal::Invalid(
        faults.into_iter().map(at_edition).collect(),
    ))
}

fn commitments(before: &Edition, book: &Book, ground: &Ground<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for commitment in &book.commitments {
        let found = same_measure(before, ground, &commitment.measure).and_then(|()| {
            let measure = ground.measure(&commitment.measure)?;
            let mut plan = commitment.plan(&book.contract, measure).into_iter();
            plan.try_for_each(|planned| ground.value_planned(commitment, &planned).map(drop))
        });
        let name = format!("commitment {}", commitment.number);
        faults.extend(found.err().map(|fault| named(&name, fault)));
    }
    faults
}

/// Every line that stands. What is a draft, or was sent back, may yet be put right.
fn returns(before: &Edition, book: &Book, ground: &Ground<'_>) -> Vec<Fault> {
    let mut faults: BTreeMap<String, Fault> = BTreeMap::new();
    for given in &book.returns {
        for (_, _, line, reported) in stands(given) {
            let value = || ground.value(given.period, line, &reported).map(drop);
            let found = same_measure(before, ground, &line.measure).and_then(|()| value());
            let name = format!("{}, line {}", given.period, line.line);
            if let Err(fault) = found {
                faults
                    .entry(name.clone())
                    .or_insert_with(|| named(&name, fault));
            }
        }
    }
    faults.into_values().collect()
}

/// Lines keep the code they were reported under, so the edition must have a measure of that very code, which counts the
/// same in the same unit.
fn same_measure(before: &Edition, ground: &Ground<'_>, code: &str) -> Result<(), Fault> {
    let measure = ground.measure(code)?;
    if measure.code == code {
        let own = before.measure(code);
        return own.map_or(Ok(()), |own| comparable(own, measure));
    }
    let message = format!(
        "{} knows {code} as another name of {} only; what was promised and reported keeps its code",
        ground.edition.id(),
        measure.code
    );
    Err(Fault::new("", "measure_renamed", message))
}

/// What the relations of the edition would call the same thing twice (V5, V11).
fn counted_twice(book: &Book, ground: &Ground<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, commitment) in book.commitments.iter().enumerate() {
        let earlier = book.commitments.get(..index).unwrap_or_default();
        let separately = commitment.counted_separately.as_deref();
        let twice = counting::committed_twice(ground, earlier, &commitment.measure, separately);
        let name = format!("commitment {}", commitment.number);
        faults.extend(twice.map(|fault| named(&name, fault)));
    }
    let claims = book.returns.iter().filter_map(|given| {
        Some(PeriodLines {
            period: given.period,
            lines: &given.claimed()?.lines,
        })
    });
    let claims: Vec<PeriodLines<'_>> = claims.collect();
    for this in &claims {
        let others = claims.iter().filter(|one| one.period != this.period);
        let others: Vec<PeriodLines<'_>> = others.copied().collect();
        let found = counting::faults(ground, &book.commitments, *this, &others);
        let name = this.period.to_string();
        faults.extend(found.into_iter().map(|fault| named(&name, fault)));
    }
    faults
}

fn named(name: &str, fault: Fault) -> Fault {
    Fault {
        message: format!("{name}: {}", fault.message),
        ..fault
    }
}
