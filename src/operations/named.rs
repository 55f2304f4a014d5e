//! What a filter names: it must be there and may be seen. What one may not see is refused like what is not there.

use crate::domain::fault::Fault;
use crate::domain::place::Places;
use crate::domain::policy::Reach;
use crate::storage::organisation::OrganisationFilter;
use crate::storage::{self, Tx};

use super::{Actor, Office, Refusal, editions};

/// Refuses an edition that is not out. `pointer` names the filter.
pub(super) async fn edition(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    (pointer, code): (&str, Option<&str>),
    faults: &mut Vec<Fault>,
) -> Result<(), Refusal> {
    let Some(text) = code else { return Ok(()) };
    if editions::find_named(tx, office, actor, text, false)
        .await?
        .is_none()
    {
        let known = editions::all(tx, office, actor, false).await?;
        let message = format!(
            "there is no such edition; there are {}",
            editions::names(&known)
        );
        faults.push(Fault::new(pointer, "unknown_edition", message));
    }
    Ok(())
}

/// The codes of a place, all below it and all it covers; refuses one that is not there.
pub(super) async fn place(
    tx: &mut Tx,
    actor: &Actor,
    code: Option<&str>,
    faults: &mut Vec<Fault>,
) -> Result<Option<Vec<String>>, Refusal> {
    let Some(code) = code else { return Ok(None) };
    let places = storage::place::all(tx, &actor.partnership).await?;
    Ok(Some(within(&places, code, faults)))
}

/// The same of places at hand.
pub(super) fn within(places: &Places, code: &str, faults: &mut Vec<Fault>) -> Vec<String> {
    if places.get(code).is_none() {
        let message = "there is no place of this code; GET /v1/places lists them";
        faults.push(Fault::new("/place", "unknown_place", message));
    }
    places.within(code)
}

/// Refuses an organisation that is not there, or not for the one who asks. `pointer` names the filter.
pub(super) async fn organisation(
    tx: &mut Tx,
    actor: &Actor,
    reach: &Reach,
    (pointer, id): (&str, Option<&String>),
    faults: &mut Vec<Fault>,
) -> Result<(), Refusal> {
    let Some(id) = id else { return Ok(()) };
    let filter = OrganisationFilter {
        id: Some(id.clone()),
        reach: reach.clone(),
        ..OrganisationFilter::default()
    };
    let found = storage::organisation::list(tx, &actor.partnership, &filter, None, 1).await?;
    if found.is_empty() {
        let message = "there is no organisation of this id, or none that you may see";
        faults.push(Fault::new(pointer, "unknown_organisation", message));
    }
    Ok(())
}

/// Refuses a contract that is not there, or not for the one who asks.
pub(super) async fn contract(
    tx: &mut Tx,
    actor: &Actor,
    reach: &Reach,
    id: Option<&String>,
    faults: &mut Vec<Fault>,
) -> Result<(), Refusal> {
    let Some(id) = id else { return Ok(()) };
    let found = storage::contract::find_within(tx, &actor.partnership, id, reach).await?;
    if found.is_none() {
        let message = "there is no contract of this id, or none that you may see";
        faults.push(Fault::new("/contract", "unknown_contract", message));
    }
    Ok(())
}
