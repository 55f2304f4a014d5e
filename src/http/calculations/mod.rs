//! `/v1/calculations`.

pub mod appraisal;
mod given;
pub mod portfolio;
mod shown;

use actix_web::web::Data;
use actix_web::{HttpResponse, post};

use crate::domain::edition::Edition;
use crate::domain::measure::Measure;
use crate::domain::policy::Action;
use crate::operations::calculate::{Calculation, calculate_in, edition_of};
use crate::operations::{Forbidden, Office, Refusal};
use crate::storage::{self, Tx};

use super::body::Body;
use super::caller::Caller;
use super::problem::{Code, Problem};
use given::CalculationBody;
use shown::CalculationShown;

/// Values lines without storing anything
///
/// The same code values a calculation, a commitment and a return. At most 1000 lines; faults of all lines are told
/// at once, each with its pointer. Values that no edition has may be brought along in `inline_proxies`: they make a
/// basis of their own and are never added to sourced ones. Every line comes with its working, and totals stand
/// apart by basis and column. A calculation with values whose licence does not let them be passed on is for
/// administrators: the worth of one unit would tell the value.
#[utoipa::path(
    tag = "calculations",
    request_body = CalculationBody,
    responses(
        (status = 200, description = "The worth and working of every line, and totals", body = CalculationShown),
    ),
    extensions(("x-problems" = json!([Code::ValuesKept]))),
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
    let drafts = caller.may(Action::ReadDraftEditions);
    let read = async |tx: &mut Tx| {
        let places = storage::place::all(tx, &caller.actor.partnership).await?;
        let edition = edition_of(tx, &office, &caller.actor, &asked, drafts).await;
        Ok::<_, Refusal>((places, edition))
    };
    let (places, edition) = office.store.read(read).await?;
    let edition = match edition {
        Err(Refusal::Invalid(found)) => {
            return Err(Refusal::Invalid(given::together(faults, found)).into());
        }
        other => other?,
    };
    refuse_kept(&edition, &asked, &caller)?;
    let calculated = calculate_in(&edition, &places, &asked)
        .map_err(|found| Refusal::Invalid(given::together(faults.clone(), found)))?;
    let found: Vec<_> = calculated.faults().cloned().collect();
    let faults = given::together(faults, found);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults).into());
    }
    Ok(HttpResponse::Ok().json(CalculationShown::of(&calculated, (office.clock)().day())))
}

/// Refuses to calculate with values that their licence keeps from one who asks: before anything is valued, as even the
/// quantity from which on a worth is out of range would tell the value.
fn refuse_kept(edition: &Edition, asked: &Calculation, caller: &Caller) -> Result<(), Refusal> {
    let lines = asked.lines.iter();
    let measures = lines.filter_map(|line| edition.measure(&line.measure));
    let mut proxies = measures.flat_map(Measure::proxies);
    if caller.may(Action::SeeKeptValues) || !proxies.any(|proxy| edition.keeps(proxy)) {
        return Ok(());
    }
    let message = format!(
        "the licence of {} lets only administrators see its values, and a calculation shows them",
        edition.id()
    );
    Err(Refusal::forbidden(Forbidden::ValuesKept, message))
}
