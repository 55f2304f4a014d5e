//! PostgreSQL goes away under load and comes back: every answered write is there, what was refused is not, nobody waits
//! without end, every refusal says what it is, and our server goes on by itself.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::support::cluster::Cluster;
use crate::support::process::{KEY, Server, migrate, verify};

/// Clients that report, each on a contract of its own.
const REPORTERS: usize = 4;
/// Clients that read roll-ups.
const READERS: usize = 2;
/// How long the database stays away: longer than anybody waits for it, so that refusals are seen as well.
const AWAY: Duration = Duration::from_secs(10);
/// No request may take longer: a turn behind others who wait for the database, and that wait itself.
const LONGEST: Duration = Duration::from_secs(14);

/// What was said to a request.
enum Said {
    /// Yes.
    Done(Value),
    /// No: the database is not there, and nothing was stored.
    Unavailable,
    /// Nobody knows.
    Unknown,
}

/// What came of one piece of work.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    /// A return is submitted: its path.
    Submitted(String),
    /// An organisation of this name is added.
    Added(String),
    /// It is not added.
    NotAdded(String),
    /// A roll-up was read.
    Read,
    /// Something else was refused.
    Refused,
    /// Nobody knows what came of it.
    Unknown,
}

/// One client, with somebody to tell.
#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    base: String,
    told: mpsc::UnboundedSender<(Told, Duration)>,
    enough: Arc<AtomicBool>,
}

impl Client {
    /// Sends, and checks the manners of the answer.
    async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> (Said, Duration) {
        let url = format!("{}{path}", self.base);
        let mut request = self.http.request(method.parse().unwrap(), url);
        request = request.bearer_auth(KEY);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let begun = Instant::now();
        let response = request.send().await.expect("an answer, whatever happens");
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await.unwrap();
        let took = begun.elapsed();
        let answer: Value = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("{method} {path}: {status} {text}"));
        assert!(took < LONGEST, "{method} {path}: {took:?}");
        if status < 500 {
            assert!(matches!(status, 200 | 201), "{method} {path}: {answer}");
            return (Said::Done(answer), took);
        }
        assert_eq!(status, 503, "{method} {path}: {answer}");
        assert_eq!(headers["content-type"], "application/problem+json");
        let retry_after: u32 = headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!(retry_after > 0);
        match answer["code"].as_str() {
            Some("unavailable") => (Said::Unavailable, took),
            Some("outcome_unknown") => (Said::Unknown, took),
            _ => panic!("{method} {path}: {answer}"),
        }
    }

    async fn added(&self, path: &str, body: Value) -> String {
        match self.send("POST", path, Some(&body)).await.0 {
            Said::Done(answer) => answer["id"].as_str().unwrap_or_default().to_owned(),
            _ => panic!("{path}"),
        }
    }

    fn tell(&self, told: Told, took: Duration) {
        let _ = self.told.send((told, took));
    }

    fn is_enough(&self) -> bool {
        self.enough.load(Ordering::SeqCst)
    }

    /// Puts and submits month after month, and the same month again while the database is away.
    async fn report(self, contract: String) {
        for month in 0..240 {
            let label = format!("{}-{:02}", 2025 + month / 12, month % 12 + 1);
            let path = format!("/v1/contracts/{contract}/returns/{label}");
            let line =
                json!({"measure": "volunteering-hours", "quantity": format!("{}.5", month + 1)});
            let attestation =
                json!({"contract_and_period_only": true, "relates_to_commitment": true});
            let body = json!({"lines": [line], "attestation": attestation});
            self.until_done("PUT", &path, Some(&body)).await;
            let submission = format!("{path}/submission");
            let (done, took) = self.until_done("POST", &submission, None).await;
            if done {
                self.tell(Told::Submitted(path), took);
            }
            if self.is_enough() {
                return;
            }
        }
    }

    async fn until_done(&self, method: &str, path: &str, body: Option<&Value>) -> (bool, Duration) {
        loop {
            match self.send(method, path, body).await {
                (Said::Done(_), took) => return (true, took),
                (Said::Unavailable, took) => self.tell(Told::Refused, took),
                (Said::Unknown, took) => self.tell(Told::Unknown, took),
            }
            if self.is_enough() {
                return (false, Duration::ZERO);
            }
        }
    }

    /// Adds one organisation after the other, and none twice.
    async fn add(self) {
        for number in 0.. {
            let name = format!("Organisation {number}");
            let body = json!({"name": name, "kind": "business"});
            let (said, took) = self.send("POST", "/v1/organisations", Some(&body)).await;
            let told = match said {
                Said::Done(_) => Told::Added(name),
                Said::Unavailable => Told::NotAdded(name),
                Said::Unknown => Told::Unknown,
            };
            self.tell(told, took);
            if self.is_enough() {
                return;
            }
        }
    }

    async fn read(self) {
        let path = "/v1/roll-ups?by=anchor_institution&stage=committed,claimed";
        while !self.is_enough() {
            let (said, took) = self.send("GET", path, None).await;
            let told = match said {
                Said::Done(_) => Told::Read,
                Said::Unavailable => Told::Refused,
                Said::Unknown => panic!("a read has an outcome"),
            };
            self.tell(told, took);
        }
    }

    /// What the server counted, which it tells with or without a database.
    async fn metrics(&self) -> String {
        let sent = self.http.get(format!("{}/metrics", self.base)).send();
        let answer = sent.await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }

    /// Asks `/readyz` until it says so, and how long that took.
    async fn until_ready(&self, ready: bool) -> Duration {
        let begun = Instant::now();
        loop {
            let (said, took) = self.send("GET", "/readyz", None).await;
            assert!(took < Duration::from_secs(2), "/readyz: {took:?}");
            if matches!(said, Said::Done(_)) == ready {
                return begun.elapsed();
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "ready: {ready}");
        }
    }
}

