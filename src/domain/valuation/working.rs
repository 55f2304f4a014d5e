//! The steps by which a worth came about.

use std::sync::Arc;

use super::super::amount::{Quantity, Share, Worth};
use super::super::commitment::adjusting::Adjusting;
use super::super::edition::{EditionId, UnitValue};
use super::super::exact::Exact;
use super::super::measure::Column;
use super::super::period::Period;
use super::super::spread::Ends;
use super::Reported;

/// The period fraction of a line and where it comes from (V4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accrual {
    /// Months of the period inside the contract, part months by day.
    pub months: Exact,
    /// What the quantity is multiplied by: months / 12 for an average, one for all else.
    pub fraction: Exact,
    /// Calendar year and its weight among those months; the weights add up to one.
    pub by_calendar_year: Vec<(i32, Exact)>,
}

/// A change of unit that the caller asked for (V6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitConversion {
    /// The unit the figures were given in.
    pub from: String,
    /// Units of the measure in one of them.
    pub factor: Exact,
}

/// A step through tonnes of CO2e (V6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// Item of the factor series.
    pub item: String,
    /// Release of the series.
    pub release: String,
    /// Year whose factor was used.
    pub year: String,
    /// Kilograms of CO2e a unit.
    pub kilograms: Exact,
    /// Tonnes of CO2e that came of it.
    pub tonnes: Exact,
}

/// What a commissioner adjusted otherwise than the edition, with what the edition has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overridden {
    /// Number of the commitment that says so.
    pub commitment: i64,
    /// What it adjusts, and why.
    pub by: Adjusting,
    /// The value under the adjustments of the edition.
    pub edition_value: Arc<UnitValue>,
}

/// One exact product of V2. Most lines have one; a composite has one a component,
/// a carbon line one a calendar year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkedPart {
    /// The component, where the line has several.
    pub component: Option<String>,
    /// Units, before everything.
    pub quantity: Exact,
    /// Unit of the quantity.
    pub unit: String,
    /// The calendar year and its weight among the months, for values that vary by calendar year.
    pub year_weight: Option<(i32, Exact)>,
    /// Through tonnes, where it goes so.
    pub conversion: Option<Conversion>,
    /// Code of the proxy.
    pub proxy: String,
    /// The value that was chosen.
    pub unit_value: Arc<UnitValue>,
    /// What a commissioner adjusted otherwise than the edition, where one did; `unit_value` is after that.
    pub overridden: Option<Overridden>,
    /// What the value is already net of (V9); empty is gross.
    pub already_net_of: Vec<String>,
    /// Whether it enters at face value (V10).
    pub nominal: bool,
    /// Why this part is provisional; empty when it is not.
    pub provisional: Vec<String>,
    /// Pounds, exact, before rounding.
    pub amount: Exact,
    /// The same at the low end of the value, or at its high end where the quantity is below zero; `None` without one.
    pub low: Option<Exact>,
    /// The same at the other end.
    pub high: Option<Exact>,
}

/// Everything a worth was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Working {
    /// Code of the measure.
    pub measure: String,
    /// Its title.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// The plural of its unit, where it is another word.
    pub unit_plural: Option<String>,
    /// Its column, where it is valued.
    pub column: Option<Column>,
    /// The edition it was valued by.
    pub edition: EditionId,
    /// The prices it stands in.
    pub price_base: String,
    /// The period.
    pub period: Period,
    /// The place that values were looked for; `None` where none is given.
    pub place: Option<String>,
    /// What the line said.
    pub reported: Reported,
    /// Factors that were given by their terms, told: what was after, less what was before.
    pub differences: Vec<String>,
    /// The change of unit, where one was asked for.
    pub unit_conversion: Option<UnitConversion>,
    /// The period fraction.
    pub accrual: Accrual,
    /// The part of the activity that belongs to the contract.
    pub contract_share: Share,
    /// Why what is due to others is deducted as well, where only a share counts.
    pub share_and_attribution: Option<String>,
    /// The quantity that adds up in roll-ups.
    pub quantity: Option<Quantity>,
    /// Why there is no £, where there is none.
    pub record_only_because: Option<String>,
    /// The products.
    pub parts: Vec<WorkedPart>,
    /// Pounds before rounding; `None` for record-only.
    pub unrounded: Option<Exact>,
    /// After rounding once.
    pub worth: Worth,
    /// Its ends, where its values have any (V14).
    pub ends: Ends,
}

impl Working {
    /// Whether any part is provisional.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.parts.iter().any(|part| !part.provisional.is_empty())
    }

    /// Whether any part enters at face value, never re-based (V10).
    #[must_use]
    pub fn includes_nominal(&self) -> bool {
        self.parts.iter().any(|part| part.nominal)
    }
}
