//! What is refused, and how it is told: files and URLs, duplicates, references, sums out of range, rows that
//! cannot be read.

use goodmeasure::domain::ledger::difference::difference;
use goodmeasure::domain::ledger::posting::Stage;
use goodmeasure::storage::total::RollUpQuery;
use goodmeasure::storage::{
    OpenOptions, StorageError, Store, Tx, chain, contract, organisation, partnership, place,
    posting, report, total,
};
use sqlx::{Connection, PgConnection, SqliteConnection};

use super::samples::{self, P, PRICE, at, draft, lay_ground, period, standing};
use super::{migrated, opened};
use crate::support::databases::{Engine, TestDatabase, databases, sqlite};

async fn refused(url: &str, read_url: Option<&str>) -> String {
    match Store::open(url, read_url, OpenOptions::default()).await {
        Err(StorageError::Refused(message) | StorageError::Unavailable(message)) => message,
        other => panic!("{other:?}"),
    }
}

/// Tampers with a database behind the program's back.
async fn tamper(database: &TestDatabase, statement: &'static str) {
    match database.engine() {
        Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(database.url()).await.unwrap();
            let done = sqlx::raw_sql(statement).execute(&mut connection).await;
            assert!(done.unwrap().rows_affected() > 0, "{statement}");
        }
        Engine::Postgres => {
            let mut connection = PgConnection::connect(database.url()).await.unwrap();
            let done = sqlx::raw_sql(statement).execute(&mut connection).await;
            assert!(done.unwrap().rows_affected() > 0, "{statement}");
        }
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_made_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file.db");
    let url = format!("sqlite://{}", file.display());
    let message = refused(&url, None).await;
    assert!(
        message.contains("there is no file") && message.contains("a file.db"),
        "{message}"
    );
    assert!(!file.exists());
    let options = OpenOptions {
        create_if_missing: true,
        ..OpenOptions::default()
    };
    let store = Store::open(&url, None, options).await.unwrap();
    assert!(file.exists());
    assert_eq!(store.is_migrated().await, Ok(false));
    store.migrate().await.unwrap();
    assert_eq!(store.is_migrated().await, Ok(true));
    // A second time, and from a second process: nothing happens.
    let again = Store::open(&url, None, OpenOptions::default())
        .await
        .unwrap();
    again.migrate().await.unwrap();
    assert_eq!(again.ping().await, Ok(()));
}

#[tokio::test]
async fn urls_are_refused_in_words_without_their_password() {
    for (url, read_url, said) in [
        ("mysql://a:secret@b/c", None, "sqlite://"),
        ("goodmeasure.db", None, "sqlite://"),
        ("sqlite::memory:", None, "name a file"),
        ("sqlite://", None, "name a file"),
        ("postgres://a:secret@h:port/c", None, "cannot be read"),
        (
            "sqlite://x.db",
            Some("postgres://a:secret@b/c"),
            "no standby",
        ),
        // Nothing listens there.
        ("postgres://a:secret@127.0.0.1:1/c", None, "refused"),
    ] {
        let message = refused(url, read_url).await;
        assert!(message.contains(said), "{url}: {message}");
        assert!(!message.contains("secret"), "{message}");
    }
    let database = sqlite();
    let path = database.url().strip_prefix("sqlite://").unwrap();
    std::fs::write(
        path,
        "this is not a database, though it is long enough to look at ".repeat(20),
    )
    .unwrap();
    let message = refused(database.url(), None).await;
    assert!(message.contains("not a database"), "{message}");
}

#[tokio::test]
async fn tables_that_are_not_there_are_told_with_what_to_do() {
    for database in databases() {
        let store = opened(&database).await;
        assert_eq!(store.is_migrated().await, Ok(false));
        let listed = store.read(async |tx| partnership::list(tx).await).await;
        assert_eq!(listed, Err(StorageError::NotMigrated));
        store.migrate().await.unwrap();
        assert_eq!(store.is_migrated().await, Ok(true));
        tamper(&database, "delete from _sqlx_migrations where version = 1").await;
        assert_eq!(store.is_migrated().await, Ok(false));
    }
}

