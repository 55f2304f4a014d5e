//! What was promised, and how a bare target is spread over the periods of a contract (L2).

pub mod adjusting;
mod plan;

use std::collections::BTreeMap;

use adjusting::Adjusting;

use super::contract::Contract;
use super::fault::Fault;
use super::measure::Measure;
use super::moment::Moment;
use super::period::{Day, Period};
use super::valuation::{Posts, Reported};

/// A target: of the whole contract, or period by period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Over the contract's life: spread over its periods where it adds up, repeated where it does not.
    /// Of an average it is in accrued unit-years (V4).
    Whole(Reported),
    /// Period by period; averages are averages of their periods, as in returns.
    ByPeriod(BTreeMap<Period, Reported>),
}

/// A target from one version on, and what is adjusted. The first is the baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetVersion {
    /// 1 for the baseline, then one more each amendment.
    pub version: i64,
    /// The day the change holds from.
    pub effective_on: Day,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// Why it was changed; the baseline has none.
    pub reason: Option<String>,
    /// The target.
    pub target: Target,
    /// What is adjusted otherwise than the edition from here on; `None` says nothing: what was said before holds.
    pub adjusting: Option<Adjusting>,
}

/// A quantity of a measure promised in a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// Number in the contract, from 1: its id in paths, the same on every database.
    pub number: i64,
    /// Code of the measure.
    pub measure: String,
    /// Whether the contract makes it a KPI.
    pub kpi: bool,
    /// Why it does not count the same thing as another commitment of the contract (V11).
    pub counted_separately: Option<String>,
    /// Where it is delivered; else the contract's place.
    pub place: Option<String>,
    /// When it was made.
    pub recorded_at: Moment,
    /// Baseline first; never empty.
    pub versions: Vec<TargetVersion>,
}

/// What is promised for one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The period.
    pub period: Period,
    /// The figures.
    pub reported: Reported,
    /// Whether averages have accrued already.
    pub posts: Posts,
}

impl Commitment {
    /// Names what it says: another name when it was amended.
    #[must_use]
    pub fn version(&self) -> String {
        self.versions.len().to_string()
    }

    /// The line identity of its postings (V12): the same in every database.
    #[must_use]
    pub fn line(&self) -> String {
        format!("commitment {}", self.number)
    }

    /// The commitment as it was known up to a moment; `None` before it was made.
    #[must_use]
    pub fn as_known_at(&self, moment: Moment) -> Option<Self> {
        let mut then = self.clone();
        then.versions
            .retain(|version| version.recorded_at <= moment);
        (self.recorded_at <= moment).then_some(then)
    }

    /// What is promised period by period, after every dated change of target or of the contract's end.
    #[must_use]
    pub fn plan(&self, contract: &Contract, measure: &Measure) -> Vec<Planned> {
        plan::plan(self, contract, measure).into_values().collect()
    }

    /// What is wrong with the plan of a target: something of it is left without a period, or a period would
    /// be promised less than nothing.
    #[must_use]
    pub fn plan_fault(&self, contract: &Contract, measure: &Measure) -> Option<Fault> {
        plan::fault(self, contract, measure)
    }
}
