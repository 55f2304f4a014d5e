//! Deciding a submitted return: accept (some lines perhaps lower), send back or reject (L2, L7).

mod read;

use serde_json::json;

use crate::domain::counting::{self, PeriodLines};
use crate::domain::fault::Fault;
use crate::domain::given::GivenText;
use crate::domain::ledger::difference::Head;
use crate::domain::ledger::standing::Ground;
use crate::domain::report::{Done, ReportLine, Return, Revision, State};
use crate::storage::{self, Tx};

use super::audit::{self, Entry, told};
use super::book::{self, Book, Change, Moved};
use super::put_return::period_of;
use super::reading::Reading;
use super::seen::Seen;
use super::{Actor, Conflict, Forbidden, Hand, Office, Refusal};
use read::read;

/// A line that is not accepted as claimed, as given.
#[derive(Debug, Clone, Default)]
pub struct AcceptedLineGiven {
    /// The line.
    pub line: Option<String>,
    /// What is accepted, in the shape of the measure.
    pub figures: GivenText,
    /// Why less.
    pub reason: Option<String>,
}

/// A decision as given.
#[derive(Debug, Clone, Default)]
pub struct DecisionGiven {
    /// The revision it decides.
    pub revision: Option<i64>,
    /// `accept`, `send_back` or `reject`.
    pub decision: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Lines not accepted as claimed; a line not listed is accepted as claimed.
    pub lines: Vec<AcceptedLineGiven>,
}

/// Decides a return. The same decision again answers the same and posts nothing.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] with every fault; [`Refusal::Forbidden`] `same_actor`;
/// [`Refusal::Conflict`] `other_revision`, `not_submitted` or `already_decided`.
pub async fn decide_return(
    tx: &mut Tx,
    hand: Hand<'_>,
    contract_id: &str,
    label: &str,
    given: &DecisionGiven,
    seen: &Seen,
    faults: Vec<Fault>,
) -> Result<Return, Refusal> {
    let Hand { office, actor, at } = hand;
    let (head, recorded_at) = book::take_chain(tx, actor, contract_id, at).await?;
    let mut book = book::open_at(tx, office, actor, contract_id, label).await?;
    let period = period_of(&book, label)?;
    let mut decided = book
        .find(period)
        .cloned()
        .ok_or(Refusal::NotFound("return"))?;
    let mut reading = Reading::after(faults.clone());
    let number = reading
        .required("/revision", given.revision.as_ref())
        .copied();
    let revision = number
        .and_then(|number| decided.revisions.iter().find(|one| one.number == number))
        .cloned();
    let Some(revision) = revision else {
        return Err(other_revision(
            &book.ground(),
            &decided,
            number,
            given,
            reading,
        ));
    };
    let done = Done {
        at: recorded_at,
        by: actor.id.clone(),
    };
    let state = read(&book.ground(), &revision, given, &done, reading)?;
    if !may_be_decided(hand, &revision, &state)? {
        return Ok(decided);
    }
    seen.may_be(&revision.version())?;
    for one in decided
        .revisions
        .iter_mut()
        .filter(|one| one.number == revision.number)
    {
        one.state = state.clone();
    }
    refuse_counted_twice(tx, actor, &book, &decided).await?;
    let decision = Decision {
        revision: revision.number,
        state,
        decided,
    };
    record(tx, office, actor, &mut book, &head, &decision).await?;
    Ok(decision.decided)
}

/// A decision that may be carried out, and the return as it will be.
struct Decision {
    revision: i64,
    state: State,
    decided: Return,
}

