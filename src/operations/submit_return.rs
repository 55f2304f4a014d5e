//! Submitting a return: everything is checked, and what it claims stands in the ledger (L2, L6, L7).

use serde_json::json;

use crate::domain::counting::{self, PeriodLines};
use crate::domain::fault::Fault;
use crate::domain::ledger::standing;
use crate::domain::period::Period;
use crate::domain::report::{Done, ReportLine, Return, Revision, State};
use crate::storage::{self, Tx};

use super::audit::{self, Entry};
use super::book::{self, Book, Change, Moved};
use super::put_return::period_of;
use super::seen::Seen;
use super::{Conflict, Hand, Refusal};

/// Submits the latest revision. Submitting again what is submitted answers the same and posts nothing.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] with everything that stops it; [`Refusal::Conflict`]
/// `nothing_to_submit` after it was sent back or rejected.
pub async fn submit_return(
    tx: &mut Tx,
    hand: Hand<'_>,
    contract_id: &str,
    label: &str,
    seen: &Seen,
) -> Result<Return, Refusal> {
    let Hand { office, actor, at } = hand;
    let (head, recorded_at) = book::take_chain(tx, actor, contract_id, at).await?;
    let mut book = book::open_at(tx, office, actor, contract_id, label).await?;
    let period = period_of(&book, label)?;
    let found = book.find(period).cloned();
    let mut given = found.ok_or(Refusal::NotFound("return"))?;
    let latest = given.latest().cloned().ok_or(Refusal::NotFound("return"))?;
    if !may_be_submitted(&latest)? {
        return Ok(given);
    }
    seen.may_be(&latest.version())?;
    let beside = book::claims_beside(tx, actor, contract_id, period, &latest.lines).await?;
    let faults = stops_submission(&book, period, &latest, &beside)?;
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let done = Done {
        at: recorded_at,
        by: actor.id.clone(),
    };
    if !storage::report::submit(
        tx,
        &actor.partnership,
        contract_id,
        period,
        latest.number,
        &done,
    )
    .await?
    {
        return Err(Refusal::conflict(
            Conflict::ChangedMeanwhile,
            "the return changed while it was submitted; read it again",
        ));
    }
    if let Some(last) = given.revisions.last_mut() {
        last.state = State::Submitted(done);
    }
    book.returns.retain(|one| one.period != period);
    book.returns.push(given.clone());
    let reason = format!("{period} revision {} submitted", latest.number);
    let change = Change {
        head: &head,
        recorded_at,
        reason: &reason,
    };
    book::settle(tx, actor, &book, Moved::Return(&given), change).await?;
    let id = format!("{contract_id}/{period}");
    audit::leave(
        tx,
        office,
        actor,
        recorded_at,
        Entry::of("submit_return", "return", &id)
            .of_contract(contract_id)
            .before(json!({"revision": latest.number, "state": "draft"}))
            .after(json!({"revision": latest.number, "state": "submitted"})),
    )
    .await?;
    Ok(given)
}

/// Whether there is something to submit: `false` when it was already.
fn may_be_submitted(latest: &Revision) -> Result<bool, Refusal> {
    match latest.state {
        State::Draft => Ok(true),
        State::Submitted(_) | State::Accepted(..) => Ok(false),
        State::SentBack(..) | State::Rejected(..) => {
            let word = latest.state.word().replace('_', " ");
            let message = format!(
                "revision {} was {word}; put other content first",
                latest.number
            );
            Err(Refusal::conflict(Conflict::NothingToSubmit, message))
        }
    }
}

/// Both ticks are needed.
fn not_attested(draft: &Revision) -> Vec<Fault> {
    let ticks = draft.attestation;
    let message = "the reporter must tick this before submitting";
    [
        (
            "/attestation/contract_and_period_only",
            ticks.contract_and_period_only,
        ),
        (
            "/attestation/relates_to_commitment",
            ticks.relates_to_commitment,
        ),
    ]
    .into_iter()
    .filter(|(_, ticked)| !ticked)
    .map(|(pointer, _)| Fault::new(pointer, "not_attested", message))
    .collect()
}

/// Everything that would stop a draft from being submitted.
pub(super) fn stops_submission(
    book: &Book,
    period: Period,
    draft: &Revision,
    beside: &[(Period, Vec<ReportLine>)],
) -> Result<Vec<Fault>, Refusal> {
    let ground = book.ground();
    let mut faults = Vec::new();
    if draft.lines.is_empty() {
        faults.push(Fault::new(
            "/lines",
            "no_lines",
            "report at least one line; zero is a value",
        ));
    }
    faults.extend(not_attested(draft));
    let last_day = ground.inside(period)?.span;
    for (index, line) in draft.lines.iter().enumerate() {
        let at = |fault: Fault| fault.under(&format!("/lines/{index}"));
        faults.extend(ground.value(period, line, &line.reported).err().map(at));
        let place = line.place.as_deref().and_then(|code| book.places.get(code));
        if let (Some(place), Some(day)) = (place, period.last_day_inside(last_day))
            && !place.is_valid_on(day)
        {
            faults.push(at(Fault::new(
                "/place",
                "place_not_valid",
                format!("{} does not exist on {day}", place.name),
            )));
        }
    }
    let this = PeriodLines {
        period,
        lines: &draft.lines,
    };
    let beside: Vec<PeriodLines<'_>> = beside
        .iter()
        .map(|(period, lines)| PeriodLines {
            period: *period,
            lines,
        })
        .collect();
    faults.extend(counting::faults(&ground, &book.commitments, this, &beside));
    if faults.is_empty() {
        // Values at all three stages are within bounds, or the fault is said now and not when it is posted.
        let mut trial = Return {
            period,
            revisions: vec![draft.clone()],
        };
        if let Some(last) = trial.revisions.last_mut() {
            last.state = State::Submitted(draft.saved.clone());
        }
        faults.extend(standing::of_return(&ground, &trial).err());
    }
    Ok(faults)
}
