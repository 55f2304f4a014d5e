//! What stops a request at the door: keys, paths, methods, types and sizes, on every route of a contract.

use serde_json::json;

use goodmeasure::operations::open_partnership::open_partnership;

use crate::support::app::{Answer, App, same_on_each};
use crate::support::databases::sqlite;
use crate::support::scene::Scene;

/// Method and path below a contract, each with whether it takes a body.
const ROUTES: &[(&str, &str, bool)] = &[
    ("GET", "", false),
    ("GET", "/value", false),
    ("GET", "/amendments", false),
    ("POST", "/amendments", true),
    ("GET", "/amendments/2", false),
    ("GET", "/commitments", false),
    ("POST", "/commitments", true),
    ("GET", "/commitments/1", false),
    ("GET", "/commitments/1/amendments", false),
    ("POST", "/commitments/1/amendments", true),
    ("GET", "/commitments/1/amendments/2", false),
    ("GET", "/returns", false),
    ("GET", "/returns/2026-27-Q1", false),
    ("PUT", "/returns/2026-27-Q1", true),
    ("POST", "/returns/2026-27-Q1/submission", true),
    ("POST", "/returns/2026-27-Q1/decision", true),
    ("GET", "/returns/2026-27-Q1/working", false),
];

async fn send(
    app: &App,
    key: &str,
    method: &str,
    path: &str,
    body: Option<&[u8]>,
    kind: &str,
) -> Answer {
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
    app.send(method, path, &headers, body.map(<[u8]>::to_vec))
        .await
}

const JSON: &str = "application/json";

