//! `/v1/returns`.

use serde_json::json;

use super::{Story, all_said, hours, page, refused_alike, said};
use crate::support::app::{Answer, App, same_on_each};
use crate::support::scene::{return_of, submit};

const FIELDS: [&str; 2] = ["contract_reference", "period"];

#[tokio::test]
async fn returns_are_listed_across_contracts_for_each_who_may_see_them() {
    let mut answers: [Vec<Answer>; 4] = Default::default();
    for app in App::on_each().await {
        let story = Story::tell(&app).await;
        let (anchors, supplier) = (&story.scene.anchors, &story.scene.supplier);
        let keys = [
            app.second_key.clone(),
            app.key_of("supplier", &[supplier]).await,
            app.key_of("commissioner", &[&anchors[1]]).await,
            app.key_of("analyst", &[]).await,
        ];
        for (key, answers) in keys.iter().zip(&mut answers) {
            answers.push(page(&app, key, "/v1/returns").await);
        }
        app.stop().await;
    }
    let [administrator, supplier, commissioner, analyst] = answers;
    insta::assert_snapshot!("returns_of_all", same_on_each(&administrator));
    insta::assert_snapshot!("returns_of_a_supplier", same_on_each(&supplier));
    insta::assert_snapshot!("returns_of_a_commissioner", same_on_each(&commissioner));
    insta::assert_snapshot!("returns_of_an_analyst", same_on_each(&analyst));
}

#[tokio::test]
async fn each_filter_of_returns_lets_through_what_it_says() {
    for app in App::on_each().await {
        let before = (app.office.clock)().to_string();
        let story = Story::tell(&app).await;
        let (anchors, contracts) = (&story.scene.anchors, &story.contracts);
        let (able, best) = (&story.scene.supplier, &story.other_supplier);
        let between = (app.office.clock)().to_string();
        let draft = format!("/v1/contracts/{}/returns/2026-27-Q3", contracts[0]);
        assert_eq!(app.put(&draft, &return_of(hours("9"))).await.status, 200);

        let over = [
            "C-OVER 2026-27-Q1",
            "C-OVER 2026-27-Q2",
            "C-OVER 2026-27-Q3",
            "C-OVER 2026-27-Q4",
        ];
        let runs = [
            "C-RUNS 2027-28-Q1",
            "C-RUNS 2027-28-Q2",
            "C-RUNS 2028-29-Q1",
        ];
        let months = ["C-MONTHS 2027-10", "C-MONTHS 2027-11"];
        let all = [&over[..], &runs, &months].concat();
        let given = [&over[..3], &runs[..1], &runs[2..]].concat();
        let missing = [&over[3..], &runs[1..2], &months].concat();
        let due = [&over[2..], &runs[..2], &months].concat();
        let cases = [
            (String::new(), all.clone()),
            ("state=draft".to_owned(), vec![over[2], runs[2]]),
            ("state=submitted".to_owned(), vec![over[1]]),
            ("state=sent_back".to_owned(), vec![runs[0]]),
            ("state=accepted".to_owned(), vec![over[0]]),
            ("state=rejected".to_owned(), vec![]),
            ("state=missing".to_owned(), missing),
            ("due=true".to_owned(), due.clone()),
            ("due=false".to_owned(), vec![over[0], over[1], runs[2]]),
            ("due=true&state=draft".to_owned(), vec![over[2]]),
            ("due=false&state=missing".to_owned(), vec![]),
            // That of November is due by 30 December.
            (
                "due_before=2027-12-01".to_owned(),
                due[..due.len() - 1].to_vec(),
            ),
            (
                "due_before=2027-12-30".to_owned(),
                due[..due.len() - 1].to_vec(),
            ),
            ("due_before=2027-12-31".to_owned(), due.clone()),
            ("due_before=2027-04-30".to_owned(), vec![over[2]]),
            (
                format!("organisation={}", anchors[0]),
                [&over[..], &months].concat(),
            ),
            (
                format!("organisation={best}"),
                [&runs[..], &months].concat(),
            ),
            (format!("supplier={able}"), over.to_vec()),
            (format!("supplier={}", anchors[0]), vec![]),
            (format!("contract={}", contracts[1]), runs.to_vec()),
            ("place=sefton".to_owned(), runs.to_vec()),
            ("place=north-west".to_owned(), [&over[..], &runs].concat()),
            ("period=2027-28-Q1".to_owned(), vec![runs[0]]),
            ("period=2027-28-Q3".to_owned(), months.to_vec()),
            ("period=2027-28".to_owned(), [&runs[..2], &months].concat()),
            ("period=2027-10&due=true".to_owned(), vec![months[0]]),
            (format!("updated_since={before}"), given.clone()),
            (format!("updated_since={between}"), vec![over[2]]),
            (format!("updated_since={between}&state=missing"), vec![]),
            ("updated_since=2027-12-01".to_owned(), given),
            ("updated_since=2027-12-02".to_owned(), vec![]),
            (
                format!("organisation={}&state=submitted&place=halton", anchors[0]),
                vec![over[1]],
            ),
        ];
        for (query, expected) in cases {
            let path = format!("/v1/returns?{query}");
            let found = page(&app, &app.first_key, &path).await.json();
            assert_eq!(said(&found, FIELDS), expected, "{query}");
            let path = format!("/v1/returns?limit=1&{query}");
            let found = all_said(&app, &app.first_key, &path, FIELDS).await;
            assert_eq!(found, expected, "{query}, one by one");
        }
        app.stop().await;
    }
}

