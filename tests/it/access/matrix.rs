//! Every operation of the route table as everybody who may come, against one table.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::table::{CASES, TABLE};
use super::{NOBODY, Town, lines};
use crate::support::app::Answer;
use crate::support::scene::{added, changed, return_of};
use crate::support::tables;

/// Methods and paths of the API.
fn routes() -> BTreeSet<(String, String)> {
    let document = serde_json::to_value(goodmeasure::http::document()).unwrap();
    let mut routes = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys();
        let methods = methods.filter(|method| *method != "parameters");
        if path.starts_with("/v1/") {
            routes.extend(methods.map(|method| (path.clone(), method.to_uppercase())));
        }
    }
    routes
}

/// Rows of words; the first row names the columns, where there is one.
fn rows(table: &str) -> Vec<String> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines = table.lines().map(words);
    lines.filter(|line| !line.is_empty()).collect()
}

/// Who asks, by the names of the table, each with a key or a token.
async fn personas(town: &Town) -> Vec<(&'static str, Option<String>)> {
    let app = &town.app;
    let key = async |role: &str, organisation: &str| {
        let of: Vec<&str> = std::iter::once(organisation)
            .filter(|id| !id.is_empty())
            .collect();
        Some(app.key_of(role, &of).await)
    };
    let both = town.person("both", &["sells", "buys"], &[&town.able], &[&town.hospital]);
    vec![
        ("admin", Some(app.second_key.clone())),
        ("holder", key("commissioner", &town.council).await),
        ("former", key("commissioner", &town.former).await),
        ("foreign", key("commissioner", &town.hospital).await),
        ("supplier", key("supplier", &town.able).await),
        ("other", key("supplier", &town.baker).await),
        ("analyst", key("analyst", "").await),
        ("both", Some(both)),
        ("public", None),
        ("elsewhere", Some(town.administrator_elsewhere().await)),
    ]
}

/// What the parameters of paths stand for, and who holds what.
struct Things {
    key: String,
    series: String,
    /// What was published of the holder, for everybody.
    publication: String,
}

impl Things {
    async fn of(town: &Town) -> Self {
        let key = json!({"name": "Dashboard", "role": "analyst"});
        let key = added(&town.app, "/v1/keys", &key).await;
        let series = town.app.get("/v1/series?limit=1").await.json();
        let series = series["items"][0]["name"].as_str().unwrap().to_owned();
        let whose = json!({"title": "Ours", "anchor_institution": town.council, "public": true});
        let publication = added(&town.app, "/v1/publications", &whose).await;
        for (edition, steps) in [("draft", 0), ("proposed", 1), ("approved", 2), ("out", 3)] {
            tables::governed(&town.app, "matrix", edition, steps).await;
        }
        let jobs = "Ref,Measure,Unit,Proxy Value,Value column,Quantity kind\n\
                    local-job-fte,Local people in work,full-time equivalent,12000,local_economic,average_over_period\n";
        let said = json!({"table": jobs, "redistribution": "allowed"});
        let rebased = tables::body_with("matrix", "jobs", said);
        tables::govern(&town.app, &rebased, 3).await;
        let path = format!("/v1/contracts/{}/rebasings", town.contract_id());
        for edition in ["matrix/jobs", "open-uk/2026"] {
            let body = json!({"proxy_edition": edition, "reason": "Agreed"});
            assert_eq!(town.app.post(&path, &body).await.status, 201);
        }
        Self {
            key,
            series,
            publication,
        }
    }

