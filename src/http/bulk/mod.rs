//! Many things in one call: `/v1/contracts/bulk`, `/v1/commitments/bulk` and `/v1/returns/bulk`. Each item is checked,
//! allowed and answered as if it had come alone, in the order sent.
//!
//! Twenty items at a time share a transaction, in which each can be taken back alone: nobody else waits long, and many
//! share one flush. With an `Idempotency-Key` each of these transactions keeps its answers under a name of its own,
//! made of the key and of the place of its first item. Should the process die between two of them, a repetition gives
//! the answers of those that were committed again, and goes on with the first that was not.
//!
//! *Why not one transaction?* It would hold up whoever changes the same contracts, and on SQLite everybody, for as long
//! as a thousand items take. With `atomic=true` or `dry_run=true` it must be one all the same. This would change if
//! nobody sent more than a few items.

mod items;
mod shown;

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};

use crate::domain::fault::Fault;
use crate::domain::policy::{Action, Verdict};
use crate::operations::Refusal;
use crate::operations::carry_out::CarriedOut;
use crate::operations::piece::{piece, pieces};
use crate::operations::reading::Reading;
use crate::storage::Tx;

use super::access::note_refusal;
use super::answer::Answer;
use super::caller::Caller;
use super::edges::accept::lines_or_json;
use super::fields::{Fields, object};
use super::problem::{Code, Problem};
use super::writing::Writing;
pub use items::{Item, Items, MOST_ITEMS};
pub use shown::{BulkProblemShown, BulkShown};
use shown::{Part, Told};

/// Items of one transaction. PostgreSQL keeps up to 64 pieces of a transaction at hand, and looks up more of
/// them slowly. An answer that was kept is found only by a program that shares alike.
const AT_A_TIME: usize = 20;

/// One item of a call.
pub trait BulkItem: Default {
    /// What a call asks for.
    const ASKED: Action;
    /// What is done to the contract that an item names; `None` where items name none.
    const ON_CONTRACT: Option<Action>;

    /// Reads it.
    fn read(fields: &mut Fields<'_>) -> Self;

    /// Id of the contract it names.
    fn contract(&self) -> Option<&str> {
        None
    }

    /// Refuses what the one who asks may not do, whichever contract it is about.
    ///
    /// # Errors
    /// 403 `may_not`.
    fn may(&self, _caller: &Caller) -> Result<(), Problem> {
        Ok(())
    }

    /// Carries it out.
    async fn carry_out(
        &self,
        tx: &mut Tx,
        writing: &Writing,
        faults: Vec<Fault>,
    ) -> Result<Answer, Refusal>;
}

/// A call, but for its items.
pub struct Bulk {
    writing: Writing,
    /// All or nothing.
    atomic: bool,
    /// Whether the answer is wanted one item a line, rather than not.
    by_line: Ordering,
    /// What was noted in the audit: action and code.
    noted: RefCell<BTreeSet<(&'static str, &'static str)>>,
}

/// An item that was read and may be carried out, or why not.
type Read<I> = Result<(I, Vec<Fault>, Writing), Problem>;

/// The contracts that items name and the one who asks may see, each with their standing to it.
type Known = BTreeMap<String, Caller>;

impl FromRequest for Bulk {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let asked = Writing::with(request, |query| query.flag("atomic").unwrap_or(false));
        ready(asked.map(|(writing, atomic)| Self {
            writing,
            atomic,
            by_line: lines_or_json(request.headers()),
            noted: RefCell::default(),
        }))
    }
}

impl Bulk {
    /// Carries out a call, and tells what became of each item.
    ///
    /// # Errors
    /// What stands against the whole call, before anything of it was stored.
    pub async fn carry_out<I: BulkItem>(&self, sent: &Items) -> Result<HttpResponse, Problem> {
        let known = self.known::<I>(&sent.items).await?;
        let together = self.atomic || self.writing.is_dry_run();
        let at_a_time = if together { usize::MAX } else { AT_A_TIME };
        let fingerprint = format!("{} {at_a_time}", sent.digest);
        let mut told: Vec<Told> = Vec::with_capacity(sent.items.len());
        let mut replayed = !sent.items.is_empty();
        for part in sent.items.chunks(at_a_time) {
            let first = told.len();
            let refused = RefCell::default();
            let done = self.part::<I>((first, part), &known, &fingerprint, &refused);
            match done.await {
                Ok(CarriedOut::Replayed(Part(done))) => told.extend(done),
                Ok(CarriedOut::Done(Part(done))) => {
                    told.extend(done);
                    replayed = false;
                }
                Err(refusal @ Refusal::Together { .. }) => {
                    return Ok(shown::none(refusal.into(), &refused.take()));
                }
                Err(refusal) if first == 0 => return Err(refusal.into()),
                Err(refusal) => {
                    rest(&mut told, refusal.into(), part.len(), sent.items.len())?;
                    replayed = false;
                    break;
                }
            }
        }
        let by_line = self.by_line.is_gt() || sent.by_line && self.by_line.is_eq();
        Ok(self.writing.mark(shown::all(&told, by_line), replayed))
    }

