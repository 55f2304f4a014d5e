//! Bodies: anchor institutions, suppliers, and what they became.

use super::moment::Moment;
use super::period::Day;

/// A body of a kind and a scale. Kinds and scales are data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Identity, made by the program.
    pub id: String,
    /// Name.
    pub name: String,
    /// Code of its kind: `council`, `nhs_provider` ...
    pub kind: String,
    /// Code of its scale: `sme` or `large`, where known.
    pub scale: Option<String>,
    /// Code of its place, where known.
    pub place: Option<String>,
    /// When it is an anchor institution.
    pub anchor_institution: Option<Dated>,
    /// Identifiers in other schemes.
    pub identifiers: Vec<Identifier>,
    /// Bodies it took over from, dated.
    pub predecessors: Vec<Succession>,
    /// When it was recorded.
    pub created_at: Moment,
}

/// From a day, or always, to a day, or still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dated {
    /// First day; `None` is always.
    pub from: Option<Day>,
    /// Last day; `None` is still.
    pub to: Option<Day>,
}

impl Dated {
    /// Whether it holds on any day between two.
    #[must_use]
    pub fn touches(&self, from: Day, to: Day) -> bool {
        self.from.is_none_or(|first| first <= to) && self.to.is_none_or(|last| last >= from)
    }
}

/// An identifier in a scheme such as `GB-COH`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier {
    /// The scheme.
    pub scheme: String,
    /// The identifier in it.
    pub id: String,
}

/// A body that went before another (a CCG became part of an ICB).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Succession {
    /// The one before.
    pub organisation: String,
    /// First day of the one after.
    pub on: Day,
}
