//! Random stories, in which every answer of the past is kept and asked for again at the end: the same figures, to the
//! byte, however much was corrected, amended and added since (L3).

use goodmeasure::domain::moment::Moment;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::rebasing::adds_up;
use super::{books_are_clean, pence, value};
use crate::support::app::{Answer, App, without_limits};
use crate::support::chance::Chance;
use crate::support::databases::databases;
use crate::support::forward::{DAY, MINUTE, clock, later, on_each, settle};
use crate::support::scene::{Scene, added, decide, return_of, submit};
use crate::support::tables::{body_with, govern};

/// What an answer says, but for when it was read, of when it is known, and drafts.
pub fn figures(answer: &Answer) -> Value {
    let mut body = answer.json();
    assert_eq!(answer.status, 200, "{}", answer.text);
    if let Some(fields) = body.as_object_mut() {
        fields.remove("as_of");
        fields.remove("as_known_at");
    }
    for period in body["periods"].as_array_mut().into_iter().flatten() {
        period["revision"] = Value::Null;
    }
    body
}

fn joined(path: &str, known_at: &str) -> String {
    let sign = if path.contains('?') { '&' } else { '?' };
    format!("{path}{sign}as_known_at={known_at}")
}

/// The roll-ups that are kept, with who asks: nobody says much, a commissioner, a supplier, and the first again.
const ROLL_UPS: [(usize, &str); 7] = [
    (0, "/v1/roll-ups?stage=committed,claimed,evidenced,verified"),
    (
        0,
        "/v1/roll-ups?by=anchor_institution,measure,period&stage=committed,claimed,evidenced,verified&limit=200",
    ),
    (
        0,
        "/v1/roll-ups?by=contract,supplier,place,column&stage=claimed,verified&limit=3",
    ),
    (
        0,
        "/v1/roll-ups?by=theme,outcome,financial_year&stage=verified&from=2027-10-01&to=2028-09-30&place=halton",
    ),
    (
        1,
        "/v1/roll-ups?by=anchor_institution,contract,measure&stage=committed,claimed,verified&limit=200",
    ),
    (
        1,
        "/v1/roll-ups?by=supplier,stage&stage=evidenced,verified&edition=open-uk/2026",
    ),
    (
        2,
        "/v1/roll-ups?by=measure,anchor_institution&stage=claimed,verified&limit=200",
    ),
];

const MEASURES: [&str; 6] = [
    "local-job-fte",
    "volunteering-hours",
    "donation-cash",
    "car-miles-saved",
    "paid-within-30-days",
    "staff-wellbeing-access",
];

/// Other values of the same measures, of which two are counted without £ as before and one no longer through tonnes.
const OTHER_VALUES: &str = "Ref,Measure,Unit,Proxy Value,Measure code\n\
    S1,A job,full-time equivalent,25123.45,local-job-fte\nS2,An hour,hour,13.37,volunteering-hours\n\
    S3,A pound,£,0.9,donation-cash\nS4,A mile,vehicle-mile,0.31,car-miles-saved\n\
    S5,Paid in time,% of invoices,,paid-within-30-days\nS6,Access,employee with access,,staff-wellbeing-access\n";

const PERIODS: [&str; 5] = [
    "2027-28-Q3",
    "2027-28-Q4",
    "2028-29-Q1",
    "2028-29-Q2",
    "2028-29-Q3",
];

/// One answer of the past: when, who asked for what, and what it said.
struct Kept {
    known_at: String,
    who: usize,
    path: String,
    said: Value,
}

/// What has happened so far.
pub(super) struct Story<'a> {
    app: &'a App,
    pub(super) scene: Scene,
    /// The body that took over from the third anchor institution in April 2028.
    successor: String,
    pub(super) chance: Chance,
    pub(super) keys: [String; 3],
    pub(super) contracts: Vec<String>,
    kept: Vec<Kept>,
    /// Returns that were submitted, by path.
    submitted: Vec<String>,
    /// How many amendments were tried.
    amendments: usize,
    /// How many steps were taken, of those that were tried.
    taken: usize,
}

impl<'a> Story<'a> {
    pub(super) async fn begin(app: &'a App, seed: u64) -> Self {
        let scene = Scene::set(app).await;
        let changes =
            json!({"table": OTHER_VALUES, "redistribution": "allowed", "deflator": "2026-03"});
        govern(app, &body_with("story", "1", changes), 3).await;
        let before = json!([{"organisation": scene.anchors[2], "on": "2028-04-01"}]);
        let successor = json!({
            "name": "Cheshire and Merseyside", "kind": "nhs_commissioner", "anchor_institution": true,
            "predecessors": before
        });
        let successor = added(app, "/v1/organisations", &successor).await;
        let keys = [
            app.first_key.clone(),
            app.key_of("commissioner", &[&scene.anchors[1]]).await,
            app.key_of("supplier", &[&scene.supplier]).await,
        ];
        let mut story = Self {
            app,
            scene,
            successor,
            chance: Chance(seed),
            keys,
            contracts: Vec::new(),
            kept: Vec::new(),
            submitted: Vec::new(),
            amendments: 0,
            taken: 0,
        };
        story.add_contract().await;
        story
    }

