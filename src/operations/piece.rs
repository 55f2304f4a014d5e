//! Several things done in one transaction, where one that is refused leaves nothing behind and the others go on.

use crate::storage::{StorageError, Tx, chain, savepoint};

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

fn ends_everything(refusal: &Refusal) -> bool {
    use StorageError as E;
    matches!(
        refusal,
        Refusal::Storage(E::Conflict | E::Unavailable(_) | E::OutcomeUnknown(_) | E::NotMigrated)
    )
}

/// Takes the chains of several contracts, in the order of their ids, before any total is added to: two who change the
/// same contracts together do not wait for each other in a circle (L5).
///
/// # Errors
/// When the database does not answer.
pub async fn take_chains(tx: &mut Tx, actor: &Actor, ids: &[String]) -> Result<(), Refusal> {
    let mut sorted: Vec<&String> = ids.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    for id in sorted {
        chain::lock(tx, &actor.partnership, id).await?;
    }
    Ok(())
}
