//! Whether a measure means the same in two editions, so that what was counted by the one can be valued by the other.

use super::super::fault::Fault;
use super::super::measure::{Input, Measure, Part};

/// Nothing where it does.
///
/// # Errors
/// `other_quantity`: it counts something else there, or in another unit or shape.
pub fn comparable(own: &Measure, other: &Measure) -> Result<(), Fault> {
    let differs = if own.quantity != other.quantity {
        "kind of quantity"
    } else if own.unit != other.unit {
        "unit"
    } else if !same_shape(&own.input, &other.input) {
        "set of figures"
    } else {
        return Ok(());
    };
    let message = format!(
        "{} has another {differs} there ({} for {}), so that what was counted does not fit",
        own.code, other.unit, own.unit
    );
    Err(Fault::new("/measure", "other_quantity", message))
}

/// Whether figures given in one shape are all read in the other: a part that it does not know would be left out.
fn same_shape(own: &Input, other: &Input) -> bool {
    let has = |part: &Part| {
        let mut parts = other.parts().iter();
        parts.any(|one| one.code == part.code && one.unit == part.unit)
    };
    std::mem::discriminant(own) == std::mem::discriminant(other)
        && own.factors() == other.factors()
        && own.parts().iter().all(has)
}
