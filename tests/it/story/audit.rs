//! Whoever changes the audit by hand is found out by `verify` too; and what was written before the audit was chained
//! has its place in the chains.

use std::borrow::Cow;

use goodmeasure::domain::audit::Outcome;
use goodmeasure::domain::policy::Reach;
use goodmeasure::operations::Actor;
use goodmeasure::operations::audit::{self, Entry};
use goodmeasure::storage::audit::AuditFilter;
use goodmeasure::storage::{self, OpenOptions, StorageError, Store, Tx};
use serde_json::json;
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection, SqliteConnection};

use super::tampering::by_hand;
use super::{books_are_clean, verified};
use crate::support::app::App;
use crate::support::databases::{Engine, TestDatabase, databases};
use crate::support::scene::{Scene, added, decide, submit};

/// A contract with eight entries, from its addition to its second decision.
async fn told(app: &App) {
    let scene = Scene::set(app).await;
    let contract = scene.add_contract(app, json!({})).await;
    let target = json!({"measure": "local-job-fte", "target": "10"});
    added(app, &format!("{contract}/commitments"), &target).await;
    for (quantity, decision) in [
        ("12.5", json!({"decision": "send_back", "reason": "Again"})),
        ("12", json!({"decision": "accept"})),
    ] {
        let lines = json!([{"measure": "local-job-fte", "quantity": quantity}]);
        submit(app, &contract, "2026-27-Q1", lines).await;
        decide(app, &contract, "2026-27-Q1", decision).await;
    }
}

/// How a column of the submission is changed by hand and changed back, and words of what `verify` says.
const TRICKS: &[(&str, &str, &str)] = &[
    (
        "partnership_id = 'other'",
        "partnership_id = 'default'",
        "entry 4 is missing; entry 5 follows entry 3",
    ),
    (
        "contract_id = '' where sequence = 8",
        "contract_id = (select contract_id from contract) where sequence = 8",
        "the end of the chain names entry 8, but the chain ends with entry 7",
    ),
    (
        "sequence = 100",
        "sequence = 4 where sequence = 100",
        "entry 4 is missing",
    ),
    (
        "audit_id = audit_id || 'x'",
        "audit_id = substr(audit_id, 1, 36)",
        CHANGED,
    ),
    (
        "recorded_at = recorded_at + 1",
        "recorded_at = recorded_at - 1",
        CHANGED,
    ),
    (
        "recorded_at = recorded_at - 1000000",
        "recorded_at = recorded_at + 1000000",
        "entry 4 is recorded before",
    ),
    (
        "actor_id = actor_id || 'x'",
        "actor_id = substr(actor_id, 1, 36)",
        CHANGED,
    ),
    ("roles = 'supplier'", "roles = 'administrator'", CHANGED),
    ("roles = 'boss'", "roles = 'administrator'", "column roles"),
    ("action = 'put_return'", "action = 'submit_return'", CHANGED),
    (
        "subject_kind = 'contract'",
        "subject_kind = 'return'",
        CHANGED,
    ),
    (
        "subject_id = subject_id || 'x'",
        "subject_id = substr(subject_id, 1, 47)",
        CHANGED,
    ),
    ("outcome = 'refused'", "outcome = 'done'", CHANGED),
    ("outcome = 'odd'", "outcome = 'done'", "column outcome"),
    (
        "before_json = null",
        "before_json = '{\"revision\":1,\"state\":\"draft\"}'",
        CHANGED,
    ),
    (
        "after_json = replace(after_json, '1', '2')",
        "after_json = replace(after_json, '2', '1')",
        CHANGED,
    ),
    ("hash = hash || 'x'", "hash = substr(hash, 1, 64)", CHANGED),
];

const CHANGED: &str = "entry 4 does not have the hash of its own fields and the entry before it";

/// The same of the row that says where the chain ends.
const TRICKS_AT_THE_END: &[(&str, &str)] = &[
    ("length = length + 1", "length = length - 1"),
    (
        "head_hash = head_hash || 'x'",
        "head_hash = substr(head_hash, 1, 64)",
    ),
    (
        "recorded_at = recorded_at + 1",
        "recorded_at = recorded_at - 1",
    ),
];

async fn first_difference(app: &App) -> String {
    let found = verified(app).await;
    let first = found.differences.first();
    first
        .cloned()
        .unwrap_or_else(|| "nothing differs".to_owned())
}

