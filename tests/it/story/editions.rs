//! A table of values that its licence does not let be passed on: brought, approved by a second person, published, used
//! on a contract, and its values told to nobody who may not see them.

use goodmeasure::domain::moment::Moment;
use goodmeasure::operations::open_partnership::open_partnership;
use serde_json::{Value, json};

use super::tampering::by_hand;
use super::{books_are_clean, value, verified};
use crate::support::app::{Answer, App, now, without_limits};
use crate::support::scene::{Scene, added, decide, return_of, submit};
use crate::support::tables::{body_with, govern, governed};

/// The unit values of the table, in every way an answer could say them.
const VALUES: [&str; 5] = ["12347", "12,347", "16.53", "71.37", "1234700"];

fn tells_a_value(answer: &Answer) -> Option<&'static str> {
    VALUES.into_iter().find(|value| answer.text.contains(value))
}

/// A contract that rests on an edition.
async fn contract(app: &App, scene: &Scene, edition: &str) -> String {
    let changes = json!({"proxy_edition": edition, "reference": edition});
    scene.add_contract(app, changes).await
}

#[tokio::test]
async fn a_table_is_brought_approved_by_another_and_used() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let path = governed(&app, "our-table", "2026", 0).await;
        let asks = scene.contract(json!({"proxy_edition": "our-table/2026"}));
        let early = app.post("/v1/contracts", &asks).await;
        let said = [("/proxy_edition".to_owned(), "unknown_edition".to_owned())];
        assert_eq!(early.faults(), said, "a draft is nothing to rest on");

        let revision = json!({"revision": 1});
        let approve = json!({"revision": 1, "decision": "approve"});
        let step = |name: &str| format!("{path}/{name}");
        let too_early = app.post(&step("publication"), &revision).await;
        assert_eq!(too_early.code(), "other_state");
        let proposed = app.post(&step("proposal"), &revision).await;
        assert_eq!(proposed.json()["status"], "proposed", "{}", proposed.text);
        assert_eq!(proposed.json()["governance"]["may_approve"], false);
        let own = app.post(&step("approval"), &approve).await;
        assert_eq!((own.status, own.code().as_str()), (403, "same_actor"));
        let late = app
            .put(
                &path,
                &body_with("our-table", "2026", json!({"title": "Other"})),
            )
            .await;
        assert_eq!(
            late.code(),
            "other_state",
            "what is proposed does not change"
        );
        let approved = app.post_as_second(&step("approval"), &approve).await;
        assert_eq!(approved.json()["status"], "approved", "{}", approved.text);
        let tried = app
            .post(&format!("{path}/publication?dry_run=true"), &revision)
            .await;
        assert_eq!(tried.json()["status"], "published", "{}", tried.text);
        assert_eq!(app.get(&path).await.json()["status"], "approved");
        let published = app.post(&step("publication"), &revision).await;
        assert_eq!(
            published.json()["status"],
            "published",
            "{}",
            published.text
        );
        assert_eq!(published.json()["published_on"], "2027-12-01");
        let again = app.post(&step("publication"), &revision).await;
        assert_eq!(again.json(), published.json());

        let contract = contract(&app, &scene, "our-table/2026").await;
        let target = json!({"measure": "ZZ3", "target": "1000"});
        assert_eq!(
            added(&app, &format!("{contract}/commitments"), &target).await,
            "1"
        );
        let lines = json!([
            {"measure": "ZZ1", "quantity": "8"}, {"measure": "zz3", "quantity": "300"},
            {"measure": "ZZ4", "answer": true}
        ]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        let worth = value(&app, &contract).await;
        let social = &worth["columns"]["social"]["verified"]["worth"];
        assert_eq!(social, "21411.00", "300 x 71.37: {worth}");
        books_are_clean(&app, "a table of our own").await;

        // Themes came with the table; what it says nothing of stands apart.
        let themes = async |taxonomy: &str| {
            let path = format!("/v1/roll-ups?by=theme&taxonomy={taxonomy}");
            let rolled = app.get(&path).await.json();
            let rows = rolled["rows"].as_array().unwrap().iter();
            rows.map(|row| {
                (
                    row["by"]["theme"]["name"].to_string(),
                    row["worth"].to_string(),
                )
            })
            .collect::<Vec<_>>()
        };
        let named = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            pairs
                .map(|(name, worth)| (format!("{name:?}"), (*worth).to_owned()))
                .collect::<Vec<_>>()
        };
        let own = [
            ("Environment", "\"21411.00\""),
            ("Environment", "null"),
            ("Jobs", "\"24694.00\""),
        ];
        let mut found = themes("our-table").await;
        found.sort();
        assert_eq!(
            found,
            named(&own),
            "8 jobs of a quarter are 2 job-years of 12347"
        );
        let marmot = themes("marmot").await;
        assert_eq!(marmot.len(), 3);
        assert!(
            marmot.iter().all(|(name, _)| name.contains("no theme")),
            "{marmot:?}"
        );
        assert_eq!(
            app.get("/v1/taxonomies/our-table").await.json()["themes"][0]["code"],
            "jobs"
        );
        app.stop().await;
    }
}

