//! `/v1/contracts/{id}/bridge`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::pounds_text;
use crate::domain::ledger::bridge::Effects;
use crate::operations::Office;
use crate::operations::rebase_contract::{Way, contract_bridge};

use super::super::caller::Caller;
use super::super::problem::Problem;
use super::super::query::{Query, refused};
use super::super::working::BasisShown;

/// The way of a sum: `before + delivery + price + method + scope = after`, to the penny.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectsShown {
    /// Pounds before.
    #[schema(example = "70000.00")]
    pub before: String,
    /// Pounds, because more or less was promised, reported or accepted, or because of other dates; at the values of before.
    #[schema(example = "0.00")]
    pub delivery: String,
    /// Pounds, because values that are made in the same way were published anew, or brought to other prices.
    #[schema(example = "180000.00")]
    pub price: String,
    /// Pounds, because values are made in another way: another method, other adjustments, factors or years of effect.
    #[schema(example = "0.00")]
    pub method: String,
    /// Pounds, because something else counts: commitments added, lines valued now or no longer, in another column or by
    /// another measure, or such as had no value before.
    #[schema(example = "0.00")]
    pub scope: String,
    /// Pounds after.
    #[schema(example = "250000.00")]
    pub after: String,
}

impl From<&Effects> for EffectsShown {
    fn from(one: &Effects) -> Self {
        Self {
            before: pounds_text(one.before),
            delivery: pounds_text(one.delivery),
            price: pounds_text(one.price),
            method: pounds_text(one.method),
            scope: pounds_text(one.scope),
            after: pounds_text(one.after),
        }
    }
}

/// The way of the sum of one stage, column and, in rows, measure.
#[derive(Debug, Serialize, ToSchema)]
pub struct BridgeRowShown {
    /// The stage.
    #[schema(example = "verified")]
    pub stage: &'static str,
    /// The column.
    #[schema(example = "social")]
    pub column: &'static str,
    /// Code of the measure; missing in totals.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "carbon-saved")]
    pub measure: Option<String>,
    /// Its way.
    #[serde(flatten)]
    pub effects: EffectsShown,
}

/// The ways of all sums.
#[derive(Debug, Serialize, ToSchema)]
pub struct WayShown {
    /// By stage, column and measure.
    pub rows: Vec<BridgeRowShown>,
    /// By stage and column, which are never added up.
    pub totals: Vec<BridgeRowShown>,
}

impl From<&Way> for WayShown {
    fn from(way: &Way) -> Self {
        let rows = way
            .rows
            .iter()
            .map(|((stage, column, measure), effects)| BridgeRowShown {
                stage: stage.word(),
                column: column.word(),
                measure: Some(measure.clone()),
                effects: EffectsShown::from(effects),
            });
        let totals = way
            .totals
            .iter()
            .map(|((stage, column), effects)| BridgeRowShown {
                stage: stage.word(),
                column: column.word(),
                measure: None,
                effects: EffectsShown::from(effects),
            });
        Self {
            rows: rows.collect(),
            totals: totals.collect(),
        }
    }
}

/// What a contract was worth at one moment, what at another, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct BridgeShown {
    /// Id of the contract.
    pub contract: String,
    /// The partnership's own reference.
    pub reference: String,
    /// The first moment, UTC.
    #[schema(example = "2027-03-31T23:59:59.999999Z")]
    pub from_at: String,
    /// The second, UTC.
    pub to_at: String,
    /// What made amounts addable at the first.
    pub from_basis: BasisShown,
    /// What makes them addable at the second.
    pub to_basis: BasisShown,
    /// The bridge.
    #[serde(flatten)]
    pub bridge: WayShown,
}

/// Explains what changed in a contract between two moments
///
/// The bridge from every sum as it was known at the first moment to what it was known to be at the second, or is now: what
/// is due to delivery, to prices, to methods of valuation and to what counts at all. The four add up to the whole
/// difference, to the penny, line by line. Delivery is told at the values of before, and prices and methods of what is
/// there after; so the two directions need not mirror each other.
#[utoipa::path(
    tag = "contracts",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("from" = Option<String>, Query, description = "From what was known then: a day (the end of it, UTC) or a time, at least five minutes ago; from nothing, when the contract was recorded, when missing", example = "2026-07-01"),
        ("to" = Option<String>, Query, description = "To what was known then, as `from`; now when missing", example = "2026-07-01"),
    ),
    responses(
        (status = 200, description = "The bridge", body = BridgeShown),
    )
)]
#[get("/contracts/{id}/bridge")]
pub async fn get_bridge(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let moments = (query.up_to("from"), query.up_to("to"));
    query.end()?;
    let at = (office.clock)();
    let found = contract_bridge(&office, &caller.actor, at, &id, moments).await;
    let found = found.map_err(refused)?;
    let [from_basis, to_basis] = &found.bases;
    Ok(HttpResponse::Ok().json(BridgeShown {
        contract: found.contract.id.clone(),
        reference: found.contract.reference.clone(),
        from_at: found.from.to_string(),
        to_at: found.to.to_string(),
        from_basis: BasisShown::from(from_basis),
        to_basis: BasisShown::from(to_basis),
        bridge: WayShown::from(&found.way),
    }))
}
