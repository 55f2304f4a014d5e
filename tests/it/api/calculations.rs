//! `/v1/calculations`.

use serde_json::{Value, json};

use crate::support::app::{App, same_on_each};

const PATH: &str = "/v1/calculations";

fn of(lines: Value) -> Value {
    json!({"edition": "open-uk/2026", "lines": lines})
}

#[tokio::test]
async fn every_kind_of_line_is_valued_with_its_working() {
    let apps = App::on_each().await;
    for (name, body) in [
        (
            "average_part_of_a_period",
            of(
                json!([{"measure": "local-job-fte", "period": "2026-27", "quantity": "10", "place": "halton", "contract_share": "1/3", "contract_starts_on": "2026-10-05", "contract_ends_on": "2027-03-31"}]),
            ),
        ),
        (
            "carbon_by_calendar_year_and_unit",
            of(
                json!([{"measure": "car-miles-saved", "period": "2026-27", "quantity": "16093.44", "unit": "vehicle-km"}]),
            ),
        ),
        (
            "composite_and_product",
            of(json!([
                {"measure": "community-project", "period": "2026-27-Q1", "components": {"cash": "1000", "hours": "12.5"}},
                {"measure": "school-engagement-hours", "period": "2026-04", "components": {"attendees": "30", "hours": "2", "staff-hours": "2"}}
            ])),
        ),
        (
            "record_only_of_every_shape",
            of(json!([
                {"measure": "paid-within-30-days", "period": "2026-27-Q1", "numerator": "45", "denominator": "50"},
                {"measure": "modern-slavery-checks", "period": "2026-27-Q1", "answer": true},
                {"measure": "staff-wellbeing-access", "period": "2026-27-Q1", "quantity": "30"},
                {"measure": "spend-local", "period": "2026-27-Q1", "quantity": "0"}
            ])),
        ),
        (
            "inline_proxies_stand_apart",
            json!({
                "edition": "open-uk/2026",
                "lines": [
                    {"measure": "bench-built", "period": "2026-27-Q1", "quantity": "1"},
                    {"measure": "volunteering-hours", "period": "2026-27-Q1", "quantity": "-0"}
                ],
                "inline_proxies": [{"code": "bench-built", "unit": "bench", "value": "37/3", "column": "effort", "source_title": "A quotation"}]
            }),
        ),
    ] {
        let mut answers = Vec::new();
        for app in &apps {
            answers.push(app.post(PATH, &body).await);
        }
        assert_eq!(answers[0].status, 200, "{}", answers[0].text);
        insta::assert_snapshot!(format!("calculation_{name}"), same_on_each(&answers));
    }
}

#[tokio::test]
async fn a_place_of_the_partnership_chooses_the_value_of_those_above_it() {
    for app in App::on_each().await {
        let ward = json!({"name": "Everton West", "kind": "ward", "parent": "liverpool"});
        assert_eq!(app.post("/v1/places", &ward).await.status, 201);
        let line = json!({"measure": "regional-job", "period": "2026-27", "quantity": "1", "place": "everton-west"});
        let body = json!({"edition": "example/1", "lines": [line]});
        let answer = app.post(PATH, &body).await.json();
        assert_eq!(answer["lines"][0]["worth"], "31000.00");
        assert_eq!(
            answer["lines"][0]["parts"][0]["unit_value"]["place"],
            "liverpool"
        );
        app.stop().await;
    }
}

#[tokio::test]
async fn every_fault_of_every_line_is_told_at_once() {
    let apps = App::on_each().await;
    let faulty = json!({
        "edition": "open-uk/2026",
        "lines": [
            {"measure": "happiness", "period": "2026-27-Q5", "quantity": "1", "place": "atlantis", "contract_share": "3/2", "contract_starts_on": "soon"},
            {"measure": "volunteering-hours", "period": "2026-27", "quantity": 7},
            {"measure": "volunteering-hours", "period": "2026-27", "quantity": "1e3"},
            {"measure": "car-miles-saved", "period": "2026-27", "quantity": "1", "unit": "furlong"},
            {"measure": "volunteering-hours", "period": "2026-27"},
            {"measure": "volunteering-hours", "period": "2026-27", "numerator": "1", "colour": "red"},
            {"period": "2026-27", "quantity": "1"},
            7,
            {"measure": "community-project", "period": "2026-27", "components": {"cash": "1", "gold": "2"}},
            {"measure": "local-job-fte", "period": "2026-27", "quantity": "1", "contract_ends_on": "2020-01-01"},
            {"measure": "volunteering-hours", "period": "2026-27", "quantity": "1"}
        ]
    });
    let whole = json!({"edition": "open-uk/1066", "lines": []});
    let unknown =
        json!({"edition": "open-uk/1066", "lines": [{"measure": "x", "period": "2026-27"}]});
    let inline = json!({
        "edition": "open-uk/2026",
        "lines": [{"measure": "volunteering-hours", "period": "2026-27", "quantity": "1"}],
        "inline_proxies": [
            {"code": "volunteering-hours", "unit": "", "value": "x", "column": "gold", "source_title": "s"},
            {"code": "a", "unit": "u", "value": "1000000001", "column": "effort", "source_title": "s"}
        ]
    });
    for (name, body) in [
        ("lines", faulty),
        ("whole", whole),
        ("edition", unknown),
        ("inline", inline),
        ("nothing", json!({})),
    ] {
        let mut answers = Vec::new();
        for app in &apps {
            answers.push(app.post(PATH, &body).await);
        }
        assert_eq!(answers[0].status, 422, "{name}: {}", answers[0].text);
        insta::assert_snapshot!(
            format!("calculation_refused_{name}"),
            same_on_each(&answers)
        );
    }
}

