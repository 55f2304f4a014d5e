//! Recomputing everything: the chains of postings and of the audit, every worth from what was reported, every stored
//! total (L4).

mod audit;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::contract::Contract;
use crate::domain::ledger::difference::{self, Head};
use crate::domain::ledger::posting::{GENESIS, Posting};
use crate::domain::ledger::standing;
use crate::domain::ledger::total::{self, Sums, TotalKey};
use crate::domain::moment::Moment;
use crate::domain::report::Return;
use crate::storage::contract::ContractFilter;
use crate::storage::{self, StorageError, Tx};

use super::book::{self, Book};
use super::{Actor, Office, Refusal};

/// How many postings are read at a time.
const PAGE: i64 = 5_000;

/// What was looked at, and the first difference of each contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Contracts looked at.
    pub contracts: usize,
    /// Postings looked at.
    pub postings: usize,
    /// Entries of the audit looked at.
    pub audit_entries: usize,
    /// What differs, each naming where; empty when all is as it was recorded.
    pub differences: Vec<String>,
}

/// Verifies all contracts of the actor's partnership. `progress` is told of each one.
///
/// # Errors
/// Storage errors only; what differs is in the answer.
pub async fn verify(
    office: &Office,
    actor: &Actor,
    mut progress: impl FnMut(usize),
) -> Result<Verified, Refusal> {
    let mut verified = Verified::default();
    let mut by_anchor: BTreeMap<TotalKey, Sums> = BTreeMap::new();
    let there = async |tx: &mut Tx| {
        Ok::<_, Refusal>(storage::partnership::find(tx, &actor.partnership).await?)
    };
    if office.store.read(there).await?.is_none() {
        return Err(Refusal::NotFound("partnership"));
    }
    let mut audited = audit::Audited::begin(office, actor).await?;
    let mut after: Option<String> = None;
    let all = ContractFilter::default();
    loop {
        let contracts = office
            .store
            .read(async |tx: &mut Tx| {
                Ok::<_, Refusal>(
                    storage::contract::list(tx, &actor.partnership, &all, after.as_deref(), 100)
                        .await?,
                )
            })
            .await?;
        let Some(last) = contracts.last() else { break };
        after = Some(last.id.clone());
        for contract in &contracts {
            let looked = office
                .store
                .read(async |tx: &mut Tx| one_contract(tx, office, actor, &contract.id).await)
                .await
                .or_else(|refusal| unreadable(refusal, contract))?;
            verified.contracts += 1;
            verified.postings += looked.postings.len();
            verified.differences.extend(looked.difference);
            audited
                .of_contract(office, actor, contract, &looked.returns)
                .await?;
            for (key, sums) in total::by_anchor(&looked.postings) {
                by_anchor.entry(key).or_default().include(&sums);
            }
            progress(verified.contracts);
        }
    }
    let stored = office
        .store
        .read(async |tx: &mut Tx| {
            Ok::<_, Refusal>(storage::total::stored_by_anchor(tx, &actor.partnership).await?)
        })
        .await?;
    verified.differences.extend(totals_differ(
        "the totals by anchor institution",
        &by_anchor,
        &stored,
    ));
    audited.rest(office, actor).await?;
    verified.audit_entries = audited.entries;
    verified.differences.extend(audited.differences);
    Ok(verified)
}

/// One contract as it was found.
struct Looked {
    postings: Vec<Posting>,
    returns: Vec<Return>,
    difference: Option<String>,
}

/// A row that cannot be read is a difference of its contract; the others are looked at all the same.
fn unreadable(refusal: Refusal, contract: &Contract) -> Result<Looked, Refusal> {
    match refusal {
        Refusal::Storage(error @ StorageError::Corrupt { .. }) => Ok(Looked {
            postings: Vec::new(),
            returns: Vec::new(),
            difference: Some(format!("contract {}: {error}", contract.reference)),
        }),
        other => Err(other),
    }
}