/// A contract a reporter, reporting monthly for twenty years.
async fn contracts(client: &Client) -> Vec<String> {
    let anchor = json!({"name": "Anchor", "kind": "council", "anchor_institution": true});
    let anchor = client.added("/v1/organisations", anchor).await;
    let supplier = json!({"name": "Supplier", "kind": "business"});
    let supplier = client.added("/v1/organisations", supplier).await;
    let mut ids = Vec::new();
    for number in 0..REPORTERS {
        let contract = json!({
            "reference": format!("O-{number}"), "title": "A contract",
            "anchor_institutions": [{"organisation": anchor, "share": "1"}],
            "supplier": supplier, "starts_on": "2025-01-01", "ends_on": "2044-12-31",
            "proxy_edition": "open-uk/2026", "reporting": "monthly"
        });
        let id = client.added("/v1/contracts", contract).await;
        let commitment = json!({"measure": "volunteering-hours", "target": "4800"});
        client
            .added(&format!("/v1/contracts/{id}/commitments"), commitment)
            .await;
        ids.push(id);
    }
    ids
}

/// Everything that was told so far.
#[derive(Default)]
struct Tally {
    submitted: BTreeSet<String>,
    added: BTreeSet<String>,
    not_added: BTreeSet<String>,
    refused: usize,
    unknown: usize,
    read: usize,
    longest: Duration,
}

impl Tally {
    fn take(&mut self, (told, took): (Told, Duration)) {
        self.longest = self.longest.max(took);
        match told {
            Told::Submitted(path) => drop(self.submitted.insert(path)),
            Told::Added(name) => drop(self.added.insert(name)),
            Told::NotAdded(name) => drop(self.not_added.insert(name)),
            Told::Read => self.read += 1,
            Told::Refused => self.refused += 1,
            Told::Unknown => self.unknown += 1,
        }
    }

    fn written(&self) -> usize {
        self.submitted.len() + self.added.len()
    }
}

