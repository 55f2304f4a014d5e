//! Listing contracts.

use crate::domain::contract::Contract;
use crate::storage::contract::ContractFilter;
use crate::storage::{self, Tx};

use super::{Actor, Office, Refusal, named};

/// Contracts that a filter lets through, by id, after one; `place` stands for itself, all below it and all it covers.
///
/// # Errors
/// [`Refusal::Invalid`] when the filter names an organisation, place or edition that is not there, or not within its
/// reach: the pointer of each fault is the name of the parameter.
pub async fn list_contracts(
    office: &Office,
    actor: &Actor,
    filter: &ContractFilter,
    place: Option<&str>,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Contract>, Refusal> {
    let read = async |tx: &mut Tx| {
        let mut faults = Vec::new();
        let edition = ("/proxy_edition", filter.edition.as_deref());
        named::edition(tx, office, actor, edition, &mut faults).await?;
        let named = [
            ("/anchor_institution", filter.holder.as_ref()),
            ("/organisation", filter.organisation.as_ref()),
            ("/supplier", filter.supplier.as_ref()),
        ];
        for one in named {
            named::organisation(tx, actor, &filter.reach, one, &mut faults).await?;
        }
        let places = named::place(tx, actor, place, &mut faults).await?;
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults));
        }
        let filter = ContractFilter {
            places,
            ..filter.clone()
        };
        Ok(storage::contract::list(tx, &actor.partnership, &filter, after, limit).await?)
    };
    office.store.read_standby(read).await
}
