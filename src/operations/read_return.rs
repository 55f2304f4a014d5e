//! Reading a return: what still stops a draft, and what is claimed elsewhere as well (L6, V11).

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::contract::Contract;
use crate::domain::fault::Fault;
use crate::domain::period::Period;
use crate::domain::policy::Reach;
use crate::domain::relation::RelationKind;
use crate::domain::report::{EvidenceKind, ReportLine, Return, Revision, State};
use crate::domain::sharing::{AboveWhole, Claimed, above_whole};
use crate::storage::report::{Elsewhere, LookedAt, SameMoney};
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
    /// Other lines that name an activity of the revision read, in other contracts, or rest on a piece of its evidence, also
    /// in this one.
    pub claimed_elsewhere: Vec<Elsewhere>,
    /// Lines of contracts that the same money pays, which may tell of the same.
    pub same_money: Vec<SameMoney>,
    /// What its lines claim of activities.
    claimed: Vec<Claimed>,
}

impl ReadReturn {
    /// The activities of which more than the whole is claimed, together with the lines elsewhere that may be told.
    #[must_use]
    pub fn above_whole(&self, may_be_told: impl Fn(&Elsewhere) -> bool) -> Vec<AboveWhole> {
        let told = self.claimed_elsewhere.iter().filter(|one| may_be_told(one));
        let others: Vec<Claimed> = told.filter_map(|one| one.claimed.clone()).collect();
        above_whole(self.given.period, &self.claimed, &others)
    }
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
                claimed_elsewhere: elsewhere(tx, actor, &book.contract, period, revision, reach)
                    .await?,
                claimed: claimed(&book.contract.reference, period, &revision.lines),
                revision: revision.clone(),
                given,
            })
        })
        .await
}

async fn elsewhere(
    tx: &mut Tx,
    actor: &Actor,
    contract: &Contract,
    period: Period,
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
    let looked_at = LookedAt {
        contract_id: &contract.id,
        period,
    };
    let found =
        storage::report::elsewhere(tx, partnership, looked_at, &activities, &evidence, reach);
    let mut found = found.await?;
    found.extend(side_by_side(&contract.reference, period, revision));
    Ok(found)
}

/// Lines of the revision that rest on evidence that another of its lines rests on.
fn side_by_side(reference: &str, period: Period, revision: &Revision) -> Vec<Elsewhere> {
    let mut lines: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in &revision.lines {
        for evidence in &line.evidence {
            let (EvidenceKind::Link(text) | EvidenceKind::Sha256(text)) = &evidence.kind;
            lines.entry(text).or_default().insert(&line.line);
        }
    }
    let several = lines.into_iter().filter(|(_, lines)| lines.len() > 1);
    let each = several.flat_map(|(what, lines)| {
        lines.into_iter().map(move |line| Elsewhere {
            contract: reference.to_owned(),
            period,
            line: line.to_owned(),
            what: what.to_owned(),
            claimed: None,
            within_reach: true,
        })
    });
    each.collect()
}

fn claimed(reference: &str, period: Period, lines: &[ReportLine]) -> Vec<Claimed> {
    let named = lines.iter().filter_map(|line| {
        Some(Claimed {
            contract: reference.to_owned(),
            period,
            measure: line.measure.clone(),
            activity: line.activity.clone()?,
            place: line.place.clone(),
            target_group: line.target_group.clone(),
            share: line.contract_share.clone(),
        })
    });
    named.collect()
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
