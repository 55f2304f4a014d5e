//! What may be adjusted, and what may not: nothing twice, and nothing that the kind of value does not allow (V9).

use super::super::fault::Fault;
use super::super::measure::{Claim, Column};
use super::Adjustments;

/// What a value may already be net of, as its source made it.
pub const ALREADY_NET_OF: [&str; 9] = [
    "deadweight",
    "displacement",
    "leakage",
    "substitution",
    "attribution_to_others",
    "multiplier",
    "drop_off",
    "discounting",
    "transfers",
];

/// What is wrong with adjusting a value of a column that is net of some things already. Pointers are relative to the
/// adjustments.
#[must_use]
pub fn faults(adjustments: &Adjustments, already_net_of: &[String], column: Column) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, _) in adjustments.named() {
        let taken_off = match name {
            "discounted_by" => "discounting",
            other => other,
        };
        if already_net_of.iter().any(|already| already == taken_off) {
            let message =
                format!("the value is already net of {taken_off}; that is not taken off twice");
            faults.push(Fault::new(format!("/{name}"), "adjusted_twice", message));
        }
    }
    if adjustments.multiplier.is_some() && column != Column::LocalEconomic {
        let message = format!("a multiplier is for local_economic value, and this is {column}");
        faults.push(Fault::new(
            "/multiplier",
            "multiplier_does_not_fit",
            message,
        ));
    }
    if adjustments.reaches_later_years() && adjustments.discounted_by.is_none() {
        let message = "an effect in later years is discounted: name a schedule such as discount-rates/standard";
        faults.push(Fault::new("/discounted_by", "schedule_missing", message));
    }
    if adjustments.drop_off.is_some() && adjustments.duration() == 1 {
        let message = "a drop-off is for the second year of effect on, and this lasts one year";
        faults.push(Fault::new("/drop_off", "drop_off_without_years", message));
    }
    faults
}

/// An effect of several years is claimed once, when it begins: claimed in each period it would count again and again.
#[must_use]
pub fn claim_fault(adjustments: &Adjustments, claim: Claim) -> Option<Fault> {
    let fits = adjustments.duration() == 1 || claim == Claim::OnceAtEvent;
    (!fits).then(|| {
        let message = format!("an effect of {} years goes with a measure that is claimed once_at_event, and this is claimed {claim}", adjustments.duration());
        Fault::new("/duration_years", "duration_does_not_fit", message)
    })
}
