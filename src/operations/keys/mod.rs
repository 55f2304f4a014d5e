//! Keys: made once, shown once, kept as a hash (DESIGN: the actor is the key).

mod living;

use sha2::{Digest, Sha256};

use crate::domain::moment::Moment;
use crate::domain::policy::{Grant, Role};
use crate::storage::key::KeyRow;
use crate::storage::{self, Tx};

use super::audit::{self, Entry};
use super::reading::Reading;
use super::{Actor, Office, Refusal};

pub use living::LivingKeys;

/// The shortest secret taken from outside, in characters.
const SHORTEST_SECRET: usize = 32;

/// A key just made; its text is shown this once.
#[derive(Clone)]
pub struct MadeKey {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `gm_<partnership>_<secret>`.
    pub text: String,
}

impl std::fmt::Debug for MadeKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("MadeKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The partnership in the text of a key, where it has the shape of one.
#[must_use]
pub fn partnership_in(text: &str) -> Option<&str> {
    let (partnership, secret) = text.strip_prefix("gm_")?.split_once('_')?;
    let plain = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let fits = is_partnership(partnership)
        && (SHORTEST_SECRET..=200).contains(&secret.len())
        && plain(secret);
    fits.then_some(partnership)
}

/// Whether a text can name a partnership: 1 to 40 lower-case letters, digits and hyphens.
#[must_use]
pub fn is_partnership(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// SHA-256 of a key's text, in hexadecimal.
pub(super) fn hashed(text: &str) -> String {
    in_hexadecimal(&digest(text))
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

fn in_hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The start of a key's text by which it can be found in the logs of others, and not guessed.
fn prefix_of(text: &str) -> String {
    let secret = text.rfind('_').map_or(0, |at| at + 1);
    text.chars().take(secret + 6).collect()
}

/// A new secret of 256 bits, in hexadecimal.
pub(super) fn new_secret() -> Result<String, Refusal> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|_| Refusal::conflict("no_randomness", "the machine gives no random numbers"))?;
    Ok(in_hexadecimal(&bytes))
}

/// Who a key's text belongs to. `None` for anything that is not a living key.
///
/// # Errors
/// Storage errors only.
pub async fn authenticate(
    office: &Office,
    at: Moment,
    text: &str,
) -> Result<Option<Actor>, Refusal> {
    let Some(partnership) = partnership_in(text) else {
        return Ok(None);
    };
    let hash = digest(text);
    if let Some(actor) = office.living_keys.find(&hash, at) {
        return Ok(Some(actor));
    }
    let before = office.living_keys.revocations();
    let found = office
        .store
        .read(async |tx: &mut Tx| {
            let secret = in_hexadecimal(&hash);
            Ok::<_, Refusal>(storage::key::find_by_secret(tx, partnership, &secret).await?)
        })
        .await?;
    let living = |key: &KeyRow| {
        key.revoked_at.is_none() && key.expires_at.is_none_or(|expires| expires > at)
    };
    Ok(found.filter(living).map(|key| {
        let actor = Actor {
            partnership: partnership.to_owned(),
            id: key.id,
            grants: vec![Grant::whole(Role::Administrator)],
        };
        let lives = &office.living_keys;
        lives.keep(hash, &actor, at, key.expires_at, before);
        actor
    }))
}

/// Makes a key for the actor's partnership.
///
/// # Errors
/// [`Refusal::Invalid`] for a bad name.
pub async fn make_key(
    office: &Office,
    actor: &Actor,
    at: Moment,
    name: &str,
) -> Result<MadeKey, Refusal> {
    let mut reading = Reading::default();
    let name = reading.text("/name", Some(name), 100);
    let name = reading.end(name)?;
    let made = MadeKey {
        id: (office.new_id)(),
        name,
        text: format!("gm_{}_{}", actor.partnership, new_secret()?),
    };
    office
        .store
        .write(async |tx: &mut Tx| add(tx, office, actor, at, &made).await)
        .await?;
    Ok(made)
}

/// Stores a key's hash, with its audit entry.
pub(super) async fn add(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    at: Moment,
    made: &MadeKey,
) -> Result<(), Refusal> {
    let row = KeyRow {
        partnership: actor.partnership.clone(),
        prefix: prefix_of(&made.text),
        id: made.id.clone(),
        name: made.name.clone(),
        role: Role::Administrator.word().to_owned(),
        created_at: at,
        expires_at: None,
        revoked_at: None,
    };
    storage::key::add(tx, &row, &hashed(&made.text)).await?;
    let after = serde_json::json!({"name": made.name, "role": Role::Administrator.word()});
    audit::leave(
        tx,
        office,
        actor,
        at,
        Entry::of("make_key", "key", &made.id).after(after),
    )
    .await
}

/// The keys of the actor's partnership, without their secrets.
///
/// # Errors
/// Storage errors only.
pub async fn list_keys(office: &Office, actor: &Actor) -> Result<Vec<KeyRow>, Refusal> {
    office
        .store
        .read(async |tx: &mut Tx| Ok(storage::key::list(tx, &actor.partnership).await?))
        .await
}

/// Takes a key out of use from this moment on.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn revoke_key(
    office: &Office,
    actor: &Actor,
    at: Moment,
    id: &str,
) -> Result<(), Refusal> {
    office
        .store
        .write(async |tx: &mut Tx| {
            if !storage::key::revoke(tx, &actor.partnership, id, at).await? {
                return Err(Refusal::NotFound("key"));
            }
            audit::leave(tx, office, actor, at, Entry::of("revoke_key", "key", id)).await
        })
        .await?;
    office.living_keys.forget();
    Ok(())
}
