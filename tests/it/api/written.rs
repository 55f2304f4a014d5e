//! What the document says of the routes of contracts is true: its examples are taken as they stand, and every
//! operation says how it fails.

use serde_json::{Value, json};

use goodmeasure::http;

use crate::support::app::{Answer, App};
use crate::support::scene::{Scene, changed};

fn document() -> Value {
    serde_json::to_value(http::document()).unwrap()
}

fn example(document: &Value, schema: &str) -> Value {
    let found = &document["components"]["schemas"][schema]["example"];
    assert!(found.is_object(), "{schema} has no example");
    found.clone()
}

fn is_taken(answer: &Answer, expected: u16) {
    assert_eq!(answer.status, expected, "{}", answer.text);
}

#[tokio::test]
async fn every_example_is_taken_as_it_stands() {
    let document = document();
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        // The ids are those of bodies that only the reader has.
        let shares: Value = ["3/5", "2/5"]
            .iter()
            .zip(&scene.anchors)
            .map(|(share, anchor)| json!({"organisation": anchor, "share": share}))
            .collect();
        let ids = json!({"anchor_institutions": shares, "supplier": scene.supplier});
        let contract = example(&document, "ContractBody");
        let answer = app
            .post("/v1/contracts", &changed(contract.clone(), ids))
            .await;
        is_taken(&answer, 201);
        assert_eq!(
            contract["anchor_institutions"][0]["share"],
            answer.json()["current"]["anchor_institutions"][0]["share"]
        );
        let path = answer.header("location").unwrap().to_owned();
        let post = async |below: &str, schema: &str| {
            app.post(&format!("{path}{below}"), &example(&document, schema))
                .await
        };
        is_taken(&post("/commitments", "CommitmentBody").await, 201);
        let amended = post("/commitments/1/amendments", "CommitmentAmendmentBody").await;
        is_taken(&amended, 201);
        is_taken(&post("/amendments", "ContractAmendmentBody").await, 201);
        let at = format!("{path}/returns/2026-27-Q1");
        let put = app.put(&at, &example(&document, "ReturnBody")).await;
        is_taken(&put, 201);
        assert_eq!(put.json()["stops_submission"], json!([]));
        let submitted = app.post(&format!("{at}/submission"), &json!({})).await;
        is_taken(&submitted, 200);
        let decision = example(&document, "DecisionBody");
        let decided = app
            .post_as_second(&format!("{at}/decision"), &decision)
            .await;
        is_taken(&decided, 200);
        app.stop().await;
    }
}
