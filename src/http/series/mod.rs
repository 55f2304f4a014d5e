//! `/v1/series`.

pub mod bringing;
mod given;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::Fault;
use crate::operations::{Office, Refusal};

use crate::domain::policy::Action;
use crate::domain::proxy::Redistribution;
use crate::domain::report::Done;
use crate::operations::own_series::{self, FoundSeries};
use crate::storage::Tx;

use super::caller::Caller;
use super::page::{Page, PageAsked};
use super::problem::Problem;
use super::query::Query;
use super::working::unit_value::{RangeShown, SourceShown, exactly};

/// One release of a series, without its rows.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesShown {
    /// Its name.
    #[schema(example = "gdp-deflator")]
    pub name: String,
    /// Its release.
    #[schema(example = "2026-03")]
    pub release: String,
    /// Title.
    pub title: String,
    /// Unit of its numbers.
    pub unit: String,
    /// What its years are: `financial`, `calendar` or `duration`.
    pub years: String,
    /// Price year of its values, where they are pounds.
    pub price_year: Option<String>,
    /// A note for readers.
    pub note: Option<String>,
    /// Licence.
    pub licence: String,
    /// `allowed`, or `none`: its numbers are calculated with, and only administrators see them.
    #[schema(example = "allowed")]
    pub redistribution: String,
    /// Whether it comes with the program.
    pub shipped: bool,
    /// SHA-256 over everything it says: a release never changes.
    pub digest: String,
    /// Who brought it, where it is the partnership's own.
    pub added: Option<SeriesAddedShown>,
    /// Where it was published.
    pub source: SourceShown,
    /// How many rows it has, blank ones and bands included.
    pub row_count: usize,
}

/// Who brought a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesAddedShown {
    /// Id of the key or person.
    pub by: String,
    /// When.
    pub at: String,
}

impl From<&Done> for SeriesAddedShown {
    fn from(done: &Done) -> Self {
        Self {
            by: done.by.clone(),
            at: done.at.to_string(),
        }
    }
}

impl From<&FoundSeries> for SeriesShown {
    fn from(found: &FoundSeries) -> Self {
        let series = &found.series;
        let blanks = series.blanks.values().map(std::collections::BTreeSet::len);
        let rows = series.rows.values().map(std::collections::BTreeMap::len);
        let bands = series.bands.values().map(Vec::len);
        Self {
            name: series.name.clone(),
            release: series.release.clone(),
            title: series.title.clone(),
            unit: series.unit.clone(),
            years: series.years.word().to_owned(),
            price_year: series.price_year.clone(),
            note: series.note.clone(),
            licence: series.licence.clone(),
            redistribution: series.redistribution.word().to_owned(),
            shipped: found.added.is_none(),
            digest: series.digest(),
            added: found.added.as_ref().map(SeriesAddedShown::from),
            source: SourceShown::from(&series.source),
            row_count: rows.chain(blanks).chain(bands).sum(),
        }
    }
}

/// A number of one year.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesRowShown {
    /// The item; `null` where the series has one only.
    #[schema(example = "car-mile")]
    pub item: Option<String>,
    /// The year.
    #[schema(example = "2025")]
    pub year: String,
    /// The number, with low and high where published; `null` where the year is blank, or its licence keeps the number
    /// from you.
    pub value: Option<RangeShown>,
    /// Whether nothing was published for the year. That is not zero, and not the same as a year without a row.
    pub blank: bool,
    /// Unit of the row, where the series has several.
    pub unit: Option<String>,
    /// `outturn`, `forecast` or `published`; `blank` where nothing was.
    pub status: String,
    /// How it is built from published numbers, where it is.
    pub note: Option<String>,
}

/// A rate that holds for a band of years from now.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesBandShown {
    /// The item.
    #[schema(example = "standard")]
    pub item: Option<String>,
    /// First year of the band.
    pub from_year: u32,
    /// Last year; `null` goes on for ever.
    pub to_year: Option<u32>,
    /// Percent a year; `null` where its licence keeps it from you.
    #[schema(example = "3.5")]
    pub percent: Option<String>,
}

/// One release of a series, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesReleaseShown {
    /// What it is.
    #[serde(flatten)]
    pub facts: SeriesShown,
    /// Its rows, by item and year.
    pub rows: Vec<SeriesRowShown>,
    /// Its bands, by item.
    pub bands: Vec<SeriesBandShown>,
}

