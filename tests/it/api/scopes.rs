//! What is refused of programmes and of what anchor institutions do themselves.

use serde_json::{Value, json};

use crate::support::app::{App, same_on_each};
use crate::support::scene::{Scene, added, changed};

/// A programme, with changes.
fn programme(scene: &Scene, changes: Value) -> Value {
    let base = json!({"kind": "programme", "funding": {"source": "grant"}, "supplier": null, "value": null});
    let mut whole = scene.contract(base);
    for (key, value) in changes.as_object().unwrap() {
        whole[key] = value.clone();
    }
    whole
}

#[tokio::test]
async fn every_fault_of_a_scope_is_told() {
    let mut together = Vec::new();
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let contract = scene.add_contract(&app, json!({"reference": "C-0"})).await;
        let id = contract.rsplit('/').next().unwrap();
        let long = |length: usize| "x".repeat(length);
        let cases = [
            (
                json!({"supplier": scene.supplier}),
                "/supplier",
                "no_supplier",
            ),
            (
                json!({"delivered_by": "nobody"}),
                "/delivered_by",
                "unknown_organisation",
            ),
            (
                json!({"delivered_by": "a\u{0}b"}),
                "/delivered_by",
                "unknown_organisation",
            ),
            (json!({"kind": "Programme"}), "/kind", "unknown_kind"),
            (json!({"kind": 7}), "/kind", "wrong_type"),
            (json!({"funding": null}), "/funding", "field_missing"),
            (json!({"funding": {}}), "/funding/source", "field_missing"),
            (json!({"funding": "grant"}), "/funding", "wrong_type"),
            (
                json!({"funding": {"source": "gift"}}),
                "/funding/source",
                "unknown_funding",
            ),
            (
                json!({"funding": {"source": "grant", "colour": "red"}}),
                "/funding/colour",
                "unknown_field",
            ),
            (
                json!({"funding": {"source": "grant", "funder_name": long(301)}}),
                "/funding/funder_name",
                "text_length",
            ),
            (
                json!({"funding": {"source": "grant", "funder_name": " "}}),
                "/funding/funder_name",
                "text_length",
            ),
            (
                json!({"funding": {"source": "grant", "funder_name": "a\u{0}b"}}),
                "/funding/funder_name",
                "control_character",
            ),
            (
                json!({"funding": {"source": "grant", "reference": long(201)}}),
                "/funding/reference",
                "text_length",
            ),
            (
                json!({"funding": {"source": "grant", "funder": "nobody"}}),
                "/funding/funder",
                "unknown_organisation",
            ),
            (
                json!({"funding": {"source": "grant", "funder": scene.supplier, "funder_name": "x"}}),
                "/funding/funder_name",
                "two_funders",
            ),
            (
                json!({"funding": {"source": "grant", "contract": id}}),
                "/funding/contract",
                "funding_does_not_fit",
            ),
            (
                json!({"funding": {"source": "contract_price", "contract": "nothing"}}),
                "/funding/contract",
                "unknown_contract",
            ),
            (
                json!({"funding": {"source": "contract_price", "contract": "a\u{0}b"}}),
                "/funding/contract",
                "unknown_contract",
            ),
            (
                json!({"kind": "corporate_activity", "delivered_by": scene.supplier}),
                "/delivered_by",
                "not_a_holder",
            ),
            (
                json!({"kind": "corporate_activity", "funding": {"source": "contract_price"}}),
                "/funding/source",
                "funding_does_not_fit",
            ),
            (
                json!({"kind": "contract", "supplier": scene.supplier, "funding": {"source": "own_resources"}}),
                "/funding/source",
                "funding_does_not_fit",
            ),
            (json!({"kind": "contract"}), "/supplier", "field_missing"),
            (
                json!({"kind": null, "supplier": scene.supplier, "delivered_by": scene.anchors[0]}),
                "/delivered_by",
                "supplier_delivers",
            ),
        ];
        for (changes, pointer, code) in cases {
            let body = programme(&scene, changes);
            let answer = app.post("/v1/contracts", &body).await;
            assert_eq!(answer.status, 422, "{body}: {}", answer.text);
            let told = [(pointer.to_owned(), code.to_owned())];
            assert_eq!(answer.faults(), told, "{body}");
        }
        let wrong = json!({"supplier": scene.supplier, "delivered_by": "nobody", "anchor_institutions": [],
            "funding": {"source": "price", "funder": "x", "funder_name": long(301), "reference": long(201), "contract": "y"}});
        let wrong = programme(&scene, wrong);
        together.push(app.post("/v1/contracts", &wrong).await);
        app.stop().await;
    }
    insta::assert_snapshot!("scope_faulty", same_on_each(&together));
}

