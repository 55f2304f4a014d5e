//! A hostile run: somebody tries whatever the API takes for what belongs to another supplier. Nothing of it may be in
//! any answer; and about what they may not see they are told, in as many statements, just what they are told about
//! what does not exist.

use serde_json::{Value, json};

use super::secrets::Secretive;
use super::tries::{Blanks, Try, blanks, by_id, lists_and_spellings, roll_ups, with_ones_own};
use crate::support::app::{Answer, steady};
use crate::support::databases::{TestDatabase, databases, postgres, sqlite};
use crate::support::meter::Meter;

/// Somebody who tries.
struct Hostile {
    name: &'static str,
    bearer: String,
    /// A contract that they know of.
    own: String,
    /// What they may know.
    knows: Vec<String>,
}

impl Hostile {
    async fn ask(&self, scene: &Secretive, sent: &Try) -> Answer {
        let mut headers = vec![("authorization", self.bearer.as_str())];
        headers.extend(
            sent.headers
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        );
        let body = sent.body.as_ref().map(|body| body.clone().into_bytes());
        scene
            .town
            .app
            .send(&sent.method, &sent.path, &headers, body)
            .await
    }

    /// Fails on anything in an answer that is the other supplier's, but for what was asked with it.
    fn search(&self, scene: &Secretive, sent: &Try, answer: &Answer) {
        let asked = sent.text();
        let told = format!("{:?}\n{}", answer.headers, answer.text);
        for secret in &scene.secrets {
            let given = asked.contains(secret.as_str()) || self.knows.contains(secret);
            assert!(
                given || !told.contains(secret.as_str()),
                "{}: {asked}\ntells {secret}\n{told}",
                self.name
            );
        }
    }

    /// Tries everything; how many requests that were.
    async fn run(&self, scene: &Secretive, meter: Option<&Meter>) -> usize {
        let blanks = blanks(scene).await;
        let mut tries = by_id();
        tries.extend(lists_and_spellings());
        tries.extend(roll_ups());
        tries.extend(with_ones_own(&self.own));
        for one in &tries {
            let fill = |real: bool| {
                one.filled(|text| {
                    let mut filled = text.to_owned();
                    for (name, (there, nothing)) in &blanks {
                        let value = if real { there } else { nothing };
                        filled = filled.replace(&format!("{{{name}}}"), value);
                    }
                    filled
                })
            };
            let (real, nothing) = (fill(true), fill(false));
            let mut counts = (0, 0);
            // What happens beside a request, such as an entry in the audit of what was refused, passes.
            for _ in 0..50 {
                let before = meter.map_or(0, Meter::statements);
                let told = self.ask(scene, &real).await;
                let between = meter.map_or(0, Meter::statements);
                let twin = self.ask(scene, &nothing).await;
                counts = (
                    between - before,
                    meter.map_or(0, Meter::statements) - between,
                );
                self.search(scene, &real, &told);
                // Who may know of an organisation is told more of it than of none.
                let known = self.knows.contains(&scene.bravo_works);
                if known && (one.names("organisation") || one.names("organisation_cursor")) {
                    counts = (0, 0);
                } else {
                    let (told, twin) = (plain(&told, &blanks), plain(&twin, &blanks));
                    assert_eq!(told, twin, "{}: {}", self.name, real.text());
                }
                if counts.0 == counts.1 {
                    break;
                }
            }
            assert_eq!(
                counts.0,
                counts.1,
                "statements, {}: {}",
                self.name,
                real.text()
            );
        }
        tries.len()
    }
}

/// An answer without what was given to it.
fn plain(answer: &Answer, blanks: &Blanks) -> (u16, String) {
    let mut told = format!("{:?}\n{}", answer.told_headers(), answer.text);
    for (name, (there, nothing)) in blanks {
        for given in [there, nothing] {
            told = told.replace(given.trim_matches('"'), name);
        }
    }
    // Times differ, and so do ids that are made.
    (answer.status, steady(&told))
}

