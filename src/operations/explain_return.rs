//! Every line's steps at each stage it stands in, with the unrounded amount and what it became (V2, V16).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::edition::Edition;
use crate::domain::fault::Fault;
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::standing::Ground;
use crate::domain::period::Period;
use crate::domain::report::{self, ReportLine, Return, Revision, State};
use crate::domain::valuation::Reported;
use crate::domain::valuation::working::Working;
use crate::storage::Tx;

use super::book;
use super::posted::Posted;
use super::put_return::period_of;
use super::{Actor, Office, Refusal};

/// The working of figures, or why they cannot be valued.
pub type Worked = Result<Working, Fault>;

/// One line at each stage that it stands in.
#[derive(Debug, Clone)]
pub struct ExplainedLine {
    /// The line.
    pub line: String,
    /// Its working as promised, as claimed, as far as its evidence goes, as accepted.
    pub stages: BTreeMap<Stage, Worked>,
}

/// The revisions that an explanation is of. What is claimed and what is verified may be of two: a correction that
/// waits for its decision claims, while the accepted one before it is still verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explained<T> {
    /// Whose lines are claimed and, as far as their evidence goes, evidenced.
    pub claimed: Option<T>,
    /// Whose accepted figures are verified.
    pub verified: Option<T>,
    /// The draft, which stands nowhere.
    pub draft: Option<T>,
}

/// The working of a return.
#[derive(Debug, Clone)]
pub struct ExplainedReturn {
    /// The edition all lines are valued by.
    pub edition: Arc<Edition>,
    /// The period.
    pub period: Period,
    /// Whether the period lies in the contract's possible extension.
    pub in_extension: bool,
    /// What its lines became in the ledger; nothing of a stage that another revision stands for.
    pub posted: Posted,
    /// The return, every revision.
    pub given: Return,
    /// Numbers of the revisions explained.
    pub of: Explained<i64>,
    /// Lines that are claimed or verified, by name: those claimed in their order, then those only verified.
    pub lines: Vec<ExplainedLine>,
    /// Lines of the draft in their order, as it would claim them.
    pub draft: Vec<(String, Worked)>,
}

/// Explains what stands of a return, and its draft beside it; or one revision by its number, whether it stands or not.
///
/// # Errors
/// [`Refusal::NotFound`], also for a revision that is not there; [`Refusal::Invalid`] for a period that is not one of the
/// contract.
pub async fn explain_return(
    office: &Office,
    actor: &Actor,
    contract_id: &str,
    label: &str,
    number: Option<i64>,
) -> Result<ExplainedReturn, Refusal> {
    let (book, period, mut posted) = office
        .store
        .read(async |tx: &mut Tx| {
            let book = book::open_at(tx, office, actor, contract_id, label).await?;
            let period = period_of(&book, label)?;
            let posted = Posted::read(tx, actor, &book.contract, Some(period)).await?;
            Ok::<_, Refusal>((book, period, posted))
        })
        .await?;
    let given = book.find(period).ok_or(Refusal::NotFound("return"))?;
    let of = match number {
        None => what_stands(given),
        Some(number) => given
            .revision(number)
            .map(alone)
            .ok_or(Refusal::NotFound("revision"))?,
    };
    let stood = what_stands(given);
    let number = |one: Option<&Revision>| one.map(|revision| revision.number);
    posted.only(|stage| match stage {
        Stage::Committed => false,
        Stage::Claimed | Stage::Evidenced => number(of.claimed) == number(stood.claimed),
        Stage::Verified => number(of.verified) == number(stood.verified),
    });
    let ground = book.ground();
    let draft = of.draft.into_iter().flat_map(|revision| &revision.lines);
    Ok(ExplainedReturn {
        edition: Arc::clone(&book.edition),
        period,
        in_extension: ground.inside(period)?.in_extension,
        posted,
        given: given.clone(),
        of: Explained {
            claimed: number(of.claimed),
            verified: number(of.verified),
            draft: number(of.draft),
        },
        lines: lines(&ground, period, &of),
        draft: draft
            .map(|line| {
                let claimed = worked(&ground, period, line, &line.reported);
                (line.line.clone(), claimed)
            })
            .collect(),
    })
}

/// As in the ledger (L2).
pub(super) fn what_stands(given: &Return) -> Explained<&Revision> {
    let is_draft = |revision: &&Revision| revision.state == State::Draft;
    Explained {
        claimed: given.claimed(),
        verified: given.verified(),
        draft: given.latest().filter(is_draft),
    }
}

fn alone(revision: &Revision) -> Explained<&Revision> {
    let only = |holds: bool| holds.then_some(revision);
    let state = &revision.state;
    Explained {
        claimed: only(*state != State::Draft),
        verified: only(matches!(state, State::Accepted(..))),
        draft: only(*state == State::Draft),
    }
}

fn worked(ground: &Ground<'_>, period: Period, line: &ReportLine, reported: &Reported) -> Worked {
    let valued = ground.value(period, line, reported)?;
    Ok(valued.working)
}

/// The lines of a return that are claimed or verified: those claimed in their order, then those only verified.
pub(super) fn lines(
    ground: &Ground<'_>,
    period: Period,
    of: &Explained<&Revision>,
) -> Vec<ExplainedLine> {
    let work = |line: &ReportLine, reported: &Reported| worked(ground, period, line, reported);
    let claimed = of.claimed.into_iter().flat_map(|revision| &revision.lines);
    let mut explained: Vec<ExplainedLine> = claimed
        .map(|line| {
            let supported = report::evidenced(line).map(|supported| work(line, &supported));
            let claimed = (Stage::Claimed, work(line, &line.reported));
            let evidenced = supported.map(|worked| (Stage::Evidenced, worked));
            ExplainedLine {
                line: line.line.clone(),
                stages: std::iter::once(claimed).chain(evidenced).collect(),
            }
        })
        .collect();
    let Some(revision) = of.verified else {
        return explained;
    };
    for line in &revision.lines {
        let accepted = revision.accepted_figures(line);
        let verified = accepted.map(|accepted| (Stage::Verified, work(line, accepted)));
        match explained.iter_mut().find(|one| one.line == line.line) {
            Some(one) => one.stages.extend(verified),
            None => explained.push(ExplainedLine {
                line: line.line.clone(),
                stages: verified.into_iter().collect(),
            }),
        }
    }
    explained
}
