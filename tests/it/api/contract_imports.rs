//! `/v1/contract-imports`.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::app::{Answer, App, same_on_each};

const PATH: &str = "/v1/contract-imports";

/// The text of a document; its amounts stay as they are written.
fn document(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/documents");
    std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap()
}

/// A body with a document as it is written, and options.
fn body(document: &str, options: &Value) -> String {
    let options = options.to_string();
    format!("{{\"document\": {document}, {}", &options[1..])
}

async fn import(app: &App, document: &str, options: &Value) -> Answer {
    app.post_text(PATH, &body(document, options)).await
}

/// Imports one document anew on each database.
async fn on_each(document: &str, options: &Value) -> Vec<Answer> {
    let mut answers = Vec::new();
    for app in App::on_each().await {
        answers.push(import(&app, document, options).await);
        app.stop().await;
    }
    answers
}

#[tokio::test]
async fn every_shape_is_imported_whole() {
    for (name, document_name, options) in [
        (
            "record",
            "record_with_extension",
            json!({"anchor": true, "place": "halton"}),
        ),
        (
            "finder",
            "release_package_of_a_finder",
            json!({"anchor": true, "buyer_kind": "vcfse", "reporting": "yearly", "reference": "REF 7"}),
        ),
        (
            "tender",
            "value_only_in_the_tender",
            json!({"anchor": true}),
        ),
        ("zero", "amounts_of_zero", json!({"anchor": true})),
        (
            "tenfold",
            "award_ten_times_the_tender",
            json!({"anchor": true}),
        ),
        ("gross", "gross_value_only", json!({"anchor": true})),
        ("lot", "days_of_the_lot", json!({"anchor": true})),
        (
            "chosen",
            "several_contracts_and_suppliers",
            json!({"anchor": true, "contract": "2", "supplier": "GB-COH-00000002"}),
        ),
        ("ids", "ids_that_name_nobody", json!({"anchor": true})),
    ] {
        let answers = on_each(&document(document_name), &options).await;
        assert_eq!(answers[0].status, 201, "{name}: {}", answers[0].text);
        insta::assert_snapshot!(format!("import_{name}"), same_on_each(&answers));
    }
}

#[tokio::test]
async fn what_a_document_lacks_is_said_with_where_it_was_looked_for() {
    let both = json!({"anchor": true, "held_by": "somebody"});
    for (name, text, options) in [
        ("gaps", document("next_to_nothing"), json!({"anchor": true})),
        ("euro", document("not_in_pounds"), json!({"anchor": true})),
        (
            "several_contracts",
            document("several_contracts_and_suppliers"),
            json!({"anchor": true}),
        ),
        (
            "several_suppliers",
            document("several_contracts_and_suppliers"),
            json!({"anchor": true, "contract": "2"}),
        ),
        (
            "unknown_choice",
            document("several_contracts_and_suppliers"),
            json!({"anchor": true, "contract": "9"}),
        ),
        (
            "no_holder",
            document("record_with_extension"),
            json!({"colour": "red"}),
        ),
        ("two_holders", document("record_with_extension"), both),
        (
            "unknown_holder",
            document("record_with_extension"),
            json!({"held_by": "nobody"}),
        ),
        (
            "options",
            document("record_with_extension"),
            json!({"anchor": true, "proxy_edition": "open-uk/1066", "reporting": "daily", "place": "atlantis", "reference": " "}),
        ),
        (
            "buyer_kind",
            document("record_with_extension"),
            json!({"anchor": true, "buyer_kind": "club"}),
        ),
        ("nothing", "null".to_owned(), json!({"anchor": true})),
        ("no_ocds", "{\"a\": 1}".to_owned(), json!({"anchor": true})),
        (
            "empty",
            "{\"records\": []}".to_owned(),
            json!({"anchor": true}),
        ),
    ] {
        let answers = on_each(&text, &options).await;
        assert_eq!(answers[0].status, 422, "{name}: {}", answers[0].text);
        insta::assert_snapshot!(format!("import_refused_{name}"), same_on_each(&answers));
    }
}

