//! Series that a partnership brings: versioned and sealed like editions, and used by them. Blank, zero and missing are
//! three things.

use serde_json::{Value, json};

use super::tampering::by_hand;
use super::{books_are_clean, value, verified};
use crate::support::app::{Answer, App, now, without_limits};
use crate::support::scene::{Scene, added, changed, decide, submit};
use crate::support::tables::{body_with, govern, schedule, series};

const ROWS: &str = "\
Reference,Measure,Unit,Proxy value,Series,Price year,Column,Quantity,Claim\r
OX1,Hours of help,hour,8,,2022-23,effort,flow,\r
OX2,Carbon kept out,tonne CO2e,,our-carbon/traded,,social,flow,\r
OX3,People helped,person,10,,,social,event,once_at_event\r
";

async fn bring(app: &App, body: &Value) -> Answer {
    let brought = app.post("/v1/series", body).await;
    assert_eq!(brought.status, 201, "{}", brought.text);
    brought
}

fn index(release: &str) -> Value {
    let rows = [
        ("2022-23", Some("80")),
        ("2023-24", None),
        ("2024-25", Some("100")),
        ("2025-26", Some("0")),
    ];
    series("our-index", release, "financial", &rows)
}

/// A number in 2026, a blank in 2027, a zero in 2028, nothing said of 2029.
fn carbon() -> Value {
    let mut body = series("our-carbon", "2026", "calendar", &[]);
    body["price_year"] = json!("2024-25");
    body["rows"] = json!([
        {"item": "traded", "year": "2026", "value": "50", "low": "20"},
        {"item": "traded", "year": "2027", "value": null},
        {"item": "traded", "year": "2028", "value": "0"},
        {"item": "traded", "year": "2030", "value": "70", "status": "forecast"}
    ]);
    body
}

fn table(changes: Value) -> Value {
    let own = json!({
        "table": ROWS, "redistribution": "allowed", "deflator": "our-index/1",
        "series": "our-carbon/2026, our-rates/1"
    });
    changed(body_with("our-table", "1", own), changes)
}

/// The three series, and the table that rests on them, published.
async fn resting(app: &App) -> String {
    bring(app, &index("1")).await;
    bring(app, &carbon()).await;
    bring(app, &schedule("our-rates", "1")).await;
    govern(app, &table(json!({})), 3).await
}

