//! The working of a line, whole: every step between what was reported and its worth.

pub mod derivation;
pub mod part;
pub mod stage;
pub mod unit_value;

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::basis::Basis;
use crate::domain::edition::Edition;
use crate::domain::exact;
use crate::domain::measure::Column;
use crate::domain::valuation::Reported;
use crate::domain::valuation::working::{Accrual, UnitConversion, Working};

use super::spread::EndsShown;
use part::{CalendarYearShown, WorkedPartShown};
use unit_value::{KEPT, exactly};

/// Decimals of an unrounded amount.
const UNROUNDED_PLACES: usize = 12;

/// What makes amounts addable; those of different basis are never added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BasisShown {
    /// The proxy edition.
    #[schema(example = "open-uk/2026")]
    pub edition: String,
    /// The prices its real values stand in.
    #[schema(example = "2024-25")]
    pub price_base: String,
}

impl From<&Basis> for BasisShown {
    fn from(basis: &Basis) -> Self {
        Self {
            edition: basis.edition.to_string(),
            price_base: basis.price_base.clone(),
        }
    }
}

/// What a line said; only the fields its measure takes.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ReportedShown {
    /// A plain quantity, or of a target the quantity itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// Factors of a product and parts of a composite, by code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<BTreeMap<String, String>>,
    /// Those that meet a ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numerator: Option<String>,
    /// All of a ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<String>,
    /// Yes or no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<bool>,
    /// Words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl From<&Reported> for ReportedShown {
    fn from(reported: &Reported) -> Self {
        let texts = |given: &BTreeMap<String, crate::domain::amount::Quantity>| {
            let pairs = given
                .iter()
                .map(|(code, quantity)| (code.clone(), quantity.to_string()));
            pairs.collect::<BTreeMap<_, _>>()
        };
        let mut shown = Self::default();
        match reported {
            Reported::Quantity(quantity) => shown.quantity = Some(quantity.to_string()),
            Reported::Components(given) => shown.components = Some(texts(given)),
            Reported::Ratio {
                numerator,
                denominator,
            } => {
                shown.numerator = Some(numerator.to_string());
                shown.denominator = Some(denominator.to_string());
            }
            Reported::Planned { quantity, parts } => {
                shown.quantity = quantity.map(|quantity| quantity.to_string());
                shown.components = (!parts.is_empty()).then(|| texts(parts));
            }
            Reported::Answer(answer) => shown.answer = Some(*answer),
            Reported::Text(text) => shown.text = Some(text.clone()),
        }
        shown
    }
}

/// A change of unit that the caller asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitConversionShown {
    /// The unit the figures were given in.
    #[schema(example = "km")]
    pub from: String,
    /// The unit of the measure.
    #[schema(example = "mile")]
    pub to: String,
    /// Units of the measure in one of them.
    pub factor: String,
}

/// How much of the period counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodFractionShown {
    /// Months of the period inside the contract, part months by day.
    #[schema(example = "3")]
    pub months: String,
    /// What the quantity is multiplied by: months / 12 for an average over the period, 1 for all else.
    #[schema(example = "0.25")]
    pub fraction: String,
    /// The calendar years among those months.
    pub by_calendar_year: Vec<CalendarYearShown>,
}

impl From<&Accrual> for PeriodFractionShown {
    fn from(accrual: &Accrual) -> Self {
        Self {
            months: exactly(&accrual.months),
            fraction: exactly(&accrual.fraction),
            by_calendar_year: accrual
                .by_calendar_year
                .iter()
                .map(|(year, weight)| CalendarYearShown::of(*year, weight))
                .collect(),
        }
    }
}

/// One step, for people.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepShown {
    /// What kind of step, in a stable word.
    #[schema(example = "product")]
    pub kind: String,
    /// The step.
    #[schema(example = "10 jobs x 0.25 x £39039 = £97597.5")]
    pub text: String,
}