#[tokio::test]
async fn each_column_of_the_audit_is_sealed() {
    for app in App::on_each().await {
        told(&app).await;
        let clean = verified(&app).await;
        assert_eq!((clean.differences.len(), clean.audit_entries), (0, 15));
        let hand = async |statement: String| by_hand(&app.database, &statement).await;
        // Somewhere to put what does not belong there.
        hand("insert into partnership values ('other', 'x', 1)".to_owned()).await;
        let chains = "select 'other', contract_id, length, head_hash, recorded_at from audit_chain";
        hand(format!("insert into audit_chain {chains}")).await;
        let update = async |set: &str| {
            let usual = " where sequence = 4 and contract_id <> ''";
            let which = if set.contains(" where ") { "" } else { usual };
            hand(format!("update audit set {set}{which}")).await;
        };
        for (trick, undo, words) in TRICKS {
            update(trick).await;
            let first = first_difference(&app).await;
            assert!(
                first.starts_with("the audit of contract C-1: "),
                "{trick}: {first}"
            );
            assert!(first.contains(words), "{trick}: {first}");
            update(undo).await;
            books_are_clean(&app, undo).await;
        }
        let own = "where contract_id <> '' and partnership_id = 'default'";
        for (trick, undo) in TRICKS_AT_THE_END {
            hand(format!("update audit_chain set {trick} {own}")).await;
            let first = first_difference(&app).await;
            let words = "the audit of contract C-1: the end of the chain names entry";
            assert!(first.starts_with(words), "{trick}: {first}");
            hand(format!("update audit_chain set {undo} {own}")).await;
            books_are_clean(&app, undo).await;
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn what_is_gone_from_the_audit_is_missed() {
    for app in App::on_each().await {
        told(&app).await;
        let hand = async |statement: &str| by_hand(&app.database, statement).await;
        // Who rewrites the last entry, hash and all, is betrayed by the end of the chain.
        let last = async |tx: &mut Tx| {
            let contract = storage::audit::chains(tx, "default").await?.remove(1);
            let chain = storage::audit::chain_of(tx, "default", &contract, 6, 2).await?;
            Ok::<_, StorageError>((contract, chain))
        };
        let (contract, mut chain) = app.office.store.read(last).await.unwrap();
        chain[1].actor = "somebody".to_owned();
        let forged = chain[1].sealed("default", &contract, &chain[0].hash);
        let set = format!("actor_id = 'somebody', hash = '{forged}'");
        hand(&format!("update audit set {set} where sequence = 8")).await;
        let first = first_difference(&app).await;
        let words = "the audit of contract C-1: the end of the chain names entry 8, but";
        assert!(first.starts_with(words), "{first}");

        hand("delete from audit where sequence = 8").await;
        let first = first_difference(&app).await;
        let words = "names entry 8, but the chain ends with entry 7";
        assert!(first.contains(words), "a tail that was cut off: {first}");
        hand("delete from audit where sequence = 4 and contract_id = ''").await;
        hand("delete from audit where sequence = 4").await;
        let found = verified(&app).await.differences;
        let missing = "entry 4 is missing; entry 5 follows entry 3";
        let expected = [
            format!("the audit of contract C-1: {missing}"),
            format!("the audit of the partnership: {missing}"),
        ];
        assert_eq!(found, expected, "from the middle");
        hand("delete from audit").await;
        hand("delete from audit_chain").await;
        let found = verified(&app).await.differences;
        let missing = "there is none, or its end is gone";
        let expected = [
            format!("the audit of contract C-1: {missing}"),
            format!("the audit of the partnership: {missing}"),
        ];
        assert_eq!(found, expected, "all of it");
        app.stop().await;
    }
}

#[tokio::test]
async fn many_who_write_at_once_make_chains_without_gaps() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let write = async |who: usize| {
            let mut contract = String::new();
            for number in 0..6 {
                let body = json!({"name": format!("Body {who}"), "kind": "business"});
                added(&app, "/v1/organisations", &body).await;
                let reference = json!({"reference": format!("C-{who}-{number}")});
                contract = scene.add_contract(&app, reference).await;
            }
            contract
        };
        let (one, _, _, _) = tokio::join!(write(1), write(2), write(3), write(4));
        // Now all of them to one contract, and to none.
        let report = async |period: &str| {
            let lines = json!([{"measure": "local-job-fte", "quantity": "1"}]);
            submit(&app, &one, period, lines).await;
            write(period.len() + usize::from(period.as_bytes()[9])).await;
        };
        let quarters = [1, 2, 3, 4].map(|number| format!("2026-27-Q{number}"));
        let [first, second, third, fourth] = &quarters;
        tokio::join!(report(first), report(second), report(third), report(fourth));
        let found = verified(&app).await;
        assert_eq!(found.differences, Vec::<String>::new());
        // Three when the place was opened, four of the scene, 48 bodies; 48 contracts, and eight steps of four returns.
        assert_eq!(found.audit_entries, 3 + 4 + 48 + 48 + 8);
        app.stop().await;
    }
}

#[tokio::test]
async fn what_was_refused_is_told_and_begins_no_chain() {
    for app in App::on_each().await {
        let actor = Actor::administrator("default", "a key");
        let stranger = Actor::administrator("nowhere", "a key");
        let entry = Entry::of("use_key", "key", "an id\0 from outside\n").of_contract("nobody's");
        // Of the second nobody hears but the log: there is no such partnership.
        for actor in [&actor, &stranger] {
            let at = (app.office.clock)();
            audit::refused(&app.office, actor, at, &entry, "revoked");
        }
        let newest = async |tx: &mut Tx| {
            let (reach, filter) = (Reach::Everything, AuditFilter::default());
            storage::audit::list(tx, "default", &reach, &filter, None, 1).await
        };
        let found = loop {
            let found = app.office.store.read(newest).await.unwrap().remove(0);
            if found.entry.outcome == Outcome::Refused {
                break found;
            }
        };
        assert_eq!(found.contract, None);
        assert_eq!(found.entry.subject_id, "an id from outside");
        let after = found.entry.after.as_deref();
        assert_eq!(after, Some(r#"{"code":"revoked","times":1}"#));
        books_are_clean(&app, "after a refusal").await;
        app.stop().await;
    }
}

/// The tables as they were before the audit was chained.
async fn migrate_to_before(database: &TestDatabase) {
    let before = |mut migrator: Migrator| {
        let earlier = migrator.migrations.iter().filter(|one| one.version < 5);
        migrator.migrations = Cow::Owned(earlier.cloned().collect());
        migrator.set_locking(false);
        migrator
    };
    match database.engine() {
        Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(database.url()).await.unwrap();
            let migrator = before(sqlx::migrate!("migrations/sqlite"));
            migrator.run(&mut connection).await.unwrap();
        }
        Engine::Postgres => {
            let mut connection = PgConnection::connect(database.url()).await.unwrap();
            let migrator = before(sqlx::migrate!("migrations/postgres"));
            migrator.run(&mut connection).await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_was_written_before_the_chains_is_sealed_by_the_migration() {
    for database in databases() {
        migrate_to_before(&database).await;
        by_hand(
            &database,
            "insert into partnership values ('default', 'x', 1)",
        )
        .await;
        for (id, at, subject, subject_id) in [
            ("'a2'", 2, "'contract'", "'c-1'"),
            ("'a1'", 1, "'partnership'", "'default'"),
            ("'a4'", 4, "'return'", "'c-1/2026-27-Q1'"),
            ("'a3'", 3, "'commitment'", "'c-1/1'"),
        ] {
            let row = format!("{at}, 'k', 'x', {subject}, {subject_id}, null, '{{}}'");
            let row = format!("insert into audit values ('default', {id}, {row})");
            by_hand(&database, &row).await;
        }
        let store = Store::open(database.url(), None, OpenOptions::default())
            .await
            .unwrap();
        store.migrate().await.unwrap();
        // What is there has no hashes yet, and nothing is chained to that.
        let early = store
            .write(async |tx| storage::audit::take(tx, "default", "c-1").await)
            .await;
        assert_eq!(early, Err(StorageError::NotMigrated));
        let app = App::start(database).await;
        let (clean, ids) = (verified(&app).await, ids_of(&app, "c-1").await);
        assert_eq!((clean.differences, clean.audit_entries), (vec![], 8));
        assert_eq!(ids, ["a2", "a3", "a4"], "in the order of their times");
        let at = (app.office.clock)();
        audit::seal_older(&app.office, at).await.unwrap();
        assert_eq!(verified(&app).await.audit_entries, 8, "once is enough");
        by_hand(
            &app.database,
            "update audit set actor_id = 'l' where audit_id = 'a3'",
        )
        .await;
        let first = first_difference(&app).await;
        let words = "the audit of contract c-1, which is not there: entry 2 does not have the hash";
        assert!(first.starts_with(words), "{first}");
        app.stop().await;
    }
}

async fn ids_of(app: &App, contract: &str) -> Vec<String> {
    let chain = app
        .office
        .store
        .read(async |tx: &mut Tx| storage::audit::chain_of(tx, "default", contract, 0, 10).await);
    let chain = chain.await.unwrap().into_iter();
    chain.map(|entry| entry.id).collect()
}
