//! `goodmeasure import edition`: takes a table of values in as a draft; it is approved and published over the API, by
//! somebody else.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;

use super::office::{Database, block_on, now, operator, told};
use crate::catalogue::table::{HEAD, Head, Table, TableGiven};
use crate::operations::editions::Found;
use crate::operations::editions::bring_edition::{add_edition, read_table, replace_edition};
use crate::operations::seen::Seen;
use crate::storage::Tx;

/// The largest table read, in bytes.
const LARGEST: u64 = 1024 * 1024;

#[derive(Debug, Args)]
pub(super) struct EditionImport {
    /// The table: a CSV file or a spreadsheet (`.xlsx`) with a row of headings, or a TOML file (`.toml`) with the same names
    /// as keys.
    file: PathBuf,
    /// What is said of the table as a whole, such as `title=Our table`; may be given several times. Of a table in TOML it
    /// may stand in the file. Needed are set, edition, title, price_base, method, licence, redistribution (allowed or
    /// none) and the source; see README.md.
    #[arg(long = "say", value_name = "FIELD=TEXT", value_parser = said)]
    said: Vec<(String, String)>,
    /// Puts the table in the place of a draft that is there.
    #[arg(long)]
    replace: bool,
}

/// Reads `title=Our table`.
fn said(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=');
    let known = pair.filter(|(name, _)| HEAD.contains(name));
    let owned = known.map(|(name, text)| (name.to_owned(), text.to_owned()));
    owned.ok_or_else(|| format!("give FIELD=TEXT, with one of {}", HEAD.join(", ")))
}

impl EditionImport {
    pub(super) fn run(self, database: &Database, partnership: &str) -> anyhow::Result<ExitCode> {
        let given = TableGiven {
            head: self.head(),
            table: self.table()?,
        };
        block_on(async {
            let office = database.office().await?;
            let (actor, at) = (operator(partnership), now());
            let read = read_table(&office, &actor, at, &given, Vec::new()).await;
            let brought = read.map_err(told)?;
            let keep = async |tx: &mut Tx| match self.replace {
                true => {
                    replace_edition(tx, office.hand(&actor, at), &brought, &Seen::Anything).await
                }
                false => add_edition(tx, office.hand(&actor, at), &brought).await,
            };
            let found = office.change(keep).await.map_err(told)?;
            for line in lines(&found, &brought.ignored) {
                // What a table says may hold anything, and a terminal obeys control characters.
                println!("{}", line.replace(char::is_control, " "));
            }
            Ok(ExitCode::SUCCESS)
        })
    }

    fn head(&self) -> Head {
        let mut head = Head::default();
        for (name, text) in &self.said {
            head.say(name, text.clone());
        }
        head
    }

    fn table(&self) -> anyhow::Result<Table> {
        let extension = self.file.extension().and_then(|text| text.to_str());
        let extension = extension.map(str::to_ascii_lowercase);
        Ok(match extension.as_deref() {
            Some("toml") => Table::Toml(text(&self.file)?),
            Some("xlsx") => Table::Xlsx(bytes(&self.file)?),
            _ => Table::Csv(text(&self.file)?),
        })
    }
}

/// A file of text, where it is not too large.
pub(super) fn text(file: &Path) -> anyhow::Result<String> {
    String::from_utf8(bytes(file)?).map_err(|_| {
        let shown = file.display();
        anyhow::anyhow!(
            "{shown}: not UTF-8 text: save the spreadsheet as \"CSV UTF-8\", or as XLSX"
        )
    })
}

fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    let shown = file.display().to_string();
    let length = std::fs::metadata(file)
        .with_context(|| shown.clone())?
        .len();
    if length > LARGEST {
        bail!("{shown}: {length} bytes, and at most {LARGEST} are read");
    }
    std::fs::read(file).with_context(|| shown)
}

/// What was imported, for a person.
fn lines(found: &Found, ignored: &[String]) -> Vec<String> {
    let edition = &found.edition;
    let measures = edition.measures().count();
    let valued = edition.measures().filter(|one| one.is_valued()).count();
    let revision = found.governed.as_ref().map_or(1, |one| one.revision);
    let mut lines = vec![
        format!("{}, revision {revision}: a draft", edition.id()),
        format!("  {measures} measures, {valued} of them with a value"),
    ];
    if !ignored.is_empty() {
        lines.push(format!(
            "  columns that were not read: {}",
            ignored.join(", ")
        ));
    }
    lines.push(
        "  next: propose it, let another administrator approve it, and publish it".to_owned(),
    );
    lines
}
