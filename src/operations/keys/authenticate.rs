//! Who a key belongs to.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use crate::domain::key::KeyState;
use crate::domain::moment::Moment;
use crate::operations::audit::{self, Entry};
use crate::operations::{Actor, Office, Refusal};
use crate::storage::{self, StorageError, Store, Tx};

use super::living::Living;
use super::text::{digest, in_hexadecimal, is_same, partnership_in};

/// How seldom the use of a key is noted, in microseconds.
const NOTED_EVERY: i64 = 60_000_000;

/// Who a key's text belongs to, for a caller at an address. `None` for anything that is not a living key, and for
/// one that may not be used from there: nobody is told which.
///
/// A key is looked up by the SHA-256 of its whole text, 256 random bits within, so that the time of a look-up says
/// nothing that could be guessed on from; the digest found is then compared in a time that does not depend on it.
///
/// # Errors
/// Storage errors only.
pub async fn authenticate(
    office: &Office,
    at: Moment,
    text: &str,
    address: Option<IpAddr>,
) -> Result<Option<Actor>, Refusal> {
    let Some(partnership) = partnership_in(text) else {
        return Ok(None);
    };
    let hash = digest(text);
    if let Some(living) = office.living_keys.find(&hash, at) {
        let opened = living.opens(address);
        if opened.is_none() {
            note_misuse(office, &living.actor, at, &living.id, "wrong_network");
        }
        return Ok(opened);
    }
    let secret = in_hexadecimal(&hash);
    let found = office
        .store
        .read(async |tx: &mut Tx| {
            Ok::<_, Refusal>(storage::key::find_by_secret(tx, partnership, &secret).await?)
        })
        .await?;
    let Some((key, kept)) = found else {
        return Ok(None);
    };
    if !is_same(&kept, &secret) {
        return Ok(None);
    }
    let state = key.state(at);
    let living = Arc::new(Living {
        actor: Actor {
            partnership: partnership.to_owned(),
            id: key.holder.clone(),
            grants: vec![key.grant()],
        },
        networks: key.networks,
        found_at: at,
        expires_at: key.expires_at,
        id: key.id,
    });
    if state != KeyState::Live {
        note_misuse(office, &living.actor, at, &living.id, state.word());
        return Ok(None);
    }
    let is_new = office.living_keys.keep(hash, Arc::clone(&living));
    let opened = living.opens(address);
    if opened.is_none() {
        note_misuse(office, &living.actor, at, &living.id, "wrong_network");
    }
    let long_ago = |last: Moment| at.micros() - last.micros() >= NOTED_EVERY;
    if is_new && opened.is_some() && key.last_used_at.is_none_or(long_ago) {
        note_use(&office.store, living, at);
    }
    Ok(opened)
}

/// Leaves in the audit that a key was used which opens nothing any more, or not from there (L8).
fn note_misuse(office: &Office, actor: &Actor, at: Moment, id: &str, code: &str) {
    audit::refused(office, actor, at, &Entry::of("use_key", "key", id), code);
}

/// Notes beside the request that a key was used; should that fail, no one waits for it.
fn note_use(store: &Store, living: Arc<Living>, at: Moment) {
    let store = store.clone();
    let since = Moment::from_micros(at.micros() - NOTED_EVERY);
    tokio::spawn(async move {
        let used = Arc::clone(&living);
        let work = movable(move |tx| {
            let used = Arc::clone(&used);
            Box::pin(async move {
                let partnership = &used.actor.partnership;
                storage::key::note_use(tx, partnership, &used.id, at, since).await
            })
        });
        if let Err(error) = store.write(work).await {
            tracing::warn!(%error, key = living.id, "the use of a key was not noted");
        }
    });
}

type Noting<'a> = Pin<Box<dyn Future<Output = Result<bool, StorageError>> + Send + 'a>>;

/// Work for a transaction in a shape that may move to another thread, which an async closure has not yet.
fn movable<F: for<'a> Fn(&'a mut Tx) -> Noting<'a>>(work: F) -> F {
    work
}