/// The working of one line.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkingShown {
    /// Code of the measure.
    pub measure: String,
    /// Its title.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// The column of its worth; `null` for record-only.
    pub column: Option<String>,
    /// The basis of the worth.
    pub basis: BasisShown,
    /// Label of the period.
    #[schema(example = "2026-27-Q1")]
    pub period: String,
    /// The place that values were looked for; `null` where none is given.
    pub place: Option<String>,
    /// What the line said.
    pub reported: ReportedShown,
    /// The change of unit, where one was asked for.
    pub unit_conversion: Option<UnitConversionShown>,
    /// How much of the period counts.
    pub period_fraction: PeriodFractionShown,
    /// The part of the activity that belongs to the contract.
    #[schema(example = "1/3")]
    pub contract_share: String,
    /// The quantity that adds up in roll-ups, after period fraction and contract share; `null` where none does.
    pub quantity: Option<String>,
    /// The products.
    pub parts: Vec<WorkedPartShown>,
    /// Pounds before rounding, to 12 places; `null` for record-only.
    pub unrounded: Option<String>,
    /// Whether `unrounded` is the whole truth, or itself cut at 12 places.
    pub unrounded_is_exact: Option<bool>,
    /// Pounds, rounded once to whole pence, half away from zero; `null` for record-only, which is never £0.
    #[schema(example = "97597.50")]
    pub worth: Option<String>,
    /// Its ends, where its values have any and their licence lets them be shown to you.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<EndsShown>,
    /// Why it counts without £, where it does.
    pub record_only_because: Option<String>,
    /// Whether any part is provisional.
    pub provisional: bool,
    /// Whether any part enters at face value, never re-based.
    pub includes_nominal: bool,
    /// The same, told step by step.
    pub steps: Vec<StepShown>,
}

impl WorkingShown {
    /// A working, with the edition it was valued by, which names sources and licences. One who does not see values
    /// that their licence keeps is told the worth alone: it was reported, and stands.
    #[must_use]
    pub fn of(edition: &Edition, working: &Working, sees: bool) -> Self {
        let kept = !sees && keeps(edition, working);
        let conversion = |one: &UnitConversion| UnitConversionShown {
            from: one.from.clone(),
            to: working.unit.clone(),
            factor: exactly(&one.factor),
        };
        let unrounded = working.unrounded.as_ref().filter(|_| !kept);
        let column = working.column.filter(|_| working.unrounded.is_some());
        Self {
            measure: working.measure.clone(),
            title: working.title.clone(),
            unit: working.unit.clone(),
            column: column.map(Column::word).map(str::to_owned),
            basis: BasisShown {
                edition: working.edition.to_string(),
                price_base: working.price_base.clone(),
            },
            period: working.period.to_string(),
            place: working.place.clone(),
            reported: ReportedShown::from(&working.reported),
            unit_conversion: working.unit_conversion.as_ref().map(conversion),
            period_fraction: PeriodFractionShown::from(&working.accrual),
            contract_share: working.contract_share.to_string(),
            quantity: working.quantity.map(|quantity| quantity.to_string()),
            parts: working
                .parts
                .iter()
                .map(|part| WorkedPartShown::of(edition, working, part, sees))
                .collect(),
            unrounded: unrounded.map(|exact| exact::text(exact, UNROUNDED_PLACES)),
            unrounded_is_exact: unrounded.map(|exact| exact::is_decimal(exact, UNROUNDED_PLACES)),
            worth: working
                .worth
                .pence()
                .map(crate::domain::amount::pounds_text),
            range: EndsShown::of(working.ends).filter(|_| !kept),
            record_only_because: working.record_only_because.clone(),
            provisional: working.is_provisional(),
            includes_nominal: working.includes_nominal(),
            steps: steps(working, kept),
        }
    }
}

/// Whether a working rests on a value whose licence does not let it be passed on.
fn keeps(edition: &Edition, working: &Working) -> bool {
    let mut parts = working.parts.iter();
    parts.any(|part| edition.keeps(&part.proxy))
}

/// The steps; each of them may say a value, so that none is told where one is kept.
fn steps(working: &Working, kept: bool) -> Vec<StepShown> {
    if kept {
        return vec![StepShown {
            kind: "licence".to_owned(),
            text: KEPT.to_owned(),
        }];
    }
    let steps = working.steps().into_iter();
    let shown = steps.map(|step| StepShown {
        kind: step.kind.to_owned(),
        text: step.text,
    });
    shown.collect()
}
