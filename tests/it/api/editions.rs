//! `POST /v1/proxy-editions`: tables as people bring them, and every fault with its row and column.

use serde_json::{Value, json};

use crate::support::app::{Answer, App, same_on_each};
use crate::support::tables::{ROWS, body, body_with};

async fn on_each(work: impl AsyncFn(&App) -> Answer) -> String {
    let mut answers = Vec::new();
    for app in App::on_each().await {
        answers.push(work(&app).await);
        app.stop().await;
    }
    same_on_each(&answers)
}

#[tokio::test]
async fn a_table_becomes_a_draft() {
    let whole = on_each(async |app| {
        app.post("/v1/proxy-editions", &body("our-table", "2026"))
            .await
    })
    .await;
    insta::assert_snapshot!("edition_drafted", whole);
}

#[tokio::test]
async fn every_fault_is_told_at_once_with_its_row_and_column() {
    let table = "\
Ref;Theme;Measure;Unit;Proxy Value (£);Low;Value column;Quantity kind;Place;Price year;Good Measure code;Weighting\r
A1;Jobs;Good;hour;12.50;;;;;;;1\r
A2;Jobs;No number;hour;12.5x;;;;;;;\r
A3;Jobs;No unit;;3;;;;;;;\r
A4;;;hour;3;;;;;;;\r
A5;;Wrong words;hour;3;;sideways;flows;;;;\r
A6;;Low above;hour;3;4;;;;;;\r
A7;;Nowhere;hour;3;;;;atlantis;;;\r
A8;;No such year;hour;3;;;;;1812;;\r
A1;;Good again;hour;4;;;;;;;\r
A9;;A ratio has no value;percent;4;;;ratio;;;;\r
;;;;;;;;;;;\r
B1;;Not known;hour;4;;;;;;no-such-measure;\r
";
    let changes =
        json!({"table": table, "redistribution": null, "price_base": "2024-25", "title": null});
    let body = body_with("our-table", "2026", changes);
    let whole = on_each(async |app| app.post("/v1/proxy-editions", &body).await).await;
    insta::assert_snapshot!("edition_faults", whole);
}

