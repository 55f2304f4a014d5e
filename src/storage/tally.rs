//! What storage does, counted as it happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Pool, StorageError, Store};

/// The counts of one store. A clone shares them.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    commits: AtomicU64,
    rollbacks: AtomicU64,
    retries: AtomicU64,
    unknown: AtomicU64,
    waiting: AtomicU64,
    waits: AtomicU64,
    timeouts: AtomicU64,
    flushes: [AtomicU64; SHARED_BY.len()],
}

/// How many may share a flush, each up to the next: one, two or three, four to seven, and so on.
const SHARED_BY: [u64; 6] = [1, 2, 4, 8, 16, 32];

/// The counts at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tallied {
    /// Connections that are open.
    pub connections: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// Callers who wait for a connection, or for their turn to write.
    pub waiting: u64,
    /// How often somebody found none free and had to wait.
    pub waits: u64,
    /// How often somebody waited in vain, or was told that the database is away.
    pub timeouts: u64,
    /// Pieces of work that were committed.
    pub commits: u64,
    /// Those that were taken back.
    pub rollbacks: u64,
    /// How often work was done again because another writer was there first.
    pub retries: u64,
    /// Commits whose answer was lost.
    pub unknown: u64,
    /// Flushes of SQLite by the least number who shared one: 1, 2, 4, 8 and so on. PostgreSQL shares them itself.
    pub flushes: Vec<(u64, u64)>,
}

/// Somebody who waits, until it is dropped.
pub(super) struct Waiting(Tally);

impl Tally {
    /// Somebody begins to wait, though perhaps not for long: `free` says that something is free.
    pub(super) fn wait(&self, free: bool) -> Waiting {
        one_more(&self.0.waiting);
        if !free {
            one_more(&self.0.waits);
        }
        Waiting(self.clone())
    }

    pub(super) fn timed_out(&self) {
        one_more(&self.0.timeouts);
    }

    pub(super) fn retry(&self) {
        one_more(&self.0.retries);
    }

    /// A commit of SQLite ended the work of so many.
    pub(super) fn flush(&self, shared_by: u64) {
        let slot = SHARED_BY.iter().rposition(|least| *least <= shared_by);
        if let Some(count) = slot.and_then(|slot| self.0.flushes.get(slot)) {
            one_more(count);
        }
    }

    /// Work that writes has ended: it was to be kept or not, and so did its transaction.
    pub(super) fn worked(&self, keep: bool, ended: &Result<(), StorageError>) {
        one_more(match ended {
            Ok(()) if keep => &self.0.commits,
            Err(StorageError::OutcomeUnknown(_)) if keep => &self.0.unknown,
            _ => &self.0.rollbacks,
        });
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool<'_> {
    /// Whether somebody who asks for a connection has one at once.
    pub(super) fn is_free(self) -> bool {
        match self {
            Self::Sqlite(pool) => pool.num_idle() > 0,
            Self::Postgres(server) => server.pool().num_idle() > 0,
        }
    }
}

impl Store {
    /// How many pieces of work were kept by this process, or may have been. It moves before whoever wrote is told.
    #[must_use]
    pub fn writes(&self) -> u64 {
        let counts = &self.tally().0;
        counts.commits.load(Ordering::Acquire) + counts.unknown.load(Ordering::Acquire)
    }

    /// What it did so far, and how its connections are.
    #[must_use]
    pub fn tallied(&self) -> Tallied {
        let (tally, connections, idle) = match self {
            Self::Sqlite {
                write, read, tally, ..
            } => (
                tally,
                write.size() + read.size(),
                write.num_idle() + read.num_idle(),
            ),
            Self::Postgres { server, tally, .. } => {
                let pool = server.pool();
                (tally, pool.size(), pool.num_idle())
            }
        };
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let counts = &tally.0;
        let flushes = SHARED_BY.iter().zip(&counts.flushes);
        Tallied {
            connections,
            idle: u32::try_from(idle).unwrap_or(u32::MAX),
            waiting: of(&counts.waiting),
            waits: of(&counts.waits),
            timeouts: of(&counts.timeouts),
            commits: of(&counts.commits),
            rollbacks: of(&counts.rollbacks),
            retries: of(&counts.retries),
            unknown: of(&counts.unknown),
            flushes: flushes.map(|(least, count)| (*least, of(count))).collect(),
        }
    }
}

fn one_more(count: &AtomicU64) {
    count.fetch_add(1, Ordering::Release);
}
