//! `/v1/proxy-editions`.

mod proxy;
mod shown;

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

use crate::domain::edition::{Edition, EditionId};
use crate::operations::Office;

use super::caller::Caller;
use super::page::{Page, PageAsked};
use super::problem::Problem;
use super::query::Query;
use proxy::{MeasureProxiesShown, ProxyShown};
use shown::EditionShown;

/// Lists proxy editions
///
/// By set and edition.
#[utoipa::path(
    tag = "proxy-editions",
    params(
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<EditionShown>),
    )
)]
#[get("/proxy-editions")]
pub async fn list_editions(
    office: Data<Office>,
    _caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    query.end()?;
    // In the order of the text that the cursor carries: `a-b/1` comes before `a/1`.
    let mut editions: Vec<&Arc<Edition>> = office.catalogue.editions.values().collect();
    editions.sort_by_key(|one| one.id().to_string());
    let (items, next_cursor) = page.of_sorted(editions, |one| one.id().to_string());
    Ok(HttpResponse::Ok().json(Page {
        items: items
            .into_iter()
            .map(|one| EditionShown::from(one.as_ref()))
            .collect(),
        next_cursor,
    }))
}

/// Reads a proxy edition
///
/// Its price base, method, licences and attribution, and the digest that seals it.
#[utoipa::path(
    tag = "proxy-editions",
    params(
        ("set" = String, Path, description = "The proxy set", example = "open-uk"),
        ("edition" = String, Path, description = "The edition of it", example = "2026"),
    ),
    responses(
        (status = 200, description = "The edition", body = EditionShown),
    )
)]
#[get("/proxy-editions/{set}/{edition}")]
pub async fn get_edition(
    office: Data<Office>,
    _caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (set, edition) = path.into_inner();
    let edition = find(&office, set, edition)?;
    Ok(HttpResponse::Ok().json(EditionShown::from(edition)))
}

/// Lists the proxies of an edition
///
/// By code, each with its values, their sources and how they were brought to the price base.
#[utoipa::path(
    tag = "proxy-editions",
    params(
        ("set" = String, Path, description = "The proxy set", example = "open-uk"),
        ("edition" = String, Path, description = "The edition of it", example = "2026"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<ProxyShown>),
    )
)]
#[get("/proxy-editions/{set}/{edition}/proxies")]
pub async fn list_proxies(
    office: Data<Office>,
    _caller: Caller,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (set, edition) = path.into_inner();
    let edition = find(&office, set, edition)?;
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    query.end()?;
    let (items, next_cursor) = page.of_sorted(edition.proxies(), |one| one.proxy.code.clone());
    Ok(HttpResponse::Ok().json(Page {
        items: items.into_iter().map(ProxyShown::from).collect(),
        next_cursor,
    }))
}

/// Reads what values a measure in an edition
///
/// The proxy of the measure, or one of each valued part, with the working of every unit value.
#[utoipa::path(
    tag = "proxy-editions",
    params(
        ("set" = String, Path, description = "The proxy set", example = "open-uk"),
        ("edition" = String, Path, description = "The edition of it", example = "2026"),
        ("measure" = String, Path, description = "Code of the measure, or an alias", example = "local-job-fte"),
    ),
    responses(
        (status = 200, description = "What values it", body = MeasureProxiesShown),
    )
)]
#[get("/proxy-editions/{set}/{edition}/proxies/{measure}")]
pub async fn get_measure_proxies(
    office: Data<Office>,
    _caller: Caller,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (set, edition, code) = path.into_inner();
    let edition = find(&office, set, edition)?;
    let measure = edition
        .measure(&code)
        .ok_or_else(|| Problem::not_found("measure in this edition"))?;
    Ok(HttpResponse::Ok().json(MeasureProxiesShown::of(edition, measure)))
}

fn find(office: &Office, set: String, edition: String) -> Result<&Edition, Problem> {
    let found = office.catalogue.edition(&EditionId { set, edition });
    found
        .map(Arc::as_ref)
        .ok_or_else(|| Problem::not_found("proxy edition"))
}
