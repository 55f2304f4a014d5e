//! The same evidence, activity, or more than the whole of an activity, claimed in another line, contract or by another
//! supplier (V11): flagged to who decides, and nobody is told of contracts that they may not see.

use serde_json::{Value, json};

use super::books_are_clean;
use crate::support::app::App;
use crate::support::scene::{Scene, added, submit};

const LOG: &str = "https://example.org/log";

fn hours(activity: &str, share: &str, link: &str) -> Value {
    json!({
        "measure": "volunteering-hours", "quantity": "4", "activity": activity, "contract_share": share,
        "evidence": [{"link": link}]
    })
}

fn named(line: &str, mut body: Value) -> Value {
    body["line"] = json!(line);
    body
}

/// Two contracts of two suppliers, each held by another anchor institution, that report the same garden.
async fn two_contracts(app: &App, share: &str) -> (Scene, String, [String; 2]) {
    let scene = Scene::set(app).await;
    let other = json!({"name": "Bold Gardens CIC", "kind": "vcfse"});
    let other = added(app, "/v1/organisations", &other).await;
    let one = scene.add_contract(app, json!({})).await;
    let theirs = json!({
        "reference": "C-2", "supplier": other, "reporting": "monthly",
        "anchor_institutions": [{"organisation": scene.anchors[1], "share": "1"}]
    });
    let two = scene.add_contract(app, theirs).await;
    for month in ["2026-04", "2026-05"] {
        submit(
            app,
            &two,
            month,
            json!([hours(
                "garden",
                share,
                &format!("https://example.org/{month}")
            )]),
        )
        .await;
    }
    submit(
        app,
        &one,
        "2026-27-Q1",
        json!([hours("garden", "1/2", LOG)]),
    )
    .await;
    (scene, other, [one, two])
}

/// What one key reads of a return, and of the same in the list.
async fn flags(app: &App, key: &str, contract: &str, period: &str) -> (Value, Value, Value) {
    let read = app
        .with_key(key, "GET", &format!("{contract}/returns/{period}"), None)
        .await;
    assert_eq!(read.status, 200, "{}", read.text);
    let read = read.json();
    let id = contract.rsplit('/').next().unwrap();
    let list = format!("/v1/returns?contract={id}&period={period}");
    let listed = app.with_key(key, "GET", &list, None).await;
    assert_eq!(listed.status, 200, "{}", listed.text);
    let flag = listed.json()["items"][0]["claimed_twice"].clone();
    (
        read["claimed_elsewhere"].clone(),
        read["shares_above_whole"].clone(),
        flag,
    )
}

