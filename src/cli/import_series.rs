//! `goodmeasure import series`: takes a release of a series of the partnership's own in, sealed.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::import_edition::text;
use super::office::{Database, block_on, now, operator_in, told};
use crate::catalogue::own_series::{SAID, SeriesGiven};
use crate::operations::own_series::{FoundSeries, add_series, read_series};
use crate::storage::Tx;

#[derive(Debug, Args)]
pub(super) struct SeriesImport {
    /// A CSV file with a row of headings: year and value, with item, low, high, status, unit and note where there are any;
    /// of a schedule item, from_year, to_year and percent. An empty value says that nothing was published.
    file: PathBuf,
    /// What is said of the series, such as `name=our-index`; may be given several times. Needed are name, release, title,
    /// unit, years (financial, calendar, quarterly or duration), licence and the source; see README.md.
    #[arg(long = "say", value_name = "FIELD=TEXT", value_parser = said)]
    said: Vec<(String, String)>,
}

/// Reads `name=our-index`.
fn said(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=');
    let known = pair.filter(|(name, _)| SAID.contains(name));
    let owned = known.map(|(name, text)| (name.to_owned(), text.to_owned()));
    owned.ok_or_else(|| format!("give FIELD=TEXT, with one of {}", SAID.join(", ")))
}

impl SeriesImport {
    pub(super) fn run(self, database: &Database, partnership: &str) -> anyhow::Result<ExitCode> {
        let mut given = SeriesGiven::default();
        for (name, text) in &self.said {
            given.say(name, text.clone());
        }
        let mut faults = Vec::new();
        given.take_csv(&text(&self.file)?, &mut faults);
        block_on(async {
            let office = database.office_that_is_there().await?;
            let actor = operator_in(&office, partnership).await?;
            let brought = read_series(&office, &given, faults).map_err(told)?;
            let add =
                async |tx: &mut Tx| add_series(tx, office.hand(&actor, now()), &brought).await;
            let found = office.change(add).await.map_err(told)?;
            office.store.close().await;
            for line in lines(&found) {
                // What a file says may hold anything, and a terminal obeys control characters.
                println!("{}", line.replace(char::is_control, " "));
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// What was imported, for a person.
fn lines(found: &FoundSeries) -> Vec<String> {
    let series = &found.series;
    let rows: usize = series
        .rows
        .values()
        .map(std::collections::BTreeMap::len)
        .sum();
    let blanks: usize = series
        .blanks
        .values()
        .map(std::collections::BTreeSet::len)
        .sum();
    let bands: usize = series.bands.values().map(Vec::len).sum();
    vec![
        format!("{}/{}: {}", series.name, series.release, series.title),
        format!("  {rows} numbers, {blanks} blank, {bands} bands"),
        format!("  sealed with {}", series.digest()),
    ]
}
