//! The way of a table from a draft to a published edition, and out of use: each step by who may take it, once, and told
//! in the audit. Repeating a step that was taken changes nothing.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::domain::edition::{EditionId, Status};
use crate::domain::fault::Fault;
use crate::domain::governance::{
    EditionState, Governed, Proposal, Publication, Succession, Way, Withdrawal,
};
use crate::domain::report::Done;
use crate::operations::audit::{self, Entry};
use crate::operations::reading::{LONGEST_NOTE, Reading};
use crate::operations::seen::Seen;
use crate::operations::{Actor, Conflict, Forbidden, Hand, Office, Refusal};
use crate::storage::{self, Tx};

use super::{Found, find, read_in};

/// A step of a revision as it is asked for.
#[derive(Debug, Clone, Default)]
pub struct StepGiven {
    /// The revision that was looked at.
    pub revision: Option<i64>,
    /// `approve` or `send_back`.
    pub decision: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The edition whose place is taken.
    pub supersedes: Option<String>,
}

/// Proposes a draft.
///
/// # Errors
/// [`Refusal::Conflict`] `other_revision` and `other_state`.
pub async fn propose(
    tx: &mut Tx,
    hand: Hand<'_>,
    id: &EditionId,
    given: &StepGiven,
    seen: &Seen,
    faults: Vec<Fault>,
) -> Result<Found, Refusal> {
    let governed = looked_at(tx, hand, id, given, seen, Reading::after(faults)).await?;
    let way = match &governed.way {
        Way::Draft => Way::Proposed(Proposal {
            proposed: done(hand),
        }),
        Way::Proposed(_) => return shown(tx, hand, id).await,
        other => return Err(other_state(id, other, "a draft is proposed")),
    };
    let none = Value::Null;
    go(tx, hand, governed, way, "propose_proxy_edition", none).await?;
    shown(tx, hand, id).await
}

/// Approves what is proposed, or sends it back to be written again. Neither who wrote nor who proposed it does (L7).
///
/// # Errors
/// [`Refusal::Forbidden`] `same_actor`; [`Refusal::Conflict`] `other_revision` and `other_state`.
pub async fn decide(
    tx: &mut Tx,
    hand: Hand<'_>,
    id: &EditionId,
    given: &StepGiven,
    seen: &Seen,
    faults: Vec<Fault>,
) -> Result<Found, Refusal> {
    let mut reading = Reading::after(faults);
    let approves = match reading.required("/decision", given.decision.as_deref()) {
        Some("approve") => true,
        Some("send_back") => false,
        Some(_) => {
            reading.fault("/decision", "unknown_decision", "give approve or send_back");
            false
        }
        None => false,
    };
    let reason = match (approves, given.reason.as_deref()) {
        (false, reason) => reading.required_text("/reason", reason, LONGEST_NOTE),
        (true, reason) => reading.text("/reason", reason, LONGEST_NOTE),
    };
    let governed = looked_at(tx, hand, id, given, seen, reading).await?;
    let proposal = match &governed.way {
        Way::Proposed(proposal) => proposal.clone(),
        Way::Approved(_) if approves => return shown(tx, hand, id).await,
        other => return Err(other_state(id, other, "what is proposed is decided")),
    };
    if !may_decide(hand.office, hand.actor, &governed, &proposal) {
        let message =
            "whoever wrote or proposed a table does not decide it: another administrator does";
        return Err(Refusal::forbidden(Forbidden::SameActor, message));
    }
    let way = match approves {
        true => Way::Approved(proposal.approved(done(hand))),
        false => Way::Draft,
    };
    let said = json!({ "reason": reason });
    go(tx, hand, governed, way, "decide_proxy_edition", said).await?;
    shown(tx, hand, id).await
}

/// Whether somebody is neither who wrote the table nor who proposed it.
#[must_use]
pub fn may_decide(
    office: &Office,
    actor: &Actor,
    governed: &Governed,
    proposal: &Proposal,
) -> bool {
    let hands = [&governed.drafted.by, &proposal.proposed.by];
    let may = |by: &&String| office.may_decide_of(actor, by);
    hands.iter().all(may)
}

/// Publishes what is approved: from now on it never changes, and contracts may rest on it.
///
/// # Errors
/// [`Refusal::Invalid`] for an edition that cannot be superseded; [`Refusal::Conflict`] `other_revision` and
/// `other_state`.
pub async fn publish(
    tx: &mut Tx,
    hand: Hand<'_>,
    id: &EditionId,
    given: &StepGiven,
    seen: &Seen,
    faults: Vec<Fault>,
) -> Result<Found, Refusal> {
    let governed = looked_at(tx, hand, id, given, seen, Reading::after(faults)).await?;
    let approval = match &governed.way {
        Way::Approved(approval) => approval.clone(),
        Way::Published(_) => return shown(tx, hand, id).await,
        other => return Err(other_state(id, other, "what is approved is published")),
    };
    let partnership = &hand.actor.partnership;
    if let Some(before) = given.supersedes.as_deref() {
        supersede(tx, hand, id, before).await?;
    }
    // The day of publication is part of what is sealed.
    let as_of = (Status::Published, hand.at.day());
    let edition = read_in(tx, hand.office, partnership, id, as_of).await?;
    let edition = edition.ok_or(Refusal::NotFound("proxy edition"))?;
    let digest = edition.digest().to_owned();
    storage::edition::record(tx, partnership, &id.to_string(), &digest, hand.at).await?;
    let said = json!({ "digest": digest, "supersedes": given.supersedes });
    let way = Way::Published(approval.published(done(hand), digest));
    let moved = go(tx, hand, governed, way, "publish_proxy_edition", said).await?;
    // Not read again: what this transaction published is not out before it ends, and must be remembered by nobody.
    Ok(Found {
        edition: Arc::new(edition),
        governed: Some(moved),
    })
}