async fn try_on(
    store: &Store,
    work: impl AsyncFn(&mut Tx) -> Result<(), StorageError>,
) -> StorageError {
    store.write(work).await.unwrap_err()
}

#[tokio::test]
async fn duplicates_and_missing_references_are_named_alike() {
    for database in databases() {
        let store = migrated(&database).await;
        store.write(async |tx| lay_ground(tx).await).await.unwrap();
        let duplicate = |what: &str| StorageError::Duplicate {
            what: what.to_owned(),
        };
        let missing = |what: &str| StorageError::MissingReference {
            what: what.to_owned(),
        };
        let mut same_id = samples::contract("3");
        same_id.id = "1".to_owned();
        let mut same_reference = samples::contract("3");
        same_reference.reference = "C-1".to_owned();
        let mut same_ocid = samples::contract("3");
        same_ocid.ocid = Some("ocds-2".to_owned());
        let mut nobody = samples::contract("3");
        nobody.supplier = "nobody".to_owned();
        for (given, expected) in [
            (same_id, "contract.contract_id"),
            (same_reference, "contract.reference"),
            (same_ocid, "contract.ocid"),
        ] {
            let error = try_on(&store, async |tx| contract::add(tx, P, &given).await).await;
            assert_eq!(error, duplicate(expected));
        }
        let error = try_on(&store, async |tx| contract::add(tx, P, &nobody).await).await;
        assert_eq!(error, missing("contract"));
        let error = try_on(&store, async |tx| {
            place::add(tx, P, &samples::place("north", None)).await
        });
        assert_eq!(error.await, duplicate("place.code"));
        let error = try_on(&store, async |tx| {
            place::add(tx, P, &samples::place("west", Some("nowhere"))).await
        });
        assert_eq!(error.await, missing("place"));
        let mut same_identifier = samples::organisation("another", false, None);
        same_identifier.identifiers = samples::organisation("supplier", false, None).identifiers;
        let error = try_on(&store, async |tx| {
            organisation::add(tx, P, &same_identifier).await
        });
        assert_eq!(
            error.await,
            duplicate("organisation_identifier.scheme, identifier")
        );
        let twice = draft(1, [samples::lines(), samples::lines()].concat());
        let error = try_on(&store, async |tx| {
            report::put_draft(tx, P, "1", period("2026-27-Q1"), &twice)
                .await
                .map(|_| ())
        });
        let key = "return_line.contract_id, period, revision, line";
        assert_eq!(error.await, duplicate(key));
    }
}

#[tokio::test]
async fn a_posting_is_taken_back_once_and_follows_the_head() {
    for database in databases() {
        let store = migrated(&database).await;
        store.write(async |tx| lay_ground(tx).await).await.unwrap();
        let stands = standing(Stage::Claimed, "2026-27-Q1", "1", [Some(1), Some(2)]);
        store
            .write(async |tx| {
                let head = chain::lock(tx, P, "1").await?.unwrap();
                let postings = difference("1", &head, &[], stands.clone(), at(2), "first");
                posting::append(tx, P, "1", PRICE, &postings).await?;
                let standing = posting::all_standing(tx, P, "1").await?;
                let head = chain::lock(tx, P, "1").await?.unwrap();
                let back = difference("1", &head, &standing, Vec::new(), at(3), "taken back");
                posting::append(tx, P, "1", PRICE, &back).await
            })
            .await
            .unwrap();
        let error = try_on(&store, async |tx| {
            let mut head = chain::lock(tx, P, "1").await?.unwrap();
            let first = posting::chain_of(tx, P, "1", 0, 2).await?;
            let standing = goodmeasure::domain::ledger::difference::standing_after(&first);
            head.recorded_at = at(4);
            let again = difference("1", &head, &standing, Vec::new(), at(4), "again");
            posting::append(tx, P, "1", PRICE, &again).await
        })
        .await;
        let what = "posting.contract_id, period, reverses".to_owned();
        assert_eq!(error, StorageError::Duplicate { what });
        // One that leaves a gap is a conflict: whoever made it did not see the head.
        let error = try_on(&store, async |tx| {
            let mut head = chain::lock(tx, P, "1").await?.unwrap();
            head.length += 1;
            let gap = difference("1", &head, &[], stands.clone(), at(5), "gap");
            posting::append(tx, P, "1", PRICE, &gap).await
        });
        assert_eq!(error.await, StorageError::Conflict);
    }
}

