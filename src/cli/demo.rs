//! `goodmeasure demo`: the main job on a fresh embedded database with sample data.

use std::io::IsTerminal;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::office::{Database, Partnership, block_on, now, operator, temporary_folder, told};
use super::settings::Outside;
use crate::domain::policy::Role;
use crate::http::{self, Listening, Settings};
use crate::operations::import_contract::Party;
use crate::operations::keys::{self, KeyGiven, KeyText};
use crate::operations::sample::{Body, Made, Writers, sample};
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
        let folder = temporary_folder("demo")?;
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
        eprintln!("making the sample data ...");
        let made = sample(&office, &writers, progress()).await.map_err(told)?;
        let first = opened.made_key.context("a new partnership has no key")?;
        let mut all = vec![("ADMINISTRATOR", first.text, "does everything".to_owned())];
        all.extend(keys_of_roles(&office, &made).await?);
        if self.once {
            tell(&made, &format!("http://{}", self.listen), &all);
            return Ok(ExitCode::SUCCESS);
        }
        let listening = listen(office, &self.listen, &self.outside.settings())?;
        let base = format!("http://{}", listening.address);
        println!(
            "Listening on {base} (documentation: {base}/docs/). Stop it with Ctrl-C; the data goes with it.\n"
        );
        tell(&made, &base, &all);
        listening.server.await.context("the server stopped badly")?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What a key is called, its text, and what it is for.
type Shown = (&'static str, KeyText, String);

/// A key of each role but administrator: those of organisations for the two of the story, and for two with more to do.
async fn keys_of_roles(office: &Office, made: &Made) -> anyhow::Result<Vec<Shown>> {
    let bodies = &made.bodies;
    let both = |party: &Party, bodies: &[Body]| {
        let more = bodies.first();
        let ids = party.organisation.iter().chain(more.map(|body| &body.id));
        let names = [Some(&party.name), more.map(|body| &body.name)];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        (
            ids.cloned().map(Some).collect::<Vec<_>>(),
            names.join(" and "),
        )
    };
    let anchor = both(&made.story.anchor, &bodies.anchors);
    let supplier = both(&made.story.supplier, &bodies.suppliers);
    let mut made = Vec::new();
    for (called, role, (organisations, names), purpose) in [
        ("COMMISSIONER", Role::Commissioner, anchor, "acts for "),
        ("SUPPLIER", Role::Supplier, supplier, "reports for "),
        (
            "ANALYST",
            Role::Analyst,
            Default::default(),
            "reads everything",
        ),
    ] {
        let given = KeyGiven {
            name: Some(format!("sample {role}")),
            role: Some(role.to_string()),
            organisations,
            ..KeyGiven::default()
        };
        let (operator, at) = (operator("sample"), now());
        let key = office
            .change(async |tx: &mut Tx| {
                keys::make_key(tx, office.hand(&operator, at), &given, Vec::new()).await
            })
            .await
            .map_err(told)?;
        made.push((called, key.text, format!("{purpose}{names}")));
    }
    Ok(made)
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
        .or_else(|error| {
            eprintln!("{address}: {error}; another port is taken");
            http::listen(office, &format!("{host}:0"), 1, settings.clone())
        })
        .with_context(|| format!("cannot listen on {host}"))
}

fn tell(made: &Made, base: &str, keys: &[Shown]) {
    let story = &made.story.contract;
    println!("Good Measure, with sample data: everybody and everything in it is made up.");
    println!(
        "{} anchor institutions, {} suppliers, {} contracts and a volunteering day, {} commitments, {} returns in 9 places",
        made.bodies.anchors.len(),
        made.bodies.suppliers.len(),
        made.contracts.len(),
        made.commitments,
        made.returns
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