    /// Looks up all contracts that items name, once.
    async fn known<I: BulkItem>(&self, items: &[Item]) -> Result<Known, Problem> {
        if I::ON_CONTRACT.is_none() {
            return Ok(Known::new());
        }
        let ids: BTreeSet<String> = items
            .iter()
            .filter_map(|item| item.contract.clone())
            .collect();
        // PostgreSQL takes no text with a control character in it, and no id has one.
        let plain = ids.into_iter().filter(|id| !id.contains(char::is_control));
        let ids: Vec<String> = plain.collect();
        let writing = &self.writing;
        writing.caller.about_each(&writing.office, &ids).await
    }

    /// Carries out items that share a transaction. What became of each is left in `refused` where none may be stored.
    async fn part<I: BulkItem>(
        &self,
        (first, items): (usize, &[Item]),
        known: &Known,
        fingerprint: &str,
        refused: &RefCell<Vec<Told>>,
    ) -> Result<CarriedOut<Part>, Refusal> {
        let named: BTreeSet<String> = items
            .iter()
            .filter_map(|item| item.contract.clone())
            .collect();
        let named = named.into_iter().filter(|id| known.contains_key(id));
        let contracts: Vec<String> = named.collect();
        let name = match first {
            0 => String::new(),
            first => first.to_string(),
        };
        // Read before anybody waits for the transaction, and others have their turn between two.
        let mut ready = Vec::with_capacity(items.len());
        for item in items {
            ready.push(self.ready::<I>(item, known));
            tokio::task::yield_now().await;
        }
        let all = async |tx: &mut Tx| {
            let mut told = Vec::with_capacity(ready.len());
            for (place, item) in ready.iter().enumerate() {
                told.push(self.one::<I>(tx, first + place, item).await?);
            }
            let count = told.iter().filter(|one| one.is_refused()).count();
            if self.atomic && count > 0 {
                let all = told.len();
                refused.replace(told);
                return Err(Refusal::Together {
                    refused: count,
                    all,
                });
            }
            Ok(Part(told))
        };
        let work = async |tx: &mut Tx| {
            pieces(tx, self.writing.actor(), &contracts, async |tx| {
                all(tx).await
            })
            .await
        };
        let (part, contracts) = ((name.as_str(), fingerprint), contracts.clone());
        self.writing.carry_out_part(contracts, part, work).await
    }

    /// Carries out one item.
    async fn one<I: BulkItem>(
        &self,
        tx: &mut Tx,
        index: usize,
        item: &Read<I>,
    ) -> Result<Told, Refusal> {
        let (given, faults, writing) = match item {
            Ok(ready) => ready,
            Err(problem) => return Told::refused(index, problem.clone()),
        };
        let work = async |tx: &mut Tx| given.carry_out(tx, writing, faults.clone()).await;
        match piece(tx, work).await? {
            Ok(answer) => Told::done(index, answer, self.writing.is_dry_run()),
            Err(refusal) => Told::refused(index, refusal.into()),
        }
    }

    /// Reads an item, and asks the policy.
    fn ready<I: BulkItem>(&self, item: &Item, known: &Known) -> Read<I> {
        let node = item.node()?;
        let (given, faults) = object(&node, "", I::read);
        let given: I = given.unwrap_or_default();
        let asking = &self.writing.caller;
        given.may(asking).inspect_err(|problem| {
            self.note(I::ASKED, None, problem.code);
        })?;
        let Some(action) = I::ON_CONTRACT else {
            return Ok((given, faults, self.writing.about(asking.clone())));
        };
        let Some(id) = given.contract() else {
            let mut reading = Reading::after(faults);
            reading.required::<str>("/contract", None);
            let missing = reading.end::<(I, Vec<Fault>, Writing)>(None);
            return missing.map_err(Problem::from);
        };
        let Some(caller) = known.get(id) else {
            // As of one that comes alone: who sees everything made a slip, and tried nothing.
            if !asking.sees_all() {
                self.note(action, Some(id), Code::NotFound);
            }
            return Err(Problem::not_found("contract"));
        };
        match caller.verdict(action) {
            Verdict::May => Ok((given, faults, self.writing.about(caller.clone()))),
            Verdict::MayNot => {
                self.note(action, Some(id), Code::MayNot);
                Err(Problem::may_not())
            }
            Verdict::NotThere => {
                self.note(action, Some(id), Code::NotFound);
                Err(Problem::not_found("contract"))
            }
            Verdict::SignIn => Err(Problem::unauthorised()),
        }
    }

    /// Leaves in the audit that somebody asked for what they may not do, once a call for each kind: a thousand guesses
    /// must not crowd out what others are refused.
    fn note(&self, action: Action, contract: Option<&str>, code: Code) {
        let kind = (action.word(), code.word());
        if self.noted.borrow_mut().insert(kind) {
            let (office, at) = (&self.writing.office, self.writing.at());
            note_refusal(office, self.writing.actor(), at, action, contract, code);
        }
    }
}

/// Tells what stopped a part, after others were stored, and that what comes after it was not tried.
fn rest(told: &mut Vec<Told>, problem: Problem, stopped: usize, all: usize) -> Result<(), Problem> {
    let after = told.len() + stopped;
    for index in told.len()..all {
        let problem = match index < after {
            true => problem.clone(),
            false => Problem::not_tried(),
        };
        told.push(Told::refused(index, problem)?);
    }
    Ok(())
}
