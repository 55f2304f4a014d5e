//! `/v1/places`.

use std::collections::BTreeSet;

use super::writing::Writing;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::Fault;
use crate::domain::place::{Place, Places};
use crate::operations::add_place::{PlaceGiven, add_place};
use crate::operations::{Office, Refusal};
use crate::storage::{self, Tx};

use super::answer::Answer;
use super::body::Body;
use super::caller::Caller;
use super::page::{Page, PageAsked};
use super::problem::{Code, Problem};
use super::query::Query;

/// A new place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "Sutton Park", "kind": "ward", "parent": "st-helens", "valid_from": "2022-05-01"}))]
pub struct PlaceBody {
    /// Code in kebab case; made from the name when missing.
    pub code: Option<String>,
    /// Name, at most 300 characters.
    pub name: String,
    /// What kind of area, such as `ward`.
    pub kind: String,
    /// Code of the place above it.
    pub parent: Option<String>,
    /// Code the Office for National Statistics gives it, where it has one.
    pub gss: Option<String>,
    /// First day it exists.
    pub valid_from: Option<String>,
    /// Last day it exists.
    pub valid_to: Option<String>,
}

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceShown {
    /// Its code.
    #[schema(example = "st-helens")]
    pub code: String,
    /// Name.
    pub name: String,
    /// What kind of area.
    pub kind: String,
    /// Code of the place above it.
    pub parent: Option<String>,
    /// GSS code, where it has one.
    #[schema(example = "E08000013")]
    pub gss: Option<String>,
    /// First day it exists; `null` is always.
    pub valid_from: Option<String>,
    /// Last day it exists; `null` is still.
    pub valid_to: Option<String>,
    /// Places it covers without being their parent: another tree over some of them.
    pub covers: Vec<String>,
}

impl From<&Place> for PlaceShown {
    fn from(place: &Place) -> Self {
        Self {
            code: place.code.clone(),
            name: place.name.clone(),
            kind: place.kind.clone(),
            parent: place.parent.clone(),
            gss: place.gss.clone(),
            valid_from: place.valid_from.map(|day| day.to_string()),
            valid_to: place.valid_to.map(|day| day.to_string()),
            covers: place.covers.clone(),
        }
    }
}

/// Adds a place
///
/// A place of the partnership's own, such as a ward, below those it begins with.
#[utoipa::path(
    tag = "places",
    request_body = PlaceBody,
    responses(
        (status = 201, description = "Added; `Location` says where", body = PlaceShown),
    ),
    extensions(("x-problems" = json!([Code::PlaceTaken]))),
)]
#[post("/places")]
pub async fn post_place(writing: Writing, body: Body) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(|fields| PlaceGiven {
        code: fields.text("code"),
        name: fields.text("name"),
        kind: fields.text("kind"),
        parent: fields.text("parent"),
        gss: fields.text("gss"),
        valid_from: fields.text("valid_from"),
        valid_to: fields.text("valid_to"),
    });
    writing
        .carry_out(None, &body.digest, async |tx: &mut Tx| {
            let faults = faults.clone();
            let made = add_place(tx, writing.hand(), &given, faults).await?;
            let location = format!("/v1/places/{}", made.code);
            Answer::created(location, &PlaceShown::from(&made))
        })
        .await
}

/// Lists places
///
/// By code.
#[utoipa::path(
    tag = "places",
    params(
        ("kind" = Option<String>, Query, description = "Only of this kind", example = "partnership_place"),
        ("parent" = Option<String>, Query, description = "Only those right below this place", example = "north-west"),
        ("within" = Option<String>, Query, description = "Only this place, all below it and all it covers: what `place` stands for in other lists", example = "north-west"),
        ("gss" = Option<String>, Query, description = "Only the one of this GSS code", example = "E06000006"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<PlaceShown>),
    )
)]
#[get("/places")]
pub async fn list_places(
    office: Data<Office>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let (kind, gss) = (query.text("kind"), query.text("gss"));
    let (parent, within) = (query.text("parent"), query.text("within"));
    let places = places(&office, &caller).await?;
    let is_kind = |kind: &String| places.iter().any(|place| place.kind == *kind);
    if kind.as_ref().is_some_and(|kind| !is_kind(kind)) {
        let kinds: BTreeSet<&str> = places.iter().map(|place| place.kind.as_str()).collect();
        let kinds: Vec<&str> = kinds.into_iter().collect();
        let message = format!("there are places of the kinds {}", kinds.join(", "));
        query.fault(Fault::new("?kind", "unknown_kind", message));
    }
    for (name, code) in [("?parent", &parent), ("?within", &within)] {
        if code.as_ref().is_some_and(|code| places.get(code).is_none()) {
            let message = "there is no place of this code";
            query.fault(Fault::new(name, "unknown_place", message));
        }
    }
    query.end()?;
    let within = within.map(|code| places.within(&code));
    let asked = |place: &&Place| {
        kind.as_ref().is_none_or(|kind| place.kind == *kind)
            && (parent.is_none() || place.parent == parent)
            && (gss.is_none() || place.gss == gss)
            && within
                .as_ref()
                .is_none_or(|codes| codes.contains(&place.code))
    };
    let (items, next_cursor) =
        page.of_sorted(places.iter().filter(asked), |place| place.code.clone());
    Ok(HttpResponse::Ok().json(Page {
        items: items.into_iter().map(PlaceShown::from).collect(),
        next_cursor,
    }))
}

/// Reads a place
///
/// One of those shipped or one of the partnership's own.
#[utoipa::path(
    tag = "places",
    params(("code" = String, Path, description = "Code of the place")),
    responses(
        (status = 200, description = "The place", body = PlaceShown),
    )
)]
#[get("/places/{code}")]
pub async fn get_place(
    office: Data<Office>,
    caller: Caller,
    code: Path<String>,
) -> Result<HttpResponse, Problem> {
    let places = places(&office, &caller).await?;
    let one = places
        .get(&code)
        .ok_or_else(|| Problem::not_found("place"))?;
    Ok(HttpResponse::Ok().json(PlaceShown::from(one)))
}

async fn places(office: &Office, caller: &Caller) -> Result<Places, Problem> {
    let read = async |tx: &mut Tx| {
        Ok::<_, Refusal>(storage::place::all(tx, &caller.actor.partnership).await?)
    };
    Ok(office.store.read(read).await?)
}
