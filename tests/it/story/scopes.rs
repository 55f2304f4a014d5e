//! A contract, a programme that a grant pays, one that the price of the contract pays, and what an anchor institution does
//! itself: reported and decided alike, and told apart in every total by whose money pays.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::published::without_hashes;
use super::{books_are_clean, pence, value};
use crate::support::app::{Answer, App, same_on_each};
use crate::support::forward::{on_each, settle};
use crate::support::scene::{Scene, added, changed, decide, return_of, submit};

/// What is told of each.
struct Scopes {
    contract: String,
    programme: String,
    sponsored: String,
    own: String,
    charity: String,
}

impl Scopes {
    /// A contract of two holders, and the rest of the first of them.
    async fn set(app: &App, scene: &Scene) -> Self {
        let body = json!({"name": "Green Hands", "kind": "vcfse"});
        let charity = added(app, "/v1/organisations", &body).await;
        let half = |anchor: &String| json!({"organisation": anchor, "share": "1/2"});
        let both =
            json!({"anchor_institutions": [half(&scene.anchors[0]), half(&scene.anchors[1])]});
        let contract = scene.add_contract(app, both.clone()).await;
        let id = contract.rsplit('/').next().unwrap();
        let without = json!({"supplier": null, "value": null});
        let programme = json!({"reference": "P-1", "kind": "programme", "delivered_by": charity,
            "anchor_institutions": both["anchor_institutions"],
            "funding": {"source": "grant", "funder_name": "Community fund", "reference": "CF-2026-9"}});
        let sponsored = json!({"reference": "P-2", "kind": "programme", "delivered_by": charity,
            "funding": {"source": "contract_price", "funder": scene.supplier, "contract": id}});
        let own =
            json!({"reference": "V-1", "kind": "corporate_activity", "title": "Volunteering day"});
        let of = |changes: Value| changed(changes, without.clone());
        let add = async |changes: Value| {
            scene
                .add_contract(app, with_nulls(of(changes), &without))
                .await
        };
        Self {
            programme: add(programme).await,
            sponsored: add(sponsored).await,
            own: add(own).await,
            contract,
            charity,
        }
    }

    fn all(&self) -> [&String; 4] {
        [&self.contract, &self.programme, &self.sponsored, &self.own]
    }
}

/// The same with the fields that are to be taken out.
fn with_nulls(mut changes: Value, nulls: &Value) -> Value {
    let fields = changes.as_object_mut().unwrap();
    for key in nulls.as_object().unwrap().keys() {
        fields.insert(key.clone(), Value::Null);
    }
    changes
}

fn cash(quantity: &str, activity: &str) -> Value {
    json!([{"line": "cash", "measure": "donation-cash", "quantity": quantity, "activity": activity}])
}

/// Puts and submits with one key, and accepts with another.
async fn report(app: &App, (submits, decides): (&str, &str), path: &str, lines: Value) {
    let body = return_of(lines).to_string();
    let put = app.with_key(submits, "PUT", path, Some(&body)).await;
    assert!([200, 201].contains(&put.status), "{}", put.text);
    let submission = format!("{path}/submission");
    let submitted = app.with_key(submits, "POST", &submission, Some("{}")).await;
    assert_eq!(submitted.status, 200, "{}", submitted.text);
    let revision = submitted.json()["revision"].clone();
    let decision = json!({"revision": revision, "decision": "accept"}).to_string();
    let path = format!("{path}/decision");
    let own = app.with_key(submits, "POST", &path, Some(&decision)).await;
    assert_eq!(
        own.status, 403,
        "who submits does not decide (L7): {}",
        own.text
    );
    let decided = app.with_key(decides, "POST", &path, Some(&decision)).await;
    assert_eq!(decided.status, 200, "{}", decided.text);
}

/// Pence by funding source and anchor institution.
fn by_funding(shown: &Value, list: &str) -> BTreeMap<(String, String), i64> {
    let rows = shown[list].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or("all").to_owned();
    let told = rows.map(|row| {
        let anchor = text(&row["by"]["anchor_institution"]["name"]);
        ((text(&row["funding"]), anchor), pence(&row["worth"]))
    });
    let rows: Vec<_> = told.collect();
    let found: BTreeMap<_, _> = rows.iter().cloned().collect();
    assert_eq!(found.len(), rows.len(), "no two rows are alike: {shown}");
    found
}

