//! `/v1/taxonomies`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::taxonomy::{Taxonomy, Theme};
use crate::operations::{Office, editions};
use crate::storage::Tx;

use super::caller::Caller;
use super::page::{Page, PageAsked};
use super::problem::Problem;
use super::query::Query;

/// A theme of a taxonomy.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThemeShown {
    /// Its code, unique in the taxonomy.
    #[schema(example = "economic")]
    pub code: String,
    /// Title.
    #[schema(example = "Economic")]
    pub title: String,
    /// Code of the theme above it.
    pub parent: Option<String>,
    /// Other tags it carries.
    pub tags: Vec<String>,
}

impl From<&Theme> for ThemeShown {
    fn from(theme: &Theme) -> Self {
        Self {
            code: theme.code.clone(),
            title: theme.title.clone(),
            parent: theme.parent.clone(),
            tags: theme.tags.clone(),
        }
    }
}

/// A taxonomy: a way to sort measures into themes.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxonomyShown {
    /// Its code.
    #[schema(example = "act")]
    pub code: String,
    /// Title.
    pub title: String,
    /// Version of the list.
    pub version: String,
    /// Whether it is the one used when none is asked for.
    pub is_default: bool,
    /// A note for readers.
    pub note: Option<String>,
    /// Its themes, in their own order.
    pub themes: Vec<ThemeShown>,
}

impl From<&Taxonomy> for TaxonomyShown {
    fn from(taxonomy: &Taxonomy) -> Self {
        Self {
            code: taxonomy.code.clone(),
            title: taxonomy.title.clone(),
            version: taxonomy.version.clone(),
            is_default: taxonomy.is_default,
            note: taxonomy.note.clone(),
            themes: taxonomy.themes.iter().map(ThemeShown::from).collect(),
        }
    }
}

/// Lists taxonomies
///
/// By code: those that are shipped, and those that came with published tables of the partnership's own. Several may tag
/// the same measure, one theme each.
#[utoipa::path(
    tag = "taxonomies",
    params(
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<TaxonomyShown>),
    )
)]
#[get("/taxonomies")]
pub async fn list_taxonomies(
    office: Data<Office>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    query.end()?;
    let all = all(&office, &caller).await?;
    let (items, next_cursor) = page.of_sorted(&all, |one| one.code.clone());
    Ok(HttpResponse::Ok().json(Page {
        items: items.into_iter().map(TaxonomyShown::from).collect(),
        next_cursor,
    }))
}

/// Reads a taxonomy
///
/// With its themes, in their own order.
#[utoipa::path(
    tag = "taxonomies",
    params(("code" = String, Path, description = "Code of the taxonomy")),
    responses(
        (status = 200, description = "The taxonomy", body = TaxonomyShown),
    )
)]
#[get("/taxonomies/{code}")]
pub async fn get_taxonomy(
    office: Data<Office>,
    caller: Caller,
    code: Path<String>,
) -> Result<HttpResponse, Problem> {
    let all = all(&office, &caller).await?;
    let found = all.iter().find(|one| one.code == *code);
    let one = found.ok_or_else(|| Problem::not_found("taxonomy"))?;
    Ok(HttpResponse::Ok().json(TaxonomyShown::from(one)))
}

/// Those shipped, and those that came with tables of the partnership's own.
async fn all(office: &Office, caller: &Caller) -> Result<Vec<Taxonomy>, Problem> {
    let read = async |tx: &mut Tx| editions::taxonomies(tx, office, &caller.actor).await;
    Ok(office.store.read(read).await?)
}
