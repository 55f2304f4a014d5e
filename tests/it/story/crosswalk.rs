//! Own measures and an own taxonomy: any roll-up by any taxonomy, with what it does not tag shown apart, and the same total.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::books_are_clean;
use crate::support::app::App;
use crate::support::scene::{Scene, decide, submit};
use crate::support::tables::{body_with, govern};

/// The first row is before any theme; the last one is known, and says its theme of two taxonomies.
const ROWS: &str = "\
Ref,Theme,Measure,Unit,Proxy value,Column,Marmot,Good Measure code\r
OW1,,Tea made,cup,0.50,social,,\r
OW2,Neighbours,Visits,visit,7,social,,\r
OW3,,Calls,call,2,social,,\r
OW4,Warm homes,Hours of help,hour,10,social,,\r
";

async fn rolled(app: &App, query: &str) -> Value {
    let answer = app
        .get(&format!("/v1/roll-ups?stage=verified&{query}"))
        .await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.json()
}

/// Theme to pounds, over all bases; what has no theme is `-`.
fn by_theme(rolled: &Value) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rolled["rows"].as_array().unwrap() {
        let theme = &row["by"]["theme"];
        let name = match theme["id"].as_str().or(theme["code"].as_str()) {
            Some(code) => code.to_owned(),
            None => "-".to_owned(),
        };
        let worth = row["worth"].as_str().unwrap_or("none").to_owned();
        found.entry(name).or_default().push(worth);
    }
    found
}

#[tokio::test]
async fn what_a_taxonomy_does_not_tag_is_shown_apart() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let own = json!({"table": ROWS, "redistribution": "allowed", "taxonomy_title": "Ours"});
        govern(&app, &body_with("our-table", "1", own), 3).await;
        let ours = json!({"proxy_edition": "our-table/1", "reference": "C-own"});
        let ours = scene.add_contract(&app, ours).await;
        let open = scene.add_contract(&app, json!({})).await;
        let lines = ["OW1", "OW2", "OW3", "OW4"]
            .map(|measure| json!({"measure": measure, "quantity": "10"}));
        submit(&app, &ours, "2026-27-Q1", json!(lines)).await;
        let known = json!([{"measure": "carbon-saved", "quantity": "1"}]);
        submit(&app, &open, "2026-27-Q1", known).await;
        for contract in [&ours, &open] {
            decide(&app, contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        }
        let listed = app.get("/v1/taxonomies").await.json();
        let listed = listed["items"].as_array().unwrap().iter();
        let codes: Vec<&str> = listed.map(|one| one["code"].as_str().unwrap()).collect();
        assert!(
            codes.contains(&"our-table") && codes.contains(&"act"),
            "{codes:?}"
        );

        // By their own: visits and calls under one theme, help under another; tea, and all that is shipped, under none.
        let found = rolled(&app, "by=theme&taxonomy=our-table").await;
        let themes = by_theme(&found);
        assert_eq!(themes["neighbours"], ["90.00"], "{found}");
        assert_eq!(themes["warm-homes"], ["100.00"]);
        assert_eq!(
            themes["-"].len(),
            2,
            "one of each basis, never added up: {found}"
        );
        assert!(themes["-"].contains(&"5.00".to_owned()), "{found}");
        let totals = &found["totals"];
        // By another, theirs are the untagged part; the totals are the same by any.
        for taxonomy in ["act", "award", "marmot"] {
            let by_other = rolled(&app, &format!("by=theme&taxonomy={taxonomy}")).await;
            assert_eq!(by_other["totals"], *totals, "{taxonomy}");
            let themes = by_theme(&by_other);
            assert!(
                themes["-"].contains(&"195.00".to_owned()),
                "{taxonomy}: {by_other}"
            );
        }
        assert_eq!(rolled(&app, "by=measure").await["totals"], *totals);
        let both = rolled(&app, "by=theme,measure&taxonomy=our-table&limit=200").await;
        let tea = both["rows"].as_array().unwrap().iter();
        let mut tea = tea.filter(|row| {
            row["by"]["measure"]["id"] == "ow1" || row["by"]["measure"]["code"] == "ow1"
        });
        let tea = tea.next().unwrap_or_else(|| panic!("{both}"));
        assert_eq!(tea["worth"], "5.00");
        let unknown = app.get("/v1/roll-ups?by=theme&taxonomy=nobodys").await;
        assert_eq!(unknown.status, 400, "{}", unknown.text);
        books_are_clean(&app, "a taxonomy of our own").await;
        app.stop().await;
    }
}
