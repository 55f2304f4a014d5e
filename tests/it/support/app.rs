//! One test application: the real server on a loopback port, over a fresh database, with a clock that
//! stands in December 2027 and only ticks.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use goodmeasure::catalogue::Catalogue;
use goodmeasure::domain::moment::Moment;
use goodmeasure::http::{self, Rate, Rates, Settings};
use goodmeasure::operations::keys::KeyGiven;
use goodmeasure::operations::open_partnership::open_partnership;
use goodmeasure::operations::{Actor, Office, Rules, audit, keys};
use goodmeasure::storage::{OpenOptions, Store, Tx};
use serde_json::Value;

use super::databases::{TestDatabase, databases};
use super::documented;

/// 2027-12-01T00:00:00Z in microseconds.
pub const BEGIN: i64 = 1_827_619_200_000_000;
static TICKS: AtomicI64 = AtomicI64::new(0);

/// The clock of most tests.
pub fn now() -> Moment {
    Moment::from_micros(BEGIN + TICKS.fetch_add(1, Ordering::Relaxed))
}

fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A running server with two administrator keys of the partnership `default`.
pub struct App {
    pub office: Office,
    pub base: String,
    pub database: Arc<TestDatabase>,
    pub first_key: String,
    pub second_key: String,
    client: reqwest::Client,
    stop: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// An answer, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub text: String,
    /// As they came: compressed, when that was asked.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The stable code of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The same, where the answer is one.
    pub fn code_or_none(&self) -> Option<String> {
        let json: Value = serde_json::from_str(&self.text).ok()?;
        json["code"].as_str().map(str::to_owned)
    }

    /// The headers, but for those of the connection and those that differ from one answer to the next.
    pub fn told_headers(&self) -> Vec<(String, String)> {
        let passing = ["connection", "date", "ratelimit", "x-request-id"];
        let headers = self.headers.iter().cloned();
        headers
            .filter(|(name, _)| !passing.contains(&name.as_str()))
            .collect()
    }

    /// Pointer and code of each fault.
    pub fn faults(&self) -> Vec<(String, String)> {
        let text = |fault: &Value, key: &str| fault[key].as_str().unwrap_or_default().to_owned();
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        let pairs = errors
            .iter()
            .map(|fault| (text(fault, "pointer"), text(fault, "code")));
        pairs.collect()
    }

    /// The whole answer as text, the same on every run and database: ids and times are named in the
    /// order they appear.
    pub fn whole(&self) -> String {
        let mut whole = format!("{}\n", self.status);
        for (name, value) in &self.headers {
            if !STANDING.contains(&name.as_str()) {
                let _ = writeln!(whole, "{name}: {value}");
            }
        }
        let body = serde_json::from_str::<Value>(&self.text).ok();
        let pretty = body.and_then(|body| serde_json::to_string_pretty(&body).ok());
        let _ = write!(whole, "\n{}", pretty.unwrap_or_else(|| self.text.clone()));
        steady(&whole)
    }
}

/// Headers that every answer has, or that differ from one run to the next: tests of their own look at them.
const STANDING: &[&str] = &[
    "cache-control",
    "connection",
    "content-length",
    "content-security-policy",
    "cross-origin-resource-policy",
    "date",
    "etag",
    "ratelimit",
    "ratelimit-policy",
    "referrer-policy",
    "vary",
    "x-content-type-options",
    "x-request-id",
];

/// Replaces ids, hashes and times by names in the order they appear.
pub fn steady(text: &str) -> String {
    let mut seen: Vec<String> = Vec::new();
    let mut steady = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (kind, length) = if is_shape(rest, ID) {
            ("id", ID.len())
        } else if is_shape(rest, TIME) {
            ("time", TIME.len())
        } else if let Some(length) = HASHES.iter().find_map(|hash| is_hash(rest, hash)) {
            ("hash", length)
        } else {
            steady.push(letter);
            rest = &rest[letter.len_utf8()..];
            continue;
        };
        let found = &rest[..length];
        let number = seen
            .iter()
            .position(|known| known == found)
            .unwrap_or_else(|| {
                seen.push(found.to_owned());
                seen.len() - 1
            });
        let name = match kind {
            "time" => "<time>".to_owned(),
            "hash" => format!("{}<hash>", &found[..length - 64]),
            _ => format!("<id-{}>", number + 1),
        };
        steady.push_str(&name);
        rest = &rest[length..];
    }
    steady
}

