//! What was published stands, whatever is corrected afterwards; and what differs from it explains itself.

use serde_json::{Value, json};

use super::tampering::by_hand;
use super::{books_are_clean, pence, verified};
use crate::support::app::{Answer, App, same_on_each};
use crate::support::forward::{clock, on_each, settle};
use crate::support::scene::{Scene, added, changed, decide, submit};

const ASKED: &str = "/v1/roll-ups?by=anchor_institution,measure&stage=claimed,verified&limit=200";

fn lines(hours: &str, cash: &str) -> Value {
    json!([
        {"line": "hours", "measure": "volunteering-hours", "quantity": hours},
        {"line": "cash", "measure": "donation-cash", "quantity": cash},
        {"line": "paid", "measure": "paid-within-30-days", "numerator": "46", "denominator": "50"}
    ])
}

/// Submits and accepts.
async fn report(app: &App, contract: &str, period: &str, of: Value) {
    submit(app, contract, period, of).await;
    decide(app, contract, period, json!({"decision": "accept"})).await;
}

/// Rows and totals, but for what is suppressed in public.
fn figures(shown: &Value) -> Value {
    let told = |key: &str| {
        let rows = shown[key].as_array().unwrap().iter();
        rows.map(|row| changed(row.clone(), json!({"suppressed": null})))
            .collect::<Vec<_>>()
    };
    json!([told("rows"), told("totals")])
}

/// The same answer with a word for each hash, which rests on ids and times.
pub fn without_hashes(mut answer: Answer) -> Answer {
    let mut body = answer.json();
    body["digest"] = json!("<digest>");
    for head in body["chain_heads"].as_array_mut().into_iter().flatten() {
        head["hash"] = json!("<hash>");
    }
    answer.text = body.to_string();
    answer
}

/// Checks that each row that differs is explained to the penny.
fn explained(difference: &Value) {
    for row in difference["rows"].as_array().unwrap() {
        let because = row["because"].as_array().unwrap().iter();
        let worth = |amount: &Value| match &amount["worth"] {
            Value::Null => 0,
            worth => pence(worth),
        };
        let sum: i64 = because.map(|one| worth(&one["adds"])).sum();
        assert_eq!(
            worth(&row["published"]) + sum,
            worth(&row["today"]),
            "{row}"
        );
        if !row["difference"].is_null() {
            assert_eq!(pence(&row["difference"]), sum, "{row}");
        }
    }
}

#[tokio::test]
async fn l4_a_publication_stands_while_the_figures_move() {
    let mut told: Vec<[Answer; 2]> = Vec::new();
    for app in on_each::<3>().await {
        let scene = Scene::set(&app).await;
        let thirds = json!({"anchor_institutions": scene.thirds()});
        let shared = scene.add_contract(&app, thirds).await;
        let alone = json!({"reference": "C-2"});
        let alone = scene.add_contract(&app, alone).await;
        report(&app, &shared, "2026-27-Q1", lines("100", "1000")).await;
        report(&app, &alone, "2026-27-Q1", lines("10.5", "50")).await;

        let body = json!({"title": "Social value 2026-27, first quarter", "by": ["anchor_institution", "measure"],
            "stage": ["claimed", "verified"]});
        let posted = app.post("/v1/publications", &body).await;
        assert_eq!(posted.status, 201, "{}", posted.text);
        let path = posted.header("location").unwrap().to_owned();
        let published_at = posted.json()["published_at"].as_str().unwrap().to_owned();
        assert_eq!(
            figures(&posted.json()),
            figures(&app.get(ASKED).await.json())
        );
        assert_eq!(posted.json()["chain_heads"].as_array().unwrap().len(), 2);
        let same = app.get(&format!("{path}/difference")).await.json();
        assert_eq!(same["rows"], json!([]));
        assert_eq!(
            same["unchanged"],
            posted.json()["rows"].as_array().unwrap().len()
        );

        // One return is corrected, shares change, and something new is reported.
        settle::<3>();
        report(&app, &shared, "2026-27-Q1", lines("70", "1000")).await;
        let taken_over = json!({"effective_on": "2026-04-01", "reason": "taken over",
            "anchor_institutions": [{"organisation": scene.anchors[2], "share": "1"}]});
        added(&app, &format!("{alone}/amendments"), &taken_over).await;
        report(&app, &alone, "2026-27-Q2", lines("4", "25")).await;

        let again = app.get(&path).await;
        assert_eq!(again.text, posted.text, "the publication is what it was");
        let known = app
            .get(&format!("{ASKED}&as_known_at={published_at}"))
            .await
            .json();
        assert_eq!(figures(&known), figures(&posted.json()), "as known then");
        assert_ne!(
            figures(&app.get(ASKED).await.json()),
            figures(&posted.json())
        );

        let difference = app.get(&format!("{path}/difference")).await;
        assert_eq!(difference.status, 200, "{}", difference.text);
        explained(&difference.json());
        books_are_clean(&app, "after a publication").await;
        assert_eq!(verified(&app).await.publications, 1);
        told.push([without_hashes(posted), difference]);
        app.stop().await;
    }
    let of = |which: usize| {
        told.iter()
            .map(|pair| pair[which].clone())
            .collect::<Vec<_>>()
    };
    insta::assert_snapshot!("published", same_on_each(&of(0)));
    insta::assert_snapshot!("published_difference", same_on_each(&of(1)));
}

