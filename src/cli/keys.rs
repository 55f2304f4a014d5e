//! `goodmeasure keys`: makes, lists and revokes keys.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::layout::Table;
use super::office::{Database, block_on, now, operator, told};
use crate::operations::keys;

/// Makes, lists and revokes the keys of a partnership.
#[derive(Debug, Args)]
pub(super) struct Keys {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    database: Database,
    /// The partnership.
    #[arg(
        long,
        global = true,
        env = "GOODMEASURE_PARTNERSHIP",
        default_value = "default",
        value_name = "NAME"
    )]
    partnership: String,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Makes a key and prints it, once.
    Create {
        /// What people call it.
        #[arg(long, default_value = "key", value_name = "NAME")]
        name: String,
    },
    /// Lists keys, without their secrets.
    List,
    /// Takes a key out of use.
    Revoke {
        /// Its id, as `keys list` shows it.
        id: String,
    },
}

impl Keys {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        block_on(async {
            let office = self.database.office().await?;
            let actor = operator(&self.partnership);
            match &self.what {
                What::Create { name } => {
                    let made = keys::make_key(&office, &actor, now(), name)
                        .await
                        .map_err(told)?;
                    println!("{}", made.text);
                }
                What::List => {
                    let mut table =
                        Table::new(&["id", "name", "role", "begins", "made", "revoked"], &[]);
                    for key in keys::list_keys(&office, &actor).await.map_err(told)? {
                        let revoked = key.revoked_at.map(|at| at.to_string()).unwrap_or_default();
                        table.row(vec![
                            key.id,
                            key.name,
                            key.role,
                            key.prefix,
                            key.created_at.to_string(),
                            revoked,
                        ]);
                    }
                    table.lines().iter().for_each(|line| println!("{line}"));
                }
                What::Revoke { id } => {
                    keys::revoke_key(&office, &actor, now(), id)
                        .await
                        .map_err(told)?;
                    println!("revoked");
                }
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}
