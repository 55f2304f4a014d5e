//! `/v1/publications`.

pub mod access;
pub mod difference;
pub mod public;
mod shown;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};

use crate::domain::policy::Action;
use crate::operations::Office;
use crate::operations::publications::{
    PublicationGiven, Published, list_publications, publish, read_publication,
};
use crate::operations::roll_up::RollUpAsked;
use crate::storage::Tx;

use super::answer::Answer;
use super::body::Body;
use super::caller::Caller;
use super::fields::Fields;
use super::page::{Page, PageAsked};
use super::problem::{Code, Problem};
use super::query::Query;
use super::writing::Writing;
use shown::{PublicationBody, PublicationHeadingShown, PublicationShown};

/// The most words of a list.
const MOST_WORDS: usize = 20;

/// Publishes a roll-up
///
/// Freezes a roll-up of now under a title: its figures, what was asked, the moment, and the ends of the chains it rests
/// on, all under one digest. Nothing of it changes afterwards, whatever is corrected; `GET /v1/roll-ups` with
/// `as_known_at` of `published_at` answers the same. A commissioner publishes the part of their own anchor institutions.
///
/// With `public` anybody may read it at `/v1/public/{partnership}/publications/{id}`, but for small numbers: a figure
/// that fewer than `fewest_contracts` contracts or `fewest_suppliers` suppliers stand behind, or of a measure that
/// counts fewer than `smallest_count` (but zero), is suppressed, and so are as many others as it takes that it cannot be
/// worked out from a total. What several publications tell together is for whoever publishes to judge. At most 1,000
/// rows are taken. Nobody can write in the partnership for the moment that it takes.
#[utoipa::path(
    tag = "publications",
    request_body = PublicationBody,
    responses(
        (status = 201, description = "Published; `Location` says where", body = PublicationShown),
    ),
    extensions(("x-problems" = json!([Code::TotalOutOfRange]))),
)]
#[post("/publications")]
pub async fn post_publication(writing: Writing, body: Body) -> Result<HttpResponse, Problem> {
    let (mut given, faults) = body.take(given);
    given.filters.reach = writing.caller.reach_to(Action::Publish);
    writing
        .carry_out(None, &body.digest, async |tx: &mut Tx| {
            let made = publish(tx, writing.hand(), &given, faults.clone()).await?;
            let location = format!("/v1/publications/{}", made.heading.id);
            Answer::created(location, &PublicationShown::of(Published::of(made)?))
        })
        .await
}

fn given(fields: &mut Fields<'_>) -> PublicationGiven {
    let mut given = PublicationGiven {
        title: fields.text("title"),
        by: fields.texts("by", MOST_WORDS).unwrap_or_default(),
        stages: fields.texts("stage", MOST_WORDS).unwrap_or_default(),
        funding: fields.texts("funding", MOST_WORDS).unwrap_or_default(),
        from: fields.text("from"),
        to: fields.text("to"),
        filters: RollUpAsked {
            taxonomy: fields.text("taxonomy"),
            place: fields.text("place"),
            anchor_institution: fields.text("anchor_institution"),
            supplier: fields.text("supplier"),
            contract: fields.text("contract"),
            edition: fields.text("edition"),
            ..RollUpAsked::default()
        },
        public: fields.flag("public"),
        ..PublicationGiven::default()
    };
    fields.object("suppression", |limits| {
        given.smallest_count = limits.whole("smallest_count");
        given.fewest_contracts = limits.whole("fewest_contracts");
        given.fewest_suppliers = limits.whole("fewest_suppliers");
    });
    given
}

/// Lists publications
///
/// The newest first, without their figures: those of the partnership, or of organisations that are all among those of
/// the one who asks.
#[utoipa::path(
    tag = "publications",
    params(
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<PublicationHeadingShown>),
    )
)]
#[get("/publications")]
pub async fn list_all_publications(
    office: Data<Office>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    query.end()?;
    let (after, most) = (page.after.as_deref(), page.one_more());
    let found = list_publications(&office, &caller.actor, &caller.reach(), after, most).await?;
    let (items, next_cursor) = page.cut(found, |one| one.heading.id.clone());
    Ok(HttpResponse::Ok().json(Page {
        items: items
            .into_iter()
            .map(|one| PublicationHeadingShown::of(one.heading, one.asked))
            .collect(),
        next_cursor,
    }))
}

/// Reads a publication
///
/// As it was published, with nothing kept back: `suppressed` says what is, in public.
#[utoipa::path(
    tag = "publications",
    params(("id" = String, Path, description = "Id of the publication")),
    responses(
        (status = 200, description = "The publication", body = PublicationShown),
    )
)]
#[get("/publications/{id}")]
pub async fn get_publication(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = read_publication(&office, &caller.actor, &caller.reach(), &id).await?;
    Ok(HttpResponse::Ok().json(PublicationShown::of(found)))
}
