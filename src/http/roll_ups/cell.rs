//! `/v1/roll-ups/working`: the postings that one cell of a roll-up adds up.

use actix_web::http::header::ACCEPT;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::{QUANTITY_PLACES, pounds_text};
use crate::domain::exact;
use crate::domain::fault::Fault;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::{Entry, Stage};
use crate::domain::measure::Column;
use crate::operations::Office;
use crate::operations::roll_up::{
    CellAsked, CellPosting, CellWorking, Dimension, RECORD_ONLY, explain_cell,
};

use super::super::answer::ReadAt;
use super::super::caller::Caller;
use super::super::edges::accept::wants_text;
use super::super::edges::caching::vary;
use super::super::page::PageAsked;
use super::super::plain_text::text;
use super::super::problem::{Code, Problem};
use super::super::query::{Query, refused};
use super::asked;
use super::shown::{LabelShown, RollUpRowShown};

const MICRO: i64 = 1_000_000;

/// A posting of a cell.
#[derive(Debug, Serialize, ToSchema)]
pub struct CellPostingShown {
    /// The contract.
    pub contract: LabelShown,
    /// Its place in the chain of the contract's postings, from 1.
    #[schema(example = 12)]
    pub sequence: i64,
    /// When it was recorded, UTC.
    pub recorded_at: String,
    /// Why it was.
    #[schema(example = "2026-27-Q1 revision 1 accepted")]
    pub reason: String,
    /// The posting that it takes back, where it does.
    pub reverses: Option<i64>,
    /// The posting that took it back, where one did.
    pub reversed_by: Option<i64>,
    /// The stage.
    #[schema(example = "verified")]
    pub stage: String,
    /// Label of the period.
    #[schema(example = "2026-27-Q1")]
    pub period: String,
    /// The line of the return, or `commitment 1`.
    #[schema(example = "1")]
    pub line: String,
    /// The measure.
    pub measure: LabelShown,
    /// Whose part it is.
    pub anchor_institution: LabelShown,
    /// Who delivers it.
    pub supplier: LabelShown,
    /// Where; `null` where it is not known.
    pub place: Option<String>,
    /// The edition that values it.
    #[schema(example = "open-uk/2026")]
    pub proxy_edition: String,
    /// What it adds to the cell, in pounds: below zero where it takes back. `null` for record-only.
    #[schema(example = "-32532.50")]
    pub worth: Option<String>,
    /// What it adds to the quantity, in units of the measure; `null` where that has no sum.
    #[schema(example = "-2.5")]
    pub quantity: Option<String>,
    /// Whether the worth is provisional.
    pub provisional: bool,
    /// Whether a face value that is never re-based is in it.
    pub includes_nominal: bool,
    /// SHA-256 over the hash of the posting before it and every field of its own.
    pub hash: String,
    /// Where the working of its line is; of what was taken back, that of its whole period, as it stands now.
    #[schema(
        example = "/v1/contracts/01890a5d-ac96-774b-bcce-b302099a8057/returns/2026-27-Q1/working?line=1"
    )]
    pub working: String,
}

impl CellPostingShown {
    fn of(cell: &CellWorking, one: &CellPosting) -> Self {
        let posting = &one.posting;
        let (identity, content) = (&posting.standing.identity, &posting.standing.content);
        let pence = content.worth.pence();
        let units = cell.quantity(one).map(|(micro, of_unit)| {
            let exact = exact::ratio(micro, MICRO) / exact::whole(of_unit);
            exact::text(&exact, QUANTITY_PLACES)
        });
        Self {
            contract: cell.label(&one.contract).into(),
            sequence: posting.sequence,
            recorded_at: posting.recorded_at.to_string(),
            reason: posting.reason.clone(),
            reverses: match posting.entry {
                Entry::States => None,
                Entry::Reverses(sequence) => Some(sequence),
            },
            reversed_by: one.reversed_by,
            stage: identity.stage.word().to_owned(),
            period: identity.period.label(),
            line: identity.line.clone(),
            measure: cell.measure(one).into(),
            anchor_institution: cell.label(&identity.anchor).into(),
            supplier: cell.label(&content.supplier).into(),
            place: content.place.clone(),
            proxy_edition: content.edition.to_string(),
            worth: pence.map(|pence| pounds_text(posting.sign() * pence)),
            quantity: units,
            provisional: content.provisional,
            includes_nominal: content.nominal,
            hash: posting.hash.clone(),
            working: working_of(one),
        }
    }
}

