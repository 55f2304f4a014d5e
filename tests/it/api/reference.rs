//! `/v1/places`, `/v1/taxonomies`, `/v1/measures`, `/v1/series`, `/v1/proxy-editions`: what everything rests on.

use serde_json::{Value, json};

use crate::support::app::{Answer, App, same_on_each};

/// Answers of every database to one question.
async fn on_each(apps: &[App], path: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for app in apps {
        answers.push(app.get(path).await);
    }
    answers
}

/// Walks a list page by page and gives every item.
async fn walk(app: &App, path: &str, limit: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let separator = if path.contains('?') { '&' } else { '?' };
        let page = format!("{path}{separator}limit={limit}{cursor}");
        let page = app.get(&page).await.json();
        let found = page["items"].as_array().unwrap().clone();
        assert!(found.len() <= limit);
        items.extend(found);
        let Some(next) = page["next_cursor"].as_str() else {
            return items;
        };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn what_is_shipped_is_read() {
    let apps = App::on_each().await;
    for (name, path) in [
        ("places", "/v1/places?parent=north-west&limit=2"),
        ("place", "/v1/places/st-helens"),
        ("taxonomies", "/v1/taxonomies?limit=1"),
        ("taxonomy", "/v1/taxonomies/marmot"),
        (
            "measures",
            "/v1/measures?shelf=default&theme=environmental&valued=true&edition=open-uk/2026&limit=2",
        ),
        ("measure_average", "/v1/measures/local-job-fte"),
        ("measure_product", "/v1/measures/school-engagement-hours"),
        ("measure_record_only", "/v1/measures/real-living-wage"),
        ("measure_converts", "/v1/measures/car-miles-saved"),
        ("measure_by_alias", "/v1/measures/XX2a?edition=example/1"),
        ("series_list", "/v1/series?limit=2"),
        ("series", "/v1/series/legal-rates?release=2026-04"),
        ("series_bands", "/v1/series/discount-rates"),
        ("editions", "/v1/proxy-editions"),
        ("edition", "/v1/proxy-editions/open-uk/2026"),
        ("proxies", "/v1/proxy-editions/example/1/proxies?limit=2"),
        (
            "proxies_of_measure",
            "/v1/proxy-editions/open-uk/2026/proxies/local-job-fte",
        ),
        (
            "proxies_uprated",
            "/v1/proxy-editions/open-uk/2026/proxies/homelessness-application-avoided",
        ),
        (
            "proxies_of_carbon",
            "/v1/proxy-editions/open-uk/2026/proxies/car-miles-saved",
        ),
        (
            "proxies_of_parts",
            "/v1/proxy-editions/open-uk/2026/proxies/community-project",
        ),
        (
            "proxies_of_record_only",
            "/v1/proxy-editions/open-uk/2026/proxies/spend-local",
        ),
    ] {
        let answers = on_each(&apps, path).await;
        assert_eq!(answers[0].status, 200, "{path}");
        insta::assert_snapshot!(format!("reference_{name}"), same_on_each(&answers));
    }
}

#[tokio::test]
async fn lists_give_every_item_once_and_each_reads_alone() {
    let apps = App::on_each().await;
    for (path, limit, key) in [
        ("/v1/places", 3, "code"),
        ("/v1/taxonomies", 1, "code"),
        ("/v1/measures", 40, "code"),
        ("/v1/series", 2, "name"),
        ("/v1/proxy-editions", 1, "id"),
    ] {
        let items = walk(&apps[0], path, limit).await;
        let whole = walk(&apps[0], path, 200).await;
        assert_eq!(items, whole, "{path}");
        for item in items {
            let one = format!("{path}/{}", item[key].as_str().unwrap());
            assert_eq!(apps[0].get(&one).await.status, 200, "{one}");
        }
    }
    let path = "/v1/proxy-editions/open-uk/2026";
    let counts = apps[0].get(path).await.json()["counts"].clone();
    let proxies = walk(&apps[0], &format!("{path}/proxies"), 50).await;
    assert_eq!(counts["proxies"], proxies.len());
    let of_edition = walk(&apps[0], "/v1/measures?edition=open-uk/2026", 200).await;
    assert_eq!(counts["measures"], of_edition.len());
    let valued = "/v1/measures?edition=open-uk/2026&valued=true";
    assert_eq!(counts["valued"], walk(&apps[0], valued, 200).await.len());
    for measure in of_edition {
        let path = format!("{path}/proxies/{}", measure["code"].as_str().unwrap());
        let answer = apps[0].get(&path).await.json();
        let none = answer["proxies"].as_array().unwrap().is_empty();
        assert_eq!(none, measure["valuation"] == "record_only", "{path}");
        assert_eq!(none, measure["column"].is_null(), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_with_what_there_is() {
    let apps = App::on_each().await;
    for (name, path, status) in [
        ("no_place", "/v1/places/atlantis", 404),
        ("no_taxonomy", "/v1/taxonomies/unesco", 404),
        ("no_measure", "/v1/measures/happiness", 404),
        (
            "no_measure_in_edition",
            "/v1/measures/local-job-fte?edition=example/1",
            404,
        ),
        ("no_series", "/v1/series/happiness", 404),
        ("no_release", "/v1/series/legal-rates?release=1066-10", 400),
        ("no_edition", "/v1/proxy-editions/open-uk/1066", 404),
        (
            "no_edition_proxies",
            "/v1/proxy-editions/open-uk/1066/proxies",
            404,
        ),
        (
            "no_measure_proxies",
            "/v1/proxy-editions/open-uk/2026/proxies/happiness",
            404,
        ),
        (
            "bad_filters",
            "/v1/measures?edition=open-uk/1066&shelf=top&theme=joy&valued=yes&limit=0&colour=red",
            400,
        ),
        ("bad_taxonomy", "/v1/measures?taxonomy=unesco", 400),
        ("bad_page", "/v1/places?limit=201&cursor=xyz&limit=1", 400),
        ("no_path", "/v1/plaices", 404),
    ] {
        let answers = on_each(&apps, path).await;
        assert_eq!(answers[0].status, status, "{path}");
        insta::assert_snapshot!(format!("reference_refused_{name}"), same_on_each(&answers));
    }
    for path in [
        "/v1/places",
        "/v1/taxonomies",
        "/v1/measures",
        "/v1/series",
        "/v1/proxy-editions",
        "/v1/places/halton",
        "/v1/proxy-editions/open-uk/2026/proxies/local-job-fte",
        "/v1/roll-ups",
    ] {
        let answer = apps[0].send("GET", path, &[], None).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "unauthorised")
        );
        let answer = apps[0].send("DELETE", path, &[], None).await;
        assert_eq!(answer.status, 405, "{path}");
        assert!(answer.header("allow").unwrap().starts_with("GET"));
    }
    for path in [
        "/v1/places/%ff",
        "/v1/places/%00",
        "/v1/places/..%2f..%2fetc",
        "/v1/measures/%f0%9f%8c%b3",
        "/v1/proxy-editions/%2e%2e/2026",
        "/v1/series/a%0d%0ab",
    ] {
        let answer = apps[0].get(path).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (404, "not_found"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_place_is_added_below_those_there_are() {
    let mut added = Vec::new();
    let mut taken = Vec::new();
    let mut faulty = Vec::new();
    let mut elsewhere = Vec::new();
    for app in App::on_each().await {
        let ward = json!({"name": "Sutton Park", "kind": "ward", "parent": "st-helens", "gss": "E05014290", "valid_from": "2022-05-01"});
        let answer = app.post("/v1/places", &ward).await;
        let location = answer.header("location").unwrap().to_owned();
        assert_eq!(app.get(&location).await.json(), answer.json());
        let listed = app.get("/v1/places?kind=ward").await.json();
        assert_eq!(listed["items"][0], answer.json());
        // What was added below a place rolls up into it.
        let rolled = app.get("/v1/roll-ups?place=sutton-park").await;
        assert_eq!(rolled.status, 200);
        added.push(answer);
        taken.push(app.post("/v1/places", &ward).await);
        let bad = json!({"code": "a/b", "name": "", "kind": "a ward", "parent": "atlantis", "gss": 7, "valid_from": "2022-05-01", "valid_to": "2021-01-01", "ward": true});
        faulty.push(app.post("/v1/places", &bad).await);
        let welsh = json!({"name": "Sŵn y Môr", "kind": "ward"});
        elsewhere.push(app.post("/v1/places", &welsh).await);
        for (body, status) in [
            ("", 400),
            ("{", 400),
            ("[]", 422),
            ("null", 422),
            ("{\"name\":NaN}", 400),
            ("{\"name\":\"a\\u0000b\",\"kind\":\"ward\"}", 422),
            ("{\"name\":\"a\",\"name\":\"b\",\"kind\":\"ward\"}", 422),
            ("{\"name\":1e400,\"kind\":[]}", 422),
            ("{\"name\":\"\u{202e}٣\",\"kind\":\"ward\"}", 422),
        ] {
            let answer = app.post_text("/v1/places", body).await;
            assert_eq!(answer.status, status, "{body}: {}", answer.text);
        }
        app.stop().await;
    }
    insta::assert_snapshot!("place_added", same_on_each(&added));
    insta::assert_snapshot!("place_taken", same_on_each(&taken));
    insta::assert_snapshot!("place_faulty", same_on_each(&faulty));
    insta::assert_snapshot!("place_needs_a_code", same_on_each(&elsewhere));
}
