//! The document of the API: committed, complete, and served with a page that needs no network.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::app::App;
use crate::support::databases::sqlite;
use crate::support::documented::resolved;

fn document() -> Value {
    serde_json::to_value(goodmeasure::http::document()).unwrap()
}

/// Path, method and operation of each.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if ["get", "put", "post", "delete", "patch"].contains(&method.as_str()) {
                found.push((path.clone(), method.clone(), operation.clone()));
            }
        }
    }
    found
}

#[test]
fn the_committed_document_is_that_of_the_routes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let made = goodmeasure::http::document().to_pretty_json().unwrap();
    // Not `assert_eq!`: two such texts on a screen help nobody.
    assert!(
        committed.trim_end() == made,
        "openapi/openapi.json is not what the routes say; write it anew and read what changed:\n  \
         cargo run -- openapi > openapi/openapi.json"
    );
}

#[test]
fn every_operation_is_told_whole() {
    let document = document();
    let mut ids = BTreeSet::new();
    let mut faults = Vec::new();
    for (path, method, operation) in operations(&document) {
        let name = format!("{} {path}", method.to_uppercase());
        let text = |key: &str| operation[key].as_str().unwrap_or_default();
        for key in ["summary", "description"] {
            if text(key).trim().is_empty() {
                faults.push(format!("{name}: no {key}"));
            }
        }
        if text("operationId").is_empty() || !ids.insert(text("operationId").to_owned()) {
            faults.push(format!("{name}: no operationId of its own"));
        }
        if operation["tags"].as_array().is_none_or(Vec::is_empty) {
            faults.push(format!("{name}: no tag"));
        }
        faults.extend(parameters(&path, &operation).map(|fault| format!("{name}: {fault}")));
        let responses = operation["responses"].as_object().unwrap();
        faults.extend(statuses(&method, &path, responses).map(|fault| format!("{name}: {fault}")));
        let body = &operation["requestBody"]["content"]["application/json"];
        if !body.is_null() && !has_example(&document, body) {
            faults.push(format!("{name}: no example of its body"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Parameters of the path are declared, and every one is described.
fn parameters<'a>(path: &'a str, operation: &'a Value) -> impl Iterator<Item = String> + 'a {
    let declared = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| resolved(one).clone())
        .collect::<Vec<_>>();
    let names: BTreeSet<String> = declared
        .iter()
        .filter(|one| one["in"] == "path")
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    let in_path: BTreeSet<String> = path
        .split('/')
        .filter_map(|part| Some(part.strip_prefix('{')?.strip_suffix('}')?.to_owned()))
        .collect();
    let bare = declared
        .into_iter()
        .filter(|one| one["description"].as_str().is_none_or(str::is_empty))
        .map(|one| format!("parameter {} is not described", one["name"]));
    let undeclared = (names != in_path).then(|| format!("path says {in_path:?}, not {names:?}"));
    bare.chain(undeclared)
}

/// What each kind of operation can answer, with its codes.
fn statuses<'a>(
    method: &'a str,
    path: &'a str,
    responses: &'a serde_json::Map<String, Value>,
) -> impl Iterator<Item = String> + 'a {
    let mut expected: Vec<&str> = Vec::new();
    if path.starts_with("/v1/") {
        expected.extend(["406", "429", "500", "503"]);
        if !path.starts_with("/v1/public/") {
            expected.extend(["401", "403"]);
        }
        if path.contains('{') {
            expected.push("404");
        }
        if method != "get" {
            expected.extend(["400", "408", "413", "415", "422"]);
        }
        if method == "get" {
            expected.push("304");
        }
    }
    let missing = expected
        .into_iter()
        .filter(|status| !responses.contains_key(*status))
        .map(|status| format!("{status} is not documented"));
    let good = !responses.keys().any(|status| status.starts_with('2'));
    let none = good.then(|| "no good answer is documented".to_owned());
    let bare = responses.iter().filter_map(|(status, response)| {
        let response = resolved(response);
        let problem = status.starts_with('4') || status.starts_with('5');
        let described = response["description"].as_str().unwrap_or_default();
        let typed = response["content"]["application/problem+json"].is_object();
        (problem && !(described.starts_with('`') && typed))
            .then(|| format!("{status} names no code, or no problem"))
    });
    missing.chain(none).chain(bare)
}

fn has_example(document: &Value, body: &Value) -> bool {
    let reference = body["schema"]["$ref"].as_str().unwrap_or_default();
    let named = reference.strip_prefix("#/components/schemas/");
    let schema = &document["components"]["schemas"][named.unwrap_or_default()];
    [&body["example"], &body["examples"], &schema["example"]]
        .iter()
        .any(|example| !example.is_null())
}

/// A client made from the document refuses what the server would refuse: a slip in a name, a page without end.
#[test]
fn what_a_field_may_hold_is_told_wherever_it_stands() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut faults = Vec::new();
    for (name, schema) in schemas.iter().filter(|(name, _)| name.ends_with("Body")) {
        if schema["additionalProperties"] != false {
            faults.push(format!("{name} takes fields that it does not know"));
        }
    }
    for (path, method, operation) in operations(&document) {
        for one in operation["parameters"].as_array().into_iter().flatten() {
            let one = resolved(one);
            let schema = &one["schema"];
            let told = match one["name"].as_str().unwrap() {
                "limit" => schema["minimum"] == 1 && schema["maximum"] == 200,
                "cursor" | "period" | "by" | "stage" => schema["pattern"].is_string(),
                "from" | "to" => schema["format"] == "date" || schema["pattern"].is_string(),
                _ => true,
            };
            if !told {
                faults.push(format!("{method} {path}: {}: {schema}", one["name"]));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let day = &schemas["ContractListed"]["properties"]["starts_on"];
    assert_eq!(day["format"], "date");
    let unit = &schemas["UnitConversionShown"]["properties"]["from"];
    assert!(unit["format"].is_null(), "a unit is not a day: {unit}");
}

#[test]
fn every_promised_path_is_there() {
    let document = document();
    let there: BTreeSet<String> = operations(&document)
        .into_iter()
        .map(|(path, method, _)| format!("{} {path}", method.to_uppercase()))
        .collect();
    for promised in [
        "POST /v1/organisations",
        "GET /v1/organisations",
        "GET /v1/organisations/{id}",
        "POST /v1/places",
        "GET /v1/places",
        "GET /v1/places/{code}",
        "GET /v1/taxonomies",
        "GET /v1/taxonomies/{code}",
        "GET /v1/measures",
        "GET /v1/measures/{code}",
        "GET /v1/series",
        "GET /v1/series/{name}",
        "POST /v1/series",
        "GET /v1/proxy-editions",
        "GET /v1/proxy-editions/{set}/{edition}",
        "GET /v1/proxy-editions/{set}/{edition}/proxies",
        "GET /v1/proxy-editions/{set}/{edition}/proxies/{measure}",
        "POST /v1/contracts",
        "GET /v1/contracts",
        "GET /v1/contracts/{id}",
        "POST /v1/contract-imports",
        "POST /v1/contracts/{id}/amendments",
        "POST /v1/contracts/{id}/commitments",
        "GET /v1/contracts/{id}/commitments",
        "GET /v1/contracts/{id}/value",
        "PUT /v1/contracts/{id}/returns/{period}",
        "GET /v1/contracts/{id}/returns/{period}",
        "POST /v1/contracts/{id}/returns/{period}/submission",
        "POST /v1/contracts/{id}/returns/{period}/decision",
        "GET /v1/contracts/{id}/returns/{period}/working",
        "GET /v1/returns",
        "GET /v1/roll-ups",
        "POST /v1/calculations",
        "POST /v1/calculations/portfolio",
        "POST /v1/keys",
        "GET /v1/keys",
        "GET /v1/keys/{id}",
        "POST /v1/keys/{id}/rotation",
        "POST /v1/keys/{id}/revocation",
        "GET /healthz",
        "GET /readyz",
    ] {
        assert!(there.contains(promised), "{promised} is not in {there:#?}");
    }
    // Amendments of a commitment, whatever its number is called.
    let amended = |path: &&String| {
        path.starts_with("POST /v1/contracts/{id}/commitments/{") && path.ends_with("}/amendments")
    };
    assert_eq!(there.iter().filter(amended).count(), 1, "{there:#?}");
}

#[tokio::test]
async fn the_document_and_its_page_are_served_without_a_network() {
    let app = App::start(sqlite()).await;
    let served = app.send("GET", "/openapi.json", &[], None).await;
    assert_eq!(served.status, 200);
    assert_eq!(served.json(), document());
    assert_eq!(
        served.json()["openapi"].as_str().unwrap().get(..3),
        Some("3.1")
    );
    let moved = app.send("GET", "/docs", &[], None).await;
    assert_eq!(moved.status, 200, "the client follows the redirect");
    let page = app.send("GET", "/docs/", &[], None).await;
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    // Everything the page asks for is served from here: no other host is named in what loads.
    let loads = page
        .text
        .split(['"', '\''])
        .filter(|text| text.ends_with(".js") || text.ends_with(".css"));
    let assets: Vec<&str> = loads.collect();
    assert!(assets.len() >= 3, "{}", page.text);
    for asset in assets {
        assert!(!asset.contains("//"), "{asset}");
        let path = format!("/docs/{}", asset.trim_start_matches("./"));
        let answer = app.send("GET", &path, &[], None).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.text.is_empty());
    }
    let start = app
        .send("GET", "/docs/swagger-initializer.js", &[], None)
        .await;
    assert!(start.text.contains("/openapi.json"), "{}", start.text);
    app.stop().await;
}

/// What is told of in the document is what is answered: a code is documented where it was seen.
#[tokio::test]
async fn problems_carry_codes_that_the_document_names() {
    let app = App::start(sqlite()).await;
    let text = document().to_string();
    for answer in [
        app.get("/v1/roll-ups?by=colour").await,
        app.get("/v1/places/atlantis").await,
        app.post_text("/v1/calculations", "{").await,
        app.post_text("/v1/calculations", "{}").await,
        app.send("GET", "/v1/places", &[], None).await,
        app.send("POST", "/v1/calculations", &[], None).await,
    ] {
        let code = answer.code();
        assert!(text.contains(&format!("`{code}`")), "{code}");
        let json = answer.json();
        assert_eq!(json["type"], format!("/problems/{code}"));
        assert_eq!(json["status"], answer.status);
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
    }
    app.stop().await;
}

/// Of every code there is an operation that gives it, and an example that fits.
#[test]
fn every_refusal_names_its_codes_and_shows_each() {
    let document = document();
    let listed = &document["components"]["schemas"]["ProblemCode"]["enum"];
    let codes: BTreeSet<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code.as_str().unwrap())
        .collect();
    let mut given = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            if status.as_str() < "400" {
                continue;
            }
            let response = resolved(response);
            let content = &response["content"]["application/problem+json"];
            for (code, example) in content["examples"].as_object().unwrap() {
                let example = &resolved(example)["value"];
                assert_eq!(example["code"], *code, "{method} {path}");
                assert_eq!(example["status"].to_string(), *status, "{code}");
                assert!(codes.contains(code.as_str()), "{code}");
                given.insert(code.clone());
            }
        }
        assert!(operation["x-problems"].is_null(), "{method} {path}");
    }
    // A path without that method is no operation.
    given.insert("method_not_allowed".to_owned());
    // Only one of many items can be behind one that could not be carried out.
    given.insert("not_tried".to_owned());
    let never: Vec<&&str> = codes
        .iter()
        .filter(|code| !given.contains(**code))
        .collect();
    assert!(never.is_empty(), "no operation gives {never:?}");
}

/// An example that cannot be sent teaches a mistake.
#[tokio::test]
async fn examples_of_bodies_can_be_sent_as_they_are() {
    let app = App::start(sqlite()).await;
    let document = document();
    for (path, status) in [
        ("/v1/organisations", 201),
        ("/v1/places", 201),
        ("/v1/calculations", 200),
        ("/v1/calculations/portfolio", 200),
        ("/v1/contract-imports", 201),
    ] {
        let body = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"];
        let reference = body["schema"]["$ref"].as_str().unwrap();
        let name = reference.rsplit('/').next().unwrap();
        let example = &document["components"]["schemas"][name]["example"];
        let answer = app.post(path, example).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
    app.stop().await;
}