async fn one_contract(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    contract_id: &str,
) -> Result<Looked, Refusal> {
    let book = book::open(tx, actor, contract_id).await?;
    let head = storage::chain::head(tx, &actor.partnership, contract_id)
        .await?
        .ok_or(Refusal::NotFound("contract"))?;
    let mut postings: Vec<Posting> = Vec::new();
    loop {
        let after = postings.last().map_or(0, |posting| posting.sequence);
        let page =
            storage::posting::chain_of(tx, &actor.partnership, contract_id, after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        postings.extend(page);
    }
    let stored = storage::total::stored_contract(tx, &actor.partnership, contract_id).await?;
    let reference = &book.contract.reference;
    let difference = chain_differs(&book.contract, &head, &postings)
        .or_else(|| replay_differs(office, &book, &postings))
        .or_else(|| {
            totals_differ(
                "its totals",
                &total::by_contract(contract_id, &postings),
                &stored,
            )
        })
        .map(|difference| format!("contract {reference}: {difference}"));
    Ok(Looked {
        postings,
        returns: book.returns,
        difference,
    })
}

/// The chain: gapless, rising in time, each hash that of its fields after the hash before it.
fn chain_differs(contract: &Contract, head: &Head, postings: &[Posting]) -> Option<String> {
    let mut previous = GENESIS;
    let mut recorded_at = Moment::default();
    for (expected, posting) in (1..).zip(postings) {
        if posting.sequence != expected {
            return Some(format!(
                "posting {expected} is missing; posting {} follows posting {}",
                posting.sequence,
                expected - 1
            ));
        }
        if posting.recorded_at < recorded_at {
            return Some(format!(
                "posting {expected} is recorded before the posting it follows"
            ));
        }
        if posting.hash != posting.sealed(&contract.id, previous) {
            return Some(format!(
                "posting {expected} does not have the hash of its own fields and the posting before it: it was changed"
            ));
        }
        previous = &posting.hash;
        recorded_at = posting.recorded_at;
    }
    let length = i64::try_from(postings.len()).unwrap_or(i64::MAX);
    (head.length != length || head.hash != previous).then(|| {
        format!(
            "the head of the chain names posting {}, but the chain ends with posting {length}",
            head.length
        )
    })
}

/// Replays everything said of the contract in the order recorded, and compares every posting.
fn replay_differs(office: &Office, book: &Book, postings: &[Posting]) -> Option<String> {
    let mut expected: Vec<Posting> = Vec::new();
    for moment in moments(book) {
        let head = Head {
            length: i64::try_from(expected.len()).unwrap_or(i64::MAX),
            hash: expected
                .last()
                .map_or_else(|| GENESIS.to_owned(), |posting| posting.hash.clone()),
            recorded_at: moment,
        };
        let should = match standing_at(office, book, moment) {
            Ok(should) => should,
            Err(error) => {
                return Some(format!(
                    "what stood at {moment} cannot be worked out: {error}"
                ));
            }
        };
        let stands = difference::standing_after(&expected);
        expected.extend(difference::difference(
            &book.contract.id,
            &head,
            &stands,
            should,
            moment,
            "",
        ));
    }
    for (index, posting) in postings.iter().enumerate() {
        let Some(replayed) = expected.get(index) else {
            return Some(format!(
                "posting {} rests on nothing that was recorded",
                posting.sequence
            ));
        };
        if replayed.entry != posting.entry || replayed.recorded_at != posting.recorded_at {
            return Some(format!(
                "posting {} is not what was recorded at {}",
                posting.sequence, replayed.recorded_at
            ));
        }
        if replayed.standing != posting.standing {
            let identity = &posting.standing.identity;
            return Some(format!(
                "posting {} ({}, {}, line {}) differs from what its working gives",
                posting.sequence, identity.stage, identity.period, identity.line
            ));
        }
    }
    expected.get(postings.len()).map(|missing| {
        format!(
            "posting {} was never appended, or is gone",
            missing.sequence
        )
    })
}

/// Every moment at which something was recorded that may post.
fn moments(book: &Book) -> BTreeSet<Moment> {
    let terms = book
        .contract
        .versions
        .iter()
        .skip(1)
        .map(|terms| terms.recorded_at);
    let targets = book
        .commitments
        .iter()
        .flat_map(|one| one.versions.iter().map(|version| version.recorded_at));
    let revisions = book.returns.iter().flat_map(|one| &one.revisions);
    let decisions = revisions.flat_map(|revision| {
        let submitted = revision.state.submitted().map(|done| done.at);
        submitted
            .into_iter()
            .chain(revision.state.decided().map(|decided| decided.done.at))
    });
    terms.chain(targets).chain(decisions).collect()
}

fn standing_at(
    office: &Office,
    book: &Book,
    moment: Moment,
) -> Result<Vec<crate::domain::ledger::posting::Standing>, String> {
    let contract = book.contract.as_known_at(moment);
    let ground = office
        .ground(&contract, &book.places)
        .map_err(|refusal| refusal.to_string())?;
    let commitments: Vec<_> = book
        .commitments
        .iter()
        .filter_map(|one| one.as_known_at(moment))
        .collect();
    let mut should =
        standing::of_commitments(&ground, &commitments).map_err(|fault| fault.to_string())?;
    for one in &book.returns {
        should.extend(
            standing::of_return(&ground, &one.as_known_at(moment))
                .map_err(|fault| fault.to_string())?,
        );
    }
    Ok(should)
}

/// Compares totals; a row of zeros is the same as no row.
fn totals_differ(
    what: &str,
    expected: &BTreeMap<TotalKey, Sums>,
    stored: &BTreeMap<TotalKey, Sums>,
) -> Option<String> {
    let keys: BTreeSet<&TotalKey> = expected.keys().chain(stored.keys()).collect();
    keys.into_iter().find_map(|key| {
        let (should, is) = (
            expected.get(key).copied().unwrap_or_default(),
            stored.get(key).copied().unwrap_or_default(),
        );
        (should != is).then(|| {
            format!(
                "{what} differ for {} {} {} ({}): {} pence stored, {} pence posted",
                key.stage, key.measure, key.period, key.edition, is.worth_pence, should.worth_pence
            )
        })
    })
}
