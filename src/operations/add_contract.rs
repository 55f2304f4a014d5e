//! Posting a contract, a programme or an activity of an anchor institution: who holds it, who delivers it, whose money pays
//! it, when, and by which edition it is valued.

use crate::domain::contract::{Contract, Shares, Terms};
use crate::domain::fault::echo;
use crate::domain::moment::Moment;
use crate::domain::organisation::Organisation;
use crate::domain::period::{Period, Reporting};
use crate::domain::policy::Reach;
use crate::storage::{self, StorageError, Tx};

use super::audit::{self, Entry, told};
use super::reading::{LONGEST_NAME, Reading};
use super::{Actor, Conflict, Hand, Office, Refusal, editions, funding};

pub use super::funding::{FundingGiven, LONGEST_REFERENCE};

/// The most anchor institutions that may hold one contract.
pub const MOST_SHARES: usize = 20;

/// The longest contract, extension and all, in years.
const LONGEST_YEARS: u32 = 30;

/// An anchor institution and its share, as given.
#[derive(Debug, Clone, Default)]
pub struct ShareGiven {
    /// Id of the organisation.
    pub organisation: Option<String>,
    /// `3/5`, `0.6` or `1`.
    pub share: Option<String>,
}

/// A contract as given.
#[derive(Debug, Clone, Default)]
pub struct ContractGiven {
    /// The partnership's own reference.
    pub reference: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Who holds it.
    pub anchor_institutions: Option<Vec<ShareGiven>>,
    /// `contract`, `programme` or `corporate_activity`; a contract when missing.
    pub kind: Option<String>,
    /// Id of the supplier, of a contract.
    pub supplier: Option<String>,
    /// Id of whoever delivers what is no contract; the leading anchor institution when missing.
    pub delivered_by: Option<String>,
    /// Whose money pays it.
    pub funding: Option<FundingGiven>,
    /// Within which the contract lies whose price it is.
    pub reach: Reach,
    /// Net pounds.
    pub value: Option<String>,
    /// Gross pounds.
    pub value_gross: Option<String>,
    /// First day.
    pub starts_on: Option<String>,
    /// Last day.
    pub ends_on: Option<String>,
    /// Last day of a possible extension.
    pub may_extend_to: Option<String>,
    /// Code of the place.
    pub place: Option<String>,
    /// `open-uk/2026`.
    pub proxy_edition: Option<String>,
    /// `monthly`, `quarterly` or `yearly`.
    pub reporting: Option<String>,
    /// Open contracting id.
    pub ocid: Option<String>,
}

/// Adds a contract.
///
/// # Errors
/// [`Refusal::Invalid`] with every fault; [`Refusal::Conflict`] `reference_taken` or `ocid_taken`.
pub async fn add_contract(
    tx: &mut Tx,
    hand: Hand<'_>,
    given: &ContractGiven,
    reading: Vec<crate::domain::fault::Fault>,
) -> Result<Contract, Refusal> {
    let Hand { office, actor, at } = hand;
    let id = (office.new_id)();
    add(
        tx,
        office,
        actor,
        at,
        &id,
        given,
        Reading::after(reading.clone()),
    )
    .await
}

/// The same inside a transaction that does more.
pub(super) async fn add(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    at: Moment,
    id: &str,
    given: &ContractGiven,
    mut reading: Reading,
) -> Result<Contract, Refusal> {
    let contract = read(tx, office, actor, at, id, given, &mut reading).await?;
    let contract = reading.end(contract)?;
    storage::contract::add(tx, &actor.partnership, &contract)
        .await
        .map_err(|error| match error {
            StorageError::Duplicate { what } if what.contains("ocid") => Refusal::conflict(
                Conflict::OcidTaken,
                "a contract with this open contracting id is here already",
            ),
            StorageError::Duplicate { .. } => Refusal::conflict(
                Conflict::ReferenceTaken,
                format!(
                    "a contract with the reference {} is here already",
                    contract.reference
                ),
            ),
            other => other.into(),
        })?;
    let after = told::contract(&contract);
    audit::leave(
        tx,
        office,
        actor,
        at,
        Entry::of("add_contract", "contract", id)
            .of_contract(id)
            .after(after),
    )
    .await?;
    Ok(contract)
}

