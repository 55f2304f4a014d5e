//! What a hostile client tries: requests with blanks, and what the blanks are filled with.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::lines;
use super::secrets::Secretive;
use crate::support::scene::{changed, return_of};

/// A request with blanks, such as `{contract}`, for what is tried in it.
#[derive(Clone, Debug, Default)]
pub struct Try {
    pub method: String,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<String>,
}

/// What a blank is filled with: what there is, and what there is not.
pub type Blanks = BTreeMap<&'static str, (String, String)>;

impl Try {
    fn get(path: &str) -> Self {
        Self::of("GET", path)
    }

    pub fn of(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            ..Self::default()
        }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn body(self, body: &str) -> Self {
        let typed = self.with("content-type", "application/json");
        let body = Some(body.to_owned());
        Self { body, ..typed }
    }

    /// Whether it has a blank of a name.
    pub fn names(&self, blank: &str) -> bool {
        self.text().contains(&format!("{{{blank}}}"))
    }

    pub fn text(&self) -> String {
        let headers = self.headers.iter().map(|(_, value)| value.as_str());
        let headers: Vec<&str> = headers.collect();
        let body = self.body.as_deref().unwrap_or_default();
        format!("{} {} {} {body}", self.method, self.path, headers.join(" "))
    }

    pub fn filled(&self, fill: impl Fn(&str) -> String) -> Self {
        let headers = self.headers.iter();
        Self {
            method: self.method.clone(),
            path: fill(&self.path),
            headers: headers.map(|(name, value)| (*name, fill(value))).collect(),
            body: self.body.as_deref().map(&fill),
        }
    }
}

/// A text like another one, and as long.
fn unlike(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let place = letters
        .iter()
        .rposition(char::is_ascii_alphanumeric)
        .unwrap();
    letters[place] = if letters[place] == '1' { '2' } else { '1' };
    letters.into_iter().collect()
}

fn encoded(key: &str) -> String {
    key.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// What is tried, with what is not there in the same shape.
pub async fn blanks(scene: &Secretive) -> Blanks {
    let app = &scene.town.app;
    let contract = scene.bravo.rsplit('/').next().unwrap();
    let tag = app
        .get(&scene.bravo)
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let returned = format!("{}/returns/2026-27-Q2", scene.bravo);
    let return_tag = app.get(&returned).await.header("etag").unwrap().to_owned();
    let next = async |path: String| {
        let answer = app.get(&path).await.json();
        answer["next_cursor"].as_str().unwrap().to_owned()
    };
    let coded = format!("%{:02x}{}", contract.as_bytes()[0], &contract[1..]);
    let given = [
        ("contract", contract.to_owned()),
        ("contract_coded", coded),
        ("contract_upper", contract.to_uppercase()),
        ("organisation", scene.bravo_works.clone()),
        ("key", scene.bravo_key_id.clone()),
        ("reference", "BRAVO-REFERENCE".to_owned()),
        ("ocid", "ocds-bravo-000001".to_owned()),
        ("activity", "bravo-activity".to_owned()),
        ("link", "https://bravo.example/payroll".to_owned()),
        ("named", scene.bravo_named.clone()),
        ("tag", tag),
        ("return_tag", return_tag),
        ("contract_cursor", encoded(contract)),
        ("organisation_cursor", encoded(&scene.bravo_works)),
        ("key_cursor", encoded(&scene.bravo_key_id)),
        (
            "audit_cursor",
            next(format!("/v1/audit?contract={contract}&limit=1")).await,
        ),
        (
            "roll_up_cursor",
            next("/v1/roll-ups?by=contract&stage=claimed&limit=1".to_owned()).await,
        ),
    ];
    let pairs = given.into_iter().map(|(name, text)| {
        let nothing = unlike(&text);
        (name, (text, nothing))
    });
    pairs.collect()
}

/// Every route with an id, by every method, and in every manner that its own method knows.
pub fn by_id() -> Vec<Try> {
    let document = serde_json::to_value(goodmeasure::http::document()).unwrap();
    let mut tries = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let blank = match path.split('/').nth(2) {
            Some("contracts") => "{contract}",
            Some("organisations") => "{organisation}",
            Some("keys") => "{key}",
            _ => continue,
        };
        if !path.contains("{id}") {
            continue;
        }
        let filled = path
            .replace("{id}", blank)
            .replace("{number}", "1")
            .replace("{version}", "2");
        let quarters = match filled.contains("{period}") {
            true => &["2026-27-Q1", "2026-27-Q2", "2026-27-Q3", "2026-27-Q4", "x"][..],
            false => &["-"][..],
        };
        for quarter in quarters {
            let path = filled.replace("{period}", quarter);
            for method in ["GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE", "PATCH"] {
                tries.push(Try::of(method, &path));
            }
            for method in item.as_object().unwrap().keys() {
                tries.extend(in_every_manner(&method.to_uppercase(), &path));
            }
        }
    }
    tries
}

