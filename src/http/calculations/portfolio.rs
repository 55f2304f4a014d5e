//! `/v1/calculations/portfolio`.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::amount::pounds_text;
use crate::domain::measure::Column;
use crate::domain::policy::Action;
use crate::operations::Office;
use crate::operations::portfolio::{
    NotValued, Portfolio, PortfolioGiven, PortfolioLine, Sees, Side, portfolio,
};
use crate::operations::roll_up::{Dimension, RollUpAsked};

use super::super::body::Body;
use super::super::caller::Caller;
use super::super::fields::Fields;
use super::super::problem::{Code, Problem};
use super::super::roll_ups::shown::{CONSTANT_PRICES, LabelsShown, LinesShown, labels};
use super::super::working::BasisShown;

/// The most words of a list.
const MOST_WORDS: usize = 20;

/// A portfolio: an edition, and what `GET /v1/roll-ups` takes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "edition": "open-uk/2026", "by": ["anchor_institution", "theme"], "stage": ["committed", "verified"],
    "from": "2026-04-01", "to": "2027-03-31"
}))]
pub struct PortfolioBody {
    /// The proxy edition that everything is valued under.
    pub edition: String,
    /// Dimensions, in order, as of `GET /v1/roll-ups`.
    pub by: Option<Vec<String>>,
    /// Stages; `verified` when missing.
    pub stage: Option<Vec<String>>,
    /// Only what money of these sources pays; all when missing.
    pub funding: Option<Vec<String>>,
    /// First day; a period counts when it lies wholly inside.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    /// Taxonomy of themes; the default one when missing.
    pub taxonomy: Option<String>,
    /// Only this place, all below it and all it covers.
    pub place: Option<String>,
    /// Only the part of this anchor institution, by id.
    pub anchor_institution: Option<String>,
    /// Only this supplier, by id.
    pub supplier: Option<String>,
    /// Only this contract, by id.
    pub contract: Option<String>,
    /// Only what rests on this proxy edition now.
    pub rests_on: Option<String>,
}

/// What some lines are worth on one basis.
#[derive(Debug, Serialize, ToSchema)]
pub struct SideShown {
    /// The column; `null` for record-only measures.
    #[schema(example = "social")]
    pub column: Option<&'static str>,
    /// The basis.
    pub basis: BasisShown,
    /// Pounds; `null` for record-only measures.
    #[schema(example = "97597.50")]
    pub worth: Option<String>,
    /// The lines in it.
    pub lines: LinesShown,
}

/// Lines as they are worth now, beside what the same lines would be worth.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortfolioRowShown {
    /// A label a dimension asked for; none of a total.
    pub by: LabelsShown,
    /// The stage.
    #[schema(example = "verified")]
    pub stage: &'static str,
    /// Whose money pays them: `contract_price`, `grant` or `own_resources`.
    #[schema(example = "contract_price")]
    pub funding: &'static str,
    /// What they are worth now.
    pub now: SideShown,
    /// What they would be worth; `null` for lines that cannot be valued under the edition asked for: they stand in rows
    /// of their own, and `not_valued` says why.
    pub under: Option<SideShown>,
    /// Pounds more; `null` where a side has no worth, or the two stand in different columns.
    #[schema(example = "-1204.00")]
    pub difference: Option<String>,
}

/// The first of the lines that cannot be valued.
#[derive(Debug, Serialize, ToSchema)]
pub struct FirstLineShown {
    /// Id of its contract.
    pub contract: String,
    /// Its period.
    #[schema(example = "2026-27-Q1")]
    pub period: String,
    /// Its line, or the commitment.
    #[schema(example = "commitment 1")]
    pub line: String,
}

/// Lines that cannot be valued under the edition asked for, for one reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotValuedShown {
    /// Why: `unknown_measure`, `other_quantity`, `no_value_for_place`, `no_value_for_year` and others.
    #[schema(example = "unknown_measure")]
    pub code: &'static str,
    /// Why, for people.
    pub message: String,
    /// Code of their measure.
    #[schema(example = "carbon-saved")]
    pub measure: String,
    /// The stage.
    #[schema(example = "verified")]
    pub stage: &'static str,
    /// Whose money pays them: `contract_price`, `grant` or `own_resources`.
    #[schema(example = "contract_price")]
    pub funding: &'static str,
    /// What they are worth now.
    pub now: SideShown,
    /// The first line that this reason was met at, at any stage.
    pub first: FirstLineShown,
}

