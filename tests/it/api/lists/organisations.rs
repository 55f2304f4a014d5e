//! The filters of `/v1/organisations` and `/v1/places`.

use serde_json::json;

use super::{Story, page, said};
use crate::support::app::{App, same_on_each};
use crate::support::scene::added;

#[tokio::test]
async fn each_filter_of_organisations_lets_through_what_it_says() {
    let (mut words, mut named) = (vec![], vec![]);
    for app in App::on_each().await {
        let story = Story::tell(&app).await;
        let odd = json!({"name": "Ÿnys 50%_off!", "kind": "vcfse"});
        added(&app, "/v1/organisations", &odd).await;
        let (able, best, halton) = ("Able Repairs Ltd", "Best Care Ltd", "Halton Council");
        for (query, expected) in [
            ("name=LTD", vec![able, best]),
            (
                "name=care",
                vec!["Mersey Care", "Integrated Care Board", best],
            ),
            ("name=%C5%B8nYS", vec!["Ÿnys 50%_off!"]),
            ("name=%C3%BFnys", vec![]), // ÿ and Ÿ are two letters
            ("name=%25_", vec!["Ÿnys 50%_off!"]),
            ("name=!", vec!["Ÿnys 50%_off!"]),
            ("name=%25", vec!["Ÿnys 50%_off!"]),
            ("place=sefton", vec![best]),
            ("place=north-west", vec![best]),
            ("place=halton", vec![]),
            ("identifier=GB-COH:09442333", vec![best]),
            ("identifier=GB-COH:1", vec![]),
            ("identifier=GB-LAE:09442333", vec![]),
            ("kind=council", vec![halton]),
            ("kind=council&anchor_institution=false", vec![]),
        ] {
            let path = format!("/v1/organisations?{query}");
            let found = page(&app, &app.first_key, &path).await.json();
            assert_eq!(said(&found, ["name", ""]), expected, "{query}");
        }
        // A supplier cannot ask whether another is here.
        let key = app.key_of("supplier", &[&story.scene.supplier]).await;
        for query in ["name=best", "identifier=GB-COH:09442333", "place=sefton"] {
            let found = page(&app, &key, &format!("/v1/organisations?{query}")).await;
            assert_eq!(found.json(), json!({"items": []}), "{query}");
        }
        words.push(
            app.get("/v1/organisations?name=&identifier=09442333&anchor_institution=yes")
                .await,
        );
        named.push(app.get("/v1/organisations?kind=guild&place=atlantis").await);
        app.stop().await;
    }
    insta::assert_snapshot!("organisations_bad_words", same_on_each(&words));
    insta::assert_snapshot!("organisations_unknown_names", same_on_each(&named));
}

#[tokio::test]
async fn each_filter_of_places_lets_through_what_it_says() {
    let mut bad = vec![];
    for app in App::on_each().await {
        let codes = async |query: &str| {
            let path = format!("/v1/places?limit=200&{query}");
            said(
                &page(&app, &app.first_key, &path).await.json(),
                ["code", ""],
            )
        };
        let halton = app.get("/v1/places/halton").await.json();
        let gss = halton["gss"].as_str().unwrap();
        assert!(
            codes(&format!("gss={gss}"))
                .await
                .contains(&"halton".to_owned())
        );
        assert!(codes("gss=X00000000").await.is_empty());
        let within = codes("within=north-west").await;
        let below = codes("parent=north-west").await;
        assert!(within.contains(&"north-west".to_owned()));
        assert!(below.iter().all(|code| within.contains(code)));
        assert!(!within.contains(&"london".to_owned()));
        assert_eq!(codes("within=halton").await, ["halton"]);
        bad.push(
            app.get("/v1/places?kind=kingdom&parent=atlantis&within=lyonesse")
                .await,
        );
        app.stop().await;
    }
    insta::assert_snapshot!("places_unknown_names", same_on_each(&bad));
}
