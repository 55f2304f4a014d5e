//! Reading what a contract promises, with what is promised for each period.

use crate::domain::commitment::{Commitment, Planned};
use crate::domain::measure::Measure;
use crate::storage::Tx;

use super::book;
use super::{Actor, Office, Refusal};

/// A commitment with its measure and its plan.
#[derive(Debug, Clone)]
pub struct Promise {
    /// The commitment, every version.
    pub commitment: Commitment,
    /// Its measure, as the contract's edition defines it.
    pub measure: Measure,
    /// What is promised for each period now.
    pub plan: Vec<Planned>,
}

/// Reads the commitments of a contract, by number.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn read_commitments(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    contract_id: &str,
) -> Result<Vec<Promise>, Refusal> {
    let book = book::open(tx, office, actor, contract_id).await?;
    let ground = book.ground();
    let promises = book.commitments.iter().map(|commitment| {
        let measure = ground.measure(&commitment.measure)?;
        Ok(Promise {
            plan: commitment.plan(&book.contract, measure),
            measure: measure.clone(),
            commitment: commitment.clone(),
        })
    });
    promises.collect()
}

/// Reads one of them.
///
/// # Errors
/// [`Refusal::NotFound`] for the contract or the commitment.
pub async fn read_commitment(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    contract_id: &str,
    number: i64,
) -> Result<Promise, Refusal> {
    let all = read_commitments(tx, office, actor, contract_id).await?;
    let found = all.into_iter().find(|one| one.commitment.number == number);
    found.ok_or(Refusal::NotFound("commitment"))
}
