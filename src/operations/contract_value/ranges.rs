//! Low, central and high of what stands for a contract (V14).

use crate::domain::ledger::ranges::{Ranges, of_contract};
use crate::storage::Tx;

use super::super::book;
use super::super::{Actor, Office, Refusal};

/// The ends of what stands for a contract, by stage and column, with the measures that drive the width.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn contract_ranges(
    office: &Office,
    actor: &Actor,
    contract_id: &str,
) -> Result<Ranges, Refusal> {
    let read = async |tx: &mut Tx| book::open(tx, actor, contract_id).await;
    let book = office.store.read(read).await?;
    let ground = book.ground(office)?;
    Ok(of_contract(&ground, &book.commitments, &book.returns)?)
}
