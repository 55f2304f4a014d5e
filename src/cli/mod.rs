//! The hands: a file per command.

mod check_proxies;
mod layout;
mod value;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::catalogue::Catalogue;
use crate::domain::fault::Fault;

/// Counts social value.
#[derive(Debug, Parser)]
#[command(name = "goodmeasure", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Values the rows of a CSV file and shows how each pound came about; nothing is stored.
    Value(value::Value),
    /// Checks folders of proxies and prints their net unit values.
    CheckProxies(check_proxies::CheckProxies),
}

/// Runs the command of this process's arguments.
#[must_use]
pub fn run() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Value(command) => command.run(),
        Command::CheckProxies(command) => command.run(),
    };
    match done {
        Ok(code) => code,
        Err(wrong) => {
            // A reader that stops early, such as `head`, is no fault of ours.
            let broken_pipe = wrong
                .downcast_ref::<std::io::Error>()
                .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe);
            if !broken_pipe {
                eprintln!("goodmeasure: {wrong:#}");
            }
            ExitCode::FAILURE
        }
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