#[tokio::test]
async fn kind_and_funding_stay_as_they_were_made() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let made = app
            .post("/v1/contracts", &programme(&scene, json!({})))
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
        let (path, made) = (made.header("location").unwrap().to_owned(), made.json());
        assert_eq!(made["delivered_by"], json!(scene.anchors[0]));
        assert_eq!(made["supplier"], Value::Null);
        let amendment = json!({"effective_on": "2026-06-01", "reason": "Otherwise", "title": "T"});
        for (field, change) in [
            ("kind", json!("contract")),
            ("supplier", json!(scene.supplier)),
            ("delivered_by", json!(scene.supplier)),
            ("funding", json!({"source": "own_resources"})),
        ] {
            let body = changed(amendment.clone(), json!({field: change}));
            let answer = app.post(&format!("{path}/amendments"), &body).await;
            let told = [(format!("/{field}"), "unknown_field".to_owned())];
            assert_eq!(answer.faults(), told, "{}", answer.text);
        }
        // Whoever holds it later, the same organisation goes on delivering it.
        let whole = json!([{"organisation": scene.anchors[1], "share": "1"}]);
        let handed = changed(amendment, json!({"anchor_institutions": whole}));
        added(&app, &format!("{path}/amendments"), &handed).await;
        let now = app.get(&path).await.json();
        for field in ["kind", "funding", "delivered_by", "supplier"] {
            assert_eq!(now[field], made[field], "{field}");
        }
        app.stop().await;
    }
}

/// Of a contract that one may not see nothing is told, not even that it is there.
#[tokio::test]
async fn a_contract_that_pays_must_be_seen() {
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let hidden = scene.add_contract(&app, json!({"reference": "C-0"})).await;
        let hidden = hidden.rsplit('/').next().unwrap();
        let other = app.key_of("commissioner", &[&scene.anchors[1]]).await;
        let paid_by = |id: &str| {
            let whole = json!([{"organisation": scene.anchors[1], "share": "1"}]);
            let funding = json!({"source": "contract_price", "contract": id});
            programme(
                &scene,
                json!({"anchor_institutions": whole, "funding": funding}),
            )
        };
        let bulk = |id: &str| json!({"items": [paid_by(id)]});
        let (mut said, mut in_bulk) = (Vec::new(), Vec::new());
        for id in [hidden, "01890a5d-ac96-774b-bcce-b302099a8057"] {
            let body = paid_by(id).to_string();
            let answer = app
                .with_key(&other, "POST", "/v1/contracts", Some(&body))
                .await;
            assert_eq!(answer.status, 422, "{}", answer.text);
            said.push(answer.faults());
            let body = bulk(id).to_string();
            let path = "/v1/contracts/bulk?atomic=true";
            let answer = app.with_key(&other, "POST", path, Some(&body)).await;
            assert_eq!(answer.status, 422, "{}", answer.text);
            in_bulk.push(answer.json()["items"][0]["problem"]["faults"].clone());
        }
        assert_eq!(
            said[0],
            [(
                "/funding/contract".to_owned(),
                "unknown_contract".to_owned()
            )]
        );
        assert_eq!((&said[0], &in_bulk[0]), (&said[1], &in_bulk[1]));
        let body = paid_by(hidden);
        let may = app.post("/v1/contracts", &body).await;
        assert_eq!(may.status, 201, "{}", may.text);
        app.stop().await;
    }
}
