//! Two suppliers under the same anchor institutions, and everything about the second that the first may not know.

use std::collections::BTreeSet;

use goodmeasure::operations::Rules;
use serde_json::{Value, json};

use super::Town;
use crate::support::app::Answer;
use crate::support::databases::TestDatabase;
use crate::support::scene::{added, changed, return_of};

/// What was made so that nobody can mistake it for anything else.
pub const UNMISTAKABLE: &[&str] = &[
    "Bravo Secret Works",
    "BRAVO-REFERENCE",
    "Bravo's quiet title",
    "ocds-bravo-000001",
    "987654.32",
    "1187654.32",
    "76543.21",
    "65432.1",
    "54321.07",
    "bravo-line",
    "bravo-activity",
    "https://bravo.example/payroll",
    "Bravo wrote this note",
    "Bravo was told this reason",
    "Bravo agreed this change",
    "BRAVO-REGISTER-9",
];

/// A town with a second supplier who has secrets.
pub struct Secretive {
    pub town: Town,
    /// The first supplier's contracts, and the second's, by path.
    pub alpha: Vec<String>,
    pub bravo: String,
    /// The second supplier.
    pub bravo_works: String,
    /// The second supplier's key, and its id.
    pub bravo_key: String,
    pub bravo_key_id: String,
    /// A request that the second supplier named.
    pub bravo_named: String,
    /// Whatever the second supplier's contract says that nothing else says.
    pub secrets: BTreeSet<String>,
}

impl Secretive {
    pub async fn on(database: TestDatabase) -> Self {
        let town = Town::on(database, Rules::default()).await;
        let app = &town.app;
        let works = json!({
            "name": "Bravo Secret Works", "kind": "business",
            "identifiers": [{"scheme": "GB-COH", "id": "BRAVO-REGISTER-9"}]
        });
        let bravo_works = added(app, "/v1/organisations", &works).await;
        let halves = json!([
            {"organisation": town.council, "share": "1/2"}, {"organisation": town.hospital, "share": "1/2"}
        ]);
        let body = |reference: &str, supplier: &str, changes: Value| {
            let body = town.contract_body(reference, &town.hospital, supplier);
            changed(
                changed(body, json!({"anchor_institutions": halves})),
                changes,
            )
        };
        let secret = json!({
            "title": "Bravo's quiet title", "ocid": "ocds-bravo-000001", "value": "987654.32", "value_gross": "1187654.32"
        });
        let mut paths = Vec::new();
        for body in [
            body("ALPHA-1", &town.able, json!({"ocid": "ocds-alpha-000001"})),
            body("BRAVO-REFERENCE", &bravo_works, secret),
        ] {
            let id = added(app, "/v1/contracts", &body).await;
            paths.push(format!("/v1/contracts/{id}"));
        }
        let (alpha, bravo) = (paths[0].clone(), paths[1].clone());
        let made = json!({"name": "Bravo's reporting", "role": "supplier", "organisations": [bravo_works]});
        let made = app.post("/v1/keys", &made).await.json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let mut scene = Self {
            bravo_key: text("key"),
            bravo_key_id: text("id"),
            bravo_named: "bravo-asked-this".to_owned(),
            alpha: vec![town.contract.clone(), alpha.clone()],
            secrets: BTreeSet::new(),
            town,
            bravo,
            bravo_works,
        };
        scene.lives(&alpha, &["12", "34", "56"], "alpha").await;
        let figures = ["76543.21", "65432.1", "54321.07"];
        scene.lives(&scene.bravo, &figures, "bravo").await;
        scene.bravo_asks_under_a_name().await;
        scene.secrets = scene.harvest().await;
        scene
    }

