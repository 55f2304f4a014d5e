//! Reading a decision in the shape of the lines it decides.

use std::collections::BTreeMap;

use crate::domain::amount::Quantity;
use crate::domain::exact;
use crate::domain::fault::{Fault, echo};
use crate::domain::ledger::standing::Ground;
use crate::domain::measure::{Factor, Measure};
use crate::domain::report::{AcceptedLine, Decided, Done, ReportLine, Revision, State};
use crate::domain::valuation::Reported;

use super::super::Refusal;
use super::super::reading::{LONGEST_NOTE, Reading};
use super::{AcceptedLineGiven, DecisionGiven};

pub(super) fn read(
    ground: &Ground<'_>,
    revision: &Revision,
    given: &DecisionGiven,
    done: &Done,
    mut reading: Reading,
) -> Result<State, Refusal> {
    let reason = reading.text("/reason", given.reason.as_deref(), LONGEST_NOTE);
    let word = reading.required("/decision", given.decision.as_deref());
    let submitted = revision
        .state
        .submitted()
        .cloned()
        .unwrap_or_else(|| done.clone());
    let decided = Decided {
        done: done.clone(),
        reason: reason.clone(),
    };
    if matches!(word, Some("send_back" | "reject")) {
        reading.required("/reason", reason.as_deref());
        if !given.lines.is_empty() {
            reading.fault(
                "/lines",
                "field_not_taken",
                "lines are given only when the return is accepted",
            );
        }
    }
    let state = match word {
        Some("accept") => Some(State::Accepted(
            submitted,
            decided,
            accepted_lines(ground, revision, given, &mut reading),
        )),
        Some("send_back") => Some(State::SentBack(submitted, decided)),
        Some("reject") => Some(State::Rejected(submitted, decided)),
        Some(_) => {
            reading.fault(
                "/decision",
                "unknown_decision",
                "decide accept, send_back or reject",
            );
            None
        }
        None => None,
    };
    reading.end(state)
}

fn accepted_lines(
    ground: &Ground<'_>,
    revision: &Revision,
    given: &DecisionGiven,
    reading: &mut Reading,
) -> Vec<AcceptedLine> {
    let mut accepted: Vec<AcceptedLine> = Vec::new();
    for (index, one) in given.lines.iter().enumerate() {
        let pointer = format!("/lines/{index}");
        let Some(name) = reading.required(&format!("{pointer}/line"), one.line.as_deref()) else {
            continue;
        };
        let Some(line) = revision.lines.iter().find(|line| line.line == *name) else {
            reading.fault(
                format!("{pointer}/line"),
                "unknown_line",
                format!("revision {} has no line {}", revision.number, echo(name)),
            );
            continue;
        };
        if accepted.iter().any(|other| other.line == *name) {
            reading.fault(
                format!("{pointer}/line"),
                "line_twice",
                "this line is named twice",
            );
        }
        let mut own = Reading::default();
        let found = lowered(ground, line, one, &mut own);
        reading
            .faults
            .extend(own.faults.into_iter().map(|fault| fault.under(&pointer)));
        accepted.extend(found);
    }
    accepted
}

fn lowered(
    ground: &Ground<'_>,
    line: &ReportLine,
    one: &AcceptedLineGiven,
    reading: &mut Reading,
) -> Option<AcceptedLine> {
    let measure = ground
        .measure(&line.measure)
        .map_err(|fault| reading.faults.push(fault))
        .ok()?;
    let reason = reading.required_text("/reason", one.reason.as_deref(), LONGEST_NOTE);
    let figures = match one.figures.read(measure) {
        Ok(figures) => figures,
        Err(faults) => {
            // The fields of a decision carry `accepted_` before the names of a line's.
            let renamed = faults.into_iter().map(|fault| Fault {
                pointer: fault.pointer.replacen('/', "/accepted_", 1),
                ..fault
            });
            reading.faults.extend(renamed);
            return None;
        }
    };
    if above_claim(measure, &figures, &line.reported) {
        let field = match figures {
            Reported::Components(_) => "/accepted_components",
            Reported::Ratio { .. } => "/accepted_numerator",
            Reported::Answer(_) => "/accepted_answer",
            _ => "/accepted_quantity",
        };
        reading.fault(
            field,
            "above_claim",
            "no more can be accepted than was claimed, and not of the other sign",
        );
    }
    Some(AcceptedLine {
        line: line.line.clone(),
        accepted: figures,
        reason: reason?,
    })
}

/// Whether accepted figures exceed the claim in size anywhere (L2).
fn above_claim(measure: &Measure, accepted: &Reported, claimed: &Reported) -> bool {
    let above = |accepted: i64, claimed: i64| {
        accepted.unsigned_abs() > claimed.unsigned_abs()
            || (accepted != 0 && accepted.signum() != claimed.signum())
    };
    match (accepted, claimed) {
        (Reported::Quantity(accepted), Reported::Quantity(claimed)) => {
            above(accepted.micro(), claimed.micro())
        }
        (Reported::Components(accepted), Reported::Components(claimed)) => {
            let parts = measure.input.parts().iter();
            let of = |given: &BTreeMap<String, Quantity>, code: &str| {
                given.get(code).copied().unwrap_or_default().micro()
            };
            // A factor is compared as a whole: less of what was before would be more of a change.
            let factor_above = |factor: &Factor| {
                let of = |given| factor.value(given).unwrap_or_else(exact::zero);
                let (accepted, claimed) = (of(accepted), of(claimed));
                let larger = match claimed.is_negative() {
                    true => accepted < claimed,
                    false => accepted > claimed,
                };
                larger
                    || (accepted.is_negative() != claimed.is_negative()
                        && accepted != exact::zero())
            };
            measure.input.factors().iter().any(factor_above)
                || parts
                    .map(|part| part.code.as_str())
                    .any(|code| above(of(accepted, code), of(claimed, code)))
        }
        (
            Reported::Ratio {
                numerator,
                denominator,
            },
            Reported::Ratio {
                numerator: most,
                denominator: all,
            },
        ) => numerator > most || denominator != all,
        (Reported::Answer(accepted), Reported::Answer(claimed)) => *accepted && !claimed,
        _ => false,
    }
}
