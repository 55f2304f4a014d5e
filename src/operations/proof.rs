//! Everything that proves what a contract is worth, in one piece that needs no server: taken out here, looked at there.

use std::sync::Arc;

use crate::domain::edition::Edition;
use crate::domain::period::Period;
use crate::storage::contract::ContractFilter;
use crate::storage::proof::Table;
use crate::storage::{self, Tx};

use super::explain_return::{ExplainedReturn, explain_return};
use super::verify::{Verified, verify_contract};
use super::{Actor, Office, Refusal};

/// What was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Id of the contract.
    pub contract: String,
    /// The partnership's own reference of it.
    pub reference: String,
    /// Every row it rests on.
    pub tables: Vec<Table>,
}

/// Takes out the contract of a reference, or of an id.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn prove(office: &Office, actor: &Actor, named: &str) -> Result<Proof, Refusal> {
    let partnership = actor.partnership.as_str();
    let filter = ContractFilter {
        reference: Some(named.to_owned()),
        ..ContractFilter::default()
    };
    office
        .store
        .read(async |tx: &mut Tx| {
            let mut found = storage::contract::list(tx, partnership, &filter, None, 1)
                .await?
                .pop();
            if found.is_none() {
                found = storage::contract::find(tx, partnership, named).await?;
            }
            let contract = found.ok_or(Refusal::NotFound("contract"))?;
            Ok(Proof {
                tables: storage::proof::take(tx, partnership, &contract.id).await?,
                reference: contract.reference,
                contract: contract.id,
            })
        })
        .await
}

/// Puts what was taken out into an empty database, and verifies it there.
///
/// # Errors
/// What the tables refuse; [`Refusal::NotFound`] where the contract is not among the rows.
pub async fn look_at(
    office: &Office,
    actor: &Actor,
    contract: &str,
    tables: &[Table],
) -> Result<Verified, Refusal> {
    let put = async |tx: &mut Tx| Ok::<_, Refusal>(storage::proof::put(tx, tables).await?);
    office.store.write(put).await?;
    verify_contract(office, actor, contract).await
}

/// The edition of a contract, and the explanation of its returns by period.
///
/// # Errors
/// [`Refusal::NotFound`]; as [`explain_return`]; [`Refusal::Failed`] where values of the edition may not be passed on.
pub async fn explain(
    office: &Office,
    actor: &Actor,
    contract: &str,
) -> Result<(Arc<Edition>, Vec<ExplainedReturn>), Refusal> {
    let partnership = actor.partnership.as_str();
    let (edition, earlier, headers) = office
        .store
        .read(async |tx: &mut Tx| {
            let found = storage::contract::find(tx, partnership, contract).await?;
            let found = found.ok_or(Refusal::NotFound("contract"))?;
            let edition = office.edition(tx, partnership, &found.edition).await?;
            let mut earlier = Vec::with_capacity(found.rebasings.len());
            for rebasing in &found.rebasings {
                earlier.push(office.edition(tx, partnership, &rebasing.from).await?);
            }
            let headers = storage::report::list_headers(tx, partnership, contract).await?;
            Ok::<_, Refusal>((edition, earlier, headers))
        })
        .await?;
    // Their rows are in the proof, whichever of them the contract rests on now.
    let keeps = |one: &&Arc<Edition>| one.keeps_anything();
    if let Some(kept) = earlier.iter().chain([&edition]).find(keeps) {
        let id = kept.id();
        return Err(Refusal::Failed(format!(
            "{id} has values that their licence does not let be passed on, and a proof would hold them"
        )));
    }
    let mut periods: Vec<Period> = headers.iter().map(|header| header.period).collect();
    periods.sort_unstable_by_key(|period| period.from());
    periods.dedup();
    let mut explained = Vec::with_capacity(periods.len());
    for period in periods {
        explained.push(explain_return(office, actor, contract, &period.label(), None).await?);
    }
    Ok((edition, explained))
}
