//! Listing organisations.

use crate::domain::fault::Fault;
use crate::domain::organisation::Organisation;
use crate::storage::organisation::OrganisationFilter;
use crate::storage::{self, Tx};

use super::{Actor, Office, Refusal, named};

/// Organisations that a filter lets through, by id, after one; `place` stands for itself, all below it and all it
/// covers.
///
/// # Errors
/// [`Refusal::Invalid`] when the filter names a kind or a place that is not there: the pointer of each fault is the
/// name of the parameter.
pub async fn list_organisations(
    office: &Office,
    actor: &Actor,
    filter: &OrganisationFilter,
    place: Option<&str>,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Organisation>, Refusal> {
    let read = async |tx: &mut Tx| {
        let mut faults = Vec::new();
        let kinds = &office.catalogue.kinds;
        let known = |kind: &String| kinds.iter().any(|(code, _)| code == kind);
        if filter.kind.as_ref().is_some_and(|kind| !known(kind)) {
            let codes: Vec<&str> = kinds.iter().map(|(code, _)| code.as_str()).collect();
            let message = format!("choose one of {}", codes.join(", "));
            faults.push(Fault::new("/kind", "unknown_kind", message));
        }
        let places = named::place(tx, actor, place, &mut faults).await?;
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults));
        }
        let filter = OrganisationFilter {
            places,
            ..filter.clone()
        };
        Ok(storage::organisation::list(tx, &actor.partnership, &filter, after, limit).await?)
    };
    office.store.read_standby(read).await
}
