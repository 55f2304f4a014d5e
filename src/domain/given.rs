//! The figures of a line as text, read in one place so that every door reports the same faults (V1, L6).

use std::collections::BTreeMap;

use super::amount::Quantity;
use super::fault::{Fault, echo, pointer_part};
use super::measure::{Input, Measure};
use super::shape::{self, Given};
use super::valuation::Reported;
use super::valuation::working::UnitConversion;

/// What a reporter wrote: nothing is known yet of numbers or shape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenText {
    /// A plain quantity.
    pub quantity: Option<String>,
    /// Factors and parts by code.
    pub components: Option<BTreeMap<String, String>>,
    /// Those that meet a ratio.
    pub numerator: Option<String>,
    /// All of a ratio.
    pub denominator: Option<String>,
    /// Yes or no.
    pub answer: Option<bool>,
    /// Words.
    pub text: Option<String>,
}

impl GivenText {
    /// Reads the numbers, and then the shape the measure takes.
    ///
    /// # Errors
    /// Every fault, each with its pointer relative to the line, such as `/components/hours`.
    pub fn read(&self, measure: &Measure) -> Result<Reported, Vec<Fault>> {
        self.shaped(|given| shape::reported(measure, given))
    }

    /// Reads a target in the shape its measure takes; `pointer` is where its quantity was given.
    ///
    /// # Errors
    /// Every fault, each with its pointer relative to the target.
    pub fn read_target(&self, measure: &Measure, pointer: &str) -> Result<Reported, Vec<Fault>> {
        let placed = |mut fault: Fault| {
            if ["/quantity", "/target"].contains(&fault.pointer.as_str()) {
                pointer.clone_into(&mut fault.pointer);
            }
            fault
        };
        let found = self.shaped(|given| shape::planned(measure, given));
        found.map_err(|faults| faults.into_iter().map(placed).collect())
    }

    fn shaped(
        &self,
        shape: impl Fn(&Given) -> Result<Reported, Vec<Fault>>,
    ) -> Result<Reported, Vec<Fault>> {
        let mut faults = Vec::new();
        let given = self.numbers(&mut faults);
        match shape(&given) {
            Ok(reported) if faults.is_empty() => Ok(reported),
            Ok(_) => Err(faults),
            Err(found) => {
                // A number that could not be read is not also missing.
                let unread =
                    |fault: &Fault| faults.iter().any(|known| known.pointer == fault.pointer);
                let of_shape: Vec<Fault> =
                    found.into_iter().filter(|fault| !unread(fault)).collect();
                faults.extend(of_shape);
                Err(faults)
            }
        }
    }

    /// The numbers; one that cannot be read is left out and is a fault.
    fn numbers(&self, faults: &mut Vec<Fault>) -> Given {
        let mut number = |pointer: &str, text: &str| match Quantity::parse(text) {
            Ok(quantity) => Some(quantity),
            Err(wrong) => {
                let message = format!("{:?}: {wrong}", echo(text));
                faults.push(Fault::new(pointer, "not_a_quantity", message));
                None
            }
        };
        let mut maybe = |pointer, text: &Option<String>| number(pointer, text.as_deref()?);
        let quantity = maybe("/quantity", &self.quantity);
        let numerator = maybe("/numerator", &self.numerator);
        let denominator = maybe("/denominator", &self.denominator);
        let components = self.components.as_ref().map(|given| {
            let read = given.iter().filter_map(|(code, text)| {
                let quantity = number(&format!("/components/{}", pointer_part(code)), text)?;
                Some((code.clone(), quantity))
            });
            read.collect()
        });
        Given {
            quantity,
            components,
            numerator,
            denominator,
            answer: self.answer,
            text: self.text.clone(),
        }
    }
}

/// The change of unit a caller asked for; `None` when the unit is the measure's own.
///
/// # Errors
/// A [`Fault`] when the measure knows no way from that unit.
pub fn unit_conversion(measure: &Measure, unit: &str) -> Result<Option<UnitConversion>, Fault> {
    if unit == measure.unit || measure.unit_plural.as_deref() == Some(unit) {
        return Ok(None);
    }
    match measure.unit_conversions.get(unit) {
        Some(factor) if measure.input == Input::Plain => Ok(Some(UnitConversion {
            from: unit.to_owned(),
            factor: factor.clone(),
        })),
        _ => {
            let known: Vec<&str> = std::iter::once(measure.unit.as_str())
                .chain(measure.unit_conversions.keys().map(String::as_str))
                .collect();
            let message = format!("{} takes {}", measure.code, known.join(" or "));
            Err(Fault::new("/unit", "unknown_unit", message))
        }
    }
}