/// A portfolio as it is worth now, and as it would be. Nothing of it was stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortfolioShown {
    /// The taxonomy of themes used.
    #[schema(example = "act")]
    pub taxonomy: String,
    /// When it was read, UTC.
    pub as_of: String,
    /// The basis that it would have.
    pub basis: BasisShown,
    /// What is to be said of the prices.
    pub constant_prices: &'static str,
    /// Rows, in the order of their labels.
    pub rows: Vec<PortfolioRowShown>,
    /// The same over all rows.
    pub totals: Vec<PortfolioRowShown>,
    /// What could not be valued under the edition asked for, and why.
    pub not_valued: Vec<NotValuedShown>,
    /// Values in it, of either edition, that are used after their time, or that nobody looked at for two years.
    pub warnings: Vec<String>,
}

/// Values a portfolio under another edition
///
/// Nothing is stored. Every line that stands within the filters is valued under the edition asked for: what it comes to is
/// what would be posted if each contract rested on it, each line rounded once and split between anchor institutions as it
/// is. `now` is what the same lines are worth in the roll-up of today, on their own basis. Lines that cannot be valued
/// there (the measure is unknown, counts another quantity, or has no value for the place or year) stand in rows of their own
/// and are told in `not_valued`. Labels are those of the editions that contracts rest on now.
///
/// A draft may be asked for by whoever may read drafts. An edition with values whose licence does not let them be passed
/// on is for administrators: the worth of one unit would tell the value. At most 10,000,000 lines are valued at once, each
/// counted once a stage and anchor institution, and at most 5,000 rows told; a million lines take seconds, not
/// milliseconds.
#[utoipa::path(
    tag = "calculations",
    request_body = PortfolioBody,
    responses(
        (status = 200, description = "Rows and totals, now and as they would be", body = PortfolioShown),
    ),
    extensions(("x-problems" = json!([Code::TotalOutOfRange, Code::ValuesKept]))),
)]
#[post("/calculations/portfolio")]
pub async fn post_portfolio(
    office: Data<Office>,
    caller: Caller,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (mut given, faults) = body.take(given);
    given.filters.reach = caller.reach();
    let sees = Sees {
        drafts: caller.may(Action::ReadDraftEditions),
        kept: caller.may(Action::SeeKeptValues),
    };
    let at = (office.clock)();
    let found = portfolio(&office, &caller.actor, at, &given, sees, faults).await?;
    Ok(HttpResponse::Ok().json(PortfolioShown::of(&given, found)))
}

fn given(fields: &mut Fields<'_>) -> PortfolioGiven {
    PortfolioGiven {
        edition: fields.text("edition"),
        by: fields.texts("by", MOST_WORDS).unwrap_or_default(),
        stages: fields.texts("stage", MOST_WORDS).unwrap_or_default(),
        funding: fields.texts("funding", MOST_WORDS).unwrap_or_default(),
        from: fields.text("from"),
        to: fields.text("to"),
        filters: RollUpAsked {
            taxonomy: fields.text("taxonomy"),
            place: fields.text("place"),
            anchor_institution: fields.text("anchor_institution"),
            supplier: fields.text("supplier"),
            contract: fields.text("contract"),
            edition: fields.text("rests_on"),
            ..RollUpAsked::default()
        },
    }
}

impl From<Side> for SideShown {
    fn from(side: Side) -> Self {
        Self {
            column: side.column.map(Column::word),
            basis: BasisShown::from(&side.basis),
            worth: side.worth_pence.map(pounds_text),
            lines: side.lines.into(),
        }
    }
}

impl PortfolioRowShown {
    fn of(by: &[Dimension], line: PortfolioLine) -> Self {
        Self {
            difference: line.difference().map(pounds_text),
            by: labels(by, line.labels),
            stage: line.stage.word(),
            funding: line.funding.word(),
            now: line.now.into(),
            under: line.under.map(SideShown::from),
        }
    }
}

impl From<NotValued> for NotValuedShown {
    fn from(not: NotValued) -> Self {
        Self {
            code: not.code,
            message: not.message,
            measure: not.measure,
            stage: not.stage.word(),
            funding: not.funding.word(),
            now: not.now.into(),
            first: FirstLineShown {
                contract: not.contract,
                period: not.period.label(),
                line: not.line,
            },
        }
    }
}

impl PortfolioShown {
    fn of(given: &PortfolioGiven, found: Portfolio) -> Self {
        let by = given.by.iter().flatten();
        let by: Vec<Dimension> = by.filter_map(|word| Dimension::parse(word)).collect();
        let rows = found.rows.into_iter();
        Self {
            taxonomy: found.taxonomy,
            as_of: found.as_of.to_string(),
            basis: BasisShown::from(&found.basis),
            constant_prices: CONSTANT_PRICES,
            rows: rows.map(|row| PortfolioRowShown::of(&by, row)).collect(),
            totals: found
                .totals
                .into_iter()
                .map(|row| PortfolioRowShown::of(&[], row))
                .collect(),
            not_valued: found
                .not_valued
                .into_iter()
                .map(NotValuedShown::from)
                .collect(),
            warnings: found.warnings,
        }
    }
}