#[tokio::test]
async fn a_release_is_brought_once_and_never_changes() {
    for app in App::on_each().await {
        let brought = bring(&app, &index("1")).await;
        let location = brought.header("location").unwrap().to_owned();
        assert_eq!(location, "/v1/series/our-index?release=1");
        let one = &app.get(&location).await.json()["releases"][0];
        assert_eq!(*one, brought.json());
        let told = |year: usize| {
            (
                one["rows"][year]["value"]["central"].clone(),
                one["rows"][year]["blank"].clone(),
            )
        };
        assert_eq!(told(1), (Value::Null, json!(true)), "blank");
        assert_eq!(told(3), (json!("0"), json!(false)), "zero is a number");
        assert_eq!(one["row_count"], 4);
        assert_eq!(
            (&one["shipped"], &one["digest"].as_str().unwrap().len()),
            (&json!(false), &64)
        );

        let again = app.post("/v1/series", &index("1")).await;
        assert_eq!((again.status, again.code().as_str()), (409, "series_taken"));
        let next = bring(&app, &index("2")).await.json();
        assert_ne!(next["digest"], one["digest"]);
        let both = app.get("/v1/series/our-index").await.json();
        assert_eq!(both["releases"].as_array().unwrap().len(), 2);
        let shipped = changed(index("1"), json!({"name": "gdp-deflator"}));
        let shipped = app.post("/v1/series", &shipped).await;
        assert_eq!(
            shipped.faults(),
            [("/name".to_owned(), "series_shipped".to_owned())]
        );

        // The same as a file gives the same release.
        let said = "release=1&title=An+invented+series&unit=invented&years=financial&licence=invented-licence&redistribution=allowed&\
            source_title=An+invented+series&source_publisher=Nobody&source_year=2026&\
            source_url=https%3A%2F%2Fexample.org%2Fseries&dry_run=true&name=";
        let bearer = format!("Bearer {}", app.first_key);
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "text/csv"),
        ];
        let rows = "Year,Value\r\n2022-23,80\r\n2023-24,\r\n2024-25,100\r\n2025-26,0\r\n";
        let file = async |name: &str| {
            let path = format!("/v1/series?{said}{name}");
            app.send("POST", &path, &headers, Some(rows.as_bytes().to_vec()))
                .await
        };
        assert_eq!(file("our-index").await.code(), "series_taken");
        assert_eq!(file("other-index").await.json()["rows"], one["rows"]);

        let mut listed: Vec<String> = Vec::new();
        let mut next = "/v1/series?limit=3".to_owned();
        loop {
            let page = app.get(&next).await.json();
            let items = page["items"].as_array().unwrap().iter();
            listed.extend(items.map(|one| format!("{} {}", one["name"], one["release"])));
            let Some(cursor) = page["next_cursor"].as_str() else {
                break;
            };
            next = format!("/v1/series?limit=3&cursor={cursor}");
        }
        assert!(listed.is_sorted(), "{listed:?}");
        assert!(
            listed.contains(&"\"our-index\" \"2\"".to_owned()),
            "{listed:?}"
        );
        assert!(
            listed.contains(&"\"gdp-deflator\" \"2026-03\"".to_owned()),
            "{listed:?}"
        );

        let told = app.get("/v1/audit?action=add_series").await.json();
        let told = told["items"].as_array().unwrap();
        assert_eq!(told.len(), 2, "{told:?}");
        books_are_clean(&app, "series of our own").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn every_fault_of_a_series_is_told_with_row_and_column() {
    for app in App::on_each().await {
        let mut body = series("our-index", "1", "financial", &[]);
        body["rows"] = json!([
            {"year": "2022-23", "value": "80"}, {"year": "2022-23", "value": null}, {"year": "2022", "value": "1"},
            {"year": "2024-25"}, {"year": "2025-26", "value": "1e3"}, {"year": "2026-27", "value": 7},
            {"year": "2027-28", "value": null, "low": "3"}, {"item": "No Code", "year": "2028-29", "value": "1"}
        ]);
        let refused = app.post("/v1/series", &body).await;
        let faults = refused.faults();
        let faults: Vec<(&str, &str)> = faults
            .iter()
            .map(|(at, code)| (at.as_str(), code.as_str()))
            .collect();
        for fault in [
            ("/rows/1/year", "duplicate"),
            ("/rows/2/year", "not_a_year"),
            ("/rows/3/value", "field_missing"),
            ("/rows/4/value", "not_a_number"),
            ("/rows/5/value", "number_not_text"),
            ("/rows/6/value", "value_missing"),
            ("/rows/7/item", "bad_code"),
        ] {
            assert!(faults.contains(&fault), "{fault:?} of {faults:?}");
        }
        assert_eq!(faults.len(), 7, "{faults:?}");
        let mut gap = schedule("our-rates", "1");
        gap["bands"][1]["from_year"] = json!(5);
        let gap = app.post("/v1/series", &gap).await;
        assert_eq!(
            gap.faults(),
            [("/bands/1/from_year".to_owned(), "band_gap".to_owned())]
        );
        let empty = app.post("/v1/series", &json!({})).await;
        assert_eq!(empty.status, 422);
        assert!(
            empty.text.contains("/source_url") && empty.text.contains("/release"),
            "{}",
            empty.text
        );
        app.stop().await;
    }
}

/// V10, V8, V9: the index, the values by year and the schedule are the partnership's own.
#[tokio::test]
async fn a_table_rests_on_series_of_our_own() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let path = resting(&app).await;
        let edition = app.get(&path).await.json();
        assert_eq!(edition["series"]["our-index"], "1", "{edition}");
        let terms = json!({"proxy_edition": "our-table/1"});
        let contract = scene.add_contract(&app, terms).await;
        let promised = json!({
            "measure": "OX3", "target": "4", "adjusted_because": "It lasts for two years",
            "adjustments": {"duration_years": 2, "discounted_by": "our-rates/steep"}
        });
        added(&app, &format!("{contract}/commitments"), &promised).await;
        let lines = json!([
            {"measure": "OX1", "quantity": "3"}, {"measure": "OX2", "quantity": "2"},
            {"measure": "OX3", "quantity": "1"}
        ]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        let columns = &value(&app, &contract).await["columns"];
        let worth = |column: &str| columns[column]["verified"]["worth"].clone();
        assert_eq!(worth("effort"), "30.00", "3 x 8 x 100/80");
        assert_eq!(worth("social"), "118.00", "2 x 50, and 10 + 10/1.25");
        books_are_clean(&app, "a table on series of our own").await;

        // A newer release changes nothing of what rests on the older one.
        bring(
            &app,
            &changed(
                index("2"),
                json!({"rows": [{"year": "2022-23", "value": "1"}]}),
            ),
        )
        .await;
        let beside = app.start_beside(without_limits(), now).await;
        assert_eq!(value(&beside, &contract).await["columns"], *columns);
        beside.stop().await;

        // Another number than was sealed is used by nobody.
        by_hand(&app.database, "update series set document = replace(document, '\"80\"', '\"81\"') where release = '1'").await;
        let fresh = app.start_beside(without_limits(), now).await;
        assert_eq!(
            fresh.get(&format!("{contract}/value")).await.code(),
            "internal"
        );
        let found = verified(&fresh).await.differences.join("; ");
        assert!(
            found.contains("our-index/1") && found.contains("digest"),
            "{found}"
        );
        fresh.stop().await;
        app.stop().await;
    }
}

