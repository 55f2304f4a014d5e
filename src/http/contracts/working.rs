//! `/v1/contracts/{id}/working`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ledger::posting::Stage;
use crate::domain::period::Day;
use crate::domain::policy::Action;
use crate::operations::Office;
use crate::operations::explain_contract::{
    ExplainAsked, ExplainedContract, ExplainedItem, explain_contract,
};

use super::super::caller::Caller;
use super::super::page::PageAsked;
use super::super::plain_text::working::{at_the_end, by_edition, headed, more, stages};
use super::super::plain_text::{Page, json_or_text};
use super::super::problem::{Problem, ProblemFault};
use super::super::query::{Query, refused};
use super::super::working::stage::{Showing, StageWorking, StagesShown};

/// One line of a contract in one period, at each stage it stands in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContractLineWorking {
    /// Label of the period.
    #[schema(example = "2026-27-Q1")]
    pub period: String,
    /// Whether the period lies after the contract's last day, in its possible extension.
    pub in_extension: bool,
    /// Number of the commitment, where the line is what one promises for the period.
    pub commitment: Option<i64>,
    /// The line: of a return as the return names it, of a commitment `commitment 1`.
    #[schema(example = "1")]
    pub line: String,
    /// As promised.
    pub committed: Option<StageWorking>,
    /// As claimed.
    pub claimed: Option<StageWorking>,
    /// As far as its evidence goes.
    pub evidenced: Option<StageWorking>,
    /// As accepted.
    pub verified: Option<StageWorking>,
    /// Why it cannot be valued.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ProblemFault>,
}

impl ContractLineWorking {
    fn of(by: (&ExplainedContract, bool), at: usize, one: ExplainedItem) -> Self {
        let showing = Showing {
            edition: &by.0.edition,
            sees: by.1,
            posted: &by.0.posted,
            period: one.period,
        };
        let mut stages = StagesShown::of(showing, one.line);
        Self {
            period: one.period.label(),
            in_extension: one.in_extension,
            commitment: one.commitment,
            line: stages.line().to_owned(),
            committed: stages.take(Stage::Committed),
            claimed: stages.take(Stage::Claimed),
            evidenced: stages.take(Stage::Evidenced),
            verified: stages.take(Stage::Verified),
            faults: stages.faults(&format!("/items/{at}")),
        }
    }
}

/// The working of a contract: one page of its lines.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContractWorking {
    /// Id of the contract.
    pub contract: String,
    /// The partnership's own reference of it.
    #[schema(example = "HBC-2026-017")]
    pub reference: String,
    /// Its title.
    #[schema(example = "Housing repairs")]
    pub title: String,
    /// The edition all lines are valued by.
    #[schema(example = "open-uk/2026")]
    pub proxy_edition: String,
    /// Its digest.
    pub digest: String,
    /// Its method of valuation as a whole.
    pub method: String,
    /// Sentences to show with its values.
    pub attribution: Vec<String>,
    /// By period: first what is promised for it, then what is reported of it.
    pub items: Vec<ContractLineWorking>,
    /// Values on this page that are used after their time, or that nobody looked at for two years.
    pub warnings: Vec<String>,
    /// Give it back as `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Reads the working of a contract
///
/// Everything that stands of it at every stage: what it promises for each period, and every line of every return, as the
/// working of a return tells them, with the postings that each became. Drafts stand nowhere: the working of a return tells
/// them. Over all pages, the postings are all those of the contract that nothing has taken back.
#[utoipa::path(
    tag = "contracts",
    params(
        ("id" = String, Path, description = "Id of the contract"),
        ("stage" = Option<String>, Query, description = "Stages, separated by commas: `committed`, `claimed`, `evidenced`, `verified`; all of them when missing", example = "verified"),
        ("period" = Option<String>, Query, description = "Only this period, in the contract's calendar"),
        ("line" = Option<String>, Query, description = "Only this line, by its name; of a commitment `commitment 1`"),
        ("limit" = Option<u16>, Query, description = "Items in the page, 1 to 200; 50 when missing"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of the working; for people where `Accept` asks for text", content(
            (ContractWorking = "application/json"), (String = "text/plain; charset=utf-8"),
        )),
    )
)]
#[get("/contracts/{id}/working")]
pub async fn get_contract_working(
    office: Data<Office>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Query::of(&request)?;
    let page = PageAsked::read(&mut query);
    let stages: Vec<&str> = Stage::ALL.iter().map(|one| one.word()).collect();
    let asked = ExplainAsked {
        stages: query.words("stage", &stages, Stage::parse),
        period: query.text("period"),
        line: query.text("line"),
        after: page.after.clone(),
        most: page.limit + 1,
    };
    query.end()?;
    let mut explained = explain_contract(&office, &caller.actor, &id, &asked)
        .await
        .map_err(refused)?;
    let items = std::mem::take(&mut explained.items);
    let (items, next_cursor) = page.cut(items, ExplainedItem::key);
    let today = (office.clock)().day();
    let sees = caller.may(Action::SeeKeptValues);
    let shown = ContractWorking::of(&explained, (items, next_cursor), today, sees);
    Ok(json_or_text(&request, &shown, || shown.page()))
}

impl ContractWorking {
    /// The same for people.
    fn page(&self) -> Page {
        let title = format!("The working of {}, {}", self.reference, self.title);
        let mut page = Page::titled(&title);
        by_edition(&mut page, &self.proxy_edition, &self.method);
        for one in &self.items {
            let all = [
                (Stage::Committed, &one.committed),
                (Stage::Claimed, &one.claimed),
                (Stage::Evidenced, &one.evidenced),
                (Stage::Verified, &one.verified),
            ];
            let head = headed(&one.line, all.iter().map(|(_, stage)| *stage));
            let extension = if one.in_extension {
                ", in the possible extension"
            } else {
                ""
            };
            page.heading(&format!("{}{extension}. {head}", one.period));
            stages(&mut page, &all, &one.faults);
        }
        more(&mut page, self.next_cursor.as_deref());
        at_the_end(&mut page, &self.warnings, &self.attribution);
        page
    }

    fn of(
        explained: &ExplainedContract,
        (items, next_cursor): (Vec<ExplainedItem>, Option<String>),
        today: Day,
        sees: bool,
    ) -> Self {
        let (edition, contract) = (&explained.edition, explained.posted.contract());
        let worked = items.iter().flat_map(|one| one.line.stages.values());
        let parts = worked.flatten().flat_map(|working| &working.parts);
        Self {
            contract: contract.id.clone(),
            reference: contract.reference.clone(),
            title: contract.title().to_owned(),
            proxy_edition: edition.id().to_string(),
            digest: edition.digest().to_owned(),
            method: edition.facts().method.clone(),
            attribution: edition.facts().attribution.clone(),
            warnings: edition.stale(parts.map(|part| part.proxy.as_str()), today),
            items: items
                .into_iter()
                .enumerate()
                .map(|(at, one)| ContractLineWorking::of((explained, sees), at, one))
                .collect(),
            next_cursor,
        }
    }
}
