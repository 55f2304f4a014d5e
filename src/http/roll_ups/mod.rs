//! `/v1/roll-ups`.

pub mod cache;
pub mod cell;
mod cell_page;
mod restated;
pub mod shown;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use crate::domain::fault::Fault;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::moment::Moment;
use crate::domain::policy::{Action, Reach};
use crate::domain::spread::Spreads;
use crate::operations::portfolio::ranges::{Ranged, ranged_roll_up};
use crate::operations::roll_up::{
    Dimension, RestatedRollUp, RollUpAsked, RollUpLine, Stamp, roll_up,
};
use crate::operations::{Forbidden, Office, Refusal};

use super::answer::ReadAt;
use super::caller::Caller;
use super::page::PageAsked;
use super::problem::{Code, Problem};
use super::query::{Query, refused};
use super::spread::SpreadShown;
use cache::{Asked, Cache};
use restated::{RestatedShown, constant_prices};
use shown::{RollUpRowShown, RollUpShown, RollUpTotalShown};

/// The only thing that can be combined.
const EDITIONS: &str = "editions";

/// Rolls up worth and quantities
///
/// Totals over postings by the dimensions in `by`. Rows of different stage, column, basis (proxy edition and price
/// base) or funding source (what a price, a grant or somebody's own means paid) stand apart and are never added; `totals` are over all rows, not only those of the page. Quantities show
/// only where `measure` is among the dimensions, and never where they may not be added: then `quantity` is `null`
/// and `quantity_unavailable` says why. A record-only row counts lines and has no worth: `null`, never `"0.00"`.
/// A period counts when it lies wholly inside `from` and `to`.
///
/// With `as_known_at` it is what was answered then: the sum of what was recorded up to that moment, whatever was
/// corrected since. Who may see what is judged by today. It is worked out from the totals of now and every posting
/// recorded since, so the longer ago, the longer it takes.
///
/// With `prices` every edition is restated in the prices of one financial year, by the release of the GDP deflator that it
/// names, which `prices` tells: each row from its exact sum, rounded once; totals are the sums of their rows. Measures that
/// may hold face values, which are never re-based, are not restated; `in_prices` says of each row how much of it is what.
/// Only then, with `combine=editions`, are editions added together, and only where all of them value by one method.
///
/// With `range=true` every row and total that has one tells its range: the sum with every value in it low at once, and with
/// every value high at once, which is the widest it can be; a value without an end enters as it is, and so does one whose
/// licence keeps its ends from you. `central` is the worth. Each line is valued again for it, which takes seconds for a
/// million lines. Between anchor institutions the distance to an end is split as the worth is. The range of the past
/// is not known: not together with `as_known_at`, and not with `prices`.
#[utoipa::path(
    tag = "roll-ups",
    params(
        ("by" = Option<String>, Query, description = "Dimensions, separated by commas: `anchor_institution`, `supplier`, `contract`, `theme`, `outcome`, `measure`, `place`, `period`, `financial_year`, `column`, `stage`, `funding`", example = "anchor_institution,theme"),
        ("stage" = Option<String>, Query, description = "Stages, separated by commas: `committed`, `claimed`, `evidenced`, `verified`; `verified` when missing", example = "verified"),
        ("from" = Option<String>, Query, description = "First day", example = "2026-04-01"),
        ("to" = Option<String>, Query, description = "Last day", example = "2027-03-31"),
        ("taxonomy" = Option<String>, Query, description = "Taxonomy of themes; the default one when missing"),
        ("place" = Option<String>, Query, description = "Only this place, all below it and all it covers"),
        ("anchor_institution" = Option<String>, Query, description = "Only the part of this anchor institution, by id"),
        ("supplier" = Option<String>, Query, description = "Only what this organisation delivers, by id"),
        ("contract" = Option<String>, Query, description = "Only this contract, by id"),
        ("edition" = Option<String>, Query, description = "Only what is valued by this proxy edition", example = "open-uk/2026"),
        ("funding" = Option<String>, Query, description = "Only what money of these sources paid, separated by commas: `contract_price`, `grant`, `own_resources`", example = "grant"),
        ("as_known_at" = Option<String>, Query, description = "As it was known then: a day (the end of it, UTC) or a time, at least five minutes ago", example = "2027-03-31"),
        ("prices" = Option<String>, Query, description = "In the prices of this financial year", example = "2026-27"),
        ("combine" = Option<String>, Query, description = "`editions`: adds editions of one method together, in the `prices` of one year"),
        ("range" = Option<bool>, Query, description = "Low, central and high of every row and total as well, with the measures that drive the width"),
        ("limit" = Option<u16>, Query, description = "Rows in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of rows, and the totals of all of them", body = RollUpShown),
    ),
    extensions(("x-problems" = json!([Code::TotalOutOfRange, Code::ValuesKept]))),
)]
#[get("/roll-ups")]
pub async fn get_roll_up(
    office: Data<Office>,
    cache: Data<Cache>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let at = (office.clock)();
    let asked = Asked {
        partnership: caller.actor.partnership.clone(),
        reach: caller.reach(),
        sees_kept: caller.may(Action::SeeKeptValues),
        today: at.day(),
        query: request.query_string().to_owned(),
    };
    if let Some(answer) = cache.find(&office, at, &asked).await? {
        return Ok(answer.response());
    }
    let (stamp, answer) = read(&office, &caller, at, &request).await?;
    cache.keep(asked, stamp, answer.clone());
    Ok(answer.response())
}

