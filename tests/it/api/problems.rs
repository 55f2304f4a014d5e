//! `/problems/{code}`: the page that the `type` of every problem leads to.

use serde_json::Value;

use crate::support::app::{App, without_limits};
use crate::support::databases::sqlite;

fn codes() -> Vec<String> {
    let document = serde_json::to_value(goodmeasure::http::document()).unwrap();
    let listed = document["components"]["schemas"]["ProblemCode"]["enum"].clone();
    serde_json::from_value(listed).unwrap()
}

#[tokio::test]
async fn every_code_of_the_document_has_a_page_and_there_are_no_others() {
    let app = App::start_with(sqlite(), without_limits()).await;
    let list = app
        .send("GET", "/problems", &[("accept", "application/json")], None)
        .await;
    let listed: Vec<String> = list.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(listed, codes());
    let page = app.send("GET", "/problems", &[], None).await;
    for code in &listed {
        let path = format!("/problems/{code}");
        assert!(page.text.contains(&format!("href=\"{path}\"")), "{code}");
        let told = app
            .send("GET", &path, &[("accept", "application/json")], None)
            .await;
        assert_eq!(told.status, 200);
        let told = told.json();
        assert_eq!(
            (&told["code"], &told["type"]),
            (&Value::from(code.as_str()), &Value::from(path.as_str()))
        );
        let shown = app
            .send("GET", &path, &[("accept", "text/html,*/*;q=0.8")], None)
            .await;
        assert_eq!(shown.status, 200, "{code}");
        assert!(
            shown.text.contains(&format!("<code>{code}</code>")),
            "{}",
            shown.text
        );
        assert!(
            !shown.text.contains('`') && !shown.text.contains("<script"),
            "{}",
            shown.text
        );
    }
    let none = app.send("GET", "/problems/no_such_code", &[], None).await;
    assert_eq!((none.status, none.code().as_str()), (404, "not_found"));
    app.stop().await;
}

#[tokio::test]
async fn a_page_loads_nothing_and_may_be_kept_by_anybody() {
    let app = App::start(sqlite()).await;
    let page = app.send("GET", "/problems/stale", &[], None).await;
    insta::assert_snapshot!("problem_page", page.whole());
    assert_eq!(page.header("cache-control"), Some("public, max-age=300"));
    assert!(page.header("vary").unwrap().contains("accept"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    let json = app
        .send(
            "GET",
            "/problems/stale",
            &[("accept", "application/json")],
            None,
        )
        .await;
    insta::assert_snapshot!("problem_told", json.whole());
    let head = app.send("HEAD", "/problems/stale", &[], None).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    let post = app.send("POST", "/problems/stale", &[], None).await;
    assert_eq!(
        (post.status, post.header("allow")),
        (405, Some("GET, HEAD, OPTIONS"))
    );
    app.stop().await;
}

/// Whoever meets a problem follows its `type` from the server that answered it.
#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_page() {
    let app = App::start(sqlite()).await;
    let problem = app.get("/v1/contracts/none").await;
    let path = problem.json()["type"].as_str().unwrap().to_owned();
    assert_eq!(path, "/problems/not_found");
    let told = app
        .send("GET", &path, &[("accept", "application/json")], None)
        .await;
    let (problem, told) = (problem.json(), told.json());
    for field in ["type", "code", "status", "title"] {
        assert_eq!(problem[field], told[field]);
    }
    app.stop().await;
}
