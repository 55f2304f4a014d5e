//! The chains of the audit: each followed from its beginning to the end that was kept of it.

use std::collections::BTreeSet;

use crate::domain::audit::{Following, beginning};
use crate::domain::contract::Contract;
use crate::storage::{self, StorageError, Tx};

use super::super::{Actor, Office, Refusal};

/// How many entries are read at a time.
const PAGE: i64 = 5_000;

/// The audit being looked at, chain by chain.
pub(super) struct Audited {
    /// Contracts whose chains were not looked at yet, by id.
    left: BTreeSet<String>,
    /// Entries looked at.
    pub(super) entries: usize,
    /// The first difference of each chain.
    pub(super) differences: Vec<String>,
}

impl Audited {
    /// Asks which chains there are.
    pub(super) async fn begin(office: &Office, actor: &Actor) -> Result<Self, Refusal> {
        let chains = async |tx: &mut Tx| {
            Ok::<_, Refusal>(storage::audit::chains(tx, &actor.partnership).await?)
        };
        Ok(Self {
            left: office.store.read(chains).await?.into_iter().collect(),
            entries: 0,
            differences: Vec::new(),
        })
    }

    /// Follows the chain of a contract. A contract was added at least, so it has one.
    pub(super) async fn of_contract(
        &mut self,
        office: &Office,
        actor: &Actor,
        contract: &Contract,
    ) -> Result<(), Refusal> {
        let name = format!("contract {}", contract.reference);
        self.left.remove(&contract.id);
        self.follow(office, actor, &contract.id, &name).await
    }

    /// Follows the chain of what belongs to no contract, and those of contracts that are not there.
    pub(super) async fn rest(&mut self, office: &Office, actor: &Actor) -> Result<(), Refusal> {
        self.left.remove("");
        self.follow(office, actor, "", "the partnership").await?;
        for contract in std::mem::take(&mut self.left) {
            let name = format!("contract {contract}, which is not there");
            self.follow(office, actor, &contract, &name).await?;
        }
        Ok(())
    }

    async fn follow(
        &mut self,
        office: &Office,
        actor: &Actor,
        contract: &str,
        name: &str,
    ) -> Result<(), Refusal> {
        let followed = office
            .store
            .read(async |tx: &mut Tx| follow(tx, &actor.partnership, contract).await)
            .await;
        let differs = match followed {
            Ok((entries, differs)) => {
                self.entries += entries;
                differs
            }
            // A row that cannot be read is a difference of its chain.
            Err(Refusal::Storage(error @ StorageError::Corrupt { .. })) => Some(error.to_string()),
            Err(other) => return Err(other),
        };
        let told = differs.map(|differs| format!("the audit of {name}: {differs}"));
        self.differences.extend(told);
        Ok(())
    }
}

/// Follows one chain to its first difference; how many entries it has up to there.
async fn follow(
    tx: &mut Tx,
    partnership: &str,
    contract: &str,
) -> Result<(usize, Option<String>), Refusal> {
    let mut chain = Following::of(partnership, contract);
    let mut entries = 0;
    loop {
        let after = chain.head().length;
        let page = storage::audit::chain_of(tx, partnership, contract, after, PAGE).await?;
        if page.is_empty() {
            let end = storage::audit::head(tx, partnership, contract).await?;
            let Some(end) = end.filter(|end| *end != beginning()) else {
                return Ok((0, Some("there is none, or its end is gone".to_owned())));
            };
            return Ok((entries, chain.ends_at(&end).err()));
        }
        for entry in page {
            if let Err(differs) = chain.next(&entry) {
                return Ok((entries, Some(differs)));
            }
            entries += 1;
        }
    }
}