#[tokio::test]
async fn hostile_bodies_are_answered_and_never_break_anything() {
    let apps = App::on_each().await;
    let app = &apps[0];
    let line = |quantity: &str| {
        format!(
            r#"{{"edition":"open-uk/2026","lines":[{{"measure":"volunteering-hours","period":"2026-27","quantity":{quantity}}}]}}"#
        )
    };
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let huge = format!("{{\"edition\":\"{}\"}}", "x".repeat(1024 * 1024));
    let one = r#"{"measure":"volunteering-hours","period":"2026-27","quantity":"1"}"#;
    let many = |count: usize| {
        let lines = vec![one; count].join(",");
        format!(r#"{{"edition":"open-uk/2026","lines":[{lines}]}}"#)
    };
    let long = "9".repeat(500_000);
    for (body, status, code) in [
        (String::new(), 400, "malformed_body"),
        ("\u{feff}{}".to_owned(), 400, "malformed_body"),
        ("{\"edition\":}".to_owned(), 400, "malformed_body"),
        (line("NaN"), 400, "malformed_body"),
        (line("Infinity"), 400, "malformed_body"),
        (deep, 400, "malformed_body"),
        (huge, 413, "body_too_large"),
        ("[]".to_owned(), 422, "invalid"),
        ("\"\"".to_owned(), 422, "invalid"),
        (line("1e400"), 422, "invalid"),
        (line("1"), 422, "invalid"),
        (line("\"1e3\""), 422, "invalid"),
        (line("\"NaN\""), 422, "invalid"),
        (line("\"٣\""), 422, "invalid"),
        (line("\"１\""), 422, "invalid"),
        (line("\"1\\u0000\""), 422, "invalid"),
        (line("\" 1\""), 422, "invalid"),
        (line("\"0.0000001\""), 422, "invalid"),
        (line("\"1000000001\""), 422, "invalid"),
        (line(&format!("\"{long}\"")), 422, "invalid"),
        (line("[\"1\"]"), 422, "invalid"),
        (line("{}"), 422, "invalid"),
        (line("true"), 422, "invalid"),
        (line("\"1\",\"quantity\":\"2\""), 422, "invalid"),
        (many(1001), 422, "invalid"),
    ] {
        let answer = app.post_text(PATH, &body).await;
        let shown: String = body.chars().take(120).collect();
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{shown}"
        );
        assert!(answer.text.len() < 4000, "{shown}: {}", answer.text.len());
    }
    let most = app.post_text(PATH, &many(1000)).await;
    assert_eq!(most.status, 200);
    assert_eq!(most.json()["lines"].as_array().unwrap().len(), 1000);
    assert_eq!(most.json()["totals"][0]["lines"], 1000);
    // The largest figures there are stay exact, or are refused.
    let largest = app.post_text(PATH, &line("\"1000000000\"")).await;
    assert_eq!(largest.status, 200, "{}", largest.text);
}

#[tokio::test]
async fn the_manners_of_a_post() {
    let apps = App::on_each().await;
    let body = || Some(b"{}".to_vec());
    let key = format!("Bearer {}", apps[0].first_key);
    for (name, method, headers, status) in [
        (
            "no_key",
            "POST",
            vec![("content-type", "application/json")],
            401,
        ),
        (
            "wrong_key",
            "POST",
            vec![
                ("content-type", "application/json"),
                (
                    "authorization",
                    "Bearer gm_default_0000000000000000000000000000000000000000",
                ),
            ],
            401,
        ),
        (
            "no_type",
            "POST",
            vec![("authorization", key.as_str())],
            415,
        ),
        (
            "text",
            "POST",
            vec![
                ("authorization", key.as_str()),
                ("content-type", "text/plain"),
            ],
            415,
        ),
        ("get", "GET", vec![("authorization", key.as_str())], 405),
    ] {
        let answer = apps[0].send(method, PATH, &headers, body()).await;
        assert_eq!(answer.status, status, "{name}");
        insta::assert_snapshot!(format!("calculation_manners_{name}"), answer.whole());
    }
}
