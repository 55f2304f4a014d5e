//! `/v1/keys`: made, shown once, read and listed.

mod lives;
mod opens;
mod secrets;

use goodmeasure::domain::moment::Moment;
use goodmeasure::operations::Actor;
use goodmeasure::operations::keys::{KeyGiven, MadeKey, make_key};
use goodmeasure::storage::Tx;
use serde_json::{Value, json};

use crate::support::app::{Answer, App, same_on_each};
use crate::support::scene::Scene;

/// Thirty days, in microseconds.
const A_MONTH: i64 = 30 * 86_400_000_000;

/// Text and id of a key that must be made.
async fn added(app: &App, path: &str, body: Value) -> (String, String) {
    let answer = app.post(path, &body).await;
    assert_eq!(answer.status, 201, "{path} {body}: {}", answer.text);
    let json = answer.json();
    let text = |key: &str| json[key].as_str().unwrap().to_owned();
    (text("key"), text("id"))
}

/// A key made a month before the clock of the test begins to tick.
async fn made_before(app: &App, role: &str, last_day: &str) -> MadeKey {
    let at = Moment::from_micros((app.office.clock)().micros() - A_MONTH);
    let operator = Actor::administrator("default", "test");
    let given = KeyGiven {
        name: Some("made before".to_owned()),
        role: Some(role.to_owned()),
        expires_on: Some(last_day.to_owned()),
        ..KeyGiven::default()
    };
    let made = app
        .office
        .store
        .write(async |tx: &mut Tx| {
            make_key(tx, app.office.hand(&operator, at), &given, Vec::new()).await
        })
        .await;
    made.unwrap()
}

async fn reads(app: &App, key: &str) -> Answer {
    app.with_key(key, "GET", "/v1/measures?limit=1", None).await
}

/// The same answer without what differs on each run: the secret, and what is shown of it.
fn masked(answer: &Answer) -> Answer {
    let json = answer.json();
    let mut masked = answer.clone();
    for (name, mask) in [
        ("key", "gm_default_<secret>"),
        ("prefix", "gm_default_<begins>"),
    ] {
        if let Some(text) = json[name].as_str() {
            assert!(text.starts_with("gm_default_"));
            masked.text = masked.text.replace(text, mask);
        }
    }
    masked
}

#[tokio::test]
async fn a_key_is_made_shown_once_read_and_listed() {
    let (mut made, mut listed, mut faulty) = (vec![], vec![], vec![]);
    for app in App::on_each().await {
        let scene = Scene::set(&app).await;
        let body = json!({
            "name": "Able Repairs, reporting", "role": "supplier", "organisations": [scene.supplier],
            "expires_on": "2028-03-31", "networks": ["127.0.0.1", "::1", "10.0.0.0/8", "127.0.0.1/32"]
        });
        let answer = app.post("/v1/keys", &body).await;
        let (json, location) = (answer.json(), answer.header("location").unwrap());
        assert_eq!(json["expires_at"], "2028-04-01T00:00:00.000000Z");
        let read = app.get(location).await;
        let mut shown = json.clone();
        let text = shown.as_object_mut().unwrap().remove("key").unwrap();
        assert_eq!(read.json(), shown, "all but the secret");
        assert_eq!(text.as_str().unwrap().len(), "gm_default_".len() + 64);
        for key in ["supplier", "analyst"] {
            let organisations: &[&str] = match key {
                "supplier" => &[&scene.supplier],
                _ => &[],
            };
            app.key_of(key, organisations).await;
        }
        let ids = |answer: &Answer| {
            let items = answer.json()["items"].as_array().unwrap().clone();
            let ids = items
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned());
            ids.collect::<Vec<_>>()
        };
        let all = ids(&app.get("/v1/keys").await);
        assert_eq!(all.len(), 5);
        let first = app.get("/v1/keys?limit=3").await;
        let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
        let rest = app.get(&format!("/v1/keys?limit=3&cursor={cursor}")).await;
        assert_eq!([ids(&first), ids(&rest)].concat(), all);
        assert_eq!(ids(&app.get("/v1/keys?role=administrator").await), all[..2]);
        assert_eq!(ids(&app.get("/v1/keys?state=live").await), all);
        assert!(ids(&app.get("/v1/keys?state=revoked&role=supplier").await).is_empty());
        made.push(masked(&answer));
        listed.push(masked(&read));
        let many: Vec<String> = (0..21).map(|last| format!("10.0.0.{last}")).collect();
        let [anchor, supplier] = [&scene.anchors[0], &scene.supplier];
        for body in [
            json!({}),
            json!({"name": "\u{1}", "role": "emperor", "expires_on": "2027-11-30", "networks": ["10.0.0.1/8", 5, "home"], "colour": 1}),
            json!({"name": "a", "role": "commissioner", "expires_on": "2032-12-02"}),
            json!({"name": "a", "role": "commissioner", "organisations": [anchor, supplier, "none", "\u{0}"]}),
            json!({"name": "a", "role": "supplier", "organisations": "x", "networks": many}),
            json!({"name": "a", "role": "analyst", "organisations": [anchor], "expires_on": "soon"}),
        ] {
            faulty.push(app.post("/v1/keys", &body).await);
        }
        let refused = app.get("/v1/keys?role=public&state=lost&colour=1").await;
        assert_eq!((refused.status, refused.faults().len()), (400, 3));
        app.stop().await;
    }
    insta::assert_snapshot!("key_made", same_on_each(&made));
    insta::assert_snapshot!("key_read", same_on_each(&listed));
    let told: Vec<String> = faulty
        .iter()
        .map(|answer| format!("{} {:#?}", answer.status, answer.faults()))
        .collect();
    let (first, rest) = told.split_at(6);
    assert!(rest.is_empty() || first == rest);
    insta::assert_snapshot!("keys_faulty", first.join("\n"));
}