#[tokio::test]
async fn nobody_comes_in_without_a_living_key() {
    for app in App::on_each().await {
        let contract = Scene::set(&app).await.add_contract(&app, json!({})).await;
        let routes = ROUTES
            .iter()
            .map(|(method, path, body)| (*method, format!("{contract}{path}"), *body));
        let all = routes.chain([
            ("GET", "/v1/contracts".to_owned(), false),
            ("POST", "/v1/contracts".to_owned(), true),
        ]);
        for (method, path, body) in all {
            let body = body.then_some(b"{}".as_slice());
            let none = app
                .send(
                    method,
                    &path,
                    &[("content-type", JSON)],
                    body.map(<[u8]>::to_vec),
                )
                .await;
            assert_eq!(
                (none.status, none.code().as_str()),
                (401, "unauthorised"),
                "{method} {path}"
            );
            assert_eq!(none.header("www-authenticate"), Some("Bearer"));
            for key in [
                "gm_default_0000",
                "gm_other_00",
                "\u{e9}",
                "",
                &app.first_key[..20],
            ] {
                let answer = send(&app, key, method, &path, body, JSON).await;
                assert_eq!(
                    (answer.status, answer.code().as_str()),
                    (401, "unauthorised"),
                    "{method} {path} {key}"
                );
            }
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_ones_own_is_not_found() {
    let mut answers = vec![];
    for app in App::on_each().await {
        let contract = Scene::set(&app).await.add_contract(&app, json!({})).await;
        let at = (app.office.clock)();
        let other = open_partnership(&app.office, "elsewhere", None, at)
            .await
            .unwrap()
            .made_key
            .unwrap()
            .text
            .reveal()
            .to_owned();
        let body = |path: &str| match path.contains("decision") {
            true => br#"{"revision":1,"decision":"accept"}"#.to_vec(),
            false => b"{}".to_vec(),
        };
        for (method, below, has_body) in ROUTES {
            let body = has_body.then(|| body(below));
            let theirs = send(
                &app,
                &other,
                method,
                &format!("{contract}{below}"),
                body.as_deref(),
                JSON,
            )
            .await;
            assert_eq!(
                (theirs.status, theirs.code().as_str()),
                (404, "not_found"),
                "{method} {below}"
            );
            for id in [
                "none",
                "01890a5d-ac96-774b-bcce-b302099a8057",
                "%00",
                "a%0Ab",
                "%F0%9F%A6%A9",
                "%FF",
                "..%2F..",
                "a%2Fb",
                "' or 1=1 --",
            ] {
                let path = format!("/v1/contracts/{id}{below}");
                let answer = send(&app, &app.first_key, method, &path, body.as_deref(), JSON).await;
                assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
                assert_eq!(answer.code(), "not_found", "{method} {path}");
            }
        }
        for path in [
            "/commitments/0",
            "/commitments/x",
            "/commitments/-1",
            "/commitments/%00",
            "/commitments/99999999999999999999",
            "/commitments/1/amendments/2",
            "/amendments/0",
            "/amendments/1",
            "/amendments/2",
            "/amendments/x",
            "/amendments/%00",
            "/amendments/99999999999999999999",
            "/returns/2026-27-Q1",
            "/returns/2026-27-Q1/working",
            "/none",
        ] {
            let answer = app.get(&format!("{contract}{path}")).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (404, "not_found"),
                "{path}"
            );
        }
        for label in ["%00", "2026-27-Q1%00", "%C2%A0", "a%2Fb"] {
            let answer = app.get(&format!("{contract}/returns/{label}")).await;
            assert!(
                [404, 422].contains(&answer.status),
                "{label}: {}",
                answer.text
            );
        }
        assert_eq!(
            send(&app, &other, "GET", "/v1/contracts", None, JSON)
                .await
                .json(),
            json!({"items": []})
        );
        answers.push(app.get("/v1/contracts/none").await);
        app.stop().await;
    }
    insta::assert_snapshot!("contract_not_found", same_on_each(&answers));
}

#[tokio::test]
async fn other_methods_types_and_sizes_are_refused() {
    for app in App::on_each().await {
        let contract = Scene::set(&app).await.add_contract(&app, json!({})).await;
        for (path, allow) in [
            ("/v1/contracts".to_owned(), "GET, HEAD, POST, OPTIONS"),
            (contract.clone(), "GET, HEAD, OPTIONS"),
            (format!("{contract}/value"), "GET, HEAD, OPTIONS"),
            (format!("{contract}/commitments/1"), "GET, HEAD, OPTIONS"),
            (
                format!("{contract}/returns/2026-27-Q1"),
                "GET, HEAD, PUT, OPTIONS",
            ),
            (
                format!("{contract}/returns/2026-27-Q1/submission"),
                "POST, OPTIONS",
            ),
            (
                format!("{contract}/returns/2026-27-Q1/decision"),
                "POST, OPTIONS",
            ),
        ] {
            for method in ["DELETE", "PATCH"] {
                let answer = app.send(method, &path, &[], None).await;
                assert_eq!(
                    (answer.status, answer.header("allow")),
                    (405, Some(allow)),
                    "{method} {path}"
                );
                assert_eq!(answer.code(), "method_not_allowed");
            }
        }
        let writes = ROUTES
            .iter()
            .filter(|(_, _, has_body)| *has_body)
            .map(|(method, below, _)| (*method, format!("{contract}{below}")));
        for (method, path) in writes.chain([("POST", "/v1/contracts".to_owned())]) {
            for kind in [
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonx",
                "",
            ] {
                let answer = send(
                    &app,
                    &app.first_key,
                    method,
                    &path,
                    Some(b"{\"a\":1}"),
                    kind,
                )
                .await;
                assert_eq!(
                    (answer.status, answer.code().as_str()),
                    (415, "unsupported_media_type"),
                    "{method} {path} {kind}"
                );
            }
            for body in [
                b"".as_slice(),
                b"{",
                b"nope",
                b"{}{}",
                b"\xff",
                b"{\"a\":\"\xff\"}",
                b"{\"a\":NaN}",
                b"{\"a\":01}",
                b"\"\\ud800\"",
            ] {
                let answer = send(&app, &app.first_key, method, &path, Some(body), JSON).await;
                if body.is_empty() && path.ends_with("/submission") {
                    continue; // nothing is what it takes
                }
                assert_eq!(
                    (answer.status, answer.code().as_str()),
                    (400, "malformed_body"),
                    "{method} {path} {body:?}"
                );
            }
            let deep = [vec![b'['; 5_000], vec![b']'; 5_000]].concat();
            let answer = send(&app, &app.first_key, method, &path, Some(&deep), JSON).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (400, "malformed_body"),
                "{method} {path}"
            );
            let large = vec![b' '; 1_048_577];
            let answer = send(&app, &app.first_key, method, &path, Some(&large), JSON).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (413, "body_too_large"),
                "{method} {path}"
            );
            for body in ["[]", "\"x\"", "null", "5", "true"] {
                let answer = send(
                    &app,
                    &app.first_key,
                    method,
                    &path,
                    Some(body.as_bytes()),
                    JSON,
                )
                .await;
                assert!(
                    [422, 404, 428].contains(&answer.status),
                    "{method} {path} {body}: {}",
                    answer.text
                );
            }
        }
        for query in [
            "limit=0",
            "limit=201",
            "limit=x",
            "cursor=zz",
            "cursor=ff",
            "cursor=00",
            "colour=red",
            "limit=1&limit=2",
            "%00=1",
        ] {
            for below in [
                "/v1/contracts".to_owned(),
                format!("{contract}/amendments"),
                format!("{contract}/commitments"),
                format!("{contract}/returns"),
            ] {
                let answer = app.get(&format!("{below}?{query}")).await;
                assert_eq!(
                    (answer.status, answer.code().as_str()),
                    (400, "bad_query"),
                    "{below}?{query}"
                );
            }
        }
        let read = app.get(&contract).await;
        assert_eq!(
            (
                read.status,
                &read.json()["versions"].as_array().unwrap().len()
            ),
            (200, &1),
            "nothing was stored"
        );
        app.stop().await;
    }
}

#[tokio::test]
async fn a_letter_of_a_path_may_be_spelled_by_its_number() {
    let app = App::start(sqlite()).await;
    let plain = app.get("/v1/measures?limit=1").await;
    let spelled = app.get("/v1/%6Deasures?limit=1").await;
    assert_eq!(spelled.whole(), plain.whole());
    app.stop().await;
}
