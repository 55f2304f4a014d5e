//! Values brought along that are adjusted and last: whole workings, and what is refused.

use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::databases::sqlite;

fn programme(changes: Value) -> Value {
    let mut proxy = json!({
        "code": "into-work", "unit": "person", "value": "8500", "column": "social", "claim": "once_at_event",
        "source_title": "A guide to public value metrics",
        "adjustments": {
            "deadweight": "0.4", "attribution_to_others": "0.3", "duration_years": 2, "drop_off": "0.3",
            "discounted_by": "discount-rates/standard"
        }
    });
    for (key, value) in changes.as_object().unwrap() {
        proxy[key] = value.clone();
    }
    json!({
        "edition": "open-uk/2026",
        "lines": [{"measure": "into-work", "period": "2026-27", "quantity": "60"}],
        "inline_proxies": [proxy]
    })
}

/// The same programme as in the appraisals: 359,070 pounds of present value.
#[tokio::test]
async fn v9_the_working_of_a_lasting_effect_shows_every_step() {
    let app = App::start(sqlite()).await;
    let answer = app.post("/v1/calculations", &programme(json!({}))).await;
    insta::assert_snapshot!("effect_of_a_programme", answer.whole());
    app.stop().await;
}

#[tokio::test]
async fn v9_what_does_not_fit_a_value_is_refused_where_it_stands() {
    let app = App::start(sqlite()).await;
    let one = |code: &str, at: &str| vec![(format!("/inline_proxies/0{at}"), code.to_owned())];
    for (changes, faults) in [
        (
            json!({"already_net_of": ["deadweight"]}),
            one("adjusted_twice", "/adjustments/deadweight"),
        ),
        (
            json!({"already_net_of": ["discounting"]}),
            one("adjusted_twice", "/adjustments/discounted_by"),
        ),
        (
            json!({"already_net_of": ["luck"]}),
            one("unknown_word", "/already_net_of/0"),
        ),
        (
            json!({"claim": "each_period"}),
            one("duration_does_not_fit", "/adjustments/duration_years"),
        ),
        (
            json!({"claim": "first_12_months"}),
            one("claim_does_not_fit", "/claim"),
        ),
        (
            json!({"adjustments": {"multiplier": "1.5"}}),
            one("multiplier_does_not_fit", "/adjustments/multiplier"),
        ),
        (
            json!({"adjustments": {"duration_years": 2}}),
            one("schedule_missing", "/adjustments/discounted_by"),
        ),
        (
            json!({"adjustments": {"starts_after_years": 1, "discounted_by": "discount-rates/mine"}}),
            one("unknown_schedule", "/adjustments/discounted_by"),
        ),
        (
            json!({"adjustments": {"duration_years": 202}}),
            one("out_of_range", "/adjustments/duration_years"),
        ),
        (
            json!({"adjustments": {"deadweight": 0.4}}),
            one("number_not_text", "/adjustments/deadweight"),
        ),
        (
            json!({"adjustments": {"luck": "0.4"}}),
            one("unknown_field", "/adjustments/luck"),
        ),
        (json!({"low": "9000"}), one("range_disordered", "/value")),
    ] {
        let answer = app
            .post("/v1/calculations", &programme(changes.clone()))
            .await;
        assert_eq!(answer.status, 422, "{changes}");
        assert_eq!(answer.faults(), faults, "{changes}");
    }
    app.stop().await;
}

/// What values a measure shows each part with its source, its prices and its rounding.
#[tokio::test]
async fn v13_the_parts_of_a_value_are_shown() {
    let app = App::start(sqlite()).await;
    let of = async |measure: &str| {
        let path = format!("/v1/proxy-editions/methods/1/proxies/{measure}");
        app.get(&path).await
    };
    insta::assert_snapshot!(
        "derivation_public_value",
        of("into-work-public").await.whole()
    );
    insta::assert_snapshot!(
        "derivation_rounded_parts",
        of("rounded-parts").await.whole()
    );
    app.stop().await;
}

/// A total is low where all of it is low at once, and says which measures make it wide.
#[tokio::test]
async fn v14_a_total_has_its_range_and_names_what_drives_it() {
    let app = App::start(sqlite()).await;
    let body = json!({"edition": "open-uk/2026", "lines": [
        {"measure": "carbon-saved", "period": "2026-27-Q1", "quantity": "1"},
        {"measure": "wellbeing-measured", "period": "2026-27-Q1",
            "components": {"people": "1", "change": "1", "months": "12"}},
        {"measure": "volunteering-hours", "period": "2026-27-Q1", "quantity": "100"},
        {"measure": "donation-cash", "period": "2026-27-Q1", "quantity": "1000"},
        {"measure": "local-job-fte", "period": "2026-27-Q1", "quantity": "1"}
    ]});
    let answer = app.post("/v1/calculations", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let totals = answer.json()["totals"].clone();
    let of = |column: &str| {
        let mut all = totals.as_array().unwrap().iter();
        all.find(|one| one["column"] == column).unwrap()["range"].clone()
    };
    let social = of("social");
    assert_eq!(social["low"], "12509.37", "{social}");
    assert_eq!(social["central"], "16370.23");
    assert_eq!(social["high"], "20231.09");
    let drivers = social["drivers"].as_array().unwrap();
    let named: Vec<&str> = drivers
        .iter()
        .map(|one| one["measure"].as_str().unwrap())
        .collect();
    assert_eq!(named, ["wellbeing-measured", "carbon-saved"]);
    assert_eq!(drivers[1]["width"], "308.71");
    let effort = of("effort");
    assert_eq!(effort["low"], "2192.04");
    assert_eq!(effort["high"], Value::Null, "no value of it has a high one");
    assert_eq!(
        of("local_economic"),
        Value::Null,
        "a wage has no range here"
    );
    app.stop().await;
}
