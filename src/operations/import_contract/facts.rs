//! What an open contracting document says of one contract.

use crate::domain::amount::Pence;
use crate::domain::fault::Fault;
use crate::domain::organisation::Identifier;
use crate::domain::period::Day;

/// A fact, and the JSON pointer to where the document says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// The fact.
    pub value: T,
    /// Where.
    pub at: String,
}

/// A body that the document names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its name.
    pub name: String,
    /// Identifiers of registers; ids local to a notice are not among them.
    pub identifiers: Vec<Identifier>,
    /// Code of its kind, as far as the document says.
    pub kind: Option<&'static str>,
    /// Code of its scale, where the document says.
    pub scale: Option<&'static str>,
}

/// Pounds as one place of the document gives them: net and gross apart, neither worked out from the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value {
    /// `contract`, `award` or `tender`.
    pub from: &'static str,
    /// Without VAT.
    pub net: Option<Pence>,
    /// With VAT.
    pub gross: Option<Pence>,
}

/// The days of a contract, as one place of the document gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// `contract`, `award`, `lot` or `tender`.
    pub from: &'static str,
    /// First day.
    pub starts_on: Day,
    /// Last day.
    pub ends_on: Day,
    /// Last day of a possible extension.
    pub may_extend_to: Option<Day>,
}

/// Everything read of one contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Open contracting id, where it has one.
    pub ocid: Option<Said<String>>,
    /// Title.
    pub title: Said<String>,
    /// Who buys.
    pub buyer: Said<Body>,
    /// Who supplies.
    pub supplier: Said<Body>,
    /// The value, where there is one.
    pub value: Option<Said<Value>>,
    /// The days.
    pub days: Said<Days>,
    /// What a careful reader should know.
    pub warnings: Vec<String>,
}

/// The most warnings that are told.
const MOST_WARNINGS: usize = 50;

/// Faults and warnings gathered while a document is read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) faults: Vec<Fault>,
    pub(super) warnings: Vec<String>,
}

impl Notes {
    pub(super) fn warn(&mut self, warning: impl Into<String>) {
        if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(warning.into());
        }
    }
}