fn in_every_manner(method: &str, path: &str) -> Vec<Try> {
    let plain = Try::of(method, path);
    if method == "GET" {
        let mut tries = vec![
            plain.clone().with("if-none-match", "{tag}"),
            plain.clone().with("if-none-match", "{return_tag}"),
            plain.clone().with("if-none-match", "*"),
            plain.clone().with("accept", "text/html"),
            plain.clone().with("accept", "text/plain"),
            plain.with("accept-encoding", "br"),
        ];
        let queries = [
            "revision=1",
            "line=1",
            "line=commitment%201&period=2026-27-Q1&stage=committed",
            "limit=1",
            "limit=0",
            "cursor={contract_cursor}",
            "x=1",
        ];
        tries.extend(queries.map(|query| Try::get(&format!("{path}?{query}"))));
        return tries;
    }
    let dry = Try::of(method, &format!("{path}?dry_run=true"));
    let decision = json!({"revision": 1, "decision": "accept"}).to_string();
    let amendment = json!({"effective_on": "2026-09-01", "reason": "x", "target": "1"}).to_string();
    vec![
        plain.clone().body("{}"),
        plain.clone().body("{"),
        plain.clone().body("[]"),
        plain.clone().with("content-type", "text/plain"),
        plain.clone().body("{}").with("if-match", "{return_tag}"),
        plain.clone().body("{}").with("if-match", "*"),
        plain.clone().body("{}").with("if-none-match", "*"),
        plain.body("{}").with("idempotency-key", "{named}"),
        dry.clone().body(&return_of(lines("1")).to_string()),
        dry.clone().body(&decision),
        dry.clone().body(&amendment),
        dry.with("if-match", "{tag}"),
    ]
}

/// Lists, with every filter and with cursors of others; ids in other spellings.
pub fn lists_and_spellings() -> Vec<Try> {
    let paths = [
        "/v1/contracts?limit=200",
        "/v1/contracts?limit=1",
        "/v1/contracts?reference={reference}",
        "/v1/contracts?reference={ocid}",
        "/v1/contracts?supplier={organisation}",
        "/v1/contracts?supplier={contract}",
        "/v1/contracts?supplier={organisation}&reference={reference}&proxy_edition=open-uk/2026",
        "/v1/contracts?cursor={contract_cursor}",
        "/v1/contracts?cursor={contract_cursor}&limit=1",
        "/v1/contracts?cursor={roll_up_cursor}",
        "/v1/organisations?limit=200",
        "/v1/organisations?kind=business",
        "/v1/organisations?anchor_institution=false",
        "/v1/organisations?cursor={organisation_cursor}",
        "/v1/organisations/{contract}",
        "/v1/audit",
        "/v1/audit?contract={contract}",
        "/v1/audit?actor={key}",
        "/v1/audit?contract={contract}&action=submit_return&subject=return&outcome=done",
        "/v1/audit?cursor={audit_cursor}",
        "/v1/keys",
        "/v1/keys?role=supplier&state=live",
        "/v1/keys?cursor={key_cursor}",
        "/v1/contracts/{contract_coded}",
        "/v1/contracts/{contract_coded}/value",
        "/v1/contracts/{contract_upper}",
        "/v1/contracts/{reference}",
        "/v1/contracts/{ocid}/value",
        "/v1/contracts/{contract}/",
        "/v1/contracts/{contract}//value",
        "/v1//contracts/{contract}",
        "/v1/contracts/x/../{contract}",
        "/v1/contracts/x%2F..%2F{contract}",
        "/v1/contracts/%20{contract}",
        "/v1/contracts/{contract}%20/value",
        "/v1/contracts/{contract}%3Fx",
        "/v1/contracts/{contract};x=1/value",
    ];
    paths.iter().map(|path| Try::get(path)).collect()
}

/// Rows of roll-ups that are the other's, and restated ones.
fn cells() -> [&'static str; 9] {
    [
        "/v1/roll-ups/working?by=contract&stage=claimed&cell_contract={contract}",
        "/v1/roll-ups/working?by=contract,measure&stage=claimed&cell_contract={contract}&cell_measure=local-job-fte",
        "/v1/roll-ups/working?by=supplier&stage=committed&cell_supplier={organisation}",
        "/v1/roll-ups/working?by=supplier&cell_supplier={contract}&cell_column=effort&cell_edition=open-uk/2026",
        "/v1/roll-ups/working?contract={contract}&stage=claimed&cell_column=local_economic",
        "/v1/roll-ups/working?supplier={organisation}&stage=claimed",
        "/v1/roll-ups/working?by=contract&stage=claimed&cell_contract={contract}&cursor={roll_up_cursor}",
        "/v1/roll-ups?by=contract&stage=claimed&prices=2026-27&combine=editions",
        "/v1/roll-ups?stage=claimed&contract={contract}&prices=2026-27",
    ]
}

