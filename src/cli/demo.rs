//! `goodmeasure demo`: the main job on a fresh embedded database with sample data.

use std::io::IsTerminal;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::office::{Database, Partnership, block_on, now, operator, told};
use super::settings::Outside;
use crate::http::{self, Listening, Settings};
use crate::operations::sample::{Made, Writers, sample};
use crate::operations::{Actor, Office, keys};

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
        partnership.open_quietly(&office).await?;
        let operator = operator("sample");
        let reporter = keys::make_key(&office, &operator, now(), "sample reporter")
            .await
            .map_err(told)?;
        let commissioner = keys::make_key(&office, &operator, now(), "sample commissioner")
            .await
            .map_err(told)?;
        let actor = |key: &keys::MadeKey| Actor {
            id: key.id.clone(),
            ..operator.clone()
        };
        let writers = Writers {
            reporter: actor(&reporter),
            commissioner: actor(&commissioner),
        };
        let made = sample(&office, &writers, progress()).await.map_err(told)?;
        let listening = listen(office, &self.listen, &self.outside.settings())?;
        tell(&made, &listening, &reporter.text, &commissioner.text);
        if !self.once {
            listening.server.await.context("the server stopped badly")?;
        }
        Ok(ExitCode::SUCCESS)
    }
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

fn tell(made: &Made, listening: &Listening, reporter: &str, commissioner: &str) {
    let base = format!("http://{}", listening.address);
    let story = &made.story;
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
    println!("\nKeys (one reports, the other decides: the same key cannot do both):");
    println!("  export REPORTER={reporter}");
    println!("  export COMMISSIONER={commissioner}");
    println!("\nFive commands to try:");
    for (what, path) in [
        (
            "verified value by anchor institution",
            "/v1/roll-ups?by=anchor_institution&stage=verified".to_owned(),
        ),
        (
            "by theme and financial year, all four stages",
            "/v1/roll-ups?by=theme,financial_year&stage=committed,claimed,evidenced,verified"
                .to_owned(),
        ),
        (
            "one contract: promised, claimed, evidenced, verified",
            format!("/v1/contracts/{story}/value"),
        ),
        (
            "how each pound of one return came about",
            format!("/v1/contracts/{story}/returns/2026-27-Q3/working"),
        ),
        (
            "a proxy, with its source and its working",
            "/v1/proxy-editions/open-uk/2026/proxies/volunteering-hours".to_owned(),
        ),
    ] {
        println!("  # {what}\n  curl -s -H \"Authorization: Bearer $COMMISSIONER\" '{base}{path}'");
    }
}