/// Where the working of a posting's line is.
fn working_of(one: &CellPosting) -> String {
    let (identity, contract) = (&one.posting.standing.identity, &one.contract);
    let stands = one.posting.entry == Entry::States && one.reversed_by.is_none();
    let period = identity.period;
    // A name of a line holds no letter that a query would read otherwise, but for the blank of a commitment.
    let line = identity.line.replace(' ', "%20");
    match (identity.stage, stands) {
        (Stage::Committed, true) => {
            format!("/v1/contracts/{contract}/working?period={period}&line={line}")
        }
        (Stage::Committed, false) => format!("/v1/contracts/{contract}/working?period={period}"),
        (_, true) => format!("/v1/contracts/{contract}/returns/{period}/working?line={line}"),
        (_, false) => format!("/v1/contracts/{contract}/returns/{period}/working"),
    }
}

/// The working of a cell: one page of the postings that it adds up.
#[derive(Debug, Serialize, ToSchema)]
pub struct CellWorkingShown {
    /// The taxonomy of themes used.
    #[schema(example = "act")]
    pub taxonomy: String,
    /// When it was read, UTC.
    pub as_of: String,
    /// The moment up to which it is known, UTC, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2027-03-31T23:59:59.999999Z")]
    pub as_known_at: Option<String>,
    /// The cell, as the roll-up shows it.
    pub cell: RollUpRowShown,
    /// What it adds up, contract by contract in the order of their chains: the worths of all pages add up to its worth.
    pub items: Vec<CellPostingShown>,
    /// Give it back as `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The parameter that says a cell's value of a dimension.
fn parameter(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::AnchorInstitution => "cell_anchor_institution",
        Dimension::Supplier => "cell_supplier",
        Dimension::Contract => "cell_contract",
        Dimension::Theme => "cell_theme",
        Dimension::Outcome => "cell_outcome",
        Dimension::Measure => "cell_measure",
        Dimension::Place => "cell_place",
        Dimension::Period => "cell_period",
        Dimension::FinancialYear => "cell_financial_year",
        Dimension::Column => "cell_column",
        Dimension::Stage => "cell_stage",
        Dimension::Funding => "cell_funding",
    }
}

/// Reads the working of one cell of a roll-up
///
/// Every posting that a row of `/v1/roll-ups` adds up: what was stated, and with its sign turned what was taken back again.
/// Give the parameters of the roll-up, and for each dimension in `by` the `id` that the row has of it, as
/// `cell_<dimension>`; nothing behind the `=` where the row has none. Rows of different stage, column, funding source and edition stand
/// apart: where the values fit several, `cell_stage`, `cell_column` (`record_only` for none) and `cell_edition` say which.
///
/// The worths of all pages add up to that of the cell, to the penny. Others may write between two pages: with
/// `as_known_at` all pages are of one moment.
#[utoipa::path(
    tag = "roll-ups",
    params(
        ("by" = Option<String>, Query, description = "Dimensions of the roll-up, separated by commas", example = "theme"),
        ("stage" = Option<String>, Query, description = "Stages of the roll-up, separated by commas; `verified` when missing", example = "verified"),
        ("from" = Option<String>, Query, description = "First day", example = "2026-04-01"),
        ("to" = Option<String>, Query, description = "Last day", example = "2027-03-31"),
        ("taxonomy" = Option<String>, Query, description = "Taxonomy of themes; the default one when missing"),
        ("place" = Option<String>, Query, description = "Only this place, all below it and all it covers"),
        ("anchor_institution" = Option<String>, Query, description = "Only the part of this anchor institution, by id"),
        ("supplier" = Option<String>, Query, description = "Only this supplier, by id"),
        ("contract" = Option<String>, Query, description = "Only this contract, by id"),
        ("funding" = Option<String>, Query, description = "Only what money of these sources paid, separated by commas: `contract_price`, `grant`, `own_resources`", example = "grant"),
        ("edition" = Option<String>, Query, description = "Only what is valued by this proxy edition", example = "open-uk/2026"),
        ("as_known_at" = Option<String>, Query, description = "As it was known then: a day (the end of it, UTC) or a time, at least five minutes ago", example = "2027-03-31"),
        ("cell_anchor_institution" = Option<String>, Query, description = "The row's anchor institution, by id"),
        ("cell_supplier" = Option<String>, Query, description = "The row's supplier, by id"),
        ("cell_contract" = Option<String>, Query, description = "The row's contract, by id"),
        ("cell_theme" = Option<String>, Query, description = "The row's theme", example = "social"),
        ("cell_outcome" = Option<String>, Query, description = "The row's outcome"),
        ("cell_measure" = Option<String>, Query, description = "The row's measure"),
        ("cell_place" = Option<String>, Query, description = "The row's place"),
        ("cell_period" = Option<String>, Query, description = "The row's period"),
        ("cell_financial_year" = Option<String>, Query, description = "The row's financial year"),
        ("cell_column" = Option<String>, Query, description = "The row's column, `record_only` for none"),
        ("cell_stage" = Option<String>, Query, description = "The row's stage"),
        ("cell_funding" = Option<String>, Query, description = "The row's funding source", example = "grant"),
        ("cell_edition" = Option<String>, Query, description = "The row's edition", example = "open-uk/2026"),
        ("limit" = Option<u16>, Query, description = "Postings in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "The cell, and a page of its postings; for people where `Accept` asks for text", content(
            (CellWorkingShown = "application/json"), (String = "text/plain; charset=utf-8"),
        )),
    ),
    extensions(("x-problems" = json!([Code::TotalOutOfRange, Code::NotFound]))),
)]
#[get("/roll-ups/working")]
pub async fn get_cell_working(
    office: Data<Office>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let mut asked = CellAsked {
        roll_up: asked(&mut query, caller.reach()),
        most: page.one_more(),
        after: after(&page, &mut query),
        ..CellAsked::default()
    };
    cell(&mut query, &mut asked);
    query.end()?;
    let mut found = explain_cell(&office, &caller.actor, (office.clock)(), &asked)
        .await
        .map_err(refused)?;
    let postings = std::mem::take(&mut found.postings);
    let key = |one: &CellPosting| format!("{} {}", one.posting.sequence, one.contract);
    let (postings, next_cursor) = page.cut(postings, key);
    let items = postings.iter().map(|one| CellPostingShown::of(&found, one));
    let shown = CellWorkingShown {
        items: items.collect(),
        as_of: found.as_of.to_string(),
        as_known_at: asked.roll_up.known_at.map(|then| then.to_string()),
        cell: RollUpRowShown::of(&asked.roll_up.by, found.line),
        taxonomy: found.taxonomy,
        next_cursor,
    };
    let mut response = match wants_text(request.headers()) {
        true => text(shown.page()),
        false => ReadAt::of(&shown.as_of, &shown)?.response(),
    };
    vary(response.headers_mut(), &ACCEPT);
    Ok(response)
}

