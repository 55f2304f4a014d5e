//! Separation of duties (L7): who submitted a return does not decide it, whatever roles and keys they have.

use goodmeasure::operations::Rules;
use serde_json::{Value, json};

use super::{Town, lines};
use crate::support::app::{Answer, App};
use crate::support::scene::return_of;

/// Puts and submits a quarter of the contract with a key; the path of the return.
async fn submitted(town: &Town, key: &str, period: &str) -> String {
    let path = format!("{}/returns/{period}", town.contract);
    let body = return_of(lines("2")).to_string();
    let put = town.app.with_key(key, "PUT", &path, Some(&body)).await;
    assert!([200, 201].contains(&put.status), "{}", put.text);
    let submission = format!("{path}/submission");
    let submitted = town.app.with_key(key, "POST", &submission, None).await;
    assert_eq!(submitted.status, 200, "{}", submitted.text);
    path
}

async fn decides(app: &App, key: &str, path: &str, decision: &Value) -> Answer {
    let (path, body) = (format!("{path}/decision"), decision.to_string());
    app.with_key(key, "POST", &path, Some(&body)).await
}

fn accept() -> Value {
    json!({"revision": 1, "decision": "accept"})
}

/// Nothing that could be decided is, tried or done, and the answers say before that it cannot be.
async fn cannot_decide(town: &Town, key: &str, path: &str, who: &str) {
    let app = &town.app;
    let read = app.with_key(key, "GET", path, None).await;
    assert_eq!(read.json()["may_decide"], json!(false), "{who}");
    for decision in [
        accept(),
        json!({"revision": 1, "decision": "reject", "reason": "No"}),
        json!({"revision": 1, "decision": "send_back", "reason": "No"}),
    ] {
        let answer = decides(app, key, path, &decision).await;
        let said = (answer.status, answer.code());
        assert_eq!(said, (403, "same_actor".to_owned()), "{who} {decision}");
    }
    let tried = format!("{path}/decision?dry_run=true");
    let body = accept().to_string();
    let answer = app.with_key(key, "POST", &tried, Some(&body)).await;
    assert_eq!(answer.code(), "same_actor", "{who}");
    let after = app.with_key(key, "GET", path, None).await;
    assert_eq!(after.json(), read.json(), "{who}: nothing changed");
}

/// Somebody else may, and the audit has nothing to remark.
async fn another_decides(town: &Town, key: &str, path: &str, who: &str) {
    let app = &town.app;
    let read = app.with_key(key, "GET", path, None).await.json();
    assert_eq!(read["may_decide"], json!(true), "{who}");
    let answer = decides(app, key, path, &accept()).await;
    assert_eq!(answer.status, 200, "{who}: {}", answer.text);
    let decision = last_decision(town).await;
    assert!(decision.is_object(), "{who}: {decision}");
    assert_eq!(decision.get("same_actor"), None, "{who}");
}

/// What the audit says of the last decision.
async fn last_decision(town: &Town) -> Value {
    let path = "/v1/audit?action=decide_return&outcome=done&limit=1";
    town.app.get(path).await.json()["items"][0]["after"].clone()
}

#[tokio::test]
async fn a_person_of_two_roles_does_not_decide_what_they_submitted() {
    for town in Town::on_each().await {
        let (sells, buys) = (&[town.able.as_str()][..], &[town.council.as_str()][..]);
        let mary = town.person("mary", &["sells", "buys"], sells, buys);
        let mary_buys = town.person("mary", &["buys"], &[], buys);
        let mary_turned = town.person("mary", &["buys", "sells"], sells, buys);
        let john = town.person("john", &["sells", "buys"], sells, buys);
        for (period, submits) in [("2026-27-Q3", &mary), ("2026-27-Q4", &mary_turned)] {
            let path = submitted(&town, submits, period).await;
            for (who, token) in [
                ("with the same token", &mary),
                ("as a commissioner alone", &mary_buys),
                ("with the roles the other way round", &mary_turned),
            ] {
                cannot_decide(&town, token, &path, who).await;
            }
            another_decides(&town, &john, &path, "another of both roles").await;
        }
        town.app.stop().await;
    }
}

#[tokio::test]
async fn an_administrator_does_not_decide_what_it_submitted() {
    for town in Town::on_each().await {
        let own = format!("{}/returns/2026-27-Q1", town.contract);
        cannot_decide(&town, &town.app.first_key, &own, "a key").await;
        another_decides(&town, &town.app.second_key, &own, "another key").await;
        let token = town.person("mary", &["administers"], &[], &[]);
        let path = submitted(&town, &token, "2026-27-Q3").await;
        cannot_decide(&town, &token, &path, "a person").await;
        another_decides(&town, &town.app.first_key, &path, "a key for a person").await;
        town.app.stop().await;
    }
}