    /// The path with what exists in the place of its parameters.
    fn fill(&self, town: &Town, method: &str, path: &str) -> String {
        let id = match path.split('/').nth(2).unwrap() {
            "contracts" => town.contract_id(),
            "organisations" => town.baker.as_str(),
            "keys" => self.key.as_str(),
            "publications" | "public" => self.publication.as_str(),
            other => other,
        };
        let period = match (method, path.rsplit('/').next()) {
            ("PUT", _) => "2026-27-Q3",
            (_, Some("submission")) => "2026-27-Q2",
            _ => "2026-27-Q1",
        };
        let code = match path.split('/').nth(2).unwrap() {
            "places" => "halton",
            "taxonomies" => "marmot",
            _ => "local-job-fte",
        };
        let edition = match (method, path.rsplit('/').next()) {
            ("GET", _) => "open-uk/2026",
            (_, Some("approval")) => "matrix/proposed",
            (_, Some("publication")) => "matrix/approved",
            (_, Some("withdrawal")) => "matrix/out",
            _ => "matrix/draft",
        };
        let path = match path.rsplit_once('/') {
            Some((_, "difference")) if path.contains("{edition}") => {
                format!("{path}?from=example/1")
            }
            Some(("/v1/roll-ups", "working")) => format!(
                "{path}?by=contract,measure&stage=claimed&cell_contract={}&cell_measure=local-job-fte",
                town.contract_id()
            ),
            _ => path.to_owned(),
        };
        let filled = path
            .replace("{id}", id)
            .replace("{period}", period)
            .replace("{code}", code)
            .replace("{measure}", "local-job-fte")
            .replace("{set}/{edition}", edition)
            .replace("{name}", &self.series)
            .replace("{partnership}", "default")
            .replace("{number}", "1")
            .replace("{version}", "2");
        assert!(
            !filled.contains('{'),
            "say what stands for a part of {path}"
        );
        filled
    }
}

/// The lightest body that is taken.
fn body(town: &Town, path: &str) -> Value {
    match path.trim_start_matches("/v1/") {
        "calculations" => json!({"edition": "open-uk/2026", "lines": [
            {"measure": "car-miles-saved", "period": "2026-27", "quantity": "1"}
        ]}),
        "calculations/appraisal" => json!({"schedule": "discount-rates/standard", "costs": [
            {"label": "Programme", "amount": "1"}
        ]}),
        "calculations/portfolio" => json!({"edition": "open-uk/2026"}),
        "contract-imports" => import(json!({"held_by": town.council})),
        "contracts/bulk" => items_of(body(town, "/v1/contracts")),
        "commitments/bulk" => items_of(
            json!({"contract": town.contract_id(), "measure": "car-miles-saved", "target": "1"}),
        ),
        "returns/bulk" => {
            let of = json!({"contract": town.contract_id(), "period": "2026-27-Q3"});
            items_of(changed(return_of(lines("3")), of))
        }
        "contracts" => town.contract_body("NEW", &town.council, &town.able),
        "contracts/{id}/amendments" => {
            json!({"effective_on": "2026-08-01", "reason": "Agreed", "title": "Repairs"})
        }
        "contracts/{id}/commitments" => json!({"measure": "volunteering-hours", "target": "10"}),
        "contracts/{id}/commitments/{number}/amendments" => {
            json!({"effective_on": "2026-08-01", "reason": "Agreed", "target": "19"})
        }
        "contracts/{id}/rebasings" => json!({"proxy_edition": "matrix/jobs", "reason": "Agreed"}),
        "contracts/{id}/returns/{period}" => return_of(lines("3")),
        "contracts/{id}/returns/{period}/decision" => json!({"revision": 1, "decision": "accept"}),
        "keys" => json!({"name": "New", "role": "analyst"}),
        "organisations" => json!({"name": "Dyer Ltd", "kind": "business"}),
        "proxy-editions" => tables::body("matrix", "new"),
        "proxy-editions/{set}/{edition}" => tables::body("matrix", "draft"),
        "proxy-editions/{set}/{edition}/approval" => json!({"revision": 1, "decision": "approve"}),
        "proxy-editions/{set}/{edition}/withdrawal" => json!({"reason": "Ended"}),
        path if path.starts_with("proxy-editions/") => json!({"revision": 1}),
        "series" => tables::series("matrix", "1", "calendar", &[("2026", None)]),
        "publications" => json!({"title": "New"}),
        "publications/{id}/access" => json!({"public": true}),
        "places" => json!({"name": "Sutton Park", "kind": "ward", "parent": "st-helens"}),
        _ => json!({}),
    }
}

fn items_of(item: Value) -> Value {
    json!({ "items": [item] })
}

