//! `/v1/contracts/{id}/returns`: putting, submitting, reading, and the working.

use serde_json::{Value, json};

use goodmeasure::domain::ledger::difference::Head;
use goodmeasure::operations::Refusal;
use goodmeasure::storage::{self, Tx};

use crate::support::app::{Answer, App, same_on_each};
use crate::support::scene::{Scene, added, decide, return_of, submit};

/// Where the chain of a contract's postings ends.
async fn head(app: &App, contract: &str) -> Head {
    let id = contract.rsplit('/').next().unwrap();
    let read = app
        .office
        .store
        .read(async |tx: &mut Tx| Ok::<_, Refusal>(storage::chain::head(tx, "default", id).await?));
    read.await.unwrap().unwrap()
}

fn lines() -> Value {
    json!([
        {"line": "jobs", "measure": "local-job-fte", "quantity": "12.5", "place": "halton", "tier": 1, "target_group": "care-leavers",
            "note": "Two on day release", "evidence": [
                {"link": "https://example.org/payroll", "quantity": "10"},
                {"sha256": "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", "quantity": "1.5"}]},
        {"measure": "community-project", "components": {"cash": "500", "hours": "24.25"}, "activity": "garden", "contract_share": "1/3"},
        {"measure": "paid-within-30-days", "numerator": "46", "denominator": "50"},
        {"measure": "carbon-reduction-plan", "answer": true},
        {"measure": "into-work-jobseeker", "quantity": "1.5", "starters": "2"},
        {"measure": "staff-wellbeing-access", "quantity": "0"}
    ])
}

#[tokio::test]
async fn a_return_goes_from_draft_to_its_second_revision() {
    let (mut put, mut read, mut submitted, mut second, mut listed) =
        (vec![], vec![], vec![], vec![], vec![]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1");
        let draft = app.put(&path, &json!({})).await;
        assert_eq!(
            (draft.status, draft.header("location")),
            (201, Some(path.as_str()))
        );
        let stops = draft.json()["stops_submission"].clone();
        let codes: Vec<&str> = stops
            .as_array()
            .unwrap()
            .iter()
            .map(|stop| stop["code"].as_str().unwrap())
            .collect();
        assert_eq!(codes, ["no_lines", "not_attested", "not_attested"]);
        let answer = app.put(&path, &return_of(lines())).await;
        assert_eq!(answer.status, 200, "a draft is replaced");
        assert_eq!(
            app.put(&path, &return_of(lines())).await.json(),
            answer.json(),
            "the same content changes nothing"
        );
        put.push(answer);
        read.push(app.get(&path).await);
        let before = head(&app, &contract).await;
        let submission = format!("{path}/submission");
        let answer = app
            .send(
                "POST",
                &submission,
                &[("authorization", &format!("Bearer {}", app.first_key))],
                None,
            )
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let after = head(&app, &contract).await;
        assert!(after.length > before.length);
        assert_eq!(
            app.post(&submission, &json!({})).await.json(),
            answer.json()
        );
        assert_eq!(
            app.put(&path, &return_of(lines())).await.json(),
            answer.json()
        );
        let other = return_of(json!([{"measure": "local-job-fte", "quantity": "1"}]));
        assert_eq!(app.put(&path, &other).await.code(), "already_submitted");
        assert_eq!(
            head(&app, &contract).await,
            after,
            "nothing is posted twice"
        );
        submitted.push(answer);
        decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        assert_eq!(
            app.put(&path, &return_of(lines())).await.json()["revision"],
            1
        );
        assert_eq!(
            app.post(&submission, &json!({})).await.json()["state"],
            "accepted"
        );
        second.push(app.put(&path, &other).await);
        app.put(&format!("{contract}/returns/2026-27-Q3"), &other)
            .await;
        listed.push(app.get(&format!("{contract}/returns")).await);
        let first = app.get(&format!("{contract}/returns?limit=1")).await.json();
        let next = first["next_cursor"].as_str().unwrap();
        let rest = app
            .get(&format!("{contract}/returns?limit=1&cursor={next}"))
            .await
            .json();
        assert_eq!(
            (&first["items"][0]["period"], &rest["items"][0]["period"]),
            (&json!("2026-27-Q1"), &json!("2026-27-Q3"))
        );
        assert_eq!(rest["next_cursor"], Value::Null);
        app.stop().await;
    }
    insta::assert_snapshot!("return_put", same_on_each(&put));
    insta::assert_snapshot!("return_read", same_on_each(&read));
    insta::assert_snapshot!("return_submitted", same_on_each(&submitted));
    insta::assert_snapshot!("return_second_revision", same_on_each(&second));
    insta::assert_snapshot!("returns_listed", same_on_each(&listed));
}

