//! Which measures would count the same thing twice (V11). Data, not code.

use super::words::words;

words! {
    /// How the measures of a relation stand to each other.
    RelationKind {
        /// The same thing measured in two ways: refused for one activity.
        SameThing = "same_thing",
        /// Parts of one thing: allowed, attested by the reporter.
        Partition = "partition",
    }
}

/// A relation between measures; a measure may be in several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its kind.
    pub kind: RelationKind,
    /// Short name.
    pub name: String,
    /// Why, for people.
    pub note: Option<String>,
    /// Codes of the measures.
    pub measures: Vec<String>,
}

impl Relation {
    /// Whether both measures are in it.
    #[must_use]
    pub fn joins(&self, one: &str, other: &str) -> bool {
        one != other
            && [one, other]
                .iter()
                .all(|code| self.measures.iter().any(|measure| measure == code))
    }
}
