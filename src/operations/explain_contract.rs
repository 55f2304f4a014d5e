//! Every line of a contract at every stage: what it promises period by period, and what stands of its returns (L2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::commitment::{Commitment, Planned};
use crate::domain::edition::Edition;
use crate::domain::fault::Fault;
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::standing::{Ground, stands};
use crate::domain::period::Period;
use crate::domain::report::Return;
use crate::domain::seal::Seal;
use crate::storage::Tx;

use super::book::{self, Book};
use super::explain_return::{ExplainedLine, lines, what_stands};
use super::posted::Posted;
use super::put_return::period_of;
use super::{Actor, Office, Refusal};

/// Which lines of a contract to explain.
#[derive(Debug, Clone, Default)]
pub struct ExplainAsked {
    /// Only these stages; all of them when empty.
    pub stages: Vec<Stage>,
    /// Only this period, by its label.
    pub period: Option<String>,
    /// Only this line; of a commitment `commitment 1`.
    pub line: Option<String>,
    /// The line that the page comes after, as [`ExplainedItem::key`] names it.
    pub after: Option<String>,
    /// Lines at most.
    pub most: usize,
}

/// One line of a contract in one period.
#[derive(Debug, Clone)]
pub struct ExplainedItem {
    /// The period.
    pub period: Period,
    /// Whether the period lies in the contract's possible extension.
    pub in_extension: bool,
    /// Number of the commitment, where it is one.
    pub commitment: Option<i64>,
    /// The line at each stage asked for.
    pub line: ExplainedLine,
}

impl ExplainedItem {
    /// What keeps it apart from the others of its contract, short enough for a cursor.
    #[must_use]
    pub fn key(&self) -> String {
        key(self.period, self.commitment, &self.line.line)
    }
}

fn key(period: Period, commitment: Option<i64>, line: &str) -> String {
    let seal = Seal::new().text(&period.label()).maybe_number(commitment);
    seal.text(line).hex()
}

/// Lines of a contract.
#[derive(Debug, Clone)]
pub struct ExplainedContract {
    /// The edition they are valued by.
    pub edition: Arc<Edition>,
    /// What they became in the ledger, and the contract.
    pub posted: Posted,
    /// By period: first what is promised, then what is reported.
    pub items: Vec<ExplainedItem>,
}

/// A line to be explained.
enum Line<'a> {
    Promised(&'a Commitment, Planned),
    Reported(&'a Return, String),
}

impl Line<'_> {
    fn period(&self) -> Period {
        match self {
            Self::Promised(_, planned) => planned.period,
            Self::Reported(given, _) => given.period,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Promised(commitment, _) => commitment.line(),
            Self::Reported(_, line) => line.clone(),
        }
    }

    fn commitment(&self) -> Option<i64> {
        match self {
            Self::Promised(commitment, _) => Some(commitment.number),
            Self::Reported(..) => None,
        }
    }

    fn key(&self) -> String {
        key(self.period(), self.commitment(), &self.name())
    }
}

/// Explains what stands of a contract, one page of it.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for a period that is not of the contract, a line that the contract does not have, or a
/// page after a line that is not there.
pub async fn explain_contract(
    office: &Office,
    actor: &Actor,
    contract_id: &str,
    asked: &ExplainAsked,
) -> Result<ExplainedContract, Refusal> {
    let (book, period, posted) = office
        .store
        .read(async |tx: &mut Tx| {
            let book = book::open(tx, office, actor, contract_id).await?;
            let label = asked.period.as_deref();
            let period = label.map(|label| period_of(&book, label)).transpose()?;
            let posted = Posted::read(tx, actor, &book.contract, period).await?;
            Ok::<_, Refusal>((book, period, posted))
        })
        .await?;
    let ground = book.ground();
    let mut all = all_lines(&book, &ground, &asked.stages)?;
    all.retain(|one| period.is_none_or(|period| one.period() == period));
    if let Some(line) = &asked.line {
        all.retain(|one| one.name() == *line);
        if all.is_empty() {
            let message = "there is no line of this name in what is asked for";
            return Err(Fault::new("/line", "unknown_line", message).into());
        }
    }
    let from = match &asked.after {
        None => 0,
        Some(after) => {
            let at = all.iter().position(|one| one.key() == *after);
            let message = "the line it names is not there; begin again without a cursor";
            1 + at.ok_or_else(|| Fault::new("/cursor", "bad_cursor", message))?
        }
    };
    let page = all.into_iter().skip(from).take(asked.most);
    Ok(ExplainedContract {
        items: explained(&ground, page, &asked.stages)?,
        edition: Arc::clone(&book.edition),
        posted,
    })
}

/// The lines that stand at any of some stages, by period.
fn all_lines<'a>(
    book: &'a Book,
    ground: &Ground<'_>,
    stages: &[Stage],
) -> Result<Vec<Line<'a>>, Refusal> {
    let wanted = |stage: Stage| stages.is_empty() || stages.contains(&stage);
    let mut all = Vec::new();
    for commitment in book.commitments.iter().filter(|_| wanted(Stage::Committed)) {
        let measure = ground.measure(&commitment.measure)?;
        let planned = commitment.plan(&book.contract, measure).into_iter();
        all.extend(planned.map(|planned| Line::Promised(commitment, planned)));
    }
    for given in &book.returns {
        let mut seen = BTreeSet::new();
        for (stage, _, line, _) in stands(given) {
            if wanted(stage) && seen.insert(line.line.as_str()) {
                all.push(Line::Reported(given, line.line.clone()));
            }
        }
    }
    // What is of one period keeps its order.
    all.sort_by_key(|one| one.period().from());
    Ok(all)
}

fn explained<'a>(
    ground: &Ground<'_>,
    page: impl Iterator<Item = Line<'a>>,
    stages: &[Stage],
) -> Result<Vec<ExplainedItem>, Refusal> {
    let mut returns: BTreeMap<Period, Vec<ExplainedLine>> = BTreeMap::new();
    let mut items = Vec::new();
    for one in page {
        let (period, commitment) = (one.period(), one.commitment());
        let mut line = match one {
            Line::Promised(commitment, planned) => {
                let worked = ground.value_planned(commitment, &planned);
                ExplainedLine {
                    line: commitment.line(),
                    stages: [(Stage::Committed, worked.map(|valued| valued.working))].into(),
                }
            }
            Line::Reported(given, name) => {
                let of_return = returns
                    .entry(period)
                    .or_insert_with(|| lines(ground, period, &what_stands(given)));
                let found = of_return.iter().find(|line| line.line == name);
                found.cloned().ok_or(Refusal::NotFound("line"))?
            }
        };
        line.stages
            .retain(|stage, _| stages.is_empty() || stages.contains(stage));
        items.push(ExplainedItem {
            period,
            in_extension: ground.inside(period)?.in_extension,
            commitment,
            line,
        });
    }
    Ok(items)
}