#[tokio::test]
async fn a_period_not_over_or_in_the_extension_is_flagged() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene
            .add_contract(&app, json!({"may_extend_to": "2028-03-31"}))
            .await;
        for (period, in_extension, not_over) in [
            ("2026-27-Q4", false, false),
            ("2027-28-Q2", true, false),
            ("2027-28-Q3", true, true),
        ] {
            let one = json!([{"measure": "local-job-fte", "quantity": "1"}]);
            let put = app
                .put(
                    &format!("{contract}/returns/{period}"),
                    &return_of(one.clone()),
                )
                .await
                .json();
            assert_eq!(
                (&put["in_extension"], &put["not_over"]),
                (&json!(in_extension), &json!(not_over))
            );
            submit(&app, &contract, period, one).await;
            decide(&app, &contract, period, json!({"decision": "accept"})).await;
            let read = app
                .get(&format!("{contract}/returns/{period}"))
                .await
                .json();
            assert_eq!(
                (&read["in_extension"], &read["not_over"]),
                (&json!(in_extension), &json!(not_over))
            );
        }
        let listed = app.get(&format!("{contract}/returns")).await.json();
        let flags: Vec<_> = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["in_extension"].clone(), one["not_over"].clone()))
            .collect();
        assert_eq!(
            json!(flags),
            json!([[false, false], [true, false], [true, true]])
        );
        app.stop().await;
    }
}

#[tokio::test]
async fn every_fault_of_a_return_is_told_at_once() {
    let mut faulty = vec![];
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1");
        let wrong = json!({"lines": [
            {},
            {"measure": "no-such", "quantity": "1"},
            {"measure": "wellby", "quantity": "1"},
            {"measure": "local-job-fte", "quantity": 12.5},
            {"line": "a b", "measure": "local-job-fte", "quantity": "-1", "starters": "-1", "place": "atlantis", "target_group": "ä", "tier": 10,
                "activity": "", "contract_share": "2", "note": "\u{0}", "evidence": [
                    {}, {"link": "ftp://example.org"}, {"sha256": "abc"}, {"link": "https://example.org", "sha256": "abc"}, {"link": "https://example.org", "quantity": "x"}]},
            {"measure": "local-job-fte", "numerator": "1", "denominator": "2"},
            {"measure": "paid-within-30-days", "numerator": "3", "denominator": "2"},
            {"measure": "paid-within-30-days", "numerator": "3"},
            {"measure": "carbon-reduction-plan", "quantity": "1"},
            {"measure": "community-project", "components": {"gold": "1", "cash": 5, "a/b~c": "1"}},
            {"measure": "school-engagement-hours", "components": {"attendees": "10"}},
            {"measure": "community-project", "components": {"cash": "5"}, "evidence": [{"link": "https://example.org", "quantity": "5"}]},
            {"line": "x", "measure": "local-job-fte", "quantity": "1"},
            {"line": "x", "measure": "local-job-fte", "quantity": "1"},
            "line"
        ], "attestation": {"contract_and_period_only": "yes"}, "state": "submitted"});
        faulty.push(app.put(&path, &wrong).await);
        assert_eq!(app.get(&path).await.status, 404, "nothing was stored");
        for label in [
            "2026-04",
            "2026-27",
            "2026-27-Q5",
            "x",
            "2027-28-Q1",
            "2025-26-Q4",
        ] {
            let at = format!("{contract}/returns/{label}");
            let put = app.put(&at, &json!({})).await;
            let code = if label.len() > 7 && label.ends_with(['1', '4']) {
                "period_outside_contract"
            } else {
                "not_a_period"
            };
            assert_eq!(put.faults(), [("/period".to_owned(), code.to_owned())]);
            assert_eq!(app.get(&at).await.faults(), put.faults());
            assert_eq!(
                app.get(&format!("{at}/working")).await.faults(),
                put.faults()
            );
            assert_eq!(
                app.post(&format!("{at}/submission"), &json!({}))
                    .await
                    .faults(),
                put.faults()
            );
        }
        app.stop().await;
    }
    insta::assert_snapshot!("return_faulty", same_on_each(&faulty));
}

