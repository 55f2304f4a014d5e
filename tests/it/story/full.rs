//! What no more fits is refused whole: a total beyond its range, a commitment beyond the number of them.

use serde_json::json;

use super::books_are_clean;
use super::tampering::by_hand;
use crate::support::app::App;
use crate::support::databases::sqlite;
use crate::support::scene::{Scene, added};

/// The largest total there may be, in pence.
const FULL: &str = "9000000000000000000";

#[tokio::test]
async fn a_total_that_would_leave_its_range_is_refused_and_nothing_is_stored() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({})).await;
        let path = format!("{contract}/commitments");
        added(
            &app,
            &path,
            &json!({"measure": "volunteering-hours", "target": "10"}),
        )
        .await;
        let full = format!("update contract_total set worth_pence = {FULL} - worth_pence");
        by_hand(&app.database, &full).await;
        let more = json!({"measure": "volunteering-hours", "target": "20", "counted_separately": "others"});
        let refused = app.post(&path, &more).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (409, "total_out_of_range"),
            "{}",
            refused.text
        );
        by_hand(&app.database, &full).await;
        books_are_clean(&app, "after a refusal").await;
        assert_eq!(app.post(&path, &more).await.status, 201);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_contract_has_at_most_two_hundred_commitments() {
    let app = App::start(sqlite()).await;
    let scene = Scene::set(&app).await;
    let contract = scene.add_contract(&app, json!({})).await;
    let path = format!("{contract}/commitments");
    let one =
        json!({"measure": "volunteering-hours", "target": "1", "counted_separately": "others"});
    for _ in 0..200 {
        added(&app, &path, &one).await;
    }
    let refused = app.post(&path, &one).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (409, "too_many_commitments"),
        "{}",
        refused.text
    );
    app.stop().await;
}
