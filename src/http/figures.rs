//! Figures of a line or target, read and shown in the shape their measure takes.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::commitment::Target;
use crate::domain::exact;
use crate::domain::given::GivenText;

use super::fields::Fields;
use super::working::ReportedShown;

/// The most components of one line.
const MOST_COMPONENTS: usize = 50;

/// Decimals of a percentage.
const PERCENT_PLACES: usize = 2;

/// What the fields of figures are called in one place of a body.
pub struct Names {
    quantity: &'static str,
    components: &'static str,
    numerator: &'static str,
    denominator: &'static str,
    answer: &'static str,
    text: &'static str,
}

/// In a line of a return.
pub const REPORTED: Names = Names {
    quantity: "quantity",
    components: "components",
    numerator: "numerator",
    denominator: "denominator",
    answer: "answer",
    text: "text",
};

/// In a line of a decision.
pub const ACCEPTED: Names = Names {
    quantity: "accepted_quantity",
    components: "accepted_components",
    numerator: "accepted_numerator",
    denominator: "accepted_denominator",
    answer: "accepted_answer",
    text: "accepted_text",
};

/// Reads figures by their names.
pub fn read(fields: &mut Fields<'_>, names: &Names) -> GivenText {
    let mut given = read_target(fields, names.quantity, names);
    given.numerator = fields.decimal(names.numerator);
    given.denominator = fields.decimal(names.denominator);
    given
}

/// Reads the figures of a target, whose quantity goes by a name of its own.
pub fn read_target(fields: &mut Fields<'_>, quantity: &'static str, names: &Names) -> GivenText {
    let quantity = fields.decimal(quantity);
    let components = fields.decimals(names.components, MOST_COMPONENTS);
    GivenText {
        quantity,
        components: components.map(|list| list.into_iter().collect()),
        numerator: None,
        denominator: None,
        answer: fields.flag(names.answer),
        text: fields.text(names.text),
    }
}

/// A whole number of millionths as a plain decimal.
#[must_use]
pub fn decimal(micro: i64) -> String {
    exact::text(&exact::ratio(micro, 1_000_000), 6)
}

/// Numerators over denominators as a percentage of two decimals; none of nothing.
#[must_use]
pub fn percent(numerator: i64, denominator: i64) -> Option<String> {
    (denominator != 0).then(|| {
        let part = exact::ratio(numerator, denominator) * exact::whole(100);
        exact::fixed(&part, PERCENT_PLACES)
    })
}

/// Figures of one period.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodFigures {
    /// Label of the period.
    #[schema(example = "2026-27-Q1")]
    pub period: String,
    /// The figures.
    #[serde(flatten)]
    pub figures: ReportedShown,
}

/// A target: of the whole contract (`target`, `components`, `answer`, `text`) or period by period (`targets`).
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct TargetShown {
    /// Over the life of the contract; of an average in unit-years, of a ratio a percentage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "25")]
    pub target: Option<String>,
    /// Parts valued apart, by code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<BTreeMap<String, String>>,
    /// Yes or no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<bool>,
    /// Words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Period by period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targets: Option<Vec<PeriodFigures>>,
}

impl From<&Target> for TargetShown {
    fn from(target: &Target) -> Self {
        match target {
            Target::Whole(reported) => {
                let figures = ReportedShown::from(reported);
                Self {
                    target: figures.quantity,
                    components: figures.components,
                    answer: figures.answer,
                    text: figures.text,
                    targets: None,
                }
            }
            Target::ByPeriod(list) => Self {
                targets: Some(
                    list.iter()
                        .map(|(period, reported)| PeriodFigures {
                            period: period.label(),
                            figures: ReportedShown::from(reported),
                        })
                        .collect(),
                ),
                ..Self::default()
            },
        }
    }
}
