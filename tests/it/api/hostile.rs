//! Bodies that nobody sends by accident: never a failure of the server, and nothing stored.

use serde_json::{Value, json};

use crate::support::app::{Answer, App};
use crate::support::scene::{Scene, changed, return_of};

/// Texts that a field of figures, days, codes or words must not trip over.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "NaN",
        "Infinity",
        "1e3",
        "1E400",
        "-0",
        "-1",
        "+1",
        "0x10",
        "1_000",
        "1,000",
        "1.",
        ".5",
        "٣",
        "１２",
        "1/0",
        "1/-2",
        "0/1",
        "2/1",
        "99999999999999999999999999",
        "0.0000001",
        "\u{0}",
        "a\u{0}b",
        "\u{7}",
        "\r\n",
        "\u{202e}",
        "\u{feff}1",
        "' or 1=1 --",
        "=1+1",
        "<script>",
        "../../x",
        "2026-02-30",
        "9999-12-31",
        "0000-01-01",
        "null",
        "\u{1f9a9}",
        "e\u{301}",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("9".repeat(20_000));
    texts.push("x".repeat(20_000));
    texts.push("\u{1f9a9}".repeat(5_000));
    texts
}

/// Values of every other type.
fn others() -> Vec<Value> {
    vec![
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(true),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null]),
        json!({"a": {"b": []}}),
    ]
}

pub(super) fn values() -> Vec<Value> {
    texts()
        .into_iter()
        .map(Value::String)
        .chain(others())
        .collect()
}

/// An answer that is the client's to repair, and says how.
pub(super) fn is_refused(answer: &Answer, what: &str) {
    let shown: String = what.chars().take(300).collect();
    assert!(
        [400, 409, 413, 422].contains(&answer.status),
        "{} for {shown}: {}",
        answer.status,
        answer.text.chars().take(500).collect::<String>()
    );
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{shown}"
    );
    assert!(
        answer.text.len() < 200_000,
        "an answer of {} bytes for {shown}",
        answer.text.len()
    );
}

#[tokio::test]
async fn a_contract_takes_no_hostile_field() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let fields = [
            "reference",
            "title",
            "supplier",
            "value",
            "value_gross",
            "starts_on",
            "ends_on",
            "may_extend_to",
            "place",
            "proxy_edition",
            "reporting",
            "ocid",
            "anchor_institutions",
        ];
        let harmless = [
            "-0",
            "' or 1=1 --",
            "=1+1",
            "<script>",
            "../../x",
            "null",
            "\u{1f9a9}",
            "e\u{301}",
            "NaN",
            "Infinity",
        ];
        let mut number = 0;
        for field in fields {
            for value in values() {
                number += 1;
                let body = scene
                    .contract(json!({"reference": format!("H-{number}"), "ends_on": "2027-03-31"}));
                let body = changed(body, json!({field: value}));
                let answer = app.post("/v1/contracts", &body).await;
                // Words are words, whatever they look like; and a price of nothing is one.
                let is_words = ["reference", "title", "ocid"].contains(&field) && value.is_string();
                let zero = ["value", "value_gross"].contains(&field) && value == "-0";
                if answer.status == 201 {
                    assert!(is_words || zero, "{field} {value}");
                    assert_ne!(value, "\u{202e}", "{field}: what turns writing around");
                    continue;
                }
                assert!(
                    !(is_words
                        && harmless.iter().any(|text| value == *text)
                        && answer.code() != "reference_taken"),
                    "{field} {value}: {}",
                    answer.text
                );
                is_refused(&answer, &format!("{field} {value}"));
            }
        }
        for (share, field) in values()
            .into_iter()
            .flat_map(|value| [(value.clone(), "share"), (value, "organisation")])
        {
            let one = changed(
                json!({"organisation": scene.anchors[0], "share": "1"}),
                json!({field: share}),
            );
            let body =
                scene.contract(json!({"reference": "H-share", "anchor_institutions": [one]}));
            is_refused(&app.post("/v1/contracts", &body).await, &body.to_string());
        }
        let listed = app.get("/v1/contracts?reference=H-share").await.json();
        assert_eq!(listed["items"], json!([]));
        app.stop().await;
    }
}

