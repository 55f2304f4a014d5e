//! `/v1/keys`.

pub mod revocation;
pub mod rotation;
mod shown;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};

use crate::domain::key::KeyState;
use crate::domain::policy::Role;
use crate::operations::keys::{
    self, KeyGiven, MOST_NETWORKS, MOST_ORGANISATIONS, MadeKey, list_keys, read_key,
};
use crate::operations::{Office, Refusal};
use crate::storage::Tx;
use crate::storage::key::KeyFilter;

use super::answer::Answer;
use super::body::Body;
use super::caller::Caller;
use super::page::{Page, PageAsked};
use super::problem::Problem;
use super::query::Query;
use super::writing::Writing;
use shown::{KeyBody, KeyShown, MadeKeyShown};

/// Makes a key
///
/// With a role, the organisations it is for, an end and the networks it may be used from. Its text is in `key`, this
/// once: only a hash of it is kept.
#[utoipa::path(
    tag = "keys",
    request_body = KeyBody,
    responses(
        (status = 201, description = "Made; `Location` says where", body = MadeKeyShown),
    )
)]
#[post("/keys")]
pub async fn post_key(writing: Writing, body: Body) -> Result<HttpResponse, Problem> {
    let (given, faults) = body.take(|fields| KeyGiven {
        name: fields.text("name"),
        role: fields.text("role"),
        organisations: fields
            .texts("organisations", MOST_ORGANISATIONS)
            .unwrap_or_default(),
        expires_on: fields.text("expires_on"),
        networks: fields.texts("networks", MOST_NETWORKS).unwrap_or_default(),
    });
    writing
        .carry_out(None, &body.digest, async |tx: &mut Tx| {
            let made = keys::make_key(tx, writing.hand(), &given, faults.clone()).await?;
            shown_once(&made)
        })
        .await
}

/// 201 with the text of a key, which is kept nowhere: given again, the answer goes without it.
fn shown_once(made: &MadeKey) -> Result<Answer, Refusal> {
    let location = format!("/v1/keys/{}", made.key.id);
    let answer = Answer::created(location, &MadeKeyShown::of(made))?;
    answer.kept_as(&MadeKeyShown::again(made))
}

/// Lists keys
///
/// In the order they were made, without their secrets.
#[utoipa::path(
    tag = "keys",
    params(
        ("role" = Option<String>, Query, description = "Only those of a role: `administrator`, `commissioner`, `supplier` or `analyst`"),
        ("state" = Option<String>, Query, description = "Only those that are `live`, `expired` or `revoked`"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<KeyShown>),
    )
)]
#[get("/keys")]
pub async fn list_all_keys(
    office: Data<Office>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
    let states: Vec<&str> = KeyState::ALL.iter().map(|state| state.word()).collect();
    let filter = KeyFilter {
        role: query.word("role", &roles, Role::parse),
        state: query.word("state", &states, KeyState::parse),
    };
    query.end()?;
    let at = (office.clock)();
    let (after, most) = (page.after.as_deref(), page.one_more());
    let found = list_keys(&office, &caller.actor, filter, at, after, most).await?;
    let (items, next_cursor) = page.cut(found, |key| key.id.clone());
    Ok(HttpResponse::Ok().json(Page {
        items: items.iter().map(|key| KeyShown::of(key, at)).collect(),
        next_cursor,
    }))
}

/// Reads a key
///
/// Everything but its secret, which nobody can read again.
#[utoipa::path(
    tag = "keys",
    params(("id" = String, Path, description = "Id of the key")),
    responses(
        (status = 200, description = "The key", body = KeyShown),
    )
)]
#[get("/keys/{id}")]
pub async fn get_key(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let key = read_key(&office, &caller.actor, &id).await?;
    let at = (office.clock)();
    Ok(HttpResponse::Ok().json(KeyShown::of(&key, at)))
}
