//! `goodmeasure serve`: the API.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::office::{Database, Partnership, block_on};
use super::settings::Outside;
use super::sign_in::SignInFile;
use crate::http;

/// Serves the API until it is told to stop.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    partnership: Partnership,
    /// Address to listen on.
    #[arg(
        long,
        env = "GOODMEASURE_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS"
    )]
    listen: String,
    /// Threads that answer; one a core when missing.
    #[arg(long, value_name = "N")]
    workers: Option<usize>,
    /// Administrators may decide returns that they submitted themselves, and the audit says so: for bodies too small
    /// to have two people for it.
    #[arg(long, env = "GOODMEASURE_ADMINISTRATORS_DECIDE_OWN")]
    administrators_decide_own: bool,
    #[command(flatten)]
    outside: Outside,
    #[command(flatten)]
    sign_in: SignInFile,
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        tell_of_panics();
        let settings = http::Settings {
            sign_in: self.sign_in.read()?,
            ..self.outside.settings()
        };
        block_on(async {
            let mut office = self.database.office().await?;
            office.rules.administrators_decide_own = self.administrators_decide_own;
            self.partnership.open(&office).await?;
            let workers = self.workers.unwrap_or_else(cores);
            let listening = http::listen(office, &self.listen, workers, settings)
                .with_context(|| format!("cannot listen on {}", self.listen))?;
            println!("listening on http://{}", listening.address);
            tracing::info!(address = %listening.address, "listening");
            listening.server.await.context("the server stopped badly")?;
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Says where the program broke, as a line of the log. What it says of itself then may repeat what somebody sent, and
/// is left out.
fn tell_of_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(at, "a fault of this program");
    }));
}

/// Cores of this machine.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}
