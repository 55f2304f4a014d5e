//! A working out, told step by step in words and figures that anyone can follow on paper.

use std::collections::BTreeMap;

use super::super::amount::{Pence, Quantity};
use super::super::exact::{self, Exact};
use super::super::measure::Measure;
use super::super::spread::Ends;
use super::working::{WorkedPart, Working};
use super::{Reported, Worth, derivation, unit_value};

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What kind of step, in a stable word.
    pub kind: &'static str,
    /// The step, for people.
    pub text: String,
}

/// Decimals longer than this are cut: a quantity, a factor and a unit value multiplied fit in it.
const LONGEST_DECIMAL: usize = 30;
const CUT_AT: usize = 12;

/// An exact number for reading: a decimal, a short fraction, or a decimal cut with `…`.
#[must_use]
pub fn shown(value: &Exact) -> String {
    const SHORT: i64 = 1_000_000;
    let (upper, lower) = value.parts();
    let short = |part: &str| {
        part.parse()
            .is_ok_and(|part: i64| (-SHORT..SHORT).contains(&part))
    };
    if exact::is_decimal(value, LONGEST_DECIMAL) {
        exact::text(value, LONGEST_DECIMAL)
    } else if short(&upper) && short(&lower) {
        format!("{upper}/{lower}")
    } else {
        format!("{}…", exact::text(value, CUT_AT))
    }
}

impl Working {
    /// The steps, in order.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = vec![step("reported", self.reported_text())];
        steps.extend(
            self.differences
                .iter()
                .map(|text| step("difference", text.clone())),
        );
        if let Some(conversion) = &self.unit_conversion {
            let one = format!(
                "1 {} = {} {}",
                conversion.from,
                shown(&conversion.factor),
                self.unit
            );
            steps.push(step("unit_conversion", one));
        }
        if self.accrual.fraction != exact::one() {
            let text = format!(
                "{} months of {} in the contract / 12 = {}",
                shown(&self.accrual.months),
                self.period,
                shown(&self.accrual.fraction)
            );
            steps.push(step("period_fraction", text));
        }
        if !self.contract_share.is_whole() {
            let text = format!("{} of it belongs to this contract", self.contract_share);
            steps.push(step("contract_share", text));
        }
        if let Some(reason) = &self.share_and_attribution {
            let text = format!("both a share and what is due to others are taken off: {reason}");
            steps.push(step("share_and_attribution", text));
        }
        let quantity = self.quantity.map(|quantity| self.units(&quantity.exact()));
        if let Some(text) = quantity.filter(|text| *text != self.reported_text()) {
            steps.push(step("quantity", text));
        }
        for part in &self.parts {
            part_steps(self, part, &mut steps);
        }
        self.ending(&mut steps);
        steps
    }

    /// A number with the unit of the measure, in the plural where it has one.
    fn units(&self, number: &Exact) -> String {
        let plural = self
            .unit_plural
            .as_ref()
            .filter(|_| *number != exact::one());
        counted(number, plural.unwrap_or(&self.unit))
    }

    fn reported_text(&self) -> String {
        match &self.reported {
            Reported::Quantity(quantity) => match &self.unit_conversion {
                Some(conversion) => format!("{quantity} {}", conversion.from),
                None => self.units(&quantity.exact()),
            },
            Reported::Components(given) => by_code(given),
            Reported::Planned { quantity, parts } => {
                let quantity = quantity.map(|quantity| self.units(&quantity.exact()));
                let parts = (!parts.is_empty()).then(|| by_code(parts));
                let said: Vec<String> = quantity.into_iter().chain(parts).collect();
                said.join(", ")
            }
            Reported::Ratio {
                numerator,
                denominator,
            } => format!("{numerator} of {denominator}"),
            Reported::Answer(true) => "yes".to_owned(),
            Reported::Answer(false) => "no".to_owned(),
            Reported::Text(text) => text.clone(),
        }
    }

    fn ending(&self, steps: &mut Vec<Step>) {
        if let Some(reason) = &self.record_only_because {
            steps.push(step("record_only", format!("counted, no £: {reason}")));
        }
        if let (Some(unrounded), Worth::Pence(pence)) = (&self.unrounded, &self.worth) {
            let text = format!(
                "{} rounds to {}, once, half away from zero",
                pounds(unrounded),
                signed(&pence.to_string())
            );
            steps.push(step("rounding", text));
        }
        let end = |end: Option<Pence>| match end {
            Some(end) => signed(&end.to_string()),
            None => "not known".to_owned(),
        };
        if self.ends != Ends::default() {
            let (low, high) = (end(self.ends.low), end(self.ends.high));
            steps.push(step("range", format!("low {low}, high {high}")));
        }
        let mut said: Vec<&String> = Vec::new();
        for reason in self.parts.iter().flat_map(|part| &part.provisional) {
            if !said.contains(&reason) {
                said.push(reason);
                steps.push(step("provisional", reason.clone()));
            }
        }
    }
}

