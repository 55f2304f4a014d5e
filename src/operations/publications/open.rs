//! Saying whether anybody may read a publication. Nothing else of it ever changes.

use serde_json::json;

use crate::domain::fault::Fault;
use crate::domain::policy::Reach;
use crate::storage::{self, Tx};

use super::super::audit::{self, Entry};
use super::super::reading::Reading;
use super::super::{Hand, Refusal};
use super::read::{Published, heading};

/// Opens one to everybody, or closes it again. To say what is so already changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`] outside the reach; [`Refusal::Invalid`] where nothing is said.
pub async fn open(
    tx: &mut Tx,
    hand: Hand<'_>,
    reach: &Reach,
    id: &str,
    (public, faults): (Option<bool>, Vec<Fault>),
) -> Result<Published, Refusal> {
    let Hand { office, actor, at } = hand;
    let partnership = actor.partnership.as_str();
    let mut heading = heading(tx, actor, reach, id).await?;
    let mut reading = Reading::after(faults);
    let public = reading.required("/public", public.as_ref()).copied();
    let public = reading.end(public)?;
    let before = heading.is_public;
    if storage::publication::set_public(tx, partnership, id, public).await? {
        let action = match public {
            true => "open_publication",
            false => "close_publication",
        };
        let entry = Entry::of(action, "publication", id)
            .before(json!({ "public": before }))
            .after(json!({ "public": public }));
        audit::leave(tx, office, actor, at, entry).await?;
    }
    heading.is_public = public;
    Published::of(storage::publication::whole(tx, partnership, heading).await?)
}