const ASKED: &str = "/v1/roll-ups?by=anchor_institution,measure";

/// Rows and totals, but for what is suppressed in public.
fn figures(shown: &Value) -> Value {
    let told = |key: &str| {
        let rows = shown[key].as_array().unwrap().iter();
        rows.map(|row| changed(row.clone(), json!({"suppressed": null})))
            .collect::<Vec<_>>()
    };
    json!([told("rows"), told("totals")])
}

#[tokio::test]
async fn what_a_grant_and_what_a_price_brought_about_is_never_one_total() {
    let (mut shown, mut rolled_up, mut published): (Vec<Answer>, Vec<_>, Vec<_>) =
        (vec![], vec![], vec![]);
    for app in on_each::<12>().await {
        let scene = Scene::set(&app).await;
        let scopes = Scopes::set(&app, &scene).await;
        let council = scene.anchors[0].as_str();
        let decides = app.key_of("commissioner", &[council]).await;
        let supplier = app.key_of("supplier", &[&scene.supplier]).await;
        let charity = app.key_of("supplier", &[&scopes.charity]).await;
        let staff = app.key_of("supplier", &[council]).await;
        for (key, scope, quantity, activity) in [
            (&supplier, &scopes.contract, "100", "harvest day"),
            (&charity, &scopes.programme, "40", "harvest day"),
            (&charity, &scopes.sponsored, "10", "harvest day"),
            (&staff, &scopes.own, "8", "litter pick"),
        ] {
            let path = format!("{scope}/returns/2026-27-Q1");
            report(&app, (key, &decides), &path, cash(quantity, activity)).await;
            let others = scopes.all().into_iter().filter(|other| *other != scope);
            for other in others.filter(|other| key != &charity || **other == scopes.own) {
                let hidden = app.with_key(key, "GET", other, None).await;
                assert_eq!(hidden.status, 404, "{}", hidden.text);
            }
        }
        shown.push(app.with_key(&decides, "GET", &scopes.programme, None).await);
        shown.push(app.with_key(&decides, "GET", &scopes.own, None).await);

        // The same activity is flagged, whatever claims it (V11).
        let names = async |scope: &str| {
            let path = format!("{scope}/returns/2026-27-Q1");
            let read = app.with_key(&decides, "GET", &path, None).await.json();
            let found = read["claimed_elsewhere"].as_array().unwrap().clone();
            let name = |one: Value| one["contract_reference"].as_str().unwrap().to_owned();
            found.into_iter().map(name).collect::<Vec<_>>()
        };
        assert_eq!(names(&scopes.contract).await, ["P-1", "P-2"]);
        assert_eq!(names(&scopes.programme).await, ["C-1", "P-2"]);
        assert_eq!(names(&scopes.own).await, [""; 0]);

        // Each source has rows and totals of its own, whichever grain answers.
        let rolled = app.get(ASKED).await;
        let all = rolled.json();
        let (rows, totals) = (by_funding(&all, "rows"), by_funding(&all, "totals"));
        let pound = totals[&("own_resources".to_owned(), "all".to_owned())] / 8;
        let of = |source: &str, anchor: &str| (source.to_owned(), anchor.to_owned());
        let expected = BTreeMap::from([
            (of("contract_price", "Halton Council"), 60 * pound),
            (of("contract_price", "Mersey Care"), 50 * pound),
            (of("grant", "Halton Council"), 20 * pound),
            (of("grant", "Mersey Care"), 20 * pound),
            (of("own_resources", "Halton Council"), 8 * pound),
        ]);
        assert_eq!(rows, expected);
        let sums = [("contract_price", 110), ("grant", 40), ("own_resources", 8)];
        let sums = sums.map(|(source, count)| (of(source, "all"), count * pound));
        assert_eq!(totals, BTreeMap::from(sums));
        let by_contract = app
            .get("/v1/roll-ups?by=contract,supplier,funding")
            .await
            .json();
        assert_eq!(by_contract["totals"], all["totals"]);
        assert_eq!(by_contract["rows"].as_array().unwrap().len(), 4);
        let label = &by_contract["rows"][1]["by"]["funding"];
        assert_eq!(label, &json!({"id": "grant", "name": "grant"}));
        filtered(&app, &totals).await;
        rolled_up.push(rolled);

        // What is known and published keeps them apart too, for good.
        let body = json!({"title": "Social value", "by": ["anchor_institution", "measure"]});
        let posted = app.post("/v1/publications", &body).await;
        assert_eq!(posted.status, 201, "{}", posted.text);
        assert_eq!(figures(&posted.json()), figures(&all));
        let publication = posted.header("location").unwrap().to_owned();
        settle::<12>();
        let path = format!("{}/returns/2026-27-Q1", scopes.programme);
        report(&app, (&charity, &decides), &path, cash("30", "harvest day")).await;
        let then = posted.json()["published_at"].as_str().unwrap().to_owned();
        let known = app.get(&format!("{ASKED}&as_known_at={then}")).await.json();
        assert_eq!(figures(&known), figures(&all));
        let grants = format!("{ASKED}&funding=grant&as_known_at={then}");
        assert_eq!(app.get(&grants).await.json()["totals"][0], all["totals"][1]);
        let by_contract = format!("/v1/roll-ups?by=contract&funding=grant&as_known_at={then}");
        let by_contract = app.get(&by_contract).await.json();
        assert_eq!(by_contract["totals"], json!([all["totals"][1]]));
        let difference = app.get(&format!("{publication}/difference")).await.json();
        let differing = difference["rows"].as_array().unwrap();
        assert_eq!((differing.len(), &difference["unchanged"]), (2, &json!(3)));
        assert!(
            differing.iter().all(|row| row["funding"] == "grant"),
            "{difference}"
        );
        assert_eq!(app.get(&publication).await.text, posted.text);
        published.push(without_hashes(posted));

        // No price, no ratio to it (V15).
        let social = &value(&app, &scopes.own).await["social_value_added"];
        assert!(social["ratio"].is_null(), "{social}");
        books_are_clean(&app, "with all kinds").await;
        app.stop().await;
    }
    let of_own: Vec<Answer> = shown.iter().skip(1).step_by(2).cloned().collect();
    let of_programme: Vec<Answer> = shown.into_iter().step_by(2).collect();
    insta::assert_snapshot!("scope_programme", same_on_each(&of_programme));
    insta::assert_snapshot!("scope_own", same_on_each(&of_own));
    insta::assert_snapshot!("scopes_rolled_up", same_on_each(&rolled_up));
    insta::assert_snapshot!("scopes_published", same_on_each(&published));
}

