//! The answer of a calculation.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::measure::Column;
use crate::domain::period::Day;
use crate::operations::calculate::{Calculated, Total};

use super::super::spread::SpreadShown;
use super::super::working::{BasisShown, WorkingShown};

/// One total, of one basis and column.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalculationTotalShown {
    /// The basis.
    pub basis: BasisShown,
    /// The column; `null` for record-only lines.
    #[schema(example = "local_economic")]
    pub column: Option<String>,
    /// Pounds; `null` for record-only lines.
    #[schema(example = "97597.50")]
    pub worth: Option<String>,
    /// How many lines are in it.
    pub lines: u64,
    /// How many of them are provisional.
    pub provisional: u64,
    /// Whether any enters at face value, never re-based.
    pub includes_nominal: bool,
    /// Low, central and high, with the measures that drive the width; not there where no value in it has a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<SpreadShown>,
}

impl From<&Total> for CalculationTotalShown {
    fn from(total: &Total) -> Self {
        Self {
            basis: BasisShown::from(&total.basis),
            column: total.column.map(Column::word).map(str::to_owned),
            worth: total.worth.map(|worth| worth.to_string()),
            lines: total.lines,
            provisional: total.provisional,
            includes_nominal: total.includes_nominal,
            range: SpreadShown::of(&total.spreads),
        }
    }
}

/// What came of a calculation. Nothing of it was stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalculationShown {
    /// The edition used.
    #[schema(example = "open-uk/2026")]
    pub edition: String,
    /// The worth and working of each line, in the order given.
    pub lines: Vec<WorkingShown>,
    /// Totals, never across bases or columns.
    pub totals: Vec<CalculationTotalShown>,
    /// Values in it that are used after their time, or that nobody looked at for two years.
    pub warnings: Vec<String>,
}

impl CalculationShown {
    /// Shows a calculation without faults, to one who may see every value in it.
    pub fn of(calculated: &Calculated, today: Day) -> Self {
        let lines = calculated
            .lines
            .iter()
            .filter_map(|line| line.as_ref().ok());
        let used = lines.flat_map(|line| &line.working.parts);
        let used = used.map(|part| part.proxy.as_str());
        let valued = calculated
            .lines
            .iter()
            .filter_map(|line| line.as_ref().ok());
        let lines = valued.map(|valued| {
            let edition = calculated.edition_of(&valued.working);
            WorkingShown::of(edition, &valued.working, true)
        });
        Self {
            edition: calculated.edition.id().to_string(),
            lines: lines.collect(),
            totals: calculated
                .totals
                .iter()
                .map(CalculationTotalShown::from)
                .collect(),
            warnings: calculated.edition.stale(used, today),
        }
    }
}
