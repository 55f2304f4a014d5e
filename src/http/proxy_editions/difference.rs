//! `/v1/proxy-editions/{set}/{edition}/difference`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::edition::EditionId;
use crate::domain::edition::difference::{
    Change, Difference, MeasureDifference, ValueDifference, difference,
};
use crate::domain::exact::{self, Exact};
use crate::domain::fault::Fault;
use crate::domain::policy::Action;
use crate::operations::Office;

use super::super::caller::Caller;
use super::super::page::PageAsked;
use super::super::problem::Problem;
use super::super::query::Query;
use super::super::working::unit_value::exactly;
use super::find;

/// Decimals of a change in percent.
const PERCENT_PLACES: usize = 2;

/// A value that differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValueDifferenceShown {
    /// The part it values, where the measure has parts.
    pub component: Option<String>,
    /// The place it is for.
    #[schema(example = "england")]
    pub place: String,
    /// The year it is for, where values vary by year.
    pub year: Option<String>,
    /// Pounds a unit before, in the prices of that edition; `null` where there was none, or where its licence does not let
    /// it be shown to you.
    #[schema(example = "70")]
    pub before: Option<String>,
    /// Pounds a unit after, likewise.
    #[schema(example = "250")]
    pub after: Option<String>,
    /// By how much it changed.
    #[schema(example = "180")]
    pub change: Option<String>,
    /// The same in percent of what was before, to two decimals.
    #[schema(example = "257.14")]
    pub change_percent: Option<String>,
}

impl ValueDifferenceShown {
    fn of(one: &ValueDifference, sees: bool) -> Self {
        let shows = sees || !one.kept;
        let before = one.before.as_ref().filter(|_| shows);
        let after = one.after.as_ref().filter(|_| shows);
        let change: Option<Exact> = before.zip(after).map(|(before, after)| after - before);
        let percent = change
            .as_ref()
            .zip(before)
            .filter(|(_, before)| **before != exact::zero());
        let percent = percent.map(|(change, before)| {
            let percent = change * exact::whole(100) / before;
            exact::text(&exact::round_to(&percent, PERCENT_PLACES), PERCENT_PLACES)
        });
        Self {
            component: one.component.clone(),
            place: one.place.clone(),
            year: one.year.clone(),
            before: before.map(exactly),
            after: after.map(exactly),
            change: change.as_ref().map(exactly),
            change_percent: percent,
        }
    }
}

/// What became of one measure.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasureDifferenceShown {
    /// Its code; of what is gone the code it had.
    #[schema(example = "carbon-saved")]
    pub measure: String,
    /// Its code before, where that was another.
    pub was: Option<String>,
    /// Its title.
    pub title: String,
    /// `added`, `removed` or `changed`.
    #[schema(example = "changed")]
    pub change: String,
    /// What differs of what is in both: `counting`, `unit`, `column`, `valuation`, `emission_factors`, `source_value`,
    /// `prices`, `adjustments`, `method`, `source` or `terms`.
    #[schema(example = json!(["source_value"]))]
    pub because: Vec<String>,
    /// The values that differ.
    pub values: Vec<ValueDifferenceShown>,
}

impl MeasureDifferenceShown {
    fn of(one: &MeasureDifference, sees: bool) -> Self {
        let values = one.values.iter();
        Self {
            measure: one.measure.clone(),
            was: one.was.clone(),
            title: one.title.clone(),
            change: one.change.word().to_owned(),
            because: one
                .because
                .iter()
                .map(|cause| cause.word().to_owned())
                .collect(),
            values: values
                .map(|value| ValueDifferenceShown::of(value, sees))
                .collect(),
        }
    }
}

/// What changed from one edition to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditionDifferenceShown {
    /// The earlier edition.
    #[schema(example = "our-table/2026")]
    pub from: String,
    /// The later one.
    #[schema(example = "our-table/2027")]
    pub to: String,
    /// The price base of the earlier one; where the bases differ, so do real values.
    #[schema(example = "2024-25")]
    pub price_base_from: String,
    /// The price base of the later one.
    #[schema(example = "2025-26")]
    pub price_base_to: String,
    /// Whether the method of valuation as a whole differs.
    pub method_changed: bool,
    /// Measures that are new.
    pub added: usize,
    /// Measures that are gone.
    pub removed: usize,
    /// Measures of which something differs.
    pub changed: usize,
    /// Measures that are the same in both.
    pub unchanged: usize,
    /// Measures of which anything differs, by code.
    pub items: Vec<MeasureDifferenceShown>,
    /// Give it back as `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Tells what changed from one edition to another
///
/// Measures that came and went, and of those in both the values that changed, by how much and why. A measure is the same
/// where its code or one of its other names is. Values whose licence does not let them be passed on are `null` for
/// everybody but administrators; that they changed, and why, is told.
#[utoipa::path(
    tag = "proxy-editions",
    params(
        ("set" = String, Path, description = "The proxy set", example = "open-uk"),
        ("edition" = String, Path, description = "The edition of it", example = "2026"),
        ("from" = String, Query, description = "The edition it is compared with, such as `our-table/2026`", example = "open-uk/2026"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of what changed", body = EditionDifferenceShown),
    )
)]
#[get("/proxy-editions/{set}/{edition}/difference")]
pub async fn get_edition_difference(
    office: Data<Office>,
    caller: Caller,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (set, edition) = path.into_inner();
    let to = find(&office, &caller, set, edition).await?.edition;
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let named = query.text("from").unwrap_or_default();
    let from = match EditionId::parse(&named) {
        Some(id) => find(&office, &caller, id.set, id.edition).await.ok(),
        None => None,
    };
    if from.is_none() {
        let message = "name an edition that is there, such as open-uk/2026";
        query.fault(Fault::new("?from", "unknown_edition", message));
    }
    query.end()?;
    let from = from
        .ok_or_else(|| Problem::not_found("proxy edition"))?
        .edition;
    let sees = caller.may(Action::SeeKeptValues);
    let Difference {
        measures,
        unchanged,
    } = difference(&from, &to);
    let count = |change: Change| measures.iter().filter(|one| one.change == change).count();
    let (added, removed) = (count(Change::Added), count(Change::Removed));
    let changed = count(Change::Changed);
    let (items, next_cursor) = page.of_sorted(measures, |one| one.measure.clone());
    Ok(HttpResponse::Ok().json(EditionDifferenceShown {
        from: from.id().to_string(),
        to: to.id().to_string(),
        price_base_from: from.facts().price_base.clone(),
        price_base_to: to.facts().price_base.clone(),
        method_changed: from.facts().method != to.facts().method,
        added,
        removed,
        changed,
        unchanged,
        items: items
            .iter()
            .map(|one| MeasureDifferenceShown::of(one, sees))
            .collect(),
        next_cursor,
    }))
}
