//! `/v1/calculations/appraisal`.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::Pence;
use crate::domain::appraisal::{Worked, Year, ratio_text};
use crate::domain::effect::given::AdjustmentsGiven;
use crate::domain::exact;
use crate::domain::policy::Action;
use crate::domain::proxy::Redistribution;
use crate::domain::series::Series;
use crate::operations::appraise::{
    AppraisalGiven, Appraised, ItemGiven, MOST_ITEMS, appraise_given,
};
use crate::operations::{Forbidden, Office, Refusal, own_series};
use crate::storage::Tx;

use super::super::adjustments::{self, EffectStepShown};
use super::super::body::Body;
use super::super::caller::Caller;
use super::super::fields::Fields;
use super::super::problem::{Code, Problem};

/// Places of a factor, and of pounds before they are rounded, as they are shown.
const PLACES: usize = 12;

/// A cost, by the years it falls in.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostBody {
    /// What people call it.
    #[schema(example = "Grant")]
    pub label: String,
    /// Pounds a year.
    #[schema(example = "250000.00")]
    pub amount: String,
    /// Its first year, 0 to 200; 0, which is not discounted, when missing.
    pub starts_after_years: Option<i64>,
    /// Its years; 1 when missing.
    pub duration_years: Option<i64>,
}

/// A benefit, gross, with what is deducted from it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BenefitBody {
    /// What people call it.
    #[schema(example = "Sixty people into work")]
    pub label: String,
    /// Pounds of its first year of effect, before anything is deducted; below zero for a harm.
    #[schema(example = "510000.00")]
    pub amount: String,
    /// The first year of effect, 0 to 200; 0, which is not discounted, when missing.
    pub starts_after_years: Option<i64>,
    /// Years of effect; 1 when missing.
    pub duration_years: Option<i64>,
    /// The part lost each year, geometric from the second year of effect.
    #[schema(example = "0.3")]
    pub drop_off: Option<String>,
    /// The part that would have happened anyway.
    pub deadweight: Option<String>,
    /// The part taken from elsewhere.
    pub displacement: Option<String>,
    /// The part that went outside of the place or the group.
    pub leakage: Option<String>,
    /// The part that took the place of something of the same people or firms.
    pub substitution: Option<String>,
    /// The part due to others.
    pub attribution_to_others: Option<String>,
}

/// Costs and benefits, at most 200 of each.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "schedule": "discount-rates/standard",
    "costs": [{"label": "Grant", "amount": "250000"}],
    "benefits": [{
        "label": "Sixty people into work", "amount": "510000", "deadweight": "0.4", "attribution_to_others": "0.3",
        "duration_years": 2, "drop_off": "0.3"
    }]
}))]
pub struct AppraisalBody {
    /// Series and item of a discount schedule: `discount-rates/standard`, `discount-rates/health`, or one of the
    /// partnership's own.
    pub schedule: String,
    /// Release of that series; when missing the newest that comes with the program. One of several of your own is named.
    pub release: Option<String>,
    /// What it costs.
    pub costs: Option<Vec<CostBody>>,
    /// What it brings.
    pub benefits: Option<Vec<BenefitBody>>,
}

/// Pounds of one item in one year.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearOfItemShown {
    /// Years from now.
    pub year: u32,
    /// Pounds of that year.
    pub amount: String,
    /// Its present value, rounded once, to the penny.
    pub present_value: String,
}

/// A cost or a benefit with its working.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppraisedItemShown {
    /// What people call it.
    pub label: String,
    /// How its pounds came about, step by step.
    pub working: Vec<EffectStepShown>,
    /// Year by year.
    pub years: Vec<YearOfItemShown>,
    /// The sum of its present values.
    pub present_value: String,
}

/// One year over all costs and benefits.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppraisedYearShown {
    /// Years from now.
    pub year: u32,
    /// What a pound of that year is worth now.
    pub discount_factor: String,
    /// Present value of its costs.
    pub costs: String,
    /// Present value of its benefits.
    pub benefits: String,
    /// Present benefits less present costs up to its end.
    pub net_so_far: String,
}

/// What an appraisal comes to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppraisalShown {
    /// The schedule, with its release.
    #[schema(example = "discount-rates/standard 2026-02")]
    pub schedule: String,
    /// Costs with their working.
    pub costs: Vec<AppraisedItemShown>,
    /// Benefits with their working.
    pub benefits: Vec<AppraisedItemShown>,
    /// Every year from 0 to the last.
    pub years: Vec<AppraisedYearShown>,
    /// Present value of all costs.
    pub present_value_of_costs: String,
    /// Present value of all benefits.
    pub present_value_of_benefits: String,
    /// Present benefits less present costs.
    pub net_present_social_value: String,
    /// Present benefits for each pound of present costs, to four places: the ratio of benefits to costs, and of social
    /// return where the costs are all that was put in. `null` without costs; below 1 is a result.
    pub benefit_cost_ratio: Option<String>,
    /// The first year by the end of which present benefits have covered present costs for good; `null` where they never do.
    pub payback_year: Option<u32>,
}