/// The posting that the page comes after.
fn after(page: &PageAsked, query: &mut Query) -> Option<(String, i64)> {
    let (sequence, contract) = page.after.as_deref()?.split_once(' ').unwrap_or_default();
    match sequence.parse() {
        Ok(sequence) => Some((contract.to_owned(), sequence)),
        Err(_) => {
            let message = "give a cursor as next_cursor gave it, for the same cell";
            query.fault(Fault::new("?cursor", "bad_cursor", message));
            None
        }
    }
}

/// Reads which cell. What stands apart in any case may be said besides the dimensions.
fn cell(query: &mut Query, asked: &mut CellAsked) {
    let columns = Column::ALL.iter().map(|one| one.word());
    let columns: Vec<&str> = columns.chain([RECORD_ONLY]).collect();
    let stages: Vec<&str> = Stage::ALL.iter().map(|one| one.word()).collect();
    let sources: Vec<&str> = FundingSource::ALL.iter().map(|one| one.word()).collect();
    let by = asked.roll_up.by.clone();
    for dimension in Dimension::ALL {
        let name = parameter(*dimension);
        let at = by.iter().position(|one| one == dimension);
        match (dimension, at) {
            (Dimension::Stage, _) => asked.stage = query.word(name, &stages, Stage::parse),
            (Dimension::Column, _) => {
                let known = |word: &str| {
                    (word == RECORD_ONLY || Column::parse(word).is_some()).then(|| word.to_owned())
                };
                asked.column = query.word(name, &columns, known);
            }
            (Dimension::Funding, _) => {
                asked.funding = query.word(name, &sources, FundingSource::parse);
            }
            (_, Some(_)) => {}
            (_, None) => {
                if query.text(name).is_some() {
                    let message = format!(
                        "the roll-up is not by {dimension}: leave this out, or say it in by"
                    );
                    query.fault(Fault::new(format!("?{name}"), "not_in_roll_up", message));
                }
            }
        }
    }
    asked.edition = query.text("cell_edition");
    for dimension in by {
        let name = parameter(dimension);
        let label = match dimension {
            Dimension::Stage => asked.stage.map(|stage| stage.word().to_owned()),
            Dimension::Column => asked.column.clone(),
            Dimension::Funding => asked.funding.map(|source| source.word().to_owned()),
            _ => query.text(name),
        };
        if label.is_none() {
            let message = format!("the roll-up is by {dimension}: say what the row has of it");
            query.fault(Fault::new(format!("?{name}"), "field_missing", message));
        }
        asked.labels.push(label.unwrap_or_default());
    }
}
