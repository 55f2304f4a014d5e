//! Transactions: done again when two writers meet, gone when they fail, and one picture for a reader.

use std::sync::atomic::{AtomicU32, Ordering};

use goodmeasure::domain::ledger::difference::difference;
use goodmeasure::domain::ledger::posting::Stage;
use goodmeasure::storage::kept_answer::{self, Taken};
use goodmeasure::storage::{StorageError, Store, chain, partnership, posting, total};
use tokio::sync::Barrier;

use super::samples::{P, PRICE, at, lay_ground, standing};
use super::{migrated, opened};
use crate::support::databases::{databases, postgres, sqlite};

#[tokio::test]
async fn work_that_met_another_writer_is_done_again() {
    for database in databases() {
        let store = migrated(&database).await;
        let tries = AtomicU32::new(0);
        let answer = store
            .write(async |tx| {
                partnership::add(tx, P, "One", at(0)).await?;
                match tries.fetch_add(1, Ordering::SeqCst) {
                    0..=4 => Err(StorageError::Conflict),
                    done => Ok(done),
                }
            })
            .await;
        // Five times it was rolled back, or the sixth would have met itself.
        assert_eq!(answer, Ok(5));
        tries.store(0, Ordering::SeqCst);
        let answer: Result<(), _> = store
            .write(async |_| {
                tries.fetch_add(1, Ordering::SeqCst);
                Err(StorageError::Conflict)
            })
            .await;
        assert_eq!(answer, Err(StorageError::Conflict));
        assert_eq!(tries.load(Ordering::SeqCst), 6);
        tries.store(0, Ordering::SeqCst);
        let refused: Result<(), _> = store
            .write(async |_| {
                tries.fetch_add(1, Ordering::SeqCst);
                Err(StorageError::NotMigrated)
            })
            .await;
        assert!(refused.is_err());
        assert_eq!(tries.load(Ordering::SeqCst), 1, "not what cannot help");
    }
}

/// Takes the chains of two contracts, the other one after the other writer took its first.
async fn take_both(store: &Store, order: [&str; 2], both_hold_one: &Barrier) -> u32 {
    let tries = AtomicU32::new(0);
    store
        .write(async |tx| {
            chain::lock(tx, P, order[0]).await?;
            if tries.fetch_add(1, Ordering::SeqCst) == 0 {
                both_hold_one.wait().await;
            }
            chain::lock(tx, P, order[1]).await.map(|_| ())
        })
        .await
        .unwrap();
    tries.load(Ordering::SeqCst)
}

#[tokio::test]
async fn a_deadlock_on_postgres_is_resolved_by_trying_again() {
    let Some(database) = postgres() else { return };
    let store = migrated(&database).await;
    store.write(async |tx| lay_ground(tx).await).await.unwrap();
    let barrier = Barrier::new(2);
    let (one, other) = tokio::join!(
        take_both(&store, ["1", "2"], &barrier),
        take_both(&store, ["2", "1"], &barrier)
    );
    // The server may notice on both sides at once.
    assert!(
        [3, 4].contains(&(one + other)),
        "one of the two had to begin again"
    );
}

#[tokio::test]
async fn another_process_that_writes_to_the_file_is_waited_for() {
    let database = sqlite();
    let store = migrated(&database).await;
    let other = opened(&database).await;
    let held = Barrier::new(2);
    let first = other.write(async |tx| {
        partnership::add(tx, "p2", "Two", at(0)).await?;
        held.wait().await;
        // The other one asks for the lock meanwhile; SQLite lets it wait.
        tokio::task::yield_now().await;
        Ok::<_, StorageError>(())
    });
    let second = async {
        held.wait().await;
        store
            .write(async |tx| partnership::add(tx, P, "One", at(0)).await)
            .await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first, second), (Ok(()), Ok(())));
}

#[tokio::test]
async fn what_fails_leaves_nothing() {
    for database in databases() {
        let store = migrated(&database).await;
        let failed = store
            .write(async |tx| {
                lay_ground(tx).await?;
                partnership::add(tx, P, "Again", at(0)).await
            })
            .await;
        let what = "partnership.".to_owned();
        assert!(
            matches!(&failed, Err(StorageError::Duplicate { what: said }) if said.starts_with(&what)),
            "{failed:?}"
        );
        let left = store.read(async |tx| partnership::list(tx).await).await;
        assert_eq!(left, Ok(Vec::new()));
    }
}