/// Factors that a line gave by their terms: `change: 7.1 after - 6.2 before - 0.4 comparison = 0.5 points`.
pub(super) fn differences(measure: &Measure, reported: &Reported) -> Vec<String> {
    let Reported::Components(given) = reported else {
        return Vec::new();
    };
    let by_terms = measure
        .input
        .factors()
        .iter()
        .filter(|factor| !given.contains_key(&factor.code));
    let told = by_terms.filter_map(|factor| {
        let value = factor.value(given)?;
        let mut text = format!("{}:", factor.code);
        for (index, term) in factor.terms.iter().enumerate() {
            let sign = match (index, term.less) {
                (0, false) => " ",
                (_, true) => " - ",
                (_, false) => " + ",
            };
            let quantity = given.get(&term.code)?;
            let quantity = match quantity.is_negative() {
                true => format!("({quantity})"),
                false => quantity.to_string(),
            };
            text = format!("{text}{sign}{quantity} {}", term.code);
        }
        Some(format!("{text} = {} {}", shown(&value), factor.unit))
    });
    told.collect()
}

/// Exact pounds, the sign before the £.
pub(super) fn pounds(value: &Exact) -> String {
    signed(&shown(value))
}

fn signed(number: &str) -> String {
    match number.strip_prefix('-') {
        Some(size) => format!("-£{size}"),
        None => format!("£{number}"),
    }
}

/// A number and its unit; pounds stand the other way round.
fn counted(number: &Exact, unit: &str) -> String {
    match unit {
        "£" => pounds(number),
        _ => format!("{} {unit}", shown(number)),
    }
}

fn by_code(given: &BTreeMap<String, Quantity>) -> String {
    let said = given
        .iter()
        .map(|(code, quantity)| format!("{code} {quantity}"));
    said.collect::<Vec<_>>().join(", ")
}

pub(super) fn step(kind: &'static str, text: String) -> Step {
    Step { kind, text }
}

fn part_steps(working: &Working, part: &WorkedPart, steps: &mut Vec<Step>) {
    let mut multiplied = match &part.component {
        None => working.units(&part.quantity),
        Some(_) => counted(&part.quantity, &part.unit),
    };
    let some_months = part
        .year_weight
        .as_ref()
        .filter(|(_, weight)| *weight != exact::one());
    if let Some((year, weight)) = some_months {
        let months = &working.accrual.months;
        let in_year = format!("{} of {} months", shown(&(weight * months)), shown(months));
        steps.push(step("calendar_year", format!("{year}: {in_year}")));
        let (upper, lower) = weight.parts();
        multiplied = format!("{multiplied} x {upper}/{lower}");
    }
    if let Some(tonnes) = &part.conversion {
        let text = format!(
            "{multiplied} x {} kgCO2e ({} of {}, {}) / 1000 = {} tCO2e",
            shown(&tonnes.kilograms),
            tonnes.item,
            tonnes.year,
            tonnes.release,
            shown(&tonnes.tonnes)
        );
        steps.push(step("tonnes", text));
        multiplied = format!("{} tCO2e", shown(&tonnes.tonnes));
    }
    let value = &part.unit_value;
    let told = unit_value::told(&part.proxy, value, &part.already_net_of, part.nominal);
    steps.extend(derivation::told(value));
    steps.push(step("unit_value", told));
    steps.extend(unit_value::net_told(value));
    steps.extend(part.overridden.as_ref().map(unit_value::overridden_told));
    for factor in [&working.accrual.fraction, working.contract_share.exact()] {
        if *factor != exact::one() {
            multiplied = format!("{multiplied} x {}", shown(factor));
        }
    }
    let net = pounds(&part.unit_value.net.central);
    let named = part
        .component
        .as_ref()
        .map(|code| format!("{code}: "))
        .unwrap_or_default();
    let text = format!("{named}{multiplied} x {net} = {}", pounds(&part.amount));
    steps.push(step("product", text));
}