#[tokio::test]
async fn a_return_takes_no_hostile_field() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1");
        let good = json!({"line": "1", "measure": "local-job-fte", "quantity": "1"});
        let fields = [
            "line",
            "measure",
            "quantity",
            "components",
            "numerator",
            "denominator",
            "answer",
            "starters",
            "place",
            "target_group",
            "tier",
            "contract_share",
            "evidence",
        ];
        for (field, value) in fields
            .iter()
            .flat_map(|field| values().into_iter().map(move |value| (*field, value)))
        {
            let is_fine = matches!((field, &value), ("tier", Value::Number(_)) if value == json!(0))
                || (field == "evidence" && value == json!([]))
                || (field == "quantity" && value == "-0")
                || (field == "starters" && value == "-0")
                || (["line", "target_group"].contains(&field)
                    && [
                        "NaN",
                        "Infinity",
                        "1e3",
                        "1E400",
                        "-0",
                        "-1",
                        "0x10",
                        "1_000",
                        "1.",
                        ".5",
                        "1/0",
                        "1/-2",
                        "0/1",
                        "2/1",
                        "99999999999999999999999999",
                        "0.0000001",
                        "../../x",
                        "2026-02-30",
                        "9999-12-31",
                        "0000-01-01",
                        "null",
                    ]
                    .iter()
                    .any(|text| value == *text));
            if is_fine {
                continue;
            }
            let body = return_of(json!([changed(good.clone(), json!({field: value}))]));
            is_refused(&app.put(&path, &body).await, &format!("{field} {value}"));
        }
        for (field, value) in ["link", "sha256", "quantity"]
            .iter()
            .flat_map(|field| values().into_iter().map(move |value| (*field, value)))
        {
            if field == "quantity" && value == "-0" {
                continue;
            }
            let one = changed(
                json!({"link": "https://example.org"}),
                json!({field: value}),
            );
            let body = return_of(json!([changed(good.clone(), json!({"evidence": [one]}))]));
            is_refused(
                &app.put(&path, &body).await,
                &format!("evidence {field} {value}"),
            );
        }
        for words in ["\u{0}", "a\u{0}", "\u{1b}[31m", ""] {
            for measure in ["note", "activity"] {
                let body = return_of(json!([changed(good.clone(), json!({measure: words}))]));
                is_refused(&app.put(&path, &body).await, &body.to_string());
            }
        }
        for value in values() {
            for top in [
                json!({"lines": value}),
                json!({"attestation": value}),
                json!({"attestation": {"relates_to_commitment": value}}),
            ] {
                let fine = [
                    json!({"lines": []}),
                    json!({"attestation": {}}),
                    json!({"attestation": {"relates_to_commitment": true}}),
                ];
                if !fine.contains(&top) {
                    is_refused(&app.put(&path, &top).await, &top.to_string());
                }
            }
        }
        assert_eq!(app.get(&path).await.status, 404, "nothing was stored");
        app.stop().await;
    }
}

