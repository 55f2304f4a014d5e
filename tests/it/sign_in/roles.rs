//! What a token gives: partnership, person, roles and organisations.

use goodmeasure::domain::moment::Moment;
use goodmeasure::domain::policy::{Grant, Role};
use goodmeasure::http::sign_in::actor_of;
use goodmeasure::operations::Actor;
use serde_json::{Value, json};

use super::issuer::{TestKey, claims, ed25519_key};
use super::key_server::KeyServer;
use super::{settings_of, sign_in, with_sign_in};
use crate::support::app::{App, BEGIN};
use crate::support::databases::sqlite;
use crate::support::scene::{Scene, return_of};

/// The actor of a token with these claims under these settings, or the status and code of the refusal.
async fn actor(settings: Value, changes: Value) -> Result<Actor, (u16, &'static str)> {
    let key = ed25519_key("ed");
    let server = KeyServer::with(&[&key]);
    let sign_in = sign_in(&settings_of(&server.address, settings));
    // The person is one of the issuer, whose port is another each time.
    let token = key.token(&claims(&server.address, changes));
    let found = actor_of(&sign_in, Moment::from_micros(BEGIN), &token).await;
    found.map_err(|problem| (problem.status, problem.code.word()))
}

fn rules() -> Value {
    json!([
        {"claim": "realm_access.roles", "value": "gm-admin", "role": "administrator"},
        {"claim": ["resource_access", "good.measure", "roles"], "value": "analyst", "role": "analyst"},
        {"claim": "groups", "value": "buyers", "role": "commissioner", "organisations_claim": "gm.buys_for"},
        {"claim": "groups", "value": "6f1e", "role": "commissioner", "organisations": ["o-3"]},
        {"claim": "groups", "value": "suppliers", "role": "supplier", "organisations": ["o-8", "o-9"]},
    ])
}

fn grant(role: Role, organisations: &[&str]) -> Grant {
    let organisations = organisations.iter().map(|id| (*id).to_owned());
    Grant {
        role,
        organisations: organisations.collect(),
    }
}

#[tokio::test]
async fn claims_become_grants() {
    for (claimed, expected) in [
        (
            json!({"realm_access": {"roles": ["offline_access", "gm-admin"]}}),
            vec![grant(Role::Administrator, &[])],
        ),
        (
            json!({"resource_access": {"good.measure": {"roles": ["analyst"]}}}),
            vec![grant(Role::Analyst, &[])],
        ),
        (
            json!({"groups": ["buyers"], "gm": {"buys_for": ["o-1", "o-2"]}}),
            vec![grant(Role::Commissioner, &["o-1", "o-2"])],
        ),
        (
            json!({"groups": "buyers", "gm": {"buys_for": "o-1"}}), // one text does as well
            vec![grant(Role::Commissioner, &["o-1"])],
        ),
        (
            json!({"groups": ["suppliers", "6f1e", "buyers"], "gm": {"buys_for": ["o-1"]}}),
            vec![
                grant(Role::Commissioner, &["o-1", "o-3"]),
                grant(Role::Supplier, &["o-8", "o-9"]),
            ],
        ),
        (
            // A commissioner of nobody is none.
            json!({"groups": ["buyers", "suppliers"], "gm": {"buys_for": ["", 7, "o".repeat(101)]}}),
            vec![grant(Role::Supplier, &["o-8", "o-9"])],
        ),
    ] {
        let found = actor(json!({"role": rules()}), claimed.clone()).await;
        assert_eq!(found.map(|actor| actor.grants), Ok(expected), "{claimed}");
    }
}

#[tokio::test]
async fn a_good_token_without_a_role_is_told_so() {
    for claimed in [
        json!({}),
        json!({"realm_access": {"roles": ["gm-admins", "GM-ADMIN", " gm-admin"]}}),
        json!({"realm_access": {"roles": "gm-admin offline_access"}}),
        json!({"realm_access": "gm-admin"}),
        json!({"realm_access.roles": ["gm-admin"]}),
        json!({"realm_access": {"roles": {"gm-admin": true}}}),
        json!({"realm_access": {"roles": [["gm-admin"]]}}),
        json!({"groups": ["buyers"]}),
        json!({"resource_access": {"good": {"measure": {"roles": ["analyst"]}}}}),
    ] {
        let found = actor(json!({"role": rules()}), claimed.clone()).await;
        assert_eq!(found, Err((403, "no_role")), "{claimed}");
    }
}

