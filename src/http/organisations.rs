//! `/v1/organisations`.

use super::fields::Fields;
use super::writing::Writing;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::Fault;
use crate::domain::organisation::Organisation;
use crate::domain::policy::Action;
use crate::operations::Office;
use crate::operations::add_organisation::{OrganisationGiven, add_organisation};
use crate::operations::list_organisations::list_organisations as listed;
use crate::operations::reading::LONGEST_NAME;
use crate::storage::organisation::OrganisationFilter;
use crate::storage::{self, Tx};

use super::answer::Answer;
use super::body::Body;
use super::caller::Caller;
use super::page::{Page, PageAsked};
use super::problem::{Code, Problem};
use super::query::{Query, refused};

/// An identifier in a scheme such as `GB-COH`.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentifierShown {
    /// The scheme.
    #[schema(example = "GB-COH")]
    pub scheme: String,
    /// The identifier in it.
    #[schema(example = "09442333")]
    pub id: String,
}

/// A body that went before another.
#[derive(Debug, Serialize, ToSchema)]
pub struct PredecessorShown {
    /// Its id.
    pub organisation: String,
    /// First day of the one after.
    pub on: String,
}

/// A new organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "Halton Borough Council", "kind": "council", "anchor_institution": true, "place": "halton", "identifiers": [{"scheme": "GB-LAC", "id": "HAL"}]}))]
pub struct OrganisationBody {
    /// Name, at most 300 characters.
    pub name: String,
    /// Code of its kind, such as `council` or `vcfse`.
    pub kind: String,
    /// `sme` or `large`, where known.
    pub scale: Option<String>,
    /// Whether it is an anchor institution.
    pub anchor_institution: Option<bool>,
    /// First day it is one; always, when missing.
    pub anchor_from: Option<String>,
    /// Last day it is one; still, when missing.
    pub anchor_to: Option<String>,
    /// Code of its place.
    pub place: Option<String>,
    /// Identifiers in other schemes, at most 50.
    pub identifiers: Option<Vec<IdentifierShown>>,
    /// Bodies it took over from, at most 50.
    pub predecessors: Option<Vec<PredecessorShown>>,
}

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationShown {
    /// Its id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Code of its kind.
    pub kind: String,
    /// `sme` or `large`, where known.
    pub scale: Option<String>,
    /// Whether it is, or was, an anchor institution.
    pub anchor_institution: bool,
    /// First day it is one; `null` is always.
    pub anchor_from: Option<String>,
    /// Last day it is one; `null` is still.
    pub anchor_to: Option<String>,
    /// Code of its place.
    pub place: Option<String>,
    /// Identifiers in other schemes.
    pub identifiers: Vec<IdentifierShown>,
    /// Bodies it took over from.
    pub predecessors: Vec<PredecessorShown>,
    /// When it was recorded, UTC.
    pub created_at: String,
}

impl From<Organisation> for OrganisationShown {
    fn from(one: Organisation) -> Self {
        let dated = one.anchor_institution;
        Self {
            id: one.id,
            name: one.name,
            kind: one.kind,
            scale: one.scale,
            anchor_institution: dated.is_some(),
            anchor_from: dated
                .and_then(|dated| dated.from)
                .map(|day| day.to_string()),
            anchor_to: dated.and_then(|dated| dated.to).map(|day| day.to_string()),
            place: one.place,
            identifiers: one
                .identifiers
                .into_iter()
                .map(|found| IdentifierShown {
                    scheme: found.scheme,
                    id: found.id,
                })
                .collect(),
            predecessors: one
                .predecessors
                .into_iter()
                .map(|before| PredecessorShown {
                    organisation: before.organisation,
                    on: before.on.to_string(),
                })
                .collect(),
            created_at: one.created_at.to_string(),
        }
    }
}

/// Adds an organisation
///
/// An anchor institution, a supplier, or a forerunner of either. An identifier names one organisation only.
#[utoipa::path(
    tag = "organisations",
    request_body = OrganisationBody,
    responses(
        (status = 201, description = "Added; `Location` says where", body = OrganisationShown),
    ),
    extensions(("x-problems" = json!([Code::IdentifierTaken]))),
)]
#[post("/organisations")]
pub async fn post_organisation(writing: Writing, body: Body) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(given);
    if given.anchor_institution == Some(true) {
        writing
            .caller
            .must_hold(Action::AddAnchorInstitution, &[])?;
    }
    writing
        .carry_out(None, &body.digest, async |tx: &mut Tx| {
            let faults = faults.clone();
            let made = add_organisation(tx, writing.hand(), &given, faults).await?;
            let location = format!("/v1/organisations/{}", made.id);
            Answer::created(location, &OrganisationShown::from(made))
        })
        .await
}

