//! Bringing a table of values: it becomes a draft of the partnership's own, or takes the place of one.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::catalogue::table::{self, Brought, TableGiven};
use crate::domain::edition::{Edition, EditionId};
use crate::domain::fault::Fault;
use crate::domain::governance::{EditionState, Governed, Way};
use crate::domain::moment::Moment;
use crate::domain::report::Done;
use crate::domain::seal::Seal;
use crate::operations::audit::{self, Entry};
use crate::operations::own_series;
use crate::operations::seen::Seen;
use crate::operations::{Actor, Conflict, Hand, Office, Refusal};
use crate::storage::{self, StorageError, Tx};

use super::Found;

/// Reads a table that is brought, outside of any transaction: to read a long one takes a while.
///
/// # Errors
/// [`Refusal::Invalid`] with every fault, each with its row and column.
pub async fn read_table(
    office: &Office,
    actor: &Actor,
    at: Moment,
    given: &TableGiven,
    faults: Vec<Fault>,
) -> Result<Brought, Refusal> {
    let releases = table::releases(given);
    let read = async |tx: &mut Tx| {
        let places = storage::place::all(tx, &actor.partnership).await?;
        let own = own_series::these(tx, &actor.partnership, &releases).await?;
        Ok::<_, Refusal>((places, own))
    };
    let (places, own) = office.store.read(read).await?;
    match table::bring(&office.catalogue, &own, &places, given, at.day()) {
        Ok(brought) if faults.is_empty() => Ok(brought),
        Ok(_) => Err(Refusal::Invalid(faults)),
        Err(found) => {
            let told = |one: &Fault| faults.iter().any(|fault| fault.pointer == one.pointer);
            let found: Vec<Fault> = found.into_iter().filter(|one| !told(one)).collect();
            Err(Refusal::Invalid(faults.into_iter().chain(found).collect()))
        }
    }
}

/// Adds a draft.
///
/// # Errors
/// [`Refusal::Conflict`] `edition_taken`.
pub async fn add_edition(tx: &mut Tx, hand: Hand<'_>, brought: &Brought) -> Result<Found, Refusal> {
    let (partnership, id) = (&hand.actor.partnership, brought.edition.id());
    let draft = draft_of(hand, id, 1);
    storage::proxy_edition::add(tx, partnership, &draft, &brought.document)
        .await
        .map_err(|error| match error {
            StorageError::Duplicate { .. } => Refusal::conflict(
                Conflict::EditionTaken,
                format!("{id} is here already: give this table another edition, or put it in the place of that draft"),
            ),
            other => other.into(),
        })?;
    rest(tx, partnership, brought).await?;
    let text = id.to_string();
    let entry = Entry::of("add_proxy_edition", "proxy_edition", &text);
    keep(tx, hand, entry, draft, brought).await
}

/// Puts another table in the place of a draft.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::VersionNeeded`] and [`Refusal::Stale`], as two people may write one table;
/// [`Refusal::Conflict`] `other_state` once it is proposed.
pub async fn replace_edition(
    tx: &mut Tx,
    hand: Hand<'_>,
    brought: &Brought,
    seen: &Seen,
) -> Result<Found, Refusal> {
    let (partnership, id) = (&hand.actor.partnership, brought.edition.id());
    let before = storage::proxy_edition::find(tx, partnership, id).await?;
    let before = before.ok_or(Refusal::NotFound("proxy edition"))?;
    seen.must_be(&before.version())?;
    let state = before.way.state();
    if state != EditionState::Draft {
        let message = format!("{id} is {state}, and only a draft takes another table");
        return Err(Refusal::conflict(Conflict::OtherState, message));
    }
    let draft = draft_of(hand, id, before.revision + 1);
    let replaced =
        storage::proxy_edition::replace(tx, partnership, &draft, &brought.document).await?;
    if !replaced {
        return Err(Refusal::changed_meanwhile());
    }
    rest(tx, partnership, brought).await?;
    let text = id.to_string();
    let entry = Entry::of("replace_proxy_edition", "proxy_edition", &text);
    keep(tx, hand, entry, draft, brought).await
}

/// Keeps which releases of the partnership's own the table rests on.
async fn rest(tx: &mut Tx, partnership: &str, brought: &Brought) -> Result<(), Refusal> {
    let edition = &brought.edition;
    Ok(storage::series::rest(tx, partnership, edition.id(), &brought.own).await?)
}

fn draft_of(hand: Hand<'_>, id: &EditionId, revision: i64) -> Governed {
    Governed {
        id: id.clone(),
        revision,
        drafted: Done {
            at: hand.at,
            by: hand.actor.id.clone(),
        },
        way: Way::Draft,
    }
}

async fn keep(
    tx: &mut Tx,
    hand: Hand<'_>,
    entry: Entry<'_>,
    draft: Governed,
    brought: &Brought,
) -> Result<Found, Refusal> {
    let after = told(draft.revision, &brought.edition, &brought.document);
    audit::leave(tx, hand.office, hand.actor, hand.at, entry.after(after)).await?;
    Ok(Found {
        edition: Arc::new(brought.edition.clone()),
        governed: Some(draft),
    })
}

/// A table as the audit tells it: which it was, and none of its values.
fn told(revision: i64, edition: &Edition, document: &str) -> Value {
    let facts = edition.facts();
    json!({
        "revision": revision, "title": facts.title, "price_base": facts.price_base, "licences": facts.licences,
        "redistribution": facts.redistribution.word(), "measures": facts.measures.len(),
        "proxies": facts.proxies.len(), "document_sha256": Seal::new().text(document).hex()
    })
}
