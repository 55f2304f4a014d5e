//! `goodmeasure verify`: recomputes the chains of postings and of the audit, every worth, every stored total and every
//! digest of what was published.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::office::{Database, Within, block_on, operator_in, told};
use super::proof;
use crate::operations::verify::verify;

/// Recomputes the chains of postings and of the audit, every worth from what was reported, every stored total, and every digest of what was published; names the first difference.
#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    within: Within,
    /// Verifies a file of `goodmeasure export proof`, with no database.
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
}

impl Verify {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(file) = &self.bundle {
            return proof::check(file);
        }
        block_on(async {
            let office = self.database.office_over_everything().await?;
            let told_of = std::io::stderr().is_terminal();
            let progress = |contracts: usize| {
                if told_of && contracts.is_multiple_of(10) {
                    eprint!("\r{contracts} contracts");
                }
            };
            let actor = operator_in(&office, &self.within.partnership).await?;
            let verified = verify(&office, &actor, progress).await.map_err(told)?;
            office.store.close().await;
            if told_of {
                eprint!("\r");
            }
            for difference in &verified.differences {
                println!("{difference}");
            }
            let found = if verified.differences.is_empty() {
                "clean".to_owned()
            } else {
                format!("{} difference(s)", verified.differences.len())
            };
            println!(
                "{} contracts, {} postings, {} audit entries, {} publications: {found}",
                verified.contracts,
                verified.postings,
                verified.audit_entries,
                verified.publications
            );
            Ok(if verified.differences.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        })
    }
}
