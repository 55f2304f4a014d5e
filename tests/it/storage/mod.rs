//! What is kept, on both databases: one text for both, the same tables, the same answers.

mod catalogue;
mod conformance;
mod group;
mod lost;
mod refusals;
mod samples;
mod schema;
mod statements;
mod transactions;
pub mod upgrade;

use goodmeasure::storage::{OpenOptions, Store};

use crate::support::databases::TestDatabase;

/// Opens a test database and makes its tables.
async fn migrated(database: &TestDatabase) -> Store {
    let store = opened(database).await;
    store.migrate().await.unwrap();
    store
}

async fn opened(database: &TestDatabase) -> Store {
    Store::open(database.url(), None, OpenOptions::default())
        .await
        .unwrap()
}