#[tokio::test]
async fn values_that_their_licence_keeps_are_told_to_administrators_alone() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let path = governed(&app, "our-table", "2026", 3).await;
        let contract = contract(&app, &scene, "our-table/2026").await;
        let lines = json!([
            {"measure": "ZZ1", "quantity": "8"}, {"measure": "ZZ2", "quantity": "3"},
            {"measure": "ZZ3", "quantity": "300"}
        ]);
        submit(&app, &contract, "2026-27-Q1", lines).await;
        let one = json!([{"measure": "ZZ2", "quantity": "1"}, {"measure": "ZZ3", "quantity": "1"}]);
        let draft = format!("{contract}/returns/2026-27-Q2");
        assert_eq!(app.put(&draft, &return_of(one)).await.status, 201);

        let holder = app.key_of("commissioner", &[&scene.anchors[0]]).await;
        let other = app.key_of("commissioner", &[&scene.anchors[1]]).await;
        let supplier = app.key_of("supplier", &[&scene.supplier]).await;
        let analyst = app.key_of("analyst", &[]).await;
        let calculation = |quantity: &str| {
            json!({"edition": "our-table/2026", "lines": [
                {"measure": "ZZ3", "period": "2026-27-Q1", "quantity": quantity}
            ]})
        };
        let reads = [
            path.clone(),
            format!("{path}/proxies"),
            format!("{path}/proxies/ZZ1"),
            format!("{path}/proxies/zz3"),
            "/v1/measures?edition=our-table/2026".to_owned(),
            "/v1/measures/ZZ1".to_owned(),
            "/v1/audit?limit=200".to_owned(),
            format!("{contract}/value"),
            format!("{contract}/returns/2026-27-Q1"),
            format!("{contract}/returns/2026-27-Q1/working"),
            format!("{contract}/returns/2026-27-Q2"),
            format!("{contract}/returns/2026-27-Q2/working"),
            format!("{contract}/returns/2026-27-Q2/working?revision=1"),
            "/v1/roll-ups?by=measure&stage=claimed".to_owned(),
        ];
        for (who, key) in [
            ("holder", &holder),
            ("other", &other),
            ("supplier", &supplier),
            ("analyst", &analyst),
        ] {
            for read in &reads {
                let answer = app.with_key(key, "GET", read, None).await;
                assert_eq!(
                    tells_a_value(&answer),
                    None,
                    "{who} {read}: {}",
                    answer.text
                );
            }
            for quantity in ["1", "1000000", "1000000000"] {
                let asked = calculation(quantity).to_string();
                let refused = app
                    .with_key(key, "POST", "/v1/calculations", Some(&asked))
                    .await;
                let said = (refused.status, refused.code());
                assert_eq!(said, (403, "values_kept".to_owned()), "{who}");
            }
        }
        // What they are told instead says why, and the worth of what was reported.
        let working = format!("{contract}/returns/2026-27-Q1/working");
        let told = app.with_key(&supplier, "GET", &working, None).await.json();
        let line = &told["lines"][2]["claimed"];
        assert_eq!(line["worth"], "21411.00");
        assert_eq!(line["parts"][0]["unit_value"]["net"], Value::Null);
        assert_eq!(line["parts"][0]["amount"], Value::Null);
        assert_eq!(line["steps"][0]["kind"], "licence");
        let working = format!("{contract}/returns/2026-27-Q2/working");
        let told = app.with_key(&supplier, "GET", &working, None).await.json();
        assert_eq!(told["draft"]["lines"][1]["working"]["worth"], Value::Null);

        let proxies = app.get(&format!("{path}/proxies/ZZ3")).await;
        let net = &proxies.json()["proxies"][0]["proxy"]["values"][0]["net"]["central"];
        assert_eq!(net, "71.37", "an administrator sees it");
        let calculated = app.post("/v1/calculations", &calculation("1")).await;
        assert_eq!(calculated.json()["lines"][0]["worth"], "71.37");
        app.stop().await;
    }
}

