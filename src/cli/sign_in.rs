//! The settings of sign-in: a TOML file of the issuers whose access tokens are taken.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;

use crate::http::sign_in::SignIn;

/// Which people may sign in.
#[derive(Debug, Clone, Args)]
pub(super) struct SignInFile {
    /// A TOML file of the issuers whose access tokens (OpenID Connect) are taken, and what they give.
    #[arg(long = "sign-in", env = "GOODMEASURE_SIGN_IN", value_name = "FILE")]
    file: Option<PathBuf>,
}

impl SignInFile {
    /// What it says; nobody may sign in where there is none. Every fault is said at once.
    pub(super) fn read(&self) -> anyhow::Result<SignIn> {
        let Some(file) = &self.file else {
            return Ok(SignIn::default());
        };
        let name = file.display();
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
        let read: serde_json::Value =
            toml::from_str(&text).with_context(|| format!("{name} is not TOML"))?;
        match SignIn::read(read.to_string().as_bytes()) {
            Ok(sign_in) => Ok(sign_in),
            Err(faults) => {
                super::say(&faults);
                bail!("{name} is at fault")
            }
        }
    }
}