#[tokio::test]
async fn a_partnership_is_fixed_or_claimed_and_always_one() {
    let claimed = json!({"partnership": null, "partnership_claim": "tenant.name"});
    let found = async |changes| {
        let actor = actor(claimed.clone(), changes).await;
        actor.map(|actor| actor.partnership)
    };
    assert_eq!(
        found(json!({"tenant": {"name": "mersey"}})).await,
        Ok("mersey".to_owned())
    );
    assert_eq!(
        found(json!({"tenant": {"name": ["mersey"]}})).await,
        Ok("mersey".to_owned())
    );
    for bad in [
        json!({}),
        json!({"tenant": "mersey"}),
        json!({"tenant": {"name": ["mersey", "default"]}}),
        json!({"tenant": {"name": "Mersey"}}),
        json!({"tenant": {"name": "mersey_care"}}),
        json!({"tenant": {"name": ""}}),
    ] {
        assert_eq!(found(bad.clone()).await, Err((403, "no_role")), "{bad}");
    }
    // What a token says matters only where the settings ask for it.
    let fixed = actor(
        json!({}),
        json!({"partnership": "mersey", "tenant": {"name": "mersey"}}),
    )
    .await;
    assert_eq!(
        fixed.map(|actor| actor.partnership),
        Ok("default".to_owned())
    );
}

/// Two issuers on one key server's keys, with the actor of each claim.
async fn person(
    sign_in: &goodmeasure::http::sign_in::SignIn,
    key: &TestKey,
    claims: Value,
) -> String {
    let token = key.token(&claims);
    let at = Moment::from_micros(BEGIN);
    actor_of(sign_in, at, &token)
        .await
        .map(|actor| actor.id)
        .unwrap()
}

#[tokio::test]
async fn a_person_is_the_same_whatever_their_name_and_roles() {
    let key = ed25519_key("ed");
    let (one, other) = (KeyServer::with(&[&key]), KeyServer::with(&[&key]));
    let mut settings = settings_of(&one.address, json!({}));
    let second = settings_of(&other.address, json!({}))["issuer"][0].clone();
    settings["issuer"].as_array_mut().unwrap().push(second);
    let sign_in = sign_in(&settings);

    let mary = person(&sign_in, &key, claims(&one.address, json!({}))).await;
    let fields =
        json!({"name": "Mary Major", "email": "mary@example.org", "roles": ["x", "reader"]});
    let renamed = person(&sign_in, &key, claims(&one.address, fields)).await;
    assert_eq!(mary, renamed);
    assert!(mary.starts_with("person:") && mary.len() == 39, "{mary}");

    // An address as a subject is not shown; another subject or issuer is another person.
    let address = person(
        &sign_in,
        &key,
        claims(&one.address, json!({"sub": "mary@example.org"})),
    )
    .await;
    assert!(!address.contains('@'), "{address}");
    let namesake = person(&sign_in, &key, claims(&other.address, json!({}))).await;
    assert!(mary != address && mary != namesake);
    assert_eq!((one.asked(), other.asked()), (1, 1));
}

/// Separation of duties (L7) is about people: two tokens with other roles do not make two of one.
#[tokio::test]
async fn who_submits_with_one_token_cannot_decide_with_another() {
    let key = ed25519_key("ed");
    let server = KeyServer::with(&[&key]);
    let rule = json!([{"claim": "roles", "value": "admin", "role": "administrator"}]);
    let settings = with_sign_in(&settings_of(&server.address, json!({"role": rule})));
    let app = App::start_with(sqlite(), settings).await;
    let contract = Scene::set(&app).await.add_contract(&app, json!({})).await;
    let path = format!("{contract}/returns/2026-27-Q1");
    let sent = async |subject: &str, method: &str, path: &str, body: Value| {
        let fields = json!({"sub": subject, "roles": ["admin"], "jti": path});
        let bearer = format!("Bearer {}", key.token(&claims(&server.address, fields)));
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        app.send(method, path, &headers, Some(body.to_string().into_bytes()))
            .await
    };
    let lines = json!([{"line": "1", "measure": "volunteering-hours", "quantity": "10"}]);
    assert_eq!(
        sent("mary", "PUT", &path, return_of(lines)).await.status,
        201
    );
    assert_eq!(
        sent("mary", "POST", &format!("{path}/submission"), json!({}))
            .await
            .status,
        200
    );
    let decision = json!({"revision": 1, "decision": "accept"});
    let own = sent(
        "mary",
        "POST",
        &format!("{path}/decision"),
        decision.clone(),
    )
    .await;
    assert_eq!(
        (own.status, own.code()),
        (403, "same_actor".to_owned()),
        "{}",
        own.text
    );
    let others = sent("john", "POST", &format!("{path}/decision"), decision).await;
    assert_eq!(others.status, 200, "{}", others.text);
    app.stop().await;
}