/// Filters let through what they say.
async fn filtered(app: &App, totals: &BTreeMap<(String, String), i64>) {
    for (filter, count) in [
        ("grant", 1),
        ("grant,own_resources", 2),
        ("own_resources,contract_price,grant", 3),
    ] {
        for by in ["theme", "supplier"] {
            let path = format!("/v1/roll-ups?by={by}&funding={filter}");
            let found = by_funding(&app.get(&path).await.json(), "totals");
            assert_eq!(found.len(), count, "{path}");
            assert!(found.iter().all(|(key, pence)| totals[key] == *pence));
        }
    }
    let body = json!({"title": "Grants", "by": ["theme"], "funding": ["grant"]});
    let posted = app.post("/v1/publications", &body).await;
    assert_eq!(posted.json()["query"]["funding"], json!(["grant"]));
    assert_eq!(posted.json()["totals"].as_array().unwrap().len(), 1);
    for (filter, references) in [
        ("kind=contract", &["C-1"][..]),
        ("kind=programme", &["P-1", "P-2"]),
        ("kind=corporate_activity", &["V-1"]),
    ] {
        let found = app.get(&format!("/v1/contracts?{filter}")).await.json();
        let found = found["items"].as_array().unwrap().iter();
        let found: Vec<&str> = found
            .map(|one| one["reference"].as_str().unwrap())
            .collect();
        assert_eq!(found, references);
    }
}

