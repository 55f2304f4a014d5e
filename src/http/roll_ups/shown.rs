//! The answer of a roll-up.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::{QUANTITY_PLACES, pounds_text};
use crate::domain::exact;
use crate::domain::measure::Column;
use crate::operations::roll_up::{Dimension, Label, Lines, RollUpLine, Shown};

use super::super::figures::{decimal, percent};
use super::super::spread::SpreadShown;
use super::restated::{InPricesShown, RestatedShown, RollUpBasisShown};

/// What an answer says of its prices.
pub const CONSTANT_PRICES: &str = "Worth stands in the prices of the price base, whatever its period, and is not discounted between periods; lines counted in includes_nominal enter at face value and are never re-based.";

const MICRO: i64 = 1_000_000;

/// A value of a dimension.
#[derive(Debug, Serialize, ToSchema)]
pub struct LabelShown {
    /// Its id or code; `null` where it is not known for these rows.
    #[schema(example = "social")]
    pub id: Option<String>,
    /// What people call it.
    #[schema(example = "Social")]
    pub name: String,
}

impl From<Label> for LabelShown {
    fn from(label: Label) -> Self {
        Self {
            id: Some(label.id).filter(|id| !id.is_empty()),
            name: label.name,
        }
    }
}

/// How many lines are in a sum. A line shared by several anchor institutions is one line.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinesShown {
    /// With a worth.
    pub valued: i64,
    /// Counted without £.
    pub record_only: i64,
    /// With a worth that is provisional.
    pub provisional: i64,
    /// With a face value in them that is never re-based.
    pub includes_nominal: i64,
}

impl From<Lines> for LinesShown {
    fn from(lines: Lines) -> Self {
        Self {
            valued: lines.valued,
            record_only: lines.record_only,
            provisional: lines.provisional,
            includes_nominal: lines.nominal,
        }
    }
}

/// The quantity of a row, where `measure` is among the dimensions.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct QuantityShown {
    /// The sum; `null` for a ratio, and where no sum is allowed.
    #[schema(example = "12.5")]
    pub quantity: Option<String>,
    /// Its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "job")]
    pub unit: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity_unavailable: Option<String>,
    /// Of a ratio: those that meet it, added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numerator: Option<String>,
    /// Of a ratio: all, added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<String>,
    /// Of a ratio: numerator over denominator, of two decimals; not there when the denominator is zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
}

impl QuantityShown {
    /// The quantity, where it is asked for.
    pub fn of(shown: Shown) -> Option<Self> {
        match shown {
            Shown::NotAsked => None,
            Shown::Sum {
                micro,
                posted_of_unit,
                unit,
            } => Some(Self {
                quantity: Some(exact::text(
                    &(exact::ratio(micro, MICRO) / exact::whole(posted_of_unit)),
                    QUANTITY_PLACES,
                )),
                unit: Some(unit),
                ..Self::default()
            }),
            Shown::Ratio(upper, lower) => Some(Self {
                numerator: Some(decimal(upper)),
                denominator: Some(decimal(lower)),
                percent: percent(upper, lower),
                ..Self::default()
            }),
            Shown::Unavailable(reason) => Some(Self {
                quantity_unavailable: Some(reason),
                ..Self::default()
            }),
        }
    }
}

/// A label a dimension asked for, such as `{"theme": {"id": "social", "name": "Social"}}`.
pub type LabelsShown = BTreeMap<String, LabelShown>;

/// Labels by the dimensions they were asked for by.
pub fn labels(by: &[Dimension], labels: Vec<Label>) -> LabelsShown {
    let named = by.iter().map(|dimension| dimension.word().to_owned());
    named
        .zip(labels.into_iter().map(LabelShown::from))
        .collect()
}

