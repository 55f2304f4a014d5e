//! Revocation: from this moment on a key opens nothing.

use crate::domain::key::{Key, KeyState};
use crate::domain::policy::Role;
use crate::operations::audit::{self, Entry};
use crate::operations::{Conflict, Hand, Refusal};
use crate::storage::{self, Tx};

use super::find_key;

/// Takes a key out of use. One that is revoked stays as it is.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `last_administrator` when no other administrator key lives.
pub async fn revoke_key(tx: &mut Tx, hand: Hand<'_>, id: &str) -> Result<Key, Refusal> {
    let Hand { office, actor, at } = hand;
    let partnership = &actor.partnership;
    storage::key::take_turn(tx, partnership).await?;
    let mut key = find_key(tx, actor, id).await?;
    let opens = key.state(at) == KeyState::Live && key.role == Role::Administrator;
    if opens && storage::key::is_last_administrator(tx, partnership, id, at).await? {
        let message =
            "no other administrator key lives as long: rotate this one, or make another first";
        return Err(Refusal::conflict(Conflict::LastAdministrator, message));
    }
    if storage::key::revoke(tx, partnership, id, at).await? {
        key.revoked_at = Some(at);
        let entry = Entry::of("revoke_key", "key", id);
        audit::leave(tx, office, actor, at, entry).await?;
    }
    office.living_keys.doubt(id, at);
    Ok(key)
}
