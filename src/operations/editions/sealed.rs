//! Editions that are out: read once, checked against their seal, and kept, as they never change again.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::domain::edition::{Edition, EditionId, Status};
use crate::operations::{Office, Refusal};
use crate::storage::{self, StorageError, Tx};

use super::{read_in, unreadable};

type OfPartnership = BTreeMap<EditionId, Arc<Edition>>;

/// Those that partnerships published, as far as somebody asked for them.
#[derive(Clone, Default)]
pub struct SealedEditions(Arc<RwLock<BTreeMap<String, OfPartnership>>>);

impl SealedEditions {
    fn get(&self, partnership: &str, id: &EditionId) -> Option<Arc<Edition>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.get(partnership)?.get(id).cloned()
    }

    fn keep(&self, partnership: &str, edition: &Arc<Edition>) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let own = all.entry(partnership.to_owned()).or_default();
        own.insert(edition.id().clone(), Arc::clone(edition));
    }
}

impl Office {
    /// The edition that something of a partnership rests on: one that is shipped, or one that it published. Only the
    /// first question for one of its own asks the database.
    ///
    /// # Errors
    /// Storage's `Corrupt` when there is no such edition, it cannot be read, or it is not what was sealed.
    pub async fn edition(
        &self,
        tx: &mut Tx,
        partnership: &str,
        id: &EditionId,
    ) -> Result<Arc<Edition>, Refusal> {
        if let Some(shipped) = self.catalogue.edition(id) {
            return Ok(Arc::clone(shipped));
        }
        if let Some(known) = self.sealed_editions.get(partnership, id) {
            return Ok(known);
        }
        let governed = storage::proxy_edition::find(tx, partnership, id).await?;
        let not_there = || {
            Refusal::Storage(StorageError::Corrupt {
                table: "contract",
                column: "edition".to_owned(),
                key: id.to_string(),
                message: "the contract names an edition that is not there".to_owned(),
            })
        };
        let publication = governed.as_ref().and_then(|one| one.way.publication());
        let publication = publication.ok_or_else(not_there)?;
        let as_of = (Status::Published, publication.published.at.day());
        let edition = read_in(tx, self, partnership, id, as_of).await?;
        let edition = edition.ok_or_else(not_there)?;
        if edition.digest() != publication.digest {
            let why = format!(
                "it was sealed with another digest than it has now, {}",
                edition.digest()
            );
            return Err(unreadable(id, "digest", Some(why)));
        }
        let edition = Arc::new(edition);
        self.sealed_editions.keep(partnership, &edition);
        Ok(edition)
    }
}
