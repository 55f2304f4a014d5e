//! The hands: a file per command.

mod check_proxies;
mod demo;
mod import;
mod import_edition;
mod import_series;
mod keys;
mod layout;
mod migrate;
mod office;
mod openapi;
mod proof;
mod serve;
mod settings;
mod sheet;
mod sign_in;
#[cfg(feature = "otel")]
mod traces;
mod value;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::catalogue::Catalogue;
use crate::domain::fault::Fault;

/// Counts social value.
#[derive(Debug, Parser)]
#[command(name = "goodmeasure", version, about)]
struct Arguments {
    /// What is logged beside `info`, such as `requests` (a line for every request), `goodmeasure=debug`, `warn` or
    /// several with commas between; one JSON line each, on standard error.
    #[arg(
        long,
        global = true,
        env = "GOODMEASURE_LOG",
        default_value = "info",
        value_name = "FILTER"
    )]
    log: String,
    #[command(subcommand)]
    command: Command,
}

/// What is logged unless it is asked for otherwise: of requests only the server's own failures, and not that the
/// framework has workers.
const LOGGED: &str = "info,requests=error,actix_server=warn,actix_http=off";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves sample data from a database of its own, which is made anew each time.
    Demo(demo::Demo),
    /// Serves the API until it is told to stop.
    Serve(serve::Serve),
    /// Makes or completes the tables of the database.
    Migrate(migrate::Migrate),
    /// Imports a contract from an open contracting document.
    Import(import::Import),
    /// Makes, lists and revokes keys.
    Keys(keys::Keys),
    /// Exports a contract in one file that proves itself.
    Export(proof::Export),
    /// Recomputes the chains, every worth and every stored total.
    Verify(verify::Verify),
    /// Prints the OpenAPI document.
    Openapi(openapi::OpenApi),
    /// Values the rows of a CSV file and shows how each pound came about; nothing is stored.
    Value(value::Value),
    /// Checks folders of proxies and prints their net unit values.
    CheckProxies(check_proxies::CheckProxies),
}

/// Runs the command of this process's arguments.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    log_as(&arguments.log);
    let done = match arguments.command {
        Command::Demo(command) => command.run(),
        Command::Serve(command) => command.run(),
        Command::Migrate(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Keys(command) => command.run(),
        Command::Export(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::Openapi(command) => command.run(),
        Command::Value(command) => command.run(),
        Command::CheckProxies(command) => command.run(),
    };
    #[cfg(feature = "otel")]
    traces::end();
    match done {
        Ok(code) => code,
        Err(wrong) => {
            // A reader that stops early, such as `head`, is no fault of ours.
            let broken_pipe = wrong
                .downcast_ref::<std::io::Error>()
                .map(std::io::Error::kind)
                .or_else(|| wrong.downcast_ref::<serde_json::Error>()?.io_error_kind());
            let broken_pipe = broken_pipe == Some(std::io::ErrorKind::BrokenPipe);
            if !broken_pipe {
                eprintln!("goodmeasure: {wrong:#}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Logs as JSON on standard error.
fn log_as(asked: &str) {
    let filter = format!("{LOGGED},{asked}");
    let filter = EnvFilter::try_new(&filter).unwrap_or_else(|_| {
        eprintln!("goodmeasure: this filter of the log cannot be read: {asked}");
        EnvFilter::new(LOGGED)
    });
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(std::io::stderr)
        .with_filter(filter);
    let logged = tracing_subscriber::registry().with(lines);
    #[cfg(feature = "otel")]
    let logged = logged.with(traces::layer());
    if logged.try_init().is_err() {
        eprintln!("goodmeasure: logging was set up already");
    }
}

/// What is shipped and further folders; prints every fault where there is one.
fn catalogue(folders: &[PathBuf]) -> Option<Catalogue> {
    Catalogue::shipped_with(folders)
        .map_err(|faults| say(&faults))
        .ok()
}

/// Says every fault, one a line.
fn say(faults: &[Fault]) {
    for fault in faults {
        eprintln!("{fault}");
    }
    let faulty = if faults.len() == 1 { "fault" } else { "faults" };
    eprintln!("{} {faulty}", faults.len());
}
