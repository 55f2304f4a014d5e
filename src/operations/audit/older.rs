//! Hashes for entries from before the audit was chained.

use serde_json::json;

use crate::domain::audit::Following;
use crate::domain::moment::Moment;
use crate::storage::{self, Tx};

use super::super::{Actor, Office, Refusal};
use super::{Entry, leave};

/// How many entries are read at a time.
const PAGE: i64 = 5_000;

/// Gives the entries that were there before the audit was chained their hashes, in every partnership; an entry of
/// its own says for how many. Part of every migration: until it is done nothing is written. Doing it again changes
/// nothing.
///
/// # Errors
/// Storage errors only.
pub async fn seal_older(office: &Office, at: Moment) -> Result<(), Refusal> {
    for partnership in office.store.read(waiting).await? {
        let actor = Actor::administrator(&partnership, "program");
        office
            .store
            .write(async |tx: &mut Tx| seal_partnership(tx, office, &actor, at).await)
            .await?;
    }
    Ok(())
}

/// Partnerships with chains that wait for hashes.
async fn waiting(tx: &mut Tx) -> Result<Vec<String>, Refusal> {
    let mut found = Vec::new();
    for partnership in storage::partnership::list(tx).await? {
        if !storage::audit::unsealed(tx, &partnership.id)
            .await?
            .is_empty()
        {
            found.push(partnership.id);
        }
    }
    Ok(found)
}

async fn seal_partnership(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    at: Moment,
) -> Result<(), Refusal> {
    let partnership = actor.partnership.as_str();
    let chains = storage::audit::unsealed(tx, partnership).await?;
    let mut entries = 0;
    for contract in &chains {
        entries += seal_chain(tx, partnership, contract).await?;
    }
    let after = json!({"chains": chains.len(), "entries": entries});
    let entry = Entry::of("chain_audit", "partnership", partnership).after(after);
    leave(tx, office, actor, at, entry).await
}

/// Seals one chain; how many entries it has.
async fn seal_chain(tx: &mut Tx, partnership: &str, contract: &str) -> Result<i64, Refusal> {
    let mut chain = Following::of(partnership, contract);
    loop {
        let after = chain.head().length;
        let page = storage::audit::chain_of(tx, partnership, contract, after, PAGE).await?;
        if page.is_empty() {
            let end = Some(chain.head());
            storage::audit::seal(tx, partnership, contract, &[], end).await?;
            return Ok(after);
        }
        let mut hashes = Vec::new();
        for mut entry in page {
            entry.hash = chain.hash_of(&entry);
            hashes.push((entry.sequence, entry.hash.clone()));
            chain.advance(&entry);
        }
        storage::audit::seal(tx, partnership, contract, &hashes, None).await?;
    }
}
