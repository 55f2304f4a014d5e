//! A page over many contracts takes no longer where little is found: it is short, and the next one goes on.

use goodmeasure::domain::contract::Contract;
use goodmeasure::operations::list_returns::{MOST_OPENED, MOST_WALKED};
use goodmeasure::storage::{self, StorageError, Tx};
use serde_json::json;

use super::{Story, hours, page, said};
use crate::support::app::App;
use crate::support::scene::{return_of, submit};

/// Adds contracts of which nothing is due, as copies of one, with ids that come after all others.
async fn add_copies(app: &App, id: &str, count: usize) {
    let add = async |tx: &mut Tx| {
        let one = storage::contract::find(tx, "default", id).await?.unwrap();
        for number in 0..count {
            let copy = Contract {
                id: format!("copy-{number:05}"),
                reference: format!("COPY-{number:05}"),
                ..one.clone()
            };
            storage::contract::add(tx, "default", &copy).await?;
        }
        Ok::<_, StorageError>(())
    };
    app.office.store.write(add).await.unwrap();
}

#[tokio::test]
async fn a_page_may_be_short_and_the_next_goes_on() {
    for app in App::on_each().await {
        let story = Story::tell(&app).await;
        add_copies(&app, &story.contracts[2], MOST_WALKED).await;
        let last = format!(
            "/v1/contracts/copy-{:05}/returns/2028-29-Q1",
            MOST_WALKED - 1
        );
        assert_eq!(app.put(&last, &return_of(hours("1"))).await.status, 201);
        submit(
            &app,
            &format!("/v1/contracts/copy-{:05}", MOST_OPENED),
            "2028-29-Q2",
            hours("1"),
        )
        .await;

        // Contracts are walked over where only what is there is asked for ...
        let mut pages = Vec::new();
        let mut path = "/v1/returns?due=false&limit=3".to_owned();
        loop {
            let found = page(&app, &app.first_key, &path).await.json();
            pages.push(said(&found, ["contract_reference", "period"]));
            match found["next_cursor"].as_str() {
                Some(cursor) => path = format!("/v1/returns?due=false&limit=3&cursor={cursor}"),
                None => break,
            }
        }
        let over = |quarter: u8| format!("C-OVER 2026-27-Q{quarter}");
        let opened = format!("COPY-{MOST_OPENED:05} 2028-29-Q2");
        let end = format!("COPY-{:05} 2028-29-Q1", MOST_WALKED - 1);
        assert_eq!(
            pages,
            [
                vec![over(1), over(2), "C-RUNS 2028-29-Q1".to_owned()],
                vec![opened],
                vec![end]
            ]
        );

        // ... and opened where something may be missing.
        let (mut turns, mut found) = (0, Vec::new());
        let mut path = "/v1/returns?state=missing".to_owned();
        loop {
            let page = page(&app, &app.first_key, &path).await.json();
            turns += 1;
            found.extend(said(&page, ["contract_reference", "period"]));
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/v1/returns?state=missing&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(turns, (MOST_WALKED + 4).div_ceil(MOST_OPENED));

        // Nothing of it shows to one who may not see it: no page more, no cursor.
        let key = app.key_of("supplier", &[&story.other_supplier]).await;
        let own = page(&app, &key, "/v1/returns?state=accepted").await.json();
        assert_eq!(own, json!({"items": []}));
        app.stop().await;
    }
}
