//! How a commitment is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::commitment::{Planned, TargetVersion};
use crate::domain::measure::{Measure, QuantityKind};
use crate::domain::valuation::Posts;
use crate::operations::read_commitments::Promise;

use super::super::adjustments::AdjustmentsBody;
use super::super::figures::{PeriodFigures, TargetShown};
use super::super::working::ReportedShown;

/// A target from one version on.
#[derive(Debug, Serialize, ToSchema)]
pub struct TargetVersionShown {
    /// 1 is the baseline, then one more each amendment.
    pub version: i64,
    /// The day it holds from.
    #[schema(example = "2026-04-01")]
    pub effective_on: String,
    /// When it was recorded, UTC.
    pub recorded_at: String,
    /// Why it was changed; the baseline has none.
    pub reason: Option<String>,
    /// The target.
    #[serde(flatten)]
    pub target: TargetShown,
    /// What is adjusted otherwise than the edition from here on, where this version says so; empty goes back to the edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjustments: Option<AdjustmentsBody>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjusted_because: Option<String>,
}

impl From<&TargetVersion> for TargetVersionShown {
    fn from(version: &TargetVersion) -> Self {
        let said = version.adjusting.as_ref();
        Self {
            version: version.version,
            effective_on: version.effective_on.to_string(),
            recorded_at: version.recorded_at.to_string(),
            reason: version.reason.clone(),
            target: TargetShown::from(&version.target),
            adjustments: said.map(|said| AdjustmentsBody::from(&said.changes)),
            adjusted_because: said.map(|said| said.reason.clone()),
        }
    }
}

/// What is promised for one period.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedShown {
    /// Period and figures.
    #[serde(flatten)]
    pub figures: PeriodFigures,
    /// Of an average: `accrued` unit-years, or the `average` of the period.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "accrued")]
    pub counted_as: Option<&'static str>,
}

fn planned(measure: &Measure, planned: &Planned) -> PlannedShown {
    let is_average = measure.quantity == QuantityKind::AverageOverPeriod;
    PlannedShown {
        figures: PeriodFigures {
            period: planned.period.label(),
            figures: ReportedShown::from(&planned.reported),
        },
        counted_as: is_average.then_some(match planned.posts {
            Posts::Accrued => "accrued",
            Posts::Average => "average",
        }),
    }
}

/// A commitment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitmentShown {
    /// Its number in the contract, from 1: its id in paths.
    pub number: i64,
    /// Code of the measure.
    #[schema(example = "local-job-fte")]
    pub measure: String,
    /// Title of the measure.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Whether the contract makes it a KPI.
    pub kpi: bool,
    /// Why it does not count the same thing as another commitment.
    pub counted_separately: Option<String>,
    /// Code of the place, where it is not the contract's.
    pub place: Option<String>,
    /// When it was made, UTC.
    pub recorded_at: String,
    /// The target it was made with.
    pub baseline: Option<TargetVersionShown>,
    /// The target that holds now.
    pub current: Option<TargetVersionShown>,
    /// What is adjusted otherwise than the edition now, where anything is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjustments: Option<AdjustmentsBody>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjusted_because: Option<String>,
    /// What is promised for each period now.
    pub plan: Vec<PlannedShown>,
}

impl From<&Promise> for CommitmentShown {
    fn from(promise: &Promise) -> Self {
        let one = &promise.commitment;
        let measure = &promise.measure;
        let plan = promise.plan.iter();
        let adjusting = one.adjusting();
        Self {
            number: one.number,
            measure: one.measure.clone(),
            title: measure.title.clone(),
            unit: measure.unit.clone(),
            kpi: one.kpi,
            counted_separately: one.counted_separately.clone(),
            place: one.place.clone(),
            recorded_at: one.recorded_at.to_string(),
            baseline: one.versions.first().map(TargetVersionShown::from),
            current: one.versions.last().map(TargetVersionShown::from),
            adjustments: adjusting.map(|adjusting| AdjustmentsBody::from(&adjusting.changes)),
            adjusted_because: adjusting.map(|adjusting| adjusting.reason.clone()),
            plan: plan.map(|period| planned(measure, period)).collect(),
        }
    }
}
