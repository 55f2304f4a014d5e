//! Telling what became of many items.

use actix_web::HttpResponse;
use actix_web::ResponseError;
use actix_web::body::BoxBody;
use actix_web::http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use crate::http::answer::Answer;
use crate::http::edges::accept::NDJSON;
use crate::http::problem::{Code, Problem};
use crate::operations::{self, Refusal};

/// The longest body of an item that is shown, in bytes: a thousand of them are still an answer.
const LONGEST_SHOWN: usize = 32 * 1024;
/// The most faults of one item that are told.
const MOST_FAULTS: usize = 50;

/// What became of one item: `body` where it was taken, `problem` where it was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkItemShown<T: ToSchema> {
    /// Its place among the items that were sent, from 0.
    pub index: usize,
    /// The HTTP status that the item would have had alone.
    #[schema(example = 201)]
    pub status: u16,
    /// Where it is, where it was made now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Its tag, for the next change of it; not of a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// What the item would have been answered alone; left out above 32 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<T>,
    /// Why it was refused. Pointers begin at the item, and at most 50 faults are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// What became of many items, in the order they were sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkShown<T: ToSchema> {
    /// One for each item.
    pub items: Vec<BulkItemShown<T>>,
    /// How many were taken: stored, or in a dry run fit to be.
    pub stored: usize,
    /// How many were refused.
    pub refused: usize,
}

/// Some items were refused and so none was stored: a problem, with what stands in the way of each.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkProblemShown<T: ToSchema> {
    /// The problem.
    #[serde(flatten)]
    pub problem: Problem,
    /// One for each item, in order; those that have a `body` would have been stored. Missing where the call was refused
    /// before any item was looked at.
    pub items: Option<Vec<BulkItemShown<T>>>,
}

/// What became of one item, as it is sent and kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    is_refused: bool,
    item: Box<RawValue>,
}

impl Told {
    /// An item that was taken; in a dry run there is no version to tell.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which no shown thing does.
    pub fn done(index: usize, answer: Answer, is_dry_run: bool) -> Result<Self, Refusal> {
        let mut done = answer.among(index)?;
        if is_dry_run {
            done.etag = None;
        }
        done.body.take_if(|body| body.get().len() > LONGEST_SHOWN);
        Self::of(false, &done)
    }

    /// An item that was refused.
    ///
    /// # Errors
    /// As [`Told::done`].
    pub fn refused(index: usize, mut problem: Problem) -> Result<Self, Refusal> {
        if matches!(problem.code, Code::Stale | Code::IfMatchNeeded) {
            problem.detail = problem.detail.replace("as If-Match", "as its `if_match`");
        }
        // The texts speak of a whole call.
        for (whole, item) in [
            ("Nothing was stored", "It was not stored"),
            ("nothing was stored", "it was not stored"),
        ] {
            problem.detail = problem.detail.replace(whole, item);
        }
        let more = problem.errors.len().saturating_sub(MOST_FAULTS);
        if more > 0 {
            problem.errors.truncate(MOST_FAULTS);
            problem.detail = format!("{}; {more} more are not listed here", problem.detail);
        }
        let refused = Refused {
            index,
            status: problem.status,
            problem,
        };
        Self::of(true, &refused)
    }

    fn of(is_refused: bool, item: &impl Serialize) -> Result<Self, Refusal> {
        let item = to_raw_value(item)
            .map_err(|_| Refusal::Failed("the answer cannot be written".to_owned()))?;
        Ok(Self { is_refused, item })
    }

    /// Whether it was refused.
    pub fn is_refused(&self) -> bool {
        self.is_refused
    }
}

#[derive(Serialize)]
struct Refused {
    index: usize,
    status: u16,
    problem: Problem,
}

/// What became of the items of one transaction.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Part(pub Vec<Told>);

impl operations::carry_out::Answer for Part {
    fn kept(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn read(kept: &str) -> Option<Self> {
        serde_json::from_str(kept).ok()
    }
}

/// 200 with all of them: as one object, or one a line.
pub fn all(told: &[Told], by_line: bool) -> HttpResponse {
    if by_line {
        let length = told.iter().map(|one| one.item.get().len() + 1).sum();
        let mut lines = String::with_capacity(length);
        for one in told {
            lines.push_str(one.item.get());
            lines.push('\n');
        }
        let mut response = HttpResponse::Ok();
        return response.insert_header((CONTENT_TYPE, NDJSON)).body(lines);
    }
    let refused = told.iter().filter(|one| one.is_refused).count();
    let whole = Whole {
        items: items(told),
        stored: told.len() - refused,
        refused,
    };
    HttpResponse::Ok().json(whole)
}

/// A problem of the whole, with what became of each.
pub fn none(problem: Problem, told: &[Told]) -> HttpResponse {
    let response = problem.error_response();
    let all = Together {
        problem,
        items: items(told),
    };
    match serde_json::to_string(&all) {
        Ok(text) => response.set_body(BoxBody::new(text)),
        Err(_) => response, // without them: no shown thing fails so
    }
}

fn items(told: &[Told]) -> Vec<&RawValue> {
    told.iter().map(|one| &*one.item).collect()
}

#[derive(Serialize)]
struct Whole<'a> {
    items: Vec<&'a RawValue>,
    stored: usize,
    refused: usize,
}

#[derive(Serialize)]
struct Together<'a> {
    #[serde(flatten)]
    problem: Problem,
    items: Vec<&'a RawValue>,
}
