//! Tables of invented values in the shape that councils use, and their way to publication.

use serde_json::{Value, json};

use super::app::App;
use super::scene::changed;

/// A title above the headings, a theme said once for the rows below it, pounds with signs and commas.
pub const ROWS: &str = "\
An invented table for tests,,,,,,,\r
Ref,Theme,Outcomes,Measure,Units,Proxy Value (£),Value column,Quantity kind\r
ZZ1,Jobs,More local people in work,Local people in work,job,\"12,347.00\",local_economic,average_over_period\r
ZZ2,,,Hours of advice,hour,£16.53,effort,\r
ZZ3,Environment,Less carbon,Carbon saved,tonne CO2e,71.37,,\r
ZZ4,,,A policy is in place,yes or no,,,yes_no\r
";

/// What is said of such a table; its licence keeps its values.
pub fn body(set: &str, edition: &str) -> Value {
    json!({
        "set": set, "edition": edition, "title": "An invented table", "price_base": "2024-25",
        "method": "Invented values at 2024-25 prices, gross.", "licence": "invented-licence",
        "redistribution": "none", "column": "social", "source_title": "An invented table",
        "source_publisher": "Nobody", "source_year": "2026", "source_url": "https://example.org/table",
        "table": ROWS
    })
}

/// The same with changes.
pub fn body_with(set: &str, edition: &str, changes: Value) -> Value {
    changed(body(set, edition), changes)
}

/// Brings a table, and takes it so many steps: 1 is proposed, 2 approved by the second key, 3 published. Its path.
pub async fn governed(app: &App, set: &str, edition: &str, steps: usize) -> String {
    govern(app, &body(set, edition), steps).await
}

/// The same of a table that was changed.
pub async fn govern(app: &App, body: &Value, steps: usize) -> String {
    let brought = app.post("/v1/proxy-editions", body).await;
    assert_eq!(brought.status, 201, "{}", brought.text);
    let path = brought.header("location").unwrap().to_owned();
    let revision = json!({"revision": 1});
    let approval = json!({"revision": 1, "decision": "approve"});
    let all = [
        ("proposal", &revision),
        ("approval", &approval),
        ("publication", &revision),
    ];
    for (step, body) in all.into_iter().take(steps) {
        let at = format!("{path}/{step}");
        let taken = match step {
            "approval" => app.post_as_second(&at, body).await,
            _ => app.post(&at, body).await,
        };
        assert_eq!(taken.status, 200, "{at}: {}", taken.text);
    }
    path
}

/// An invented series of the partnership's own: `rows` are year and value, `null` for blank.
pub fn series(name: &str, release: &str, years: &str, rows: &[(&str, Option<&str>)]) -> Value {
    let rows = rows
        .iter()
        .map(|(year, value)| json!({"year": year, "value": value}));
    json!({
        "name": name, "release": release, "title": "An invented series", "unit": "invented", "years": years,
        "licence": "invented-licence", "redistribution": "allowed", "source_title": "An invented series", "source_publisher": "Nobody",
        "source_year": "2026", "source_url": "https://example.org/series", "rows": rows.collect::<Vec<_>>()
    })
}

/// An invented schedule of the partnership's own: a quarter a year.
pub fn schedule(name: &str, release: &str) -> Value {
    let bands = json!([
        {"item": "steep", "from_year": 0, "to_year": 1, "percent": "25"},
        {"item": "steep", "from_year": 2, "to_year": null, "percent": "0"}
    ]);
    changed(
        series(name, release, "duration", &[]),
        json!({"rows": null, "bands": bands}),
    )
}
