//! Who may do what, tried over HTTP: the whole table, a hostile supplier, and the separation of duties.

mod duties;
mod hostile;
mod matrix;
mod secrets;
mod shares;
mod table;
mod tries;

use goodmeasure::operations::Rules;
use goodmeasure::operations::open_partnership::open_partnership;
use serde_json::{Value, json};

use crate::sign_in::issuer::{TestKey, claims, ed25519_key};
use crate::sign_in::key_server::KeyServer;
use crate::sign_in::{settings_of, with_sign_in};
use crate::support::app::{App, BEGIN};
use crate::support::databases::{TestDatabase, databases};
use crate::support::scene::{added, changed, return_of};

/// An id that nothing has.
pub const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// A partnership of three anchor institutions and two suppliers, with a contract of each supplier, and people who
/// sign in with several roles.
pub struct Town {
    pub app: App,
    issuer: KeyServer,
    signs: TestKey,
    /// The anchor institution that holds the contract.
    pub council: String,
    /// The one that held it once.
    pub former: String,
    /// The one that never did.
    pub hospital: String,
    /// The supplier of the contract.
    pub able: String,
    /// Another supplier.
    pub baker: String,
    /// The contract's path: a quarter is submitted, the next a draft.
    pub contract: String,
}

impl Town {
    pub async fn on_each() -> Vec<Self> {
        Self::on_each_under(Rules::default()).await
    }

    pub async fn on_each_under(rules: Rules) -> Vec<Self> {
        let mut towns = Vec::new();
        for database in databases() {
            towns.push(Self::on(database, rules).await);
        }
        towns
    }

    pub async fn on(database: TestDatabase, rules: Rules) -> Self {
        let signs = ed25519_key("ed");
        let issuer = KeyServer::with(&[&signs]);
        let roles = json!([
            {"claim": "roles", "value": "sells", "role": "supplier", "organisations_claim": "sells_for"},
            {"claim": "roles", "value": "buys", "role": "commissioner", "organisations_claim": "buys_for"},
            {"claim": "roles", "value": "administers", "role": "administrator"}
        ]);
        let settings = with_sign_in(&settings_of(&issuer.address, json!({"role": roles})));
        let app = App::start_under(database, settings, rules).await;
        let mut town = Self {
            council: anchor(&app, "Halton Council").await,
            former: anchor(&app, "Runcorn Council").await,
            hospital: anchor(&app, "Ashtree Hospital").await,
            able: supplier(&app, "Able Repairs Ltd").await,
            baker: supplier(&app, "Baker Works Ltd").await,
            contract: String::new(),
            app,
            issuer,
            signs,
        };
        town.contract = town.agreed("OURS", &town.former, &town.able).await;
        town.agreed("THEIRS", &town.hospital, &town.baker).await;
        town.lived_through().await;
        town
    }

    /// Adds a contract of one anchor institution and one supplier.
    pub async fn agreed(&self, reference: &str, holder: &str, supplier: &str) -> String {
        let body = self.contract_body(reference, holder, supplier);
        let id = added(&self.app, "/v1/contracts", &body).await;
        format!("/v1/contracts/{id}")
    }

    pub fn contract_body(&self, reference: &str, holder: &str, supplier: &str) -> Value {
        json!({
            "reference": reference, "title": format!("Contract {reference}"), "supplier": supplier,
            "anchor_institutions": [{"organisation": holder, "share": "1"}],
            "value": "1000000.00", "starts_on": "2026-04-01", "ends_on": "2027-03-31",
            "proxy_edition": "open-uk/2026", "reporting": "quarterly"
        })
    }

    /// The contract changes hands; a commitment is made and amended; a quarter is submitted, and the next begun.
    async fn lived_through(&self) {
        let contract = &self.contract;
        let whole = json!([{"organisation": self.council, "share": "1"}]);
        let handed = json!({"effective_on": "2026-05-01", "reason": "Taken over", "anchor_institutions": whole});
        let jobs = json!({"measure": "local-job-fte", "target": "25"});
        let fewer = json!({"effective_on": "2026-07-01", "reason": "Agreed", "target": "20"});
        for (below, body) in [
            ("/amendments", handed),
            ("/commitments", jobs),
            ("/commitments/1/amendments", fewer),
        ] {
            let path = format!("{contract}{below}");
            let answer = self.app.post(&path, &body).await;
            assert_eq!(answer.status, 201, "{path}: {}", answer.text);
        }
        crate::support::scene::submit(&self.app, contract, "2026-27-Q1", lines("10")).await;
        let draft = format!("{contract}/returns/2026-27-Q2");
        let put = self.app.put(&draft, &return_of(lines("12"))).await;
        assert_eq!(put.status, 201, "{}", put.text);
    }

    /// The contract's id.
    pub fn contract_id(&self) -> &str {
        self.contract.rsplit('/').next().unwrap()
    }

    /// A token of a person: their roles, in this order, and whom they are for.
    pub fn person(
        &self,
        name: &str,
        roles: &[&str],
        sells_for: &[&str],
        buys_for: &[&str],
    ) -> String {
        let fields =
            json!({"sub": name, "roles": roles, "sells_for": sells_for, "buys_for": buys_for});
        self.signs.token(&claims(&self.issuer.address, fields))
    }

    /// An administrator of another partnership of the same server.
    pub async fn administrator_elsewhere(&self) -> String {
        let at = goodmeasure::domain::moment::Moment::from_micros(BEGIN);
        let opened = open_partnership(&self.app.office, "elsewhere", None, at).await;
        opened.unwrap().made_key.unwrap().text.reveal().to_owned()
    }
}

/// A return of one line.
pub fn lines(quantity: &str) -> Value {
    json!([{"line": "jobs", "measure": "local-job-fte", "quantity": quantity}])
}

async fn anchor(app: &App, name: &str) -> String {
    let body = json!({"name": name, "kind": "council", "anchor_institution": true});
    added(app, "/v1/organisations", &body).await
}

async fn supplier(app: &App, name: &str) -> String {
    let body = changed(
        json!({"name": name}),
        json!({"kind": "business", "scale": "sme"}),
    );
    added(app, "/v1/organisations", &body).await
}