async fn read(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    at: Moment,
    id: &str,
    given: &ContractGiven,
    reading: &mut Reading,
) -> Result<Option<Contract>, Refusal> {
    let reference = reading.required_text("/reference", given.reference.as_deref(), 100);
    let reporting = reporting(given, reading);
    let edition =
        editions::pinned(tx, office, actor, given.proxy_edition.as_deref(), reading).await?;
    let edition = edition.map(|found| found.id().clone());
    let kind = funding::kind(given, reading);
    let said = funding::said_to_deliver(tx, actor, kind, given, reading).await?;
    let starts_on = reading.required_day("/starts_on", given.starts_on.as_deref());
    if starts_on.is_some_and(|day| Period::containing(day, Reporting::Monthly).is_none()) {
        reading.fault(
            "/starts_on",
            "day_out_of_range",
            "a contract starts between 2012-04-01 and 2099-12-31",
        );
    }
    let terms = terms(tx, actor, at, given, starts_on, reading).await?;
    let supplier = funding::deliverer(kind, said, given, terms.as_ref(), reading);
    let funding = funding::funding(tx, actor, kind, given, reading).await?;
    let ocid = reading.text("/ocid", given.ocid.as_deref(), 200);
    let (
        Some(reference),
        Some(reporting),
        Some(edition),
        Some((kind, funding)),
        Some(supplier),
        Some(starts_on),
        Some(terms),
    ) = (
        reference,
        reporting,
        edition,
        kind.zip(funding),
        supplier,
        starts_on,
        terms,
    )
    else {
        return Ok(None);
    };
    Ok(Some(Contract {
        id: id.to_owned(),
        reference,
        ocid,
        kind,
        funding,
        supplier,
        starts_on,
        reporting,
        edition,
        created_at: at,
        versions: vec![terms],
        rebasings: Vec::new(),
    }))
}

/// Its reporting calendar.
fn reporting(given: &ContractGiven, reading: &mut Reading) -> Option<Reporting> {
    let word = reading.required("/reporting", given.reporting.as_deref())?;
    let reporting = Reporting::parse(word);
    if reporting.is_none() {
        let message = format!("{} is not monthly, quarterly or yearly", echo(word));
        reading.fault("/reporting", "unknown_reporting", message);
    }
    reporting
}

/// Reads the terms a contract begins with.
async fn terms(
    tx: &mut Tx,
    actor: &Actor,
    at: Moment,
    given: &ContractGiven,
    starts_on: Option<crate::domain::period::Day>,
    reading: &mut Reading,
) -> Result<Option<Terms>, Refusal> {
    let title = reading.required_text("/title", given.title.as_deref(), LONGEST_NAME);
    let ends_on = reading.required_day("/ends_on", given.ends_on.as_deref());
    let may_extend_to = reading.day("/may_extend_to", given.may_extend_to.as_deref());
    days_in_order(starts_on, ends_on, may_extend_to, reading);
    let shares =
        match reading.required("/anchor_institutions", given.anchor_institutions.as_deref()) {
            Some(list) => shares(tx, actor, list, starts_on.zip(ends_on), reading).await?,
            None => None,
        };
    let place = match given.place.as_deref() {
        Some(code) => place(tx, actor, "/place", code, reading).await?,
        None => None,
    };
    let value = reading.pounds("/value", given.value.as_deref());
    let value_gross = reading.pounds("/value_gross", given.value_gross.as_deref());
    let (Some(title), Some(starts_on), Some(ends_on), Some(shares)) =
        (title, starts_on, ends_on, shares)
    else {
        return Ok(None);
    };
    Ok(Some(Terms {
        version: 1,
        effective_on: starts_on,
        recorded_at: at,
        reason: None,
        title,
        value,
        value_gross,
        ends_on,
        may_extend_to,
        place,
        shares,
    }))
}