#[tokio::test]
async fn a_table_is_taken_as_a_file_too() {
    for app in App::on_each().await {
        let said = body("our-table", "2026");
        let fields = said
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| *name != "table");
        let query = fields.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
        let pairs: Vec<String> = query
            .map(|(name, value)| {
                format!(
                    "{name}={}",
                    value
                        .replace(' ', "+")
                        .replace(':', "%3A")
                        .replace('/', "%2F")
                )
            })
            .collect();
        let path = format!("/v1/proxy-editions?{}&dry_run=true", pairs.join("&"));
        let bearer = format!("Bearer {}", app.first_key);
        let send = async |kind: &str, path: &str, text: &str| {
            let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
            app.send("POST", path, &headers, Some(text.as_bytes().to_vec()))
                .await
        };
        let of_file = send("text/csv; charset=utf-8", &path, ROWS).await;
        assert_eq!(of_file.status, 201, "{}", of_file.text);
        let of_json = app.post("/v1/proxy-editions?dry_run=true", &said).await;
        let counts = |answer: &Answer| answer.json()["edition"]["counts"].clone();
        assert_eq!(counts(&of_file), counts(&of_json));
        assert_eq!(send("text/html", &path, ROWS).await.status, 415);

        // The same words as keys, and beside them entries as in the files of an edition.
        let toml = "\
title = \"In keys\"\nprice_base = \"2024-25\"\nmethod = \"Invented.\"\nlicence = \"invented\"\nredistribution = \"allowed\"
source_title = \"T\"\nsource_publisher = \"P\"\nsource_year = \"2026\"\nsource_url = \"https://example.org/\"\ncolumn = \"social\"
[[row]]\nreference = \"K1\"\nmeasure = \"Hours\"\nunit = \"hour\"\nproxy_value = \"37/3\"
[[row]]\nreference = \"K2\"\nmeasure = \"Tonnes\"\nunit = \"tonne\"\nproxy_value = \"70\"\nyear = \"2026\"
[[row]]\nreference = \"K2\"\nmeasure = \"Tonnes\"\nunit = \"tonne\"\nproxy_value = \"72\"\nyear = \"2027\"
[[row]]\nmeasure = \"Jobs\"\nunit = \"job\"\nproxy_value = \"30000\"\nmeasure_code = \"local-job-fte\"\ncolumn = \"local_economic\"
[[row]]\nmeasure = \"Jobs\"\nunit = \"job\"\nproxy_value = \"29000\"\nmeasure_code = \"local-job-fte\"\nplace = \"halton\"
";
        let path = "/v1/proxy-editions?set=in-keys&edition=1";
        let drafted = send("application/toml", path, toml).await;
        assert_eq!(drafted.status, 201, "{}", drafted.text);
        let values = app.get("/v1/proxy-editions/in-keys/1/proxies").await.json();
        let shown: Vec<String> = values["items"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|one| {
                one["values"].as_array().unwrap().iter().map(|value| {
                    let (code, year, place) = (&one["code"], &value["year"], &value["place"]);
                    format!("{code} {year} {place} {}", value["net"]["central"])
                })
            })
            .collect();
        let expected = [
            "\"k1\" null \"united-kingdom\" \"37/3\"",
            "\"k2\" \"2026\" \"united-kingdom\" \"70\"",
            "\"k2\" \"2027\" \"united-kingdom\" \"72\"",
            "\"local-job-fte\" null \"halton\" \"29000\"",
            "\"local-job-fte\" null \"united-kingdom\" \"30000\"",
        ];
        assert_eq!(shown, expected);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_draft_is_replaced_by_who_saw_it() {
    for app in App::on_each().await {
        let path = "/v1/proxy-editions/our-table/2026";
        let first = app
            .post("/v1/proxy-editions", &body("our-table", "2026"))
            .await;
        assert_eq!(first.status, 201, "{}", first.text);
        let again = app
            .post("/v1/proxy-editions", &body("our-table", "2026"))
            .await;
        assert_eq!(
            (again.status, again.code().as_str()),
            (409, "edition_taken")
        );
        let etag = first.header("etag").unwrap().to_owned();
        let other = body_with("our-table", "2026", json!({"title": "Another"}));
        let blind = app.send_json("PUT", path, &[], &other).await;
        assert_eq!(blind.code(), "if_match_needed");
        let put = app
            .send_json("PUT", path, &[("if-match", &etag)], &other)
            .await;
        assert_eq!(put.json()["edition"]["title"], "Another", "{}", put.text);
        assert_eq!(put.json()["edition"]["governance"]["revision"], 2);
        let stale = app
            .send_json("PUT", path, &[("if-match", &etag)], &other)
            .await;
        assert_eq!(stale.code(), "stale");
        let old = app
            .post(&format!("{path}/proposal"), &json!({"revision": 1}))
            .await;
        assert_eq!(old.code(), "other_revision");
        for (set, code) in [("open-uk", "set_shipped"), ("Bad set", "bad_code")] {
            let refused = app.post("/v1/proxy-editions", &body(set, "1")).await;
            assert_eq!(refused.faults()[0].1, code, "{}", refused.text);
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn the_template_is_a_table_that_is_taken() {
    for app in App::on_each().await {
        let template = app.get("/v1/proxy-editions/template.csv").await;
        assert_eq!(template.header("content-type"), Some("text/csv"));
        let headers = [
            ("authorization", &*format!("Bearer {}", app.first_key)),
            ("accept", "text/csv"),
        ];
        let asked = app
            .send("GET", "/v1/proxy-editions/template.csv", &headers, None)
            .await;
        assert_eq!(asked.text, template.text);
        let changes = json!({"table": template.text, "redistribution": "allowed"});
        let taken = app
            .post("/v1/proxy-editions", &body_with("our-table", "1", changes))
            .await;
        assert_eq!(taken.status, 201, "{}", taken.text);
        assert_eq!(taken.json()["ignored_columns"], Value::Array(Vec::new()));
        app.stop().await;
    }
}
