//! Sharing a flush. SQLite lets one transaction write at a time, and to flush it to the disk costs more than most
//! of the work in it. So who waits for its turn joins the transaction of those before it, and one commit ends it
//! for all: nobody is answered before that, and work that fails is taken back alone.

use std::sync::{Arc, OnceLock};

use sqlx::SqlitePool;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::open::PATIENCE;
use super::savepoint::say;
use super::tx::{Tx, begin_on_sqlite};
use super::{StorageError, Tally};

/// Everybody who writes to one SQLite file.
#[derive(Clone, Debug)]
pub struct Group {
    pool: SqlitePool,
    tally: Tally,
    // The lock is fair: who works goes to the end of the line to commit, behind all who wait to work.
    open: Arc<Mutex<Open>>,
}

/// How a transaction ended; unset while it has not.
type Ending = Arc<OnceLock<Result<(), StorageError>>>;

/// The transaction under way.
#[derive(Default)]
pub(super) struct Open {
    under_way: Option<(Tx, Ending)>,
    /// How many pieces of work it holds so far.
    kept: u64,
    /// How the work that has its turn is taken back.
    undo: Undo,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Undo {
    /// Nothing has its turn.
    #[default]
    Nothing,
    /// It is the only work of the transaction.
    Everything,
    /// Others went before it.
    ToSavepoint,
}

/// One whose work is in the transaction. Dropped before its work is done, it lets the others end.
pub(super) struct Member {
    group: Group,
    ending: Ending,
}

impl Group {
    pub(super) fn of(pool: SqlitePool, tally: Tally) -> Self {
        let open = Arc::default();
        Self { pool, tally, open }
    }

    /// Waits for a turn.
    pub(super) async fn turn(&self) -> Result<OwnedMutexGuard<Open>, StorageError> {
        if let Ok(free) = Arc::clone(&self.open).try_lock_owned() {
            return Ok(free);
        }
        let _waiting = self.tally.wait(false);
        let turn = Arc::clone(&self.open).lock_owned();
        tokio::time::timeout(PATIENCE, turn).await.map_err(|_| {
            self.tally.timed_out();
            StorageError::Unavailable("no connection became free in time".to_owned())
        })
    }

    /// Begins a transaction, or joins the one under way.
    pub(super) async fn enter(&self, open: &mut Open) -> Result<Member, StorageError> {
        open.take_back().await; // left behind by one that was given up in the middle of its work
        let (ending, undo) = match &mut open.under_way {
            Some((tx, ending)) => {
                say(tx, "savepoint work").await?;
                (Arc::clone(ending), Undo::ToSavepoint)
            }
            None => {
                let (tx, ending) = (begin_on_sqlite(&self.pool).await?, Ending::default());
                open.kept = 0;
                open.under_way = Some((tx, Arc::clone(&ending)));
                (ending, Undo::Everything)
            }
        };
        open.undo = undo;
        Ok(Member {
            group: self.clone(),
            ending,
        })
    }

    /// Ends the transaction of an ending, unless that is done.
    async fn end(self, ending: Ending) {
        let mut open = self.open.lock().await;
        if ending.get().is_some() {
            return;
        }
        open.take_back().await;
        let own = |(_, other): &mut (Tx, Ending)| Arc::ptr_eq(other, &ending);
        let _ = ending.set(match open.under_way.take_if(own) {
            Some((tx, _)) => {
                let ended = tx.commit().await;
                if ended.is_ok() {
                    self.tally.flush(open.kept);
                }
                ended
            }
            // It was given up, which took back everything.
            None => Err(StorageError::Conflict),
        });
    }
}

impl std::fmt::Debug for Open {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Open").finish_non_exhaustive()
    }
}

impl Open {
    /// The transaction, for work that has entered it.
    pub(super) fn tx(&mut self) -> Result<&mut Tx, StorageError> {
        let gone = || StorageError::Unavailable("the transaction is gone".to_owned());
        self.under_way.as_mut().map(|(tx, _)| tx).ok_or_else(gone)
    }

    /// Ends a turn: the work is kept, to be committed with all the other, or taken back.
    pub(super) async fn leave(&mut self, keep: bool) {
        if keep {
            self.undo = Undo::Nothing;
            self.kept += 1;
        }
        self.take_back().await;
    }

    async fn take_back(&mut self) {
        let undo = std::mem::take(&mut self.undo);
        let Some((mut tx, ending)) = self.under_way.take() else {
            return;
        };
        match undo {
            Undo::Nothing => self.under_way = Some((tx, ending)),
            // Should it fail, the connection is given up, which rolls back as well.
            Undo::Everything => {
                let _ = tx.rollback().await;
                let _ = ending.set(Ok(()));
            }
            Undo::ToSavepoint => match say(&mut tx, "rollback to work").await {
                Ok(()) => self.under_way = Some((tx, ending)),
                // A full disk takes back everything; nobody was answered, and all may try again.
                Err(_) => {
                    let _ = ending.set(Err(StorageError::Conflict));
                }
            },
        }
    }
}

impl Member {
    /// Waits until the transaction has ended.
    ///
    /// # Errors
    /// Why it was not committed.
    pub(super) async fn ended(self) -> Result<(), StorageError> {
        let ending = Arc::clone(&self.ending);
        // In a task of its own: should nobody wait for this answer any more, it ends all the same.
        let end = tokio::spawn(self.group.clone().end(Arc::clone(&ending)));
        let unknown = || StorageError::OutcomeUnknown("the transaction did not end".to_owned());
        end.await.map_err(|_| unknown())?;
        ending.get().cloned().unwrap_or_else(|| Err(unknown()))
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if self.ending.get().is_none()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(self.group.clone().end(Arc::clone(&self.ending)));
        }
    }
}