    async fn add_contract(&mut self) {
        let number = self.contracts.len() + 1;
        let held = match number % 2 {
            0 => json!([{"organisation": self.scene.anchors[1], "share": "1"}]),
            _ => self.scene.thirds(),
        };
        let changes = json!({
            "reference": format!("C-{number}"), "anchor_institutions": held, "place": "halton",
            "starts_on": "2027-10-15", "ends_on": "2028-12-31", "may_extend_to": "2029-06-30"
        });
        let contract = self.scene.add_contract(self.app, changes).await;
        let hours = json!({"measure": "volunteering-hours", "target": "80"});
        added(self.app, &format!("{contract}/commitments"), &hours).await;
        self.contracts.push(contract);
    }

    fn contract(&mut self) -> String {
        self.chance.pick(&self.contracts).clone()
    }

    /// Posts what may be refused.
    async fn tries(&mut self, path: &str, body: &Value, second: bool) {
        let answer = match second {
            true => self.app.post_as_second(path, body).await,
            false => self.app.post(path, body).await,
        };
        assert!(answer.status < 500, "{}", answer.text);
        self.taken += usize::from(answer.status < 300);
    }

    async fn commit(&mut self) {
        let contract = self.contract();
        let (measure, target) = (*self.chance.pick(&MEASURES[..4]), 1 + self.chance.below(90));
        let commitment = json!({"measure": measure, "target": target.to_string(), "counted_separately": "others"});
        self.tries(&format!("{contract}/commitments"), &commitment, false)
            .await;
    }

    async fn amend_commitment(&mut self) {
        let (contract, day) = (self.contract(), self.amended_on());
        let target = (90 + self.chance.below(110)).to_string();
        let amendment = json!({"effective_on": day, "reason": "agreed", "target": target});
        let path = format!("{contract}/commitments/1/amendments");
        self.tries(&path, &amendment, false).await;
    }

    /// Days that rise with the story: an amendment holds from no earlier day than the one before it.
    fn amended_on(&mut self) -> String {
        self.amendments += 1;
        let (week, month) = (self.amendments % 4, self.amendments / 4 % 6);
        format!("2028-{:02}-{:02}", 1 + month, 1 + 7 * week)
    }

    async fn amend_contract(&mut self) {
        let (contract, day) = (self.contract(), self.amended_on());
        let shares = json!([
            {"organisation": self.scene.anchors[1], "share": "2/7"}, {"organisation": self.scene.anchors[2], "share": "5/7"}
        ]);
        let changes = [
            json!({"value": "750000.01"}),
            json!({"anchor_institutions": shares}),
            json!({"anchor_institutions": [{"organisation": self.successor, "share": "1"}]}),
            json!({"anchor_institutions": self.scene.thirds()}),
            json!({"place": "wirral"}),
            json!({"ends_on": "2029-03-31"}),
        ];
        let mut amendment = self.chance.pick(&changes).clone();
        amendment["effective_on"] = json!(day);
        amendment["reason"] = json!("agreed");
        self.tries(&format!("{contract}/amendments"), &amendment, false)
            .await;
    }

    fn line(&mut self, number: usize) -> Value {
        let measure = *self.chance.pick(&MEASURES);
        let mut line = json!({"line": format!("{number}-{measure}"), "measure": measure});
        match measure {
            "paid-within-30-days" => {
                let paid = self.chance.below(51);
                line["numerator"] = json!(paid.to_string());
                line["denominator"] = json!("50");
            }
            _ => line["quantity"] = json!(format!("{}.25", self.chance.below(61))),
        }
        if self.chance.below(2) == 1 {
            let mut evidence = json!({"link": format!("https://example.org/{number}")});
            if measure.starts_with("volunteering") || measure.starts_with("donation") {
                evidence["quantity"] = json!("5");
            }
            line["evidence"] = json!([evidence]);
        }
        line
    }

    async fn report(&mut self) {
        let (contract, period) = (self.contract(), *self.chance.pick(&PERIODS));
        let many = 1 + self.chance.below(3);
        let lines: Vec<Value> = (0..many).map(|number| self.line(number)).collect();
        let path = format!("{contract}/returns/{period}");
        let put = self.app.put(&path, &return_of(json!(lines))).await;
        assert!(put.status < 500, "{}", put.text);
        if self.chance.below(5) > 0 {
            self.tries(&format!("{path}/submission"), &json!({}), false)
                .await;
            self.submitted.push(path);
        }
    }

