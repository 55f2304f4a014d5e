//! `/v1/calculations`.

pub mod appraisal;
mod given;
mod shown;

use actix_web::web::Data;
use actix_web::{HttpResponse, post};

use crate::operations::calculate::calculate_in;
use crate::operations::{Office, Refusal};
use crate::storage::{self, Tx};

use super::body::Body;
use super::caller::Caller;
use super::problem::Problem;
use given::CalculationBody;
use shown::CalculationShown;

/// Values lines without storing anything
///
/// The same code values a calculation, a commitment and a return. At most 1000 lines; faults of all lines are told
/// at once, each with its pointer. Values that no edition has may be brought along in `inline_proxies`: they make a
/// basis of their own and are never added to sourced ones. Every line comes with its working, and totals stand
/// apart by basis and column.
#[utoipa::path(
    tag = "calculations",
    request_body = CalculationBody,
    responses(
        (status = 200, description = "The worth and working of every line, and totals", body = CalculationShown),
    )
)]
#[post("/calculations")]
pub async fn post_calculation(
    office: Data<Office>,
    caller: Caller,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (asked, faults) = given::read(&body);
    if given::is_hopeless(&faults) {
        return Err(Refusal::Invalid(faults).into());
    }
    let read = async |tx: &mut Tx| {
        Ok::<_, Refusal>(storage::place::all(tx, &caller.actor.partnership).await?)
    };
    let places = office.store.read(read).await?;
    let calculated = calculate_in(&office.catalogue, &places, &asked)
        .map_err(|found| Refusal::Invalid(given::together(faults.clone(), found)))?;
    let found: Vec<_> = calculated.faults().cloned().collect();
    let faults = given::together(faults, found);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults).into());
    }
    Ok(HttpResponse::Ok().json(CalculationShown::of(&calculated)))
}
