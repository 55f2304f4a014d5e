//! `/v1/publications` and `/v1/public`.

use serde_json::{Value, json};

use crate::story::published::without_hashes;
use crate::support::app::{Answer, App, same_on_each};
use crate::support::databases::sqlite;
use crate::support::scene::{Scene, added, changed, decide, submit};

/// Contracts of three suppliers, with a verified quarter each: hours of some, cash of all.
struct Market {
    scene: Scene,
    suppliers: Vec<String>,
    contracts: Vec<String>,
}

impl Market {
    async fn set(app: &App) -> Self {
        let scene = Scene::set(app).await;
        let mut suppliers = vec![scene.supplier.clone()];
        for name in ["Baker Works Ltd", "Cooper Roads Ltd", "Dyer Parks Ltd"] {
            let body = json!({"name": name, "kind": "business"});
            suppliers.push(added(app, "/v1/organisations", &body).await);
        }
        let mut contracts = Vec::new();
        for (number, supplier) in suppliers.iter().enumerate() {
            let held = json!({"reference": format!("C-{number}"), "supplier": supplier,
                "anchor_institutions": scene.thirds()});
            contracts.push(scene.add_contract(app, held).await);
        }
        for (number, contract) in contracts.iter().enumerate() {
            let hours = ["30", "40", "50", "3"][number];
            let mut lines = vec![
                json!({"line": "cash", "measure": "donation-cash", "quantity": "1000"}),
                json!({"line": "hours", "measure": "volunteering-hours", "quantity": hours}),
                json!({"line": "paid", "measure": "paid-within-30-days", "numerator": "46", "denominator": "50"}),
            ];
            if number == 0 {
                let miles =
                    json!({"line": "miles", "measure": "car-miles-saved", "quantity": "10000"});
                lines.push(miles);
            }
            submit(app, contract, "2026-27-Q1", json!(lines)).await;
            decide(app, contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        }
        Self {
            scene,
            suppliers,
            contracts,
        }
    }
}

async fn publish(app: &App, body: Value) -> Answer {
    let body = changed(json!({"title": "Social value 2026-27"}), body);
    let answer = app.post("/v1/publications", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer
}

fn id(answer: &Answer) -> String {
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Reads without a key.
async fn anybody(app: &App, path: &str) -> Answer {
    app.send("GET", path, &[], None).await
}

/// The labels of rows that are suppressed, and of those that are not.
fn suppressed(shown: &Value, dimension: &str) -> (Vec<String>, Vec<String>) {
    let label = |row: &Value| row["by"][dimension]["id"].as_str().unwrap().to_owned();
    let rows = shown["rows"].as_array().unwrap();
    let (kept, told): (Vec<&Value>, Vec<&Value>) =
        rows.iter().partition(|row| row["suppressed"] == true);
    let labels = |rows: Vec<&Value>| rows.into_iter().map(label).collect();
    (labels(kept), labels(told))
}

#[tokio::test]
async fn a_roll_up_is_published_and_read_by_everybody() {
    let (mut whole, mut public, mut lists) = (vec![], vec![], vec![]);
    for app in App::on_each().await {
        Market::set(&app).await;
        let body = json!({"by": ["measure"], "from": "2026-04-01", "to": "2027-03-31"});
        let made = publish(&app, body).await;
        let own = format!("/v1/publications/{}", id(&made));
        let open = format!("/v1/public/default/publications/{}", id(&made));
        assert_eq!(app.get(&own).await.text, made.text);
        assert_eq!(anybody(&app, &own).await.status, 401);
        assert_eq!(anybody(&app, &open).await.status, 404);
        let list = "/v1/public/default/publications";
        assert_eq!(anybody(&app, list).await.json(), json!({"items": []}));

        let access = format!("{own}/access");
        let opened = app.post(&access, &json!({"public": true})).await;
        assert_eq!(opened.status, 200, "{}", opened.text);
        assert_eq!(opened.json(), changed(made.json(), json!({"public": true})));
        let told = anybody(&app, &open).await;
        assert_eq!(told.status, 200, "{}", told.text);
        let kept = told.header("cache-control");
        assert_eq!(kept, Some("public, max-age=60"));
        let tag = told.header("etag").unwrap().to_owned();
        let held = app
            .send("GET", &open, &[("if-none-match", &tag)], None)
            .await;
        assert_eq!((held.status, held.text.as_str()), (304, ""));
        // A key makes no difference, good or bad.
        assert_eq!(app.get(&open).await.text, told.text);
        assert_eq!(
            app.with_key("gm_default_wrong", "GET", &open, None)
                .await
                .text,
            told.text
        );
        lists.push(anybody(&app, list).await);

        // Nothing that a suppressed figure could be tried out against.
        for word in ["digest", "hash", "lines", "published_by", "chain_heads"] {
            let key = format!("\"{word}\":");
            assert!(!told.text.contains(&key), "{word}: {}", told.text);
        }
        let again = app.post(&access, &json!({"public": true})).await;
        assert_eq!(again.text, opened.text);
        let closed = app.post_as_second(&access, &json!({"public": false})).await;
        assert_eq!(closed.text, made.text, "as it was made");
        assert_eq!(anybody(&app, &open).await.status, 404);
        assert_eq!(
            anybody(&app, "/v1/public/nobody/publications").await.json(),
            json!({"items": []})
        );
        let elsewhere = open.replace("default", "nobody");
        assert_eq!(
            anybody(&app, &elsewhere).await.text,
            anybody(&app, &open).await.text
        );

        let audit = app.get("/v1/audit?subject=publication").await.json();
        let entries = audit["items"].as_array().unwrap().iter();
        let actions: Vec<&str> = entries.map(|one| one["action"].as_str().unwrap()).collect();
        assert_eq!(
            actions,
            ["close_publication", "open_publication", "publish"]
        );
        whole.push(without_hashes(made));
        public.push(told);
        app.stop().await;
    }
    insta::assert_snapshot!("publication", same_on_each(&whole));
    insta::assert_snapshot!("publication_public", same_on_each(&public));
    insta::assert_snapshot!("publication_public_list", same_on_each(&lists));
}

#[tokio::test]
async fn small_numbers_are_kept_back_with_what_would_tell_them() {
    for app in App::on_each().await {
        let market = Market::set(&app).await;
        let read = async |body: Value| {
            let made = publish(&app, changed(json!({"public": true}), body)).await;
            let path = format!("/v1/public/default/publications/{}", id(&made));
            let shown = anybody(&app, &path).await.json();
            for row in shown["rows"]
                .as_array()
                .unwrap()
                .iter()
                .chain(shown["totals"].as_array().unwrap())
            {
                if row["suppressed"] == true {
                    assert!(
                        row["worth"].is_null() && row["provisional"].is_null(),
                        "{row}"
                    );
                    assert!(
                        row.get("quantity").is_none() && row.get("numerator").is_none(),
                        "{row}"
                    );
                }
            }
            shown
        };
        // Miles are of one contract alone, and the only figure of their column: its total would tell them. Of the
        // ratio, 16 of 200 are not paid in time, which is not few.
        let shown = read(json!({"by": ["measure"]})).await;
        let (kept, told) = suppressed(&shown, "measure");
        assert_eq!(kept, ["car-miles-saved"]);
        assert_eq!(
            told,
            ["donation-cash", "paid-within-30-days", "volunteering-hours"]
        );
        let totals = shown["totals"].as_array().unwrap().iter();
        let hidden: Vec<&Value> = totals.filter(|one| one["suppressed"] == true).collect();
        assert_eq!(hidden.len(), 1);
        assert_eq!(hidden[0]["column"], "social");

        // By contract each figure is of one contract, and all are kept back, but not their total.
        let shown = read(json!({"by": ["contract"]})).await;
        assert_eq!(suppressed(&shown, "contract").1, Vec::<String>::new());
        let effort = |shown: &Value| {
            let mut totals = shown["totals"].as_array().unwrap().iter();
            totals.find(|one| one["column"] == "effort").unwrap()["worth"].clone()
        };
        assert!(effort(&shown).is_string(), "{shown}");

        // Who says that a contract may be told alone still keeps small counts back: 3 hours, and the next smallest with
        // them.
        let alone = json!({"fewest_contracts": 1, "fewest_suppliers": 1});
        let shown = read(json!({"by": ["measure", "contract"], "suppression": alone})).await;
        let rows = shown["rows"].as_array().unwrap().iter();
        let hours = rows.filter(|row| row["by"]["measure"]["id"] == "volunteering-hours");
        let told: Vec<Value> = hours.map(|row| row["quantity"].clone()).collect();
        assert_eq!(told, [Value::Null, json!("40"), json!("50"), Value::Null]);
        let ratio = shown["rows"].as_array().unwrap().iter();
        let mut ratio = ratio.filter(|row| row["by"]["measure"]["id"] == "paid-within-30-days");
        assert!(
            ratio.all(|row| row["suppressed"] == true),
            "4 of 50 are not paid in time"
        );
        assert_eq!(shown["suppression"]["smallest_count"], 5);

        // Nothing is kept back where that is asked.
        let nothing = json!({"smallest_count": 1, "fewest_contracts": 1, "fewest_suppliers": 1});
        let shown = read(json!({"by": ["measure", "contract"], "suppression": nothing})).await;
        assert_eq!(suppressed(&shown, "measure").0, Vec::<String>::new());
        assert_eq!(market.contracts.len(), market.suppliers.len());
        app.stop().await;
    }
}

#[tokio::test]
async fn a_commissioner_publishes_and_reads_its_own_part() {
    for app in App::on_each().await {
        let market = Market::set(&app).await;
        let [first, second] = [0, 1].map(|number| market.scene.anchors[number].as_str());
        let holder = app.key_of("commissioner", &[first]).await;
        let other = app.key_of("commissioner", &[second]).await;
        let both = app.key_of("commissioner", &[first, second]).await;
        let supplier = app.key_of("supplier", &[&market.suppliers[1]]).await;
        let analyst = app.key_of("analyst", &[]).await;
        let by = json!({"title": "Ours", "by": ["anchor_institution"]}).to_string();
        let made = app
            .with_key(&holder, "POST", "/v1/publications", Some(&by))
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
        let rows = made.json();
        let rows = rows["rows"].as_array().unwrap();
        assert!(
            rows.iter()
                .all(|row| row["by"]["anchor_institution"]["id"] == first)
        );
        assert_eq!(
            made.json()["whose"],
            json!({"anchor_institutions": [first]})
        );
        let all = publish(&app, json!({"title": "All"})).await;
        let of_second = publish(
            &app,
            json!({"title": "Second", "anchor_institution": second}),
        )
        .await;
        let of_supplier = publish(
            &app,
            json!({"title": "Supplier", "supplier": market.suppliers[1]}),
        )
        .await;

        let titles = async |key: &str| {
            let list = app
                .with_key(key, "GET", "/v1/publications", None)
                .await
                .json();
            let items = list["items"].as_array().unwrap().iter();
            let titles = items.map(|one| one["title"].as_str().unwrap().to_owned());
            titles.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(titles(&app.first_key).await, "Supplier Second All Ours");
        assert_eq!(titles(&analyst).await, "Supplier Second All Ours");
        assert_eq!(titles(&holder).await, "Ours");
        assert_eq!(titles(&other).await, "Second");
        assert_eq!(titles(&both).await, "Second Ours");
        assert_eq!(titles(&supplier).await, "Supplier");
        let page = app
            .with_key(&both, "GET", "/v1/publications?limit=1", None)
            .await
            .json();
        let next = page["next_cursor"].as_str().unwrap();
        let next = format!("/v1/publications?limit=1&cursor={next}");
        let page = app.with_key(&both, "GET", &next, None).await.json();
        assert_eq!(page["items"][0]["title"], "Ours");
        assert!(page.get("next_cursor").is_none());

        // What one may not see is not there, to be read, compared or opened.
        for (key, made, expected) in [
            (&holder, &all, 404),
            (&holder, &of_second, 404),
            (&other, &of_second, 200),
            (&supplier, &of_supplier, 200),
            (&supplier, &all, 404),
        ] {
            let path = format!("/v1/publications/{}", id(made));
            for below in ["", "/difference"] {
                let answer = app
                    .with_key(key, "GET", &format!("{path}{below}"), None)
                    .await;
                assert_eq!(answer.status, expected, "{}", answer.text);
            }
        }
        let access = |made: &Answer| format!("/v1/publications/{}/access", id(made));
        let public = Some(r#"{"public":true}"#);
        for (key, made, expected) in [
            (&other, &of_second, 200),
            (&holder, &of_second, 404),
            (&supplier, &of_supplier, 403),
            (&analyst, &all, 403),
        ] {
            let answer = app.with_key(key, "POST", &access(made), public).await;
            assert_eq!(answer.status, expected, "{}", answer.text);
        }
        // No figure of others, asked for by name.
        let foreign = json!({"title": "T", "anchor_institution": second}).to_string();
        let refused = app
            .with_key(&holder, "POST", "/v1/publications", Some(&foreign))
            .await;
        assert_eq!(
            refused.faults()[0].1,
            "unknown_organisation",
            "{}",
            refused.text
        );
        app.stop().await;
    }
}

#[tokio::test]
async fn what_cannot_be_published_is_refused_with_every_fault() {
    let mut answers = vec![];
    for app in App::on_each().await {
        let faulty = json!({"by": ["colour", "theme", 3], "stage": ["verified", "verified"], "from": "soon",
            "public": "yes", "suppression": {"smallest_count": 0, "fewest_contracts": 1001, "more": 1}, "colour": "red"});
        answers.push(app.post("/v1/publications", &faulty).await);
        let unknown = json!({"title": "T", "by": ["theme", "theme"], "from": "2027-04-01", "to": "2026-04-01",
            "taxonomy": "x", "edition": "x/1"});
        let unknown = app.post("/v1/publications", &unknown).await;
        let mut codes: Vec<String> = unknown.faults().into_iter().map(|(_, code)| code).collect();
        codes.sort();
        assert_eq!(
            codes,
            [
                "days_disordered",
                "duplicate_word",
                "unknown_edition",
                "unknown_taxonomy"
            ]
        );
        let place = json!({"title": "T", "place": "atlantis", "contract": "none"});
        let place = app.post("/v1/publications", &place).await;
        assert_eq!(place.status, 422, "{}", place.text);
        assert_eq!(
            app.get("/v1/publications").await.json(),
            json!({"items": []})
        );
        let made = publish(&app, json!({})).await;
        let access = format!("/v1/publications/{}/access", id(&made));
        let nothing = app.post(&access, &json!({})).await;
        assert_eq!(
            nothing.faults(),
            [("/public".to_owned(), "field_missing".to_owned())]
        );
        app.stop().await;
    }
    insta::assert_snapshot!("publication_faulty", same_on_each(&answers));
}

#[tokio::test]
async fn a_publication_is_tried_and_repeated_as_other_writes_are() {
    let app = App::start(sqlite()).await;
    Market::set(&app).await;
    let body = json!({"title": "T", "by": ["theme"]});
    let tried = app.post("/v1/publications?dry_run=true", &body).await;
    assert_eq!((tried.status, tried.header("dry-run")), (201, Some("true")));
    assert_eq!(
        app.get("/v1/publications").await.json(),
        json!({"items": []})
    );
    let named = [("idempotency-key", "once")];
    let first = app
        .send_json("POST", "/v1/publications", &named, &body)
        .await;
    let again = app
        .send_json("POST", "/v1/publications", &named, &body)
        .await;
    assert_eq!(again.text, first.text);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let list = app.get("/v1/publications").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    app.stop().await;
}
