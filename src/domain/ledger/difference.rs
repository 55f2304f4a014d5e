//! From what stands to what should stand: only the difference is appended (L1, L2).

use std::collections::BTreeMap;

use super::super::moment::Moment;
use super::posting::{Entry, Identity, Posting, Standing};

/// Where a contract's chain ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of postings.
    pub length: i64,
    /// Hash of the last one, or [`super::posting::GENESIS`].
    pub hash: String,
    /// When the last one was recorded.
    pub recorded_at: Moment,
}

/// A posting of the chain that no later one has taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// Its sequence number.
    pub sequence: i64,
    /// Which and what.
    pub standing: Standing,
}

/// The postings to append to `head` so that exactly `should` stands: a changed line is taken back and
/// restated, an unchanged one is not touched. The order is fixed, so that replaying gives the same chain.
#[must_use]
pub fn difference(
    contract: &str,
    head: &Head,
    stands: &[Stands],
    should: Vec<Standing>,
    at: Moment,
    reason: &str,
) -> Vec<Posting> {
    let mut open: BTreeMap<&Identity, &Stands> = stands
        .iter()
        .map(|one| (&one.standing.identity, one))
        .collect();
    let mut new = BTreeMap::new();
    for standing in should {
        match open.get(&standing.identity) {
            Some(same) if same.standing.content == standing.content => {
                open.remove(&standing.identity);
            }
            _ => {
                new.insert(standing.identity.clone(), standing);
            }
        }
    }
    let reversals = open
        .into_values()
        .map(|one| (Entry::Reverses(one.sequence), one.standing.clone()));
    let statements = new.into_values().map(|standing| (Entry::States, standing));
    let mut hash = head.hash.clone();
    let mut sequence = head.length;
    reversals
        .chain(statements)
        .map(|(entry, standing)| {
            sequence += 1;
            let mut posting = Posting {
                sequence,
                recorded_at: at,
                reason: reason.to_owned(),
                entry,
                standing,
                hash: String::new(),
            };
            posting.hash = posting.sealed(contract, &hash);
            hash.clone_from(&posting.hash);
            posting
        })
        .collect()
}

/// What stands after a chain of postings, in order of sequence.
#[must_use]
pub fn standing_after(postings: &[Posting]) -> Vec<Stands> {
    let mut stands: BTreeMap<i64, Stands> = BTreeMap::new();
    for posting in postings {
        match posting.entry {
            Entry::States => {
                stands.insert(
                    posting.sequence,
                    Stands {
                        sequence: posting.sequence,
                        standing: posting.standing.clone(),
                    },
                );
            }
            Entry::Reverses(sequence) => {
                stands.remove(&sequence);
            }
        }
    }
    stands.into_values().collect()
}
