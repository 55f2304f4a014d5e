//! Reading returns: three statements, however many revisions and lines there are.

use std::collections::BTreeMap;

use super::super::cell::{Cells, maybe_moment};
use super::super::codec;
use super::super::{StorageError, Tx, each};
use crate::domain::amount::{Quantity, Share};
use crate::domain::moment::Moment;
use crate::domain::period::Period;
use crate::domain::report::{
    AcceptedLine, Attestation, Decided, Done, Evidence, EvidenceKind, ReportLine, Return, Revision,
    State,
};

/// A revision without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The period.
    pub period: Period,
    /// The revision.
    pub revision: i64,
    /// Its state without accepted lines, as [`State::word`] says it.
    pub state: &'static str,
    /// When it was last saved, and by whom.
    pub saved: Done,
    /// When it was submitted, and by whom.
    pub submitted: Option<Done>,
    /// What was decided, when, and by whom.
    pub decided: Option<Decided>,
}

#[derive(sqlx::FromRow)]
struct RevisionRow {
    period: String,
    revision: i64,
    state: String,
    contract_and_period_only: i64,
    relates_to_commitment: i64,
    saved_at: i64,
    saved_by: String,
    submitted_at: Option<i64>,
    submitted_by: Option<String>,
    decided_at: Option<i64>,
    decided_by: Option<String>,
    reason: Option<String>,
}

/// A line beside one piece of its evidence.
#[derive(sqlx::FromRow)]
struct LineRow {
    period: String,
    revision: i64,
    line: String,
    measure: String,
    reported: String,
    starters_micro: Option<i64>,
    place: Option<String>,
    target_group: Option<String>,
    tier: i64,
    activity: Option<String>,
    contract_share: String,
    note: Option<String>,
    fingerprint: Option<String>,
    link: Option<String>,
    supported_micro: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct AcceptedRow {
    period: String,
    revision: i64,
    line: String,
    accepted: String,
    reason: String,
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
          return_line.tier, return_line.activity, return_line.contract_share, return_line.note,
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
        let key = format!("{contract_id} {} {} {}", row.period, row.revision, row.line);
        let cells = Cells {
            table: "return_accepted_line",
            key: &key,
        };
        let accepted = AcceptedLine {
            accepted: cells.good("accepted", codec::reported(&row.accepted))?,
            line: row.line,
            reason: row.reason,
        };
        let lines: &mut Vec<AcceptedLine> = found.entry((row.period, row.revision)).or_default();
        lines.push(accepted);
    }
    Ok(found)
}

impl RevisionRow {
    fn read(
        self,
        contract_id: &str,
        lines: Vec<ReportLine>,
        accepted: Vec<AcceptedLine>,
    ) -> Result<(Period, Revision), StorageError> {
        let key = format!("{contract_id} {} {}", self.period, self.revision);
        let cells = Cells {
            table: "return_revision",
            key: &key,
        };
        let done = |at: Option<i64>, by: Option<String>| Some((maybe_moment(at)?, by?));
        let submitted = done(self.submitted_at, self.submitted_by).map(|(at, by)| Done { at, by });
        let decided = done(self.decided_at, self.decided_by).map(|(at, by)| Decided {
            done: Done { at, by },
            reason: self.reason,
        });
        let state = match (self.state.as_str(), submitted, decided) {
            ("draft", None, None) => State::Draft,
            ("submitted", Some(done), None) => State::Submitted(done),
            ("sent_back", Some(done), Some(decided)) => State::SentBack(done, decided),
            ("accepted", Some(done), Some(decided)) => State::Accepted(done, decided, accepted),
            ("rejected", Some(done), Some(decided)) => State::Rejected(done, decided),
            (word, ..) => {
                let message = format!("`{word}` is no state, or not with these dates and people");
                return Err(cells.corrupt("state", message));
            }
        };
        let attestation = Attestation {
            contract_and_period_only: cells
                .flag("contract_and_period_only", self.contract_and_period_only)?,
            relates_to_commitment: cells
                .flag("relates_to_commitment", self.relates_to_commitment)?,
        };
        let revision = Revision {
            number: self.revision,
            lines,
            attestation,
            saved: Done {
                at: Moment::from_micros(self.saved_at),
                by: self.saved_by,
            },
            state,
        };
        Ok((cells.period("period", &self.period)?, revision))
    }
}

impl LineRow {
    fn read(self, contract_id: &str) -> Result<ReportLine, StorageError> {
        let key = format!(
            "{contract_id} {} {} {}",
            self.period, self.revision, self.line
        );
        let cells = Cells {
            table: "return_line",
            key: &key,
        };
        let evidence = match (self.link, self.fingerprint) {
            (Some(link), Some(_)) => Some(EvidenceKind::Link(link)),
            (None, Some(hash)) => Some(EvidenceKind::Sha256(hash)),
            _ => None,
        };
        let supports = |micro: Option<i64>| -> Result<Option<Quantity>, StorageError> {
            let cells = Cells {
                table: "return_evidence",
                ..cells
            };
            cells.maybe_quantity("quantity_micro", micro)
        };
        let quantity = supports(self.supported_micro)?;
        Ok(ReportLine {
            reported: cells.good("reported", codec::reported(&self.reported))?,
            starters: cells.maybe_quantity("starters_micro", self.starters_micro)?,
            contract_share: cells.good("contract_share", Share::parse(&self.contract_share))?,
            line: self.line,
            measure: self.measure,
            place: self.place,
            target_group: self.target_group,
            tier: self.tier,
            activity: self.activity,
            note: self.note,
            evidence: evidence
                .map(|kind| Evidence { kind, quantity })
                .into_iter()
                .collect(),
        })
    }
}
