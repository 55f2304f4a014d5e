//! One story that uses every function of storage, told on both databases: the same answers, word for word.

mod paper;
mod people;
mod published;
mod standing;
mod worth;

use std::fmt::Debug;

use goodmeasure::storage::{StorageError, Store};

use super::migrated;
use super::samples::lay_ground;
use crate::support::databases::databases;
use paper::{what_is_promised, what_is_reported};
use people::{answers_kept, pieces, who};
use published::what_is_published;
use standing::what_stands;
use worth::{everything, what_it_is_worth};

/// What was answered, in order.
#[derive(Default)]
struct Told(Vec<String>);

impl Told {
    fn note(&mut self, what: &str, answer: impl Debug) {
        self.0.push(format!("{what}: {answer:#?}"));
    }
}

type Done = Result<(), StorageError>;

#[tokio::test]
async fn both_databases_tell_the_same_story() {
    let mut stories = Vec::new();
    for database in databases() {
        let store = migrated(&database).await;
        stories.push((database.engine(), story(&store).await));
    }
    let (_, first) = &stories[0];
    assert!(first.0.len() > 35, "{} answers", first.0.len());
    for (engine, other) in &stories[1..] {
        assert_eq!(first.0.len(), other.0.len());
        for (one, another) in first.0.iter().zip(&other.0) {
            assert!(one == another, "{engine:?} differs:\n{one}\n---\n{another}");
        }
    }
}

async fn story(store: &Store) -> Told {
    let mut told = Told::default();
    store.write(async |tx| lay_ground(tx).await).await.unwrap();
    let noted = store
        .write(async |tx| -> Result<Told, StorageError> {
            let mut told = Told::default();
            who(tx, &mut told).await?;
            answers_kept(tx, &mut told).await?;
            pieces(tx).await?;
            what_is_promised(tx, &mut told).await?;
            what_is_reported(tx, &mut told).await?;
            what_stands(tx, &mut told).await?;
            what_it_is_worth(tx, &mut told).await?;
            what_is_published(tx, &mut told).await?;
            Ok(told)
        })
        .await
        .unwrap();
    told.0.extend(noted.0);
    // Read again in a transaction that only reads, and on what stands for a standby.
    let again = store.read(async |tx| everything(tx).await).await.unwrap();
    let standby = store
        .read_standby(async |tx| everything(tx).await)
        .await
        .unwrap();
    assert_eq!(again, standby);
    told.0.extend(again);
    told
}
