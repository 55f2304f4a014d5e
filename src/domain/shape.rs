//! The figures of a line or target in the shape its measure takes, every fault at once (V6, L6).

use std::collections::BTreeMap;

use super::amount::Quantity;
use super::exact;
use super::fault::{Fault, pointer_part};
use super::measure::{Factor, Input, Measure, QuantityKind, Term};
use super::valuation::Reported;

/// The longest text answer, in characters.
pub const LONGEST_TEXT: usize = 4000;

/// Figures as given, before it is known which of them the measure takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// A plain quantity.
    pub quantity: Option<Quantity>,
    /// Factors and parts, by code.
    pub components: Option<BTreeMap<String, Quantity>>,
    /// Those that meet a ratio.
    pub numerator: Option<Quantity>,
    /// All of a ratio.
    pub denominator: Option<Quantity>,
    /// Yes or no.
    pub answer: Option<bool>,
    /// Words.
    pub text: Option<String>,
}

/// Which fields a measure takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Quantity,
    Components,
    Ratio,
    Answer,
    Text,
}

fn taken(measure: &Measure) -> Field {
    match (measure.quantity, &measure.input) {
        (QuantityKind::Ratio, _) => Field::Ratio,
        (QuantityKind::YesNo, _) => Field::Answer,
        (QuantityKind::Text, _) => Field::Text,
        (_, Input::Plain) => Field::Quantity,
        _ => Field::Components,
    }
}

/// Reads what a line says, in the shape of its measure.
///
/// # Errors
/// Every fault, with pointers relative to the line.
pub fn reported(measure: &Measure, given: &Given) -> Result<Reported, Vec<Fault>> {
    let field = taken(measure);
    let mut faults = not_taken(measure, given, &[field]);
    let found = match field {
        Field::Quantity => {
            quantity(measure, given.quantity, "/quantity", &mut faults).map(Reported::Quantity)
        }
        Field::Components => components(measure, given.components.as_ref(), &mut faults),
        Field::Ratio => ratio(given, &mut faults),
        Field::Answer => given
            .answer
            .map(Reported::Answer)
            .or_else(|| missing("/answer", "true or false", &mut faults)),
        Field::Text => text(given.text.as_deref(), &mut faults),
    };
    match found {
        Some(found) if faults.is_empty() => Ok(found),
        _ => Err(faults),
    }
}

/// Reads a target: of a product, the product itself; of a ratio, a percentage; parts by code.
///
/// # Errors
/// Every fault, with pointers relative to the target.
pub fn planned(measure: &Measure, given: &Given) -> Result<Reported, Vec<Fault>> {
    let mut faults = Vec::new();
    let found = match taken(measure) {
        Field::Answer => return reported(measure, given),
        Field::Text => return reported(measure, given),
        Field::Quantity | Field::Ratio => {
            faults.extend(not_taken(measure, given, &[Field::Quantity]));
            quantity(measure, given.quantity, "/target", &mut faults).map(|quantity| {
                Reported::Planned {
                    quantity: Some(quantity),
                    parts: BTreeMap::new(),
                }
            })
        }
        Field::Components => {
            faults.extend(not_taken(
                measure,
                given,
                &[Field::Quantity, Field::Components],
            ));
            planned_parts(measure, given, &mut faults)
        }
    };
    if let (
        QuantityKind::Ratio,
        Some(Reported::Planned {
            quantity: Some(percent),
            ..
        }),
    ) = (measure.quantity, &found)
        && *percent > Quantity::from_micro(100_000_000).unwrap_or_default()
    {
        faults.push(Fault::new(
            "/target",
            "above_hundred",
            "the target of a ratio is a percentage from 0 to 100",
        ));
    }
    match found {
        Some(found) if faults.is_empty() => Ok(found),
        _ => Err(faults),
    }
}

