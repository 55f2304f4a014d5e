//! `/v1/roll-ups`.

use crate::support::app::{Answer, App, same_on_each};
use crate::support::world::{World, build};

async fn worlds() -> Vec<(App, World)> {
    let mut worlds = Vec::new();
    for app in App::on_each().await {
        let world = build(&app.office).await;
        worlds.push((app, world));
    }
    worlds
}

/// The answers to one question on each database; `{council}` and the like stand for ids.
async fn on_each(worlds: &[(App, World)], question: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (app, world) in worlds {
        let path = question
            .replace("{council}", &world.council)
            .replace("{hospital}", &world.hospital)
            .replace("{supplier}", &world.supplier)
            .replace("{shared}", &world.shared)
            .replace("{alone}", &world.alone);
        answers.push(app.get(&format!("/v1/roll-ups{path}")).await);
    }
    answers
}

#[tokio::test]
async fn value_rolls_up_by_what_is_asked() {
    let worlds = worlds().await;
    for (name, question) in [
        ("anchor_theme", "?by=anchor_institution,theme"),
        (
            "measure",
            "?by=measure&from=2026-04-01&to=2027-03-31&edition=open-uk/2026",
        ),
        ("place", "?by=place"),
        (
            "all_stages_one_contract",
            "?by=stage,period,financial_year&stage=committed,claimed,evidenced,verified&contract={shared}",
        ),
        (
            "one_anchor",
            "?by=supplier,contract,column&anchor_institution={hospital}&supplier={supplier}",
        ),
        (
            "one_place",
            "?by=outcome,measure&place=liverpool&taxonomy=marmot",
        ),
        ("nothing_yet", "?by=theme&from=2030-04-01"),
        ("no_dimension", ""),
    ] {
        let answers = on_each(&worlds, question).await;
        insta::assert_snapshot!(format!("roll_up_{name}"), same_on_each(&answers));
    }
}

#[tokio::test]
async fn pages_show_every_row_once_and_the_totals_of_all() {
    for (app, _) in worlds().await {
        let whole = app
            .get("/v1/roll-ups?by=measure,place&limit=200")
            .await
            .json();
        let mut rows = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/v1/roll-ups?by=measure,place&limit=2{cursor}");
            let page = app.get(&path).await.json();
            assert_eq!(page["totals"], whole["totals"]);
            rows.extend(page["rows"].as_array().unwrap().clone());
            let Some(next) = page["next_cursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(&rows, whole["rows"].as_array().unwrap());
        assert!(rows.len() > 4);
        // Worth adds up exactly, within each column, to the printed total.
        for total in whole["totals"].as_array().unwrap() {
            let Some(worth) = total["worth"].as_str() else {
                continue;
            };
            let same = rows.iter().filter(|row| row["column"] == total["column"]);
            let pence = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
            let sum: i64 = same.map(|row| pence(row["worth"].as_str().unwrap())).sum();
            assert_eq!(sum, pence(worth));
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_every_fault() {
    let worlds = worlds().await;
    for (name, question) in [
        (
            "words",
            "?by=theme,colour,theme&stage=done&limit=0&cursor=zz&from=2026-02-30&form=2026",
        ),
        ("twice", "?by=theme&by=place"),
        (
            "unknown",
            "?by=theme,theme&taxonomy=unesco&place=atlantis&edition=open-uk/1066&supplier=nobody&anchor_institution=nobody&contract=none&from=2027-01-01&to=2026-01-01",
        ),
        ("limit_too_large", "?limit=201"),
        ("limit_no_number", "?limit=abc"),
        ("cursor_of_another_list", "?by=theme&cursor=6162"),
    ] {
        let answers = on_each(&worlds, question).await;
        assert_eq!(answers[0].status, 400);
        insta::assert_snapshot!(format!("roll_up_refused_{name}"), same_on_each(&answers));
    }
    let hostile = [
        "?by=%00",
        "?by=%ff",
        "?place=%0A",
        "?from=٢٠٢٦-٠٤-٠١",
        "?limit=１０",
        "?limit=99999999999999999999999999",
        "?cursor=",
        "?cursor=ffff",
        "?&&&=",
        "?by=,",
        "?edition=open-uk",
        "?from=9999-99-99",
        "?from=99999-01-01",
    ];
    let long = format!("?by={}", "theme,".repeat(1000));
    for question in hostile.into_iter().chain([long.as_str()]) {
        for answer in on_each(&worlds, question).await {
            assert_eq!(answer.status, 400, "{question}");
        }
    }
}
