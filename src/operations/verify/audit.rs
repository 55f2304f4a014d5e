//! The chains of the audit: each followed from its beginning to the end that was kept of it; and whoever a return says
//! submitted and decided it, the audit must say so too (L7).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::domain::audit::{Entry, Following, Outcome, beginning};
use crate::domain::contract::Contract;
use crate::domain::funding::{ContractKind, Funding, FundingSource};
use crate::domain::report::{Return, Revision};
use crate::storage::{self, StorageError, Tx};

use super::super::audit::told;
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

    /// Follows the chain of a contract, and compares it with who did what to its returns. A contract was added at
    /// least, so it has one.
    pub(super) async fn of_contract(
        &mut self,
        office: &Office,
        actor: &Actor,
        (contract, name): (&str, &str),
        said: Option<&Said<'_>>,
    ) -> Result<(), Refusal> {
        self.left.remove(contract);
        let differed = self.differences.len();
        let deeds = self.follow(office, actor, contract, name).await?;
        if let Some(said) = said
            && self.differences.len() == differed
        {
            let differs = paid_otherwise(said.contract, &deeds)
                .or_else(|| deeds_differ(contract, said.returns, &deeds.of_returns));
            let told = differs.map(|differs| format!("the audit of {name}: {differs}"));
            self.differences.extend(told);
        }
        Ok(())
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
    ) -> Result<Told, Refusal> {
        let mut deeds = Told::default();
        let followed = office
            .store
            .read(async |tx: &mut Tx| follow(tx, &actor.partnership, contract).await)
            .await;
        let differs = match followed {
            Ok(followed) => {
                self.entries += followed.entries;
                deeds = followed.deeds;
                followed.differs
            }
            // A row that cannot be read is a difference of its chain.
            Err(Refusal::Storage(error @ StorageError::Corrupt { .. })) => Some(error.to_string()),
            Err(other) => return Err(other),
        };
        let told = differs.map(|differs| format!("the audit of {name}: {differs}"));
        self.differences.extend(told);
        Ok(deeds)
    }
}

/// Who did something to a revision of a return: by the action, the return and the number of the revision.
type Deeds = BTreeMap<(String, String, i64), String>;

/// What a chain tells of a contract and its returns.
#[derive(Default)]
struct Told {
    of_returns: Deeds,
    /// As it was added: what it is, and whose money pays it.
    added: Option<Value>,
}

/// What is kept of a contract and its returns.
pub(super) struct Said<'a> {
    pub(super) contract: &'a Contract,
    pub(super) returns: &'a [Return],
}

/// Adds what an entry says was done to a revision, or of the contract when it was added. What was done again changed
/// nothing, and left no entry.
fn note(told: &mut Told, entry: Entry) {
    let is_added = entry.action == "add_contract";
    if entry.outcome != Outcome::Done || !(is_added || entry.subject == "return") {
        return;
    }
    let after: Option<Value> = entry
        .after
        .and_then(|text| serde_json::from_str(&text).ok());
    if is_added {
        told.added = after;
    } else if let Some(revision) = after.and_then(|after| after["revision"].as_i64()) {
        let deed = (entry.action, entry.subject_id, revision);
        told.of_returns.insert(deed, entry.actor);
    }
}

/// Whether the audit says that the contract was added as something else, or paid by other money. Entries from before that
/// was told are of contracts with a price.
fn paid_otherwise(contract: &Contract, told: &Told) -> Option<String> {
    let added = told.added.as_ref()?;
    let now = told::contract(contract);
    let is_told = added.get("funding").is_some();
    let is_plain = contract.kind == ContractKind::Contract
        && contract.funding == Funding::of(FundingSource::ContractPrice);
    let same = |name: &str| added[name] == now[name];
    let is_same = if is_told {
        same("kind") && same("funding")
    } else {
        is_plain
    };
    (!is_same).then(|| "it was added as something else, or is paid by other money".to_owned())
}

/// The first revision that somebody else submitted or decided than it says.
fn deeds_differ(contract: &str, returns: &[Return], deeds: &Deeds) -> Option<String> {
    for given in returns {
        let id = format!("{contract}/{}", given.period);
        for Revision { number, state, .. } in &given.revisions {
            let submitted = state.submitted();
            let decided = state.decided().map(|decided| &decided.done);
            for (action, done) in [("submit_return", submitted), ("decide_return", decided)] {
                let Some(done) = done else { continue };
                let deed = deeds.get(&(action.to_owned(), id.clone(), *number));
                if deed != Some(&done.by) {
                    let deed = deed.map_or("nobody", String::as_str);
                    return Some(format!(
                        "{action} of {} revision {number} was done by {}, and the audit says by {deed}",
                        given.period, done.by
                    ));
                }
            }
        }
    }
    None
}

/// A chain up to its first difference.
struct Followed {
    entries: usize,
    deeds: Told,
    differs: Option<String>,
}

/// Follows one chain to its first difference.
async fn follow(tx: &mut Tx, partnership: &str, contract: &str) -> Result<Followed, Refusal> {
    let mut chain = Following::of(partnership, contract);
    let mut followed = Followed {
        entries: 0,
        deeds: Told::default(),
        differs: None,
    };
    loop {
        let after = chain.head().length;
        let page = storage::audit::chain_of(tx, partnership, contract, after, PAGE).await?;
        if page.is_empty() {
            let end = storage::audit::head(tx, partnership, contract).await?;
            let Some(end) = end.filter(|end| *end != beginning()) else {
                followed.differs = Some("there is none, or its end is gone".to_owned());
                return Ok(followed);
            };
            followed.differs = chain.ends_at(&end).err();
            return Ok(followed);
        }
        for entry in page {
            if let Err(differs) = chain.next(&entry) {
                followed.differs = Some(differs);
                return Ok(followed);
            }
            followed.entries += 1;
            note(&mut followed.deeds, entry);
        }
    }
}
