//! Whether an activity or a piece of evidence is claimed in another line, in another contract or by another supplier as
//! well (V11).

use std::collections::BTreeSet;

use super::super::cell::Cells;
use super::super::json::Rows;
use super::super::reach::ReachBound;
use super::super::{StorageError, Tx, each};
use super::fingerprint;
use crate::domain::amount::Share;
use crate::domain::period::Period;
use crate::domain::policy::Reach;
use crate::domain::report::EvidenceKind;
use crate::domain::sharing::Claimed;

/// Another line that names the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Reference of its contract.
    pub contract: String,
    /// Period of its return.
    pub period: Period,
    /// The line.
    pub line: String,
    /// The activity, or the link or hash of the evidence, as given.
    pub what: String,
    /// The part of the activity that it claims, where it names an activity.
    pub claimed: Option<Claimed>,
    /// Whether that contract lies within the reach of who asks.
    pub within_reach: bool,
}

/// The return that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct LookedAt<'a> {
    /// Id of its contract.
    pub contract_id: &'a str,
    /// Its period.
    pub period: Period,
}

#[derive(sqlx::FromRow)]
struct ElsewhereRow {
    reference: String,
    period: String,
    line: String,
    what: String,
    measure: Option<String>,
    place: Option<String>,
    target_group: Option<String>,
    contract_share: Option<String>,
    within_reach: i64,
}

/// Lines in the revisions whose claim stands that name one of these activities, of other contracts, or rest on one of these
/// pieces of evidence, of other contracts or in other returns of this one.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn elsewhere(
    tx: &mut Tx,
    partnership: &str,
    looked_at: LookedAt<'_>,
    activities: &[String],
    evidence: &[EvidenceKind],
    reach: &Reach,
) -> Result<Vec<Elsewhere>, StorageError> {
    // The claim that stands is the latest revision that is submitted or accepted.
    const ELSEWHERE: &str = "
        select contract.reference, found.period, found.line, found.what, found.measure, found.place,
          found.target_group, found.contract_share,
          cast(case
            when cast($5 as bigint) = 1
              or contract.supplier_id in (select value ->> 0 from jsonb_each($6))
              or contract.contract_id in (
                select holder.contract_id from contract_holder as holder
                where holder.partnership_id = $1
                  and holder.organisation_id in (select value ->> 0 from jsonb_each($7)))
            then 1 else 0 end as bigint) as within_reach
        from (
          select contract_id, period, revision, line, activity as what, measure, place, target_group, contract_share
          from return_line
          where partnership_id = $1 and contract_id <> $2
            and activity in (select value ->> 0 from jsonb_each($3))
          union
          select contract_id, period, revision, line, cast(named.value ->> 1 as text) as what,
            cast(null as text) as measure, cast(null as text) as place, cast(null as text) as target_group,
            cast(null as text) as contract_share
          from return_evidence
          join jsonb_each($4) as named on return_evidence.fingerprint = named.value ->> 0
          where partnership_id = $1 and (contract_id <> $2 or period <> $8)
        ) as found
        join contract on contract.partnership_id = $1 and contract.contract_id = found.contract_id
        where found.revision = (
            select max(standing.revision) from return_revision as standing
            where standing.partnership_id = $1 and standing.contract_id = found.contract_id
              and standing.period = found.period and standing.state in ('submitted', 'accepted')
          )
        order by contract.reference, found.period, found.line, found.what";
    if activities.is_empty() && evidence.is_empty() {
        return Ok(Vec::new());
    }
    let activities = Rows::of(activities.iter().map(String::as_str));
    let mut named = Rows::default();
    for kind in evidence {
        let (EvidenceKind::Link(text) | EvidenceKind::Sha256(text)) = kind;
        named.row().text(&fingerprint(kind)).text(text);
    }
    let named = named.done();
    let reach = ReachBound::of(reach);
    let rows: Vec<ElsewhereRow> = each!(tx, "return_line", |connection| sqlx::query_as(ELSEWHERE)
        .bind(partnership)
        .bind(looked_at.contract_id)
        .bind(activities)
        .bind(named)
        .bind(reach.everything)
        .bind(reach.supplied_by)
        .bind(reach.held_by)
        .bind(looked_at.period.label())
        .fetch_all(connection))?;
    rows.into_iter().map(ElsewhereRow::read).collect()
}

