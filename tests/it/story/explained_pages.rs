//! Workings as pages of text: what a contract manager reads.

use serde_json::json;

use super::explained::told;
use crate::support::app::{Answer, App, same_on_each};
use crate::support::scene::{Scene, return_of, submit};
use crate::support::tables::governed;

/// The page of a working, as one of some keys.
async fn page(app: &App, key: &str, path: &str) -> Answer {
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str()), ("accept", "text/plain")];
    let answer = app.send("GET", path, &headers, None).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let told = (answer.header("content-type"), answer.header("vary"));
    let text = Some("text/plain; charset=utf-8");
    assert_eq!(
        told,
        (text, Some("accept, accept-encoding, authorization")),
        "{path}"
    );
    for line in answer.text.lines() {
        let fits = line.chars().count() <= 78 || !line.trim().contains(' ');
        assert!(fits, "{path}: {line}");
        assert_eq!(line, line.trim_end(), "{path}");
    }
    answer
}

#[tokio::test]
async fn workings_are_pages_for_people() {
    let mut pages: Vec<Vec<Answer>> = vec![Vec::new(); 5];
    for app in App::on_each().await {
        let (_, contract) = told(&app).await;
        let draft = format!("{contract}/returns/2026-27-Q2");
        let lines = json!([
            {"line": "1", "measure": "community-project", "components": {"cash": "100", "hours": "4.5"}, "note": "one\ntwo"},
            {"line": "2", "measure": "real-living-wage", "numerator": "9", "denominator": "10"}
        ]);
        let put = app.put(&draft, &return_of(lines)).await;
        assert_eq!(put.status, 201, "{}", put.text);
        let cell = "/v1/roll-ups/working?by=measure,anchor_institution&stage=claimed&cell_measure=local-job-fte";
        let anchors = app
            .get("/v1/roll-ups?by=anchor_institution&stage=claimed")
            .await
            .json();
        let anchor = anchors["rows"][0]["by"]["anchor_institution"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        for (at, path) in [
            format!("{contract}/returns/2026-27-Q4/working"),
            format!("{draft}/working"),
            format!("{contract}/working?limit=3"),
            format!("{cell}&cell_anchor_institution={anchor}"),
            "/v1/roll-ups/working?by=measure&stage=claimed&cell_measure=trees-planted".to_owned(),
        ]
        .iter()
        .enumerate()
        {
            pages[at].push(page(&app, &app.first_key, path).await);
        }
        app.stop().await;
    }
    let names = ["return", "draft", "contract", "cell", "cell_counted"];
    for (name, answers) in names.iter().zip(&pages) {
        let name = format!("page_of_{name}");
        insta::assert_snapshot!(name, same_on_each(answers));
    }
}

/// Values of the invented table, which its licence keeps.
const VALUES: [&str; 4] = ["12347", "12,347", "16.53", "71.37"];

#[tokio::test]
async fn values_that_their_licence_keeps_are_on_no_page_of_others() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        governed(&app, "our-table", "2026", 3).await;
        let terms = json!({"proxy_edition": "our-table/2026"});
        let contract = scene.add_contract(&app, terms).await;
        let advice = json!([{"line": "advice", "measure": "ZZ2", "quantity": "300"}]);
        submit(&app, &contract, "2026-27-Q1", advice).await;
        let one = json!([{"line": "one", "measure": "ZZ3", "quantity": "1"}]);
        let draft = format!("{contract}/returns/2026-27-Q2");
        assert_eq!(app.put(&draft, &return_of(one)).await.status, 201);
        let others = [
            app.key_of("commissioner", &[&scene.anchors[0]]).await,
            app.key_of("supplier", &[&scene.supplier]).await,
            app.key_of("analyst", &[]).await,
        ];
        for path in [
            format!("{contract}/returns/2026-27-Q1/working"),
            format!("{draft}/working"),
            format!("{draft}/working?revision=1"),
            format!("{contract}/working"),
            "/v1/roll-ups/working?stage=claimed".to_owned(),
        ] {
            for key in &others {
                let own = page(&app, key, &path).await.text;
                let said = VALUES.iter().find(|value| own.contains(**value));
                assert_eq!(said, None, "{path}: {own}");
                let is_kept = own.contains("the licence of this value does not let it be shown");
                assert_eq!(is_kept, !path.starts_with("/v1/roll-ups"), "{path}: {own}");
            }
            let whole = page(&app, &app.first_key, &path).await.text;
            let told = VALUES.iter().any(|value| whole.contains(value));
            assert_eq!(told, !path.starts_with("/v1/roll-ups"), "{path}: {whole}");
        }
        app.stop().await;
    }
}
