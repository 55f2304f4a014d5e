//! Recomputing everything: the chains of postings and of the audit, every worth from what was reported, every stored
//! total, and the digest of everything published (L4).

mod audit;
mod publications;
mod series;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::contract::Contract;
use crate::domain::ledger::difference::{self, Head};
use crate::domain::ledger::posting::{GENESIS, Posting};
use crate::domain::ledger::standing;
use crate::domain::ledger::total::{self, Sums, TotalKey};
use crate::domain::moment::Moment;
use crate::domain::report::Return;
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
    /// Publications looked at.
    pub publications: usize,
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
    let ids = async |tx: &mut Tx| {
        let partnership = actor.partnership.as_str();
        let there = storage::partnership::find(tx, partnership).await?;
        there.ok_or(Refusal::NotFound("partnership"))?;
        Ok::<_, Refusal>(storage::contract::ids(tx, partnership).await?)
    };
    let mut audited = audit::Audited::begin(office, actor).await?;
    let mut by_contract: BTreeMap<String, Looked> = BTreeMap::new();
    for id in office.store.read(ids).await? {
        let looked = look(office, actor, &id, &mut audited, &mut verified).await?;
        by_contract.insert(id, looked);
        progress(verified.contracts);
    }
    let differs = anchor_totals_differ(office, actor, by_contract).await?;
    verified.differences.extend(differs);
    audited.rest(office, actor).await?;
    verified.audit_entries = audited.entries;
    verified.differences.extend(audited.differences);
    let (publications, differences) = publications::publications(office, actor).await?;
    verified.publications = publications;
    verified.differences.extend(differences);
    let differences = series::series(office, actor).await?;
    verified.differences.extend(differences);
    Ok(verified)
}

/// Verifies one contract: its chain of postings, every worth in it, its own totals, and its audit.
///
/// # Errors
/// [`Refusal::NotFound`]; storage errors.
pub async fn verify_contract(
    office: &Office,
    actor: &Actor,
    contract_id: &str,
) -> Result<Verified, Refusal> {
    let mut verified = Verified::default();
    let mut audited = audit::Audited::begin(office, actor).await?;
    look(office, actor, contract_id, &mut audited, &mut verified).await?;
    verified.audit_entries = audited.entries;
    verified.differences.extend(audited.differences);
    Ok(verified)
}

/// What is kept of one contract while the others are looked at.
struct Looked {
    /// How many postings it has; none where a row of it cannot be read.
    postings: Option<usize>,
    by_anchor: BTreeMap<TotalKey, Sums>,
}

/// Looks at one contract. A row that cannot be read is a difference of it; the others are looked at all the same.
async fn look(
    office: &Office,
    actor: &Actor,
    contract_id: &str,
    audited: &mut audit::Audited,
    verified: &mut Verified,
) -> Result<Looked, Refusal> {
    let found = office
        .store
        .read(async |tx: &mut Tx| one_contract(tx, office, actor, contract_id).await)
        .await;
    verified.contracts += 1;
    match found {
        Ok(found) => {
            verified.postings += found.postings.len();
            verified.differences.extend(found.difference);
            let contract = (contract_id, found.name.as_str());
            let said = audit::Said {
                contract: &found.contract,
                returns: &found.returns,
            };
            audited
                .of_contract(office, actor, contract, Some(&said))
                .await?;
            Ok(Looked {
                postings: Some(found.postings.len()),
                by_anchor: total::by_anchor(found.contract.funding.source, &found.postings),
            })
        }
        Err(Refusal::Storage(error @ StorageError::Corrupt { .. })) => {
            let name = format!("contract {contract_id}");
            verified.differences.push(format!("{name}: {error}"));
            let contract = (contract_id, name.as_str());
            audited.of_contract(office, actor, contract, None).await?;
            Ok(Looked {
                postings: None,
                by_anchor: BTreeMap::new(),
            })
        }
        Err(other) => Err(other),
    }
}

/// The totals by anchor institution, in one picture with the ends of all chains: whoever posted since its contract was
/// looked at is looked at again.
async fn anchor_totals_differ(
    office: &Office,
    actor: &Actor,
    mut by_contract: BTreeMap<String, Looked>,
) -> Result<Option<String>, Refusal> {
    const WHAT: &str = "the totals by anchor institution";
    if by_contract.values().any(|looked| looked.postings.is_none()) {
        let why = "as a contract cannot be read";
        return Ok(Some(format!("{WHAT} were not compared, {why}")));
    }
    let partnership = actor.partnership.as_str();
    let picture = async |tx: &mut Tx| {
        let mut moved = Vec::new();
        for (id, head) in storage::chain::heads(tx, partnership).await? {
            let known = by_contract.get(&id).and_then(|looked| looked.postings);
            if known.and_then(|known| i64::try_from(known).ok()) != Some(head.length) {
                let found = one_contract(tx, office, actor, &id).await?;
                let funding = found.contract.funding.source;
                moved.push((id, total::by_anchor(funding, &found.postings)));
            }
        }
        let stored = storage::total::stored_by_anchor(tx, partnership).await?;
        Ok::<_, Refusal>((moved, stored))
    };
    let (moved, stored) = office.store.read(picture).await?;
    for (id, by_anchor) in moved {
        let postings = Some(0);
        let looked = Looked {
            postings,
            by_anchor,
        };
        by_contract.insert(id, looked);
    }
    let mut all: BTreeMap<TotalKey, Sums> = BTreeMap::new();
    for (key, sums) in by_contract
        .into_values()
        .flat_map(|looked| looked.by_anchor)
    {
        all.entry(key).or_default().include(&sums);
    }
    Ok(totals_differ(WHAT, &all, &stored))
}

/// One contract as it was found.
struct Found {
    /// What it is called: `contract C-1`.
    name: String,
    contract: Contract,
    postings: Vec<Posting>,
    returns: Vec<Return>,
    difference: Option<String>,
}

async fn one_contract(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    contract_id: &str,
) -> Result<Found, Refusal> {
    let book = book::open(tx, office, actor, contract_id).await?;
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
    let name = format!("contract {}", book.contract.reference);
    let funding = book.contract.funding.source;
    let difference = chain_differs(&book.contract, &head, &postings)
        .or_else(|| replay_differs(&book, &postings))
        .or_else(|| {
            totals_differ(
                "its totals",
                &total::by_contract(contract_id, funding, &postings),
                &stored,
            )
        })
        .map(|difference| format!("{name}: {difference}"));
    Ok(Found {
        name,
        contract: book.contract,
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
fn replay_differs(book: &Book, postings: &[Posting]) -> Option<String> {
    let mut expected: Vec<Posting> = Vec::new();
    for moment in moments(book) {
        let head = Head {
            length: i64::try_from(expected.len()).unwrap_or(i64::MAX),
            hash: expected
                .last()
                .map_or_else(|| GENESIS.to_owned(), |posting| posting.hash.clone()),
            recorded_at: moment,
        };
        let should = match standing_at(book, moment) {
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
    let rebasings = book.contract.rebasings.iter().map(|one| one.recorded_at);
    let said = terms.chain(rebasings).chain(targets);
    said.chain(decisions).collect()
}

fn standing_at(
    book: &Book,
    moment: Moment,
) -> Result<Vec<crate::domain::ledger::posting::Standing>, String> {
    let contract = book.contract.as_known_at(moment);
    let commitments: Vec<_> = book
        .commitments
        .iter()
        .filter_map(|one| one.as_known_at(moment))
        .collect();
    let ground = book.ground_of(&contract, &commitments);
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