    async fn decide(&mut self) {
        let Some(path) = self.submitted.pop() else {
            return;
        };
        let found = self.app.get(&path).await;
        let decision = *self
            .chance
            .pick(&["accept", "accept", "accept", "send_back", "reject"]);
        let body = json!({"revision": found.json()["revision"], "decision": decision, "reason": "looked at"});
        self.tries(&format!("{path}/decision"), &body, true).await;
    }

    /// By the other table, or by the one it rests on already, which is refused.
    async fn rebase(&mut self) {
        let contract = self.contract();
        let edition = *self.chance.pick(&["open-uk/2026", "story/1"]);
        let body = json!({"proxy_edition": edition, "reason": "agreed"});
        self.tries(&format!("{contract}/rebasings"), &body, false)
            .await;
    }

    pub(super) async fn step(&mut self) {
        match 1 + self.chance.below(21) {
            1 if self.contracts.len() < 4 => self.add_contract().await,
            1..=3 => self.commit().await,
            4 => self.amend_commitment().await,
            5 | 6 => self.amend_contract().await,
            7..=13 => self.report().await,
            14 | 15 => self.rebase().await,
            _ => self.decide().await,
        }
    }

    /// Keeps what is answered now, to be asked for by this moment or by its day.
    async fn keep(&mut self) {
        let now = clock::<0>();
        let known_at = match self.chance.below(2) {
            1 => now.to_string(),
            _ => now.day().to_string(),
        };
        let asked = ROLL_UPS
            .iter()
            .map(|(who, path)| (*who, (*path).to_owned()));
        let values = self
            .contracts
            .iter()
            .map(|contract| (0, format!("{contract}/value")));
        for (who, path) in asked.chain(values).collect::<Vec<_>>() {
            let answer = self.app.with_key(&self.keys[who], "GET", &path, None).await;
            self.kept.push(Kept {
                known_at: known_at.clone(),
                who,
                said: figures(&answer),
                path,
            });
        }
    }
}

#[tokio::test]
async fn l3_whatever_was_answered_is_answered_again() {
    for seed in [5, 11] {
        for app in on_each::<0>().await {
            lived_through(&app, seed).await;
            app.stop().await;
        }
    }
}

/// Tells a story, and asks again for everything that was answered in it.
async fn lived_through(app: &App, seed: u64) {
    let mut story = Story::begin(app, seed).await;
    for _ in 0..40 {
        story.step().await;
        story.keep().await;
        let halves = i64::try_from(story.chance.below(9)).unwrap();
        later::<0>(DAY + halves * DAY / 2);
    }
    settle::<0>();
    let mut apart = std::collections::BTreeSet::new();
    for kept in &story.kept {
        let path = joined(&kept.path, &kept.known_at);
        let key = &story.keys[kept.who];
        let answer = app.with_key(key, "GET", &path, None).await;
        assert_eq!(figures(&answer), kept.said, "seed {seed}: {path}");
        assert!(answer.json()["as_known_at"].is_string(), "{path}");
        apart.insert(kept.said.to_string());
    }
    bridges_add_up(&story).await;
    let (taken, kept) = (story.taken, story.kept.len());
    println!(
        "seed {seed}: {taken} steps, {kept} answers, {} apart",
        apart.len()
    );
    assert!(
        taken >= 30 && apart.len() >= 150,
        "a story in which little happens"
    );
    books_are_clean(app, "at the end").await;
    let (anchor, supplier) = (&story.scene.anchors[1], &story.scene.supplier);
    for key in &story.keys {
        super::portfolio::agrees(app, key, anchor, supplier).await;
    }
    let other = super::portfolio::other_table(app).await;
    let other = super::portfolio::published(app, other).await;
    super::portfolio::is_what_would_be_posted(app, &other).await;
}

/// From each answer about a contract to the next, the ways lead from what was said to what was said.
async fn bridges_add_up(story: &Story<'_>) {
    let mut methods = 0;
    for contract in &story.contracts {
        let path = format!("{contract}/value");
        let said: Vec<&Kept> = story.kept.iter().filter(|one| one.path == path).collect();
        for pair in said.windows(2) {
            let [first, second] = pair else { continue };
            let (from, to) = (&first.known_at, &second.known_at);
            let bridge = format!("{contract}/bridge?from={from}&to={to}");
            let bridge = story.app.get(&bridge).await;
            assert_eq!(bridge.status, 200, "{}", bridge.text);
            let bridge = bridge.json();
            adds_up(&bridge);
            for (side, of) in [("before", first), ("after", second)] {
                let mut sums = worths(&of.said);
                for total in bridge["totals"].as_array().unwrap() {
                    let key =
                        ["column", "stage"].map(|part| total[part].as_str().unwrap().to_owned());
                    assert_eq!(sums.remove(&key), Some(pence(&total[side])), "{total}");
                    methods += usize::from(total["method"] != "0.00");
                }
                assert!(sums.values().all(|pence| *pence == 0), "{sums:?}");
            }
        }
    }
    assert!(methods >= 10, "{methods} sums were made in another way");
}

