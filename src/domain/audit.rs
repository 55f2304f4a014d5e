//! Who did what when, appended and chained by hash as postings are (L4, L8): a chain for each contract, and one
//! for what belongs to none.

use super::ledger::difference::Head;
use super::ledger::posting::GENESIS;
use super::moment::Moment;
use super::policy::Role;
use super::seal::Seal;
use super::words::words;

words! {
    /// What became of it.
    Outcome {
        /// It was carried out.
        Done = "done",
        /// It was refused, and nothing changed.
        Refused = "refused",
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Place in its chain, from 1, without gaps.
    pub sequence: i64,
    /// Its id.
    pub id: String,
    /// When; later than the entry before it.
    pub recorded_at: Moment,
    /// Id of the key or person, or what acted without one.
    pub actor: String,
    /// What they were then; none in entries older than this column.
    pub roles: Vec<Role>,
    /// What was done: `add_contract`, `submit_return` ...
    pub action: String,
    /// What it was done to: `contract`, `return` ...
    pub subject: String,
    /// Its id.
    pub subject_id: String,
    /// What became of it.
    pub outcome: Outcome,
    /// JSON of what was before.
    pub before: Option<String>,
    /// JSON of what is after; of a refusal its code, and how often.
    pub after: Option<String>,
    /// SHA-256 over the hash before it and every field.
    pub hash: String,
}

impl Entry {
    /// The hash it must have after the one before it. `contract` is empty where it belongs to none.
    #[must_use]
    pub fn sealed(&self, partnership: &str, contract: &str, previous: &str) -> String {
        Seal::new()
            .text(previous)
            .text(partnership)
            .text(contract)
            .number(self.sequence)
            .text(&self.id)
            .number(self.recorded_at.micros())
            .text(&self.actor)
            .text(&role_words(&self.roles))
            .text(&self.action)
            .text(&self.subject)
            .text(&self.subject_id)
            .text(self.outcome.word())
            .maybe(self.before.as_deref())
            .maybe(self.after.as_deref())
            .hex()
    }
}

/// Roles as one text: their words with commas between.
#[must_use]
pub fn role_words(roles: &[Role]) -> String {
    let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
    words.join(",")
}

/// Reads what [`role_words`] writes.
#[must_use]
pub fn roles_of(words: &str) -> Option<Vec<Role>> {
    if words.is_empty() {
        return Some(Vec::new());
    }
    words.split(',').map(Role::parse).collect()
}

/// The end of a chain without an entry.
#[must_use]
pub fn beginning() -> Head {
    Head {
        length: 0,
        hash: GENESIS.to_owned(),
        recorded_at: Moment::default(),
    }
}

/// A chain being followed from its beginning, entry by entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Following<'a> {
    partnership: &'a str,
    contract: &'a str,
    head: Head,
}

impl<'a> Following<'a> {
    /// Begins to follow one.
    #[must_use]
    pub fn of(partnership: &'a str, contract: &'a str) -> Self {
        Self {
            partnership,
            contract,
            head: beginning(),
        }
    }

    /// Where it has come to.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The hash that the next entry must have.
    #[must_use]
    pub fn hash_of(&self, entry: &Entry) -> String {
        entry.sealed(self.partnership, self.contract, &self.head.hash)
    }

    /// Goes on to the next entry.
    ///
    /// # Errors
    /// What is wrong with it: one is missing before it, it is older than that, or its hash is not that of its
    /// fields.
    pub fn next(&mut self, entry: &Entry) -> Result<(), String> {
        let expected = self.head.length + 1;
        if entry.sequence != expected {
            let (found, before) = (entry.sequence, self.head.length);
            return Err(format!(
                "entry {expected} is missing; entry {found} follows entry {before}"
            ));
        }
        if entry.recorded_at < self.head.recorded_at {
            return Err(format!(
                "entry {expected} is recorded before the entry it follows"
            ));
        }
        if entry.hash != self.hash_of(entry) {
            return Err(format!(
                "entry {expected} does not have the hash of its own fields and the entry before it: it was changed"
            ));
        }
        self.advance(entry);
        Ok(())
    }

    /// Takes the next entry as it is.
    pub fn advance(&mut self, entry: &Entry) {
        self.head = Head {
            length: entry.sequence,
            hash: entry.hash.clone(),
            recorded_at: entry.recorded_at,
        };
    }

    /// Compares where it ended with where it should end.
    ///
    /// # Errors
    /// That they differ.
    pub fn ends_at(&self, head: &Head) -> Result<(), String> {
        if *head == self.head {
            return Ok(());
        }
        Err(format!(
            "the end of the chain names entry {}, but the chain ends with entry {}, or with another one",
            head.length, self.head.length
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            sequence: 1,
            id: "i".to_owned(),
            recorded_at: Moment::from_micros(5),
            actor: "a".to_owned(),
            roles: vec![Role::Commissioner],
            action: "b".to_owned(),
            subject: "c".to_owned(),
            subject_id: "d".to_owned(),
            outcome: Outcome::Done,
            before: None,
            after: Some("{}".to_owned()),
            hash: String::new(),
        }
    }

    #[test]
    fn every_field_is_in_the_hash() {
        type Change = fn(&mut Entry);
        let changes: [Change; 12] = [
            |one| one.sequence += 1,
            |one| one.id.push('x'),
            |one| one.recorded_at = Moment::from_micros(6),
            |one| one.actor.push('x'),
            |one| one.roles.push(Role::Supplier),
            |one| one.action.push('x'),
            |one| one.subject.push('x'),
            |one| one.subject_id.push('x'),
            |one| one.outcome = Outcome::Refused,
            |one| one.before = Some(String::new()),
            |one| one.after = None,
            // A field that takes from its neighbour.
            |one| (one.action, one.subject) = ("bc".to_owned(), String::new()),
        ];
        let sealed = |one: &Entry| one.sealed("p", "k", GENESIS);
        let mut hashes: Vec<String> = changes
            .iter()
            .map(|change| {
                let mut other = entry();
                change(&mut other);
                sealed(&other)
            })
            .collect();
        hashes.extend([
            sealed(&entry()),
            entry().sealed("q", "k", GENESIS),
            entry().sealed("p", "", GENESIS),
            entry().sealed("p", "k", "1"),
        ]);
        let apart: std::collections::BTreeSet<&String> = hashes.iter().collect();
        assert_eq!(apart.len(), hashes.len());
    }

    #[test]
    fn roles_are_read_as_they_were_written() {
        for roles in [vec![], vec![Role::Analyst], Role::ALL.to_vec()] {
            assert_eq!(roles_of(&role_words(&roles)), Some(roles));
        }
        assert_eq!(roles_of("administrator,boss"), None);
    }
}
