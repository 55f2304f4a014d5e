//! `goodmeasure demo`: the main job on a fresh embedded database with sample data.

use std::io::IsTerminal;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::office::{Database, Partnership, block_on, now, operator, told};
use super::settings::Outside;
use crate::domain::policy::Role;
use crate::http::{self, Listening, Settings};
use crate::operations::keys::{self, KeyGiven, KeyText};
use crate::operations::sample::{Made, Story, Writers, sample};
use crate::operations::{Actor, Office};
use crate::storage::Tx;

/// Serves sample data from a database of its own, which is made anew each time.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Address to listen on; another port is taken when this one is.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    listen: String,
    /// Makes the sample, prints what to try, and stops.
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    outside: Outside,
}

impl Demo {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let folder = tempfolder()?;
        let result = block_on(self.show(&folder));
        // Sample data is nobody's loss.
        let _ = std::fs::remove_dir_all(&folder);
        result
    }

    async fn show(&self, folder: &std::path::Path) -> anyhow::Result<ExitCode> {
        let database = Database::at(format!("sqlite://{}", folder.join("sample.db").display()));
        let office = database.migrated().await?;
        let partnership = Partnership::named("sample");
        let opened = partnership.open_quietly(&office).await?;
        let writer = |name| Actor::administrator("sample", name);
        let writers = Writers {
            reporter: writer("sample reporter"),
            commissioner: writer("sample commissioner"),
        };
        let made = sample(&office, &writers, progress()).await.map_err(told)?;
        let first = opened.made_key.context("a new partnership has no key")?;
        let mut all = vec![("ADMINISTRATOR", first.text, "does everything".to_owned())];
        all.extend(keys_of_roles(&office, &made.story).await?);
        let listening = listen(office, &self.listen, &self.outside.settings())?;
        tell(&made, &listening, &all);
        if !self.once {
            listening.server.await.context("the server stopped badly")?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What a key is called, its text, and what it is for.
type Shown = (&'static str, KeyText, String);

/// A key of each role but administrator: those of organisations for the two of the story.
async fn keys_of_roles(office: &Office, story: &Story) -> anyhow::Result<Vec<Shown>> {
    let (anchor, supplier) = (&story.anchor, &story.supplier);
    let mut made = Vec::new();
    for (called, role, party, purpose) in [
        ("COMMISSIONER", Role::Commissioner, Some(anchor), "acts for"),
        ("SUPPLIER", Role::Supplier, Some(supplier), "reports for"),
        ("ANALYST", Role::Analyst, None, "reads everything"),
    ] {
        let given = KeyGiven {
            name: Some(format!("sample {role}")),
            role: Some(role.to_string()),
            organisations: party
                .map(|party| party.organisation.clone())
                .into_iter()
                .collect(),
            ..KeyGiven::default()
        };
        let (operator, at) = (operator("sample"), now());
        let key = office
            .store
            .write(async |tx: &mut Tx| {
                keys::make_key(tx, office.hand(&operator, at), &given, Vec::new()).await
            })
            .await
            .map_err(told)?;
        let name = party.map(|party| format!(" {}", party.name));
        made.push((
            called,
            key.text,
            format!("{purpose}{}", name.unwrap_or_default()),
        ));
    }
    Ok(made)
}

/// A folder of its own for the sample database.
fn tempfolder() -> anyhow::Result<std::path::PathBuf> {
    let folder = std::env::temp_dir().join(format!("goodmeasure-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Tells a terminal how far the sample is.
fn progress() -> impl FnMut(usize) {
    let terminal = std::io::stderr().is_terminal();
    move |contracts| {
        if terminal && (contracts.is_multiple_of(8)) {
            eprint!("\rmaking the sample: {contracts} contracts");
        }
        if terminal && contracts == 80 {
            eprintln!();
        }
    }
}

/// Listens, on another port of the same address when the one asked is taken.
fn listen(office: Office, address: &str, settings: &Settings) -> anyhow::Result<Listening> {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    http::listen(office.clone(), address, 1, settings.clone())
        .or_else(|_| http::listen(office, &format!("{host}:0"), 1, settings.clone()))
        .with_context(|| format!("cannot listen on {host}"))
}

fn tell(made: &Made, listening: &Listening, keys: &[Shown]) {
    let base = format!("http://{}", listening.address);
    let story = &made.story.contract;
    println!("Good Measure, with sample data: everybody and everything in it is made up.");
    println!(
        "{} anchor institutions, {} suppliers, {} contracts, {} commitments, {} returns in 9 places",
        made.bodies.anchors.len(),
        made.bodies.suppliers.len(),
        made.contracts.len(),
        made.commitments,
        made.returns
    );
    println!(
        "\nListening on {base} (documentation: {base}/docs/). Stop it with Ctrl-C; the data goes with it."
    );
    println!("\nKeys, one for each role:");
    for (called, text, purpose) in keys {
        println!("  export {called}={}  # {purpose}", text.reveal());
    }
    println!("\nFive commands to try:");
    for (what, key, path) in [
        (
            "verified value by anchor institution",
            "ANALYST",
            "/v1/roll-ups?by=anchor_institution&stage=verified".to_owned(),
        ),
        (
            "by theme and financial year, all four stages",
            "ANALYST",
            "/v1/roll-ups?by=theme,financial_year&stage=committed,claimed,evidenced,verified"
                .to_owned(),
        ),
        (
            "one contract: promised, claimed, evidenced, verified",
            "COMMISSIONER",
            format!("/v1/contracts/{story}/value"),
        ),
        (
            "how each pound of one return came about",
            "SUPPLIER",
            format!("/v1/contracts/{story}/returns/2026-27-Q3/working"),
        ),
        (
            "a proxy, with its source and its working",
            "SUPPLIER",
            "/v1/proxy-editions/open-uk/2026/proxies/volunteering-hours".to_owned(),
        ),
    ] {
        println!("  # {what}\n  curl -s -H \"Authorization: Bearer ${key}\" '{base}{path}'");
    }
}