#[tokio::test]
async fn limits_hold_at_their_edge() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{contract}/returns/2026-27-Q1");
        let good = json!({"measure": "trees-planted", "quantity": "1"});
        let lines = |count: usize| return_of(vec![good.clone(); count].into());
        let answer = app.put(&path, &lines(501)).await;
        assert_eq!(
            answer.faults(),
            [("/lines".to_owned(), "too_many".to_owned())]
        );
        let evidence = |count: usize| {
            let links: Vec<Value> = (0..count)
                .map(|number| json!({"link": format!("https://example.org/{number}")}))
                .collect();
            return_of(json!([changed(good.clone(), json!({"evidence": links}))]))
        };
        let answer = app.put(&path, &evidence(51)).await;
        assert_eq!(
            answer.faults(),
            [("/lines/0/evidence".to_owned(), "too_many".to_owned())]
        );
        for (field, longest, code) in [
            ("note", 2000, "text_length"),
            ("activity", 200, "text_length"),
            ("line", 100, "bad_code"),
        ] {
            let of = |length: usize| {
                return_of(json!([changed(
                    good.clone(),
                    json!({field: "x".repeat(length)})
                )]))
            };
            let answer = app.put(&path, &of(longest + 1)).await;
            assert_eq!(
                answer.faults(),
                [(format!("/lines/0/{field}"), code.to_owned())]
            );
            assert!([200, 201].contains(&app.put(&path, &of(longest)).await.status));
        }
        for (text, status) in [
            ("1.000000", 200),
            ("1.0000000", 422),
            ("1000000000", 200),
            ("1000000000.000001", 422),
        ] {
            let body = return_of(json!([{"measure": "trees-planted", "quantity": text}]));
            assert_eq!(app.put(&path, &body).await.status, status, "{text}");
        }
        for (tier, status) in [
            ("9", 200),
            ("10", 422),
            ("-1", 422),
            ("9223372036854775808", 422),
            ("1.0", 200), // JSON Schema calls it an integer
            ("1.5", 422),
            ("1e0", 422),
            ("-0", 200),
        ] {
            let body = format!(
                r#"{{"lines":[{{"measure":"trees-planted","quantity":"1","tier":{tier}}}]}}"#
            );
            assert_eq!(app.put_text(&path, &body).await.status, status, "{tier}");
        }
        let twice =
            r#"{"lines":[{"measure":"trees-planted","quantity":"1","quantity":"2"}],"lines":[]}"#;
        let faults = app.put_text(&path, twice).await.faults();
        assert_eq!(
            faults,
            [
                ("/lines".to_owned(), "duplicate_key".to_owned()),
                ("/lines/0/quantity".to_owned(), "duplicate_key".to_owned())
            ]
        );
        let twice =
            r#"{"lines":[{"measure":"community-project","components":{"cash":"1","cash":"2"}}]}"#;
        assert_eq!(
            app.put_text(&path, twice).await.faults(),
            [(
                "/lines/0/components/cash".to_owned(),
                "duplicate_key".to_owned()
            )]
        );
        let strangers: serde_json::Map<String, Value> = (0..50_000)
            .map(|number| (format!("k{number}"), json!(1)))
            .collect();
        is_refused(
            &app.put(&path, &Value::Object(strangers.clone())).await,
            "strangers",
        );
        let components =
            return_of(json!([{"measure": "community-project", "components": strangers}]));
        is_refused(&app.put(&path, &components).await, "components");
        assert!([200, 201].contains(&app.put(&path, &evidence(50)).await.status));
        assert_eq!(app.put(&path, &lines(500)).await.status, 200);
        let submitted = app.post(&format!("{path}/submission"), &json!({})).await;
        assert_eq!(submitted.status, 200, "{}", submitted.text);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_decision_and_an_amendment_take_no_hostile_field() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let jobs = json!({"measure": "local-job-fte", "target": "1"});
        crate::support::scene::added(&app, &format!("{contract}/commitments"), &jobs).await;
        crate::support::scene::submit(
            &app,
            &contract,
            "2026-27-Q1",
            json!([{"measure": "local-job-fte", "quantity": "1"}]),
        )
        .await;
        let decision = format!("{contract}/returns/2026-27-Q1/decision");
        for value in values() {
            for field in ["revision", "decision", "lines"] {
                let body = changed(
                    json!({"revision": 1, "decision": "reject", "reason": "No"}),
                    json!({field: value}),
                );
                if field != "lines" || value != json!([]) {
                    is_refused(
                        &app.post_as_second(&decision, &body).await,
                        &body.to_string(),
                    );
                }
            }
            for field in ["effective_on", "target"] {
                let base = json!({"effective_on": "2026-04-01", "reason": "x", "target": "2"});
                let body = changed(base, json!({field: value}));
                if value != "-0" {
                    is_refused(
                        &app.post(&format!("{contract}/commitments/1/amendments"), &body)
                            .await,
                        &body.to_string(),
                    );
                }
            }
            for field in [
                "effective_on",
                "ends_on",
                "value",
                "place",
                "anchor_institutions",
            ] {
                let base = json!({"effective_on": "2026-04-01", "reason": "x"});
                let body = changed(base, json!({field: value}));
                if value != "-0" {
                    is_refused(
                        &app.post(&format!("{contract}/amendments"), &body).await,
                        &body.to_string(),
                    );
                }
            }
        }
        assert_eq!(
            app.get(&contract).await.json()["versions"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            app.get(&format!("{contract}/returns/2026-27-Q1"))
                .await
                .json()["state"],
            "submitted"
        );
        app.stop().await;
    }
}