/// `x` is a hexadecimal digit, `9` a decimal one, all else itself.
const ID: &str = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
const TIME: &str = "9999-99-99T99:99:99.999999Z";

/// What stands before the hash of a posting: it seals ids and times, and so is another on each run.
const HASHES: [&str; 2] = ["\"hash\": \"", "hash:"];

/// The length of a hash with what stands before it.
fn is_hash(text: &str, before: &str) -> Option<usize> {
    let digits = text.strip_prefix(before)?.bytes();
    let digits = digits.take_while(u8::is_ascii_hexdigit).count();
    (digits == 64).then_some(before.len() + digits)
}

fn is_shape(text: &str, shape: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= shape.len()
        && shape
            .bytes()
            .zip(bytes)
            .all(|(expected, found)| match expected {
                b'x' => found.is_ascii_hexdigit(),
                b'9' => found.is_ascii_digit(),
                other => other == *found,
            })
}

/// Settings of a server that may be asked as fast as a test can.
pub fn without_limits() -> Settings {
    Settings {
        rates: Rates {
            address: Rate::Unlimited,
            holder: Rate::Unlimited,
            failures: Rate::Unlimited,
        },
        ..Settings::default()
    }
}

impl App {
    /// Starts one on each database there is.
    pub async fn on_each() -> Vec<Self> {
        let mut apps = Vec::new();
        for database in databases() {
            apps.push(Self::start(database).await);
        }
        apps
    }

    /// Starts one on a database, where a test may ask as fast as it can.
    pub async fn start(database: TestDatabase) -> Self {
        Self::start_with(database, without_limits()).await
    }

    /// Starts one on a database with settings of its own.
    pub async fn start_with(database: TestDatabase, settings: Settings) -> Self {
        Self::start_at(database, settings, now).await
    }

    /// Starts one with a clock of its own, which should begin at [`BEGIN`].
    pub async fn start_at(
        database: TestDatabase,
        settings: Settings,
        clock: fn() -> Moment,
    ) -> Self {
        Self::started(database, settings, clock, Rules::default()).await
    }

    /// Starts one with settings and rules of its own.
    pub async fn start_under(database: TestDatabase, settings: Settings, rules: Rules) -> Self {
        Self::started(database, settings, now, rules).await
    }

    async fn started(
        database: TestDatabase,
        settings: Settings,
        clock: fn() -> Moment,
        rules: Rules,
    ) -> Self {
        let mut office = office(&database, clock).await;
        office.store.migrate().await.unwrap();
        office.rules = rules;
        audit::seal_older(&office, now()).await.unwrap();
        let opened = open_partnership(&office, "default", None, now())
            .await
            .unwrap();
        let first_key = opened.made_key.unwrap().text.reveal().to_owned();
        let second_key = made_key(&office, "administrator", &[]).await;
        let keys = (first_key, second_key);
        Self::serve(Arc::new(database), office, settings, keys)
    }

    /// Starts another one over the same database, as a second process would, with the same keys.
    pub async fn start_beside(&self, settings: Settings, clock: fn() -> Moment) -> Self {
        let database = Arc::clone(&self.database);
        let office = office(&database, clock).await;
        let keys = (self.first_key.clone(), self.second_key.clone());
        Self::serve(database, office, settings, keys)
    }

