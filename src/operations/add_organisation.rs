//! Adding bodies: anchor institutions, suppliers and their forerunners.

use crate::domain::fault::Fault;
use crate::domain::moment::Moment;
use crate::domain::organisation::{Dated, Identifier, Organisation, Succession};
use crate::storage::{self, StorageError, Tx};

use super::add_contract::place;
use super::audit::{self, Entry, told};
use super::reading::{LONGEST_NAME, Reading};
use super::{Actor, Conflict, Hand, Office, Refusal};

/// The most identifiers or predecessors of one organisation.
const MOST: usize = 50;

/// An organisation as given.
#[derive(Debug, Clone, Default)]
pub struct OrganisationGiven {
    /// Name.
    pub name: Option<String>,
    /// Code of its kind.
    pub kind: Option<String>,
    /// Code of its scale.
    pub scale: Option<String>,
    /// Whether it is an anchor institution.
    pub anchor_institution: Option<bool>,
    /// First day it is one.
    pub anchor_from: Option<String>,
    /// Last day it is one.
    pub anchor_to: Option<String>,
    /// Code of its place.
    pub place: Option<String>,
    /// Scheme and identifier.
    pub identifiers: Vec<(Option<String>, Option<String>)>,
    /// Organisation before it, and the first day after.
    pub predecessors: Vec<(Option<String>, Option<String>)>,
}

/// Adds an organisation.
///
/// # Errors
/// [`Refusal::Invalid`] with every fault; [`Refusal::Conflict`] `identifier_taken`.
pub async fn add_organisation(
    tx: &mut Tx,
    hand: Hand<'_>,
    given: &OrganisationGiven,
    faults: Vec<Fault>,
) -> Result<Organisation, Refusal> {
    let Hand { office, actor, at } = hand;
    let id = (office.new_id)();
    add(
        tx,
        office,
        actor,
        at,
        &id,
        given,
        Reading::after(faults.clone()),
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
    given: &OrganisationGiven,
    mut reading: Reading,
) -> Result<Organisation, Refusal> {
    let name = reading.required_text("/name", given.name.as_deref(), LONGEST_NAME);
    let kind = reading.required("/kind", given.kind.as_deref());
    let kind = kind.and_then(|word| known("/kind", word, &office.catalogue.kinds, &mut reading));
    let scale = given
        .scale
        .as_deref()
        .and_then(|word| known("/scale", word, &office.catalogue.scales, &mut reading));
    let place = match given.place.as_deref() {
        Some(code) => place(tx, actor, "/place", code, &mut reading).await?,
        None => None,
    };
    let anchor_institution = anchor(given, &mut reading);
    let identifiers = identifiers(&given.identifiers, &mut reading);
    let predecessors = predecessors(tx, actor, &given.predecessors, &mut reading).await?;
    let made = name.zip(kind).map(|(name, kind)| Organisation {
        id: id.to_owned(),
        name,
        kind,
        scale,
        place,
        anchor_institution,
        identifiers,
        predecessors,
        created_at: at,
    });
    let organisation = reading.end(made)?;
    storage::organisation::add(tx, &actor.partnership, &organisation)
        .await
        .map_err(|error| match error {
            StorageError::Duplicate { .. } => Refusal::conflict(
                Conflict::IdentifierTaken,
                "an organisation with one of these identifiers is here already",
            ),
            other => other.into(),
        })?;
    audit::leave(
        tx,
        office,
        actor,
        at,
        Entry::of("add_organisation", "organisation", id).after(told::organisation(&organisation)),
    )
    .await?;
    Ok(organisation)
}

fn known(
    pointer: &str,
    word: &str,
    list: &[(String, String)],
    reading: &mut Reading,
) -> Option<String> {
    if list.iter().any(|(code, _)| code == word) {
        return Some(word.to_owned());
    }
    let codes: Vec<&str> = list.iter().map(|(code, _)| code.as_str()).collect();
    reading.fault(
        pointer,
        "unknown_code",
        format!("choose one of {}", codes.join(", ")),
    );
    None
}

fn identifiers(
    list: &[(Option<String>, Option<String>)],
    reading: &mut Reading,
) -> Vec<Identifier> {
    if list.len() > MOST {
        reading.fault(
            "/identifiers",
            "too_many",
            format!("at most {MOST} identifiers"),
        );
    }
    let mut found = Vec::new();
    for (index, (scheme, id)) in list.iter().take(MOST).enumerate() {
        let scheme = reading.required_text(
            &format!("/identifiers/{index}/scheme"),
            scheme.as_deref(),
            60,
        );
        let id = reading.required_text(&format!("/identifiers/{index}/id"), id.as_deref(), 100);
        found.extend(scheme.zip(id).map(|(scheme, id)| Identifier { scheme, id }));
    }
    found.sort();
    found.dedup();
    found
}

async fn predecessors(
    tx: &mut Tx,
    actor: &Actor,
    list: &[(Option<String>, Option<String>)],
    reading: &mut Reading,
) -> Result<Vec<Succession>, Refusal> {
    if list.len() > MOST {
        reading.fault(
            "/predecessors",
            "too_many",
            format!("at most {MOST} predecessors"),
        );
    }
    let mut found = Vec::new();
    for (index, (id, on)) in list.iter().take(MOST).enumerate() {
        let pointer = format!("/predecessors/{index}/organisation");
        let on = reading.required_day(&format!("/predecessors/{index}/on"), on.as_deref());
        let Some(id) = reading.required(&pointer, id.as_deref()) else {
            continue;
        };
        let before = super::add_contract::organisation(tx, actor, &pointer, id, reading).await?;
        found.extend(before.zip(on).map(|(before, on)| Succession {
            organisation: before.id,
            on,
        }));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// When it is an anchor institution; `None` when it is none.
fn anchor(given: &OrganisationGiven, reading: &mut Reading) -> Option<Dated> {
    let dated = Dated {
        from: reading.day("/anchor_from", given.anchor_from.as_deref()),
        to: reading.day("/anchor_to", given.anchor_to.as_deref()),
    };
    if dated.from.zip(dated.to).is_some_and(|(from, to)| to < from) {
        let message = "the last day comes on or after the first";
        reading.fault("/anchor_to", "days_disordered", message);
    }
    let is_anchor = given.anchor_institution.unwrap_or(false);
    if !is_anchor && (dated.from.is_some() || dated.to.is_some()) {
        let message = "days are given only for an anchor institution";
        reading.fault("/anchor_from", "field_not_taken", message);
    }
    is_anchor.then_some(dated)
}
