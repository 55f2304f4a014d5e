//! `/v1/series`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::Fault;
use crate::domain::series::Series;
use crate::operations::Office;

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
    /// Where it was published.
    pub source: SourceShown,
    /// How many rows it has, bands included.
    pub row_count: usize,
}

impl From<&Series> for SeriesShown {
    fn from(series: &Series) -> Self {
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
            source: SourceShown::from(&series.source),
            row_count: rows.chain(bands).sum(),
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
    /// The number, with low and high where published.
    pub value: RangeShown,
    /// Unit of the row, where the series has several.
    pub unit: Option<String>,
    /// `outturn`, `forecast` or `published`.
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
    /// Percent a year.
    #[schema(example = "3.5")]
    pub percent: String,
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

impl From<&Series> for SeriesReleaseShown {
    fn from(series: &Series) -> Self {
        let named = |item: &String| Some(item.clone()).filter(|item| !item.is_empty());
        let rows = series.rows.iter().flat_map(|(item, rows)| {
            rows.iter().map(move |(year, row)| SeriesRowShown {
                item: named(item),
                year: year.clone(),
                value: RangeShown::from(&row.value),
                unit: row.unit.clone(),
                status: row.status.clone(),
                note: row.note.clone(),
            })
        });
        let bands = series.bands.iter().flat_map(|(item, bands)| {
            bands.iter().map(move |band| SeriesBandShown {
                item: named(item),
                from_year: band.from_year,
                to_year: band.to_year,
                percent: exactly(&band.percent),
            })
        });
        Self {
            facts: SeriesShown::from(series),
            rows: rows.collect(),
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
/// Deflators, carbon values, emission factors, legal rates and discount rates; one item a release, without its rows.
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
    _caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    query.end()?;
    let key = |one: &&Series| format!("{} {}", one.name, one.release);
    let mut all: Vec<&Series> = office.catalogue.series.iter().collect();
    all.sort_by_key(key);
    let (items, next_cursor) = page.of_sorted(all, key);
    Ok(HttpResponse::Ok().json(Page {
        items: items.into_iter().map(SeriesShown::from).collect(),
        next_cursor,
    }))
}

/// Reads a series
///
/// Every release of it, or the one asked for, with all rows.
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
    _caller: Caller,
    name: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let release = query.text("release");
    let all = office.catalogue.series.iter();
    let mut found: Vec<&Series> = all.filter(|one| one.name == *name).collect();
    if found.is_empty() {
        return Err(Problem::not_found("series"));
    }
    found.sort_by(|one, other| one.release.cmp(&other.release));
    if let Some(release) = release {
        let known: Vec<&str> = found.iter().map(|one| one.release.as_str()).collect();
        if !known.contains(&release.as_str()) {
            let message = format!("choose one of {}", known.join(", "));
            query.fault(Fault::new("?release", "unknown_release", message));
        }
        found.retain(|one| one.release == release);
    }
    query.end()?;
    Ok(HttpResponse::Ok().json(SeriesReleasesShown {
        name: name.into_inner(),
        releases: found.into_iter().map(SeriesReleaseShown::from).collect(),
    }))
}