    fn serve(
        database: Arc<TestDatabase>,
        office: Office,
        settings: Settings,
        (first_key, second_key): (String, String),
    ) -> Self {
        let (told, hears) = std::sync::mpsc::channel();
        let served = office.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listening = http::listen(served, "127.0.0.1:0", 1, settings).unwrap();
                told.send((listening.address, listening.handle.clone()))
                    .unwrap();
                listening.server.await.unwrap();
            });
        });
        let (address, stop) = hears.recv().unwrap();
        Self {
            office,
            base: format!("http://{address}"),
            database,
            first_key,
            second_key,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            stop,
            thread: Some(thread),
        }
    }

    /// Host and port, for a raw socket.
    pub fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// Sends a request with any headers and body.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Answer {
        let mut request = self
            .client
            .request(method.parse().unwrap(), format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let mut headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        let bytes = response.bytes().await.unwrap().to_vec();
        let answer = Answer {
            status,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        };
        // No test can meet an answer that the document does not tell of.
        if let Some(fault) = documented::fault(method, path, &answer) {
            panic!("{method} {path}: {fault}: {}", answer.text);
        }
        answer
    }

    /// A new key of a role, for some organisations.
    pub async fn key_of(&self, role: &str, organisations: &[&str]) -> String {
        made_key(&self.office, role, organisations).await
    }

    /// Sends as any key.
    pub async fn with_key(
        &self,
        key: &str,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> Answer {
        let bearer = format!("Bearer {key}");
        let mut headers = vec![("authorization", bearer.as_str())];
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let bytes = body.map(|body| body.as_bytes().to_vec());
        let answer = self.send(method, path, &headers, bytes.clone()).await;
        if answer.status != 428 {
            return answer;
        }
        // Who overwrites knowingly, as most tests do.
        headers.push(("if-match", "*"));
        self.send(method, path, &headers, bytes).await
    }

    /// Reads as the first key.
    pub async fn get(&self, path: &str) -> Answer {
        self.with_key(&self.first_key, "GET", path, None).await
    }

    /// Posts as the first key.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.with_key(&self.first_key, "POST", path, Some(&body.to_string()))
            .await
    }

    /// Posts a raw text as the first key, well formed or not.
    pub async fn post_text(&self, path: &str, body: &str) -> Answer {
        self.with_key(&self.first_key, "POST", path, Some(body))
            .await
    }

    /// Puts as the first key.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.with_key(&self.first_key, "PUT", path, Some(&body.to_string()))
            .await
    }

    /// Puts a raw text as the first key, well formed or not.
    pub async fn put_text(&self, path: &str, body: &str) -> Answer {
        self.with_key(&self.first_key, "PUT", path, Some(body))
            .await
    }

    /// Posts as the second key: the one that decides what the first submitted.
    pub async fn post_as_second(&self, path: &str, body: &Value) -> Answer {
        self.with_key(&self.second_key, "POST", path, Some(&body.to_string()))
            .await
    }

    /// Sends JSON as the first key, with further headers.
    pub async fn send_json(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let bearer = format!("Bearer {}", self.first_key);
        let mut all = vec![
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        all.extend_from_slice(headers);
        let body = body.to_string().into_bytes();
        self.send(method, path, &all, Some(body)).await
    }

    /// Stops the server and waits for its end.
    pub async fn stop(mut self) {
        self.stop.stop(true).await;
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

async fn office(database: &TestDatabase, clock: fn() -> Moment) -> Office {
    let opened = Store::open(database.url(), None, OpenOptions::default()).await;
    let folder = std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proxies"));
    let catalogue = Arc::new(Catalogue::shipped_with(&[folder]).unwrap());
    Office::new(opened.unwrap(), catalogue, clock, new_id)
}

async fn made_key(office: &Office, role: &str, organisations: &[&str]) -> String {
    let operator = Actor::administrator("default", "test");
    let given = KeyGiven {
        name: Some(role.to_owned()),
        role: Some(role.to_owned()),
        organisations: organisations
            .iter()
            .map(|id| Some((*id).to_owned()))
            .collect(),
        ..KeyGiven::default()
    };
    let made = office
        .store
        .write(async |tx: &mut Tx| {
            keys::make_key(tx, office.hand(&operator, now()), &given, Vec::new()).await
        })
        .await;
    made.unwrap().text.reveal().to_owned()
}

/// The answers of every database must be the same but for ids and times; one of them, whole.
pub fn same_on_each(answers: &[Answer]) -> String {
    let whole: Vec<String> = answers.iter().map(Answer::whole).collect();
    for other in &whole {
        assert_eq!(&whole[0], other, "the databases answer differently");
    }
    whole[0].clone()
}
