//! Tables grow old: what changed from one edition to the next, and values that are used after their time.

use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::scene::{Scene, submit};
use crate::support::tables::{body_with, govern};

/// From one edition of a table to the next: what came, went, has another value or another method.
#[tokio::test]
async fn what_changed_between_editions_is_told_and_kept_values_are_not() {
    for app in App::on_each().await {
        let header = "Ref,Measure,Unit,Proxy Value,Method,Price year";
        let before = format!(
            "{header}\nD1,Same,hour,10,,\nD2,Dearer,hour,20,,\nD3,Gone,hour,5,,\nD4,Another method,hour,7,As before,\n\
             D5,Other prices,hour,30,,\n"
        );
        let after = format!(
            "{header}\nD1,Same,hour,10,,\nD2,Dearer,hour,25,,\nD6,New,hour,6,,\nD4,Another method,hour,7,As counted now,\n\
             D5,Other prices,hour,30,,2023-24\n"
        );
        for (edition, table) in [("1", before), ("2", after)] {
            let changes = json!({"table": table});
            govern(&app, &body_with("twice", edition, changes), 3).await;
        }
        let path = "/v1/proxy-editions/twice/2/difference?from=twice/1";
        let told = app.get(path).await.json();
        let counts: Vec<&Value> = ["added", "removed", "changed", "unchanged"]
            .iter()
            .map(|name| &told[*name])
            .collect();
        assert_eq!(counts, [&json!(1), &json!(1), &json!(3), &json!(1)]);
        let items = |told: &Value| -> Vec<String> {
            let all = told["items"].as_array().unwrap().iter();
            all.map(|one| {
                let value = &one["values"][0];
                let because = one["because"].as_array().unwrap().iter();
                let because: Vec<&str> = because.map(|why| why.as_str().unwrap()).collect();
                let text = |name: &str| value[name].as_str().unwrap_or("-").to_owned();
                let (before, after) = (text("before"), text("after"));
                format!(
                    "{} {} [{}] {before} > {after} {} {}",
                    one["measure"].as_str().unwrap(),
                    one["change"].as_str().unwrap(),
                    because.join(" "),
                    text("change"),
                    text("change_percent")
                )
            })
            .collect()
        };
        let found = items(&told);
        assert_eq!(found[0], "d2 changed [source_value] 20 > 25 5 25");
        assert_eq!(found[1], "d3 removed [] 5 > - - -");
        assert_eq!(found[2], "d4 changed [method] - > - - -");
        assert!(
            found[3].starts_with("d5 changed [prices] 30 > 3"),
            "{}",
            found[3]
        );
        assert_eq!(found[4], "d6 added [] - > 6 - -");

        let analyst = app.key_of("analyst", &[]).await;
        let told = app.with_key(&analyst, "GET", path, None).await.json();
        let hidden = items(&told);
        assert_eq!(hidden[0], "d2 changed [source_value] - > - - -");
        assert_eq!(hidden[4], "d6 added [] - > - - -");
        let unknown = app
            .get("/v1/proxy-editions/twice/2/difference?from=twice/3")
            .await;
        assert_eq!(unknown.code(), "bad_query");
        app.stop().await;
    }
}

/// The clock stands in December 2027.
#[tokio::test]
async fn values_used_after_their_time_are_told_in_every_answer_that_rests_on_them() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let table = "Ref,Measure,Unit,Proxy Value,Valid until,Last reviewed\nE1,Fresh,hour,10,2028-03-31,2027-06-01\n\
                     E2,Over,hour,20,2027-03-31,\nE3,Old,hour,5,,2025-11-30\n";
        let changes = json!({"table": table, "redistribution": "allowed"});
        govern(&app, &body_with("aging", "1", changes), 3).await;
        let changes = json!({"proxy_edition": "aging/1"});
        let contract = scene.add_contract(&app, changes).await;
        let lines = json!([
            {"measure": "E1", "quantity": "1"}, {"measure": "E2", "quantity": "1"}, {"measure": "E3", "quantity": "1"}
        ]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        let calculation = json!({"edition": "aging/1", "lines": [
            {"measure": "E2", "period": "2026-27", "quantity": "1"}
        ]});
        let over = "aging/1: the value of Over (e2) was meant to be used until 2027-03-31";
        let old = "aging/1: the value of Old (e3) was last reviewed on 2025-11-30, more than two years ago";
        let calculated = app.post("/v1/calculations", &calculation).await.json();
        assert_eq!(calculated["warnings"], json!([over]));
        for path in [
            format!("{contract}/value"),
            format!("{contract}/returns/2026-27-Q1/working"),
            "/v1/roll-ups?by=measure&stage=claimed".to_owned(),
        ] {
            let told = app.get(&path).await.json();
            assert_eq!(told["warnings"], json!([over, old]), "{path}");
        }
        app.stop().await;
    }
}
