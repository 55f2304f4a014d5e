//! `/v1/proxy-editions`.

pub mod bringing;
pub mod difference;
mod given;
mod governance;
pub mod proxy;
mod shown;
pub mod steps;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

use crate::domain::edition::EditionId;
use crate::domain::policy::Action;
use crate::operations::editions::{self, Found};
use crate::operations::{Office, Refusal};
use crate::storage::Tx;

use super::answer::read_version;
use super::caller::Caller;
use super::page::{Page, PageAsked};
use super::problem::Problem;
use super::query::Query;
use proxy::{MeasureProxiesShown, ProxyShown};
use shown::EditionShown;

/// Lists proxy editions
///
/// By set and edition: those that are shipped, and those of the partnership's own. What is not published yet is for
/// administrators, commissioners and analysts.
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
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    query.end()?;
    let drafts = caller.may(Action::ReadDraftEditions);
    let read = async |tx: &mut Tx| editions::all(tx, &office, &caller.actor, drafts).await;
    let mut found = office.store.read(read).await?;
    // In the order of the text that the cursor carries: `a-b/1` comes before `a/1`.
    let id = |one: &Found| one.edition.id().to_string();
    found.sort_by_key(id);
    let (items, next_cursor) = page.of_sorted(found, id);
    Ok(HttpResponse::Ok().json(Page {
        items: items
            .into_iter()
            .map(|one| EditionShown::of(&one, &office, &caller))
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
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (set, edition) = path.into_inner();
    let found = find(&office, &caller, set, edition).await?;
    let shown = EditionShown::of(&found, &office, &caller);
    Ok(match &found.governed {
        None => HttpResponse::Ok().json(shown),
        Some(governed) => read_version(governed.version(), &shown),
    })
}

/// Lists the proxies of an edition
///
/// By code, each with its values, their sources and how they were brought to the price base. Values whose licence does
/// not let them be passed on are `null` for everybody but administrators.
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
    caller: Caller,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (set, edition) = path.into_inner();
    let found = find(&office, &caller, set, edition).await?;
    let edition = found.edition.as_ref();
    let sees = caller.may(Action::SeeKeptValues);
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    query.end()?;
    let (items, next_cursor) = page.of_sorted(edition.proxies(), |one| one.proxy.code.clone());
    Ok(HttpResponse::Ok().json(Page {
        items: items
            .into_iter()
            .map(|one| ProxyShown::of(one, sees))
            .collect(),
        next_cursor,
    }))
}

/// Reads what values a measure in an edition
///
/// The proxy of the measure, or one of each valued part, with the working of every unit value. Values whose licence does
/// not let them be passed on are `null` for everybody but administrators.
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
    caller: Caller,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (set, edition, code) = path.into_inner();
    let found = find(&office, &caller, set, edition).await?;
    let edition = found.edition.as_ref();
    let sees = caller.may(Action::SeeKeptValues);
    let measure = edition
        .measure(&code)
        .ok_or_else(|| Problem::not_found("measure in this edition"))?;
    Ok(HttpResponse::Ok().json(MeasureProxiesShown::of(edition, measure, sees)))
}

async fn find(
    office: &Office,
    caller: &Caller,
    set: String,
    edition: String,
) -> Result<Found, Problem> {
    let id = id(set, edition)?;
    let drafts = caller.may(Action::ReadDraftEditions);
    let read = async |tx: &mut Tx| {
        let found = editions::find(tx, office, &caller.actor, &id, drafts).await?;
        found.ok_or(Refusal::NotFound("proxy edition"))
    };
    Ok(office.store.read(read).await?)
}

/// The id in a path. What cannot be one is not there: PostgreSQL takes no text with a control character in it.
fn id(set: String, edition: String) -> Result<EditionId, Problem> {
    let id = EditionId { set, edition };
    let is_one = EditionId::parse(&id.to_string()).as_ref() == Some(&id);
    let found = is_one.then_some(id);
    found.ok_or_else(|| Problem::not_found("proxy edition"))
}
