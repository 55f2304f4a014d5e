//! What was kept before programmes and their funding is kept by the migration: each figure, each digest.

use serde_json::json;

use super::{books_are_clean, by_anchor, verified};
use crate::storage::upgrade::{migrations, run};
use crate::support::app::{App, now, without_limits};
use crate::support::databases::{Engine, TestDatabase};
use crate::support::scene::{Scene, added, decide, submit};

/// The columns of totals by anchor institution as they were.
const COLUMNS: &str = "partnership_id, anchor_id, measure, place, period, from_on, to_on, stage, edition, leads, worth_pence,
    quantity_micro, numerator_micro, denominator_micro, valued_lines, record_only_lines, provisional_lines, nominal_lines";

/// Takes the tables back to what they were, with all that is in them.
async fn take_back(database: &TestDatabase) {
    let texts = migrations(database.engine());
    let text = |number: u32| {
        let found = texts.iter().find(|(own, _)| *own == number);
        found.unwrap().1.as_str()
    };
    let mut steps = vec![
        "drop view posting_counted".to_owned(),
        "drop index contract_by_funded_by".to_owned(),
        "drop index contract_by_funding_reference".to_owned(),
    ];
    let views = [
        "posting_readable",
        "anchor_total_readable",
        "contract_total_readable",
    ];
    if database.engine() == Engine::Postgres {
        steps.extend(views.map(|view| format!("drop view {view}")));
    }
    for (table, column) in [
        ("contract", "kind"),
        ("contract", "funding"),
        ("contract", "funder_id"),
        ("contract", "funder_name"),
        ("contract", "funding_reference"),
        ("contract", "funded_by"),
        ("contract_total", "funding"),
        ("publication_figure", "funding"),
    ] {
        steps.push(format!("alter table {table} drop column {column}"));
    }
    match database.engine() {
        Engine::Sqlite => {
            let (_, made) = text(1).split_once("create table anchor_total (").unwrap();
            let (columns, _) = made.split_once(';').unwrap();
            steps.push("alter table anchor_total rename to later".to_owned());
            steps.push(format!("create table anchor_total ({columns}"));
            steps.push(format!(
                "insert into anchor_total select {COLUMNS} from later"
            ));
            steps.push("drop table later".to_owned());
        }
        Engine::Postgres => {
            let key = "partnership_id, stage, anchor_id, period, measure, place, edition, leads";
            steps.push("alter table anchor_total drop column funding".to_owned());
            steps.push(format!("alter table anchor_total add primary key ({key})"));
            steps.push(text(2).to_owned());
        }
    }
    steps.push(text(10).trim_end().trim_end_matches(';').to_owned());
    steps.push("delete from _sqlx_migrations where version = 12".to_owned());
    run(database, &steps.join(";\n")).await;
}

#[tokio::test]
async fn what_was_kept_before_stands_after_the_migration() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let held = json!({"anchor_institutions": scene.thirds(), "place": "halton"});
        let shared = scene.add_contract(&app, held).await;
        let alone = scene.add_contract(&app, json!({"reference": "C-2"})).await;
        let target = json!({"measure": "volunteering-hours", "target": "500"});
        added(&app, &format!("{shared}/commitments"), &target).await;
        for contract in [&shared, &alone] {
            let lines = json!([
                {"line": "1", "measure": "volunteering-hours", "quantity": "100"},
                {"line": "2", "measure": "car-miles-saved", "quantity": "1000"},
                {"line": "3", "measure": "paid-within-30-days", "numerator": "46", "denominator": "50"}
            ]);
            submit(&app, contract, "2026-27-Q1", lines).await;
            decide(&app, contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        }
        let body = json!({"title": "T", "by": ["anchor_institution", "measure"], "public": true});
        let published = app.post("/v1/publications", &body).await;
        let publication = published.header("location").unwrap().to_owned();
        let before = (by_anchor(&app, "").await, verified(&app).await);
        assert!(before.1.differences.is_empty() && before.1.publications == 1);

        take_back(&app.database).await;
        let after = app.start_beside(without_limits(), now).await;
        let early = after
            .office
            .store
            .read(async |tx| goodmeasure::storage::contract::ids(tx, "default").await);
        assert_eq!(early.await.unwrap().len(), 2);
        after.office.store.migrate().await.unwrap();
        assert_eq!(verified(&after).await, before.1);
        assert_eq!(by_anchor(&after, "").await, before.0);
        assert_eq!(by_anchor(&after, "&funding=contract_price").await, before.0);
        assert!(by_anchor(&after, "&funding=grant").await.is_empty());
        assert_eq!(after.get(&publication).await.json(), published.json());
        let one = after.get(&shared).await.json();
        assert_eq!(
            (&one["kind"], &one["funding"]["source"]),
            (&json!("contract"), &json!("contract_price"))
        );

        // And it goes on from there.
        let own = json!({"reference": "V-1", "kind": "corporate_activity", "supplier": null});
        let own = scene.add_contract(&after, own).await;
        for contract in [&own, &alone] {
            let lines = json!([{"line": "1", "measure": "volunteering-hours", "quantity": "7"}]);
            submit(&after, contract, "2026-27-Q2", lines).await;
            decide(
                &after,
                contract,
                "2026-27-Q2",
                json!({"decision": "accept"}),
            )
            .await;
        }
        assert!(!by_anchor(&after, "&funding=own_resources").await.is_empty());
        books_are_clean(&after, "after the migration").await;
        after.stop().await;
        app.stop().await;
    }
}