/// Keeps a decision, posts what it changes, and leaves its entry in the audit.
async fn record(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    book: &mut Book,
    head: &Head,
    decision: &Decision,
) -> Result<(), Refusal> {
    let Decision {
        revision,
        state,
        decided,
    } = decision;
    let (partnership, contract) = (actor.partnership.as_str(), book.contract.id.clone());
    let (period, word) = (decided.period, state.word().replace('_', " "));
    if !storage::report::decide(tx, partnership, &contract, period, *revision, state).await? {
        return Err(Refusal::changed_meanwhile());
    }
    let recorded_at = state
        .decided()
        .map(|decided| decided.done.at)
        .unwrap_or_default();
    book.returns.retain(|one| one.period != period);
    book.returns.push(decided.clone());
    let change = Change {
        head,
        recorded_at,
        reason: &format!("{period} revision {revision} {word}"),
    };
    book::settle(tx, actor, book, Moved::Return(decided), change).await?;
    let id = format!("{contract}/{period}");
    let entry = Entry::of("decide_return", "return", &id)
        .of_contract(&contract)
        .before(json!({"revision": revision, "state": "submitted"}))
        .after(told::decision(*revision, state));
    audit::leave(tx, office, actor, recorded_at, entry).await
}

/// What other returns rest on may not be taken back under them, nor what they claimed come back (V5, V11).
async fn refuse_counted_twice(
    tx: &mut Tx,
    actor: &Actor,
    book: &Book,
    decided: &Return,
) -> Result<(), Refusal> {
    let (contract, period) = (book.contract.id.as_str(), decided.period);
    let ever: Vec<ReportLine> = decided
        .revisions
        .iter()
        .flat_map(|revision| revision.lines.clone())
        .collect();
    let beside = book::claims_beside(tx, actor, contract, period, &ever).await?;
    let others: Vec<PeriodLines<'_>> = beside
        .iter()
        .map(|(period, lines)| PeriodLines {
            period: *period,
            lines,
        })
        .collect();
    let lines = decided
        .claimed()
        .map(|revision| revision.lines.as_slice())
        .unwrap_or_default();
    let ground = book.ground();
    match counting::after_decision(&ground, PeriodLines { period, lines }, &others) {
        None => Ok(()),
        Some(why) => Err(Refusal::conflict(
            Conflict::OthersRestOnIt,
            format!("other returns rest on this one; decide them first: {why}"),
        )),
    }
}

/// There is no such revision; a body that is at fault besides is told that first, as for the latest one.
fn other_revision(
    ground: &Ground<'_>,
    decided: &Return,
    number: Option<i64>,
    given: &DecisionGiven,
    reading: Reading,
) -> Refusal {
    let Some(latest) = decided.latest() else {
        return Refusal::NotFound("return");
    };
    match (number, read(ground, latest, given, &latest.saved, reading)) {
        (_, Err(faults)) => faults,
        (Some(number), Ok(_)) => Refusal::conflict(
            Conflict::OtherRevision,
            format!(
                "there is no revision {number}; the latest is {}",
                latest.number
            ),
        ),
        (None, Ok(_)) => Refusal::fault("/revision", "field_missing", "this field is needed"),
    }
}

/// Whether the decision is to be carried out: `false` when it has been already.
fn may_be_decided(hand: Hand<'_>, revision: &Revision, state: &State) -> Result<bool, Refusal> {
    let Hand { office, actor, .. } = hand;
    match &revision.state {
        State::Draft => Err(Refusal::conflict(
            Conflict::NotSubmitted,
            format!(
                "revision {} is a draft and not submitted yet",
                revision.number
            ),
        )),
        State::Submitted(done) if !office.may_decide_of(actor, &done.by) => {
            Err(Refusal::Forbidden {
                code: Forbidden::SameActor,
                message: "the key that submitted a return cannot decide it; use another".to_owned(),
            })
        }
        State::Submitted(_) => Ok(true),
        decided if same_decision(decided, state) => Ok(false),
        decided => Err(Refusal::conflict(
            Conflict::AlreadyDecided,
            format!(
                "revision {} is {} already; a correction is a new revision",
                revision.number,
                decided.word().replace('_', " ")
            ),
        )),
    }
}

fn same_decision(one: &State, other: &State) -> bool {
    let reason = |state: &State| state.decided().and_then(|decided| decided.reason.clone());
    // The order in which lines are named says nothing.
    let lowered = |state: &State| match state {
        State::Accepted(_, _, lines) => {
            let mut lines = lines.clone();
            lines.sort_by(|one, other| one.line.cmp(&other.line));
            lines
        }
        _ => Vec::new(),
    };
    one.word() == other.word() && reason(one) == reason(other) && lowered(one) == lowered(other)
}
