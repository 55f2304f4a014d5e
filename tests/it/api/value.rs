//! `/v1/contracts/{id}/value`.

use serde_json::{Value, json};

use crate::support::app::{App, same_on_each};
use crate::support::scene::{Scene, added, decide, submit};

#[tokio::test]
async fn a_value_stands_by_measure_and_by_column() {
    let (mut value, mut nothing) = (vec![], vec![]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let three = json!({"anchor_institutions": scene.thirds(), "may_extend_to": "2028-03-31"});
        let contract = scene.add_contract(&app, three).await;
        nothing.push(app.get(&format!("{contract}/value")).await);
        let path = format!("{contract}/commitments");
        for body in [
            json!({"measure": "local-job-fte", "target": "10", "kpi": true}),
            json!({"measure": "community-project", "components": {"cash": "1000"}}),
            json!({"measure": "paid-within-30-days", "target": "95"}),
            json!({"measure": "staff-wellbeing-access", "target": "40"}),
            json!({"measure": "trees-planted", "target": "12"}),
            json!({"measure": "carbon-saved", "target": "0"}),
        ] {
            added(&app, &path, &body).await;
        }
        let quarter = json!([
            {"measure": "local-job-fte", "quantity": "12", "evidence": [{"link": "https://example.org", "quantity": "8"}]},
            {"measure": "community-project", "components": {"cash": "500", "materials": "1"}},
            {"measure": "paid-within-30-days", "numerator": "46", "denominator": "48"},
            {"measure": "staff-wellbeing-access", "quantity": "35"},
            {"measure": "trees-planted", "quantity": "4"},
            {"measure": "carbon-reduction-plan", "answer": true},
            {"measure": "carbon-saved", "quantity": "1.5"},
            {"measure": "volunteering-hours", "quantity": "10"}
        ]);
        submit(&app, &contract, "2026-27-Q1", quarter.clone()).await;
        let lower = json!({"decision": "accept", "lines": [{"line": "1", "accepted_quantity": "10", "reason": "Two left"}]});
        decide(&app, &contract, "2026-27-Q1", lower).await;
        submit(&app, &contract, "2026-27-Q2", quarter.clone()).await;
        decide(
            &app,
            &contract,
            "2026-27-Q2",
            json!({"decision": "send_back", "reason": "Which trees?"}),
        )
        .await;
        submit(
            &app,
            &contract,
            "2027-28-Q1",
            json!([{"measure": "local-job-fte", "quantity": "1"}]),
        )
        .await;
        value.push(app.get(&format!("{contract}/value")).await);
        app.stop().await;
    }
    insta::assert_snapshot!("value_of_nothing_yet", same_on_each(&nothing));
    insta::assert_snapshot!("value", same_on_each(&value));
}

#[tokio::test]
async fn without_a_contract_value_there_is_no_ratio() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        for (reference, value) in [
            ("C-1", Value::Null),
            ("C-2", json!("0")),
            ("C-3", json!("0.00")),
        ] {
            let contract = scene
                .add_contract(&app, json!({"reference": reference, "value": value}))
                .await;
            submit(
                &app,
                &contract,
                "2026-27-Q1",
                json!([{"measure": "carbon-saved", "quantity": "1"}]),
            )
            .await;
            decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
            let shown = app.get(&format!("{contract}/value")).await.json();
            let none = json!({"ratio": null, "reason": "not available: the contract's value is unknown or zero"});
            assert_eq!(shown["social_value_added"], none);
            assert_eq!(shown["other_ratios"]["effort"], none);
            assert_eq!(shown["columns"]["social"]["verified"]["lines"]["valued"], 1);
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn periods_are_over_due_or_missing() {
    // The clock stands on 1 December 2027.
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let monthly = json!({"reporting": "monthly", "starts_on": "2027-09-10", "ends_on": "2028-01-31", "may_extend_to": "2028-06-30"});
        let contract = scene.add_contract(&app, monthly).await;
        submit(
            &app,
            &contract,
            "2028-02",
            json!([{"measure": "trees-planted", "quantity": "1"}]),
        )
        .await;
        let shown = app.get(&format!("{contract}/value")).await.json();
        let periods = shown["periods"].as_array().unwrap().iter();
        let told: Vec<Value> = periods
            .map(|one| {
                json!([
                    one["period"],
                    one["state"],
                    one["due_on"],
                    one["in_extension"],
                    one["revision"]
                ])
            })
            .collect();
        assert_eq!(
            json!(told),
            json!([
                ["2027-09", "missing", "2027-10-30", false, null],
                ["2027-10", "missing", "2027-11-30", false, null],
                ["2027-11", "due", "2027-12-30", false, null],
                ["2027-12", "not_over", "2028-01-30", false, null],
                ["2028-01", "not_over", "2028-03-01", false, null],
                ["2028-02", "submitted", "2028-03-30", true, 1]
            ])
        );
        app.stop().await;
    }
}

#[tokio::test]
async fn a_promised_percentage_is_met_or_not() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let three = json!({"anchor_institutions": scene.thirds()});
        let contract = scene.add_contract(&app, three).await;
        let path = format!("{contract}/commitments");
        let by_quarter = json!([
            {"period": "2026-27-Q1", "quantity": "90"}, {"period": "2026-27-Q2", "quantity": "100"},
            {"period": "2026-27-Q4", "quantity": "80"}
        ]);
        for body in [
            json!({"measure": "paid-within-30-days", "target": "92", "kpi": true}),
            json!({"measure": "real-living-wage", "targets": by_quarter}),
            json!({"measure": "local-workforce", "target": "50"}),
            json!({"measure": "local-workforce", "target": "60", "counted_separately": "Of the second site"}),
            json!({"measure": "trees-planted", "target": "12"}),
        ] {
            added(&app, &path, &body).await;
        }
        let ratio = async |measure: &str| {
            let value = app.get(&format!("{contract}/value")).await.json();
            let measures = value["measures"].as_array().unwrap();
            let delivery = measures
                .iter()
                .find(|one| one["measure"] == measure)
                .map(|one| one["delivery"].clone())
                .unwrap();
            ["ratio_target", "ratio_verified", "met"].map(|key| delivery.get(key).cloned())
        };
        let is = |target: &str, verified: Value, met: Value| {
            [Some(json!(target)), Some(verified), Some(met)]
        };
        let nothing_yet = is("80", Value::Null, Value::Null);
        assert_eq!(ratio("real-living-wage").await, nothing_yet);
        for (period, paid, staff) in [
            ("2026-27-Q1", ["46", "50"], ["90", "100"]),
            ("2026-27-Q2", ["46", "50"], ["40", "50"]),
            ("2026-27-Q3", ["0", "0"], ["0", "1000"]),
        ] {
            let lines = json!([
                {"measure": "paid-within-30-days", "numerator": paid[0], "denominator": paid[1]},
                {"measure": "real-living-wage", "numerator": staff[0], "denominator": staff[1]},
                {"measure": "local-workforce", "numerator": "1", "denominator": "2"}
            ]);
            submit(&app, &contract, period, lines).await;
            decide(&app, &contract, period, json!({"decision": "accept"})).await;
        }
        assert_eq!(
            ratio("paid-within-30-days").await,
            is("92", json!("92.00"), json!(true)),
            "each line once, however many share the contract"
        );
        assert_eq!(
            ratio("real-living-wage").await,
            is("93.333333", json!("86.67"), json!(false)),
            "the third quarter has no target"
        );
        assert_eq!(ratio("local-workforce").await, [None, None, None]);
        assert_eq!(ratio("trees-planted").await, [None, None, None]);
        app.stop().await;
    }
}