impl ElsewhereRow {
    fn read(self) -> Result<Elsewhere, StorageError> {
        let cells = Cells {
            table: "return_line",
            key: &self.reference,
        };
        let period = cells.period("period", &self.period)?;
        let claimed = match (self.measure, self.contract_share) {
            (Some(measure), Some(share)) => Some(Claimed {
                contract: self.reference.clone(),
                period,
                measure,
                activity: self.what.clone(),
                place: self.place,
                target_group: self.target_group,
                share: cells.good("contract_share", Share::parse(&share))?,
            }),
            _ => None,
        };
        Ok(Elsewhere {
            period,
            line: self.line,
            what: self.what,
            claimed,
            within_reach: self.within_reach == 1,
            contract: self.reference,
        })
    }
}

/// A revision of a return: contract, period and number.
pub type RevisionKey = (String, Period, i64);

/// Which of these returns have an activity that another contract names too, or a piece of evidence that another line rests
/// on too; by contract and label.
///
/// # Errors
/// When the database does not answer.
pub async fn named_twice(
    tx: &mut Tx,
    partnership: &str,
    returns: &[RevisionKey],
) -> Result<BTreeSet<(String, String)>, StorageError> {
    const NAMED_TWICE: &str = "
        select asked.value ->> 0, asked.value ->> 1 from jsonb_each($2) as asked
        where exists (
          select 1 from return_line as own
          join return_line as other on other.partnership_id = own.partnership_id and other.activity = own.activity
            and other.contract_id <> own.contract_id
          where own.partnership_id = $1 and own.contract_id = asked.value ->> 0 and own.period = asked.value ->> 1
            and own.revision = cast(asked.value ->> 2 as bigint)
            and other.revision = (
              select max(standing.revision) from return_revision as standing
              where standing.partnership_id = $1 and standing.contract_id = other.contract_id
                and standing.period = other.period and standing.state in ('submitted', 'accepted')))
        or exists (
          select 1 from return_evidence as own
          join return_evidence as other on other.partnership_id = own.partnership_id
            and other.fingerprint = own.fingerprint
          where own.partnership_id = $1 and own.contract_id = asked.value ->> 0 and own.period = asked.value ->> 1
            and own.revision = cast(asked.value ->> 2 as bigint)
            and case when other.contract_id = own.contract_id and other.period = own.period
              then other.revision = own.revision and other.line <> own.line
              else other.revision = (
                select max(standing.revision) from return_revision as standing
                where standing.partnership_id = $1 and standing.contract_id = other.contract_id
                  and standing.period = other.period and standing.state in ('submitted', 'accepted')) end)";
    let rows = keys(returns);
    let found: Vec<(String, String)> =
        each!(tx, "return_line", |connection| sqlx::query_as(NAMED_TWICE)
            .bind(partnership)
            .bind(rows)
            .fetch_all(connection))?;
    Ok(found.into_iter().collect())
}

/// The lines of these returns that share an activity and a measure with another line of the same return.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn claimed_side_by_side(
    tx: &mut Tx,
    partnership: &str,
    returns: &[RevisionKey],
) -> Result<Vec<Claimed>, StorageError> {
    const SIDE_BY_SIDE: &str = "
        select own.contract_id, own.period, own.measure, own.activity, own.place, own.target_group, own.contract_share
        from jsonb_each($2) as asked
        join return_line as own on own.partnership_id = $1 and own.contract_id = asked.value ->> 0
          and own.period = asked.value ->> 1 and own.revision = cast(asked.value ->> 2 as bigint)
        where own.activity is not null and exists (
          select 1 from return_line as other
          where other.partnership_id = $1 and other.contract_id = own.contract_id and other.period = own.period
            and other.revision = own.revision and other.activity = own.activity and other.measure = own.measure
            and other.line <> own.line)
        order by own.contract_id, own.period, own.line";
    type Found = (
        String,
        String,
        String,
        String,
        Option<String>,
        Option<String>,
        String,
    );
    let rows = keys(returns);
    let found: Vec<Found> = each!(tx, "return_line", |connection| sqlx::query_as(SIDE_BY_SIDE)
        .bind(partnership)
        .bind(rows)
        .fetch_all(connection))?;
    let read = |(contract, label, measure, activity, place, target_group, share): Found| {
        let cells = Cells {
            table: "return_line",
            key: &contract,
        };
        Ok(Claimed {
            period: cells.period("period", &label)?,
            share: cells.good("contract_share", Share::parse(&share))?,
            contract,
            measure,
            activity,
            place,
            target_group,
        })
    };
    found.into_iter().map(read).collect()
}

fn keys(returns: &[RevisionKey]) -> super::super::json::JsonText {
    let mut rows = Rows::default();
    for (contract, period, revision) in returns {
        rows.row()
            .text(contract)
            .text(&period.label())
            .number(*revision);
    }
    rows.done()
}
