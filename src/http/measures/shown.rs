//! A measure as it is shown.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::edition::Edition;
use crate::domain::measure::{Column, Factor, Input, Measure, Part, Term, Valuation};
use crate::domain::relation::Relation;

use super::super::working::unit_value::exactly;

/// One factor of a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorShown {
    /// Its code in `components`.
    #[schema(example = "attendees")]
    pub code: String,
    /// Its unit.
    pub unit: String,
    /// What it is divided by, such as 12 for months of a year.
    pub divisor: String,
    /// Whether it may be below zero.
    pub signed: bool,
    /// The most it may be in size, where it is on a scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<String>,
    /// What it may be given by instead, all of them together; often none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<TermShown>,
}

/// What a factor is made of.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermShown {
    /// Its code in `components`.
    #[schema(example = "before")]
    pub code: String,
    /// Whether it is taken away.
    pub less: bool,
    /// Whether it may be below zero.
    pub signed: bool,
    /// The most it may be in size, where it is on a scale.
    pub most: Option<String>,
}

impl From<&Term> for TermShown {
    fn from(term: &Term) -> Self {
        Self {
            code: term.code.clone(),
            less: term.less,
            signed: term.signed,
            most: term.most.as_ref().map(exactly),
        }
    }
}

impl From<&Factor> for FactorShown {
    fn from(factor: &Factor) -> Self {
        Self {
            code: factor.code.clone(),
            unit: factor.unit.clone(),
            divisor: exactly(&factor.divisor),
            signed: factor.signed,
            most: factor.most.as_ref().map(exactly),
            terms: factor.terms.iter().map(TermShown::from).collect(),
        }
    }
}

/// One separately valued part.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasurePartShown {
    /// Its code in `components`.
    #[schema(example = "hours")]
    pub code: String,
    /// What it is.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Code of the proxy that values it; `null` is counted only.
    pub valued_by: Option<String>,
}

impl From<&Part> for MeasurePartShown {
    fn from(part: &Part) -> Self {
        Self {
            code: part.code.clone(),
            title: part.title.clone(),
            unit: part.unit.clone(),
            valued_by: part.valued_by.clone(),
        }
    }
}

/// What a line of it gives.
#[derive(Debug, Serialize, ToSchema)]
pub struct InputShown {
    /// `quantity`, `components`, `numerator_and_denominator`, `answer` or `text`: the fields a line gives.
    #[schema(example = "components")]
    pub gives: String,
    /// Factors whose product is the quantity.
    pub factors: Vec<FactorShown>,
    /// Parts valued apart.
    pub parts: Vec<MeasurePartShown>,
}

impl InputShown {
    fn of(measure: &Measure) -> Self {
        use crate::domain::measure::QuantityKind;
        let gives = match (measure.quantity, &measure.input) {
            (QuantityKind::Ratio, _) => "numerator_and_denominator",
            (QuantityKind::YesNo, _) => "answer",
            (QuantityKind::Text, _) => "text",
            (_, Input::Plain) => "quantity",
            (_, Input::Product { .. } | Input::Composite { .. }) => "components",
        };
        Self {
            gives: gives.to_owned(),
            factors: measure
                .input
                .factors()
                .iter()
                .map(FactorShown::from)
                .collect(),
            parts: measure
                .input
                .parts()
                .iter()
                .map(MeasurePartShown::from)
                .collect(),
        }
    }
}

/// A unit a caller may ask to convert from.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitTakenShown {
    /// The unit.
    #[schema(example = "vehicle-km")]
    pub unit: String,
    /// Units of the measure in one of them.
    pub factor: String,
}

/// Measures that would count the same thing, or parts of one thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationShown {
    /// `same_thing` (refused for one activity) or `partition` (allowed, attested by the reporter).
    #[schema(example = "same_thing")]
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Why.
    pub note: Option<String>,
    /// Codes of the measures in it.
    pub measures: Vec<String>,
}

impl From<&Relation> for RelationShown {
    fn from(relation: &Relation) -> Self {
        Self {
            kind: relation.kind.word().to_owned(),
            name: relation.name.clone(),
            note: relation.note.clone(),
            measures: relation.measures.clone(),
        }
    }
}

