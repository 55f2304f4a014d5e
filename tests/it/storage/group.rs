//! Writers that share one transaction of SQLite: each is answered when it is kept, and fails alone.

use goodmeasure::storage::{StorageError, Store, partnership};
use tokio::sync::Notify;

use super::samples::at;
use super::{migrated, opened};
use crate::support::databases::sqlite;

async fn names(store: &Store) -> Vec<String> {
    let read = store.read(async |tx| partnership::list(tx).await);
    read.await.unwrap().into_iter().map(|one| one.id).collect()
}

#[tokio::test]
async fn those_who_wait_join_the_one_who_works_and_fail_alone() {
    let database = sqlite();
    let (store, other) = (migrated(&database).await, opened(&database).await);
    let (all_wait, begun) = (Notify::new(), Notify::new());
    let first = store.write(async |tx| {
        partnership::add(tx, "first", "", at(0)).await?;
        all_wait.notified().await;
        Ok::<_, StorageError>(())
    });
    let refused = store.write(async |tx| {
        partnership::add(tx, "refused", "", at(0)).await?;
        Err::<(), _>(StorageError::NotMigrated)
    });
    let given_up = async {
        let work = store.write(async |tx| {
            partnership::add(tx, "given-up", "", at(0)).await?;
            begun.notify_one();
            std::future::pending::<Result<(), StorageError>>().await
        });
        tokio::select! {
            biased;
            answer = work => Some(answer),
            () = begun.notified() => None,
        }
    };
    let twice = store.write(async |tx| partnership::add(tx, "first", "", at(0)).await);
    let last = async {
        all_wait.notify_one();
        let answer = store.write(async |tx| partnership::add(tx, "last", "", at(0)).await);
        (answer.await, names(&other).await)
    };
    let (first, refused, given_up, twice, last) =
        tokio::join!(first, refused, given_up, twice, last);
    assert_eq!(first, Ok(()));
    assert_eq!(refused, Err(StorageError::NotMigrated));
    assert_eq!(given_up, None);
    assert!(
        matches!(twice, Err(StorageError::Duplicate { .. })),
        "{twice:?}"
    );
    assert_eq!(last.0, Ok(()));
    assert_eq!(
        last.1,
        ["first", "last"],
        "what is answered can be seen from outside"
    );
}

#[tokio::test]
async fn a_writer_that_is_given_up_alone_holds_nobody_up() {
    let database = sqlite();
    let (store, other) = (migrated(&database).await, opened(&database).await);
    let begun = Notify::new();
    let work = store.write(async |tx| {
        partnership::add(tx, "given-up", "", at(0)).await?;
        begun.notify_one();
        std::future::pending::<Result<(), StorageError>>().await
    });
    tokio::select! {
        biased;
        _ = work => panic!("it waits for ever"),
        () = begun.notified() => {}
    }
    // Another process gets the lock of the file, though nobody here writes any more.
    let answer = other.write(async |tx| partnership::add(tx, "other", "", at(0)).await);
    assert_eq!(answer.await, Ok(()));
    assert_eq!(names(&store).await, ["other"]);
}
