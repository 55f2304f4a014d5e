//! Reading a return: what still stops a draft, and what is claimed elsewhere as well (L6, V11).

use crate::domain::fault::Fault;
use crate::domain::period::Period;
use crate::domain::policy::Reach;
use crate::domain::relation::RelationKind;
use crate::domain::report::{ReportLine, Return, Revision, State};
use crate::storage::report::{Elsewhere, SameMoney};
use crate::storage::{self, Tx};

use super::book::{self, Book};
use super::put_return::period_of;
use super::submit_return::stops_submission;
use super::{Actor, Office, Refusal};

/// A return with what is to be known before it is submitted or decided.
#[derive(Debug, Clone)]
pub struct ReadReturn {
    /// The return, every revision.
    pub given: Return,
    /// The revision read: the one asked for, else the latest.
    pub revision: Revision,
    /// Whether the period lies after the contract's last day, in a possible extension.
    pub in_extension: bool,
    /// What would still stop a draft from being submitted.
    pub stops_submission: Vec<Fault>,
    /// Lines of other contracts that name an activity or a piece of evidence of the revision read.
    pub claimed_elsewhere: Vec<Elsewhere>,
    /// Lines of contracts that the same money pays, which may tell of the same.
    pub same_money: Vec<SameMoney>,
}

/// Reads one return of a contract: the revision of a number, or the latest.
///
/// # Errors
/// [`Refusal::NotFound`], also for a revision that is not there; [`Refusal::Invalid`] for a period that is not one of the contract.
pub async fn read_return(
    office: &Office,
    actor: &Actor,
    contract_id: &str,
    label: &str,
    number: Option<i64>,
    reach: &Reach,
) -> Result<ReadReturn, Refusal> {
    office
        .store
        .read(async |tx: &mut Tx| {
            let book = book::open_at(tx, office, actor, contract_id, label).await?;
            let period = period_of(&book, label)?;
            let given = book.find(period).cloned();
            let given = given.ok_or(Refusal::NotFound("return"))?;
            let revision = match number {
                Some(number) => given
                    .revision(number)
                    .ok_or(Refusal::NotFound("revision"))?,
                None => given.latest().ok_or(Refusal::NotFound("return"))?,
            };
            let stops_submission = match revision.state {
                State::Draft => {
                    let lines = &revision.lines;
                    let beside = book::claims_beside(tx, actor, contract_id, period, lines).await?;
                    stops_submission(&book, period, revision, &beside)?
                }
                _ => Vec::new(),
            };
            let inside = book.contract.inside(period);
            let same_money = same_money(tx, actor, &book, period, revision, reach).await?;
            Ok(ReadReturn {
                same_money,
                in_extension: inside.is_some_and(|inside| inside.in_extension),
                stops_submission,
                claimed_elsewhere: elsewhere(tx, actor, contract_id, revision, reach).await?,
                revision: revision.clone(),
                given,
            })
        })
        .await
}

async fn elsewhere(
    tx: &mut Tx,
    actor: &Actor,
    contract_id: &str,
    revision: &Revision,
    reach: &Reach,
) -> Result<Vec<Elsewhere>, Refusal> {
    let named = revision
        .lines
        .iter()
        .filter_map(|line| line.activity.clone());
    let activities: Vec<String> = named.collect();
    let rests_on = revision.lines.iter().flat_map(|line| &line.evidence);
    let evidence: Vec<_> = rests_on.map(|one| one.kind.clone()).collect();
    let partnership = actor.partnership.as_str();
    let found =
        storage::report::elsewhere(tx, partnership, contract_id, &activities, &evidence, reach);
    Ok(found.await?)
}

/// Lines of contracts that the same money pays, of the same measure, or of one that measures the same thing: unless both
/// name an activity, they may tell of the same one (V11). Two that name the same are flagged for that.
async fn same_money(
    tx: &mut Tx,
    actor: &Actor,
    book: &Book,
    period: Period,
    revision: &Revision,
    reach: &Reach,
) -> Result<Vec<SameMoney>, Refusal> {
    let same = |one: &str, other: &str| {
        let relation = RelationKind::SameThing;
        one == other || book.edition.joined(relation, one, other).is_some()
    };
    let is_reported = |code: &str| revision.lines.iter().any(|line| same(&line.measure, code));
    let codes = book.edition.measures().map(|measure| measure.code.as_str());
    let measures: Vec<String> = codes
        .filter(|code| is_reported(code))
        .map(str::to_owned)
        .collect();
    if measures.is_empty() {
        return Ok(Vec::new());
    }
    let (partnership, contract) = (actor.partnership.as_str(), book.contract.id.as_str());
    let found =
        storage::report::same_money(tx, partnership, contract, &measures, period, reach).await?;
    let may_be_one = |other: &SameMoney| {
        let unnamed = |line: &ReportLine| line.activity.is_none() || other.activity.is_none();
        let mut own = revision.lines.iter();
        own.any(|line| same(&line.measure, &other.measure) && unnamed(line))
    };
    Ok(found.into_iter().filter(may_be_one).collect())
}