#[tokio::test]
async fn the_contract_that_pays_is_told_to_those_who_may_edit() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let scopes = Scopes::set(&app, &scene).await;
        let pays = |answer: &Answer| answer.json()["funding"]["contract"].clone();
        let holds = app.key_of("commissioner", &[&scene.anchors[0]]).await;
        let delivers = app.key_of("supplier", &[&scopes.charity]).await;
        let analyst = app.key_of("analyst", &[]).await;
        let id = json!(scopes.contract.rsplit('/').next().unwrap());
        for (key, told) in [(&holds, &id), (&analyst, &id), (&delivers, &Value::Null)] {
            let read = app.with_key(key, "GET", &scopes.sponsored, None).await;
            assert_eq!((read.status, &pays(&read)), (200, told), "{}", read.text);
            let listed = app
                .with_key(key, "GET", "/v1/contracts?reference=P-2", None)
                .await;
            assert_eq!(&listed.json()["items"][0]["funding"]["contract"], told);
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn v11_what_the_same_money_pays_is_told_apart_by_activities() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let scopes = Scopes::set(&app, &scene).await;
        let grant =
            json!({"source": "grant", "funder_name": "Community fund", "reference": "CF-2026-9"});
        let whole = json!([{"organisation": scene.anchors[2], "share": "1"}]);
        let of_grant = json!({"reference": "C-2", "funding": grant, "anchor_institutions": whole});
        let of_grant = scene.add_contract(&app, of_grant).await;
        let other =
            json!({"source": "grant", "funder_name": "Community fund", "reference": "CF-2027-1"});
        let other = json!({"reference": "C-3", "funding": other});
        let other = scene.add_contract(&app, other).await;
        let one = |measure: &str, activity: Value| json!([{"line": "a", "measure": measure, "quantity": "10", "activity": activity}]);
        let miles = || one("car-miles-saved", Value::Null);
        for contract in [
            &scopes.contract,
            &scopes.programme,
            &scopes.own,
            &of_grant,
            &other,
        ] {
            submit(&app, contract, "2026-27-Q1", miles()).await;
        }
        let carbon = one("carbon-saved", json!("cycle lanes"));
        submit(&app, &scopes.sponsored, "2026-27-Q1", carbon).await;
        submit(&app, &scopes.sponsored, "2026-27-Q2", miles()).await;
        let council = app.key_of("commissioner", &[&scene.anchors[0]]).await;
        let delivers = app.key_of("supplier", &[&scopes.charity]).await;
        let flagged = async |key: &str, contract: &str, period: &str| {
            let path = format!("{contract}/returns/{period}");
            let read = app.with_key(key, "GET", &path, None).await;
            assert_eq!(read.status, 200, "{}", read.text);
            read.json()["paid_by_the_same_money"].clone()
        };
        let (none, q1) = (Value::Null, "2026-27-Q1");
        let names = |reference: &str, measure: &str| json!([{"contract_reference": reference, "period": q1, "line": "a", "measure": measure}]);
        // The price of one pays the other: tonnes and miles may be the same, as the one names no activity.
        let found = flagged(&council, &scopes.contract, q1).await;
        assert_eq!(found, names("P-2", "carbon-saved"));
        let found = flagged(&council, &scopes.sponsored, q1).await;
        assert_eq!(found, names("C-1", "car-miles-saved"));
        assert_eq!(
            flagged(&council, &scopes.sponsored, "2026-27-Q2").await,
            none
        );
        // One grant: its other half is another anchor institution's, and whoever decides is told that there is one.
        let found = flagged(&app.first_key, &scopes.programme, q1).await;
        assert_eq!(found, names("C-2", "car-miles-saved"));
        let hidden = json!([{"contract_reference": null, "period": null, "line": null, "measure": "car-miles-saved"}]);
        assert_eq!(flagged(&council, &scopes.programme, q1).await, hidden);
        assert_eq!(flagged(&delivers, &scopes.programme, q1).await, none);
        for apart in [&scopes.own, &other] {
            assert_eq!(flagged(&app.first_key, apart, q1).await, none);
        }
        // Two names are two activities, and one name of both is flagged for that.
        let reject = json!({"decision": "reject", "reason": "Which?"});
        decide(&app, &scopes.contract, q1, reject).await;
        let named = one("car-miles-saved", json!("car club"));
        submit(&app, &scopes.contract, q1, named).await;
        for contract in [&scopes.contract, &scopes.sponsored] {
            assert_eq!(flagged(&council, contract, q1).await, none);
        }
        app.stop().await;
    }
}
