//! Every line's steps, with the unrounded amount (V2, V16).

use crate::domain::edition::EditionId;
use crate::domain::fault::Fault;
use crate::domain::period::Period;
use crate::domain::report::{self, Revision};
use crate::domain::valuation::Reported;
use crate::domain::valuation::working::Working;
use crate::storage::Tx;

use super::book;
use super::put_return::period_of;
use super::{Actor, Office, Refusal};

/// One line of a return at each stage it stands in.
#[derive(Debug, Clone)]
pub struct ExplainedLine {
    /// The line.
    pub line: String,
    /// As claimed, or why it cannot be valued.
    pub claimed: Result<Working, Fault>,
    /// As far as its evidence goes, where it has any.
    pub evidenced: Option<Working>,
    /// As accepted, where the revision is accepted.
    pub verified: Option<Working>,
}

/// The working of the latest revision.
#[derive(Debug, Clone)]
pub struct ExplainedReturn {
    /// The edition all lines are valued by.
    pub edition: EditionId,
    /// The period.
    pub period: Period,
    /// The revision.
    pub revision: Revision,
    /// Whether the period lies in the contract's possible extension.
    pub in_extension: bool,
    /// Its lines.
    pub lines: Vec<ExplainedLine>,
}

/// Explains the latest revision of a return, also a draft.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn explain_return(
    office: &Office,
    actor: &Actor,
    contract_id: &str,
    label: &str,
) -> Result<ExplainedReturn, Refusal> {
    let book = office
        .store
        .read(async |tx: &mut Tx| book::open(tx, actor, contract_id).await)
        .await?;
    let period = period_of(&book, label)?;
    let ground = book.ground(office)?;
    let revision = book
        .find(period)
        .and_then(|one| one.latest())
        .cloned()
        .ok_or(Refusal::NotFound("return"))?;
    let lines = revision
        .lines
        .iter()
        .map(|line| {
            let worked = |reported: &Reported| {
                ground
                    .value(period, line, reported)
                    .map(|valued| valued.working)
            };
            ExplainedLine {
                line: line.line.clone(),
                claimed: worked(&line.reported),
                evidenced: report::evidenced(line).and_then(|reported| worked(&reported).ok()),
                verified: revision
                    .accepted_figures(line)
                    .and_then(|reported| worked(reported).ok()),
            }
        })
        .collect();
    Ok(ExplainedReturn {
        edition: book.contract.edition.clone(),
        period,
        in_extension: ground.inside(period)?.in_extension,
        revision,
        lines,
    })
}