#[tokio::test]
async fn a_rotated_key_is_the_same_hand_before_and_after() {
    for town in Town::on_each().await {
        let app = &town.app;
        let made = json!({"name": "a", "role": "administrator"});
        let made = app.post("/v1/keys", &made).await.json();
        let text = |made: &Value| made["key"].as_str().unwrap().to_owned();
        let (first, id) = (text(&made), made["id"].as_str().unwrap().to_owned());
        let before = submitted(&town, &first, "2026-27-Q3").await;
        let rotation = format!("/v1/keys/{id}/rotation");
        let next = text(&app.post(&rotation, &json!({})).await.json());
        let after = submitted(&town, &next, "2026-27-Q4").await;
        for (path, submits) in [(&before, "the old key"), (&after, "the new key")] {
            for (key, decides) in [(&first, "the old key"), (&next, "the new key")] {
                let who = format!("{submits} submits, {decides} decides");
                cannot_decide(&town, key, path, &who).await;
            }
            another_decides(&town, &app.second_key, path, "another key").await;
        }
        town.app.stop().await;
    }
}

#[tokio::test]
async fn a_tiny_body_may_let_its_administrator_decide_and_the_audit_says_so() {
    let rules = Rules {
        administrators_decide_own: true,
    };
    for town in Town::on_each_under(rules).await {
        let (sells, buys) = (&[town.able.as_str()][..], &[town.council.as_str()][..]);
        let mary = town.person("mary", &["sells", "buys"], sells, buys);
        let path = submitted(&town, &mary, "2026-27-Q3").await;
        cannot_decide(&town, &mary, &path, "who is no administrator").await;
        another_decides(&town, &town.app.second_key, &path, "another").await;
        let alone = town.person("alone", &["administers"], &[], &[]);
        for (who, key, period) in [
            ("a key", &town.app.first_key, "2026-27-Q1"),
            ("a person", &alone, "2026-27-Q4"),
        ] {
            let path = match period {
                "2026-27-Q1" => format!("{}/returns/{period}", town.contract),
                _ => submitted(&town, key, period).await,
            };
            let read = town.app.with_key(key, "GET", &path, None).await.json();
            assert_eq!(read["may_decide"], json!(true), "{who}");
            let decided = decides(&town.app, key, &path, &accept()).await;
            assert_eq!(decided.status, 200, "{who}: {}", decided.text);
            let said = last_decision(&town).await;
            assert_eq!(said["same_actor"], json!(true), "{who}: {said}");
        }
        town.app.stop().await;
    }
}

/// The setting reaches the server from its flag and from the environment, and is off without either.
#[tokio::test]
async fn the_operator_says_so_at_start() {
    use crate::support::databases::sqlite;
    use crate::support::process::{KEY, Server, migrate};
    let variable = ("GOODMEASURE_ADMINISTRATORS_DECIDE_OWN", "true");
    for (arguments, variables, status) in [
        (&[][..], &[][..], 403),
        (&["--administrators-decide-own"][..], &[][..], 200),
        (&[][..], &[variable][..], 200),
    ] {
        let database = sqlite();
        migrate(database.url());
        let log = std::process::Stdio::null();
        let server = Server::start_as(database.url(), arguments, variables, log);
        let sent = async |method: &str, path: &str, body: Value| {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let method = method.parse().unwrap();
            let request = client.request(method, format!("{}{path}", server.base));
            let request = request
                .bearer_auth(KEY)
                .header("content-type", "application/json");
            let request = match path.ends_with("/submission") {
                true => request.header("if-match", "*"),
                false => request,
            };
            let answer = request.body(body.to_string()).send().await.unwrap();
            let status = answer.status().as_u16();
            let json: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            (status, json)
        };
        let id = |answer: (u16, Value)| answer.1["id"].as_str().unwrap().to_owned();
        let council = json!({"name": "A Council", "kind": "council", "anchor_institution": true});
        let council = id(sent("POST", "/v1/organisations", council).await);
        let works = json!({"name": "A Works", "kind": "business"});
        let works = id(sent("POST", "/v1/organisations", works).await);
        let contract = json!({
            "reference": "C-1", "title": "Repairs", "supplier": works,
            "anchor_institutions": [{"organisation": council}],
            "starts_on": "2026-04-01", "ends_on": "2027-03-31",
            "proxy_edition": "open-uk/2026", "reporting": "quarterly"
        });
        let contract = id(sent("POST", "/v1/contracts", contract).await);
        let path = format!("/v1/contracts/{contract}/returns/2026-27-Q1");
        sent("PUT", &path, return_of(lines("1"))).await;
        sent("POST", &format!("{path}/submission"), json!({})).await;
        let decided = sent("POST", &format!("{path}/decision"), accept()).await;
        assert_eq!(
            decided.0, status,
            "{arguments:?} {variables:?}: {}",
            decided.1
        );
    }
}
