//! Bringing a table: as a new draft, or in the place of one; and the template of a table.

use actix_web::web::{Path, Payload as WebPayload};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::table::{Brought, template};
use crate::domain::fault::Fault;
use crate::operations::Refusal;
use crate::operations::editions::Found;
use crate::operations::editions::bring_edition::{add_edition, read_table, replace_edition};
use crate::storage::Tx;

use super::super::answer::Answer;
use super::super::caller::Caller;
use super::super::problem::{Code, Problem};
use super::super::writing::Writing;
use super::given::{Sent, SpreadsheetFile, TableBody, TableQuery};
use super::shown::EditionShown;

/// A draft, and what of its table was passed over.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftShown {
    /// The draft.
    pub edition: EditionShown,
    /// Headings of the table that mean nothing here: nothing below them was read.
    pub ignored_columns: Vec<String>,
}

impl DraftShown {
    fn of(found: &Found, brought: &Brought, writing: &Writing) -> Self {
        Self {
            edition: EditionShown::of(found, &writing.office, &writing.caller),
            ignored_columns: brought.ignored.clone(),
        }
    }
}

/// Brings a table of values
///
/// It becomes a draft of a proxy edition of the partnership's own: it is not used by any contract until it is proposed,
/// approved by somebody else and published. The columns are those of `/v1/proxy-editions/template.csv`, and the headings
/// of the tables that councils use are recognised: reference, theme, outcome, measure, unit, proxy value. A row that names
/// a known measure, by `measure_code` or by its reference, values that; any other makes a measure of its own, a flow that
/// adds up unless it says otherwise. Its reference is another name of it. Themes make a taxonomy of the table's own. Rows
/// of the same reference give values of further places, or years. Every fault is told at once, with its row and column:
/// `/rows/7/proxy_value`. Of a spreadsheet file the first visible sheet with headings is read: its numbers as they were
/// typed, formulas as they were last worked out; what is a day, TRUE or an error where a text or a number belongs is a fault.
/// A table with `redistribution` `none` is calculated with, and only administrators see its values.
#[utoipa::path(
    tag = "proxy-editions",
    params(TableQuery),
    request_body(content(
        (TableBody = "application/json"),
        (String = "text/csv"),
        (String = "application/toml"),
        (SpreadsheetFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses(
        (status = 201, description = "Drafted; `Location` says where", body = DraftShown),
    ),
    extensions(("x-problems" = json!([Code::EditionTaken]))),
)]
#[post("/proxy-editions")]
pub async fn post_edition(
    request: HttpRequest,
    payload: WebPayload,
) -> Result<HttpResponse, Problem> {
    let sent = Sent::of(&request, payload.into_inner()).await?;
    let writing = &sent.writing;
    let (office, actor) = (&writing.office, writing.actor());
    let brought = read_table(office, actor, writing.at(), &sent.given, sent.faults).await?;
    writing
        .carry_out(None, &sent.digest, async |tx: &mut Tx| {
            let found = add_edition(tx, writing.hand(), &brought).await?;
            let location = format!("/v1/proxy-editions/{}", brought.edition.id());
            let shown = DraftShown::of(&found, &brought, writing);
            versioned(Answer::created(location, &shown)?, &found)
        })
        .await
}

/// Puts a table in the place of a draft
///
/// Only a draft takes another table; `If-Match` says which one it replaces. Set and edition are those of the path.
#[utoipa::path(
    tag = "proxy-editions",
    params(
        TableQuery,
        ("set" = String, Path, description = "The proxy set", example = "our-table"),
        ("edition" = String, Path, description = "The edition of it", example = "2026"),
    ),
    request_body(content(
        (TableBody = "application/json"),
        (String = "text/csv"),
        (String = "application/toml"),
        (SpreadsheetFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses(
        (status = 200, description = "Replaced", body = DraftShown),
    ),
    extensions(("x-problems" = json!([Code::OtherState, Code::Stale, Code::IfMatchNeeded]))),
)]
#[put("/proxy-editions/{set}/{edition}")]
pub async fn put_edition(
    request: HttpRequest,
    path: Path<(String, String)>,
    payload: WebPayload,
) -> Result<HttpResponse, Problem> {
    let mut sent = Sent::of(&request, payload.into_inner()).await?;
    let (set, edition) = path.into_inner();
    for (name, text) in [("set", set), ("edition", edition)] {
        let head = &mut sent.given.head;
        if head.get(name).is_some_and(|said| said != text) {
            let message = format!("the path says {text}");
            let fault = Fault::new(format!("/{name}"), "edition_differs", message);
            sent.faults.push(fault);
        }
        head.say(name, text);
    }
    let writing = &sent.writing;
    let (office, actor) = (&writing.office, writing.actor());
    let brought = read_table(office, actor, writing.at(), &sent.given, sent.faults).await?;
    writing
        .carry_out(None, &sent.digest, async |tx: &mut Tx| {
            let found = replace_edition(tx, writing.hand(), &brought, &writing.seen).await?;
            let shown = DraftShown::of(&found, &brought, writing);
            versioned(Answer::ok(&shown)?, &found)
        })
        .await
}

/// The answer with the version that the next step must have seen.
pub(super) fn versioned(answer: Answer, found: &Found) -> Result<Answer, Refusal> {
    let version = found.governed.as_ref().map(|governed| governed.version());
    Ok(answer.with_version(version.unwrap_or_default()))
}

/// Gives the template of a table
///
/// A CSV file with every column and two invented rows. Columns that a table does not have may be left out.
#[utoipa::path(
    tag = "proxy-editions",
    responses(
        (status = 200, description = "The template", content_type = "text/csv", body = String),
    )
)]
#[get("/proxy-editions/template.csv")]
pub async fn get_template(_caller: Caller) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok()
        .content_type("text/csv")
        .insert_header((
            "content-disposition",
            "attachment; filename=\"template.csv\"",
        ))
        .body(template()))
}