/// Pence of a value, by column and stage.
fn worths(value: &Value) -> BTreeMap<[String; 2], i64> {
    let columns = value["columns"].as_object().unwrap().iter();
    let stages = columns.flat_map(|(column, stages)| {
        let stages = stages.as_object().unwrap().iter();
        stages.map(|(stage, sum)| ([column.clone(), stage.clone()], pence(&sum["worth"])))
    });
    stages.collect()
}

/// A clock that a request does not get through before five minutes are over.
fn slow() -> Moment {
    later::<7>(5 * MINUTE);
    clock::<7>()
}

#[tokio::test]
async fn l3_what_takes_minutes_is_not_kept() {
    for database in databases() {
        let app = App::start_at(database, without_limits(), slow).await;
        let place = json!({"name": "Sutton Park", "kind": "ward"});
        let late = app.post("/v1/places", &place).await;
        assert_eq!((late.status, late.code().as_str()), (503, "unavailable"));
        assert_eq!(late.header("retry-after"), Some("5"));
        assert_eq!(app.get("/v1/places/sutton-park").await.status, 404);
        app.stop().await;
    }
}

#[tokio::test]
async fn l3_a_moment_that_is_not_over_is_refused_and_so_is_one_before_the_contract() {
    for app in on_each::<1>().await {
        let scene = Scene::set(&app).await;
        let before = clock::<1>();
        let contract = scene.add_contract(&app, json!({})).await;
        let value = format!("{contract}/value");
        let today = clock::<1>().day().to_string();
        for path in [value.as_str(), "/v1/roll-ups?by=theme"] {
            for (known_at, code) in [
                (clock::<1>().to_string(), "not_settled_yet"),
                (today.clone(), "not_settled_yet"),
                ("2099-12-31".to_owned(), "not_settled_yet"),
                ("yesterday".to_owned(), "not_a_time"),
            ] {
                let answer = app.get(&joined(path, &known_at)).await;
                assert_eq!(answer.status, 400, "{path} {known_at}: {}", answer.text);
                let expected = ("?as_known_at".to_owned(), code.to_owned());
                assert_eq!(answer.faults(), [expected], "{path} {known_at}");
            }
        }
        settle::<1>();
        let early = app.get(&joined(&value, &before.to_string())).await;
        assert_eq!(early.faults()[0].1, "not_recorded_yet", "{}", early.text);
        // Before anything there was nothing, which a roll-up may say.
        let early = app
            .get(&joined("/v1/roll-ups?by=theme", "2020-01-01"))
            .await;
        assert_eq!(early.json()["rows"], json!([]));
        app.stop().await;
    }
}

#[tokio::test]
async fn l3_pages_of_the_past_go_on_in_the_past() {
    for app in on_each::<2>().await {
        let scene = Scene::set(&app).await;
        let contract = scene
            .add_contract(&app, json!({"anchor_institutions": scene.thirds()}))
            .await;
        let target = json!({"measure": "volunteering-hours", "target": "20"});
        added(&app, &format!("{contract}/commitments"), &target).await;
        let line = |quantity: &str| json!([{"line": "1", "measure": "donation-cash", "quantity": quantity}]);
        submit(&app, &contract, "2026-27-Q1", line("100")).await;
        decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        let then = clock::<2>().to_string();
        let asked = "/v1/roll-ups?by=anchor_institution&limit=1";
        let now = app.get(asked).await.json();
        settle::<2>();
        submit(&app, &contract, "2026-27-Q1", line("70")).await;
        decide(&app, &contract, "2026-27-Q1", json!({"decision": "accept"})).await;
        assert_eq!(
            value(&app, &contract).await["columns"]["effort"]["verified"]["worth"],
            "70.00"
        );
        let mut worths = Vec::new();
        let mut next = String::new();
        loop {
            let page = app
                .get(&joined(&format!("{asked}{next}"), &then))
                .await
                .json();
            assert_eq!(page["totals"][0]["worth"], "100.00");
            worths.push(page["rows"][0]["worth"].as_str().unwrap().to_owned());
            let Some(cursor) = page["next_cursor"].as_str() else {
                break;
            };
            next = format!("&cursor={cursor}");
        }
        assert_eq!(worths.len(), 3);
        assert_eq!(now["rows"][0]["worth"], worths[0].as_str());
        // Kept answers know of which moment they are.
        let today = app.get(asked).await.json();
        assert_eq!(today["totals"][0]["worth"], "70.00");
        assert!(today.get("as_known_at").is_none());
        app.stop().await;
    }
}
