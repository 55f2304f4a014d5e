//! Several things done in one transaction, where one that is refused leaves nothing behind and the others go on.

use std::collections::BTreeSet;

use crate::storage::{StorageError, Tx, chain, savepoint, total};

use super::refusal::Conflict;
use super::{Actor, Refusal};

/// Does one piece: its answer, or why it was refused.
///
/// # Errors
/// What ends the whole transaction: the database is not there, or another writer was there first.
pub async fn piece<T>(
    tx: &mut Tx,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, Refusal>,
) -> Result<Result<T, Refusal>, Refusal> {
    savepoint::set(tx).await?;
    match work(tx).await {
        Err(refusal) if ends_everything(&refusal) => Err(refusal),
        Err(refusal) => {
            savepoint::take_back(tx).await?;
            Ok(Err(refusal))
        }
        Ok(done) => {
            savepoint::keep(tx).await?;
            Ok(Ok(done))
        }
    }
}

/// A refusal that is no fault of what was asked ends everything: told of one piece and kept, it would be the answer to
/// every repetition.
fn ends_everything(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Storage(error) => !matches!(error, StorageError::OutOfRange { .. }),
        Refusal::Conflict { code, .. } => *code == Conflict::ChangedMeanwhile,
        refusal => matches!(refusal, Refusal::Failed(_)),
    }
}

/// Does several pieces: whoever posts to the same contracts and anchor institutions meanwhile does not wait for this in
/// a circle. Chains are taken first, in the order of the ids of their contracts, and what contracts share comes last
/// (L5).
///
/// # Errors
/// What the pieces say; when the database does not answer.
pub async fn pieces<T>(
    tx: &mut Tx,
    actor: &Actor,
    contracts: &[String],
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let sorted: BTreeSet<&String> = contracts.iter().collect();
    for id in sorted {
        chain::lock(tx, &actor.partnership, id).await?;
    }
    total::owe_by_anchor(tx);
    let done = work(tx).await?;
    total::pay_by_anchor(tx, &actor.partnership).await?;
    Ok(done)
}
