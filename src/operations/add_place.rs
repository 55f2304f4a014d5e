//! Adding a place of the partnership's own to the tree.

use crate::domain::fault::Fault;
use crate::domain::place::Place;
use crate::storage::{self, StorageError, Tx};

use super::audit::{self, Entry, told};
use super::reading::{LONGEST_NAME, Reading};
use super::{Actor, Conflict, Hand, Refusal};

/// A place as given.
#[derive(Debug, Clone, Default)]
pub struct PlaceGiven {
    /// Code in kebab case; made from the name when missing.
    pub code: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// What kind of area.
    pub kind: Option<String>,
    /// Code of the place above it.
    pub parent: Option<String>,
    /// GSS code.
    pub gss: Option<String>,
    /// First day it exists.
    pub valid_from: Option<String>,
    /// Last day it exists.
    pub valid_to: Option<String>,
}

/// Adds a place.
///
/// # Errors
/// [`Refusal::Invalid`] with every fault; [`Refusal::Conflict`] `place_taken`.
pub async fn add_place(
    tx: &mut Tx,
    hand: Hand<'_>,
    given: &PlaceGiven,
    faults: Vec<Fault>,
) -> Result<Place, Refusal> {
    let Hand { office, actor, at } = hand;
    let mut reading = Reading::after(faults.clone());
    let place = read(tx, actor, given, &mut reading).await?;
    let place = reading.end(place)?;
    storage::place::add(tx, &actor.partnership, &place)
        .await
        .map_err(|error| match error {
            StorageError::Duplicate { .. } => Refusal::conflict(
                Conflict::PlaceTaken,
                format!("a place with the code {} is here already", place.code),
            ),
            other => other.into(),
        })?;
    audit::leave(
        tx,
        office,
        actor,
        at,
        Entry::of("add_place", "place", &place.code).after(told::place(&place)),
    )
    .await?;
    Ok(place)
}

async fn read(
    tx: &mut Tx,
    actor: &Actor,
    given: &PlaceGiven,
    reading: &mut Reading,
) -> Result<Option<Place>, Refusal> {
    let name = reading.required_text("/name", given.name.as_deref(), LONGEST_NAME);
    let kind = reading.required("/kind", given.kind.as_deref());
    let kind = kind.and_then(|kind| reading.code("/kind", Some(kind)));
    let code = own_code(given.code.as_deref(), name.as_deref(), reading);
    let parent = match given.parent.as_deref() {
        Some(code) => super::add_contract::place(tx, actor, "/parent", code, reading).await?,
        None => None,
    };
    let gss = reading.code("/gss", given.gss.as_deref());
    let valid_from = reading.day("/valid_from", given.valid_from.as_deref());
    let valid_to = reading.day("/valid_to", given.valid_to.as_deref());
    if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
        reading.fault(
            "/valid_to",
            "days_disordered",
            "the last day comes on or after the first",
        );
    }
    let (Some(name), Some(kind), Some(code)) = (name, kind, code) else {
        return Ok(None);
    };
    Ok(Some(Place {
        code,
        name,
        kind,
        parent,
        gss,
        valid_from,
        valid_to,
        covers: Vec::new(),
    }))
}

/// The code given, or one made of the name; it stands in paths, so it is lower-case letters, digits and hyphens.
fn own_code(given: Option<&str>, name: Option<&str>, reading: &mut Reading) -> Option<String> {
    let code = given.map(str::to_owned).or_else(|| name.map(kebab))?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = (1..=100).contains(&code.len()) && code.bytes().all(plain);
    if !fits || code.starts_with('-') || code.ends_with('-') {
        let message = "give a code of 1 to 100 lower-case letters, digits and hyphens between them";
        reading.fault("/code", "bad_code", message);
        return None;
    }
    Some(code)
}

/// `St Helens` becomes `st-helens`. A name with other letters makes no code: half a name would be another one.
fn kebab(name: &str) -> String {
    let lower = name.to_lowercase();
    if lower
        .chars()
        .any(|letter| letter.is_alphanumeric() && !letter.is_ascii())
    {
        return String::new();
    }
    let words = lower
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