#[tokio::test]
async fn bodies_are_found_again_and_a_contract_comes_once() {
    let mut again = Vec::new();
    let mut held = Vec::new();
    let mut not_anchor = Vec::new();
    for app in App::on_each().await {
        let anchor = json!({"anchor": true});
        let first = import(&app, &document("record_with_extension"), &anchor).await;
        let first_json = first.json();
        let location = first.header("location").unwrap();
        let read = app.get(location).await.json();
        assert_eq!(read["ocid"], "ocds-example-uk7-1");
        // Another contract of the same two bodies adds none.
        let second = import(&app, &document("gross_value_only"), &anchor).await;
        let second_json = second.json();
        for side in ["buyer", "supplier"] {
            assert_eq!(
                second_json[side]["organisation"],
                first_json[side]["organisation"]
            );
            assert_eq!(second_json[side]["added"], false);
        }
        let organisations = app.get("/v1/organisations").await.json();
        assert_eq!(organisations["items"].as_array().unwrap().len(), 2);
        // The same OCID is refused, also under another reference, and leaves nothing behind.
        let other = json!({"anchor": true, "reference": "other"});
        again.push(import(&app, &document("record_with_extension"), &other).await);
        // An id local to a notice neither finds nor names a body.
        let finder = document("release_package_of_a_finder");
        let once = import(&app, &finder, &anchor).await.json();
        let other_ocid = finder.replace("ocds-example-finder-1", "ocds-example-finder-2");
        let twice = import(&app, &other_ocid, &anchor).await.json();
        assert_eq!(twice["buyer"]["added"], true);
        assert_ne!(
            once["buyer"]["organisation"],
            twice["buyer"]["organisation"]
        );
        assert_eq!(twice["supplier"]["added"], false);
        let id = once["buyer"]["organisation"].as_str().unwrap();
        let buyer = app.get(&format!("/v1/organisations/{id}")).await.json();
        assert_eq!(buyer["identifiers"], json!([]));
        // Held by another anchor institution, the buyer is not added.
        let holder = json!({"held_by": first_json["buyer"]["organisation"]});
        held.push(import(&app, &document("value_only_in_the_tender"), &holder).await);
        let supplier = json!({"held_by": first_json["supplier"]["organisation"]});
        not_anchor.push(import(&app, &document("amounts_of_zero"), &supplier).await);
        let known = app.get("/v1/organisations").await.json();
        assert_eq!(known["items"].as_array().unwrap().len(), 5);
        assert_eq!(
            app.get("/v1/contracts").await.json()["items"]
                .as_array()
                .unwrap()
                .len(),
            5
        );
        app.stop().await;
    }
    insta::assert_snapshot!("import_again", same_on_each(&again));
    insta::assert_snapshot!("import_held_by_another", same_on_each(&held));
    insta::assert_snapshot!("import_not_an_anchor", same_on_each(&not_anchor));
}

#[tokio::test]
async fn amounts_and_days_are_read_as_written_or_refused() {
    let apps = App::on_each().await;
    let app = &apps[0];
    let record = document("record_with_extension");
    let anchor = json!({"anchor": true});
    for (from, to, pointer, code) in [
        ("395493", "1e5", "/value/amount", "bad_amount"),
        ("395493", "395493.001", "/value/amount", "bad_amount"),
        ("395493", "-1", "/value/amount", "bad_amount"),
        ("395493", "\"395493\"", "/value/amount", "bad_amount"),
        ("395493", "99999999999999999", "/value/amount", "bad_amount"),
        ("395493", "true", "/value/amount", "bad_amount"),
        ("\"GBP\"", "null", "/value", "currency_not_gbp"),
        (
            "2026-10-05T",
            "2026-02-30T",
            "/period/startDate",
            "not_a_day",
        ),
        (
            "2026-10-05T",
            "٢٠٢٦-10-05T",
            "/period/startDate",
            "not_a_day",
        ),
        (
            "2026-10-05T",
            "05/10/2026 ",
            "/period/startDate",
            "not_a_day",
        ),
        (
            "2026-10-05T",
            "2010-10-05T",
            "/period/startDate",
            "day_out_of_range",
        ),
        (
            "2027-03-31T",
            "2026-03-31T",
            "/period/endDate",
            "days_disordered",
        ),
        (
            "\"amount\"",
            "\"amount\": 1, \"amount\"",
            "/value/amount",
            "duplicate_key",
        ),
        ("Restoration of", "\\u0007", "/title", "control_character"),
        (
            "Larkfield Works",
            "\\u001b[2J",
            "/name",
            "control_character",
        ),
    ] {
        let edited = record.replace(from, to);
        assert_ne!(edited, record, "{from}");
        let answer = import(app, &edited, &anchor).await;
        let faults = answer.faults();
        assert_eq!(answer.status, 422, "{to}: {}", answer.text);
        let found = faults
            .iter()
            .any(|(at, said)| at.starts_with("/document") && at.ends_with(pointer) && said == code);
        assert!(found, "{to}: {faults:?}");
    }
    assert_eq!(
        app.get("/v1/organisations").await.json()["items"],
        json!([])
    );
    for (to, shown) in [
        ("395493.50", "395493.50"),
        ("44341.250", "44341.25"),
        ("0.01", "0.01"),
    ] {
        let app = App::on_each().await.remove(0);
        let answer = import(&app, &record.replace("395493", to), &anchor).await;
        assert_eq!(
            answer.json()["contract"]["current"]["value"],
            shown,
            "{}",
            answer.text
        );
        app.stop().await;
    }
}

