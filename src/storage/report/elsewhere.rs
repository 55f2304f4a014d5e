//! Whether an activity or a piece of evidence is claimed in another contract as well (V11).

use super::super::cell::Cells;
use super::super::json::Rows;
use super::super::reach::ReachBound;
use super::super::{StorageError, Tx, each};
use super::fingerprint;
use crate::domain::period::Period;
use crate::domain::policy::Reach;
use crate::domain::report::EvidenceKind;

/// A line of another contract that names the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Reference of the other contract.
    pub contract: String,
    /// Period of its return.
    pub period: Period,
    /// The line.
    pub line: String,
    /// The activity, or the link or hash of the evidence, as given.
    pub what: String,
    /// Whether that contract lies within the reach of who asks.
    pub within_reach: bool,
}

/// Lines of other contracts, in the revisions whose claim stands, that name one of these activities or rest on
/// one of these pieces of evidence.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn elsewhere(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    activities: &[String],
    evidence: &[EvidenceKind],
    reach: &Reach,
) -> Result<Vec<Elsewhere>, StorageError> {
    // The claim that stands is the latest revision that is submitted or accepted.
    const ELSEWHERE: &str = "
        select contract.reference, found.period, found.line, found.what,
          cast(case
            when cast($5 as bigint) = 1
              or contract.supplier_id in (select value ->> 0 from jsonb_each($6))
              or contract.contract_id in (
                select holder.contract_id from contract_holder as holder
                where holder.partnership_id = $1
                  and holder.organisation_id in (select value ->> 0 from jsonb_each($7)))
            then 1 else 0 end as bigint) as within_reach
        from (
          select contract_id, period, revision, line, activity as what
          from return_line
          where partnership_id = $1 and activity in (select value ->> 0 from jsonb_each($3))
          union
          select contract_id, period, revision, line, cast(named.value ->> 1 as text) as what
          from return_evidence
          join jsonb_each($4) as named on return_evidence.fingerprint = named.value ->> 0
          where partnership_id = $1
        ) as found
        join contract on contract.partnership_id = $1 and contract.contract_id = found.contract_id
        where found.contract_id <> $2
          and found.revision = (
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
    type Found = Vec<(String, String, String, String, i64)>;
    let reach = ReachBound::of(reach);
    let rows: Found = each!(tx, "return_line", |connection| sqlx::query_as(ELSEWHERE)
        .bind(partnership)
        .bind(contract_id)
        .bind(activities)
        .bind(named)
        .bind(reach.everything)
        .bind(reach.supplied_by)
        .bind(reach.held_by)
        .fetch_all(connection))?;
    rows.into_iter().map(read).collect()
}

fn read(
    (contract, label, line, what, within_reach): (String, String, String, String, i64),
) -> Result<Elsewhere, StorageError> {
    let cells = Cells {
        table: "return_line",
        key: &contract,
    };
    Ok(Elsewhere {
        period: cells.period("period", &label)?,
        contract,
        line,
        what,
        within_reach: within_reach == 1,
    })
}
