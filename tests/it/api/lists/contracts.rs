//! The filters of `/v1/contracts`.

use serde_json::json;

use super::{Story, all_said, page, refused_alike, said};
use crate::support::app::{App, same_on_each};

const FIELDS: [&str; 2] = ["reference", ""];

#[tokio::test]
async fn each_filter_of_contracts_lets_through_what_it_says() {
    for app in App::on_each().await {
        let before = (app.office.clock)().to_string();
        let story = Story::tell(&app).await;
        let (anchors, best) = (&story.scene.anchors, &story.other_supplier);
        let since = (app.office.clock)().to_string();
        let (over, runs, later, months) = ("C-OVER", "C-RUNS", "C-LATER", "C-MONTHS");
        let cases = [
            (String::new(), vec![over, runs, later, months]),
            (
                format!("anchor_institution={}", anchors[0]),
                vec![over, later, months],
            ),
            (
                format!("anchor_institution={}", anchors[1]),
                vec![runs, later],
            ),
            (format!("anchor_institution={best}"), vec![]),
            (format!("organisation={}", anchors[2]), vec![later]),
            (format!("organisation={best}"), vec![runs, months]),
            (
                format!("supplier={best}&anchor_institution={}", anchors[0]),
                vec![months],
            ),
            ("place=halton".to_owned(), vec![over]),
            ("place=north-west".to_owned(), vec![over, runs]),
            ("state=upcoming".to_owned(), vec![later]),
            ("state=running".to_owned(), vec![runs, months]),
            ("state=over".to_owned(), vec![over]),
            (
                format!("updated_since={before}"),
                vec![over, runs, later, months],
            ),
            (format!("updated_since={since}"), vec![]),
            ("updated_since=2027-12-02".to_owned(), vec![]),
        ];
        for (query, expected) in cases {
            let found = page(&app, &app.first_key, &format!("/v1/contracts?{query}"))
                .await
                .json();
            assert_eq!(said(&found, FIELDS), expected, "{query}");
            let path = format!("/v1/contracts?limit=1&{query}");
            let found = all_said(&app, &app.first_key, &path, FIELDS).await;
            assert_eq!(found, expected, "{query}, one by one");
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn an_amendment_moves_a_contract_between_the_filters() {
    for app in App::on_each().await {
        let story = Story::tell(&app).await;
        let count = async |query: &str| {
            let path = format!("/v1/contracts?reference=C-OVER&{query}");
            let found = page(&app, &app.first_key, &path).await.json();
            found["items"].as_array().unwrap().len()
        };
        let second = format!("anchor_institution={}", story.scene.anchors[1]);
        assert_eq!((count("state=over").await, count(&second).await), (1, 0));
        let path = format!("/v1/contracts/{}", story.contracts[0]);
        // What may be extended is over until it is.
        let perhaps = json!({"effective_on": "2027-03-31", "reason": "Perhaps", "may_extend_to": "2028-03-31"});
        let since = (app.office.clock)().to_string();
        assert_eq!(
            app.post(&format!("{path}/amendments"), &perhaps)
                .await
                .status,
            201
        );
        assert_eq!(count("state=over").await, 1);
        assert_eq!(count(&format!("updated_since={since}")).await, 1);
        let extended = json!({"effective_on": "2027-03-31", "reason": "Extended", "ends_on": "2028-03-31",
            "place": "sefton", "anchor_institutions": [{"organisation": story.scene.anchors[1]}]});
        assert_eq!(
            app.post(&format!("{path}/amendments"), &extended)
                .await
                .status,
            201
        );
        assert_eq!(
            (count("state=over").await, count("state=running").await),
            (0, 1)
        );
        assert_eq!(
            (count("place=halton").await, count("place=sefton").await),
            (0, 1)
        );
        // Who held it once still finds it.
        let first = format!("anchor_institution={}", story.scene.anchors[0]);
        assert_eq!((count(&first).await, count(&second).await), (1, 1));

        let since = (app.office.clock)().to_string();
        let updated = format!("updated_since={since}");
        assert_eq!(count(&updated).await, 0);
        let target = json!({"measure": "volunteering-hours", "target": "10"});
        assert_eq!(
            app.post(&format!("{path}/commitments"), &target)
                .await
                .status,
            201
        );
        assert_eq!(count(&updated).await, 1);
        let since = (app.office.clock)().to_string();
        let updated = format!("updated_since={since}");
        let draft = json!({"lines": []});
        assert_eq!(count(&updated).await, 0);
        assert_eq!(
            app.put(&format!("{path}/returns/2027-28-Q1"), &draft)
                .await
                .status,
            201
        );
        assert_eq!(count(&updated).await, 1);
        app.stop().await;
    }
}

#[tokio::test]
async fn filters_of_contracts_stay_within_reach() {
    let (mut words, mut named) = (vec![], vec![]);
    for app in App::on_each().await {
        let story = Story::tell(&app).await;
        let key = app.key_of("supplier", &[&story.scene.supplier]).await;
        for name in ["supplier", "organisation", "anchor_institution"] {
            refused_alike(&app, &key, "/v1/contracts", name, &story.other_supplier).await;
        }
        for query in ["place=sefton", "state=running", "reference=C-RUNS"] {
            let found = page(&app, &key, &format!("/v1/contracts?{query}")).await;
            assert_eq!(found.json(), json!({"items": []}), "{query}");
        }
        words.push(
            app.get("/v1/contracts?state=lost&updated_since=then&colour=red")
                .await,
        );
        let none = "/v1/contracts?supplier=x&anchor_institution=y&organisation=z&place=atlantis&proxy_edition=open-uk/1066";
        named.push(app.get(none).await);
        app.stop().await;
    }
    insta::assert_snapshot!("contracts_bad_words", same_on_each(&words));
    insta::assert_snapshot!("contracts_unknown_names", same_on_each(&named));
}