/// Roll-ups by every dimension, alone, in pairs with the contract, and under every filter.
pub fn roll_ups() -> Vec<Try> {
    let dimensions = [
        "anchor_institution",
        "supplier",
        "contract",
        "theme",
        "outcome",
        "measure",
        "place",
        "period",
        "financial_year",
        "column",
        "stage",
    ];
    let filters = [
        "supplier={organisation}",
        "supplier={contract}",
        "contract={contract}",
        "contract={reference}",
        "contract={contract}&supplier={organisation}",
        "place={organisation}",
        "place=halton",
        "edition=open-uk/2026",
        "edition={reference}",
        "anchor_institution={organisation}",
        "cursor={roll_up_cursor}",
        "limit=1",
        "from=2026-04-01&to=2026-06-30",
    ];
    let stage = "stage=committed,claimed,evidenced,verified";
    let mut tries = Vec::new();
    for dimension in dimensions {
        tries.push(Try::get(&format!("/v1/roll-ups?by={dimension}&{stage}")));
        let pair = format!("/v1/roll-ups?by=place,{dimension}&{stage}");
        tries.push(Try::get(&pair));
        let filtered = filters[..3].iter();
        tries.extend(
            filtered
                .map(|filter| Try::get(&format!("/v1/roll-ups?by={dimension}&{stage}&{filter}"))),
        );
    }
    let filtered = filters.iter();
    tries.extend(filtered.map(|filter| {
        Try::get(&format!(
            "/v1/roll-ups?by=contract,measure&{stage}&{filter}"
        ))
    }));
    tries.extend(cells().iter().map(|path| Try::get(path)));
    let all = format!("/v1/roll-ups?by={}&{stage}&limit=200", dimensions.join(","));
    tries.push(Try::get(&all));
    tries
}

/// What one does with one's own, naming what belongs to another.
pub fn with_ones_own(own: &str) -> Vec<Try> {
    let line = |activity: &str, link: &str| {
        let line = json!({
            "line": "own", "measure": "volunteering-hours", "quantity": "1", "activity": activity,
            "place": "{organisation}", "target_group": "{key}", "evidence": [{"link": link}]
        });
        let placeless = changed(line.clone(), json!({"place": null, "target_group": null}));
        [line, placeless].map(|line| return_of(json!([line])).to_string())
    };
    let quarter = format!("{own}/returns/2026-27-Q4");
    let dry = format!("{quarter}?dry_run=true");
    let bodies = [
        line("{activity}", "{link}"),
        line("the-same-garden", "https://both.example/log"),
    ];
    let puts = bodies
        .concat()
        .into_iter()
        .map(|body| Try::of("PUT", &dry).body(&body));
    let submission = format!("{own}/returns/2026-27-Q2/submission");
    let contract =
        json!({"reference": "{reference}", "ocid": "{ocid}", "supplier": "{organisation}"});
    let organisation = json!({"name": "x", "kind": "business", "predecessors": [{"organisation": "{organisation}", "on": "2026-04-01"}]});
    let key = json!({"name": "x", "role": "supplier", "organisations": ["{organisation}"]});
    let own_id = own.rsplit('/').next().unwrap();
    let many = |path: &str, items: Value| {
        let path = format!("/v1/{path}/bulk?dry_run=true");
        Try::of("POST", &path).body(&json!({"items": items}).to_string())
    };
    let reported = |id: &str| {
        let of = json!({"contract": id, "period": "2026-27-Q2", "if_match": "{return_tag}", "submit": true});
        changed(return_of(lines("1")), of)
    };
    let promised =
        |id: &str| json!({"contract": id, "measure": "volunteering-hours", "target": "1"});
    let writes = [
        many("returns", json!([reported("{contract}"), reported(own_id)])),
        many("returns", json!([reported("{contract_upper}")])).with("idempotency-key", "{named}"),
        many(
            "commitments",
            json!([promised("{contract}"), promised(own_id)]),
        ),
        many("contracts", json!([contract.clone()])),
        Try::of("POST", &submission)
            .with("idempotency-key", "{named}")
            .with("if-match", "*"),
        Try::of("POST", &submission).with("if-match", "{return_tag}"),
        Try::of("PUT", &quarter)
            .body("{}")
            .with("if-match", "{return_tag}"),
        Try::of("POST", "/v1/contracts?dry_run=true").body(&contract.to_string()),
        Try::of("POST", "/v1/organisations?dry_run=true").body(&organisation.to_string()),
        Try::of("POST", "/v1/keys?dry_run=true").body(&key.to_string()),
        Try::of("POST", "/v1/contract-imports?dry_run=true")
            .body(r#"{"document": {"ocid": "{ocid}"}}"#),
    ];
    let reads = [
        "",
        "/value",
        "/returns",
        "/amendments",
        "/commitments",
        "/returns/2026-27-Q1",
    ];
    let reads = reads.map(|below| Try::get(&format!("{own}{below}")));
    let working = Try::get(&format!("{own}/returns/2026-27-Q2/working"));
    let tagged = Try::get(own).with("if-none-match", "{tag}");
    puts.chain(writes)
        .chain(reads)
        .chain([working, tagged])
        .collect()
}