#[tokio::test]
async fn a_sum_beyond_64_bits_is_refused() {
    for database in databases() {
        let store = migrated(&database).await;
        store.write(async |tx| lay_ground(tx).await).await.unwrap();
        let add = async |tx: &mut Tx, label: &str| {
            let head = chain::lock(tx, P, "1").await?.unwrap();
            let pence = Some(1_000_000_000_000_000);
            let stands = standing(Stage::Claimed, label, "1", [pence, pence]);
            let postings = difference("1", &head, &[], stands, at(2), "much");
            posting::append(tx, P, "1", PRICE, &postings).await
        };
        store
            .write(async |tx| add(tx, "2026-27-Q1").await)
            .await
            .unwrap();
        tamper(
            &database,
            "update contract_total set worth_pence = 8999999999999999999",
        )
        .await;
        tamper(
            &database,
            "update anchor_total set worth_pence = 8999999999999999999",
        )
        .await;
        let error = try_on(&store, async |tx| add(tx, "2026-27-Q1").await).await;
        let what = "contract_total".to_owned();
        assert_eq!(error, StorageError::OutOfRange { what });
        let summed = store
            .read(async |tx| total::roll_up(tx, P, &RollUpQuery::default()).await)
            .await;
        let what = "anchor_total".to_owned();
        assert_eq!(summed, Err(StorageError::OutOfRange { what }));
    }
}

#[tokio::test]
async fn an_unreadable_row_names_table_column_and_key() {
    for database in databases() {
        let store = migrated(&database).await;
        store.write(async |tx| lay_ground(tx).await).await.unwrap();
        store
            .write(async |tx| {
                let given = draft(1, samples::lines());
                report::put_draft(tx, P, "1", period("2026-27-Q1"), &given).await
            })
            .await
            .unwrap();
        let find = || store.read(async |tx| contract::find(tx, P, "1").await.map(|_| ()));
        let returns = || store.read(async |tx| report::of_contract(tx, P, "1").await.map(|_| ()));
        let told = |error: Result<(), StorageError>| error.unwrap_err().to_string();

        tamper(
            &database,
            "update contract set starts_on = 'soon' where contract_id = '1'",
        )
        .await;
        let expected =
            "unreadable row: table contract, column starts_on, key 1: not a value of this column";
        assert_eq!(told(find().await), expected);
        tamper(
            &database,
            "update contract_terms set shares = '[[\"a\",\"1/2\"]]' where contract_id = '1'",
        )
        .await;
        let expected = "table contract_terms, column shares, key 1 version 1: the shares add up to";
        let message = told(find().await);
        assert!(message.contains(expected), "{message}");
        tamper(&database, "update return_revision set state = 'submitted'").await;
        let expected =
            "table return_revision, column state, key 1 2026-27-Q1 1: `submitted` is no state";
        let message = told(returns().await);
        assert!(message.contains(expected), "{message}");
        tamper(
            &database,
            "update return_line set reported = '{\"quantity\":12}' where line = '4'",
        )
        .await;
        let expected =
            "table return_line, column reported, key 1 2026-27-Q1 1 4: a quantity is a text";
        let message = told(returns().await);
        assert!(message.contains(expected), "{message}");
    }
}
