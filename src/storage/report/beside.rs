//! Claims of other periods of the same contract, where lines of two periods may meet (V5, V11).

use super::super::cell::Cells;
use super::super::{StorageError, Tx, each};
use super::row::LineRow;
use crate::domain::period::Period;
use crate::domain::report::ReportLine;

/// The lines that name an activity or give starters in the revisions whose claim stands, of every period but one.
/// Their evidence is not read.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn claims_beside(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    period: Period,
) -> Result<Vec<(Period, Vec<ReportLine>)>, StorageError> {
    // The claim that stands is the latest revision that is submitted or accepted.
    const CLAIMS_BESIDE: &str = "
        select period, revision, line, measure, reported, starters_micro, place, target_group, tier, activity,
          contract_share, share_and_attribution, note, cast(null as text) as fingerprint, cast(null as text) as link,
          cast(null as bigint) as supported_micro
        from return_line
        where partnership_id = $1 and contract_id = $2 and period <> $3
          and (activity is not null or starters_micro is not null)
          and revision = (
            select max(standing.revision) from return_revision as standing
            where standing.partnership_id = $1 and standing.contract_id = $2
              and standing.period = return_line.period and standing.state in ('submitted', 'accepted')
          )
        order by period, position";
    let rows: Vec<LineRow> = each!(tx, "return_line", |connection| sqlx::query_as(
        CLAIMS_BESIDE
    )
    .bind(partnership)
    .bind(contract_id)
    .bind(period.label())
    .fetch_all(connection))?;
    let mut claims: Vec<(Period, Vec<ReportLine>)> = Vec::new();
    for row in rows {
        let key = format!("{contract_id} {}", row.period);
        let cells = Cells {
            table: "return_line",
            key: &key,
        };
        let of = cells.period("period", &row.period)?;
        let line = row.read(contract_id)?;
        match claims.last_mut() {
            Some((last, lines)) if *last == of => lines.push(line),
            _ => claims.push((of, vec![line])),
        }
    }
    Ok(claims)
}
