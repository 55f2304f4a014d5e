//! `goodmeasure value FILE.csv`: what the rows of a file are worth, and how that came about.

mod rows;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::operations::calculate::{Calculation, calculate};

/// Values the rows of a CSV file.
///
/// Columns: measure, period and quantity; or in place of quantity components (attendees=8;hours=2), numerator and
/// denominator, answer (yes or no), or text; and, where wanted, unit, place, contract_share, share_and_attribution, contract_starts_on and
/// contract_ends_on.
#[derive(Debug, Args)]
pub(super) struct Value {
    /// The file; - reads standard input.
    file: PathBuf,
    /// The edition that values the rows, such as open-uk/2026.
    #[arg(long)]
    edition: String,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The place of rows that name none.
    #[arg(long)]
    place: Option<String>,
    /// Leaves the working out of the table.
    #[arg(long)]
    brief: bool,
    /// A further folder of proxies, beside what is shipped; may be given several times.
    #[arg(long, value_name = "DIR")]
    proxies: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

impl Value {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let Some(catalogue) = super::catalogue(&self.proxies) else {
            return Ok(ExitCode::FAILURE);
        };
        let text = rows::text_of(&self.file)?;
        let mut rows = rows::read(&text)?;
        for row in &mut rows.rows {
            row.line.place = row.line.place.take().or_else(|| self.place.clone());
        }
        let asked = Calculation {
            edition: self.edition,
            lines: rows.rows.iter().map(|row| row.line.clone()).collect(),
            inline_proxies: Vec::new(),
        };
        let calculated = match calculate(&catalogue, &asked) {
            Ok(calculated) => calculated,
            Err(faults) => {
                super::say(&faults);
                return Ok(ExitCode::FAILURE);
            }
        };
        let faults = rows.faults(calculated.faults());
        if !faults.is_empty() {
            super::say(&faults);
            return Ok(ExitCode::FAILURE);
        }
        let out = std::io::stdout().lock();
        match self.format {
            Format::Table => show::table(out, &rows, &calculated, self.brief)?,
            Format::Csv => show::csv(out, &rows, &calculated)?,
            Format::Json => show::json(out, &rows, &calculated)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