/// The names of all organisations.
async fn names(client: &Client) -> BTreeSet<String> {
    let (mut names, mut cursor) = (BTreeSet::new(), String::new());
    loop {
        let path = format!("/v1/organisations?limit=200{cursor}");
        let (Said::Done(page), _) = client.send("GET", &path, None).await else {
            panic!("the database is back");
        };
        let items = page["items"].as_array().unwrap();
        names.extend(
            items
                .iter()
                .map(|item| item["name"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return names,
        }
    }
}

#[tokio::test]
async fn a_database_that_goes_away_and_comes_back_loses_nothing() {
    let Some(mut cluster) = Cluster::start() else {
        return;
    };
    let url = cluster.url();
    migrate(&url);
    let mut server = Server::start(&url);
    let (told, mut hears) = mpsc::unbounded_channel();
    let client = Client {
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
        base: server.base.clone(),
        told,
        enough: Arc::default(),
    };
    let mut at_work: Vec<_> = contracts(&client)
        .await
        .into_iter()
        .map(|id| tokio::spawn(client.clone().report(id)))
        .collect();
    at_work.extend((0..READERS).map(|_| tokio::spawn(client.clone().read())));
    at_work.push(tokio::spawn(client.clone().add()));
    let mut tally = Tally::default();
    while tally.written() < 60 || tally.read < 20 {
        tally.take(hears.recv().await.unwrap());
    }

    cluster.stop_at_once();
    let not_ready_after = client.until_ready(false).await;
    while let Ok(one) = hears.try_recv() {
        tally.take(one);
    }
    let before = tally.written();
    // The one wait: for the database to have been away, there is nothing else to wait for.
    let away = async {
        while let Some(one) = hears.recv().await {
            tally.take(one);
        }
    };
    let _ = tokio::time::timeout(AWAY, away).await;
    let metrics = client.metrics().await;
    assert!(metrics.contains("goodmeasure_database_up 0\n"), "{metrics}");
    let while_away = tally.written() - before;
    client.until_ready(false).await;

    cluster.begin();
    let ready_after = client.until_ready(true).await;
    let metrics = client.metrics().await;
    assert!(metrics.contains("goodmeasure_database_up 1\n"), "{metrics}");
    let back = tally.written();
    let read = tally.read;
    while tally.written() < back + 60 || tally.read < read + 20 {
        tally.take(hears.recv().await.unwrap());
    }
    client.enough.store(true, Ordering::SeqCst);
    for one in at_work {
        one.await.unwrap();
    }
    while let Ok(one) = hears.try_recv() {
        tally.take(one);
    }

    let say = format!(
        "outage: {} writes acknowledged, {} of them while away ({AWAY:?}); {} refused, {} of unknown outcome; \
         {} roll-ups read; not ready after {} ms, ready {} ms after the database was started; longest request {} ms",
        tally.written(),
        while_away,
        tally.refused + tally.not_added.len(),
        tally.unknown,
        tally.read,
        not_ready_after.as_millis(),
        ready_after.as_millis(),
        tally.longest.as_millis(),
    );
    // Past the test harness, which would hide it.
    let _ = writeln!(std::io::stderr(), "{say}");
    assert_eq!(while_away, 0, "nothing can be stored without a database");
    assert!(tally.refused > 0 && !tally.not_added.is_empty());
    for path in &tally.submitted {
        let (Said::Done(answer), _) = client.send("GET", path, None).await else {
            panic!("the database is back");
        };
        assert_eq!(answer["state"], "submitted", "{path}");
    }
    let names = names(&client).await;
    assert_eq!(tally.added.difference(&names).next(), None, "lost");
    assert_eq!(
        tally.not_added.intersection(&names).next(),
        None,
        "stored after all"
    );
    verify(&url, "after the outage");
    let gone = server.process.try_wait().unwrap();
    assert!(gone.is_none(), "the server ended: {gone:?}");
}