#[tokio::test]
async fn hostile_documents_are_answered() {
    let apps = App::on_each().await;
    let app = &apps[0];
    let anchor = json!({"anchor": true});
    let many = format!(
        "{{\"contracts\":[{}]}}",
        vec!["{\"id\":\"a\"}"; 20_000].join(",")
    );
    let twins = format!("{{{}}}", vec!["\"a\":1"; 5_000].join(","));
    let deep = format!("{}1{}", "[".repeat(2_000), "]".repeat(2_000));
    for (text, status) in [
        ("7", 422),
        ("[]", 422),
        ("\"x\"", 422),
        ("{\"records\": 7}", 422),
        ("{\"records\": [7]}", 422),
        ("{\"records\": [[[]]]}", 422),
        ("{\"releases\": {\"a\": 1}}", 422),
        ("{\"compiledRelease\": []}", 422),
        (
            "{\"contracts\": {\"id\": 1}, \"parties\": \"x\", \"buyer\": 7}",
            422,
        ),
        (
            "{\"contracts\": [{\"id\": {}, \"period\": 7, \"value\": []}]}",
            422,
        ),
        (
            "{\"awards\": [null, 1, \"\"], \"buyer\": {\"id\": []}}",
            422,
        ),
        (
            "{\"tender\": {\"lots\": [{}], \"value\": {\"amount\": {}}}}",
            422,
        ),
        (many.as_str(), 422),
        (twins.as_str(), 422),
        (deep.as_str(), 400),
    ] {
        let answer = import(app, text, &anchor).await;
        let shown: String = text.chars().take(80).collect();
        assert_eq!(answer.status, status, "{shown}: {}", answer.text);
        assert!(answer.text.len() < 20_000, "{shown}: {}", answer.text.len());
    }
}

/// Real notices lie beside some checkouts, never inside the repository.
#[tokio::test]
async fn real_notices_are_imported_where_there_are_some() {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/samples/ocds"
    ));
    if !folder.is_dir() {
        println!("left out: there are no real notices beside this checkout");
        return;
    }
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    for app in App::on_each().await {
        let anchor = json!({"anchor": true});
        let works = import(&app, &text("fts_record_award_contract.json"), &anchor).await;
        let json = works.json();
        assert_eq!(works.status, 201, "{}", works.text);
        let contract = &json["contract"];
        assert_eq!(contract["starts_on"], "2026-10-05");
        assert_eq!(contract["current"]["value"], "395493.00");
        assert_eq!(contract["current"]["value_gross"], "438981.00");
        assert_eq!(contract["current"]["ends_on"], "2027-03-31");
        assert_eq!(contract["current"]["may_extend_to"], "2028-03-31");
        assert_eq!(contract["ocid"], "ocds-h6vhtk-0525b3");
        assert_eq!(json["value_from"], "contract");
        assert_eq!(json["warnings"], json!([]));
        let anchor = json!({"anchor": true, "buyer_kind": "business"});
        let licences = import(&app, &text("cf_ocds_release_package_award.json"), &anchor).await;
        let json = licences.json();
        let contract = &json["contract"];
        assert_eq!(contract["current"]["value"], "44341.25");
        assert_eq!(contract["current"]["value_gross"], Value::Null);
        assert_eq!(contract["starts_on"], "2022-11-17");
        assert_eq!(contract["current"]["ends_on"], "2024-03-31");
        assert_eq!(json["value_from"], "award");
        // Its days lie before the first period there is a label for.
        let old = import(&app, &text("ocds11_fictional_record_package.json"), &anchor).await;
        let faults = old.faults();
        assert_eq!(faults.len(), 1, "{}", old.text);
        assert_eq!(faults[0].1, "day_out_of_range");
        assert!(faults[0].0.ends_with("/contracts/0/period/startDate"));
        app.stop().await;
    }
}
