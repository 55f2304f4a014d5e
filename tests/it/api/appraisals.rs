//! Appraisals: a published example of social return end to end, the Green Book's table, and what is refused.

use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::databases::sqlite;

const PATH: &str = "/v1/calculations/appraisal";

async fn appraised(app: &App, body: Value) -> Value {
    let answer = app.post(PATH, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// A guide to public value metrics: sixty people, £8,500 each, forty percent of it deadweight, thirty due to others,
/// two years with a drop-off of thirty percent, on £250,000.
#[tokio::test]
async fn a_published_social_return_is_reproduced_step_by_step() {
    let app = App::start(sqlite()).await;
    let body = json!({
        "schedule": "discount-rates/standard",
        "costs": [{"label": "Programme", "amount": "250000"}],
        "benefits": [{
            "label": "Into work", "amount": "510000", "deadweight": "0.4", "attribution_to_others": "0.3",
            "duration_years": 2, "drop_off": "0.3"
        }]
    });
    let answer = app.post(PATH, &body).await;
    insta::assert_snapshot!("appraisal_social_return", answer.whole());
    let found = answer.json();
    let steps = found["benefits"][0]["working"].as_array().unwrap();
    let pounds: Vec<&str> = steps
        .iter()
        .map(|step| step["pounds"].as_str().unwrap())
        .collect();
    // Printed: 510,000; 306,000; 214,200; 149,940; 144,870; 359,070; 1.44.
    assert_eq!(pounds, ["510000", "306000", "214200", "149940"]);
    let second = &found["benefits"][0]["years"][1];
    assert_eq!(second["present_value"], "144869.57");
    assert_eq!(found["present_value_of_benefits"], "359069.57");
    assert_eq!(found["net_present_social_value"], "109069.57");
    assert_eq!(found["benefit_cost_ratio"], "1.4363");
    assert_eq!(found["payback_year"], 1);
    app.stop().await;
}

/// HM Treasury, the Green Book: £1,000 a year at 3.5 percent, printed in whole pounds.
#[tokio::test]
async fn the_green_book_table_is_reproduced() {
    let app = App::start(sqlite()).await;
    let printed = [1000, 966, 934, 902, 871, 842, 814, 786, 759, 734, 709];
    let body = json!({
        "schedule": "discount-rates/standard",
        "benefits": [{"label": "A thousand a year", "amount": "1000", "duration_years": 11}]
    });
    let found = appraised(&app, body).await;
    for (year, printed) in printed.into_iter().enumerate() {
        let shown = &found["years"][year];
        let pence: i64 = shown["benefits"]
            .as_str()
            .unwrap()
            .replace('.', "")
            .parse()
            .unwrap();
        assert_eq!((pence + 50) / 100, printed, "year {year}");
    }
    assert_eq!(found["years"][4]["discount_factor"], "0.871442227699");
    assert_eq!(
        found["benefit_cost_ratio"],
        Value::Null,
        "without costs there is none"
    );
    // After 30 and 75 years the rate falls, for the years after only; health has rates of its own.
    for (schedule, year, factor) in [
        ("standard", 31, "0.345901369517"),
        ("standard", 76, "0.091915875685"),
        ("health", 1, "0.985221674877"),
    ] {
        let body = json!({
            "schedule": format!("discount-rates/{schedule}"),
            "benefits": [{"label": "One", "amount": "1", "starts_after_years": year}]
        });
        let found = appraised(&app, body).await;
        assert_eq!(
            found["years"][year]["discount_factor"], factor,
            "{schedule} {year}"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn a_ratio_below_one_is_a_result_and_every_column_adds_up() {
    let app = App::start(sqlite()).await;
    let body = json!({
        "schedule": "discount-rates/standard",
        "costs": [
            {"label": "To begin with", "amount": "100000"},
            {"label": "To keep it going", "amount": "3333.33", "starts_after_years": 1, "duration_years": 9}
        ],
        "benefits": [
            {"label": "Slow", "amount": "9999.99", "starts_after_years": 2, "duration_years": 8, "drop_off": "0.1"},
            {"label": "A harm", "amount": "-1234.56", "displacement": "0.333333"}
        ]
    });
    let found = appraised(&app, body).await;
    let pence =
        |amount: &Value| -> i64 { amount.as_str().unwrap().replace('.', "").parse().unwrap() };
    for (key, total) in [
        ("costs", "present_value_of_costs"),
        ("benefits", "present_value_of_benefits"),
    ] {
        let years = found["years"].as_array().unwrap();
        let by_year: i64 = years.iter().map(|year| pence(&year[key])).sum();
        let items = found[key].as_array().unwrap();
        let by_item: i64 = items.iter().map(|item| pence(&item["present_value"])).sum();
        assert_eq!(by_year, pence(&found[total]));
        assert_eq!(by_item, pence(&found[total]));
    }
    let net = pence(&found["present_value_of_benefits"]) - pence(&found["present_value_of_costs"]);
    assert_eq!(pence(&found["net_present_social_value"]), net);
    assert_eq!(pence(&found["years"][9]["net_so_far"]), net);
    assert!(
        found["benefit_cost_ratio"]
            .as_str()
            .unwrap()
            .starts_with("0.")
    );
    assert_eq!(found["payback_year"], Value::Null);
    app.stop().await;
}

#[tokio::test]
async fn every_fault_of_an_appraisal_is_told_at_once() {
    let app = App::start(sqlite()).await;
    let body = json!({
        "schedule": "discount-rates/invented",
        "costs": [{"label": "", "amount": "1.234", "deadweight": "0.1"}, {"amount": 5}],
        "benefits": [{"label": "Late", "amount": "1", "starts_after_years": 200, "duration_years": 2,
            "drop_off": "1.1", "leakage": "-0.1", "substitution": "a third"}]
    });
    let answer = app.post(PATH, &body).await;
    insta::assert_snapshot!("appraisal_refused", answer.whole());
    let item = json!({"label": "Long", "amount": "1", "duration_years": 201});
    let many = json!({"schedule": "discount-rates/health", "costs": vec![item; 25]});
    let answer = app.post(PATH, &many).await;
    assert_eq!(
        answer.faults(),
        [("/costs".to_owned(), "too_many".to_owned())]
    );
    let empty = app
        .post(PATH, &json!({"schedule": "discount-rates/standard"}))
        .await;
    assert_eq!(
        empty.faults(),
        [("/benefits".to_owned(), "field_missing".to_owned())]
    );
    app.stop().await;
}
