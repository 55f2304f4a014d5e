//! A value that is built from parts, told part by part.

use super::super::derivation::{Derived, DerivedPartWorked, How, Role};
use super::super::edition::UnitValue;
use super::super::proxy::PriceYear;
use super::steps::{Step, pounds, shown, step};
use super::unit_value::uprated_told;

/// The parts and how they make the value; nothing where it is not built from parts.
#[must_use]
pub fn told(value: &UnitValue) -> Vec<Step> {
    let Some(derived) = value.derived.as_deref() else {
        return Vec::new();
    };
    let parts = derived
        .parts
        .iter()
        .map(|part| step("derivation_part", part_told(part)));
    let mut steps: Vec<Step> = parts.collect();
    let central = derived.value().central;
    let text = format!("{} = {}", formula(derived), pounds(&central));
    steps.push(step("derivation", text));
    steps
}

fn part_told(worked: &DerivedPartWorked) -> String {
    let part = &worked.part;
    let money = part.prices.is_some();
    let number = |number| if money { pounds(number) } else { shown(number) };
    let role = part
        .role
        .map(|role| format!("{role}, "))
        .unwrap_or_default();
    let from = match (&worked.uprating, &part.prices) {
        (Some(uprating), _) => format!(
            "{} = {}",
            uprated_told(&part.value.central, uprating),
            pounds(&worked.in_base.central)
        ),
        (None, Some(PriceYear::Nominal)) => {
            format!("{} at face value", number(&part.value.central))
        }
        (None, _) => number(&part.value.central),
    };
    let rounded = part.rounded_to.as_ref().map(|to| {
        let value = number(&worked.value.central);
        format!(", to the nearest {} = {value}", shown(to))
    });
    let source = &part.source;
    format!(
        "{} ({role}{}, {}): {from}{}",
        part.code,
        source.title,
        source.year,
        rounded.unwrap_or_default()
    )
}

fn formula(derived: &Derived) -> String {
    let number = |part: &DerivedPartWorked| match part.part.prices {
        Some(_) => pounds(&part.value.central),
        None => shown(&part.value.central),
    };
    let in_role = |role: Role| {
        let mut parts = derived.parts.iter();
        parts.find(|part| part.part.role == Some(role)).map(number)
    };
    if derived.how == How::Ratio {
        let (over, under) = (in_role(Role::Over), in_role(Role::Under));
        return format!(
            "{} / {}",
            over.unwrap_or_default(),
            under.unwrap_or_default()
        );
    }
    let mut text = String::new();
    for part in &derived.parts {
        let sign = match (text.is_empty(), part.part.role) {
            (true, Some(Role::Transfers)) => "- ",
            (true, _) => "",
            (false, Some(Role::Transfers)) => " - ",
            (false, _) => " + ",
        };
        let weight = part.part.weight.as_ref();
        let weight = weight.map(|weight| format!("{} x ", shown(weight)));
        text = format!("{text}{sign}{}{}", weight.unwrap_or_default(), number(part));
    }
    text
}
