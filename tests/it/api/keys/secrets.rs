//! A secret is shown once.

use goodmeasure::domain::policy::Reach;
use goodmeasure::operations::keys::revoke_key;
use goodmeasure::operations::{Actor, Refusal};
use goodmeasure::storage::audit::AuditFilter;
use goodmeasure::storage::{self, Tx};
use serde_json::json;

use super::{added, made_before};
use crate::support::app::App;

#[tokio::test]
async fn a_secret_is_nowhere_but_in_its_answer() {
    for app in App::on_each().await {
        let (text, id) = added(
            &app,
            "/v1/keys",
            json!({"name": "a", "role": "administrator"}),
        )
        .await;
        let (next, _) = added(&app, &format!("/v1/keys/{id}/rotation"), json!({})).await;
        let made = made_before(&app, "analyst", "2028-01-01").await;
        let told = format!("{made:?} {:?} {:?}", app.office.living_keys, made.key);
        app.post(&format!("/v1/keys/{id}/revocation"), &json!({}))
            .await;
        let operator = Actor::administrator("default", "test");
        let at = (app.office.clock)();
        let refused = app
            .office
            .store
            .write(async |tx: &mut Tx| revoke_key(tx, app.office.hand(&operator, at), &next).await)
            .await;
        let refused: Refusal = refused.unwrap_err();
        let audit = app
            .office
            .store
            .read(async |tx: &mut Tx| {
                let (reach, all) = (Reach::Everything, AuditFilter::default());
                storage::audit::list(tx, "default", &reach, &all, None, 1_000).await
            })
            .await
            .unwrap();
        let actions: Vec<&str> = audit.iter().map(|one| one.entry.action.as_str()).collect();
        for action in ["make_key", "rotate_key", "revoke_key"] {
            assert!(actions.contains(&action), "{actions:?}");
        }
        let seen = format!("{told} {refused:?} {refused} {audit:?}");
        for secret in [&text, &next, made.text.reveal(), &app.first_key] {
            let secret = secret.rsplit('_').next().unwrap();
            assert!(!seen.contains(secret), "{seen}");
            assert!(!seen.contains(&secret[6..16]), "{seen}");
        }
        app.stop().await;
    }
}
