//! Rotation: another secret for the same hand, and some days in which both open.

use crate::domain::fault::Fault;
use crate::domain::key::{Key, KeyState};
use crate::domain::moment::Moment;
use crate::operations::audit::{self, Entry};
use crate::operations::reading::Reading;
use crate::operations::{Conflict, Hand, Refusal};
use crate::storage::{self, Tx};

use super::find_key;
use super::make_key::{MadeKey, add, told};
use super::text::KeyText;

/// Days in which both keys open, when nothing is said.
pub const USUAL_OVERLAP: i64 = 7;
/// The most days in which both keys open.
pub const LONGEST_OVERLAP: i64 = 90;
const DAY: i64 = 86_400_000_000;

/// A rotation as given.
#[derive(Debug, Clone, Copy, Default)]
pub struct RotationGiven {
    /// Days in which both keys open, 0 to 90; 7 when missing.
    pub overlap_days: Option<i64>,
}

/// Makes a key that takes the place of one: with the same name, role, organisations, networks and holder, and for
/// as long again. The one before opens until the overlap is over, or its own time.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`]; [`Refusal::Conflict`] `key_revoked`, `key_rotated` or `key_expired`.
pub async fn rotate_key(
    tx: &mut Tx,
    hand: Hand<'_>,
    id: &str,
    given: RotationGiven,
    faults: Vec<Fault>,
) -> Result<MadeKey, Refusal> {
    let Hand { office, actor, at } = hand;
    let before = find_key(tx, actor, id).await?;
    let mut reading = Reading::after(faults);
    let days = given.overlap_days.unwrap_or(USUAL_OVERLAP);
    if !(0..=LONGEST_OVERLAP).contains(&days) {
        let message = format!("give a whole number of days from 0 to {LONGEST_OVERLAP}");
        reading.fault("/overlap_days", "out_of_range", message);
    }
    let days = reading.end(Some(days))?;
    may_be_rotated(&before, at)?;
    let over = Moment::from_micros(at.micros() + days * DAY);
    let over = before.expires_at.map_or(over, |own| own.min(over));
    if !storage::key::rotate(tx, &actor.partnership, id, at, over).await? {
        return Err(Refusal::changed_meanwhile());
    }
    let life = |end: Moment| end.micros() - before.created_at.micros();
    let after = Key {
        id: (office.new_id)(),
        created_at: at,
        expires_at: before
            .expires_at
            .map(|end| Moment::from_micros(at.micros() + life(end))),
        last_used_at: None,
        ..before.clone()
    };
    let made = add(tx, office, actor, after, KeyText::new(&actor.partnership)?).await?;
    let mut state = told(&Key {
        expires_at: Some(over),
        ..before.clone()
    });
    state["rotated_to"] = made.key.id.clone().into();
    let entry = Entry::of("rotate_key", "key", id)
        .before(told(&before))
        .after(state);
    audit::leave(tx, office, actor, at, entry).await?;
    office.living_keys.doubt(id, at);
    Ok(made)
}

fn may_be_rotated(key: &Key, at: Moment) -> Result<(), Refusal> {
    let refused = |code, message: &str| Err(Refusal::conflict(code, message));
    match key.state(at) {
        KeyState::Revoked => refused(Conflict::KeyRevoked, "this key was revoked: make a new one"),
        _ if key.rotated_at.is_some() => refused(
            Conflict::KeyRotated,
            "another key took the place of this one: rotate that",
        ),
        KeyState::Expired => refused(Conflict::KeyExpired, "this key has expired: make a new one"),
        KeyState::Live => Ok(()),
    }
}