/// One row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RollUpRowShown {
    /// A label a dimension asked for, such as `{"theme": {"id": "social", "name": "Social"}}`.
    pub by: BTreeMap<String, LabelShown>,
    /// The stage.
    #[schema(example = "verified")]
    pub stage: String,
    /// The column; `null` for record-only measures.
    #[schema(example = "local_economic")]
    pub column: Option<String>,
    /// The basis.
    pub basis: RollUpBasisShown,
    /// Whose money paid it: `contract_price`, `grant` or `own_resources`.
    #[schema(example = "contract_price")]
    pub funding: &'static str,
    /// Pounds; `null` for record-only measures.
    #[schema(example = "97597.50")]
    pub worth: Option<String>,
    /// The quantity, where `measure` is among the dimensions.
    #[serde(flatten)]
    #[schema(value_type = QuantityShown)]
    pub quantity: Option<QuantityShown>,
    /// What its worth is made of in the prices asked for, where some were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_prices: Option<InPricesShown>,
    /// The lines in it.
    pub lines: LinesShown,
    /// Low, central and high, where `range=true` asks for them and any value in it has an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<SpreadShown>,
}

impl RollUpRowShown {
    /// A row with the dimensions it was asked for by.
    pub fn of(by: &[Dimension], row: RollUpLine) -> Self {
        Self {
            by: labels(by, row.labels),
            stage: row.stage.word().to_owned(),
            column: row.column.map(Column::word).map(str::to_owned),
            basis: RollUpBasisShown::from(&row.basis),
            funding: row.funding.word(),
            worth: row.worth_pence.map(pounds_text),
            quantity: QuantityShown::of(row.quantity),
            in_prices: None,
            lines: row.lines.into(),
            range: None,
        }
    }
}

/// The total of all rows of one stage, column, basis and funding source.
#[derive(Debug, Serialize, ToSchema)]
pub struct RollUpTotalShown {
    /// The stage.
    #[schema(example = "verified")]
    pub stage: String,
    /// The column; `null` for record-only measures.
    #[schema(example = "local_economic")]
    pub column: Option<String>,
    /// The basis.
    pub basis: RollUpBasisShown,
    /// Whose money paid it: `contract_price`, `grant` or `own_resources`.
    #[schema(example = "contract_price")]
    pub funding: &'static str,
    /// Pounds; `null` for record-only measures.
    #[schema(example = "97597.50")]
    pub worth: Option<String>,
    /// What its worth is made of in the prices asked for, where some were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_prices: Option<InPricesShown>,
    /// The lines in it.
    pub lines: LinesShown,
    /// Low, central and high, where `range=true` asks for them and any value in it has an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<SpreadShown>,
}

impl From<RollUpLine> for RollUpTotalShown {
    fn from(row: RollUpLine) -> Self {
        Self {
            stage: row.stage.word().to_owned(),
            column: row.column.map(Column::word).map(str::to_owned),
            basis: RollUpBasisShown::from(&row.basis),
            funding: row.funding.word(),
            worth: row.worth_pence.map(pounds_text),
            in_prices: None,
            lines: row.lines.into(),
            range: None,
        }
    }
}

/// A roll-up: one page of rows, and the totals of all of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct RollUpShown {
    /// The taxonomy of themes used.
    #[schema(example = "act")]
    pub taxonomy: String,
    /// When it was read, UTC. An answer may be given again as long as nothing that it rests on changes: the figures
    /// are those of now, whenever they were read, but for what another process wrote in the last quarter of a second.
    pub as_of: String,
    /// The moment up to which it is known, UTC, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2027-03-31T23:59:59.999999Z")]
    pub as_known_at: Option<String>,
    /// What is to be said of the prices.
    pub constant_prices: String,
    /// How it was restated, where `prices` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prices: Option<RestatedShown>,
    /// Rows, in the order of their labels.
    pub rows: Vec<RollUpRowShown>,
    /// One a stage, column, basis and funding source, over all rows and not only the page.
    pub totals: Vec<RollUpTotalShown>,
    /// Values in it that are used after their time, or that nobody looked at for two years.
    pub warnings: Vec<String>,
    /// Give it back as `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