#[tokio::test]
async fn one_carbon_contract_under_two_editions_is_two_lines_and_no_sum() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        for (edition, pounds) in [("low", "70"), ("high", "250")] {
            let table =
                format!("Ref,Measure,Unit,Proxy Value\nZZ3,Carbon saved,tonne CO2e,{pounds}\n");
            let changes = json!({"table": table, "redistribution": "allowed"});
            govern(&app, &body_with("carbon", edition, changes), 3).await;
            let contract = contract(&app, &scene, &format!("carbon/{edition}")).await;
            submit(
                &app,
                &contract,
                "2026-27-Q1",
                json!([{"measure": "ZZ3", "quantity": "12"}]),
            )
            .await;
        }
        let rolled = app
            .get("/v1/roll-ups?by=measure&stage=claimed")
            .await
            .json();
        for name in ["rows", "totals"] {
            let lines = rolled[name].as_array().unwrap().iter();
            let lines: Vec<String> = lines
                .map(|line| format!("{} {}", line["basis"]["edition"], line["worth"]))
                .collect();
            let expected = ["\"carbon/high\" \"3000.00\"", "\"carbon/low\" \"840.00\""];
            assert_eq!(lines, expected, "{name}");
        }
        books_are_clean(&app, "two editions of a table").await;
        app.stop().await;
    }
}

#[tokio::test]
async fn a_published_edition_is_what_was_sealed_for_every_process_and_after_every_start() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let path = governed(&app, "our-table", "2026", 3).await;
        let contract = contract(&app, &scene, "our-table/2026").await;
        submit(
            &app,
            &contract,
            "2026-27-Q1",
            json!([{"measure": "ZZ3", "quantity": "300"}]),
        )
        .await;
        let before = app.get(&format!("{contract}/value")).await.json();
        let beside = app.start_beside(without_limits(), now).await;
        let other = beside.get(&format!("{contract}/value")).await.json();
        assert_eq!(
            other["columns"], before["columns"],
            "another process reads it from the database"
        );
        let digest = app.get(&path).await.json()["digest"].clone();
        assert_eq!(beside.get(&path).await.json()["digest"], digest);
        beside.stop().await;

        let trick = "update proxy_edition set document = replace(document, '71.37', '71.38')";
        by_hand(&app.database, trick).await;
        let fresh = app.start_beside(without_limits(), now).await;
        let refused = fresh.get(&format!("{contract}/value")).await;
        assert_eq!(
            refused.code(),
            "internal",
            "no figure is given that cannot be right"
        );
        let found = verified(&fresh).await.differences.join("; ");
        assert!(
            found.contains("proxy_edition") && found.contains("digest"),
            "{found}"
        );
        let opened = open_partnership(&fresh.office, "default", None, now());
        let stopped = opened.await.unwrap_err().to_string();
        assert!(
            stopped.contains("our-table/2026"),
            "the start stops: {stopped}"
        );
        fresh.stop().await;
        app.stop().await;
    }
}

