//! `POST /v1/series` and `GET /v1/series/{name}`: what nobody sends by accident, and whole answers.

use serde_json::{Value, json};

use super::hostile::{is_refused, values};
use crate::support::app::{App, same_on_each};
use crate::support::scene::changed;
use crate::support::tables::{schedule, series};

const WORDS: [&str; 10] = [
    "title",
    "unit",
    "note",
    "licence",
    "source_title",
    "source_publisher",
    "source_year",
    "source_where",
    "release",
    "name",
];

fn a_series() -> Value {
    let rows = [("2025", Some("100")), ("2026", None), ("2027", Some("0"))];
    series("our-index", "1", "calendar", &rows)
}

#[tokio::test]
async fn a_series_is_told_whole() {
    let (mut added, mut read) = (vec![], vec![]);
    for app in App::on_each().await {
        added.push(app.post("/v1/series", &a_series()).await);
        read.push(app.get("/v1/series/our-index").await);
        app.stop().await;
    }
    insta::assert_snapshot!("series_added", same_on_each(&added));
    insta::assert_snapshot!("series_of_our_own", same_on_each(&read));
}

#[tokio::test]
async fn a_series_takes_no_hostile_field() {
    for app in App::on_each().await {
        let tried = "/v1/series?dry_run=true";
        let fields = [
            "years",
            "price_year",
            "redistribution",
            "source_url",
            "rows",
            "bands",
        ];
        for field in WORDS.into_iter().chain(fields) {
            for value in values() {
                let body = changed(a_series(), json!({field: value}));
                let answer = app.post(tried, &body).await;
                // Words are words, whatever they look like; an empty one that may be missing says nothing.
                let says_nothing = value.as_str().is_some_and(|text| text.trim().is_empty());
                let is_words = WORDS.contains(&field) && value.is_string();
                let no_rows = field == "bands" && value == json!([]);
                if answer.status == 201 {
                    assert!(is_words || says_nothing || no_rows, "{field} {value}");
                    assert_ne!(value, "\u{202e}", "{field}: what turns writing around");
                    continue;
                }
                is_refused(&answer, &format!("{field} {value}"));
            }
        }
        for field in [
            "item", "year", "value", "low", "high", "status", "unit", "note",
        ] {
            for value in values() {
                let row = changed(json!({"year": "2025", "value": "5"}), json!({field: value}));
                let body = changed(a_series(), json!({"rows": [row]}));
                let answer = app.post(tried, &body).await;
                assert!(
                    answer.status == 201 || answer.status == 422,
                    "{row}: {}",
                    answer.text
                );
                if answer.status == 422 {
                    is_refused(&answer, &row.to_string());
                }
            }
        }
        for field in ["item", "from_year", "to_year", "percent"] {
            for value in values() {
                let band = json!({"item": "steep", "from_year": 0, "percent": "5"});
                let band = changed(band, json!({field: value}));
                let body = changed(schedule("our-rates", "1"), json!({"bands": [band]}));
                let answer = app.post(tried, &body).await;
                assert!(
                    answer.status == 201 || answer.status == 422,
                    "{band}: {}",
                    answer.text
                );
            }
        }
        assert_eq!(
            app.get("/v1/series/our-index").await.status,
            404,
            "all was only tried"
        );
        app.stop().await;
    }
}

#[tokio::test]
async fn a_file_of_a_series_takes_nothing_hostile() {
    for app in App::on_each().await {
        let bearer = format!("Bearer {}", app.first_key);
        let said = "name=our-index&release=1&title=T&unit=u&years=calendar&licence=l&redistribution=allowed&source_title=T&source_publisher=P&\
            source_year=2026&source_url=https%3A%2F%2Fexample.org%2F&dry_run=true";
        let send = async |kind: &str, bytes: &[u8]| {
            let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
            let path = format!("/v1/series?{said}");
            app.send("POST", &path, &headers, Some(bytes.to_vec()))
                .await
        };
        let many = format!("Year,Value\n{}", "2025,x\n".repeat(3000));
        for (bytes, code) in [
            (b"".as_slice(), "empty"),
            (b"Year,Value\n", "empty"),
            (b"Year,Value,Year\n2025,1,2025\n", "duplicate_column"),
            (b"Year,Value,Colour\n2025,1,red\n", "unknown_column"),
            (b"Year,Value\n2025\n", "field_missing"),
            (b"Year,Value\n2025,1\n2025,2\n", "duplicate"),
            (b"Year,Value\n2025,\"1\n2026,2\n", "control_character"),
            (b"Year,Value,Percent\n2025,1,5\n", "other_kind"),
            (many.as_bytes(), "too_many_rows"),
        ] {
            let answer = send("text/csv", bytes).await;
            let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
            assert_eq!(answer.status, 422, "{shown}: {}", answer.text);
            let faults = answer.faults();
            assert!(
                faults.iter().any(|fault| fault.1 == code),
                "{shown}: {}",
                answer.text
            );
            is_refused(&answer, &shown);
        }
        assert_eq!(
            send("text/csv", b"Year,Value\n2025,\xff\n").await.status,
            400
        );
        assert_eq!(send("text/html", b"Year,Value\n2025,1\n").await.status, 415);
        let semicolons = send(
            "text/csv; charset=utf-8",
            "\u{feff}YEAR;Value;\r\n\r\n2025; 1 ;\r\n".as_bytes(),
        )
        .await;
        assert_eq!(semicolons.status, 201, "{}", semicolons.text);
        let row = json!([{"item": null, "year": "2025", "value": {"low": null, "central": "1", "high": null}, "blank": false,
            "unit": null, "status": "published", "note": null}]);
        assert_eq!(semicolons.json()["rows"], row);
        for name in ["%00", "%E2%80%AE", "..%2F..", "our-index%00"] {
            let asked = app.get(&format!("/v1/series/{name}")).await;
            assert!([400, 404].contains(&asked.status), "{name}: {}", asked.text);
        }
        app.stop().await;
    }
}