    /// A commitment and its amendment; a quarter accepted in part, one submitted, one begun.
    async fn lives(&self, contract: &str, figures: &[&str; 3], name: &str) {
        let app = &self.town.app;
        let title = match name {
            "bravo" => "Bravo agreed this change",
            _ => "We agreed this change",
        };
        let target = json!({"measure": "volunteering-hours", "target": figures[0]});
        let other = json!({"effective_on": "2026-07-01", "reason": title, "target": figures[1]});
        let later = json!({"effective_on": "2026-08-01", "reason": title, "place": "halton"});
        for (below, body) in [
            ("/commitments", target),
            ("/commitments/1/amendments", other),
            ("/amendments", later),
        ] {
            let answer = app.post(&format!("{contract}{below}"), &body).await;
            assert_eq!(answer.status, 201, "{}", answer.text);
        }
        let quarters = ["2026-27-Q1", "2026-27-Q2", "2026-27-Q3"];
        for (quarter, figure) in quarters.iter().zip(figures) {
            let path = format!("{contract}/returns/{quarter}");
            let answer = app.put(&path, &return_of(reported(figure, name))).await;
            assert_eq!(answer.status, 201, "{}", answer.text);
            if *quarter != "2026-27-Q3" {
                let answer = app.post(&format!("{path}/submission"), &json!({})).await;
                assert_eq!(answer.status, 200, "{}", answer.text);
            }
        }
        let why = match name {
            "bravo" => "Bravo was told this reason",
            _ => "We were told this reason",
        };
        let lowered =
            json!([{"line": format!("{name}-line"), "accepted_quantity": "11", "reason": why}]);
        let decision = json!({"revision": 1, "decision": "accept", "lines": lowered});
        let path = format!("{contract}/returns/2026-27-Q1/decision");
        let answer = app.post_as_second(&path, &decision).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// The second supplier submits its third quarter under a name, for good.
    async fn bravo_asks_under_a_name(&self) {
        let path = format!("{}/returns/2026-27-Q3/submission", self.bravo);
        let bearer = format!("Bearer {}", self.bravo_key);
        let headers = [
            ("authorization", bearer.as_str()),
            ("idempotency-key", self.bravo_named.as_str()),
            ("if-match", "*"),
        ];
        let answer = self.town.app.send("POST", &path, &headers, None).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// Everything that an administrator reads of one contract.
    pub async fn whole(&self, contract: &str) -> Vec<Answer> {
        let mut answers = Vec::new();
        let id = contract.rsplit('/').next().unwrap();
        let quarter = |label: &str| format!("{contract}/returns/{label}");
        for path in [
            contract.to_owned(),
            format!("{contract}/value"),
            format!("{contract}/amendments"),
            format!("{contract}/commitments"),
            format!("{contract}/commitments/1/amendments"),
            format!("{contract}/returns"),
            quarter("2026-27-Q1"),
            quarter("2026-27-Q2"),
            quarter("2026-27-Q3"),
            format!("{}/working", quarter("2026-27-Q1")),
            format!("{}/working", quarter("2026-27-Q2")),
            format!("/v1/audit?contract={id}&limit=200"),
            format!(
                "/v1/roll-ups?contract={id}&by=measure,period&stage=committed,claimed,evidenced,verified"
            ),
        ] {
            let answer = self.town.app.get(&path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            answers.push(answer);
        }
        answers
    }

    /// The words and figures of the second supplier's contract that nobody else's have.
    async fn harvest(&self) -> BTreeSet<String> {
        let app = &self.town.app;
        let mut theirs = BTreeSet::new();
        for answer in self.whole(&self.bravo).await {
            gather(&answer.json(), &mut theirs);
        }
        for path in [
            format!("/v1/organisations/{}", self.bravo_works),
            format!("/v1/keys/{}", self.bravo_key_id),
        ] {
            gather(&app.get(&path).await.json(), &mut theirs);
        }
        let mut known = BTreeSet::new();
        for contract in &self.alpha[1..] {
            for answer in self.whole(contract).await {
                gather(&answer.json(), &mut known);
            }
        }
        for path in [
            "/v1/organisations?anchor_institution=true",
            "/v1/measures?limit=200",
        ] {
            gather(&app.get(path).await.json(), &mut known);
        }
        for id in [&self.town.able, &self.town.baker] {
            gather(
                &app.get(&format!("/v1/organisations/{id}")).await.json(),
                &mut known,
            );
        }
        let mut secrets: BTreeSet<String> = theirs.difference(&known).cloned().collect();
        // A short word or figure stands in many other texts by chance, and days are everybody's.
        secrets.retain(|text| text.len() >= 7 && !everybodys(text));
        for known in UNMISTAKABLE {
            let found = secrets.iter().any(|secret| secret.contains(known));
            assert!(found, "{known} was not found by an administrator either");
            secrets.insert((*known).to_owned());
        }
        for id in [&self.bravo_works, &self.bravo_key_id] {
            secrets.insert(id.clone());
        }
        secrets
    }
}

/// Words that are no secret: roles, states, periods and days.
fn everybodys(text: &str) -> bool {
    let word = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let day = |letter: char| letter.is_ascii_digit() || "-Q".contains(letter);
    text.chars().all(word) || (text.len() <= 10 && text.chars().all(day))
}

/// The lines that are reported: one all of the supplier's own, one that names what both name.
fn reported(figure: &str, name: &str) -> Value {
    let (own, note) = match name {
        "bravo" => ("https://bravo.example/payroll", "Bravo wrote this note"),
        _ => ("https://alpha.example/payroll", "We wrote this note"),
    };
    json!([
        {
            "line": format!("{name}-line"), "measure": "volunteering-hours", "quantity": figure,
            "activity": format!("{name}-activity"), "note": note, "evidence": [{"link": own}]
        },
        {
            "line": "both", "measure": "car-miles-saved", "quantity": figure, "activity": "the-same-garden",
            "evidence": [{"link": "https://both.example/log"}]
        }
    ])
}

/// Every text of an answer, at any depth.
fn gather(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            into.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, into)),
        Value::Object(fields) => {
            // What an administrator is told there is of other contracts, or of the moment.
            let other = ["claimed_elsewhere", "as_of"];
            let own = fields
                .iter()
                .filter(|(name, _)| !other.contains(&name.as_str()));
            own.for_each(|(_, field)| gather(field, into));
        }
        _ => {}
    }
}