fn given(fields: &mut Fields<'_>) -> OrganisationGiven {
    OrganisationGiven {
        name: fields.text("name"),
        kind: fields.text("kind"),
        scale: fields.text("scale"),
        anchor_institution: fields.flag("anchor_institution"),
        anchor_from: fields.text("anchor_from"),
        anchor_to: fields.text("anchor_to"),
        place: fields.text("place"),
        identifiers: fields
            .list("identifiers", 50, |one| {
                (one.text("scheme"), one.text("id"))
            })
            .unwrap_or_default(),
        predecessors: fields
            .list("predecessors", 50, |one| {
                (one.text("organisation"), one.text("on"))
            })
            .unwrap_or_default(),
    }
}

/// Lists organisations
///
/// In the order they were added. Who reports for suppliers sees anchor institutions and their own.
#[utoipa::path(
    tag = "organisations",
    params(
        ("anchor_institution" = Option<bool>, Query, description = "Only anchor institutions, or only others"),
        ("kind" = Option<String>, Query, description = "Only of this kind", example = "council"),
        ("place" = Option<String>, Query, description = "Only those in this place, in one below it or in one it covers", example = "halton"),
        ("name" = Option<String>, Query, description = "Only those with this in their name; the letters A to Z are the same in upper and lower case, others are not", example = "borough"),
        ("identifier" = Option<String>, Query, description = "Only the one that this identifier names: its scheme, a colon, and the identifier in it", example = "GB-COH:09442333"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<OrganisationShown>),
    )
)]
#[get("/organisations")]
pub async fn list_organisations(
    office: Data<Office>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let place = query.text("place");
    let filter = OrganisationFilter {
        anchor: query.flag("anchor_institution"),
        kind: query.text("kind"),
        name: part_of_name(&mut query),
        identifier: identifier(&mut query),
        reach: caller.reach(),
        ..OrganisationFilter::default()
    };
    query.end()?;
    let (place, after) = (place.as_deref(), page.after.as_deref());
    let most = page.one_more();
    let found = listed(&office, &caller.actor, &filter, place, after, most)
        .await
        .map_err(refused)?;
    let (items, next_cursor) = page.cut(found, |one| one.id.clone());
    Ok(HttpResponse::Ok().json(Page {
        items: items.into_iter().map(OrganisationShown::from).collect(),
        next_cursor,
    }))
}

/// A part of a name to look for.
fn part_of_name(query: &mut Query) -> Option<String> {
    let part = query.text("name")?;
    let length = part.chars().count();
    if (1..=LONGEST_NAME).contains(&length) {
        return Some(part);
    }
    let message = format!("give 1 to {LONGEST_NAME} characters");
    query.fault(Fault::new("?name", "bad_name", message));
    None
}

/// An identifier to look for: scheme, and identifier in it.
fn identifier(query: &mut Query) -> Option<(String, String)> {
    let text = query.text("identifier")?;
    let parts = text.split_once(':');
    let parts = parts.filter(|(scheme, id)| !scheme.is_empty() && !id.is_empty());
    if parts.is_none() {
        let message = "write scheme and identifier with a colon between, such as GB-COH:09442333";
        query.fault(Fault::new("?identifier", "bad_identifier", message));
    }
    parts.map(|(scheme, id)| (scheme.to_owned(), id.to_owned()))
}

/// Reads an organisation
///
/// With its identifiers and the bodies it took over from.
#[utoipa::path(
    tag = "organisations",
    params(("id" = String, Path, description = "Id of the organisation")),
    responses(
        (status = 200, description = "The organisation", body = OrganisationShown),
    )
)]
#[get("/organisations/{id}")]
pub async fn get_organisation(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let filter = OrganisationFilter {
        id: Some(id.into_inner()),
        reach: caller.reach(),
        ..OrganisationFilter::default()
    };
    let partnership = caller.actor.partnership.as_str();
    let found = office
        .store
        .read(async |tx: &mut Tx| {
            let list = storage::organisation::list(tx, partnership, &filter, None, 1).await?;
            Ok::<_, crate::operations::Refusal>(list)
        })
        .await?;
    let one = found
        .into_iter()
        .next()
        .ok_or_else(|| Problem::not_found("organisation"))?;
    Ok(HttpResponse::Ok().json(OrganisationShown::from(one)))
}