#[tokio::test]
async fn a_reader_sees_one_picture_and_cannot_write() {
    for database in databases() {
        let store = migrated(&database).await;
        let seen = store
            .read(async |tx| {
                let before = partnership::list(tx).await?;
                store
                    .write(async |tx| partnership::add(tx, P, "One", at(0)).await)
                    .await?;
                let after = partnership::list(tx).await?;
                Ok::<_, StorageError>((before, after))
            })
            .await
            .unwrap();
        assert_eq!(seen, (Vec::new(), Vec::new()));
        let now = store.read(async |tx| partnership::list(tx).await).await;
        assert_eq!(now.unwrap().len(), 1, "a read right after a write sees it");
        let written = store
            .read(async |tx| partnership::add(tx, "p2", "Two", at(0)).await)
            .await;
        assert!(written.is_err(), "{:?}", database.engine());
    }
}

#[tokio::test]
async fn many_writers_make_one_chain_each_step_once() {
    for database in databases() {
        let store = migrated(&database).await;
        store.write(async |tx| lay_ground(tx).await).await.unwrap();
        let one = || async {
            store
                .write(async |tx| {
                    let head = chain::lock(tx, P, "1").await?.unwrap();
                    let label = format!("2026-27-Q{}", head.length / 2 % 4 + 1);
                    let should = standing(
                        Stage::Claimed,
                        &label,
                        &head.length.to_string(),
                        [Some(1), Some(2)],
                    );
                    let postings = difference("1", &head, &[], should, at(9), "one more");
                    posting::append(tx, P, "1", PRICE, &postings).await
                })
                .await
                .unwrap();
        };
        let all: Vec<_> = (0..24).map(|_| one()).collect();
        // All at once, on however many connections there are.
        let mut all: Vec<_> = all.into_iter().map(Box::pin).collect();
        std::future::poll_fn(|context| {
            all.retain_mut(|work| work.as_mut().poll(context).is_pending());
            match all.is_empty() {
                true => std::task::Poll::Ready(()),
                false => std::task::Poll::Pending,
            }
        })
        .await;
        let check = store
            .read(async |tx| {
                let heads = chain::heads(tx, P).await?;
                let kept = total::stored_by_anchor(tx, P).await?;
                let anew = total::recompute_by_anchor(tx, P).await?;
                Ok::<_, StorageError>((heads[0].1.length, kept == anew))
            })
            .await;
        assert_eq!(check, Ok((48, true)), "{:?}", database.engine());
    }
}

/// Looks at work some times, and goes away when it is not done by then.
async fn give_up_after<T>(looks: u32, work: impl Future<Output = T>) {
    let mut work = std::pin::pin!(work);
    for _ in 0..looks {
        let done = std::future::poll_fn(|context| {
            std::task::Poll::Ready(work.as_mut().poll(context).is_ready())
        });
        if done.await {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_no_transaction_behind() {
    for database in databases() {
        let store = migrated(&database).await;
        for looks in (1..40).chain(1..40) {
            let reading = store.read(async |tx| partnership::find(tx, P).await);
            give_up_after(looks, reading).await;
            let writing =
                store.write(async |tx| partnership::add(tx, "given-up", "X", at(0)).await);
            give_up_after(looks.min(3), writing).await;
            let name = format!("p{looks}");
            let written = store
                .write(async |tx| match partnership::find(tx, &name).await? {
                    None => partnership::add(tx, &name, "One", at(0)).await,
                    Some(_) => Ok(()),
                })
                .await;
            assert_eq!(written, Ok(()), "after {looks} looks");
        }
    }
}

/// Two processes ask under one name at once: the second waits for the first, and finds what it answered.
#[tokio::test]
async fn a_name_is_taken_by_one_of_two_processes() {
    for database in databases() {
        let store = migrated(&database).await;
        store.write(async |tx| lay_ground(tx).await).await.unwrap();
        let other = opened(&database).await;
        for (name, keeps) in [("kept", true), ("taken back", false)] {
            let claimed = Barrier::new(2);
            let first = store.write(async |tx| {
                let asked = (name, "print");
                let now = kept_answer::take(tx, P, "key", asked, at(9), at(1)).await?;
                assert_eq!(now, Taken::Now);
                claimed.wait().await;
                kept_answer::fill(tx, P, "key", name, "answer").await?;
                if keeps {
                    Ok(())
                } else {
                    Err(StorageError::NotMigrated)
                }
            });
            let second = async {
                claimed.wait().await;
                let again = other.write(async |tx| {
                    kept_answer::take(tx, P, "key", (name, "print"), at(9), at(1)).await
                });
                again.await.unwrap()
            };
            let (first, second) = tokio::join!(first, second);
            assert_eq!(first.is_ok(), keeps);
            let before = Taken::Before {
                fingerprint: "print".to_owned(),
                answer: Some("answer".to_owned()),
            };
            assert_eq!(second, if keeps { before } else { Taken::Now });
        }
    }
}
