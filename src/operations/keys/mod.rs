//! Keys: made once, shown once, kept as a hash (DESIGN: the actor is the key).

mod authenticate;
mod living;
mod make_key;
mod revoke_key;
mod rotate_key;
mod text;

use crate::domain::key::Key;
use crate::domain::moment::Moment;
use crate::storage::key::KeyFilter;
use crate::storage::{self, Tx};

use super::{Actor, Office, Refusal};

pub use authenticate::authenticate;
pub use living::LivingKeys;
pub(super) use make_key::add;
pub use make_key::{KeyGiven, MOST_NETWORKS, MOST_ORGANISATIONS, MadeKey, make_key};
pub use revoke_key::revoke_key;
pub use rotate_key::{RotationGiven, USUAL_OVERLAP, rotate_key};
pub use text::{KeyText, is_partnership, partnership_in};

/// A page of the keys of the actor's partnership, without their secrets: in the order they were made, after one.
///
/// # Errors
/// Storage errors only.
pub async fn list_keys(
    office: &Office,
    actor: &Actor,
    filter: KeyFilter,
    at: Moment,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Key>, Refusal> {
    office
        .store
        .read(async |tx: &mut Tx| {
            let list = storage::key::list(tx, &actor.partnership, filter, at, after, limit);
            Ok(list.await?)
        })
        .await
}

/// One key of the actor's partnership.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn read_key(office: &Office, actor: &Actor, id: &str) -> Result<Key, Refusal> {
    let read = office
        .store
        .read(async |tx: &mut Tx| find_key(tx, actor, id).await);
    read.await
}

/// The same inside a transaction that does more.
async fn find_key(tx: &mut Tx, actor: &Actor, id: &str) -> Result<Key, Refusal> {
    // PostgreSQL takes no text with a control character in it, and no id has one.
    if id.contains(char::is_control) {
        return Err(Refusal::NotFound("key"));
    }
    let found = storage::key::find(tx, &actor.partnership, id).await?;
    found.ok_or(Refusal::NotFound("key"))
}