/// Reads what is asked, and the stamp that it stands under.
async fn read(
    office: &Office,
    caller: &Caller,
    at: Moment,
    request: &HttpRequest,
) -> Result<(Stamp, ReadAt), Problem> {
    let mut query = Query::of(request)?;
    let page = PageAsked::read(&mut query);
    let mut asked = asked(&mut query, caller.reach());
    asked.prices = query.text("prices");
    let combine = |word: &str| (word == EDITIONS).then_some(());
    asked.combine = query.word("combine", &[EDITIONS], combine).is_some();
    let range = query.flag("range").unwrap_or(false);
    query.end()?;
    let Ranged {
        roll_up: found,
        rows: ranges,
        totals: ranges_of_totals,
    } = rolled_up(office, caller, at, &asked, range).await?;
    may_see_prices(caller, found.restated.as_ref())?;
    let restated = found.restated.as_ref();
    let mut ranges = ranges.into_iter();
    let with_ranges = found.rows.into_iter().map(|row| (row, ranges.next()));
    let rows = after(with_ranges.collect(), page.after.as_deref())?;
    let (rows, next_cursor) = page.cut(rows, |(row, _)| row.key());
    let mut ranges_of_totals = ranges_of_totals.into_iter();
    let shown = RollUpShown {
        prices: restated.map(RestatedShown::from),
        taxonomy: found.taxonomy,
        as_of: found.as_of.to_string(),
        as_known_at: asked.known_at.map(|then| then.to_string()),
        constant_prices: match restated {
            None => shown::CONSTANT_PRICES.to_owned(),
            Some(restated) => constant_prices(&restated.year),
        },
        rows: rows
            .into_iter()
            .map(|(row, range)| {
                let made = restated.and_then(|one| Some((one, one.rows.get(&row.key())?)));
                let range = range.as_ref().and_then(SpreadShown::of);
                RollUpRowShown {
                    range,
                    ..RollUpRowShown::of(&asked.by, row).restated(made)
                }
            })
            .collect(),
        totals: found
            .totals
            .into_iter()
            .map(|total| {
                let made = restated.and_then(|one| Some((one, one.totals.get(&total.key())?)));
                let range = ranges_of_totals.next();
                RollUpTotalShown {
                    range: range.as_ref().and_then(SpreadShown::of),
                    ..RollUpTotalShown::from(total).restated(made)
                }
            })
            .collect(),
        warnings: found.warnings,
        next_cursor,
    };
    Ok((found.stamp, ReadAt::of(&shown.as_of, &shown)?))
}

/// The roll-up, with ranges where they are asked for.
async fn rolled_up(
    office: &Office,
    caller: &Caller,
    at: Moment,
    asked: &RollUpAsked,
    range: bool,
) -> Result<Ranged, Problem> {
    if range {
        let sees = caller.may(Action::SeeKeptValues);
        let found = ranged_roll_up(office, &caller.actor, at, asked, sees).await;
        return found.map_err(refused);
    }
    let found = roll_up(office, &caller.actor, at, asked).await;
    Ok(Ranged {
        roll_up: found.map_err(refused)?,
        rows: Vec::new(),
        totals: Vec::new(),
    })
}

/// Refuses restated figures to who may not see an index that they are restated by: two of them tell it.
fn may_see_prices(caller: &Caller, restated: Option<&RestatedRollUp>) -> Result<(), Problem> {
    let steps = restated.map(|one| one.steps.as_slice()).unwrap_or_default();
    let kept = steps.iter().find(|one| one.step.kept);
    let Some(kept) = kept.filter(|_| !caller.may(Action::SeeKeptValues)) else {
        return Ok(());
    };
    let message = format!(
        "the licence of {} lets only administrators see its indexes, and restated figures tell them",
        kept.step.series
    );
    Err(Refusal::forbidden(Forbidden::ValuesKept, message).into())
}

fn asked(query: &mut Query, reach: Reach) -> RollUpAsked {
    let dimensions: Vec<&str> = Dimension::ALL.iter().map(|one| one.word()).collect();
    let stages: Vec<&str> = Stage::ALL.iter().map(|one| one.word()).collect();
    let sources: Vec<&str> = FundingSource::ALL.iter().map(|one| one.word()).collect();
    RollUpAsked {
        by: query.words("by", &dimensions, Dimension::parse),
        stages: query.words("stage", &stages, Stage::parse),
        from: query.day("from"),
        to: query.day("to"),
        taxonomy: query.text("taxonomy"),
        place: query.text("place"),
        anchor_institution: query.text("anchor_institution"),
        supplier: query.text("supplier"),
        contract: query.text("contract"),
        edition: query.text("edition"),
        funding: query.words("funding", &sources, FundingSource::parse),
        reach,
        known_at: query.up_to("as_known_at"),
        ..RollUpAsked::default()
    }
}

/// A row with its range, where that is asked for.
type Row = (RollUpLine, Option<Spreads>);

/// The rows after the one a cursor names.
fn after(rows: Vec<Row>, cursor: Option<&str>) -> Result<Vec<Row>, Problem> {
    let Some(key) = cursor else { return Ok(rows) };
    let found = rows.iter().position(|(row, _)| row.key() == key);
    let Some(position) = found else {
        let message = "the row it names is not in this roll-up; begin again without a cursor";
        let fault = Fault::new("?cursor", "bad_cursor", message);
        return Err(Problem::bad_query(vec![fault]));
    };
    Ok(rows.into_iter().skip(position + 1).collect())
}
