//! Adjustments as they are given and shown: what is taken off a value, and for how long it lasts (V9).

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::effect::given::AdjustmentsGiven;
use crate::domain::effect::{Adjustments, Deduction, Effect, EffectYear, Step};
use crate::domain::exact::{self, Exact};

use super::fields::Fields;

/// Places of a factor, and of pounds before they are rounded, as they are shown.
const PLACES: usize = 12;

/// What is taken off a value, and for how long it lasts. What is left out is not adjusted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "deadweight": "0.4", "attribution_to_others": "0.3", "duration_years": 2, "drop_off": "0.3",
    "discounted_by": "discount-rates/standard"
}))]
pub struct AdjustmentsBody {
    /// The part that would have happened anyway, 0 to 1.
    pub deadweight: Option<String>,
    /// The part taken from elsewhere.
    pub displacement: Option<String>,
    /// The part that went outside of the place or the group.
    pub leakage: Option<String>,
    /// The part that took the place of something of the same people or firms.
    pub substitution: Option<String>,
    /// The part due to others.
    pub attribution_to_others: Option<String>,
    /// What a pound brings to the place; of `local_economic` value only.
    pub multiplier: Option<String>,
    /// The first year of effect, 0 to 200; 0, which is not discounted, when missing.
    pub starts_after_years: Option<i64>,
    /// Years of effect; 1 when missing, more only of what is claimed once, at its event.
    pub duration_years: Option<i64>,
    /// The part lost each year, geometric from the second year of effect.
    pub drop_off: Option<String>,
    /// Series and item of the schedule of later years.
    #[schema(example = "discount-rates/standard")]
    pub discounted_by: Option<String>,
}

/// Reads adjustments that are an object of their own.
pub fn read(fields: &mut Fields<'_>) -> AdjustmentsGiven {
    AdjustmentsGiven {
        multiplier: fields.decimal("multiplier"),
        discounted_by: fields.text("discounted_by"),
        ..in_item(fields)
    }
}

/// Reads the adjustments among the fields of a benefit, which knows no multiplier and no schedule of its own.
pub fn in_item(fields: &mut Fields<'_>) -> AdjustmentsGiven {
    let deductions = Deduction::ALL.iter();
    AdjustmentsGiven {
        deductions: deductions
            .map(|what| (*what, fields.decimal(what.word())))
            .collect(),
        starts_after_years: fields.whole("starts_after_years"),
        duration_years: fields.whole("duration_years"),
        drop_off: fields.decimal("drop_off"),
        ..AdjustmentsGiven::default()
    }
}

impl From<&Adjustments> for AdjustmentsBody {
    fn from(adjustments: &Adjustments) -> Self {
        let part = |what| adjustments.deductions.get(&what).map(exact::exact_text);
        let number = |number: &Option<Exact>| number.as_ref().map(exact::exact_text);
        Self {
            deadweight: part(Deduction::Deadweight),
            displacement: part(Deduction::Displacement),
            leakage: part(Deduction::Leakage),
            substitution: part(Deduction::Substitution),
            attribution_to_others: part(Deduction::AttributionToOthers),
            multiplier: number(&adjustments.multiplier),
            starts_after_years: adjustments.starts_after_years.map(i64::from),
            duration_years: adjustments.duration_years.map(i64::from),
            drop_off: number(&adjustments.drop_off),
            discounted_by: adjustments.discounted_by.as_ref().map(ToString::to_string),
        }
    }
}

/// A step of the working.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectStepShown {
    /// What was done.
    #[schema(example = "x (1 - 0.4) deadweight")]
    pub step: String,
    /// Pounds after it.
    #[schema(example = "5100")]
    pub pounds: String,
}

impl From<&Step> for EffectStepShown {
    fn from(step: &Step) -> Self {
        Self {
            step: step.text.clone(),
            pounds: exact::text(&step.pounds, PLACES),
        }
    }
}

/// A year of effect.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectYearShown {
    /// Years from that of the work.
    pub year: u32,
    /// Pounds of that year.
    pub amount: String,
    /// What a pound of that year is worth now.
    pub discount_factor: String,
    /// Pounds now.
    pub present_value: String,
}

impl From<&EffectYear> for EffectYearShown {
    fn from(year: &EffectYear) -> Self {
        Self {
            year: year.year,
            amount: exact::text(&year.pounds, PLACES),
            discount_factor: exact::text(&year.factor, PLACES),
            present_value: exact::text(&year.present, PLACES),
        }
    }
}

/// How a gross value was made net.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectShown {
    /// The adjustments.
    pub adjustments: AdjustmentsBody,
    /// Where they come from.
    pub because: Option<String>,
    /// The release of the schedule; `null` where no later year is discounted.
    #[schema(example = "2026-02")]
    pub schedule_release: Option<String>,
    /// From gross to each year of effect, to 12 places.
    pub steps: Vec<EffectStepShown>,
    /// The years of effect, to 12 places; they are added up exactly, and rounded once, to the net value.
    pub years: Vec<EffectYearShown>,
}

impl EffectShown {
    /// An effect on a gross value, with where its adjustments come from.
    #[must_use]
    pub fn of(effect: &Effect, gross: &Exact, because: Option<&str>) -> Self {
        let worked = effect.work(gross);
        let discounting = effect.discounting.as_ref();
        Self {
            adjustments: AdjustmentsBody::from(&effect.adjustments),
            because: because.map(str::to_owned),
            schedule_release: discounting.map(|one| one.release.clone()),
            steps: worked.steps.iter().map(EffectStepShown::from).collect(),
            years: worked.years.iter().map(EffectYearShown::from).collect(),
        }
    }
}