fn planned_parts(measure: &Measure, given: &Given, faults: &mut Vec<Fault>) -> Option<Reported> {
    let has_factors = !measure.input.factors().is_empty();
    let parts = given.components.clone().unwrap_or_default();
    known_parts(measure, &parts, false, faults);
    if let (Some(_), false) = (given.quantity, has_factors) {
        faults.push(Fault::new(
            "/target",
            "no_quantity_of_its_own",
            "a composite has no quantity of its own; give its parts in components",
        ));
    }
    if given.quantity.is_none() && parts.is_empty() {
        faults.push(Fault::new("/target", "target_missing", "give a target"));
    }
    let negative = given.quantity.is_some_and(Quantity::is_negative) && !measure.allows_harm;
    if negative {
        faults.push(negative_not_allowed("/target"));
    }
    Some(Reported::Planned {
        quantity: given.quantity,
        parts,
    })
}

fn not_taken(measure: &Measure, given: &Given, taken: &[Field]) -> Vec<Fault> {
    let fields = [
        (Field::Quantity, "/quantity", given.quantity.is_some()),
        (Field::Components, "/components", given.components.is_some()),
        (Field::Ratio, "/numerator", given.numerator.is_some()),
        (Field::Ratio, "/denominator", given.denominator.is_some()),
        (Field::Answer, "/answer", given.answer.is_some()),
        (Field::Text, "/text", given.text.is_some()),
    ];
    let refused = fields
        .into_iter()
        .filter(|(field, _, is_given)| *is_given && !taken.contains(field));
    refused
        .map(|(_, pointer, _)| {
            let message = format!(
                "{} is counted as {} and does not take this field",
                measure.code, measure.quantity
            );
            Fault::new(pointer, "field_not_taken", message)
        })
        .collect()
}

fn quantity(
    measure: &Measure,
    given: Option<Quantity>,
    pointer: &str,
    faults: &mut Vec<Fault>,
) -> Option<Quantity> {
    match given {
        None => missing(
            pointer,
            "a quantity as text, such as \"12.5\" (zero is a value)",
            faults,
        ),
        Some(found) if found.is_negative() && !measure.allows_harm => {
            faults.push(negative_not_allowed(pointer));
            None
        }
        Some(found) => Some(found),
    }
}

fn components(
    measure: &Measure,
    given: Option<&BTreeMap<String, Quantity>>,
    faults: &mut Vec<Fault>,
) -> Option<Reported> {
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return missing("/components", "the components of this measure", faults);
    };
    known_parts(measure, given, true, faults);
    for factor in measure.input.factors() {
        factor_faults(factor, given, faults);
    }
    Some(Reported::Components(given.clone()))
}

/// A factor is given itself, or by all its terms.
fn factor_faults(factor: &Factor, given: &BTreeMap<String, Quantity>, faults: &mut Vec<Fault>) {
    let mut fault = |code: &str, kind: &'static str, message: String| {
        faults.push(Fault::new(format!("/components/{code}"), kind, message));
    };
    let itself = given.contains_key(&factor.code);
    let terms = factor.terms.iter();
    let (found, missing): (Vec<&Term>, Vec<&Term>) =
        terms.partition(|term| given.contains_key(&term.code));
    let codes: Vec<&str> = factor.terms.iter().map(|term| term.code.as_str()).collect();
    match (itself, found.as_slice()) {
        (true, [first, ..]) => {
            let message = format!("give {} or {}, not both", factor.code, codes.join(", "));
            fault(&first.code, "component_twice", message);
        }
        (true, []) => {}
        (false, []) => {
            let instead = match codes.as_slice() {
                [] => String::new(),
                codes => format!(", or {}", codes.join(", ")),
            };
            let message = format!(
                "give {} ({}){instead}; every factor of a product is needed",
                factor.code, factor.unit
            );
            fault(&factor.code, "field_missing", message);
        }
        (false, [..]) => {
            for term in missing {
                let message = format!("give {} as well; zero is a value", term.code);
                fault(&term.code, "field_missing", message);
            }
        }
    }
    if let (Some(value), Some(most)) = (factor.value(given), &factor.most) {
        let size = if value.is_negative() { -value } else { value };
        if size > *most {
            let message = format!(
                "{} is at most {} in size",
                factor.code,
                exact::text(most, 6)
            );
            fault(&factor.code, "beyond_scale", message);
        }
    }
    for term in found {
        let size = given.get(&term.code).map(|quantity| quantity.exact());
        let size = size.map(|size| if size.is_negative() { -size } else { size });
        if let (Some(size), Some(most)) = (size, &term.most)
            && size > *most
        {
            let message = format!("{} is at most {} in size", term.code, exact::text(most, 6));
            fault(&term.code, "beyond_scale", message);
        }
    }
}

