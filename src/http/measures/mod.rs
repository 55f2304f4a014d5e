//! `/v1/measures`.

mod shown;

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

use crate::domain::edition::Edition;
use crate::domain::fault::Fault;
use crate::domain::measure::{Measure, Shelf};
use crate::domain::taxonomy::Taxonomy;
use crate::operations::{Office, editions};
use crate::storage::Tx;

use super::caller::Caller;
use super::page::{Page, PageAsked};
use super::problem::Problem;
use super::query::Query;
use shown::MeasureShown;

/// Lists measures
///
/// By code, each as the newest edition that has it says, or as the one asked for.
#[utoipa::path(
    tag = "measures",
    params(
        ("edition" = Option<String>, Query, description = "Only those of this edition, as it says", example = "open-uk/2026"),
        ("shelf" = Option<String>, Query, description = "`default` or `library`"),
        ("theme" = Option<String>, Query, description = "Only those of this theme", example = "social"),
        ("taxonomy" = Option<String>, Query, description = "Taxonomy of the theme; the default one when missing"),
        ("valued" = Option<bool>, Query, description = "Only those with a value, or only record-only ones"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<MeasureShown>),
    )
)]
#[get("/measures")]
pub async fn list_measures(
    office: Data<Office>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let newest = newest(&office, &caller).await?;
    let taxonomies = taxonomies(&office, &caller).await?;
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let edition = edition(&newest, &mut query);
    let shelves: Vec<&str> = Shelf::ALL.iter().map(|shelf| shelf.word()).collect();
    let shelf = query.word("shelf", &shelves, Shelf::parse);
    let theme = theme(&taxonomies, &mut query);
    let valued = query.flag("valued");
    query.end()?;
    let asked = |measure: &Measure| {
        let tagged =
            |(taxonomy, theme): &(String, String)| measure.themes.get(taxonomy) == Some(theme);
        shelf.is_none_or(|shelf| measure.shelf == shelf)
            && theme.as_ref().is_none_or(tagged)
            && valued.is_none_or(|valued| measure.is_valued() == valued)
    };
    // The older edition first, so that the newer one overwrites it.
    let mut found: BTreeMap<&str, (&Edition, &Measure)> = BTreeMap::new();
    let editions = edition.map_or_else(|| newest.iter().collect(), |one| vec![one]);
    for edition in editions.into_iter().rev() {
        found.extend(
            edition
                .measures()
                .map(|one| (one.code.as_str(), (edition.as_ref(), one))),
        );
    }
    let found = found.into_values().filter(|(_, measure)| asked(measure));
    let (items, next_cursor) = page.of_sorted(found, |(_, measure)| measure.code.clone());
    Ok(HttpResponse::Ok().json(Page {
        items: items
            .into_iter()
            .map(|(edition, measure)| shown(&newest, edition, measure))
            .collect(),
        next_cursor,
    }))
}

/// Reads a measure
///
/// By its code or an alias, as the newest edition that has it says, or as the one asked for.
#[utoipa::path(
    tag = "measures",
    params(
        ("code" = String, Path, description = "Code of the measure, or an alias"),
        ("edition" = Option<String>, Query, description = "As this edition says", example = "open-uk/2026"),
    ),
    responses(
        (status = 200, description = "The measure", body = MeasureShown),
    )
)]
#[get("/measures/{code}")]
pub async fn get_measure(
    office: Data<Office>,
    caller: Caller,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let newest = newest(&office, &caller).await?;
    let mut query = Query::of(&request)?;
    let edition = edition(&newest, &mut query);
    query.end()?;
    let editions = edition.map_or_else(|| newest.iter().collect(), |one| vec![one]);
    let mut found = editions
        .into_iter()
        .filter_map(|edition| Some((edition, edition.measure(&code)?)));
    let (edition, measure) = found.next().ok_or_else(|| Problem::not_found("measure"))?;
    Ok(HttpResponse::Ok().json(shown(&newest, edition, measure)))
}

/// Editions that are out, also of the partnership's own, newest first.
async fn newest(office: &Office, caller: &Caller) -> Result<Vec<Arc<Edition>>, Problem> {
    let read = async |tx: &mut Tx| editions::newest(tx, office, &caller.actor).await;
    Ok(office.store.read(read).await?)
}

/// Taxonomies, also those that came with tables of the partnership's own.
async fn taxonomies(office: &Office, caller: &Caller) -> Result<Vec<Taxonomy>, Problem> {
    let read = async |tx: &mut Tx| editions::taxonomies(tx, office, &caller.actor).await;
    Ok(office.store.read(read).await?)
}

fn shown(newest: &[Arc<Edition>], edition: &Edition, measure: &Measure) -> MeasureShown {
    let having = newest.iter();
    let having = having.filter(|one| one.measures().any(|other| other.code == measure.code));
    let editions = having.map(|one| one.id().to_string()).collect();
    MeasureShown::of(edition, measure, editions)
}

/// The edition asked for; an unknown one is a fault.
fn edition<'a>(newest: &'a [Arc<Edition>], query: &mut Query) -> Option<&'a Arc<Edition>> {
    let text = query.text("edition")?;
    let found = newest.iter().find(|one| one.id().to_string() == text);
    if found.is_none() {
        let mut known: Vec<String> = newest.iter().map(|one| one.id().to_string()).collect();
        known.sort();
        let message = format!("there is no such edition; there are {}", known.join(", "));
        query.fault(Fault::new("?edition", "unknown_edition", message));
    }
    found
}

/// Taxonomy and theme asked for; unknown ones are faults.
fn theme(taxonomies: &[Taxonomy], query: &mut Query) -> Option<(String, String)> {
    let theme = query.text("theme");
    let asked = query.text("taxonomy");
    let wanted = |one: &&Taxonomy| {
        asked
            .as_ref()
            .map_or(one.is_default, |code| one.code == *code)
    };
    let Some(taxonomy) = taxonomies.iter().find(wanted) else {
        let known: Vec<&str> = taxonomies.iter().map(|one| one.code.as_str()).collect();
        let message = format!("choose one of {}", known.join(", "));
        query.fault(Fault::new("?taxonomy", "unknown_taxonomy", message));
        return None;
    };
    let theme = theme?;
    if taxonomy.theme(&theme).is_none() {
        let known: Vec<&str> = taxonomy
            .themes
            .iter()
            .map(|one| one.code.as_str())
            .collect();
        let message = format!("the themes of {} are {}", taxonomy.code, known.join(", "));
        query.fault(Fault::new("?theme", "unknown_theme", message));
    }
    Some((taxonomy.code.clone(), theme))
}
