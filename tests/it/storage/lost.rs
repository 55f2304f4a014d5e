//! The wire to PostgreSQL is cut, or goes dead, or somebody holds a lock for ever: no wait is without end, and what is
//! told is true.

use std::time::{Duration, Instant};

use goodmeasure::storage::{OpenOptions, StorageError, Store, chain, partnership};
use tokio::sync::Notify;

use super::migrated;
use super::samples::{P, at, lay_ground};
use crate::support::cable::{AtCommit, Cable};
use crate::support::databases::postgres;

async fn add(store: &Store, id: &str) -> Result<(), StorageError> {
    store
        .write(async |tx| partnership::add(tx, id, "One", at(0)).await)
        .await
}

async fn is_there(store: &Store, id: &str) -> bool {
    let found = store.read(async |tx| partnership::find(tx, id).await).await;
    found.unwrap().is_some()
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_told_as_unknown() {
    let Some(database) = postgres() else { return };
    let direct = migrated(&database).await;
    let wire = Cable::to(database.url()).await;
    let store = Store::open(&wire.url, None, OpenOptions::default())
        .await
        .unwrap();
    for (at_commit, stored) in [(AtCommit::CutBefore, false), (AtCommit::CutAfter, true)] {
        let id = if stored { "after" } else { "before" };
        wire.at_commit(at_commit);
        let lost = add(&store, id).await;
        assert!(
            matches!(lost, Err(StorageError::OutcomeUnknown(_))),
            "{lost:?}"
        );
        assert_eq!(is_there(&direct, id).await, stored, "{at_commit:?}");
        wire.at_commit(AtCommit::Pass);
        assert_eq!(add(&store, &format!("{id}-next")).await, Ok(()));
    }
}

#[tokio::test]
async fn dead_connections_are_given_up_and_replaced() {
    let Some(database) = postgres() else { return };
    migrated(&database).await;
    let wire = Cable::to(database.url()).await;
    let store = Store::open(&wire.url, None, OpenOptions::default())
        .await
        .unwrap();
    let begun = Instant::now();
    let lost = store
        .write(async |tx| {
            partnership::add(tx, "one", "One", at(0)).await?;
            wire.deaden();
            partnership::add(tx, "two", "Two", at(0)).await
        })
        .await;
    // It did not come to a commit: that much is known.
    assert!(
        matches!(lost, Err(StorageError::Unavailable(_))),
        "{lost:?}"
    );
    // The server still has the other end of the dead connection, and a lock for the first row.
    assert_eq!(add(&store, "three").await, Ok(()));
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(16), "{took:?}");
}

#[tokio::test]
async fn a_restart_that_closed_the_connections_at_rest_goes_unnoticed() {
    let Some(database) = postgres() else { return };
    let direct = migrated(&database).await;
    let store = Store::open(database.url(), None, OpenOptions::default())
        .await
        .unwrap();
    let all: Vec<_> = (0..8).map(|n| format!("p{n}")).collect();
    for id in &all {
        assert_eq!(add(&store, id).await, Ok(()));
    }
    let own = "select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    let mut other = <sqlx::PgConnection as sqlx::Connection>::connect(database.url())
        .await
        .unwrap();
    sqlx::raw_sql(own).execute(&mut other).await.unwrap();
    assert!(is_there(&store, "p0").await);
    assert_eq!(add(&store, "p8").await, Ok(()));
    assert!(is_there(&direct, "p8").await);
}

#[tokio::test]
async fn a_lock_that_is_never_given_back_is_not_waited_for() {
    let Some(database) = postgres() else { return };
    let store = migrated(&database).await;
    store.write(async |tx| lay_ground(tx).await).await.unwrap();
    let (held, enough) = (Notify::new(), Notify::new());
    let holds = store.write(async |tx| {
        chain::lock(tx, P, "1").await?;
        held.notify_one();
        enough.notified().await;
        Ok::<_, StorageError>(())
    });
    let waits = async {
        held.notified().await;
        let begun = Instant::now();
        let waited = store
            .write(async |tx| chain::lock(tx, P, "1").await.map(|_| ()))
            .await;
        enough.notify_one();
        (waited, begun.elapsed())
    };
    let (holds, (waited, took)) = tokio::join!(holds, waits);
    assert_eq!(holds, Ok(()));
    assert!(matches!(waited, Err(StorageError::Locked(_))), "{waited:?}");
    assert!(took < Duration::from_secs(6), "{took:?}");
}
