//! Low, central and high of what stands for a contract (V14).

use crate::domain::ledger::ranges::{Ranges, of_contract};
use crate::storage::Tx;

use super::super::book;
use super::super::{Actor, Office, Refusal};

/// The ends of what stands for a contract, by stage and column, with the measures that drive the width. Ends of values
/// that their licence keeps are told only to one who `sees` such: to others such a worth has none, and enters as it is.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn contract_ranges(
    office: &Office,
    actor: &Actor,
    contract_id: &str,
    sees: bool,
) -> Result<Ranges, Refusal> {
    let read = async |tx: &mut Tx| book::open(tx, office, actor, contract_id).await;
    let book = office.store.read(read).await?;
    let keeps = |proxy: &str| !sees && book.edition.keeps(proxy);
    let (commitments, returns) = (&book.commitments, &book.returns);
    Ok(of_contract(&book.ground(), commitments, returns, keeps)?)
}
