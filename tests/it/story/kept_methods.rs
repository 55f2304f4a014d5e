//! A table of a partnership's own may use every method of valuation (V9, V13, V14), in publications and as it was known
//! too; where its licence keeps its values, none of what the methods work out tells them.

use serde_json::{Value, json};

use super::{books_are_clean, value};
use crate::support::app::{Answer, App};
use crate::support::forward::{on_each, settle};
use crate::support::scene::{Scene, added, changed, decide, return_of, submit};
use crate::support::tables::{body, govern};

const TABLES: [&str; 2] = [
    include_str!("../../proxies/methods/1/effects.toml"),
    include_str!("../../proxies/methods/1/derived.toml"),
];
const PROGRAMME: &str = "employment-programme";

/// Values of the table, what they grow into, the edition's own adjustments and what commitment 1 has instead of them.
const VALUES: [&str; 17] = [
    "8500",
    "5100",
    "3570",
    "0.4",
    "5984.492753623188",
    "4987.07729468599",
    "4250",
    "2975",
    "250000",
    "200000",
    "4166",
    "4166.666666666667",
    "9800",
    "14044",
    "9234",
    "17.96",
    "26.11",
];
/// Ends of what was reported: they are not the worth, and are told to nobody else.
const ENDS: [&str; 2] = ["8000.00", "2666.67"];

fn tells_a_value(answer: &Answer) -> Option<&'static str> {
    let said = |text: &str| {
        let ways = [
            format!("\"{text}\""),
            format!("£{text}"),
            format!(" {text}"),
        ];
        ways.iter().any(|way| answer.text.contains(way))
    };
    VALUES.into_iter().chain(ENDS).find(|text| said(text))
}

/// The methods that are shipped for tests, as a table of the partnership's own.
async fn methods_of_our_own(app: &App, redistribution: &str) -> String {
    let table =
        json!({"format": "toml", "table": TABLES.join("\n"), "redistribution": redistribution});
    govern(app, &changed(body("our-methods", "1"), table), 3).await
}

