//! A value that is built from parts, as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::derivation::{Derived, DerivedPartWorked, How, Role};
use crate::domain::proxy::PriceYear;

use super::unit_value::{RangeShown, SourceShown, UpratingShown, exactly};

/// One part of a value.
#[derive(Debug, Serialize, ToSchema)]
pub struct DerivedPartShown {
    /// Its code, among the parts.
    pub code: String,
    /// What it is.
    pub title: String,
    /// Of a public value `fiscal`, `economic`, `social` or `transfers`, which are taken away; of a ratio `over` or `under`.
    pub role: Option<String>,
    /// Its weight in a mix.
    pub weight: Option<String>,
    /// As published.
    pub source_value: RangeShown,
    /// The prices it stands in; `null` at face value, and where it is no money.
    pub price_year: Option<String>,
    /// The step to base prices; `null` where there is none.
    pub uprating: Option<UpratingShown>,
    /// In base prices, exact.
    pub in_base: RangeShown,
    /// What it is rounded to then, as its source does; `null` is not at all.
    #[schema(example = "100")]
    pub rounded_to: Option<String>,
    /// What goes into the value.
    pub value: RangeShown,
    /// Where it was published.
    pub source: SourceShown,
}

impl From<&DerivedPartWorked> for DerivedPartShown {
    fn from(worked: &DerivedPartWorked) -> Self {
        let part = &worked.part;
        Self {
            code: part.code.clone(),
            title: part.title.clone(),
            role: part.role.map(Role::word).map(str::to_owned),
            weight: part.weight.as_ref().map(exactly),
            source_value: RangeShown::from(&part.value),
            price_year: match &part.prices {
                Some(PriceYear::Year(year)) => Some(year.clone()),
                Some(PriceYear::Nominal) | None => None,
            },
            uprating: worked.uprating.as_ref().map(UpratingShown::from),
            in_base: RangeShown::from(&worked.in_base),
            rounded_to: part.rounded_to.as_ref().map(exactly),
            value: RangeShown::from(&worked.value),
            source: SourceShown::from(&part.source),
        }
    }
}

/// How a value is built from parts.
#[derive(Debug, Serialize, ToSchema)]
pub struct DerivationShown {
    /// `sum`, `ratio`, `weighted_mix` or `public_value` (fiscal + economic + social - transfers).
    #[schema(example = "public_value")]
    pub how: String,
    /// The parts.
    pub parts: Vec<DerivedPartShown>,
}

impl From<&Derived> for DerivationShown {
    fn from(derived: &Derived) -> Self {
        Self {
            how: How::word(derived.how).to_owned(),
            parts: derived.parts.iter().map(DerivedPartShown::from).collect(),
        }
    }
}
