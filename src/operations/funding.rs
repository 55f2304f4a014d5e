//! Reading what a contract is, who delivers it, and whose money pays it.

use crate::domain::contract::Terms;
use crate::domain::fault::echo;
use crate::domain::funding::{ContractKind, Funder, Funding, FundingSource};
use crate::storage::{self, Tx};

use super::add_contract::{ContractGiven, organisation};
use super::reading::{LONGEST_NAME, Reading};
use super::{Actor, Refusal};

/// The longest reference of a funder, in characters.
pub const LONGEST_REFERENCE: usize = 200;

/// Whose money pays a contract, as given.
#[derive(Debug, Clone, Default)]
pub struct FundingGiven {
    /// `contract_price`, `grant` or `own_resources`.
    pub source: Option<String>,
    /// Id of the organisation that gives it.
    pub funder: Option<String>,
    /// Name of who gives it, where that is no organisation here.
    pub funder_name: Option<String>,
    /// What the funder calls it.
    pub reference: Option<String>,
    /// Id of the contract whose price it is.
    pub contract: Option<String>,
}

/// What it is; a contract where that is not said.
pub(super) fn kind(given: &ContractGiven, reading: &mut Reading) -> Option<ContractKind> {
    let Some(word) = given.kind.as_deref() else {
        let is_unread = reading.faults.iter().any(|fault| fault.pointer == "/kind");
        return (!is_unread).then_some(ContractKind::Contract);
    };
    let kind = ContractKind::parse(word);
    if kind.is_none() {
        let words: Vec<&str> = ContractKind::ALL.iter().map(|one| one.word()).collect();
        let message = format!("{} is not one of {}", echo(word), words.join(", "));
        reading.fault("/kind", "unknown_kind", message);
    }
    kind
}

/// Who is said to deliver it: of a contract the supplier, who must be, and of everything else nobody may be the supplier.
pub(super) async fn said_to_deliver(
    tx: &mut Tx,
    actor: &Actor,
    kind: Option<ContractKind>,
    given: &ContractGiven,
    reading: &mut Reading,
) -> Result<Option<String>, Refusal> {
    let (supplier, other) = (given.supplier.as_deref(), given.delivered_by.as_deref());
    let (pointer, named) = match kind {
        None => return Ok(None),
        Some(ContractKind::Contract) => {
            if other.is_some() {
                let message = "a contract is delivered by its supplier: name that";
                reading.fault("/delivered_by", "supplier_delivers", message);
            }
            ("/supplier", reading.required("/supplier", supplier))
        }
        Some(kind) => {
            if supplier.is_some() {
                let what = kind.word().replace('_', " ");
                let message =
                    format!("a {what} has no supplier: name who delivers it as delivered_by");
                reading.fault("/supplier", "no_supplier", message);
            }
            ("/delivered_by", other)
        }
    };
    let Some(id) = named else { return Ok(None) };
    let found = organisation(tx, actor, pointer, id, reading).await?;
    Ok(found.map(|found| found.id))
}

/// Who delivers it where nobody is said to: the anchor institution that leads. What an anchor institution does itself, one
/// of those who hold it does.
pub(super) fn deliverer(
    kind: Option<ContractKind>,
    said: Option<String>,
    given: &ContractGiven,
    terms: Option<&Terms>,
    reading: &mut Reading,
) -> Option<String> {
    let (kind, holders) = (kind?, terms?.shares.parts());
    if kind == ContractKind::Contract || given.delivered_by.is_some() {
        let holds = |id: &String| holders.iter().any(|(holder, _)| holder == id);
        if kind == ContractKind::CorporateActivity && !said.as_ref().is_none_or(holds) {
            let message =
                "what an anchor institution does itself, one of those who hold it delivers";
            reading.fault("/delivered_by", "not_a_holder", message);
        }
        return said;
    }
    holders.first().map(|(leading, _)| leading.clone())
}

/// Whose money pays it.
pub(super) async fn funding(
    tx: &mut Tx,
    actor: &Actor,
    kind: Option<ContractKind>,
    given: &ContractGiven,
    reading: &mut Reading,
) -> Result<Option<Funding>, Refusal> {
    let none = FundingGiven::default();
    let said = given.funding.as_ref();
    if said.is_none() && kind == Some(ContractKind::Programme) {
        reading.required::<str>("/funding", None);
        return Ok(None);
    }
    let said = said.unwrap_or(&none);
    let source = source(kind, said, reading);
    let reference = said.reference.as_deref();
    let reference = reading.text("/funding/reference", reference, LONGEST_REFERENCE);
    let funder = funder(tx, actor, said, reading).await?;
    let contract = said.contract.as_ref();
    if contract.is_some() && source.is_some_and(|source| source != FundingSource::ContractPrice) {
        let message = "only contract_price is the price of a contract";
        reading.fault("/funding/contract", "funding_does_not_fit", message);
    }
    let contract = match contract {
        Some(id) => paying(tx, actor, given, id, reading).await?,
        None => None,
    };
    Ok(source.map(|source| Funding {
        source,
        funder,
        reference,
        contract,
    }))
}

fn source(
    kind: Option<ContractKind>,
    said: &FundingGiven,
    reading: &mut Reading,
) -> Option<FundingSource> {
    let Some(word) = said.source.as_deref() else {
        let usual = kind?.usual_funding();
        if usual.is_none() {
            reading.required::<str>("/funding/source", None);
        }
        return usual;
    };
    let source = FundingSource::parse(word);
    let message = match (source, kind) {
        (None, _) => {
            let words: Vec<&str> = FundingSource::ALL.iter().map(|one| one.word()).collect();
            let message = format!("{} is not one of {}", echo(word), words.join(", "));
            reading.fault("/funding/source", "unknown_funding", message);
            return None;
        }
        (Some(source), Some(kind)) if !kind.may_be_paid_by(source) => match kind {
            ContractKind::Contract => "what is paid to a supplier is a price, or a grant",
            _ => "what an anchor institution does itself has no price: name its means, or a grant",
        },
        _ => return source,
    };
    reading.fault("/funding/source", "funding_does_not_fit", message);
    None
}

async fn funder(
    tx: &mut Tx,
    actor: &Actor,
    said: &FundingGiven,
    reading: &mut Reading,
) -> Result<Option<Funder>, Refusal> {
    let name = said.funder_name.as_deref();
    let name = reading.text("/funding/funder_name", name, LONGEST_NAME);
    let Some(id) = said.funder.as_deref() else {
        return Ok(name.map(Funder::Named));
    };
    if said.funder_name.is_some() {
        let message = "give the id of the funder, or a name where it is no organisation here";
        reading.fault("/funding/funder_name", "two_funders", message);
    }
    let found = organisation(tx, actor, "/funding/funder", id, reading).await?;
    Ok(found.map(|found| Funder::Organisation(found.id)))
}

/// The contract whose price it is, where the one who asks may see it.
async fn paying(
    tx: &mut Tx,
    actor: &Actor,
    given: &ContractGiven,
    id: &str,
    reading: &mut Reading,
) -> Result<Option<String>, Refusal> {
    // PostgreSQL takes no text with a control character in it, and no id has one.
    let found = match id.contains(char::is_control) {
        true => None,
        false => storage::contract::find_within(tx, &actor.partnership, id, &given.reach).await?,
    };
    if found.is_none() {
        let message = "there is no contract of this id, or none that you may see";
        reading.fault("/funding/contract", "unknown_contract", message);
    }
    Ok(found.map(|found| found.id))
}
