//! `/v1/audit`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::audit::Outcome;
use crate::domain::policy::Action;
use crate::operations::{Office, Refusal};
use crate::storage::audit::{AuditFilter, Listed};
use crate::storage::{self, StorageError, Tx};

use super::caller::Caller;
use super::page::{Page, PageAsked, time_and_id};
use super::problem::Problem;
use super::query::Query;

/// An entry of the audit: who did what when, or was refused it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntryShown {
    /// Its id.
    pub id: String,
    /// When it was recorded, UTC.
    #[schema(example = "2026-07-01T09:30:00.000000Z")]
    pub at: String,
    /// Id of the key or person; `program` and `command line` act without one.
    pub actor: String,
    /// Roles of the actor at that time; none in entries older than this field.
    #[schema(example = json!(["commissioner"]))]
    pub roles: Vec<&'static str>,
    /// What was done.
    #[schema(example = "submit_return")]
    pub action: String,
    /// The kind of thing it was done to.
    #[schema(example = "return")]
    pub subject: String,
    /// Its id.
    pub subject_id: String,
    /// Id of the contract it belongs to; `null` where it belongs to none.
    pub contract: Option<String>,
    /// `done` or `refused`.
    #[schema(example = "done")]
    pub outcome: &'static str,
    /// What was before, where something was; of a draft, the lines that are no longer so.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// What is after; of a draft, the lines that are new; of a refusal its `code`, and how many `times` in the last
    /// minute or so.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
    /// Place in the chain of the contract, or of what belongs to none: from 1, without gaps.
    pub sequence: i64,
    /// SHA-256 over the entry and the hash of the one before it in its chain.
    pub hash: String,
}

impl AuditEntryShown {
    fn of(listed: Listed) -> Result<Self, Problem> {
        let entry = listed.entry;
        let read = |column: &str, text: Option<&str>| -> Result<Option<Value>, Problem> {
            let unreadable = |error: serde_json::Error| StorageError::Corrupt {
                table: "audit",
                column: column.to_owned(),
                key: entry.id.clone(),
                message: error.to_string(),
            };
            let value = text.map(serde_json::from_str).transpose();
            value.map_err(|error| Refusal::Storage(unreadable(error)).into())
        };
        Ok(Self {
            before: read("before_json", entry.before.as_deref())?,
            after: read("after_json", entry.after.as_deref())?,
            id: entry.id,
            at: entry.recorded_at.to_string(),
            actor: entry.actor,
            roles: entry.roles.iter().map(|role| role.word()).collect(),
            action: entry.action,
            subject: entry.subject,
            subject_id: entry.subject_id,
            contract: listed.contract,
            outcome: entry.outcome.word(),
            sequence: entry.sequence,
            hash: entry.hash,
        })
    }
}

/// Lists the audit
///
/// Who did what when, and what was refused, with what was before and after: the newest first. Administrators see all
/// of it, commissioners what belongs to contracts that their organisations hold or held. The entries of a contract
/// form a chain, each sealed with the hash of the one before it, and so do those that belong to no contract.
#[utoipa::path(
    tag = "audit",
    params(
        ("actor" = Option<String>, Query, description = "Only of this key or person, by id"),
        ("action" = Option<String>, Query, description = "Only of this action, such as `submit_return`"),
        ("subject" = Option<String>, Query, description = "Only on this kind of thing, such as `return`"),
        ("contract" = Option<String>, Query, description = "Only of this contract, by id"),
        ("from" = Option<String>, Query, description = "Only from this day or time on, UTC"),
        ("to" = Option<String>, Query, description = "Only up to the end of this day, or before this time, UTC"),
        ("outcome" = Option<String>, Query, description = "`done` or `refused`"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<AuditEntryShown>),
    )
)]
#[get("/audit")]
pub async fn list_audit(
    office: Data<Office>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let place = page.after_time_and_id(&mut query);
    let filter = AuditFilter {
        actor: query.text("actor"),
        action: query.text("action"),
        subject: query.text("subject"),
        contract: query.text("contract"),
        from: query.moment("from", false),
        before: query.moment("to", true),
        outcome: query.word("outcome", &["done", "refused"], Outcome::parse),
    };
    query.end()?;
    let (partnership, reach) = (
        caller.actor.partnership.as_str(),
        caller.reach_to(Action::ReadAudit),
    );
    let (place, most) = (place.as_ref(), page.one_more());
    let found = office
        .store
        .read_standby(async |tx: &mut Tx| {
            let list = storage::audit::list(tx, partnership, &reach, &filter, place, most);
            Ok::<_, Refusal>(list.await?)
        })
        .await?;
    let (items, next_cursor) = page.cut(found, |one| {
        time_and_id(one.entry.recorded_at, &one.entry.id)
    });
    let items = items.into_iter().map(AuditEntryShown::of);
    Ok(HttpResponse::Ok().json(Page {
        items: items.collect::<Result<_, _>>()?,
        next_cursor,
    }))
}
