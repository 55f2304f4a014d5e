//! `/v1/contracts`.

use serde_json::{Value, json};

use crate::support::app::{Answer, App, same_on_each};
use crate::support::scene::Scene;

/// The answers to the same requests on each database, in the order asked.
#[tokio::test]
async fn a_contract_is_added_read_and_listed() {
    let (mut added, mut listed, mut none, mut amended, mut amendment, mut versions) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let whole = scene.contract(json!({
            "ocid": "ocds-h6vhtk-0017", "place": "halton", "may_extend_to": "2028-03-31", "value_gross": "1200000",
            "anchor_institutions": [
                {"organisation": scene.anchors[0], "share": "0.6"}, {"organisation": scene.anchors[1], "share": "2/5"}
            ]
        }));
        let answer = app.post("/v1/contracts", &whole).await;
        let path = answer.header("location").unwrap().to_owned();
        assert_eq!(app.get(&path).await.json(), answer.json());
        scene.add_contract(&app, json!({"reference": "C-2"})).await;
        listed.push(app.get("/v1/contracts?limit=2").await);
        let first = app.get("/v1/contracts?limit=1").await.json();
        assert_eq!(first["items"][0]["reference"], "C-1");
        let next = first["next_cursor"].as_str().unwrap().to_owned();
        let second = app
            .get(&format!("/v1/contracts?limit=1&cursor={next}"))
            .await
            .json();
        assert_eq!(second["items"][0]["reference"], "C-2");
        assert_eq!(second["next_cursor"], Value::Null);
        let count = async |query: &str| {
            let page = app.get(&format!("/v1/contracts?{query}")).await.json();
            page["items"].as_array().unwrap().len()
        };
        assert_eq!(count("reference=C-1").await, 1);
        assert_eq!(count("reference=C-3").await, 0);
        assert_eq!(count(&format!("supplier={}", scene.supplier)).await, 2);
        assert_eq!(count(&format!("supplier={}", scene.anchors[0])).await, 0);
        assert_eq!(count("proxy_edition=open-uk/2026").await, 2);
        none.push(app.get(&format!("{path}/amendments")).await);
        let change = json!({"effective_on": "2026-10-01", "reason": "Extended", "ends_on": "2027-09-30",
            "anchor_institutions": [{"organisation": scene.anchors[1]}], "title": "Repairs", "value": "1500000",
            "value_gross": "1.5", "may_extend_to": "2028-09-30", "place": "sefton"});
        let answer_of_change = app.post(&format!("{path}/amendments"), &change).await;
        let location = answer_of_change.header("location").unwrap().to_owned();
        assert_eq!(location, format!("{path}/amendments/2"));
        amendment.push(app.get(&location).await);
        assert_eq!(app.get(&path).await.json(), answer_of_change.json());
        versions.push(app.get(&format!("{path}/amendments?limit=1")).await);
        assert_eq!(
            versions[versions.len() - 1].json()["items"][0],
            amendment[amendment.len() - 1].json()
        );
        for version in ["1", "3"] {
            let none = app.get(&format!("{path}/amendments/{version}")).await;
            assert_eq!((none.status, none.code().as_str()), (404, "not_found"));
        }
        amended.push(answer_of_change);
        added.push(answer);
        app.stop().await;
    }
    insta::assert_snapshot!("contract_added", same_on_each(&added));
    insta::assert_snapshot!("contracts_listed", same_on_each(&listed));
    insta::assert_snapshot!("contract_amendments_none", same_on_each(&none));
    insta::assert_snapshot!("contract_amended", same_on_each(&amended));
    insta::assert_snapshot!("contract_amendment", same_on_each(&amendment));
    insta::assert_snapshot!("contract_amendments_listed", same_on_each(&versions));
}