/// Refuses days out of order, and contracts longer than this program counts.
pub(super) fn days_in_order(
    starts_on: Option<crate::domain::period::Day>,
    ends_on: Option<crate::domain::period::Day>,
    may_extend_to: Option<crate::domain::period::Day>,
    reading: &mut Reading,
) {
    let (Some(starts_on), Some(ends_on)) = (starts_on, ends_on) else {
        return;
    };
    if ends_on < starts_on {
        reading.fault(
            "/ends_on",
            "days_disordered",
            "a contract ends on or after the day it starts",
        );
    }
    if may_extend_to.is_some_and(|day| day < ends_on) {
        reading.fault(
            "/may_extend_to",
            "days_disordered",
            "an extension ends on or after the contract's last day",
        );
    }
    let longest = starts_on.checked_add_months(chrono::Months::new(12 * LONGEST_YEARS));
    if longest.is_none_or(|longest| may_extend_to.unwrap_or(ends_on) >= longest) {
        reading.fault(
            "/ends_on",
            "contract_too_long",
            format!("a contract lasts at most {LONGEST_YEARS} years, extension and all"),
        );
    }
}

/// Reads shares: known organisations that are anchor institutions in these days, adding up to one.
pub(super) async fn shares(
    tx: &mut Tx,
    actor: &Actor,
    list: &[ShareGiven],
    days: Option<(crate::domain::period::Day, crate::domain::period::Day)>,
    reading: &mut Reading,
) -> Result<Option<Shares>, Refusal> {
    if list.len() > MOST_SHARES {
        reading.fault(
            "/anchor_institutions",
            "too_many",
            format!("at most {MOST_SHARES} anchor institutions hold one contract"),
        );
        return Ok(None);
    }
    let mut parts = Vec::new();
    for (index, one) in list.iter().enumerate() {
        let pointer = format!("/anchor_institutions/{index}");
        let share = match one.share.as_deref() {
            None if list.len() == 1 => Some(crate::domain::amount::Share::whole()),
            None => reading
                .required::<str>(&format!("{pointer}/share"), None)
                .and(None),
            given => reading.share(&format!("{pointer}/share"), given),
        };
        let at = format!("{pointer}/organisation");
        let Some(id) = reading.required(&at, one.organisation.as_deref()) else {
            continue;
        };
        let Some(found) = organisation(tx, actor, &at, id, reading).await? else {
            continue;
        };
        let in_time = |dated: crate::domain::organisation::Dated| {
            days.is_none_or(|(from, to)| dated.touches(from, to))
        };
        if !found.anchor_institution.is_some_and(in_time) {
            reading.fault(
                &at,
                "not_an_anchor_institution",
                format!("{} is not an anchor institution in these days", found.name),
            );
        }
        parts.extend(share.map(|share| (found.id, share)));
    }
    if parts.len() != list.len() {
        return Ok(None);
    }
    match Shares::new(parts) {
        Ok(shares) => Ok(Some(shares)),
        Err(error) => {
            reading.fault("/anchor_institutions", "bad_shares", error.to_string());
            Ok(None)
        }
    }
}

/// Finds an organisation named in a field.
pub(super) async fn organisation(
    tx: &mut Tx,
    actor: &Actor,
    pointer: &str,
    id: &str,
    reading: &mut Reading,
) -> Result<Option<Organisation>, Refusal> {
    // PostgreSQL takes no text with a control character in it, and no id has one.
    let found = match id.contains(char::is_control) {
        true => None,
        false => storage::organisation::find(tx, &actor.partnership, id).await?,
    };
    if found.is_none() {
        reading.fault(
            pointer,
            "unknown_organisation",
            "there is no organisation of this id",
        );
    }
    Ok(found)
}

/// Checks a place named in a field.
pub(super) async fn place(
    tx: &mut Tx,
    actor: &Actor,
    pointer: &str,
    code: &str,
    reading: &mut Reading,
) -> Result<Option<String>, Refusal> {
    let places = storage::place::all(tx, &actor.partnership).await?;
    if places.get(code).is_none() {
        reading.fault(
            pointer,
            "unknown_place",
            "there is no place of this code; GET /v1/places lists them",
        );
        return Ok(None);
    }
    Ok(Some(code.to_owned()))
}