/// What was only tried is remembered by nobody: another process may publish it for good, on another day.
#[tokio::test]
async fn a_publication_that_was_only_tried_is_not_taken_for_the_one_that_was_made() {
    const A_DAY: i64 = 24 * 60 * 60 * 1_000_000;
    fn a_day_later() -> Moment {
        Moment::from_micros(now().micros() + A_DAY)
    }
    for app in App::on_each().await {
        let path = governed(&app, "our-table", "2026", 2).await;
        let publication = json!({"revision": 1});
        let tried = format!("{path}/publication?dry_run=true");
        let tried = app.post(&tried, &publication).await;
        assert_eq!(
            (tried.status, &tried.json()["status"]),
            (200, &json!("published"))
        );
        let beside = app.start_beside(without_limits(), a_day_later).await;
        let made = beside
            .post(&format!("{path}/publication"), &publication)
            .await;
        assert_eq!(made.status, 200, "{}", made.text);
        assert_ne!(
            made.json()["digest"],
            tried.json()["digest"],
            "the day is sealed too"
        );
        for process in [&app, &beside] {
            let read = process.get(&path).await.json();
            assert_eq!(read["digest"], made.json()["digest"]);
            assert_eq!(read["published_on"], made.json()["published_on"]);
        }
        beside.stop().await;
        app.stop().await;
    }
}

#[tokio::test]
async fn what_is_superseded_may_be_chosen_and_what_is_withdrawn_may_not() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let first = governed(&app, "our-table", "2026", 3).await;
        let kept = contract(&app, &scene, "our-table/2026").await;
        let second = governed(&app, "our-table", "2027", 2).await;
        let body = json!({"revision": 1, "supersedes": "our-table/2026"});
        let published = app.post(&format!("{second}/publication"), &body).await;
        assert_eq!(published.status, 200, "{}", published.text);
        let before = app.get(&first).await.json();
        assert_eq!(before["status"], "superseded");
        assert_eq!(
            before["governance"]["superseded"]["successor"],
            "our-table/2027"
        );
        let changes = json!({"proxy_edition": "our-table/2026", "reference": "knowingly"});
        scene.add_contract(&app, changes).await;

        let withdrawal = json!({"reason": "The licence has ended"});
        let withdrawn = app.post(&format!("{first}/withdrawal"), &withdrawal).await;
        assert_eq!(
            withdrawn.json()["status"],
            "withdrawn",
            "{}",
            withdrawn.text
        );
        assert_eq!(withdrawn.json()["governance"]["may_withdraw"], false);
        let asks = scene.contract(json!({"proxy_edition": "our-table/2026", "reference": "late"}));
        let late = app.post("/v1/contracts", &asks).await;
        assert_eq!(late.faults()[0].1, "unknown_edition");
        submit(
            &app,
            &kept,
            "2026-27-Q1",
            json!([{"measure": "ZZ2", "quantity": "10"}]),
        )
        .await;
        books_are_clean(&app, "a contract keeps what it rests on").await;

        let told = app.get("/v1/audit?limit=200").await.json();
        let actions: Vec<&str> = told["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| {
                one["subject"]["kind"] == "proxy_edition" || one["subject"] == "proxy_edition"
            })
            .filter_map(|one| one["action"].as_str())
            .collect();
        for action in [
            "add",
            "propose",
            "decide",
            "publish",
            "supersede",
            "withdraw",
        ] {
            let action = format!("{action}_proxy_edition");
            assert!(actions.contains(&action.as_str()), "{action}: {told}");
        }
        app.stop().await;
    }
}

/// Two partnerships may have tables of one name; neither knows of the other's.
#[tokio::test]
async fn a_table_is_of_its_partnership_alone() {
    for app in App::on_each().await {
        let path = governed(&app, "our-table", "2026", 3).await;
        let at = now();
        let opened = open_partnership(&app.office, "elsewhere", None, at).await;
        let there = opened.unwrap().made_key.unwrap().text.reveal().to_owned();
        for path in [
            path.clone(),
            format!("{path}/proxies"),
            "/v1/taxonomies/our-table".to_owned(),
        ] {
            let answer = app.with_key(&there, "GET", &path, None).await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.text);
        }
        let other = body_with("our-table", "2026", json!({"title": "Of another"})).to_string();
        let drafted = app
            .with_key(&there, "POST", "/v1/proxy-editions", Some(&other))
            .await;
        assert_eq!(drafted.status, 201, "{}", drafted.text);
        let titles = [
            app.get(&path).await,
            app.with_key(&there, "GET", &path, None).await,
        ];
        let titles = titles.map(|answer| answer.json()["title"].clone());
        assert_eq!(titles, ["An invented table", "Of another"]);
        app.stop().await;
    }
}
