//! Reading returns: three statements, however many revisions and lines there are.

use std::collections::BTreeMap;

use super::super::{StorageError, Tx, each};
use super::row::{AcceptedRow, LineRow, RevisionRow};
use crate::domain::period::Period;
use crate::domain::report::{AcceptedLine, Decided, Done, ReportLine, Return};

/// A revision without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The period.
    pub period: Period,
    /// The revision.
    pub revision: i64,
    /// Its state without accepted lines, as [`word`](crate::domain::report::State::word) says it.
    pub state: &'static str,
    /// When it was last saved, and by whom.
    pub saved: Done,
    /// When it was submitted, and by whom.
    pub submitted: Option<Done>,
    /// What was decided, when, and by whom.
    pub decided: Option<Decided>,
}

/// Labels sort by bytes, so a range of them picks one period, or all.
struct Labels {
    first: String,
    last: String,
}

/// What hangs on a revision, by period label and number.
type ByRevision<T> = BTreeMap<(String, i64), Vec<T>>;

/// All returns of a contract, by period, each with its revisions and lines.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn of_contract(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
) -> Result<Vec<Return>, StorageError> {
    let all = Labels {
        first: String::new(),
        last: "~".to_owned(),
    };
    within(tx, partnership, contract_id, &all).await
}

/// The return of a contract for a period.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn one(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    period: Period,
) -> Result<Option<Return>, StorageError> {
    let one = Labels {
        first: period.label(),
        last: period.label(),
    };
    Ok(within(tx, partnership, contract_id, &one).await?.pop())
}

/// Every revision of a contract without its lines, by period and revision.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn list_headers(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
) -> Result<Vec<Header>, StorageError> {
    let all = Labels {
        first: String::new(),
        last: "~".to_owned(),
    };
    let rows = revisions(tx, partnership, contract_id, &all).await?;
    let headers = rows.into_iter().map(|row| {
        let (period, revision) = row.read(contract_id, Vec::new(), Vec::new())?;
        Ok(Header {
            period,
            revision: revision.number,
            state: revision.state.word(),
            submitted: revision.state.submitted().cloned(),
            decided: revision.state.decided().cloned(),
            saved: revision.saved,
        })
    });
    headers.collect()
}

async fn within(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    labels: &Labels,
) -> Result<Vec<Return>, StorageError> {
    let rows = revisions(tx, partnership, contract_id, labels).await?;
    let mut lines = match rows.is_empty() {
        true => ByRevision::new(),
        false => lines(tx, partnership, contract_id, labels).await?,
    };
    let mut accepted = match rows.iter().any(|row| row.state == "accepted") {
        true => accepted_lines(tx, partnership, contract_id, labels).await?,
        false => ByRevision::new(),
    };
    let mut returns: Vec<Return> = Vec::new();
    for row in rows {
        let key = (row.period.clone(), row.revision);
        let own_lines = lines.remove(&key).unwrap_or_default();
        let own_accepted = accepted.remove(&key).unwrap_or_default();
        let (period, revision) = row.read(contract_id, own_lines, own_accepted)?;
        match returns.last_mut() {
            Some(last) if last.period == period => last.revisions.push(revision),
            _ => returns.push(Return {
                period,
                revisions: vec![revision],
            }),
        }
    }
    Ok(returns)
}

async fn revisions(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    labels: &Labels,
) -> Result<Vec<RevisionRow>, StorageError> {
    const REVISIONS: &str = "
        select period, revision, state, contract_and_period_only, relates_to_commitment, saved_at, saved_by,
          submitted_at, submitted_by, decided_at, decided_by, reason
        from return_revision
        where partnership_id = $1 and contract_id = $2 and period between $3 and $4
        order by period, revision";
    each!(tx, "return_revision", |connection| sqlx::query_as(
        REVISIONS
    )
    .bind(partnership)
    .bind(contract_id)
    .bind(&labels.first)
    .bind(&labels.last)
    .fetch_all(connection))
}

async fn lines(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    labels: &Labels,
) -> Result<ByRevision<ReportLine>, StorageError> {
    const LINES: &str = "
        select return_line.period, return_line.revision, return_line.line, return_line.measure,
          return_line.reported, return_line.starters_micro, return_line.place, return_line.target_group,
          return_line.tier, return_line.activity, return_line.contract_share,
          return_line.share_and_attribution, return_line.note,
          return_evidence.fingerprint, return_evidence.link, return_evidence.quantity_micro as supported_micro
        from return_line
        left join return_evidence on return_evidence.partnership_id = return_line.partnership_id
          and return_evidence.contract_id = return_line.contract_id
          and return_evidence.period = return_line.period
          and return_evidence.revision = return_line.revision
          and return_evidence.line = return_line.line
        where return_line.partnership_id = $1 and return_line.contract_id = $2
          and return_line.period between $3 and $4
        order by return_line.period, return_line.revision, return_line.position, return_evidence.position";
    let rows: Vec<LineRow> = each!(tx, "return_line", |connection| sqlx::query_as(LINES)
        .bind(partnership)
        .bind(contract_id)
        .bind(&labels.first)
        .bind(&labels.last)
        .fetch_all(connection))?;
    let mut found = ByRevision::new();
    for row in rows {
        let key = (row.period.clone(), row.revision);
        let lines: &mut Vec<ReportLine> = found.entry(key).or_default();
        let next = row.read(contract_id)?;
        match lines.last_mut() {
            Some(last) if last.line == next.line => last.evidence.extend(next.evidence),
            _ => lines.push(next),
        }
    }
    Ok(found)
}

async fn accepted_lines(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    labels: &Labels,
) -> Result<ByRevision<AcceptedLine>, StorageError> {
    const ACCEPTED_LINES: &str = "
        select period, revision, line, accepted, reason
        from return_accepted_line
        where partnership_id = $1 and contract_id = $2 and period between $3 and $4
        order by period, revision, position";
    let rows: Vec<AcceptedRow> = each!(tx, "return_accepted_line", |connection| sqlx::query_as(
        ACCEPTED_LINES
    )
    .bind(partnership)
    .bind(contract_id)
    .bind(&labels.first)
    .bind(&labels.last)
    .fetch_all(connection))?;
    let mut found = ByRevision::new();
    for row in rows {
        let key = (row.period.clone(), row.revision);
        let lines: &mut Vec<AcceptedLine> = found.entry(key).or_default();
        lines.push(row.read(contract_id)?);
    }
    Ok(found)
}
