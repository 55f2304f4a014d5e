//! `goodmeasure openapi`: prints the document of the API.

use std::process::ExitCode;

use clap::Args;

/// Prints the OpenAPI document, as `openapi/openapi.json` holds it.
#[derive(Debug, Args)]
pub(super) struct OpenApi {}

impl OpenApi {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        println!("{}", crate::http::document().to_pretty_json()?);
        Ok(ExitCode::SUCCESS)
    }
}