#[tokio::test]
async fn l4_the_difference_comes_in_pages_and_so_it_does_by_any_dimension() {
    for app in on_each::<4>().await {
        let scene = Scene::set(&app).await;
        let held = json!({"anchor_institutions": scene.thirds(), "place": "halton"});
        let contract = scene.add_contract(&app, held).await;
        let target = json!({"measure": "volunteering-hours", "target": "20"});
        added(&app, &format!("{contract}/commitments"), &target).await;
        report(&app, &contract, "2026-27-Q1", lines("100", "1000")).await;
        let questions = [
            json!({}),
            json!({"by": ["contract", "supplier", "period", "place"]}),
            json!({"by": ["theme", "outcome", "column", "stage", "financial_year"], "place": "halton"}),
            json!({"by": ["measure"], "anchor_institution": scene.anchors[1], "edition": "open-uk/2026"}),
            json!({"by": ["anchor_institution"], "supplier": scene.supplier, "from": "2026-04-01", "to": "2026-09-30"}),
        ];
        let mut paths = Vec::new();
        for question in questions {
            let stages =
                json!({"title": "T", "stage": ["committed", "claimed", "evidenced", "verified"]});
            let id = added(&app, "/v1/publications", &changed(stages, question)).await;
            paths.push(format!("/v1/publications/{id}/difference"));
        }
        report(&app, &contract, "2026-27-Q1", lines("70.25", "0")).await;
        report(&app, &contract, "2026-27-Q2", lines("5", "1")).await;
        let less = json!({"effective_on": "2026-04-01", "reason": "agreed", "target": "7"});
        added(&app, &format!("{contract}/commitments/1/amendments"), &less).await;
        for path in paths {
            let whole = app.get(&path).await.json();
            explained(&whole);
            let rows = whole["rows"].as_array().unwrap();
            assert!(!rows.is_empty(), "{path}");
            let (mut paged, mut next) = (Vec::new(), String::new());
            loop {
                let page = app.get(&format!("{path}?limit=2{next}")).await.json();
                paged.extend(page["rows"].as_array().unwrap().clone());
                let Some(cursor) = page["next_cursor"].as_str() else {
                    break;
                };
                next = format!("&cursor={cursor}");
            }
            assert_eq!(paged, *rows);
        }
        let lost = app.get("/v1/publications?cursor=00").await;
        assert_eq!(lost.status, 400, "{}", lost.text);
        app.stop().await;
    }
}