/// A measure as one edition defines it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasureShown {
    /// Its code.
    #[schema(example = "local-job-fte")]
    pub code: String,
    /// Title.
    pub title: String,
    /// The edition that says all this.
    #[schema(example = "open-uk/2026")]
    pub edition: String,
    /// The editions that have it, newest first.
    pub editions: Vec<String>,
    /// What it is.
    pub definition: String,
    /// What counts.
    pub counts: String,
    /// What does not count.
    pub does_not_count: String,
    /// What evidence is expected.
    pub evidence: String,
    /// Unit of the quantity.
    pub unit: String,
    /// `flow`, `average_over_period`, `event`, `ratio`, `level`, `yes_no` or `text`.
    pub quantity: String,
    /// `each_period`, `once_at_event` or `first_12_months`.
    pub claim: String,
    /// How it aggregates over time.
    pub over_time: String,
    /// How it aggregates over places.
    pub over_places: String,
    /// The outcome it measures.
    pub outcome: String,
    /// Its theme in each taxonomy.
    pub themes: BTreeMap<String, String>,
    /// `default`, or `library`: off unless turned on.
    pub shelf: String,
    /// Why it is on the library shelf.
    pub shelf_reason: Option<String>,
    /// Whether quantities below zero (harm) are meaningful.
    pub allows_harm: bool,
    /// Other codes for it.
    pub aliases: Vec<String>,
    /// `valued` or `record_only`.
    #[schema(example = "valued")]
    pub valuation: String,
    /// Why it is record-only, where it is.
    pub record_only_because: Option<String>,
    /// The column of its worth; `null` for record-only.
    pub column: Option<String>,
    /// Code of the proxy that values it; of a composite, see the parts.
    pub valued_by: Option<String>,
    /// Item of the emission factors it goes through, for climate measures.
    pub emission_factor: Option<String>,
    /// What a line of it gives.
    pub input: InputShown,
    /// Units a caller may ask to convert from.
    pub unit_conversions: Vec<UnitTakenShown>,
    /// Relations it is in.
    pub relations: Vec<RelationShown>,
}

impl MeasureShown {
    /// A measure of an edition; `editions` are those that have it.
    pub fn of(edition: &Edition, measure: &Measure, editions: Vec<String>) -> Self {
        let (valued_by, emission_factor, reason) = match &measure.valuation {
            Valuation::Proxy(proxy) => (Some(proxy.clone()), None, None),
            Valuation::Carbon { proxy, factor } => {
                (Some(proxy.clone()), Some(factor.clone()), None)
            }
            Valuation::Parts => (None, None, None),
            Valuation::RecordOnly(reason) => (None, None, Some(reason.clone())),
        };
        let word = if measure.is_valued() {
            "valued"
        } else {
            "record_only"
        };
        let column = measure.column.filter(|_| measure.is_valued());
        let conversions = measure.unit_conversions.iter();
        let relations = edition.facts().relations.iter();
        Self {
            code: measure.code.clone(),
            title: measure.title.clone(),
            edition: edition.id().to_string(),
            editions,
            definition: measure.definition.clone(),
            counts: measure.counts.clone(),
            does_not_count: measure.does_not_count.clone(),
            evidence: measure.evidence.clone(),
            unit: measure.unit.clone(),
            quantity: measure.quantity.word().to_owned(),
            claim: measure.claim.word().to_owned(),
            over_time: measure.over_time.word().to_owned(),
            over_places: measure.over_places.word().to_owned(),
            outcome: measure.outcome.clone(),
            themes: measure.themes.clone(),
            shelf: measure.shelf.word().to_owned(),
            shelf_reason: measure.shelf_reason.clone(),
            allows_harm: measure.allows_harm,
            aliases: measure.aliases.clone(),
            valuation: word.to_owned(),
            record_only_because: reason,
            column: column.map(Column::word).map(str::to_owned),
            valued_by,
            emission_factor,
            input: InputShown::of(measure),
            unit_conversions: conversions
                .map(|(unit, factor)| UnitTakenShown {
                    unit: unit.clone(),
                    factor: exactly(factor),
                })
                .collect(),
            relations: relations
                .filter(|relation| relation.measures.contains(&measure.code))
                .map(RelationShown::from)
                .collect(),
        }
    }
}