/// Whether a component of a measure may be below zero, by code: factors and their terms where a line gives them, and parts.
fn components_of(measure: &Measure, factors_too: bool) -> Vec<(&str, bool)> {
    let factors = measure.input.factors().iter().filter(|_| factors_too);
    let factors = factors.flat_map(|factor| {
        let terms = factor.terms.iter();
        let terms = terms.map(|term| (term.code.as_str(), term.signed));
        std::iter::once((factor.code.as_str(), factor.signed)).chain(terms)
    });
    let parts = measure.input.parts().iter();
    let parts = parts.map(|part| (part.code.as_str(), measure.allows_harm));
    factors.chain(parts).collect()
}

fn known_parts(
    measure: &Measure,
    given: &BTreeMap<String, Quantity>,
    factors_too: bool,
    faults: &mut Vec<Fault>,
) {
    let known = components_of(measure, factors_too);
    for (code, quantity) in given {
        let pointer = format!("/components/{}", pointer_part(code));
        let Some((_, signed)) = known.iter().find(|(known, _)| known == code) else {
            let names: Vec<&str> = known.iter().map(|(code, _)| *code).collect();
            let message = format!(
                "{} has no such component; it takes {}",
                measure.code,
                names.join(", ")
            );
            faults.push(Fault::new(pointer, "unknown_component", message));
            continue;
        };
        if quantity.is_negative() && !signed {
            faults.push(negative_not_allowed(&pointer));
        }
    }
}

fn ratio(given: &Given, faults: &mut Vec<Fault>) -> Option<Reported> {
    let (Some(numerator), Some(denominator)) = (given.numerator, given.denominator) else {
        for (pointer, part) in [
            ("/numerator", given.numerator),
            ("/denominator", given.denominator),
        ] {
            if part.is_none() {
                missing::<()>(pointer, "both a numerator and a denominator", faults);
            }
        }
        return None;
    };
    if numerator.is_negative() || denominator.is_negative() {
        faults.push(negative_not_allowed("/numerator"));
    }
    if numerator > denominator {
        faults.push(Fault::new(
            "/numerator",
            "above_denominator",
            "the numerator is part of the denominator and may not exceed it",
        ));
    }
    Some(Reported::Ratio {
        numerator,
        denominator,
    })
}

fn text(given: Option<&str>, faults: &mut Vec<Fault>) -> Option<Reported> {
    let controls = |text: &str| {
        let mut controls = text.chars().filter(|letter| letter.is_control());
        controls.any(|letter| letter != '\n' && letter != '\t')
    };
    match given {
        Some(text) if controls(text) => {
            let message = "control characters are not taken";
            faults.push(Fault::new("/text", "control_character", message));
            None
        }
        Some(text) if !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT => {
            Some(Reported::Text(text.to_owned()))
        }
        Some(_) => {
            faults.push(Fault::new(
                "/text",
                "text_length",
                format!("write between 1 and {LONGEST_TEXT} characters"),
            ));
            None
        }
        None => missing("/text", "the answer in words", faults),
    }
}

fn missing<T>(pointer: &str, what: &str, faults: &mut Vec<Fault>) -> Option<T> {
    faults.push(Fault::new(pointer, "field_missing", format!("give {what}")));
    None
}

fn negative_not_allowed(pointer: &str) -> Fault {
    Fault::new(
        pointer,
        "negative_not_allowed",
        "a number below zero (harm) is taken only where the measure allows it",
    )
}
