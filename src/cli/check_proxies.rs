//! `goodmeasure check-proxies`: every fault of a folder of proxies at once, and the net unit values.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono::Datelike;
use clap::Args;

use super::layout::Table;
use crate::catalogue::{Catalogue, DIGESTS_FILE, digests_text};
use crate::domain::edition::{Edition, PublishedProxy, UnitValue};
use crate::domain::exact::Exact;
use crate::domain::period::{Period, Reporting};
use crate::domain::proxy::PriceYear;
use crate::domain::valuation::steps::shown;

/// Checks folders of proxies and prints their net unit values.
#[derive(Debug, Args)]
pub(super) struct CheckProxies {
    /// A folder to check; without it what is shipped is checked.
    #[arg(long, value_name = "DIR")]
    proxies: Option<PathBuf>,
    /// The folder stands by itself, without the series, places and taxonomies that are shipped.
    #[arg(long, requires = "proxies")]
    alone: bool,
    /// Writes the digests of the folder's published editions on record.
    #[arg(long, requires = "proxies")]
    record: bool,
}

impl CheckProxies {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let read = match &self.proxies {
            None => Catalogue::shipped(),
            Some(folder) if self.alone => Catalogue::from_folder(folder),
            Some(folder) => Catalogue::shipped_with(std::slice::from_ref(folder)),
        };
        let mut catalogue = match read {
            Ok(catalogue) => catalogue,
            Err(faults) => {
                super::say(&faults);
                return Ok(ExitCode::FAILURE);
            }
        };
        if let Some(folder) = &self.proxies {
            catalogue
                .editions
                .retain(|id, _| folder.join(id.to_string()).is_dir());
        }
        let mut out = std::io::stdout().lock();
        for edition in catalogue.editions.values() {
            for line in lines(edition) {
                writeln!(out, "{line}")?;
            }
            writeln!(out)?;
        }
        match self.proxies.as_deref().filter(|_| self.record) {
            Some(folder) => record(folder, &catalogue),
            None => Ok(verdict(&catalogue)),
        }
    }
}

fn record(folder: &Path, catalogue: &Catalogue) -> anyhow::Result<ExitCode> {
    let path = folder.join(DIGESTS_FILE);
    std::fs::write(&path, digests_text(&catalogue.editions))
        .with_context(|| path.display().to_string())?;
    eprintln!("wrote {}", path.display());
    Ok(ExitCode::SUCCESS)
}

fn verdict(catalogue: &Catalogue) -> ExitCode {
    let faults = catalogue.digest_faults();
    if faults.is_empty() {
        return ExitCode::SUCCESS;
    }
    super::say(&faults);
    ExitCode::FAILURE
}

fn lines(edition: &Edition) -> Vec<String> {
    let facts = edition.facts();
    let measures = edition.measures().count();
    let record_only = edition
        .measures()
        .filter(|measure| !measure.is_valued())
        .count();
    let mut lines = vec![
        format!("{}: {} ({})", facts.id, facts.title, facts.status),
        format!(
            "prices of {}, digest {}",
            facts.price_base,
            edition.digest()
        ),
        format!("{measures} measures, {record_only} of them record-only"),
    ];
    let header = [
        "proxy",
        "column",
        "unit",
        "year",
        "prices",
        "source £",
        "net £",
        "low",
        "high",
        "notes",
    ];
    let mut table = Table::new(&header, &["source £", "net £", "low", "high"]);
    for published in edition.proxies() {
        for value in values(edition, published) {
            table.row(row(published, value));
        }
    }
    lines.extend(table.lines());
    lines
}

/// The values to show: each area, or the year the edition was published in.
fn values<'a>(edition: &Edition, published: &'a PublishedProxy) -> Vec<&'a UnitValue> {
    let day = edition.facts().published_on;
    let financial = Period::containing(day, Reporting::Yearly).map(Period::label);
    let calendar = day.year().to_string();
    let is_financial = published.by_year.keys().any(|year| year.contains('-'));
    let year = financial.filter(|_| is_financial).unwrap_or(calendar);
    let this_year = published.by_year.range(..=year).next_back();
    let values = published.by_place.values();
    let values = values.chain(this_year.map(|(_, value)| value));
    values.map(AsRef::as_ref).collect()
}

fn row(published: &PublishedProxy, value: &UnitValue) -> Vec<String> {
    let proxy = &published.proxy;
    let maybe = |value: &Option<Exact>| value.as_ref().map(shown).unwrap_or_default();
    let prices = match &proxy.price_year {
        PriceYear::Year(year) => year.clone(),
        PriceYear::Nominal => "face value".to_owned(),
    };
    let mut notes = Vec::new();
    notes.extend((value.place != proxy.place).then(|| value.place.clone()));
    notes.extend(
        proxy
            .not_yet_valued
            .as_ref()
            .map(|_| "not yet valued".to_owned()),
    );
    notes.extend((!value.provisional.is_empty()).then(|| "provisional".to_owned()));
    notes.extend(
        proxy
            .superseded_by
            .as_ref()
            .map(|_| "superseded".to_owned()),
    );
    vec![
        proxy.code.clone(),
        proxy.column.word().to_owned(),
        proxy.unit.clone(),
        value.year.clone().unwrap_or_default(),
        prices,
        shown(&value.source_value.central),
        shown(&value.net.central),
        maybe(&value.net.low),
        maybe(&value.net.high),
        notes.join(", "),
    ]
}