#[tokio::test]
async fn blank_zero_and_missing_are_three_things() {
    for app in App::on_each().await {
        resting(&app).await;
        let of = async |period: &str| {
            let lines = json!([{"measure": "OX2", "period": period, "quantity": "2"}]);
            let asked = json!({"edition": "our-table/1", "lines": lines});
            app.post("/v1/calculations", &asked).await
        };
        let worth = |answer: &Answer| answer.json()["lines"][0]["worth"].clone();
        assert_eq!(worth(&of("2026-27-Q1").await), "100.00");
        assert_eq!(worth(&of("2028-29-Q1").await), "0.00", "zero is a value");
        for (period, told) in [
            (
                "2027-28-Q1",
                "our-carbon/traded of release 2026 is blank for 2027",
            ),
            (
                "2029-30-Q1",
                "our-carbon/traded of release 2026 has no row for 2029",
            ),
            (
                "2031-32-Q1",
                "our-carbon/traded of release 2026 has no row for 2031",
            ),
        ] {
            let refused = of(period).await;
            assert_eq!(refused.status, 422, "{}", refused.text);
            assert!(refused.text.contains(told), "{period}: {}", refused.text);
            assert_eq!(refused.faults()[0].1, "no_value_for_year");
        }
        for (from, told) in [
            ("2023-24", "our-index of release 1 is blank for 2023-24"),
            ("2021-22", "our-index of release 1 has no row for 2021-22"),
            (
                "2025-26",
                "our-index of release 1 is not above zero for 2025-26",
            ),
            ("2023", "our-index of release 1 is blank for 2023-24"),
        ] {
            let rows = ROWS.replace("2022-23", from);
            let refused = app
                .post(
                    "/v1/proxy-editions",
                    &table(json!({"edition": "2", "table": rows})),
                )
                .await;
            assert_eq!(
                refused.faults(),
                [(
                    "/rows/2/price_year".to_owned(),
                    "price_year_unknown".to_owned()
                )]
            );
            assert!(refused.text.contains(told), "{from}: {}", refused.text);
        }
        for (changes, at, code) in [
            (
                json!({"series": "our-carbon/1999 our-rates/1"}),
                "/series/our-carbon",
                "unknown_series",
            ),
            (
                json!({"deflator": "no-index/1"}),
                "/series/no-index",
                "unknown_series",
            ),
            (
                json!({"table": ROWS.replace("/traded", "/none")}),
                "/rows/3/series",
                "unknown_series",
            ),
            (
                json!({"table": ROWS.replace(",,our-carbon", ",5,our-carbon")}),
                "/rows/3/series",
                "value_unclear",
            ),
        ] {
            let refused = app
                .post(
                    "/v1/proxy-editions",
                    &table(changed(json!({"edition": "2"}), changes)),
                )
                .await;
            assert_eq!(refused.status, 422, "{}", refused.text);
            let found = refused.faults();
            assert!(
                found.contains(&(at.to_owned(), code.to_owned())),
                "{}",
                refused.text
            );
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn an_appraisal_names_a_schedule_of_our_own() {
    for app in App::on_each().await {
        let asked = |schedule: &str| {
            json!({
                "schedule": schedule, "benefits": [{"label": "Help", "amount": "100", "duration_years": 3}]
            })
        };
        let unknown = app
            .post("/v1/calculations/appraisal", &asked("our-rates/steep"))
            .await;
        assert_eq!(
            unknown.faults(),
            [("/schedule".to_owned(), "unknown_schedule".to_owned())]
        );
        bring(&app, &schedule("our-rates", "1")).await;
        let mut flat = schedule("our-rates", "2");
        flat["bands"] = json!([{"item": "steep", "from_year": 0, "to_year": null, "percent": "0"}]);
        flat["redistribution"] = json!("none");
        bring(&app, &flat).await;
        // Of two releases nobody knows which is meant: not by their names, and not by when they came.
        let either = app
            .post("/v1/calculations/appraisal", &asked("our-rates/steep"))
            .await;
        let needed = [("/release".to_owned(), "release_needed".to_owned())];
        assert_eq!(either.faults(), needed);
        let second = changed(asked("our-rates/steep"), json!({"release": "2"}));
        let second = app.post("/v1/calculations/appraisal", &second).await.json();
        assert_eq!(second["present_value_of_benefits"], "300.00");
        let first = changed(asked("our-rates/steep"), json!({"release": "1"}));
        let first = app.post("/v1/calculations/appraisal", &first).await.json();
        assert_eq!(
            first["present_value_of_benefits"], "260.00",
            "100 + 80 + 80"
        );
        assert_eq!(first["schedule"], "our-rates/steep 1");

        // What its licence keeps, an appraisal would tell.
        let analyst = app.key_of("analyst", &[]).await;
        let body = changed(asked("our-rates/steep"), json!({"release": "2"})).to_string();
        let hidden = app
            .with_key(&analyst, "POST", "/v1/calculations/appraisal", Some(&body))
            .await;
        assert_eq!(
            (hidden.status, hidden.code().as_str()),
            (403, "values_kept")
        );
        let body = asked("our-rates/steep").to_string();
        let either = app
            .with_key(&analyst, "POST", "/v1/calculations/appraisal", Some(&body))
            .await;
        assert_eq!(either.faults(), needed, "the same for everybody");
        app.stop().await;
    }
}

#[tokio::test]
async fn what_rests_on_a_series_that_its_licence_keeps_is_kept() {
    for app in App::on_each().await {
        let analyst = app.key_of("analyst", &[]).await;
        let kept = json!({"redistribution": "none"});
        bring(&app, &changed(index("1"), kept.clone())).await;
        bring(&app, &carbon()).await;
        let mut rates = schedule("our-rates", "1");
        rates["redistribution"] = json!("none");
        bring(&app, &rates).await;
        let path = govern(&app, &table(json!({})), 3).await;
        let reads = async |path: &str| {
            let seen = app.with_key(&analyst, "GET", path, None).await;
            assert_eq!(seen.status, 200, "{}", seen.text);
            seen
        };
        let series = reads("/v1/series/our-index").await.json();
        let rows = series["releases"][0]["rows"].as_array().unwrap().clone();
        assert!(rows.iter().all(|row| row["value"].is_null()), "{series}");
        assert_eq!(rows[1]["blank"], true);
        let bands = reads("/v1/series/our-rates").await.json();
        assert!(
            bands["releases"][0]["bands"][0]["percent"].is_null(),
            "{bands}"
        );
        let listed = reads(&format!("{path}/proxies")).await;
        for number in ["\"80\"", "\"50\"", "\"8\"", "\"10\""] {
            assert!(!listed.text.contains(number), "{number}: {}", listed.text);
        }
        assert_eq!(app.get(&path).await.json()["redistribution"], "none");
        let lines = json!([{"measure": "OX1", "period": "2026-27-Q1", "quantity": "1"}]);
        let asked = json!({"edition": "our-table/1", "lines": lines}).to_string();
        let refused = app
            .with_key(&analyst, "POST", "/v1/calculations", Some(&asked))
            .await;
        assert_eq!(refused.code(), "values_kept");
        // Figures in other prices beside those of the edition would tell the index.
        let scene = Scene::set(&app).await;
        let rests = json!({"proxy_edition": "our-table/1"});
        let contract = scene.add_contract(&app, rests).await;
        let lines = json!([{"measure": "OX1", "quantity": "1"}]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        let restated = "/v1/roll-ups?stage=claimed&prices=2022-23";
        let refused = app.with_key(&analyst, "GET", restated, None).await;
        assert_eq!(refused.code(), "values_kept", "{}", refused.text);
        let told = app.get(restated).await;
        assert_eq!(told.status, 200, "{}", told.text);
        let appraised =
            json!({"schedule": "our-rates/steep", "benefits": [{"label": "Help", "amount": "1"}]});
        let refused = app
            .with_key(
                &analyst,
                "POST",
                "/v1/calculations/appraisal",
                Some(&appraised.to_string()),
            )
            .await;
        assert_eq!(refused.code(), "values_kept");
        app.stop().await;
    }
}