/// An extension is possible only: nothing is asked for in it, and what was reported is shown as such.
#[tokio::test]
async fn a_possible_extension_is_not_asked_for() {
    for app in App::on_each().await {
        let story = Story::tell(&app).await;
        let extended = json!({"reference": "C-MORE", "may_extend_to": "2027-09-30"});
        let contract = story.scene.add_contract(&app, extended).await;
        submit(&app, &contract, "2027-28-Q1", hours("1")).await;
        let found = page(
            &app,
            &app.first_key,
            "/v1/returns?state=submitted&period=2027-28",
        )
        .await
        .json();
        assert_eq!(said(&found, FIELDS), ["C-MORE 2027-28-Q1"]);
        assert_eq!(found["items"][0]["in_extension"], true);
        let missing = page(
            &app,
            &app.first_key,
            "/v1/returns?due=true&period=2027-28-Q2",
        )
        .await
        .json();
        assert_eq!(said(&missing, FIELDS), ["C-RUNS 2027-28-Q2"]);
        app.stop().await;
    }
}

#[tokio::test]
async fn pages_give_every_return_once_while_more_are_added() {
    for app in App::on_each().await {
        let story = Story::tell(&app).await;
        let before = all_said(&app, &app.first_key, "/v1/returns?limit=200", FIELDS).await;
        let (mut found, mut next, mut turn) = (Vec::new(), String::new(), 0);
        loop {
            let page = page(&app, &app.first_key, &format!("/v1/returns?limit=2{next}"))
                .await
                .json();
            found.extend(said(&page, FIELDS));
            // A contract more each turn, and a return for what was missing before and behind the page.
            turn += 1;
            if turn <= 3 {
                let more = json!({"reference": format!("C-MORE-{turn}"), "ends_on": "2026-06-30"});
                story.scene.add_contract(&app, more).await;
                let (contract, period) =
                    [(0, "2026-27-Q4"), (3, "2027-11"), (1, "2027-28-Q2")][turn - 1];
                let path = format!(
                    "/v1/contracts/{}/returns/{period}",
                    story.contracts[contract]
                );
                assert_eq!(app.put(&path, &return_of(hours("1"))).await.status, 201);
            }
            match page["next_cursor"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        let more = (1..=3).map(|turn| format!("C-MORE-{turn} 2026-27-Q1"));
        let expected: Vec<String> = before.into_iter().chain(more).collect();
        assert_eq!(found, expected);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_supplier_finds_nothing_of_another_by_any_filter() {
    for app in App::on_each().await {
        let story = Story::tell(&app).await;
        let key = app.key_of("supplier", &[&story.scene.supplier]).await;
        for (name, hidden) in [
            ("supplier", &story.other_supplier),
            ("organisation", &story.other_supplier),
            ("contract", &story.contracts[1]),
        ] {
            refused_alike(&app, &key, "/v1/returns", name, hidden).await;
        }
        let anchor = &story.scene.anchors[1];
        for query in [
            "state=sent_back".to_owned(),
            "place=sefton".to_owned(),
            "period=2027-28".to_owned(),
            format!("organisation={anchor}"),
            "due=true&period=2027-10".to_owned(),
        ] {
            let found = page(&app, &key, &format!("/v1/returns?{query}")).await;
            assert_eq!(found.json(), json!({"items": []}), "{query}");
        }
        // A cursor made by one who sees more begins within one's own reach all the same.
        let all = page(&app, &app.first_key, "/v1/returns?limit=5")
            .await
            .json();
        let cursor = all["next_cursor"].as_str().unwrap();
        let found = page(&app, &key, &format!("/v1/returns?cursor={cursor}")).await;
        assert_eq!(found.json(), json!({"items": []}));
        app.stop().await;
    }
}

#[tokio::test]
async fn every_bad_filter_of_returns_is_told_by_its_name() {
    let mut answers = Vec::new();
    for app in App::on_each().await {
        let words = "/v1/returns?state=lost&due=maybe&due_before=soon&period=2026-28&updated_since=then&limit=0&colour=red&cursor=zz";
        answers.push(app.get(words).await);
        let named = "/v1/returns?organisation=nobody&supplier=nobody&contract=none&place=atlantis";
        answers.push(app.get(named).await);
        app.stop().await;
    }
    let (words, named): (Vec<_>, Vec<_>) = answers
        .chunks(2)
        .map(|two| (two[0].clone(), two[1].clone()))
        .unzip();
    insta::assert_snapshot!("returns_bad_words", same_on_each(&words));
    insta::assert_snapshot!("returns_unknown_names", same_on_each(&named));
}