impl SeriesReleaseShown {
    /// A release; one whose licence keeps its numbers shows them only to one who `sees` such.
    fn of(found: &FoundSeries, sees: bool) -> Self {
        let series = &found.series;
        let shows = sees || series.redistribution == Redistribution::Allowed;
        let named = |item: &String| Some(item.clone()).filter(|item| !item.is_empty());
        let rows = series.rows.iter().flat_map(|(item, rows)| {
            rows.iter().map(move |(year, row)| SeriesRowShown {
                item: named(item),
                year: year.clone(),
                value: shows.then(|| RangeShown::from(&row.value)),
                blank: false,
                unit: row.unit.clone(),
                status: row.status.clone(),
                note: row.note.clone(),
            })
        });
        let blanks = series.blanks.iter().flat_map(|(item, years)| {
            years.iter().map(move |year| SeriesRowShown {
                item: named(item),
                year: year.clone(),
                value: None,
                blank: true,
                unit: None,
                status: "blank".to_owned(),
                note: None,
            })
        });
        let mut rows: Vec<SeriesRowShown> = rows.chain(blanks).collect();
        rows.sort_by(|one, other| (&one.item, &one.year).cmp(&(&other.item, &other.year)));
        let bands = series.bands.iter().flat_map(|(item, bands)| {
            bands.iter().map(move |band| SeriesBandShown {
                item: named(item),
                from_year: band.from_year,
                to_year: band.to_year,
                percent: shows.then(|| exactly(&band.percent)),
            })
        });
        Self {
            facts: SeriesShown::from(found),
            rows,
            bands: bands.collect(),
        }
    }
}

/// Every release of a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesReleasesShown {
    /// Its name.
    #[schema(example = "gdp-deflator")]
    pub name: String,
    /// Its releases, oldest first.
    pub releases: Vec<SeriesReleaseShown>,
}

/// Lists series
///
/// Deflators, carbon values, emission factors, legal rates and discount rates, those that come with the program and those
/// of the partnership's own; one item a release, without its rows.
#[utoipa::path(
    tag = "series",
    params(
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<SeriesShown>),
    )
)]
#[get("/series")]
pub async fn list_series(
    office: Data<Office>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    query.end()?;
    let read = async |tx: &mut Tx| {
        let keys = own_series::keys(tx, &office, &caller.actor).await?;
        let key = |(name, release): &(String, String)| format!("{name} {release}");
        let (keys, next_cursor) = page.of_sorted(keys, key);
        let found = own_series::of_keys(tx, &office, &caller.actor, &keys).await?;
        Ok::<_, Refusal>((found, next_cursor))
    };
    let (found, next_cursor) = office.store.read(read).await?;
    Ok(HttpResponse::Ok().json(Page {
        items: found.iter().map(SeriesShown::from).collect(),
        next_cursor,
    }))
}

/// Reads a series
///
/// Every release of it, or the one asked for, with all rows. A blank row says that nothing was published for its year: that
/// is neither zero nor a year without a row. Numbers whose licence does not let them be passed on are `null` for everybody
/// but administrators.
#[utoipa::path(
    tag = "series",
    params(
        ("name" = String, Path, description = "Name of the series"),
        ("release" = Option<String>, Query, description = "Only this release", example = "2026-03"),
    ),
    responses(
        (status = 200, description = "The releases", body = SeriesReleasesShown),
    )
)]
#[get("/series/{name}")]
pub async fn get_series(
    office: Data<Office>,
    caller: Caller,
    name: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let release = query.text("release");
    let read =
        async |tx: &mut Tx| own_series::of_name(tx, &office, &caller.actor, name.as_str()).await;
    let mut found = office.store.read(read).await?;
    if found.is_empty() {
        return Err(Problem::not_found("series"));
    }
    if let Some(release) = release {
        let known = found.iter().map(|one| one.series.release.as_str());
        let known: Vec<&str> = known.collect();
        if !known.contains(&release.as_str()) {
            let message = format!("choose one of {}", known.join(", "));
            query.fault(Fault::new("?release", "unknown_release", message));
        }
        found.retain(|one| one.series.release == release);
    }
    query.end()?;
    let sees = caller.may(Action::SeeKeptValues);
    let releases = found.iter().map(|one| SeriesReleaseShown::of(one, sees));
    Ok(HttpResponse::Ok().json(SeriesReleasesShown {
        name: name.into_inner(),
        releases: releases.collect(),
    }))
}
