//! How a worked example is written.

use std::collections::BTreeMap;

use goodmeasure::domain::effect::Deduction;
use goodmeasure::domain::effect::given::AdjustmentsGiven;
use goodmeasure::domain::given::GivenText;
use goodmeasure::operations::calculate::{Calculation, CalculationLine, InlineProxy};
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExampleFile {
    #[serde(default, rename = "example")]
    pub(crate) examples: Vec<Example>,
    #[serde(default, rename = "restating")]
    pub(crate) restatings: Vec<RestatingExample>,
}

/// Worths of editions in the prices of another year.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestatingExample {
    pub(crate) name: Spanned<String>,
    pub(crate) rule: String,
    /// Edition to its worth, in pounds.
    pub(crate) worth: BTreeMap<String, String>,
    /// Pounds at face value, where there are any.
    pub(crate) face_value: Option<String>,
    pub(crate) prices: String,
    /// Pounds in those prices.
    pub(crate) restated: Option<String>,
    pub(crate) provisional: Option<bool>,
    /// The code by which it is refused.
    pub(crate) refused: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    pub(crate) name: Spanned<String>,
    pub(crate) rule: Option<String>,
    pub(crate) source: Option<String>,
    edition: String,
    #[serde(rename = "line")]
    pub(crate) lines: Vec<Line>,
    #[serde(default, rename = "inline_proxy")]
    inline_proxies: Vec<Inline>,
    /// Codes of the faults by which the example as a whole is refused.
    pub(crate) refused: Option<OneOrMore>,
    /// Column, or `quantity`, to its total.
    #[serde(default)]
    pub(crate) total: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) measure: Spanned<String>,
    period: String,
    quantity: Option<String>,
    components: Option<BTreeMap<String, String>>,
    numerator: Option<String>,
    denominator: Option<String>,
    answer: Option<bool>,
    text: Option<String>,
    unit: Option<String>,
    place: Option<String>,
    contract_share: Option<String>,
    share_and_attribution: Option<String>,
    contract_starts_on: Option<String>,
    contract_ends_on: Option<String>,
    #[serde(default)]
    pub(crate) expect: Expect,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    pub(crate) worth: Option<Spanned<String>>,
    pub(crate) low: Option<Spanned<String>>,
    pub(crate) high: Option<Spanned<String>>,
    pub(crate) unrounded: Option<Spanned<String>>,
    pub(crate) quantity: Option<Spanned<String>>,
    pub(crate) column: Option<Spanned<String>>,
    pub(crate) step: Option<OneOrMore>,
    pub(crate) provisional: Option<Spanned<bool>>,
    pub(crate) face_value: Option<Spanned<bool>>,
    pub(crate) record_only: Option<Spanned<bool>>,
    pub(crate) refused: Option<OneOrMore>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(crate) fn all(&self) -> Vec<&str> {
        match self {
            Self::One(one) => vec![one],
            Self::More(more) => more.iter().map(String::as_str).collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inline {
    code: String,
    unit: String,
    value: String,
    column: String,
    source_title: String,
    low: Option<String>,
    high: Option<String>,
    claim: Option<String>,
    #[serde(default)]
    already_net_of: Vec<String>,
    #[serde(default)]
    adjustments: BTreeMap<String, String>,
}

/// Adjustments by their names, as in a file of proxies.
fn adjustments(given: &BTreeMap<String, String>) -> AdjustmentsGiven {
    let mut rest = given.clone();
    let mut take = |name: &str| rest.remove(name);
    let years = |text: Option<String>| text.map(|text| text.parse().unwrap());
    let read = AdjustmentsGiven {
        deductions: Deduction::ALL
            .iter()
            .map(|what| (*what, take(what.word())))
            .collect(),
        multiplier: take("multiplier"),
        starts_after_years: years(take("starts_after_years")),
        duration_years: years(take("duration_years")),
        drop_off: take("drop_off"),
        discounted_by: take("discounted_by"),
    };
    assert!(rest.is_empty(), "{rest:?} are no adjustments");
    read
}

impl Example {
    pub(crate) fn calculation(&self) -> Calculation {
        let inline = |inline: &Inline| InlineProxy {
            code: inline.code.clone(),
            unit: inline.unit.clone(),
            value: inline.value.clone(),
            column: inline.column.clone(),
            source_title: inline.source_title.clone(),
            low: inline.low.clone(),
            high: inline.high.clone(),
            claim: inline.claim.clone(),
            already_net_of: inline.already_net_of.clone(),
            adjustments: adjustments(&inline.adjustments),
        };
        Calculation {
            edition: self.edition.clone(),
            lines: self.lines.iter().map(Line::calculation_line).collect(),
            inline_proxies: self.inline_proxies.iter().map(inline).collect(),
        }
    }
}

impl Line {
    fn calculation_line(&self) -> CalculationLine {
        CalculationLine {
            measure: self.measure.get_ref().clone(),
            period: self.period.clone(),
            given: GivenText {
                quantity: self.quantity.clone(),
                components: self.components.clone(),
                numerator: self.numerator.clone(),
                denominator: self.denominator.clone(),
                answer: self.answer,
                text: self.text.clone(),
            },
            place: self.place.clone(),
            contract_share: self.contract_share.clone(),
            share_and_attribution: self.share_and_attribution.clone(),
            unit: self.unit.clone(),
            contract_starts_on: self.contract_starts_on.clone(),
            contract_ends_on: self.contract_ends_on.clone(),
        }
    }
}
