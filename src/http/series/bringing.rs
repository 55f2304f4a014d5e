//! Bringing a series of the partnership's own.

use actix_web::web::Payload as WebPayload;
use actix_web::{HttpRequest, HttpResponse, post};

use crate::domain::policy::Action;
use crate::operations::own_series::{add_series, read_series};
use crate::storage::Tx;

use super::super::answer::Answer;
use super::super::problem::{Code, Problem};
use super::SeriesReleaseShown;
use super::given::{Sent, SeriesBody, SeriesQuery};

/// Brings a series
///
/// An index, values by year, or a discount schedule of the partnership's own. Each release is sealed and never changes: what
/// changed is a new release, and what rests on an older one goes on resting on that. A row whose value is empty (`null`) says
/// that nothing was published for its year; a year without a row is missing; zero is a number. Where a calculation needs a
/// year that is blank or missing, that is a fault, and nothing is carried forward. Tables name it, with its release, for
/// uprating (`deflator`), as values by year (the column `series`) or as a schedule; an appraisal names it as its schedule.
/// Every fault is told at once, with its row and its column: `/rows/7/value`. A series with `redistribution` `none` is
/// calculated with, and only administrators see its numbers, or the values of tables that rest on it.
#[utoipa::path(
    tag = "series",
    params(SeriesQuery),
    request_body(content(
        (SeriesBody = "application/json"),
        (String = "text/csv"),
    )),
    responses(
        (status = 201, description = "Added; `Location` says where", body = SeriesReleaseShown),
    ),
    extensions(("x-problems" = json!([Code::SeriesTaken]))),
)]
#[post("/series")]
pub async fn post_series(
    request: HttpRequest,
    payload: WebPayload,
) -> Result<HttpResponse, Problem> {
    let sent = Sent::of(&request, payload.into_inner()).await?;
    let writing = &sent.writing;
    let brought = read_series(&writing.office, &sent.given, sent.faults)?;
    let sees = writing.caller.may(Action::SeeKeptValues);
    writing
        .carry_out(None, &sent.digest, async |tx: &mut Tx| {
            let found = add_series(tx, writing.hand(), &brought).await?;
            let (name, release) = (&found.series.name, &found.series.release);
            let location = format!("/v1/series/{name}?release={release}");
            Answer::created(location, &SeriesReleaseShown::of(&found, sees))
        })
        .await
}
