//! What counts, how often, and for whom.

use serde_json::{Value, json};

use super::{books_are_clean, by_anchor, measure, value};
use crate::support::app::App;
use crate::support::scene::{Scene, added, decide, return_of, submit};

async fn accepted(app: &App, contract: &str, period: &str, lines: Value) {
    submit(app, contract, period, lines).await;
    decide(app, contract, period, json!({"decision": "accept"})).await;
}

fn jobs(average: &str) -> Value {
    json!([{"measure": "local-job-fte", "quantity": average}])
}

fn verified_quantity(value: &Value, code: &str) -> String {
    let quantity = &measure(value, code)["stages"]["verified"]["quantity"];
    quantity.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn ten_full_time_and_five_half_time_posts_over_two_years_are_twenty_five() {
    let months =
        (0..24).map(|month| format!("{}-{:02}", 2026 + (month + 3) / 12, (month + 3) % 12 + 1));
    let quarters = ["2026-27", "2027-28"]
        .iter()
        .flat_map(|year| (1..=4).map(move |quarter| format!("{year}-Q{quarter}")));
    let years = ["2026-27".to_owned(), "2027-28".to_owned()];
    let calendars: [(&str, Vec<String>); 3] = [
        ("monthly", months.collect()),
        ("quarterly", quarters.collect()),
        ("yearly", years.to_vec()),
    ];
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        for (reporting, periods) in &calendars {
            let two_years =
                json!({"reference": reporting, "reporting": reporting, "ends_on": "2028-03-31"});
            let contract = scene.add_contract(&app, two_years).await;
            let target = json!({"measure": "local-job-fte", "target": "25"});
            added(&app, &format!("{contract}/commitments"), &target).await;
            for period in periods {
                accepted(&app, &contract, period, jobs("12.5")).await;
            }
            let shown = value(&app, &contract).await;
            assert_eq!(
                verified_quantity(&shown, "local-job-fte"),
                "25",
                "{reporting}"
            );
            assert_eq!(
                measure(&shown, "local-job-fte")["stages"]["committed"]["quantity"],
                "25"
            );
            assert_eq!(
                measure(&shown, "local-job-fte")["delivery"]["of_life"],
                "1.0000"
            );
        }
        books_are_clean(&app, "twenty-five").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn posts_of_a_broken_year_accrue_by_the_day() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        for (reporting, periods) in [
            ("yearly", vec!["2026-27"]),
            ("quarterly", vec!["2026-27-Q3", "2026-27-Q4"]),
        ] {
            let broken =
                json!({"reference": reporting, "reporting": reporting, "starts_on": "2026-10-05"});
            let contract = scene.add_contract(&app, broken).await;
            for period in periods {
                accepted(&app, &contract, period, jobs("10")).await;
            }
            // 10 x (27/31 + 5) / 12
            assert_eq!(
                verified_quantity(&value(&app, &contract).await, "local-job-fte"),
                "4.892473"
            );
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn a_hundred_lines_of_ten_pence_favour_no_anchor_institution() {
    let mut all = vec![];
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene
            .add_contract(&app, json!({"anchor_institutions": scene.thirds()}))
            .await;
        let gift = json!({"measure": "donation-cash", "quantity": "0.10"});
        accepted(&app, &contract, "2026-27-Q1", vec![gift; 100].into()).await;
        let held = by_anchor(&app, "").await;
        let parts = held[&("verified".to_owned(), "effort".to_owned())].clone();
        assert_eq!(parts.values().sum::<i64>(), 1000, "to the penny");
        assert!(
            parts.values().all(|part| (323..=343).contains(part)),
            "{parts:?}"
        );
        assert_eq!(
            held[&("claimed".to_owned(), "effort".to_owned())],
            parts,
            "the same in every stage"
        );
        assert_eq!(
            value(&app, &contract).await["columns"]["effort"]["verified"]["worth"],
            "10.00"
        );
        books_are_clean(&app, "ten pence").await;
        all.push(parts);
        app.stop().await;
    }
    assert!(
        all.iter().all(|parts| *parts == all[0]),
        "and on every database"
    );
}

#[tokio::test]
async fn what_is_counted_without_pounds_shows_without_pounds() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene
            .add_contract(&app, json!({"anchor_institutions": scene.thirds()}))
            .await;
        accepted(
            &app,
            &contract,
            "2026-27-Q1",
            json!([{"measure": "trees-planted", "quantity": "10"}]),
        )
        .await;
        let shown = value(&app, &contract).await;
        let trees = measure(&shown, "trees-planted");
        assert_eq!(
            (&trees["column"], &trees["stages"]["verified"]["worth"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(trees["stages"]["verified"]["quantity"], "10");
        assert_eq!(
            trees["stages"]["verified"]["lines"],
            json!({"valued": 0, "record_only": 1, "provisional": 0, "includes_nominal": 0})
        );
        assert!(trees["record_only_because"].is_string());
        let rolled = app.get("/v1/roll-ups?by=measure").await.json();
        assert_eq!(
            (&rolled["rows"][0]["worth"], &rolled["rows"][0]["quantity"]),
            (&Value::Null, &json!("10"))
        );
        app.stop().await;
    }
}

#[tokio::test]
async fn miles_and_tonnes_of_one_activity_are_refused_and_of_two_accepted() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1");
        let both = |miles: Option<&str>, tonnes: Option<&str>| {
            return_of(json!([
                {"measure": "car-miles-saved", "quantity": "100", "activity": miles},
                {"measure": "carbon-saved", "quantity": "1", "activity": tonnes}
            ]))
        };
        for (miles, tonnes) in [(Some("bikes"), Some("bikes")), (None, None)] {
            app.put(&path, &both(miles, tonnes)).await;
            let refused = app.post(&format!("{path}/submission"), &json!({})).await;
            assert_eq!(
                refused.faults(),
                [("/lines/1/measure".to_owned(), "same_thing".to_owned())]
            );
        }
        app.put(&path, &both(Some("bikes"), Some("boiler"))).await;
        assert_eq!(
            app.post(&format!("{path}/submission"), &json!({}))
                .await
                .status,
            200
        );
        // The activity stays taken: in another period, and for a correction of this one.
        let next =
            return_of(json!([{"measure": "carbon-saved", "quantity": "1", "activity": "bikes"}]));
        let later = format!("{contract}/returns/2026-27-Q2");
        assert_eq!(
            app.put(&later, &next).await.json()["stops_submission"][0]["code"],
            "same_thing"
        );
        let refused = app.post(&format!("{later}/submission"), &json!({})).await;
        assert_eq!(
            refused.faults(),
            [("/lines/0/measure".to_owned(), "same_thing".to_owned())]
        );
        books_are_clean(&app, "miles and tonnes").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn a_contract_of_job_years_alone_adds_no_social_value() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        accepted(&app, &contract, "2026-27-Q1", jobs("10")).await;
        let shown = value(&app, &contract).await;
        assert_eq!(shown["social_value_added"], json!({"ratio": "0.0000"}));
        assert_eq!(
            shown["columns"]["local_economic"]["verified"]["worth"],
            "97597.50"
        );
        assert_eq!(shown["other_ratios"]["local_economic"]["ratio"], "0.0976");
        assert_eq!(shown["social_and_local_economic_value"], "97597.50");
        app.stop().await;
    }
}

/// V5: four starters held at four for four quarters are 4.0; a fifth quarter is refused; a correction that
/// cuts the starters under later quarters is refused too.
#[tokio::test]
async fn a_starter_counts_for_twelve_months() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene
            .add_contract(&app, json!({"ends_on": "2027-09-30"}))
            .await;
        let people = |average: &str, starters: &str| json!([{"measure": "into-work-jobseeker", "quantity": average, "starters": starters}]);
        for quarter in 1..=4 {
            let starters = if quarter == 1 { "4" } else { "0" };
            accepted(
                &app,
                &contract,
                &format!("2026-27-Q{quarter}"),
                people("4", starters),
            )
            .await;
        }
        assert_eq!(
            verified_quantity(&value(&app, &contract).await, "into-work-jobseeker"),
            "4"
        );
        let fifth = format!("{contract}/returns/2027-28-Q1");
        app.put(&fifth, &return_of(people("4", "0"))).await;
        let refused = app.post(&format!("{fifth}/submission"), &json!({})).await;
        assert_eq!(
            refused.faults(),
            [("/lines/0/quantity".to_owned(), "first_12_months".to_owned())]
        );
        let first = format!("{contract}/returns/2026-27-Q1");
        app.put(&first, &return_of(people("3", "3"))).await;
        let refused = app.post(&format!("{first}/submission"), &json!({})).await;
        assert_eq!(
            refused.faults(),
            [("/lines/0/quantity".to_owned(), "first_12_months".to_owned())]
        );
        assert!(
            refused.text.contains("2026-27-Q2"),
            "the quarter that breaks is named: {}",
            refused.text
        );
        books_are_clean(&app, "starters").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn two_editions_stand_on_two_lines_and_are_never_one_sum() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let open = scene.add_contract(&app, json!({})).await;
        let other = json!({"reference": "C-2", "proxy_edition": "example/1"});
        let invented = scene.add_contract(&app, other).await;
        let miles = json!([{"measure": "car-miles-saved", "quantity": "10000"}]);
        accepted(&app, &open, "2026-27-Q1", miles).await;
        // Invented: 37/3 pounds an hour, also of social value.
        let hours = json!([{"measure": "home-care-hour-economic", "quantity": "364"}]);
        accepted(&app, &invented, "2026-27-Q1", hours).await;
        let path = "/v1/roll-ups?by=anchor_institution,column";
        let rolled = app.get(path).await.json();
        let lines = |name: &str| -> Vec<(String, String, String)> {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let rows = rolled[name].as_array().unwrap().iter();
            rows.map(|row| {
                let edition = text(&row["basis"]["edition"]);
                (text(&row["column"]), edition, text(&row["worth"]))
            })
            .collect()
        };
        let expected = [
            ("social", "example/1", "4489.33"),
            ("social", "open-uk/2026", "830.88"),
        ]
        .map(|(column, edition, worth)| (column.into(), edition.into(), worth.into()));
        assert_eq!(lines("rows"), expected);
        assert_eq!(lines("totals"), expected);
        books_are_clean(&app, "two editions").await;
        app.stop().await;
    }
}
