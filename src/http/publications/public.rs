//! `/v1/public/{partnership}/publications`: what anybody may read, without a key.

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::pounds_text;
use crate::domain::publication::{Figure, Heading};
use crate::operations::Office;
use crate::operations::publications::{Published, list_public, read_public};
use crate::operations::roll_up::{Dimension, RollUpAsked};

use super::super::page::{Page, PageAsked};
use super::super::problem::Problem;
use super::super::query::Query;
use super::super::roll_ups::shown::{CONSTANT_PRICES, LabelsShown, QuantityShown, labels};
use super::super::working::BasisShown;
use super::shown::{AskedShown, SuppressionShown};

/// Anybody keeps it for a minute: so long may one that was closed still be read.
const FOR_A_MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// A publication without its figures, as everybody may read it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicHeadingShown {
    /// Its id.
    pub id: String,
    /// What it is called.
    #[schema(example = "Social value 2026-27")]
    pub title: String,
    /// What was asked.
    pub query: AskedShown,
    /// When it was published, UTC: its figures are those of that moment.
    pub published_at: String,
    /// From when on a figure is told.
    pub suppression: SuppressionShown,
}

impl PublicHeadingShown {
    fn of(heading: Heading, asked: RollUpAsked) -> Self {
        Self {
            id: heading.id,
            title: heading.title,
            query: AskedShown::from(asked),
            published_at: heading.published_at.to_string(),
            suppression: SuppressionShown::from(heading.limits),
        }
    }
}

/// A row or a total. Of one that is suppressed nothing is told but what it is of.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicFigureShown {
    /// A label a dimension asked for; none of a total.
    pub by: LabelsShown,
    /// The stage.
    #[schema(example = "verified")]
    pub stage: &'static str,
    /// The column; `null` for record-only measures.
    #[schema(example = "local_economic")]
    pub column: Option<&'static str>,
    /// The basis.
    pub basis: BasisShown,
    /// Whose money paid it: `contract_price`, `grant` or `own_resources`.
    #[schema(example = "contract_price")]
    pub funding: &'static str,
    /// Pounds; `null` for record-only measures, and where it is suppressed.
    #[schema(example = "97597.50")]
    pub worth: Option<String>,
    /// The quantity, where `measure` is among the dimensions and it is not suppressed.
    #[serde(flatten)]
    #[schema(value_type = QuantityShown)]
    pub quantity: Option<QuantityShown>,
    /// Whether any of it is provisional; `null` where it is suppressed.
    pub provisional: Option<bool>,
    /// Whether face values that are never re-based are in it; `null` where it is suppressed.
    pub includes_nominal: Option<bool>,
    /// Whether it is suppressed, because it is of few, or because one of few could be worked out with it.
    pub suppressed: bool,
}

impl PublicFigureShown {
    // No counts of lines, no digest and no ends of chains: a suppressed figure could be tried out against them.
    fn of(by: &[Dimension], figure: Figure) -> Self {
        let (line, told) = (figure.line, !figure.suppressed);
        let quantity = QuantityShown::of(line.quantity);
        Self {
            by: labels(by, line.labels),
            stage: line.stage.word(),
            column: line.column.map(|column| column.word()),
            basis: BasisShown::from(&line.basis),
            funding: line.funding.word(),
            worth: line.worth_pence.filter(|_| told).map(pounds_text),
            quantity: quantity.filter(|_| told),
            provisional: told.then_some(line.lines.provisional > 0),
            includes_nominal: told.then_some(line.lines.nominal > 0),
            suppressed: figure.suppressed,
        }
    }
}

/// A publication as everybody may read it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicPublicationShown {
    /// What is told above its figures.
    #[serde(flatten)]
    pub heading: PublicHeadingShown,
    /// What is to be said of the prices.
    pub constant_prices: &'static str,
    /// Its rows.
    pub rows: Vec<PublicFigureShown>,
    /// One a stage, column, basis and funding source, over all rows.
    pub totals: Vec<PublicFigureShown>,
}

impl PublicPublicationShown {
    fn of(published: Published) -> Self {
        let Published { publication, asked } = published;
        let by = asked.by.clone();
        let shown = |by: &[Dimension], figures: Vec<Figure>| {
            let figures = figures.into_iter();
            figures.map(|one| PublicFigureShown::of(by, one)).collect()
        };
        Self {
            heading: PublicHeadingShown::of(publication.heading, asked),
            constant_prices: CONSTANT_PRICES,
            rows: shown(&by, publication.rows),
            totals: shown(&[], publication.totals),
        }
    }
}

/// Lists what is public
///
/// The newest first. No key is needed. Of a partnership that there is not, nothing is public either.
#[utoipa::path(
    tag = "public",
    security(()),
    params(
        ("partnership" = String, Path, description = "Name of the partnership"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<PublicHeadingShown>),
    )
)]
#[get("/public/{partnership}/publications")]
pub async fn list_public_publications(
    office: Data<Office>,
    partnership: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    query.end()?;
    let (after, most) = (page.after.as_deref(), page.one_more());
    let found = list_public(&office, &partnership, after, most).await?;
    let (items, next_cursor) = page.cut(found, |one| one.heading.id.clone());
    let mut response = HttpResponse::Ok().json(Page {
        items: items
            .into_iter()
            .map(|one| PublicHeadingShown::of(one.heading, one.asked))
            .collect(),
        next_cursor,
    });
    response.headers_mut().insert(CACHE_CONTROL, FOR_A_MINUTE);
    Ok(response)
}

/// Reads what is public
///
/// A publication that was opened to everybody, with small numbers suppressed: of `suppressed` figures nothing is told. Nor
/// are quantities of measures whose values their licence does not let be passed on. No key is needed.
#[utoipa::path(
    tag = "public",
    security(()),
    params(
        ("partnership" = String, Path, description = "Name of the partnership"),
        ("id" = String, Path, description = "Id of the publication"),
    ),
    responses(
        (status = 200, description = "The publication", body = PublicPublicationShown),
    )
)]
#[get("/public/{partnership}/publications/{id}")]
pub async fn get_public_publication(
    office: Data<Office>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (partnership, id) = path.into_inner();
    let found = read_public(&office, &partnership, &id).await?;
    let mut response = HttpResponse::Ok().json(PublicPublicationShown::of(found));
    response.headers_mut().insert(CACHE_CONTROL, FOR_A_MINUTE);
    Ok(response)
}
