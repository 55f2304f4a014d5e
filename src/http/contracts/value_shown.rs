//! How a measure of a contract's value is shown.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::{QUANTITY_PLACES, pounds_text};
use crate::domain::exact::{Exact, fixed, text};
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::total::Sums;
use crate::domain::measure::{Aggregation, Column, Valuation};
use crate::operations::contract_value::RatioDelivery;
use crate::operations::contract_value::{MeasureValue, StageSums, Targets};
use crate::operations::roll_up::Lines;

use super::super::figures::{PeriodFigures, TargetShown, decimal, percent};
use super::super::roll_ups::shown::LinesShown;
use super::super::working::ReportedShown;

/// Decimals of a delivery rate.
const RATE_PLACES: usize = 4;

/// The four stages, always apart.
#[derive(Debug, Serialize, ToSchema)]
pub struct ByStage<T: ToSchema> {
    /// Promised.
    pub committed: T,
    /// Reported.
    pub claimed: T,
    /// Reported and supported by evidence.
    pub evidenced: T,
    /// Accepted by the commissioner.
    pub verified: T,
}

/// Shows each stage; one without postings is a sum of nothing.
pub(super) fn by_stage<T: ToSchema>(
    stages: &BTreeMap<Stage, StageSums>,
    show: impl Fn(Stage, &StageSums) -> T,
) -> ByStage<T> {
    let one = |stage: Stage| show(stage, &stages.get(&stage).copied().unwrap_or_default());
    ByStage {
        committed: one(Stage::Committed),
        claimed: one(Stage::Claimed),
        evidenced: one(Stage::Evidenced),
        verified: one(Stage::Verified),
    }
}

/// One stage of a measure.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasureStage {
    /// Pounds; none where the measure is counted without.
    #[schema(example = "121996.88")]
    pub worth: Option<String>,
    /// The quantity that adds up; of an average in unit-years.
    #[schema(example = "3.125")]
    pub quantity: Option<String>,
    /// Why there is no quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity_unavailable: Option<String>,
    /// Of a ratio: those that meet it, added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numerator: Option<String>,
    /// Of a ratio: all, added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<String>,
    /// Numerators over denominators as a percentage of two decimals; percentages are never added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
    /// Of what has no sum: the latest figure that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<PeriodFigures>,
    /// Lines in it.
    pub lines: LinesShown,
}

/// A commitment with its first and its present target.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommittedShown {
    /// Number of the commitment.
    pub commitment: i64,
    /// Whether it is a KPI.
    pub kpi: bool,
    /// The target it was made with.
    pub baseline: TargetShown,
    /// The target that holds now.
    pub current: TargetShown,
}

impl From<&Targets> for CommittedShown {
    fn from(one: &Targets) -> Self {
        Self {
            commitment: one.number,
            kpi: one.kpi,
            baseline: TargetShown::from(&one.baseline),
            current: TargetShown::from(&one.current),
        }
    }
}

/// How much of what was promised is verified: one is all of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryShown {
    /// Of the periods already over, four decimals.
    #[schema(example = "0.8333")]
    pub to_date: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_date_reason: Option<&'static str>,
    /// Of the whole life, four decimals.
    #[schema(example = "0.2500")]
    pub of_life: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_life_reason: Option<&'static str>,
    /// Of a ratio that was promised: its target, what is verified, and whether it is met.
    #[serde(flatten)]
    #[schema(value_type = RatioShown)]
    pub ratio: Option<RatioShown>,
}

/// A promised percentage beside what is verified of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatioShown {
    /// Percent promised; where it differs between periods, weighed by the denominators verified.
    #[schema(example = "95", required = false)]
    pub ratio_target: String,
    /// Percent verified over the periods with a target, two decimals; `null` while nothing is.
    #[schema(example = "92.00")]
    pub ratio_verified: Option<String>,
    /// Whether it is met, before rounding; `null` while nothing is verified.
    pub met: Option<bool>,
}

impl From<&RatioDelivery> for RatioShown {
    fn from(one: &RatioDelivery) -> Self {
        let (numerator, denominator) = one.verified;
        Self {
            ratio_target: text(&one.target, QUANTITY_PLACES),
            ratio_verified: percent(numerator, denominator),
            met: one.is_met(),
        }
    }
}

/// A measure of the contract.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasureValueShown {
    /// Its code.
    #[schema(example = "local-job-fte")]
    pub measure: String,
    /// Its title.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Its column; none where it is counted without pounds.
    pub column: Option<&'static str>,
    /// Why it is counted without pounds, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_only_because: Option<String>,
    /// What was promised of it.
    pub commitments: Vec<CommittedShown>,
    /// Each stage.
    pub stages: ByStage<MeasureStage>,
    /// How much is delivered.
    pub delivery: DeliveryShown,
}

impl From<&MeasureValue> for MeasureValueShown {
    fn from(value: &MeasureValue) -> Self {
        let measure = &value.measure;
        let rate = |rate: &Result<Exact, &'static str>| match rate {
            Ok(found) => (Some(fixed(found, RATE_PLACES)), None),
            Err(why) => (None, Some(*why)),
        };
        let (to_date, to_date_reason) = rate(&value.delivery.to_date);
        let (of_life, of_life_reason) = rate(&value.delivery.of_life);
        Self {
            measure: measure.code.clone(),
            title: measure.title.clone(),
            unit: measure.unit.clone(),
            column: measure.column.map(Column::word),
            record_only_because: match &measure.valuation {
                Valuation::RecordOnly(reason) => Some(reason.clone()),
                _ => None,
            },
            commitments: value.targets.iter().map(CommittedShown::from).collect(),
            stages: by_stage(&value.stages, |stage, sums| {
                measure_stage(value, stage, sums)
            }),
            delivery: DeliveryShown {
                to_date,
                to_date_reason,
                of_life,
                of_life_reason,
                ratio: value.delivery.ratio.as_ref().map(RatioShown::from),
            },
        }
    }
}

fn measure_stage(value: &MeasureValue, stage: Stage, sums: &StageSums) -> MeasureStage {
    let measure = &value.measure;
    let latest = value
        .latest
        .get(&stage)
        .map(|(period, reported)| PeriodFigures {
            period: period.label(),
            figures: ReportedShown::from(reported),
        });
    let mut shown = MeasureStage {
        worth: measure
            .is_valued()
            .then(|| pounds_text(sums.sums.worth_pence)),
        quantity: measure.has_sum().then(|| {
            text(
                &measure.units_posted(sums.sums.quantity_micro),
                QUANTITY_PLACES,
            )
        }),
        quantity_unavailable: measure.no_sum_because(),
        numerator: None,
        denominator: None,
        percent: None,
        latest,
        lines: LinesShown::from(Lines::of(&sums.lead)),
    };
    if measure.over_time == Aggregation::Ratio && stage != Stage::Committed {
        as_ratio(&sums.lead, &mut shown);
    }
    shown
}

fn as_ratio(lead: &Sums, shown: &mut MeasureStage) {
    let (numerator, denominator) = (lead.numerator_micro, lead.denominator_micro);
    shown.numerator = Some(decimal(numerator));
    shown.denominator = Some(decimal(denominator));
    shown.percent = percent(numerator, denominator);
}
