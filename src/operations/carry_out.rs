//! Carrying out what changes something: once, for good, or only to see what would come of it.

use crate::domain::moment::Moment;
use crate::storage::kept_answer::{self, Taken};
use crate::storage::{self, MayRetry, StorageError, Tx};

use super::known::is_too_late;
use super::{Actor, Office, Refusal};

/// How long a key of a repetition lives, in microseconds: 24 hours.
const LIVES: i64 = 24 * 60 * 60 * 1_000_000;

/// What an answer must be able to do to be kept, and given again word for word.
pub trait Answer: Sized {
    /// The answer as text.
    fn kept(&self) -> String;
    /// Reads what [`Answer::kept`] wrote; `None` where it is not that.
    fn read(kept: &str) -> Option<Self>;
}

/// The name that one who asks gives to a request, so that its repetition does nothing again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// The name.
    pub key: String,
    /// SHA-256 of everything the request says, in hexadecimal.
    pub fingerprint: String,
}

/// How something is to be carried out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct How {
    /// The contracts it changes: requests for one contract queue here, before the database.
    pub contracts: Vec<String>,
    /// Check everything, answer the same, and keep nothing.
    pub dry_run: bool,
    /// Under this name at most once; not for a dry run.
    pub once: Option<Once>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CarriedOut<T> {
    /// It was done now, or would be.
    Done(T),
    /// It was done before, and this was the answer.
    Replayed(T),
}

/// Why work was not kept.
enum Ended<T> {
    Refused(Refusal),
    DryRun(T),
}

impl<T> From<StorageError> for Ended<T> {
    fn from(error: StorageError) -> Self {
        Self::Refused(error.into())
    }
}

impl<T> From<Refusal> for Ended<T> {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl<T> MayRetry for Ended<T> {
    fn may_retry(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.may_retry())
    }
}

/// Carries out work in one transaction, together with the answer to it where it has a name. An equal request under
/// way is waited for, and its answer given again. What is refused is not kept: nothing was done. What
/// takes minutes is refused as well: nothing may be recorded at a moment of which somebody was told already (L3).
///
/// # Errors
/// What the work refuses; [`Refusal::Conflict`] `still_in_flight`; [`Refusal::Reused`] where the name stands for
/// another request.
pub async fn carry_out<T: Answer>(
    office: &Office,
    actor: &Actor,
    at: Moment,
    how: &How,
    work: impl AsyncFn(&mut Tx) -> Result<T, Refusal>,
) -> Result<CarriedOut<T>, Refusal> {
    let once = how.once.as_ref().filter(|_| !how.dry_run);
    let _named = match once {
        Some(once) => {
            let turn = office.turns_of_names.of(&turn(actor, once)).await;
            Some(turn.ok_or_else(Refusal::still_in_flight)?)
        }
        None => None,
    };
    let _turns = office.turns.of_contracts(&how.contracts).await?;
    let done = office
        .store
        .write(async |tx: &mut Tx| {
            if let Some(once) = once
                && let Some(answer) = before(tx, actor, at, once).await?
            {
                return Ok(CarriedOut::Replayed(answer));
            }
            let answer = work(tx).await?;
            if is_too_late(at, (office.clock)()) {
                let message = "it took too long to be recorded when it was asked for";
                return Err(StorageError::Unavailable(message.to_owned()).into());
            }
            if how.dry_run {
                return Err(Ended::DryRun(answer));
            }
            if let Some(once) = once {
                let text = answer.kept();
                kept_answer::fill(tx, &actor.partnership, &actor.id, &once.key, &text).await?;
            }
            Ok(CarriedOut::Done(answer))
        })
        .await;
    match done {
        Ok(outcome) => Ok(outcome),
        Err(Ended::DryRun(answer)) => Ok(CarriedOut::Done(answer)),
        Err(Ended::Refused(refusal)) => Err(refusal),
    }
}

/// Forgets the answers that nobody can ask for again, of all partnerships.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_the_old(office: &Office, at: Moment) -> Result<(), Refusal> {
    let list = async |tx: &mut Tx| Ok::<_, Refusal>(storage::partnership::list(tx).await?);
    let forgotten = Moment::from_micros(at.micros() - LIVES);
    for partnership in office.store.read(list).await? {
        let forget = async |tx: &mut Tx| {
            Ok::<_, Refusal>(kept_answer::forget(tx, &partnership.id, forgotten).await?)
        };
        office.store.write(forget).await?;
    }
    Ok(())
}

/// The queue of a name: of one who asks.
fn turn(actor: &Actor, once: &Once) -> String {
    format!("{}/{}/{}", actor.partnership, actor.id, once.key)
}

/// Takes a name, or finds the answer that was given under it.
async fn before<T: Answer>(
    tx: &mut Tx,
    actor: &Actor,
    at: Moment,
    once: &Once,
) -> Result<Option<T>, Refusal> {
    let partnership = actor.partnership.as_str();
    let forgotten = Moment::from_micros(at.micros() - LIVES);
    let taken = kept_answer::take(
        tx,
        partnership,
        &actor.id,
        (&once.key, &once.fingerprint),
        at,
        forgotten,
    );
    match taken.await {
        // Another process has it, and does not let go.
        Err(StorageError::Locked(_)) => Err(Refusal::still_in_flight()),
        Err(error) => Err(error.into()),
        Ok(Taken::Now) => Ok(None),
        Ok(Taken::Before { fingerprint, .. }) if fingerprint != once.fingerprint => {
            Err(Refusal::Reused)
        }
        Ok(Taken::Before { answer, .. }) => match answer.as_deref().and_then(T::read) {
            Some(answer) => Ok(Some(answer)),
            None => Err(Refusal::Storage(StorageError::Corrupt {
                table: "kept_answer",
                column: "answer".to_owned(),
                key: once.key.clone(),
                message: "not an answer that was kept".to_owned(),
            })),
        },
    }
}