/// One of each kind who has no business with the second supplier.
async fn everybody(scene: &Secretive) -> Vec<Hostile> {
    let (town, app) = (&scene.town, &scene.town.app);
    let bearer = |key: String| format!("Bearer {key}");
    let administrator = town.administrator_elsewhere().await;
    let analyst = json!({"name": "x", "role": "analyst"}).to_string();
    let made = app
        .with_key(&administrator, "POST", "/v1/keys", Some(&analyst))
        .await
        .json();
    let bodies = ["Bravo Secret Works", "BRAVO-REGISTER-9"].map(str::to_owned);
    let mut commissioner_knows = bodies.to_vec();
    commissioner_knows.push(scene.bravo_works.clone());
    let works = app
        .get(&format!("/v1/organisations/{}", scene.bravo_works))
        .await
        .json();
    commissioner_knows.push(works["created_at"].as_str().unwrap().to_owned());
    vec![
        Hostile {
            name: "a supplier of the same anchor institutions",
            bearer: bearer(app.key_of("supplier", &[&town.able]).await),
            own: scene.alpha[1].clone(),
            knows: Vec::new(),
        },
        Hostile {
            name: "a commissioner of another anchor institution",
            bearer: bearer(app.key_of("commissioner", &[&town.former]).await),
            own: scene.alpha[0].clone(),
            knows: commissioner_knows,
        },
        Hostile {
            name: "an analyst of another partnership",
            bearer: bearer(made["key"].as_str().unwrap().to_owned()),
            own: scene.alpha[1].clone(),
            knows: Vec::new(),
        },
    ]
}

async fn nothing_is_found(database: TestDatabase, meter: Option<&Meter>) {
    let scene = Secretive::on(database).await;
    for hostile in everybody(&scene).await {
        let tried = hostile.run(&scene, meter).await;
        let secrets = scene.secrets.len();
        println!(
            "{}: {tried} requests, {secrets} secrets, none found",
            hostile.name
        );
    }
    scene.town.app.stop().await;
}

#[tokio::test]
async fn nothing_of_another_is_found_on_sqlite() {
    nothing_is_found(sqlite(), None).await;
}

/// With the statements counted that the server executes: a file cannot be listened to like this.
#[tokio::test]
async fn nothing_of_another_is_found_on_postgres() {
    let Some(database) = postgres() else { return };
    let meter = Meter::to(database.url()).await;
    let metered = database.through(&meter.url);
    nothing_is_found(metered, Some(&meter)).await;
}

/// What is searched for is there to be found: an administrator who asks the same finds it.
#[tokio::test]
async fn an_administrator_finds_it() {
    let scene = Secretive::on(sqlite()).await;
    let administrator = Hostile {
        name: "an administrator",
        bearer: format!("Bearer {}", scene.town.app.first_key),
        own: scene.alpha[1].clone(),
        knows: Vec::new(),
    };
    let blanks = blanks(&scene).await;
    let mut found = Vec::new();
    for one in by_id()
        .into_iter()
        .chain(lists_and_spellings())
        .chain(roll_ups())
    {
        if one.method != "GET" {
            continue;
        }
        let sent = one.filled(|text| {
            blanks
                .iter()
                .fold(text.to_owned(), |text, (name, (there, _))| {
                    text.replace(&format!("{{{name}}}"), there)
                })
        });
        let answer = administrator.ask(&scene, &sent).await;
        found.push(answer.text);
    }
    let not_found = scene.secrets.iter().filter(|secret| {
        let bare = Value::String((*secret).clone()).to_string();
        !found
            .iter()
            .any(|text| text.contains(bare.trim_matches('"')))
    });
    let not_found: Vec<&String> = not_found.collect();
    assert_eq!(
        not_found,
        Vec::<&String>::new(),
        "secrets nobody could find"
    );
    scene.town.app.stop().await;
}

/// A reference names one contract of a partnership, so who adds another under it is told that it is taken: that, and
/// nothing of the contract which has it. Suppliers, who add none, are not told.
#[tokio::test]
async fn a_taken_name_says_no_more_than_that() {
    for database in databases() {
        let scene = Secretive::on(database).await;
        let mut everybody = everybody(&scene).await;
        let commissioner = everybody.swap_remove(1);
        let town = &scene.town;
        for (changes, code) in [
            (json!({"reference": "BRAVO-REFERENCE"}), "reference_taken"),
            (json!({"ocid": "ocds-bravo-000001"}), "ocid_taken"),
        ] {
            let base = town.contract_body("NEW", &town.former, &town.able);
            let body = crate::support::scene::changed(base, changes).to_string();
            let sent = Try::of("POST", "/v1/contracts?dry_run=true").body(&body);
            let answer = commissioner.ask(&scene, &sent).await;
            assert_eq!((answer.status, answer.code().as_str()), (409, code));
            commissioner.search(&scene, &sent, &answer);
            let refused = everybody[0].ask(&scene, &sent).await;
            assert_eq!((refused.status, refused.code().as_str()), (403, "may_not"));
        }
        scene.town.app.stop().await;
    }
}
