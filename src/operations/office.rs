//! What every operation works with: the store, the catalogue, a clock and a maker of ids.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::catalogue::Catalogue;
use crate::domain::moment::Moment;
use crate::domain::policy::{Grant, Role};
use crate::storage::{StorageError, Store, Tx};

use super::Refusal;
use super::audit::Refusals;
use super::editions::SealedEditions;
use super::keys::LivingKeys;

/// Where operations are carried out. Cheap to clone.
#[derive(Clone)]
pub struct Office {
    /// What is kept.
    pub store: Store,
    /// What is shipped.
    pub catalogue: Arc<Catalogue>,
    /// Reads the clock; called where a request enters or its work begins, never in the middle of a calculation.
    pub clock: fn() -> Moment,
    /// Makes an id that sorts by time.
    pub new_id: fn() -> String,
    /// What partnerships published themselves.
    pub sealed_editions: SealedEditions,
    /// Keys known to live.
    pub living_keys: LivingKeys,
    /// Whose turn it is to change a contract.
    pub turns: Turns,
    /// Whose turn it is to be carried out under a name.
    pub turns_of_names: Turns,
    /// What was refused lately.
    pub refusals: Refusals,
    /// What whoever runs the program has settled.
    pub rules: Rules,
}

/// What whoever runs the program settles for all its partnerships.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// An administrator may decide what it submitted itself: for a body so small that there is nobody else. Nobody
    /// may otherwise (L7).
    pub administrators_decide_own: bool,
}

/// Queues before the database: who waits to change a contract that another request is changing waits here, and
/// holds no connection meanwhile; the same goes for a request under a name. A queue lives as long as somebody is in it.
#[derive(Clone, Default)]
pub struct Turns(Arc<std::sync::Mutex<BTreeMap<String, Weak<Mutex<()>>>>>);

/// How long a turn is waited for: those in front may be at long work, or wait themselves for a database that is gone.
const LONGEST_QUEUE: Duration = Duration::from_secs(10);
/// With so many queues, those that nobody is in any more are dropped.
const TIDIED_AT: usize = 1_024;

impl Turns {
    /// Waits until nobody else of the same text has its turn; `None` when that takes too long.
    pub(super) async fn of(&self, text: &str) -> Option<OwnedMutexGuard<()>> {
        let turn = tokio::time::timeout(LONGEST_QUEUE, self.queue(text).lock_owned()).await;
        turn.ok()
    }

    fn queue(&self, text: &str) -> Arc<Mutex<()>> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(text).and_then(Weak::upgrade) {
            return queue;
        }
        if queues.len() >= TIDIED_AT {
            queues.retain(|_, queue| queue.strong_count() > 0);
        }
        let queue = Arc::new(Mutex::new(()));
        queues.insert(text.to_owned(), Arc::downgrade(&queue));
        queue
    }

    /// The turn of a contract.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it does not come.
    pub(super) async fn of_contract(&self, id: &str) -> Result<OwnedMutexGuard<()>, StorageError> {
        let too_long = "others were changing this contract all the time";
        let turn = self.of(id).await;
        turn.ok_or_else(|| StorageError::Unavailable(too_long.to_owned()))
    }

    /// The turns of several contracts, in one order for all who take several, so that nobody waits for each other.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when one does not come.
    pub(super) async fn of_contracts(
        &self,
        ids: &[String],
    ) -> Result<Vec<OwnedMutexGuard<()>>, StorageError> {
        let each: BTreeSet<&String> = ids.iter().collect();
        let mut turns = Vec::with_capacity(each.len());
        for id in each {
            turns.push(self.of_contract(id).await?);
        }
        Ok(turns)
    }
}

/// Who asks: a key of a partnership, or a person who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The partnership whose data it is.
    pub partnership: String,
    /// Whose hand it is, for the audit and for the separation of duties (L7): one key, with all that replaced it,
    /// or one person, whatever their roles.
    pub id: String,
    /// What it may be.
    pub grants: Vec<Grant>,
}

/// The hand that does something: whose, where and when.
#[derive(Clone, Copy)]
pub struct Hand<'a> {
    /// Where.
    pub office: &'a Office,
    /// Whose.
    pub actor: &'a Actor,
    /// When.
    pub at: Moment,
}

impl Actor {
    /// One that may do everything in its partnership.
    #[must_use]
    pub fn administrator(partnership: &str, id: &str) -> Self {
        Self {
            partnership: partnership.to_owned(),
            id: id.to_owned(),
            grants: vec![Grant::whole(Role::Administrator)],
        }
    }
}

impl Office {
    /// A new one; a clone shares everything with it.
    #[must_use]
    pub fn new(
        store: Store,
        catalogue: Arc<Catalogue>,
        clock: fn() -> Moment,
        new_id: fn() -> String,
    ) -> Self {
        Self {
            store,
            catalogue,
            clock,
            new_id,
            sealed_editions: SealedEditions::default(),
            living_keys: LivingKeys::default(),
            turns: Turns::default(),
            turns_of_names: Turns::default(),
            refusals: Refusals::default(),
            rules: Rules::default(),
        }
    }

    /// Whether somebody may decide what one of an id submitted, as far as the separation of duties goes (L7).
    #[must_use]
    pub fn may_decide_of(&self, actor: &Actor, submitter: &str) -> bool {
        let administrates = |grant: &Grant| grant.role == Role::Administrator;
        submitter != actor.id
            || (self.rules.administrators_decide_own && actor.grants.iter().any(administrates))
    }

    /// Somebody's hand, at a moment.
    #[must_use]
    pub fn hand<'a>(&'a self, actor: &'a Actor, at: Moment) -> Hand<'a> {
        Hand {
            office: self,
            actor,
            at,
        }
    }

    /// Changes something in one transaction.
    ///
    /// # Errors
    /// What the work refuses, and what storage says.
    pub async fn change<T>(
        &self,
        work: impl AsyncFn(&mut Tx) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.store.write(work).await
    }

    /// Changes a contract in one transaction, after those who came before.
    ///
    /// # Errors
    /// What the work refuses, and what storage says.
    pub async fn change_contract<T>(
        &self,
        contract_id: &str,
        work: impl AsyncFn(&mut Tx) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let _turn = self.turns.of_contract(contract_id).await?;
        self.store.write(work).await
    }
}