#[tokio::test]
async fn every_fault_of_a_contract_is_told_at_once() {
    let (mut faulty, mut empty, mut taken) = (vec![], vec![], vec![]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        scene.add_contract(&app, json!({"ocid": "ocds-1"})).await;
        let wrong = scene.contract(json!({
            "reference": " ", "title": "x".repeat(301), "ocid": "a\u{7}b", "supplier": "nobody", "value": "-1", "value_gross": "1.005",
            "starts_on": "2026-04-31", "ends_on": "tomorrow", "may_extend_to": 5, "place": "atlantis", "proxy_edition": "closed/1",
            "reporting": "daily", "colour": "red",
            "anchor_institutions": [
                {"organisation": scene.anchors[0], "share": "1/3"}, {"organisation": "nobody", "share": "0"},
                {"organisation": scene.supplier, "share": "1/3"}, {"share": 0.5}, 7
            ]
        }));
        faulty.push(app.post("/v1/contracts", &wrong).await);
        empty.push(app.post("/v1/contracts", &json!({})).await);
        for again in [
            json!({"reference": "C-1"}),
            json!({"reference": "C-2", "ocid": "ocds-1"}),
        ] {
            taken.push(app.post("/v1/contracts", &scene.contract(again)).await);
        }
        let third = |index: usize| json!({"organisation": scene.anchors[index], "share": "1/3"});
        for (change, pointer, code) in [
            (
                json!({"anchor_institutions": [third(0), third(1)]}),
                "/anchor_institutions",
                "bad_shares",
            ),
            (
                json!({"anchor_institutions": [third(0), third(0), third(1)]}),
                "/anchor_institutions",
                "bad_shares",
            ),
            (
                json!({"anchor_institutions": []}),
                "/anchor_institutions",
                "bad_shares",
            ),
            (
                json!({"anchor_institutions": [{"organisation": scene.supplier}]}),
                "/anchor_institutions/0/organisation",
                "not_an_anchor_institution",
            ),
            (
                json!({"anchor_institutions": vec![third(0); 51]}),
                "/anchor_institutions",
                "too_many",
            ),
            (
                json!({"ends_on": "2026-03-31"}),
                "/ends_on",
                "days_disordered",
            ),
            (
                json!({"may_extend_to": "2027-03-30"}),
                "/may_extend_to",
                "days_disordered",
            ),
            (
                json!({"ends_on": "2067-04-01"}),
                "/ends_on",
                "contract_too_long",
            ),
            (
                json!({"starts_on": "2012-03-31"}),
                "/starts_on",
                "day_out_of_range",
            ),
        ] {
            let answer = app
                .post("/v1/contracts", &scene.contract(changed_reference(change)))
                .await;
            assert_eq!(answer.status, 422, "{}", answer.text);
            assert_eq!(answer.faults(), [(pointer.to_owned(), code.to_owned())]);
        }
        assert_eq!(
            app.get("/v1/contracts").await.json()["items"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        app.stop().await;
    }
    insta::assert_snapshot!("contract_faulty", same_on_each(&faulty));
    insta::assert_snapshot!("contract_empty", same_on_each(&empty));
    let of =
        |which: usize| -> Vec<Answer> { taken.iter().skip(which).step_by(2).cloned().collect() };
    insta::assert_snapshot!("contract_reference_taken", same_on_each(&of(0)));
    insta::assert_snapshot!("contract_ocid_taken", same_on_each(&of(1)));
}

fn changed_reference(mut change: Value) -> Value {
    change["reference"] = json!("C-9");
    change
}

#[tokio::test]
async fn an_amendment_of_a_contract_is_checked() {
    let mut faulty = vec![];
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let path = scene.add_contract(&app, json!({})).await;
        let amendments = format!("{path}/amendments");
        let wrong = json!({"effective_on": "2026-03-31", "ends_on": "2026-03-01", "place": "atlantis", "value": 5, "supplier": "x",
            "anchor_institutions": [{"organisation": scene.supplier, "share": "1"}]});
        faulty.push(app.post(&amendments, &wrong).await);
        crate::support::scene::submit(
            &app,
            &path,
            "2026-27-Q4",
            json!([{"measure": "local-job-fte", "quantity": "1"}]),
        )
        .await;
        let cut = json!({"effective_on": "2026-10-01", "reason": "Cut", "ends_on": "2026-12-31"});
        let answer = app.post(&amendments, &cut).await;
        assert_eq!(
            answer.faults(),
            [("/ends_on".to_owned(), "return_outside_contract".to_owned())]
        );
        app.stop().await;
    }
    insta::assert_snapshot!("contract_amendment_faulty", same_on_each(&faulty));
}
