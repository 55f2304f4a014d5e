//! `/v1/contracts/{id}/value`.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::pounds_text;
use crate::domain::exact::fixed;
use crate::domain::fault::Fault;
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::ranges::Ranges;
use crate::domain::measure::Column;
use crate::domain::policy::Action;
use crate::operations::Office;
use crate::operations::contract_value::ranges::contract_ranges;
use crate::operations::contract_value::{ContractValue, PeriodState, StageSums, contract_value};
use crate::operations::roll_up::Lines;

use super::super::answer::ReadAt;
use super::super::caller::Caller;
use super::super::problem::Problem;
use super::super::query::{Query, refused};
use super::super::roll_ups::shown::{CONSTANT_PRICES, LinesShown};
use super::super::spread::SpreadShown;
use super::super::working::BasisShown;
use super::value_shown::{ByStage, MeasureValueShown, by_stage};

/// Decimals of a ratio.
const RATIO_PLACES: usize = 4;

const NOT_AVAILABLE: &str = "not available: the contract's value is unknown or zero";

/// A ratio to the contract's net value, or why there is none.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatioShown {
    /// Verified worth over net value, four decimals.
    #[schema(example = "0.1250")]
    pub ratio: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// One stage of a column.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnStage {
    /// Pounds.
    #[schema(example = "121996.88")]
    pub worth: String,
    /// Lines in it.
    pub lines: LinesShown,
    /// Whether face values that are never re-based are in it.
    pub includes_nominal: bool,
}

/// One period of the contract.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodStateShown {
    /// Its label.
    #[schema(example = "2026-27-Q1")]
    pub period: String,
    /// Whether it lies after the contract's last day, in its possible extension.
    pub in_extension: bool,
    /// `not_over`, `due`, `missing`, or the state of its return once that was submitted.
    #[schema(example = "accepted")]
    pub state: &'static str,
    /// The day its return is due by.
    pub due_on: String,
    /// The latest revision of its return, if there is one.
    pub revision: Option<i64>,
}

impl From<&PeriodState> for PeriodStateShown {
    fn from(one: &PeriodState) -> Self {
        Self {
            period: one.period.label(),
            in_extension: one.in_extension,
            state: one.state,
            due_on: one.due_on.to_string(),
            revision: one.revision,
        }
    }
}

/// The value of a contract.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValueShown {
    /// Id of the contract.
    pub contract: String,
    /// The partnership's own reference.
    pub reference: String,
    /// When it was read, UTC.
    pub as_of: String,
    /// The moment up to which it is known, UTC, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2027-03-31T23:59:59.999999Z")]
    pub as_known_at: Option<String>,
    /// What makes its amounts addable to others.
    pub basis: BasisShown,
    /// What is to be said of the prices.
    pub constant_prices: &'static str,
    /// Whether any total holds face values that are never re-based.
    pub includes_nominal: bool,
    /// Values in it that are used after their time, or that nobody looked at for two years.
    pub warnings: Vec<String>,
    /// Net value of the contract in pounds, where known.
    pub contract_value: Option<String>,
    /// Verified worth of the social column over the contract's net value.
    pub social_value_added: RatioShown,
    /// The same of the other columns, by column.
    pub other_ratios: BTreeMap<&'static str, RatioShown>,
    /// The verified worths of the social and the local economic column added up: shown only under this name.
    #[schema(example = "121996.88")]
    pub social_and_local_economic_value: String,
    /// By column and stage; columns are never added up.
    pub columns: BTreeMap<&'static str, ByStage<ColumnStage>>,
    /// Measures that were committed to.
    pub measures: Vec<MeasureValueShown>,
    /// Measures that were not: they count, apart, and never into a delivery rate.
    pub not_committed: Vec<MeasureValueShown>,
    /// Its periods: those of its life, and any in its extension that was reported.
    pub periods: Vec<PeriodStateShown>,
    /// Low, central and high by stage and column, where `range=true` asks for them; without those that have no range. A
    /// worth by values whose licence keeps their ends from you has none, and enters as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranges: Option<Vec<StageRangeShown>>,
}

/// Low, central and high of one stage and column.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageRangeShown {
    /// The stage.
    #[schema(example = "verified")]
    pub stage: &'static str,
    /// The column.
    #[schema(example = "social")]
    pub column: &'static str,
    /// The sum with its ends, and the measures that drive the width.
    #[serde(flatten)]
    pub range: SpreadShown,
}

