//! `/v1/publications/{id}/difference`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::pounds_text;
use crate::domain::fault::Fault;
use crate::domain::period::Period;
use crate::domain::roll_up::RollUpLine;
use crate::operations::Office;
use crate::operations::publications::{Because, Changed, difference};
use crate::operations::roll_up::Dimension;

use super::super::answer::ReadAt;
use super::super::caller::Caller;
use super::super::page::PageAsked;
use super::super::problem::{Code, Problem};
use super::super::query::Query;
use super::super::roll_ups::shown::{LabelShown, LabelsShown, LinesShown, QuantityShown, labels};
use super::super::working::BasisShown;

/// What a row says.
#[derive(Debug, Serialize, ToSchema)]
pub struct AmountShown {
    /// Pounds; `null` for record-only measures.
    #[schema(example = "97597.50")]
    pub worth: Option<String>,
    /// The quantity, where `measure` is among the dimensions.
    #[serde(flatten)]
    #[schema(value_type = QuantityShown)]
    pub quantity: Option<QuantityShown>,
    /// The lines in it.
    pub lines: LinesShown,
}

impl From<RollUpLine> for AmountShown {
    fn from(line: RollUpLine) -> Self {
        Self {
            worth: line.worth_pence.map(pounds_text),
            quantity: QuantityShown::of(line.quantity),
            lines: line.lines.into(),
        }
    }
}

/// Postings of one contract, period and reason since then: what they add to the row, reversals taken off.
#[derive(Debug, Serialize, ToSchema)]
pub struct BecauseShown {
    /// The contract.
    pub contract: LabelShown,
    /// The period.
    #[schema(example = "2026-27-Q1")]
    pub period: Option<String>,
    /// Why they were posted.
    #[schema(example = "2026-27-Q1 revision 2 accepted")]
    pub reason: String,
    /// How many there are in the row.
    pub postings: i64,
    /// When the last of them was recorded, UTC.
    pub recorded_at: String,
    /// What they add to it.
    pub adds: AmountShown,
}

impl From<Because> for BecauseShown {
    fn from(one: Because) -> Self {
        Self {
            contract: one.contract.into(),
            period: one.period.map(Period::label),
            reason: one.reason,
            postings: one.postings,
            recorded_at: one.recorded_at.to_string(),
            adds: one.line.into(),
        }
    }
}

/// A row that is not what was published, or of which something was posted since.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedRowShown {
    /// A label a dimension asked for.
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
    /// As it was published; `null` where the row was not there.
    pub published: Option<AmountShown>,
    /// As it is today; `null` where the row is not there any more.
    pub today: Option<AmountShown>,
    /// Pounds of today less those published; `null` for record-only measures.
    #[schema(example = "-30.00")]
    pub difference: Option<String>,
    /// What makes it up, to the penny.
    pub because: Vec<BecauseShown>,
}

impl ChangedRowShown {
    fn of(by: &[Dimension], one: Changed) -> Option<Self> {
        let line = one.line()?.clone();
        let worth = |line: &Option<RollUpLine>| line.as_ref().and_then(|line| line.worth_pence);
        let (then, now) = (worth(&one.published), worth(&one.today));
        let difference = now.unwrap_or_default() - then.unwrap_or_default();
        Some(Self {
            by: labels(by, line.labels),
            stage: line.stage.word(),
            column: line.column.map(|column| column.word()),
            basis: BasisShown::from(&line.basis),
            funding: line.funding.word(),
            difference: line.worth_pence.map(|_| pounds_text(difference)),
            published: one.published.map(AmountShown::from),
            today: one.today.map(AmountShown::from),
            because: one.because.into_iter().map(BecauseShown::from).collect(),
        })
    }
}

/// A publication beside today.
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferenceShown {
    /// Id of the publication.
    pub publication: String,
    /// What it is called.
    #[schema(example = "Social value 2026-27")]
    pub title: String,
    /// When it was published, UTC.
    pub published_at: String,
    /// When today was read, UTC.
    pub as_of: String,
    /// Rows that differ, in the order of their labels.
    pub rows: Vec<ChangedRowShown>,
    /// How many rows are as they were published.
    pub unchanged: usize,
    /// Give it back as `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Compares a publication with today
///
/// What the same question is answered today, row by row where it differs, and which postings since make that up: their
/// contract, period and reason. Rows without a posting since are only counted.
#[utoipa::path(
    tag = "publications",
    params(
        ("id" = String, Path, description = "Id of the publication"),
        ("limit" = Option<u16>, Query, description = "Rows in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "The difference", body = DifferenceShown),
    ),
    extensions(("x-problems" = json!([Code::TotalOutOfRange]))),
)]
#[get("/publications/{id}/difference")]
pub async fn get_difference(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let at = (office.clock)();
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    query.end()?;
    let found = difference(&office, &caller.actor, at, &caller.reach(), &id).await?;
    let rows = after(found.changed, page.after.as_deref())?;
    let (rows, next_cursor) = page.cut(rows, key);
    let heading = found.published.publication.heading;
    let by = &found.published.asked.by;
    let shown = DifferenceShown {
        publication: heading.id,
        title: heading.title,
        published_at: heading.published_at.to_string(),
        as_of: found.as_of.to_string(),
        rows: rows
            .into_iter()
            .filter_map(|row| ChangedRowShown::of(by, row))
            .collect(),
        unchanged: found.unchanged,
        next_cursor,
    };
    Ok(ReadAt::of(&shown.as_of, &shown)?.response())
}

fn key(row: &Changed) -> String {
    row.line().map(RollUpLine::key).unwrap_or_default()
}

/// The rows after the one a cursor names.
fn after(rows: Vec<Changed>, cursor: Option<&str>) -> Result<Vec<Changed>, Problem> {
    let Some(cursor) = cursor else {
        return Ok(rows);
    };
    let Some(position) = rows.iter().position(|row| key(row) == cursor) else {
        let message = "the row it names does not differ any more; begin again without a cursor";
        let fault = Fault::new("?cursor", "bad_cursor", message);
        return Err(Problem::bad_query(vec![fault]));
    };
    Ok(rows.into_iter().skip(position + 1).collect())
}
