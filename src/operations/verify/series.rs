//! The series that a partnership brought: each is what was sealed.

use crate::operations::{Actor, Office, Refusal, own_series};
use crate::storage::{self, StorageError, Tx};

/// What differs of each.
pub(super) async fn series(office: &Office, actor: &Actor) -> Result<Vec<String>, Refusal> {
    let partnership = actor.partnership.as_str();
    let keys = async |tx: &mut Tx| Ok::<_, Refusal>(storage::series::keys(tx, partnership).await?);
    let keys = office.store.read(keys).await?;
    let mut differences = Vec::new();
    for key in &keys {
        let one = async |tx: &mut Tx| {
            let kept = storage::series::between(tx, partnership, key, key).await?;
            Ok::<_, Refusal>(kept)
        };
        for kept in office.store.read(one).await? {
            match own_series::open(kept) {
                Ok(_) => {}
                Err(Refusal::Storage(error @ StorageError::Corrupt { .. })) => {
                    differences.push(error.to_string());
                }
                Err(other) => return Err(other),
            }
        }
    }
    Ok(differences)
}
