//! `/v1/organisations`.

use serde_json::json;

use crate::support::app::{App, same_on_each};

#[tokio::test]
async fn an_organisation_is_added_read_and_listed() {
    let mut added = Vec::new();
    let mut refused = Vec::new();
    let mut listed = Vec::new();
    for app in App::on_each().await {
        let council = json!({
            "name": "Halton Borough Council", "kind": "council", "anchor_institution": true,
            "place": "halton", "identifiers": [{"scheme": "GB-LAC", "id": "HAL"}]
        });
        let answer = app.post("/v1/organisations", &council).await;
        let location = answer.header("location").unwrap().to_owned();
        assert_eq!(app.get(&location).await.json(), answer.json());
        added.push(answer);
        refused.push(app.post("/v1/organisations", &council).await);
        let faulty = json!({"name": " ", "kind": "club", "scale": 1, "place": "atlantis", "anchor_from": "2026-02-30", "colour": "red"});
        refused.push(app.post("/v1/organisations", &faulty).await);
        listed.push(app.get("/v1/organisations?limit=1").await);
        app.stop().await;
    }
    insta::assert_snapshot!("organisation_added", same_on_each(&added));
    insta::assert_snapshot!("organisation_taken", refused[0].whole());
    insta::assert_snapshot!("organisation_faulty", refused[1].whole());
    insta::assert_snapshot!("organisations_listed", same_on_each(&listed));
}