#[tokio::test]
async fn what_stops_submission_is_listed_and_refused() {
    let (mut put, mut refused) = (vec![], vec![]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        added(
            &app,
            &format!("{contract}/commitments"),
            &json!({"measure": "gas-saved", "target": "1"}),
        )
        .await;
        let path = format!("{contract}/returns/2026-27-Q2");
        let before = json!([{"measure": "car-miles-saved", "quantity": "5", "activity": "bikes"}]);
        submit(&app, &contract, "2026-27-Q1", before).await;
        let draft = json!({"lines": [
            {"measure": "into-work-jobseeker", "quantity": "1"},
            {"measure": "into-work-health", "quantity": "2", "starters": "1"},
            {"measure": "local-job-fte", "quantity": "1", "starters": "1"},
            {"measure": "carbon-saved", "quantity": "1"},
            {"measure": "electricity-saved", "quantity": "1"},
            {"measure": "carbon-saved", "quantity": "1", "activity": "bikes"},
            {"measure": "local-job-fte", "quantity": "1000000000"}
        ], "attestation": {"relates_to_commitment": true}});
        let answer = app.put(&path, &draft).await;
        let answer_of_submission = app.post(&format!("{path}/submission"), &json!({})).await;
        assert_eq!(
            answer.json()["stops_submission"],
            answer_of_submission.json()["errors"]
        );
        assert_eq!(answer.json()["may_submit"], false);
        assert_eq!(app.get(&path).await.json()["state"], "draft");
        put.push(answer);
        refused.push(answer_of_submission);
        assert_eq!(
            app.post(
                &format!("{contract}/returns/2026-27-Q3/submission"),
                &json!({})
            )
            .await
            .status,
            404
        );
        app.stop().await;
    }
    insta::assert_snapshot!("return_stops_submission", same_on_each(&refused));
    assert_eq!(put[0].status, 201);
}

#[tokio::test]
async fn the_same_activity_in_another_contract_is_flagged() {
    let mut read = vec![];
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let one = scene.add_contract(&app, json!({})).await;
        let other = scene.add_contract(&app, json!({"reference": "C-2"})).await;
        let line = |activity: &str, link: &str| json!([{"measure": "volunteering-hours", "quantity": "4", "activity": activity, "evidence": [{"link": link}]}]);
        submit(
            &app,
            &one,
            "2026-27-Q1",
            line("garden", "https://example.org/log"),
        )
        .await;
        submit(
            &app,
            &other,
            "2026-27-Q2",
            line("garden", "https://example.org/other"),
        )
        .await;
        submit(
            &app,
            &other,
            "2026-27-Q3",
            line("hall", "https://example.org/log"),
        )
        .await;
        read.push(app.get(&format!("{one}/returns/2026-27-Q1")).await);
        app.stop().await;
    }
    let flagged: Vec<Value> = read
        .iter()
        .map(|answer: &Answer| answer.json()["claimed_elsewhere"].clone())
        .collect();
    assert_eq!(
        flagged[0],
        json!([
            {"contract_reference": "C-2", "period": "2026-27-Q2", "line": "1", "names": "garden"},
            {"contract_reference": "C-2", "period": "2026-27-Q3", "line": "1", "names": "https://example.org/log"}
        ])
    );
    same_on_each(&read);
}

#[tokio::test]
async fn the_working_shows_every_step_at_each_stage() {
    let (mut draft, mut accepted) = (vec![], vec![]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let yearly = json!({"reporting": "yearly", "starts_on": "2026-10-05", "place": "halton"});
        let contract = scene.add_contract(&app, yearly).await;
        let lines = json!([
            {"measure": "local-job-fte", "quantity": "10", "contract_share": "1/3", "evidence": [{"link": "https://example.org", "quantity": "7.5"}]},
            {"measure": "community-project", "components": {"cash": "500", "hours": "24.25"}},
            {"measure": "car-miles-saved", "quantity": "10000"},
            {"measure": "school-engagement-hours", "components": {"attendees": "30", "hours": "2", "staff-hours": "4"}},
            {"measure": "trees-planted", "quantity": "12"}
        ]);
        let path = format!("{contract}/returns/2026-27");
        app.put(
            &path,
            &json!({"lines": [{"measure": "local-job-fte", "quantity": "1000000000"}]}),
        )
        .await;
        draft.push(app.get(&format!("{path}/working")).await);
        submit(&app, &contract, "2026-27", lines).await;
        let lower = json!({"decision": "accept", "lines": [{"line": "1", "accepted_quantity": "5", "reason": "Half of them"}]});
        decide(&app, &contract, "2026-27", lower).await;
        accepted.push(app.get(&format!("{path}/working")).await);
        app.stop().await;
    }
    insta::assert_snapshot!("return_working_of_draft", same_on_each(&draft));
    insta::assert_snapshot!("return_working", same_on_each(&accepted));
}
