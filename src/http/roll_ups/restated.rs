//! A roll-up in the prices of another year, as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::pounds_text;
use crate::domain::basis::Basis;
use crate::domain::restating::Restating;
use crate::operations::roll_up::{InPrices, RestatedRollUp};

use super::super::working::unit_value::exactly;
use super::shown::{RollUpRowShown, RollUpTotalShown};

/// What makes amounts addable; those of different basis are never added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RollUpBasisShown {
    /// The proxy edition; `null` where editions are combined.
    #[schema(example = "open-uk/2026")]
    pub edition: Option<String>,
    /// The editions that are combined.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
    /// The prices its real values stand in.
    #[schema(example = "2024-25")]
    pub price_base: String,
}

impl From<&Basis> for RollUpBasisShown {
    fn from(basis: &Basis) -> Self {
        Self {
            edition: Some(basis.edition.to_string()),
            editions: Vec::new(),
            price_base: basis.price_base.clone(),
        }
    }
}

/// What a worth in other prices is made of.
#[derive(Debug, Serialize, ToSchema)]
pub struct InPricesShown {
    /// Pounds that were restated, rounded once a row to whole pence, half away from zero.
    #[schema(example = "100112.40")]
    pub restated: String,
    /// Pounds of measures that may hold face values: they are never re-based, and stand as they are.
    #[schema(example = "500.00")]
    pub face_value: String,
    /// Whether something was restated by an index that is a forecast.
    pub provisional: bool,
}

impl From<&InPrices> for InPricesShown {
    fn from(made: &InPrices) -> Self {
        Self {
            restated: pounds_text(made.restated),
            face_value: pounds_text(made.face_value),
            provisional: made.provisional,
        }
    }
}

/// How one edition was restated: its worths times `to_index` / `from_index`.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestatingShown {
    /// The edition.
    #[schema(example = "open-uk/2026")]
    pub edition: String,
    /// Its method of valuation as a whole.
    pub method: String,
    /// Name of the index.
    #[schema(example = "gdp-deflator")]
    pub series: String,
    /// The release of it that the edition names.
    #[schema(example = "2026-03")]
    pub release: String,
    /// The price base of the edition.
    #[schema(example = "2024-25")]
    pub from_year: String,
    /// The index of that year.
    #[schema(example = "100")]
    pub from_index: String,
    /// The prices asked for.
    #[schema(example = "2026-27")]
    pub to_year: String,
    /// The index of that year.
    #[schema(example = "105.3095")]
    pub to_index: String,
    /// What worths are multiplied by, exact.
    #[schema(example = "1.053095")]
    pub ratio: String,
    /// Whether one of the two is a forecast: what rests on it is provisional.
    pub forecast: bool,
}

impl From<&Restating> for RestatingShown {
    fn from(restating: &Restating) -> Self {
        let step = &restating.step;
        Self {
            edition: restating.basis.edition.to_string(),
            method: restating.basis.method.clone(),
            series: step.series.clone(),
            release: step.release.clone(),
            from_year: step.from_year.clone(),
            from_index: exactly(&step.from_index),
            to_year: step.to_year.clone(),
            to_index: exactly(&step.to_index),
            ratio: exactly(&step.ratio()),
            forecast: step.forecast,
        }
    }
}

/// How a roll-up was restated.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestatedShown {
    /// The financial year that its worths stand in the prices of.
    #[schema(example = "2026-27")]
    pub year: String,
    /// One an edition of which anything was restated.
    pub restating: Vec<RestatingShown>,
    /// The editions that were added together; not there where they stand apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub combined: Vec<String>,
}

impl From<&RestatedRollUp> for RestatedShown {
    fn from(restated: &RestatedRollUp) -> Self {
        Self {
            year: restated.year.clone(),
            restating: restated.steps.iter().map(RestatingShown::from).collect(),
            combined: combined(restated),
        }
    }
}

fn combined(restated: &RestatedRollUp) -> Vec<String> {
    let editions = restated.combined.iter();
    editions.map(ToString::to_string).collect()
}

/// What an answer says of its prices.
#[must_use]
pub fn constant_prices(year: &str) -> String {
    format!(
        "Worth stands in the prices of {year}, whatever its period, and is not discounted between periods: each row was \
         restated from its exact sum and rounded once, to whole pence, half away from zero, and totals are the sums of their \
         rows. Measures that may hold face values are never re-based and stand as they are: face_value says how much that is."
    )
}

/// What was made of a line, and how.
type Made<'a> = Option<(&'a RestatedRollUp, &'a InPrices)>;

fn say(made: Made<'_>, basis: &mut RollUpBasisShown) -> Option<InPricesShown> {
    let (restated, made) = made?;
    basis.price_base.clone_from(&restated.year);
    basis.editions = combined(restated);
    if !basis.editions.is_empty() {
        basis.edition = None;
    }
    Some(made.into())
}

impl RollUpRowShown {
    /// The same in the prices it was restated in.
    #[must_use]
    pub fn restated(mut self, made: Made<'_>) -> Self {
        self.in_prices = say(made, &mut self.basis).filter(|_| self.worth.is_some());
        self
    }
}

impl RollUpTotalShown {
    /// The same in the prices it was restated in.
    #[must_use]
    pub fn restated(mut self, made: Made<'_>) -> Self {
        self.in_prices = say(made, &mut self.basis).filter(|_| self.worth.is_some());
        self
    }
}