fn ranges(found: &Ranges) -> Vec<StageRangeShown> {
    let found = found.iter();
    let shown = found.filter_map(|((stage, column), spreads)| {
        Some(StageRangeShown {
            stage: stage.word(),
            column: column.word(),
            range: SpreadShown::of(spreads)?,
        })
    });
    shown.collect()
}

/// Reads the value of a contract
///
/// What was promised, claimed, evidenced and is verified: by measure and by column, four totals that are never added up.
/// Delivery is verified over target, of the periods already over and of the whole life. Social value added is the
/// verified worth of the social column over the contract's net value.
///
/// With `as_known_at` it is what was answered then, with the terms, shares, targets and value recorded up to that
/// moment, whatever was corrected or amended since. Drafts are not remembered: `revision` of a period is then that of
/// what was submitted. It is worked out from the postings of this contract.
#[utoipa::path(
    tag = "contracts",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("as_known_at" = Option<String>, Query, description = "As it was known then: a day (the end of it, UTC) or a time, at least five minutes ago", example = "2027-03-31"),
        ("range" = Option<bool>, Query, description = "Low, central and high as well, with the measures that drive the width"),
    ),
    responses(
        (status = 200, description = "The value", body = ValueShown),
    )
)]
#[get("/contracts/{id}/value")]
pub async fn get_contract_value(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let range = query.flag("range").unwrap_or(false);
    let known_at = query.up_to("as_known_at");
    query.end()?;
    if range && known_at.is_some() {
        let message =
            "the range of today is known, and not that of the past: leave one of the two out";
        return Err(Problem::bad_query(vec![Fault::new(
            "?range",
            "not_together",
            message,
        )]));
    }
    let at = (office.clock)();
    let value = contract_value(&office, &caller.actor, at, &id, known_at)
        .await
        .map_err(refused)?;
    let mut shown = ValueShown::from(&value);
    if range {
        let sees = caller.may(Action::SeeKeptValues);
        let found = contract_ranges(&office, &caller.actor, &id, sees).await?;
        shown.ranges = Some(ranges(&found));
    }
    Ok(ReadAt::of(&shown.as_of, &shown)?.response())
}

impl From<&ContractValue> for ValueShown {
    fn from(value: &ContractValue) -> Self {
        let contract = &value.contract;
        let others = Column::ALL
            .iter()
            .filter(|column| **column != Column::Social);
        let shown = |committed: bool| {
            let all = value.measures.iter();
            let some = all.filter(move |one| one.targets.is_empty() != committed);
            some.map(MeasureValueShown::from).collect()
        };
        let net = contract.current().and_then(|terms| terms.value);
        Self {
            contract: contract.id.clone(),
            reference: contract.reference.clone(),
            as_of: value.as_of.to_string(),
            as_known_at: value.known_at.map(|then| then.to_string()),
            basis: BasisShown::from(&value.basis),
            constant_prices: CONSTANT_PRICES,
            includes_nominal: value.includes_nominal,
            warnings: value.warnings.clone(),
            contract_value: net.map(|pence| pence.to_string()),
            social_value_added: ratio(value, Column::Social),
            other_ratios: others
                .map(|column| (column.word(), ratio(value, *column)))
                .collect(),
            social_and_local_economic_value: pounds_text(value.social_and_local_economic),
            columns: value
                .columns
                .iter()
                .map(|(column, stages)| (column.word(), by_stage(stages, column_stage)))
                .collect(),
            measures: shown(true),
            not_committed: shown(false),
            periods: value.periods.iter().map(PeriodStateShown::from).collect(),
            ranges: None,
        }
    }
}

fn ratio(value: &ContractValue, column: Column) -> RatioShown {
    match value.ratios.get(&column) {
        Some(found) => RatioShown {
            ratio: Some(fixed(found, RATIO_PLACES)),
            reason: None,
        },
        None => RatioShown {
            ratio: None,
            reason: Some(NOT_AVAILABLE),
        },
    }
}

fn column_stage(_: Stage, sums: &StageSums) -> ColumnStage {
    ColumnStage {
        worth: pounds_text(sums.sums.worth_pence),
        lines: LinesShown::from(Lines::of(&sums.lead)),
        includes_nominal: sums.lead.nominal_lines > 0,
    }
}