/// Another edition takes the place of one that is published.
async fn supersede(
    tx: &mut Tx,
    hand: Hand<'_>,
    by: &EditionId,
    before: &str,
) -> Result<(), Refusal> {
    let wrong = |message: &str| Refusal::fault("/supersedes", "unknown_edition", message);
    let id = EditionId::parse(before).filter(|id| id != by);
    let id = id.ok_or_else(|| wrong("name another edition, such as our-table/2025"))?;
    let found = storage::proxy_edition::find(tx, &hand.actor.partnership, &id).await?;
    let found = found.ok_or_else(|| wrong("the partnership governs no edition of this name"))?;
    let Way::Published(publication) = found.way.clone() else {
        return Err(wrong("only an edition that is published can be superseded"));
    };
    let succession = Succession {
        by: by.clone(),
        done: done(hand),
    };
    let said = json!({ "successor": by.to_string() });
    let way = Way::Superseded(publication, succession);
    go(tx, hand, found, way, "supersede_proxy_edition", said).await?;
    Ok(())
}

/// Withdraws what is out from new contracts; those that rest on it go on being valued by it.
///
/// # Errors
/// [`Refusal::Conflict`] `other_state` of what is not out.
pub async fn withdraw(
    tx: &mut Tx,
    hand: Hand<'_>,
    id: &EditionId,
    given: &StepGiven,
    seen: &Seen,
    faults: Vec<Fault>,
) -> Result<Found, Refusal> {
    let mut reading = Reading::after(faults);
    let because = reading.required_text("/reason", given.reason.as_deref(), LONGEST_NOTE);
    let because = reading.end(because)?;
    let governed = governed(tx, hand, id, seen).await?;
    let (publication, succession): (Publication, Option<Succession>) = match governed.way.clone() {
        Way::Published(publication) => (publication, None),
        Way::Superseded(publication, succession) => (publication, Some(succession)),
        Way::Withdrawn(..) => return shown(tx, hand, id).await,
        other => return Err(other_state(id, &other, "what is published is withdrawn")),
    };
    let said = json!({ "reason": because });
    let withdrawal = Withdrawal {
        because,
        done: done(hand),
    };
    let way = Way::Withdrawn(publication, succession, withdrawal);
    go(tx, hand, governed, way, "withdraw_proxy_edition", said).await?;
    shown(tx, hand, id).await
}

fn done(hand: Hand<'_>) -> Done {
    Done {
        at: hand.at,
        by: hand.actor.id.clone(),
    }
}

fn other_state(id: &EditionId, way: &Way, rule: &str) -> Refusal {
    let message = format!("{id} is {}: {rule}", way.state());
    Refusal::conflict(Conflict::OtherState, message)
}

async fn governed(
    tx: &mut Tx,
    hand: Hand<'_>,
    id: &EditionId,
    seen: &Seen,
) -> Result<Governed, Refusal> {
    let found = storage::proxy_edition::find(tx, &hand.actor.partnership, id).await?;
    let found = found.ok_or(Refusal::NotFound("proxy edition"))?;
    seen.may_be(&found.version())?;
    Ok(found)
}

/// The edition in the revision that was looked at: nobody decides a table that was put after they read it.
async fn looked_at(
    tx: &mut Tx,
    hand: Hand<'_>,
    id: &EditionId,
    given: &StepGiven,
    seen: &Seen,
    mut reading: Reading,
) -> Result<Governed, Refusal> {
    let revision = reading.required("/revision", given.revision.as_ref());
    let revision = *reading.end(revision)?;
    let found = governed(tx, hand, id, seen).await?;
    if found.revision != revision {
        let message = format!("{id} is in revision {} now: look at that", found.revision);
        return Err(Refusal::conflict(Conflict::OtherRevision, message));
    }
    Ok(found)
}

/// Takes the step: guarded by the state it begins in, and told in the audit.
async fn go(
    tx: &mut Tx,
    hand: Hand<'_>,
    governed: Governed,
    way: Way,
    action: &str,
    said: Value,
) -> Result<Governed, Refusal> {
    let before: EditionState = governed.way.state();
    let moved = Governed { way, ..governed };
    let partnership = &hand.actor.partnership;
    if !storage::proxy_edition::advance(tx, partnership, &moved, before).await? {
        return Err(Refusal::changed_meanwhile());
    }
    let text = moved.id.to_string();
    let state = moved.way.state().word();
    let entry = Entry::of(action, "proxy_edition", &text)
        .before(json!({ "state": before.word(), "revision": moved.revision }))
        .after(json!({ "state": state, "said": said }));
    audit::leave(tx, hand.office, hand.actor, hand.at, entry).await?;
    Ok(moved)
}

async fn shown(tx: &mut Tx, hand: Hand<'_>, id: &EditionId) -> Result<Found, Refusal> {
    let found = find(tx, hand.office, hand.actor, id, true).await?;
    found.ok_or(Refusal::NotFound("proxy edition"))
}
