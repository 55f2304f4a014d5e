//! One exact product of a line, as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::edition::Edition;
use crate::domain::exact::Exact;
use crate::domain::valuation::working::{Conversion, Overridden, WorkedPart, Working};

use super::super::adjustments::AdjustmentsBody;
use super::unit_value::{RangeShown, SourceShown, UnitValueShown, exactly};

/// A calendar year and its weight among the months inside the contract.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarYearShown {
    /// The year.
    #[schema(example = "2026")]
    pub year: String,
    /// Its weight; the weights of a line add up to one.
    #[schema(example = "0.75")]
    pub weight: String,
}

impl CalendarYearShown {
    /// A year with its weight.
    pub(super) fn of(year: i32, weight: &Exact) -> Self {
        Self {
            year: year.to_string(),
            weight: exactly(weight),
        }
    }
}

/// The step through tonnes of CO2e: quantity x kilograms / 1000.
#[derive(Debug, Serialize, ToSchema)]
pub struct TonnesShown {
    /// Item of the series of emission factors.
    #[schema(example = "car-mile-average")]
    pub item: String,
    /// Release of that series.
    pub release: String,
    /// Year whose factor was used.
    pub year: String,
    /// Kilograms of CO2e a unit.
    #[schema(example = "0.26915")]
    pub kilograms: String,
    /// Tonnes that came of it.
    #[schema(example = "2.6915")]
    pub tonnes: String,
}

impl From<&Conversion> for TonnesShown {
    fn from(through: &Conversion) -> Self {
        Self {
            item: through.item.clone(),
            release: through.release.clone(),
            year: through.year.clone(),
            kilograms: exactly(&through.kilograms),
            tonnes: exactly(&through.tonnes),
        }
    }
}

/// What a commissioner adjusted otherwise than the edition, for one commitment.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverriddenShown {
    /// Number of the commitment.
    #[schema(example = 1)]
    pub commitment: i64,
    /// What is adjusted otherwise; the rest is as the edition has it.
    pub adjustments: AdjustmentsBody,
    /// Why.
    pub because: String,
    /// What the edition has; `null` where the licence of the value does not let it be shown to you.
    pub edition_adjustments: Option<AdjustmentsBody>,
    /// What a quantity would be multiplied by under the edition; `null` likewise.
    pub edition_net: Option<RangeShown>,
}

impl OverriddenShown {
    fn of(overridden: &Overridden, shows: bool) -> Self {
        let value = &overridden.edition_value;
        let own = || {
            let effect = value.effect.as_ref();
            effect.map(|effect| effect.adjustments.clone())
        };
        Self {
            commitment: overridden.commitment,
            adjustments: AdjustmentsBody::from(&overridden.by.changes),
            because: overridden.by.reason.clone(),
            edition_adjustments: shows.then(|| AdjustmentsBody::from(&own().unwrap_or_default())),
            edition_net: shows.then(|| RangeShown::from(&value.net)),
        }
    }
}

/// One exact product. Most lines have one; a composite has one a component, a climate line one a calendar year.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkedPartShown {
    /// The component, where the line has several.
    pub component: Option<String>,
    /// Units, before everything.
    pub quantity: String,
    /// Their unit.
    pub unit: String,
    /// The calendar year and its weight, for values that vary by calendar year.
    pub calendar_year: Option<CalendarYearShown>,
    /// The step through tonnes, where there is one.
    pub tonnes: Option<TonnesShown>,
    /// Code of the proxy.
    pub proxy: String,
    /// Its title.
    pub proxy_title: String,
    /// Where its value was published.
    pub source: Option<SourceShown>,
    /// Licence of its value.
    pub licence: Option<String>,
    /// Why that one of its values was chosen: by the place and the year of the line.
    #[schema(example = "halton lies in england, the only place that it has a value for")]
    pub chosen_because: Option<String>,
    /// The value that was chosen.
    pub unit_value: UnitValueShown,
    /// What a commissioner adjusted otherwise than the edition, where one did; `unit_value` is after that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overridden: Option<OverriddenShown>,
    /// What the value is already net of, such as `deadweight`; empty is gross.
    pub already_net_of: Vec<String>,
    /// Why this part is provisional; empty when it is not.
    pub provisional: Vec<String>,
    /// Pounds, exact, before rounding; `null` where the licence of the value does not let it be shown to you.
    pub amount: Option<String>,
}

impl WorkedPartShown {
    /// A product, with the edition that names its proxy.
    pub(super) fn of(edition: &Edition, working: &Working, part: &WorkedPart, sees: bool) -> Self {
        let shows = sees || !edition.keeps(&part.proxy);
        let published = edition.proxy(&part.proxy);
        let proxy = published.map(|published| &published.proxy);
        Self {
            component: part.component.clone(),
            quantity: exactly(&part.quantity),
            unit: part.unit.clone(),
            calendar_year: part
                .year_weight
                .as_ref()
                .map(|(year, weight)| CalendarYearShown::of(*year, weight)),
            tonnes: part.conversion.as_ref().map(TonnesShown::from),
            proxy: part.proxy.clone(),
            proxy_title: proxy.map_or_else(|| part.proxy.clone(), |proxy| proxy.title.clone()),
            source: proxy.map(|proxy| SourceShown::from(&proxy.source)),
            licence: proxy.map(|proxy| proxy.licence.clone()),
            chosen_because: published.map(|published| working.chosen_because(part, published)),
            unit_value: UnitValueShown::of(&part.unit_value, proxy, shows),
            overridden: part
                .overridden
                .as_ref()
                .map(|overridden| OverriddenShown::of(overridden, shows)),
            already_net_of: part.already_net_of.clone(),
            provisional: part.provisional.clone(),
            amount: shows.then(|| exactly(&part.amount)),
        }
    }
}