#[tokio::test]
async fn v11_parts_of_an_activity_above_the_whole_are_flagged_to_who_decides() {
    for app in App::on_each().await {
        let (scene, other, [one, two]) = two_contracts(&app, "2/3").await;
        let above =
            json!([{"activity": "garden", "measure": "volunteering-hours", "together": "7/6"}]);
        let admin = app.first_key.clone();
        let (elsewhere, shares, flag) = flags(&app, &admin, &one, "2026-27-Q1").await;
        assert_eq!(elsewhere[0]["contract_reference"], "C-2");
        assert_eq!(
            (shares, flag),
            (above.clone(), json!(true)),
            "month by month the same two thirds"
        );

        // The commissioner of the first contract may not see the second: that there is one, and no more.
        let commissioner = app.key_of("commissioner", &[&scene.anchors[0]]).await;
        let (elsewhere, shares, flag) = flags(&app, &commissioner, &one, "2026-27-Q1").await;
        let hidden =
            json!({"contract_reference": null, "period": null, "line": null, "names": "garden"});
        assert_eq!(elsewhere, json!([hidden, hidden]));
        assert_eq!((shares, flag), (above, json!(true)));

        // Neither supplier is told anything of the other.
        for (supplier, contract, period) in [
            (&scene.supplier, &one, "2026-27-Q1"),
            (&other, &two, "2026-04"),
        ] {
            let key = app.key_of("supplier", &[supplier]).await;
            let told = flags(&app, &key, contract, period).await;
            assert_eq!(told, (json!([]), json!([]), Value::Null), "{period}");
        }
        // What waits is found in one list.
        let waits = app
            .with_key(&commissioner, "GET", "/v1/returns?state=submitted", None)
            .await
            .json();
        let waits = waits["items"].as_array().unwrap();
        assert_eq!((waits.len(), &waits[0]["claimed_twice"]), (1, &json!(true)));
        books_are_clean(&app, "a garden twice").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn v11_parts_that_make_the_whole_are_an_activity_shared() {
    for app in App::on_each().await {
        let (_, _, [one, _]) = two_contracts(&app, "1/2").await;
        let admin = app.first_key.clone();
        let (elsewhere, shares, flag) = flags(&app, &admin, &one, "2026-27-Q1").await;
        assert_eq!(
            elsewhere.as_array().unwrap().len(),
            2,
            "told all the same: each month names it"
        );
        assert_eq!((shares, flag), (json!([]), json!(true)));
        app.stop().await;
    }
}

#[tokio::test]
async fn v11_the_same_evidence_in_another_line_is_flagged() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let admin = app.first_key.clone();
        let alone = json!([
            named("a", hours("garden", "1", LOG)),
            named("b", hours("hall", "1", "https://example.org/b"))
        ]);
        submit(&app, &contract, "2026-27-Q1", alone).await;
        let nothing = (json!([]), json!([]), json!(false));
        assert_eq!(flags(&app, &admin, &contract, "2026-27-Q1").await, nothing);

        // The same file for two lines of one return.
        let file = "a".repeat(64);
        let mut lines = json!([
            named("a", hours("yard", "1", "")),
            named("b", hours("roof", "1", ""))
        ]);
        for line in lines.as_array_mut().unwrap() {
            line["evidence"] = json!([{"sha256": file}]);
        }
        submit(&app, &contract, "2026-27-Q2", lines).await;
        let (elsewhere, shares, flag) = flags(&app, &admin, &contract, "2026-27-Q2").await;
        let line = |name: &str, period: &str, what: &str| json!({"contract_reference": "C-1", "period": period, "line": name, "names": what});
        let both = [
            line("a", "2026-27-Q2", &file),
            line("b", "2026-27-Q2", &file),
        ];
        assert_eq!(
            (elsewhere, shares, flag),
            (json!(both), json!([]), json!(true))
        );

        // And in a later return of the same contract; the earlier one is flagged as well then.
        submit(
            &app,
            &contract,
            "2026-27-Q3",
            json!([named("c", hours("shed", "1", LOG))]),
        )
        .await;
        let (elsewhere, _, flag) = flags(&app, &admin, &contract, "2026-27-Q3").await;
        assert_eq!(
            (elsewhere, flag),
            (json!([line("a", "2026-27-Q1", LOG)]), json!(true))
        );
        let (elsewhere, _, flag) = flags(&app, &admin, &contract, "2026-27-Q1").await;
        assert_eq!(
            (elsewhere, flag),
            (json!([line("c", "2026-27-Q3", LOG)]), json!(true))
        );

        // One activity in two lines of a measure: two thirds twice; for two groups they are two parts of it.
        let twice = |group: Value| {
            let mut second = named("e", hours("fete", "2/3", "https://example.org/e"));
            second["target_group"] = group;
            json!([
                named("d", hours("fete", "2/3", "https://example.org/d")),
                second
            ])
        };
        let draft = crate::support::scene::return_of(twice(json!("carers")));
        app.put(&format!("{contract}/returns/2026-27-Q4"), &draft)
            .await;
        assert_eq!(flags(&app, &admin, &contract, "2026-27-Q4").await, nothing);
        submit(&app, &contract, "2026-27-Q4", twice(Value::Null)).await;
        let (elsewhere, shares, flag) = flags(&app, &admin, &contract, "2026-27-Q4").await;
        let above =
            json!([{"activity": "fete", "measure": "volunteering-hours", "together": "4/3"}]);
        assert_eq!((elsewhere, shares, flag), (json!([]), above, json!(true)));
        app.stop().await;
    }
}
