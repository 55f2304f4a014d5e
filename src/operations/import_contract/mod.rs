//! Importing a contract from an open contracting document: the bodies it names and the contract itself, or nothing.

mod body;
mod carry_out;
mod facts;
mod ocds;
mod spot;
mod terms;

use crate::domain::contract::Contract;
use crate::domain::fault::Fault;
use crate::storage::Tx;

use super::node::Node;
use super::reading::Reading;
use super::{Hand, Refusal};

use carry_out::{Ids, Import};

pub use facts::{Body, Days, Facts, Said, Value};
pub use ocds::{Choice, read};

/// The edition a contract is valued by when nothing is said.
pub const USUAL_EDITION: &str = "open-uk/2026";
/// How often it reports when nothing is said.
pub const USUAL_REPORTING: &str = "quarterly";

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct ImportGiven {
    /// The document.
    pub document: Option<Node>,
    /// Whether the buyer becomes an anchor institution and holds the contract.
    pub anchor: Option<bool>,
    /// Or the anchor institution that holds it, by id.
    pub held_by: Option<String>,
    /// The edition; `open-uk/2026` when missing.
    pub proxy_edition: Option<String>,
    /// `monthly`, `quarterly` or `yearly`; `quarterly` when missing.
    pub reporting: Option<String>,
    /// Code of the place.
    pub place: Option<String>,
    /// The partnership's own reference; the OCID when missing.
    pub reference: Option<String>,
    /// Which contract of the document.
    pub contract: Option<String>,
    /// Which supplier of the document.
    pub supplier: Option<String>,
    /// Kind of the buyer, where it is added.
    pub buyer_kind: Option<String>,
}

/// A body of the document, and the organisation it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its name in the document.
    pub name: String,
    /// Id of the organisation; `None` for a buyer of a contract that another organisation holds.
    pub organisation: Option<String>,
    /// Whether it was added now; else it was found by an identifier.
    pub added: bool,
}

/// What was imported.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The contract.
    pub contract: Contract,
    /// Who buys.
    pub buyer: Party,
    /// Who supplies.
    pub supplier: Party,
    /// Where in the document the value was, where there is one.
    pub value_from: Option<&'static str>,
    /// Where in the document the days were.
    pub days_from: &'static str,
    /// What a careful reader should know.
    pub warnings: Vec<String>,
}

/// Imports one contract.
///
/// # Errors
/// [`Refusal::Invalid`] with every fault, those of the document with pointers under `/document`;
/// [`Refusal::Conflict`] `ocid_taken` or `reference_taken`. Then nothing is stored.
pub async fn import_contract(
    tx: &mut Tx,
    hand: Hand<'_>,
    given: &ImportGiven,
    faults: Vec<Fault>,
) -> Result<Imported, Refusal> {
    let Hand { office, actor, at } = hand;
    let facts = facts_of(given, faults)?;
    let ids = Ids {
        buyer: (office.new_id)(),
        supplier: (office.new_id)(),
        contract: (office.new_id)(),
    };
    let import = Import {
        office,
        actor,
        at,
        given,
        facts: &facts,
        ids: &ids,
    };
    import.carry_out(tx).await
}

/// Reads options and document, every fault of both.
fn facts_of(given: &ImportGiven, faults: Vec<Fault>) -> Result<Facts, Refusal> {
    let mut reading = Reading::after(faults);
    let anchor = given.anchor.unwrap_or(false);
    if anchor == given.held_by.is_some() {
        let message = "say who holds the contract: the buyer, which becomes an anchor institution (anchor), or the anchor institution of an id (held_by); exactly one of the two";
        reading.fault("/anchor", "holder_unclear", message);
    }
    let document = reading.required("/document", given.document.as_ref());
    let choice = Choice {
        contract: given.contract.as_deref(),
        supplier: given.supplier.as_deref(),
    };
    let facts = document.and_then(|document| match read(document, choice) {
        Ok(facts) => Some(facts),
        Err(found) => {
            let under = |fault: Fault| fault.under("/document");
            reading.faults.extend(found.into_iter().map(under));
            None
        }
    });
    let nameless = |facts: &Facts| facts.ocid.is_none() && given.reference.is_none();
    if facts.as_ref().is_some_and(nameless) {
        let message = "the document has no OCID: give a reference";
        reading.fault("/reference", "field_missing", message);
    }
    reading.end(facts)
}
