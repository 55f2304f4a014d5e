//! The first start: one partnership, its places, the editions it may rest on, and one key.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::domain::edition::{Edition, Status};
use crate::domain::key::Key;
use crate::domain::moment::Moment;
use crate::domain::policy::Role;
use crate::storage::{self, StorageError, Tx};

use super::audit::{self, Entry};
use super::keys::{self, KeyText, MadeKey};
use super::{Actor, Office, Refusal};

/// The name of the key made at the first start.
const FIRST_KEY: &str = "first administrator";
/// Who is said to have done what no key did.
const PROGRAM: &str = "program";

/// What the start found or made.
#[derive(Debug)]
pub struct Opened {
    /// Whether the partnership was made now.
    pub created: bool,
    /// A key made now, to be printed once; `None` when there was one or it was given.
    pub made_key: Option<MadeKey>,
}

/// Opens a partnership: makes it when it is not there, checks that no stored edition has changed, and
/// sees that there is an administrator key: the one given, or one made now.
///
/// # Errors
/// [`Refusal::Failed`] when a stored edition's digest differs: the start must stop;
/// [`Refusal::Invalid`] for a given key that is not of this partnership.
pub async fn open_partnership(
    office: &Office,
    partnership: &str,
    given_key: Option<&str>,
    at: Moment,
) -> Result<Opened, Refusal> {
    if !keys::is_partnership(partnership) {
        return Err(Refusal::fault(
            "/partnership",
            "bad_partnership",
            "name a partnership with 1 to 40 lower-case letters, digits and hyphens",
        ));
    }
    if let Some(text) = given_key
        && keys::partnership_in(text) != Some(partnership)
    {
        let message = format!(
            "the administrator key must read gm_{partnership}_ and a secret of at least 32 letters and digits"
        );
        return Err(Refusal::fault("/admin_key", "bad_key", message));
    }
    let actor = Actor::administrator(partnership, PROGRAM);
    let text = match given_key {
        Some(text) => KeyText::given(text),
        None => KeyText::new(partnership)?,
    };
    office
        .store
        .write(async |tx: &mut Tx| {
            let created = storage::partnership::find(tx, partnership).await?.is_none();
            if created {
                storage::partnership::add(tx, partnership, partnership, at).await?;
            }
            let places = add_places(tx, office, partnership).await?;
            let editions = check_editions(tx, office, partnership, at).await?;
            check_own_editions(tx, office, partnership).await?;
            if created || places > 0 || !editions.is_empty() {
                let after = json!({"created": created, "places_added": places, "editions_sealed": editions});
                let entry = Entry::of("open_partnership", "partnership", partnership).after(after);
                audit::leave(tx, office, &actor, at, entry).await?;
            }
            let wanted = match given_key {
                Some(_) => storage::key::find_by_secret(tx, partnership, &text.hashed())
                    .await?
                    .is_none(),
                None => !storage::key::any_exists(tx, partnership).await?,
            };
            let made_key = match wanted {
                true => {
                    let key = first_key(office, at);
                    Some(keys::add(tx, office, &actor, key, text.clone()).await?)
                }
                false => None,
            };
            Ok(Opened {
                created,
                made_key: made_key.filter(|_| given_key.is_none()),
            })
        })
        .await
}

/// An administrator key that never expires and may be used from anywhere.
fn first_key(office: &Office, at: Moment) -> Key {
    let id = (office.new_id)();
    Key {
        holder: id.clone(),
        id,
        name: FIRST_KEY.to_owned(),
        role: Role::Administrator,
        organisations: BTreeSet::new(),
        networks: Vec::new(),
        prefix: String::new(),
        created_at: at,
        expires_at: None,
        rotated_at: None,
        revoked_at: None,
        last_used_at: None,
    }
}

/// Adds the shipped places that the partnership does not have yet.
async fn add_places(tx: &mut Tx, office: &Office, partnership: &str) -> Result<usize, Refusal> {
    let there = storage::place::all(tx, partnership).await?;
    let new: Vec<_> = office
        .catalogue
        .places
        .iter()
        .filter(|place| there.get(&place.code).is_none())
        .cloned()
        .collect();
    if !new.is_empty() {
        storage::place::add_many(tx, partnership, &new).await?;
    }
    Ok(new.len())
}

/// Records editions seen for the first time, and answers their digests; a recorded one whose digest differs stops the
/// start.
async fn check_editions(
    tx: &mut Tx,
    office: &Office,
    partnership: &str,
    at: Moment,
) -> Result<Map<String, Value>, Refusal> {
    let mut sealed = Map::new();
    let recorded = storage::edition::recorded(tx, partnership).await?;
    let published = |edition: &&Arc<Edition>| edition.facts().status == Status::Published;
    for edition in office.catalogue.editions.values().filter(published) {
        let id = edition.id();
        match recorded.get(&id.to_string()) {
            None => {
                storage::edition::record(tx, partnership, &id.to_string(), edition.digest(), at)
                    .await?;
                sealed.insert(id.to_string(), json!(edition.digest()));
            }
            Some(digest) if digest == edition.digest() => {}
            Some(digest) => {
                let message = format!(
                    "the edition {id} was sealed here with the digest {digest}, and the one loaded has {}: a published edition never changes; restore it, or publish a new edition",
                    edition.digest()
                );
                return Err(Refusal::Failed(message));
            }
        }
    }
    Ok(sealed)
}

/// Reads every edition that the partnership published; one that is not what was sealed stops the start as well.
async fn check_own_editions(
    tx: &mut Tx,
    office: &Office,
    partnership: &str,
) -> Result<(), Refusal> {
    for governed in storage::proxy_edition::all(tx, partnership).await? {
        if governed.way.publication().is_some() {
            match office.edition(tx, partnership, &governed.id).await {
                Err(Refusal::Storage(error @ StorageError::Corrupt { .. })) => {
                    return Err(Refusal::Failed(error.to_string()));
                }
                other => other?,
            };
        }
    }
    Ok(())
}
