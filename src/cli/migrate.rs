//! `goodmeasure migrate`: makes or completes the tables, as a command of its own.

use std::process::ExitCode;

use clap::Args;

use super::office::{Database, Partnership, block_on};

/// Makes the database file if it is missing, makes or completes its tables, and opens the partnership.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    partnership: Partnership,
}

impl Migrate {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        block_on(async {
            let office = self.database.migrated().await?;
            self.partnership.open(&office).await?;
            println!("the tables are those of this version");
            Ok(ExitCode::SUCCESS)
        })
    }
}