/// A contract with a commitment that is adjusted otherwise, and a quarter that is accepted.
async fn told(app: &App, scene: &Scene, edition: &str) -> String {
    let terms = json!({"proxy_edition": edition, "reference": edition});
    let contract = scene.add_contract(app, terms).await;
    let promised = json!({
        "measure": PROGRAMME, "target": "40", "adjustments": {"deadweight": "0.5"},
        "adjusted_because": "Half of those in our place find work by themselves"
    });
    added(app, &format!("{contract}/commitments"), &promised).await;
    let lines = json!([
        {"measure": PROGRAMME, "quantity": "10"}, {"measure": "older-programme", "quantity": "2"},
        {"measure": "into-work-public", "quantity": "3"}, {"measure": "cost-per-person", "quantity": "3"},
        {"measure": "mixed-hour", "quantity": "7"}
    ]);
    submit(app, &contract, "2026-27-Q1", lines).await;
    decide(app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
    contract
}

#[tokio::test]
async fn a_table_of_our_own_gives_what_the_shipped_one_gives() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let path = methods_of_our_own(&app, "allowed").await;
        let (own, shipped) = (
            told(&app, &scene, "our-methods/1").await,
            told(&app, &scene, "methods/1").await,
        );
        let columns = async |contract: &str| value(&app, contract).await["columns"].clone();
        assert_eq!(columns(&own).await, columns(&shipped).await);
        for measure in [
            PROGRAMME,
            "older-programme",
            "into-work-public",
            "mixed-hour",
        ] {
            let values = async |edition: &str| {
                let read = app.get(&format!("{edition}/proxies/{measure}")).await;
                read.json()["proxies"][0]["proxy"]["values"].clone()
            };
            let ours = values(&path).await;
            assert_eq!(
                ours,
                values("/v1/proxy-editions/methods/1").await,
                "{measure}"
            );
            assert_ne!(ours, Value::Null);
        }
        let ranges = async |contract: &str| {
            let read = app.get(&format!("{contract}/value?range=true")).await;
            read.json()["ranges"].clone()
        };
        let ours = ranges(&own).await;
        assert_eq!(ours, ranges(&shipped).await);
        assert!(ours.to_string().contains("cost-per-person"), "{ours}");
        let same = format!("{path}/difference?from=methods/1");
        let same = app.get(&same).await.json();
        let differ = same["items"].as_array().unwrap().iter();
        let values: Vec<&Value> = differ.map(|one| &one["values"]).collect();
        assert!(values.iter().all(|one| **one == json!([])), "{same}");
        books_are_clean(&app, "methods of our own").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn what_methods_work_out_of_kept_values_is_told_to_administrators_alone() {
    for app in on_each::<7>().await {
        let scene = Scene::set(&app).await;
        let path = methods_of_our_own(&app, "none").await;
        let contract = told(&app, &scene, "our-methods/1").await;
        let one = json!([{"measure": PROGRAMME, "quantity": "1"}, {"measure": "cost-per-person", "quantity": "1"}]);
        let draft = format!("{contract}/returns/2026-27-Q2");
        assert_eq!(app.put(&draft, &return_of(one)).await.status, 201);
        let publication = json!({"title": "Ours", "by": ["measure"], "public": true,
            "suppression": {"smallest_count": 1, "fewest_contracts": 1, "fewest_suppliers": 1}});
        let published = app.post("/v1/publications", &publication).await.json();
        let (id, at) = (
            published["id"].as_str().unwrap(),
            &published["published_at"],
        );
        let then = at.as_str().unwrap();
        settle::<7>();

        let holder = app.key_of("commissioner", &[&scene.anchors[0]]).await;
        let supplier = app.key_of("supplier", &[&scene.supplier]).await;
        let analyst = app.key_of("analyst", &[]).await;
        let reads = [
            format!("{path}/proxies"),
            format!("{path}/proxies/{PROGRAMME}"),
            format!("{path}/proxies/cost-per-person"),
            format!("{path}/difference?from=methods/1"),
            format!("{contract}/value?range=true"),
            format!("{contract}/value?as_known_at={then}"),
            format!("{contract}/returns/2026-27-Q1/working"),
            format!("{contract}/returns/2026-27-Q2/working"),
            format!("{contract}/returns/2026-27-Q2"),
            format!("{contract}/commitments/1"),
            format!("/v1/roll-ups?by=measure&stage=claimed&as_known_at={then}"),
            format!("/v1/publications/{id}"),
            format!("/v1/publications/{id}/difference"),
        ];
        for (who, key) in [
            ("holder", &holder),
            ("supplier", &supplier),
            ("analyst", &analyst),
        ] {
            for read in &reads {
                let answer = app.with_key(key, "GET", read, None).await;
                let told = tells_a_value(&answer);
                assert_eq!(told, None, "{who} {read}: {}", answer.text);
            }
            let line = json!({"measure": PROGRAMME, "period": "2026-27-Q1", "quantity": "1"});
            let mine = json!({"code": "mine", "unit": "hour", "value": "20", "column": "effort", "source_title": "Mine"});
            let asked =
                json!({"edition": "our-methods/1", "lines": [line], "inline_proxies": [mine]});
            let asked = asked.to_string();
            let refused = app
                .with_key(key, "POST", "/v1/calculations", Some(&asked))
                .await;
            assert_eq!(refused.code(), "values_kept", "{who}: {}", refused.text);
            let other = json!({"effective_on": "2026-07-01", "reason": "R", "adjustments": {"multiplier": "1.2"}});
            let amend = format!("{contract}/commitments/1/amendments?dry_run=true");
            let refused = app
                .with_key(key, "POST", &amend, Some(&other.to_string()))
                .await;
            assert_eq!(tells_a_value(&refused), None, "{who}: {}", refused.text);
        }
        let anybody = app
            .send(
                "GET",
                &format!("/v1/public/default/publications/{id}"),
                &[],
                None,
            )
            .await;
        let rows = anybody.json()["rows"].as_array().unwrap().clone();
        assert_eq!(rows.len(), 5, "{}", anybody.text);
        for row in rows {
            assert_eq!(
                (&row["suppressed"], &row["quantity"]),
                (&json!(false), &Value::Null),
                "{row}"
            );
            assert_ne!(row["worth"], Value::Null);
        }
        // An administrator sees all of it.
        let working = format!("{contract}/returns/2026-27-Q1/working");
        let all = app.get(&working).await;
        let part = &all.json()["lines"][0]["claimed"]["parts"][0];
        assert_eq!(part["unit_value"]["net"]["central"], "4987.07729468599");
        assert_eq!(
            part["overridden"]["edition_adjustments"]["deadweight"],
            "0.4"
        );
        let kept = app.with_key(&supplier, "GET", &working, None).await.json();
        let part = &kept["lines"][0]["claimed"]["parts"][0]["overridden"];
        assert_eq!(
            part["adjustments"]["deadweight"], "0.5",
            "what was agreed is told"
        );
        assert_eq!(part["edition_net"], Value::Null);
        let ranges = app
            .get(&format!("{contract}/value?range=true"))
            .await
            .json();
        assert!(ranges["ranges"].to_string().contains(ENDS[0]), "{ranges}");
        let same = app
            .get(&format!("/v1/publications/{id}/difference"))
            .await
            .json();
        assert_eq!(same["rows"], json!([]), "{same}");
        books_are_clean(&app, "kept values of every method").await;
        app.stop().await;
    }
}
