//! Whoever changes the books by hand is found out by `verify`, which names the first thing that differs.

use sqlx::{Connection, PgConnection, SqliteConnection};

use serde_json::json;

use super::{books_are_clean, verified};
use crate::support::app::App;
use crate::support::databases::{Engine, TestDatabase};
use crate::support::scene::{Scene, added, decide, submit};

/// Runs statements past the program.
pub(super) async fn by_hand(database: &TestDatabase, statement: &str) {
    let text = || sqlx::AssertSqlSafe(statement.to_owned());
    let changed = match database.engine() {
        Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(database.url()).await.unwrap();
            sqlx::query(text())
                .execute(&mut connection)
                .await
                .unwrap()
                .rows_affected()
        }
        Engine::Postgres => {
            let mut connection = PgConnection::connect(database.url()).await.unwrap();
            sqlx::query(text())
                .execute(&mut connection)
                .await
                .unwrap()
                .rows_affected()
        }
    };
    assert!(changed > 0, "{statement}");
}

/// What is done by hand, what undoes it, and words of what `verify` says.
const TRICKS: &[(&str, &str, &[&str])] = &[
    (
        "update posting set reason = 'commitment 1 mads' where sequence = 2",
        "update posting set reason = 'commitment 1 made' where sequence = 2",
        &["C-1", "posting 2", "was changed"],
    ),
    (
        "update posting set worth_pence = worth_pence + 1 where sequence = 9",
        "update posting set worth_pence = worth_pence - 1 where sequence = 9",
        &["C-1", "posting 9", "was changed"],
    ),
    (
        "update chain set length = length + 1",
        "update chain set length = length - 1",
        &["C-1", "the head of the chain"],
    ),
    (
        "update contract_total set worth_pence = worth_pence + 1 where stage = 'verified'",
        "update contract_total set worth_pence = worth_pence - 1 where stage = 'verified'",
        &[
            "C-1",
            "its totals differ for verified local-job-fte 2026-27-Q1",
        ],
    ),
    (
        "update anchor_total set worth_pence = worth_pence + 1 where stage = 'claimed'",
        "update anchor_total set worth_pence = worth_pence - 1 where stage = 'claimed'",
        &["by anchor institution", "claimed local-job-fte 2026-27-Q1"],
    ),
    (
        "update return_line set reported = replace(reported, '12.5', '22.5'), quantity_micro = quantity_micro + 10000000",
        "update return_line set reported = replace(reported, '22.5', '12.5'), quantity_micro = quantity_micro - 10000000",
        &[
            "C-1",
            "claimed, 2026-27-Q1, line 1",
            "differs from what its working gives",
        ],
    ),
    (
        "update return_revision set decided_by = 'somebody' where revision = 2",
        "update return_revision set decided_by = (select decided_by from return_revision where revision = 1) where revision = 2",
        &["C-1", "decide_return", "revision 2 was done by somebody"],
    ),
    (
        "update return_revision set state = 'rejected' where revision = 2",
        "update return_revision set state = 'accepted' where revision = 2",
        &["C-1", "posting"],
    ),
    (
        "update commitment_target set target = replace(target, '10', '20')",
        "update commitment_target set target = replace(target, '20', '10')",
        &["C-1", "posting 1", "commitment 1"],
    ),
    (
        "update contract set funding = 'grant'",
        "update contract set funding = 'contract_price'",
        &["C-1", "its totals differ"],
    ),
    (
        "update contract_total set funding = 'grant'",
        "update contract_total set funding = 'contract_price'",
        &["C-1", "its totals differ"],
    ),
    (
        "update anchor_total set funding = 'grant' where stage = 'claimed'",
        "update anchor_total set funding = 'contract_price' where stage = 'claimed'",
        &["by anchor institution", "claimed local-job-fte 2026-27-Q1"],
    ),
    (
        "update contract set kind = 'programme'",
        "update contract set kind = 'contract'",
        &["the audit of contract C-1", "added as something else"],
    ),
    (
        "update contract set funder_name = 'Somebody'",
        "update contract set funder_name = null",
        &["the audit of contract C-1", "paid by other money"],
    ),
    (
        "update contract_terms set ends_on = '2027-06-30'",
        "update contract_terms set ends_on = '2027-03-31'",
        &["C-1", "posting"],
    ),
];

#[tokio::test]
async fn what_was_changed_by_hand_is_named() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let target = json!({"measure": "local-job-fte", "target": "10"});
        added(&app, &format!("{contract}/commitments"), &target).await;
        let line = json!([{"measure": "local-job-fte", "quantity": "12.5", "evidence": [{"link": "https://example.org"}]}]);
        submit(&app, &contract, "2026-27-Q1", line).await;
        let clean = verified(&app).await;
        assert_eq!(
            (clean.contracts, clean.postings),
            (1, 6),
            "four quarters promised, one claimed with evidence"
        );
        decide(
            &app,
            &contract,
            "2026-27-Q1",
            json!({"decision": "send_back", "reason": "Again"}),
        )
        .await;
        submit(
            &app,
            &contract,
            "2026-27-Q1",
            json!([{"measure": "local-job-fte", "quantity": "12.5"}]),
        )
        .await;
        decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        books_are_clean(&app, "before").await;
        for (trick, undo, words) in TRICKS {
            by_hand(&app.database, trick).await;
            let found = verified(&app).await;
            let first = found
                .differences
                .first()
                .unwrap_or_else(|| panic!("nothing differs after: {trick}"));
            assert!(
                words.iter().all(|word| first.contains(word)),
                "{trick}: {first}"
            );
            by_hand(&app.database, undo).await;
            books_are_clean(&app, undo).await;
        }
        by_hand(
            &app.database,
            "delete from posting where sequence = (select max(sequence) from posting)",
        )
        .await;
        let found = verified(&app).await;
        assert!(
            found.differences[0].contains("the head of the chain names posting"),
            "{:?}",
            found.differences
        );
        app.stop().await;
    }
}
