//! `goodmeasure serve`: the API.

use std::convert::Infallible;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;

use super::office::{Database, Partnership, block_on, is_there};
use super::settings::Outside;
use super::sign_in::SignInFile;
use crate::http;
use crate::operations::Office;
use crate::operations::carry_out::forget_the_old;

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
            for partnership in settings.sign_in.partnerships() {
                if !is_there(&office, partnership).await? {
                    bail!(
                        "people sign in to the partnership `{partnership}`, which is not in this database"
                    );
                }
            }
            let workers = self.workers.unwrap_or_else(cores);
            let listening = http::listen(office.clone(), &self.listen, workers, settings)
                .with_context(|| format!("cannot listen on {}", self.listen))?;
            println!("listening on http://{}", listening.address);
            tracing::info!(address = %listening.address, "listening");
            tokio::select! {
                served = listening.server => served.context("the server stopped badly")?,
                never = tidy(&office) => match never {},
            }
            office.store.close().await;
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// How often what is no longer needed is forgotten.
const TIDIED_EVERY: Duration = Duration::from_secs(60 * 60);

/// Forgets what is no longer needed, at once and then every hour.
async fn tidy(office: &Office) -> Infallible {
    loop {
        if let Err(refusal) = forget_the_old(office, (office.clock)()).await {
            tracing::warn!(?refusal, "answers that were kept are not forgotten yet");
        }
        tokio::time::sleep(TIDIED_EVERY).await;
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