/// Appraises costs and benefits by year
///
/// Nothing is stored. Each benefit comes down from gross by what would have happened anyway, was taken from elsewhere, went
/// outside, took another's place, or is due to others; it lasts for its years, less its drop-off; and every year is
/// discounted under a named schedule (the Green Book's: year 0 undiscounted, rates that fall after 30 and 75 years as a
/// running product). Give amounts in the prices of one year: they are not uprated here. Each present value is rounded once,
/// to the penny, so that every column adds up.
#[utoipa::path(
    tag = "calculations",
    request_body = AppraisalBody,
    responses((status = 200, description = "Present values, ratio and payback, with the working", body = AppraisalShown)),
    extensions(("x-problems" = json!([Code::ValuesKept]))),
)]
#[post("/calculations/appraisal")]
pub async fn post_appraisal(
    office: Data<Office>,
    caller: Caller,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(|fields| AppraisalGiven {
        schedule: fields.text("schedule"),
        release: fields.text("release"),
        costs: fields.list("costs", MOST_ITEMS, cost).unwrap_or_default(),
        benefits: fields
            .list("benefits", MOST_ITEMS, benefit)
            .unwrap_or_default(),
    });
    let own = own_schedules(&office, &caller, &given).await?;
    let appraised = appraise_given(&office.catalogue, &own, &given, faults)?;
    Ok(HttpResponse::Ok().json(AppraisalShown::from(&appraised)))
}

/// The releases of the partnership's own that a schedule may be of. Each year's factor tells the rate: of a series that its
/// licence keeps they are for who may see such.
async fn own_schedules(
    office: &Office,
    caller: &Caller,
    given: &AppraisalGiven,
) -> Result<Vec<Series>, Problem> {
    let Some((name, _)) = given
        .schedule
        .as_deref()
        .and_then(|text| text.split_once('/'))
    else {
        return Ok(Vec::new());
    };
    if office.catalogue.series.iter().any(|one| one.name == name) {
        return Ok(Vec::new());
    }
    let read = async |tx: &mut Tx| own_series::of_name(tx, office, &caller.actor, name).await;
    let found = office.store.read(read).await?.into_iter();
    let asked = given.release.as_deref();
    let is_asked = |one: &Series| asked.is_none_or(|release| one.release == release);
    let found = found.map(|one| one.series).filter(is_asked);
    let found: Vec<Series> = found.collect();
    if found.len() > 1 {
        let message = format!("{name} has several releases: say which");
        return Err(Refusal::fault("/release", "release_needed", message).into());
    }
    let kept = |one: &Series| one.redistribution == Redistribution::Refused;
    if found.iter().any(kept) && !caller.may(Action::SeeKeptValues) {
        let message = format!(
            "the licence of {name} lets only administrators see its rates, and an appraisal shows them"
        );
        return Err(Refusal::forbidden(Forbidden::ValuesKept, message).into());
    }
    Ok(found)
}

fn cost(fields: &mut Fields<'_>) -> ItemGiven {
    ItemGiven {
        label: fields.text("label"),
        amount: fields.decimal("amount"),
        adjustments: AdjustmentsGiven {
            starts_after_years: fields.whole("starts_after_years"),
            duration_years: fields.whole("duration_years"),
            ..AdjustmentsGiven::default()
        },
    }
}

fn benefit(fields: &mut Fields<'_>) -> ItemGiven {
    ItemGiven {
        label: fields.text("label"),
        amount: fields.decimal("amount"),
        adjustments: adjustments::in_item(fields),
    }
}

fn item(worked: &Worked) -> AppraisedItemShown {
    AppraisedItemShown {
        label: worked.label.clone(),
        working: worked.steps.iter().map(EffectStepShown::from).collect(),
        years: worked
            .years
            .iter()
            .map(|year| YearOfItemShown {
                year: year.year,
                amount: exact::text(&year.pounds, PLACES),
                present_value: year.present.to_string(),
            })
            .collect(),
        present_value: worked.present.to_string(),
    }
}

impl From<&Year> for AppraisedYearShown {
    fn from(year: &Year) -> Self {
        let pounds = |pence: Pence| pence.to_string();
        Self {
            year: year.year,
            discount_factor: exact::text(&year.factor, PLACES),
            costs: pounds(year.costs),
            benefits: pounds(year.benefits),
            net_so_far: pounds(year.net_so_far),
        }
    }
}

impl From<&Appraised<'_>> for AppraisalShown {
    fn from(appraised: &Appraised<'_>) -> Self {
        let found = &appraised.appraisal;
        let series = appraised.series;
        Self {
            schedule: format!("{}/{} {}", series.name, appraised.item, series.release),
            costs: found.costs.iter().map(item).collect(),
            benefits: found.benefits.iter().map(item).collect(),
            years: found.years.iter().map(AppraisedYearShown::from).collect(),
            present_value_of_costs: found.present_costs.to_string(),
            present_value_of_benefits: found.present_benefits.to_string(),
            net_present_social_value: found.net_present_social_value.to_string(),
            benefit_cost_ratio: found.benefit_cost_ratio.as_ref().map(ratio_text),
            payback_year: found.payback_year,
        }
    }
}
