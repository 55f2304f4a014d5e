//! Making a key: a role, whom it is for, until when, and from where.

use std::collections::BTreeSet;

use chrono::{Months, NaiveTime};
use serde_json::{Value, json};

use crate::domain::fault::Fault;
use crate::domain::key::Key;
use crate::domain::moment::Moment;
use crate::domain::network::Network;
use crate::domain::policy::Role;
use crate::operations::add_contract::organisation;
use crate::operations::audit::{self, Entry};
use crate::operations::reading::Reading;
use crate::operations::{Actor, Hand, Office, Refusal};
use crate::storage::{self, Tx};

use super::text::KeyText;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
/// The most organisations that one key is for.
pub const MOST_ORGANISATIONS: usize = 100;
/// The most networks that one key may be used from.
pub const MOST_NETWORKS: usize = 20;
/// The longest life, in years.
const LONGEST_YEARS: u32 = 5;

/// A key as given.
#[derive(Debug, Clone, Default)]
pub struct KeyGiven {
    /// Whose it is, for people.
    pub name: Option<String>,
    /// Word of its role.
    pub role: Option<String>,
    /// Ids of the organisations it is for.
    pub organisations: Vec<Option<String>>,
    /// The last day it opens anything, UTC.
    pub expires_on: Option<String>,
    /// Addresses and networks it may be used from.
    pub networks: Vec<Option<String>>,
}

/// A key just made; its text is shown this once.
#[derive(Debug, Clone)]
pub struct MadeKey {
    /// The key.
    pub key: Key,
    /// `gm_<partnership>_<secret>`.
    pub text: KeyText,
}

/// Makes a key for the actor's partnership.
///
/// # Errors
/// [`Refusal::Invalid`] with every fault.
pub async fn make_key(
    tx: &mut Tx,
    hand: Hand<'_>,
    given: &KeyGiven,
    faults: Vec<Fault>,
) -> Result<MadeKey, Refusal> {
    let Hand { office, actor, at } = hand;
    let mut reading = Reading::after(faults);
    let name = reading.required_text("/name", given.name.as_deref(), LONGEST_NAME);
    let role = role(given, &mut reading);
    let organisations = organisations(tx, actor, given, role, &mut reading).await?;
    let networks = networks(&given.networks, &mut reading);
    let expires_at = expiry(given, at, &mut reading);
    let id = (office.new_id)();
    let key = name.zip(role).map(|(name, role)| Key {
        holder: id.clone(),
        id,
        name,
        role,
        organisations,
        networks,
        prefix: String::new(),
        created_at: at,
        expires_at,
        rotated_at: None,
        revoked_at: None,
        last_used_at: None,
    });
    let key = reading.end(key)?;
    let text = KeyText::new(&actor.partnership)?;
    add(tx, office, actor, key, text).await
}

/// Stores a key with the hash of its text, and with its audit entry.
pub(in crate::operations) async fn add(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    key: Key,
    text: KeyText,
) -> Result<MadeKey, Refusal> {
    let key = Key {
        prefix: text.prefix(),
        ..key
    };
    storage::key::add(tx, &actor.partnership, &key, &text.hashed()).await?;
    let entry = Entry::of("make_key", "key", &key.id).after(told(&key));
    audit::leave(tx, office, actor, key.created_at, entry).await?;
    Ok(MadeKey { key, text })
}

/// A key as the audit tells it.
pub(super) fn told(key: &Key) -> Value {
    let networks: Vec<String> = key.networks.iter().map(Network::to_string).collect();
    json!({
        "name": key.name, "role": key.role.word(), "organisations": key.organisations, "networks": networks,
        "holder": key.holder, "expires_at": key.expires_at.map(|end| end.to_string()),
    })
}

fn role(given: &KeyGiven, reading: &mut Reading) -> Option<Role> {
    let word = reading.required("/role", given.role.as_deref())?;
    let role = Role::parse(word);
    if role.is_none() {
        let words: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
        let message = format!("choose one of {}", words.join(", "));
        reading.fault("/role", "unknown_code", message);
    }
    role
}

/// Organisations that are there, and those of a commissioner anchor institutions; none for a role that is for the
/// whole partnership.
async fn organisations(
    tx: &mut Tx,
    actor: &Actor,
    given: &KeyGiven,
    role: Option<Role>,
    reading: &mut Reading,
) -> Result<BTreeSet<String>, Refusal> {
    let all = "/organisations";
    let list = &given.organisations;
    if list.len() > MOST_ORGANISATIONS {
        let message = format!("at most {MOST_ORGANISATIONS} organisations; make another key");
        reading.fault(all, "too_many", message);
    }
    let mut found = BTreeSet::new();
    for (index, id) in list.iter().take(MOST_ORGANISATIONS).enumerate() {
        let Some(id) = id else { continue };
        let pointer = format!("{all}/{index}");
        let Some(one) = organisation(tx, actor, &pointer, id, reading).await? else {
            continue;
        };
        if role == Some(Role::Commissioner) && one.anchor_institution.is_none() {
            let message = format!("{} is no anchor institution", one.name);
            reading.fault(&pointer, "not_an_anchor_institution", message);
        }
        found.insert(one.id);
    }
    if let Some(role) = role {
        if role.is_of_organisations() && list.is_empty() {
            let message = format!("name the organisations that this {role} acts for");
            reading.fault(all, "field_missing", message);
        }
        if !role.is_of_organisations() && !list.is_empty() {
            let message = format!("the role {role} is for the whole partnership");
            reading.fault(all, "field_not_taken", message);
        }
    }
    Ok(found)
}

fn networks(list: &[Option<String>], reading: &mut Reading) -> Vec<Network> {
    if list.len() > MOST_NETWORKS {
        let message = format!("at most {MOST_NETWORKS} networks");
        reading.fault("/networks", "too_many", message);
    }
    let mut found = BTreeSet::new();
    for (index, text) in list.iter().take(MOST_NETWORKS).enumerate() {
        match text.as_deref().map(Network::parse) {
            None => {}
            Some(Ok(network)) => drop(found.insert(network)),
            Some(Err(message)) => {
                reading.fault(format!("/networks/{index}"), "not_a_network", message);
            }
        }
    }
    found.into_iter().collect()
}

/// The end of the last day.
fn expiry(given: &KeyGiven, at: Moment, reading: &mut Reading) -> Option<Moment> {
    let pointer = "/expires_on";
    let last = reading.day(pointer, given.expires_on.as_deref())?;
    let today = at.day();
    let latest = today.checked_add_months(Months::new(12 * LONGEST_YEARS))?;
    if last < today || last > latest {
        let message = format!("choose a day from {today} to {latest}");
        reading.fault(pointer, "out_of_range", message);
        return None;
    }
    let end = last.succ_opt()?.and_time(NaiveTime::MIN).and_utc();
    Some(Moment::from_micros(end.timestamp_micros()))
}