#[tokio::test]
async fn l4_whoever_cuts_off_a_tail_is_found_out_by_what_was_published() {
    for app in on_each::<5>().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        submit(&app, &contract, "2026-27-Q1", lines("100", "1000")).await;
        let before = app.get(&format!("{contract}/value")).await.json();
        let head = "update chain set head_hash = (select hash from posting where sequence = 3), length = 3";
        decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        let id = added(
            &app,
            "/v1/publications",
            &json!({"title": "Before", "by": ["measure"]}),
        )
        .await;
        books_are_clean(&app, "before").await;

        // A figure of it, its title, and what is kept back.
        for (trick, undo) in [
            (
                "update publication_figure set worth_pence = worth_pence + 1 where is_total = 1",
                "update publication_figure set worth_pence = worth_pence - 1 where is_total = 1",
            ),
            (
                "update publication set title = 'After'",
                "update publication set title = 'Before'",
            ),
            (
                "update publication_head set length = length - 1",
                "update publication_head set length = length + 1",
            ),
            (
                "update publication_figure set suppressed = 1 - suppressed",
                "update publication_figure set suppressed = 1 - suppressed",
            ),
        ] {
            by_hand(&app.database, trick).await;
            let found = verified(&app).await.differences;
            assert_eq!(found.len(), 1, "{trick}: {found:?}");
            assert!(
                found[0].contains(&id) && found[0].contains("it was changed"),
                "{found:?}"
            );
            by_hand(&app.database, undo).await;
            books_are_clean(&app, undo).await;
        }

        // Everything that tells of the decision is undone: no chain, no total and no replay misses it.
        for trick in [
            "delete from posting where sequence > 3",
            head,
            "update return_revision set state = 'submitted', decided_at = null, decided_by = null, reason = null",
            "delete from contract_total where stage = 'verified'",
            "delete from anchor_total where stage = 'verified'",
        ] {
            by_hand(&app.database, trick).await;
        }
        let after = app.get(&format!("{contract}/value")).await.json();
        let timeless = |value: Value| changed(value, json!({"as_of": null}));
        assert_eq!(timeless(after), timeless(before), "nobody would know");
        let found = verified(&app).await.differences;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].contains("it rests on posting 6 of contract C-1"),
            "{found:?}"
        );
        app.stop().await;
    }
}

/// Writers go on while somebody publishes again and again: each publication is what was known at its moment.
#[tokio::test]
async fn l4_whatever_is_written_meanwhile_is_in_it_or_after_it() {
    for app in on_each::<6>().await {
        let scene = Scene::set(&app).await;
        let mut contracts = Vec::new();
        for number in 0..4 {
            let reference =
                json!({"reference": format!("C-{number}"), "anchor_institutions": scene.thirds()});
            contracts.push(scene.add_contract(&app, reference).await);
        }
        let writes = async |contract: &str| {
            for round in 1..6 {
                let line = json!([{"line": "1", "measure": "donation-cash", "quantity": round.to_string()}]);
                report(&app, contract, "2026-27-Q1", line).await;
            }
        };
        let publishes = async || {
            let mut made = Vec::new();
            let body = json!({"title": "T", "by": ["contract", "anchor_institution"], "stage": ["claimed", "verified"]});
            for _ in 0..8 {
                made.push(app.post("/v1/publications", &body).await);
            }
            made
        };
        let (made, ..) = tokio::join!(
            publishes(),
            writes(&contracts[0]),
            writes(&contracts[1]),
            writes(&contracts[2]),
            writes(&contracts[3])
        );
        settle::<6>();
        let _ = clock::<6>();
        for one in made {
            assert_eq!(one.status, 201, "{}", one.text);
            let one = one.json();
            let asked =
                "/v1/roll-ups?by=contract,anchor_institution&stage=claimed,verified&limit=200";
            let then = one["published_at"].as_str().unwrap();
            let known = app.get(&format!("{asked}&as_known_at={then}")).await.json();
            assert_eq!(figures(&known), figures(&one));
            let path = format!(
                "/v1/publications/{}/difference",
                one["id"].as_str().unwrap()
            );
            explained(&app.get(&path).await.json());
        }
        books_are_clean(&app, "at the end").await;
        app.stop().await;
    }
}