fn import(changes: Value) -> Value {
    let buyer = json!({"id": "b", "name": "A Council", "roles": ["buyer"], "identifier": {"scheme": "GB-LAC", "id": "X"}});
    let seller = json!({"id": "s", "name": "A Works", "roles": ["supplier"], "identifier": {"scheme": "GB-COH", "id": "1"}});
    let award = json!({
        "id": "1", "title": "Paths", "suppliers": [{"id": "s", "name": "A Works"}],
        "value": {"amount": 5, "currency": "GBP"},
        "contractPeriod": {"startDate": "2026-10-01T00:00:00Z", "endDate": "2027-03-31T23:59:59Z"}
    });
    let document = json!({
        "ocid": "ocds-example-000001", "tag": ["award"], "buyer": {"id": "b", "name": "A Council"},
        "parties": [buyer, seller], "awards": [award]
    });
    changed(json!({ "document": document }), changes)
}

/// Sends it so that nothing is kept: the order in which all this is asked does not matter.
async fn ask(
    town: &Town,
    key: Option<&str>,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Answer {
    let app = &town.app;
    let path = match method {
        "GET" => path.to_owned(),
        _ if path.starts_with("/v1/calculations") => path.to_owned(),
        _ => format!("{path}?dry_run=true"),
    };
    let text = body.map(Value::to_string);
    let answer = match key {
        Some(key) => app.with_key(key, method, &path, text.as_deref()).await,
        None => {
            let json = ("content-type", "application/json");
            app.send(method, &path, &[json], text.map(String::into_bytes))
                .await
        }
    };
    of_one_item(answer)
}

/// What became of the only item of a call of many: that is what its sender may.
fn of_one_item(mut answer: Answer) -> Answer {
    let json = serde_json::from_str::<Value>(&answer.text).unwrap_or_default();
    if let (200, Some(status)) = (answer.status, json["items"][0]["status"].as_u64()) {
        answer.status = u16::try_from(status).unwrap();
        answer.text = json["items"][0]["problem"].to_string();
    }
    answer
}

/// The word for an answer; `twin` is the answer about what does not exist, where the path names something.
fn word(persona: &str, asked: &str, answer: &Answer, twin: Option<&Answer>) -> &'static str {
    let of_another = persona == "elsewhere" && answer.status == 422;
    match (answer.status, answer.code_or_none().as_deref()) {
        (200 | 201, _) => "yes",
        // Whoever administers another partnership may do it, with what there is in their own.
        (422, Some("invalid")) if of_another => "yes",
        (401, Some("unauthorised")) => "key",
        (403, Some("may_not" | "values_kept")) => "no",
        (404, Some("not_found")) => {
            let twin = twin.unwrap_or_else(|| panic!("{asked} as {persona}: {}", answer.text));
            assert_eq!(answer.text, twin.text, "{asked} as {persona}");
            assert_eq!(
                answer.told_headers(),
                twin.told_headers(),
                "{asked} as {persona}"
            );
            "hidden"
        }
        _ => panic!("{asked} as {persona}: {} {}", answer.status, answer.text),
    }
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says() {
    let routes = routes();
    for town in Town::on_each().await {
        let (personas, things) = (personas(&town).await, Things::of(&town).await);
        let names: Vec<&str> = personas.iter().map(|(name, _)| *name).collect();
        let mut found = vec![names.join(" ")];
        for (path, method) in &routes {
            let asked = format!("{method} {path}");
            let filled = things.fill(&town, method, path);
            let sent = body(&town, path);
            let mut row = vec![asked.clone()];
            for (persona, key) in &personas {
                let ask = async |path: &str, sent: &Value| {
                    let sent = (method != "GET").then_some(sent);
                    ask(&town, key.as_deref(), method, path, sent).await
                };
                let answer = ask(&filled, &sent).await;
                let mut twin = None;
                if answer.status == 404 {
                    let id = match (path.contains("{id}"), path.contains("{set}")) {
                        (true, _) => filled.split('/').nth(3).unwrap(),
                        (_, true) => filled.split('/').nth(4).unwrap(),
                        _ => town.contract_id(),
                    };
                    let nothing = sent.to_string().replace(id, NOBODY);
                    let nothing = serde_json::from_str(&nothing).unwrap();
                    twin = Some(ask(&filled.replace(id, NOBODY), &nothing).await);
                }
                row.push(word(persona, &asked, &answer, twin.as_ref()).to_owned());
            }
            found.push(row.join(" "));
        }
        for (row, expected) in found.iter().zip(rows(TABLE)) {
            assert_eq!(*row, expected, "what was found, and what the table says");
        }
        assert_eq!(found.len(), rows(TABLE).len(), "a row for each route");
        cases(&town, &personas).await;
        let (operations, columns) = (found.len() - 1, names.len());
        println!("the matrix: {operations} operations x {columns} personas");
        town.app.stop().await;
    }
}

/// Bodies that decide who may send them.
async fn cases(town: &Town, personas: &[(&'static str, Option<String>)]) {
    let anchor = json!({"name": "A Trust", "kind": "nhs_provider", "anchor_institution": true});
    let of_foreign = town.contract_body("NEW", &town.hospital, &town.baker);
    let mut with_foreign = of_foreign.clone();
    with_foreign["anchor_institutions"] = json!([
        {"organisation": town.council, "share": "1/2"}, {"organisation": town.hospital, "share": "1/2"}
    ]);
    let bodies = [
        ("/v1/organisations", anchor),
        ("/v1/contracts", of_foreign),
        ("/v1/contracts", with_foreign),
        ("/v1/contract-imports", import(json!({"anchor": true}))),
    ];
    let kept = json!({"edition": "matrix/out", "lines": [
        {"measure": "ZZ2", "period": "2026-27", "quantity": "1"}
    ]});
    let reads = [
        ("GET", "/v1/proxy-editions/matrix/draft", None),
        ("POST", "/v1/calculations", Some(kept)),
    ];
    let posts = bodies.map(|(path, body)| ("POST", path, Some(body)));
    let asked: Vec<_> = posts.into_iter().chain(reads).collect();
    let expected = rows(CASES);
    assert_eq!(asked.len(), expected.len());
    for ((method, path, body), expected) in asked.iter().zip(expected) {
        let words = expected.split(' ').count() - personas.len();
        let name: Vec<&str> = expected.split(' ').take(words).collect();
        let mut row = vec![name.join(" ")];
        for (persona, key) in personas {
            let answer = ask(town, key.as_deref(), method, path, body.as_ref()).await;
            let twin = path.replace("matrix", "nobody");
            let twin = ask(town, key.as_deref(), method, &twin, body.as_ref()).await;
            row.push(word(persona, path, &answer, Some(&twin)).to_owned());
        }
        assert_eq!(
            row.join(" "),
            expected,
            "what was found, and what the table says"
        );
    }
}

/// Another partnership is not only closed: from within one's own it is not there.
#[tokio::test]
async fn another_partnership_lists_its_own_alone() {
    for town in Town::on_each().await {
        let key = town.administrator_elsewhere().await;
        for path in ["/v1/contracts", "/v1/organisations"] {
            let listed = town.app.with_key(&key, "GET", path, None).await;
            assert_eq!(listed.json(), json!({"items": []}), "{path}");
        }
        let all = "/v1/roll-ups?by=contract&stage=committed,claimed,evidenced,verified";
        let rolled = town.app.with_key(&key, "GET", all, None).await.json();
        assert_eq!(
            (&rolled["rows"], &rolled["totals"]),
            (&json!([]), &json!([]))
        );
        let ours = town.app.get("/v1/keys").await.json();
        for path in ["/v1/keys", "/v1/audit"] {
            let listed = town.app.with_key(&key, "GET", path, None).await;
            assert_eq!(listed.status, 200);
            for one in ours["items"].as_array().unwrap() {
                let id = one["id"].as_str().unwrap();
                assert!(!listed.text.contains(id), "{path}: {}", listed.text);
            }
        }
        town.app.stop().await;
    }
}

/// Every row of the policy's own table of operations is one of the API, and the other way round.
#[test]
fn every_action_has_a_route() {
    let source = include_str!("../../../src/http/access.rs");
    let (_, rest) = source.split_once("pub fn action(").unwrap();
    let (table, _) = rest.split_once("_ => return None").unwrap();
    let mut known = BTreeSet::new();
    for pattern in table.split('(').skip(1) {
        let pattern = pattern.split(')').next().unwrap_or_default();
        let quoted: Vec<&str> = pattern.split('"').skip(1).step_by(2).collect();
        let (paths, methods): (Vec<&str>, Vec<&str>) =
            quoted.iter().partition(|text| text.starts_with('/'));
        for path in paths {
            for method in &methods {
                let asked = goodmeasure::http::action(method, path);
                assert!(asked.is_some(), "{method} {path} is read wrongly here");
                known.insert((path.to_owned(), (*method).to_owned()));
            }
        }
    }
    assert_eq!(known, routes());
}
