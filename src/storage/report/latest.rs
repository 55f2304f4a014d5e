//! How far the returns of many contracts are: one statement, without their lines.

use super::super::cell::{Cells, day_bounds};
use super::super::json::Rows;
use super::super::{StorageError, Tx, each};
use crate::domain::moment::Moment;
use crate::domain::period::{Period, Span};
use crate::domain::report::Progress;

/// The latest revision of a return, and whether one of its revisions stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// Id of the contract.
    pub contract: String,
    /// The period.
    pub period: Period,
    /// Number of the latest revision.
    pub revision: i64,
    /// How far that is.
    pub progress: Progress,
    /// Who submitted it.
    pub submitted_by: Option<String>,
    /// When the latest was recorded of it: saved, submitted or decided.
    pub updated_at: Moment,
    /// Whether any revision is submitted or accepted.
    pub is_claimed: bool,
}

#[derive(sqlx::FromRow)]
struct LatestRow {
    contract_id: String,
    period: String,
    revision: i64,
    state: String,
    saved_at: i64,
    submitted_at: Option<i64>,
    submitted_by: Option<String>,
    decided_at: Option<i64>,
    claimed: i64,
}

impl LatestRow {
    fn read(self) -> Result<Latest, StorageError> {
        let key = format!("{} {} {}", self.contract_id, self.period, self.revision);
        let cells = Cells {
            table: "return_revision",
            key: &key,
        };
        let progress = Progress::parse(&self.state).filter(|one| *one != Progress::Missing);
        let times = [Some(self.saved_at), self.submitted_at, self.decided_at];
        let latest = times.into_iter().flatten().max();
        Ok(Latest {
            period: cells.period("period", &self.period)?,
            progress: cells.some("state", progress)?,
            updated_at: Moment::from_micros(latest.unwrap_or(self.saved_at)),
            is_claimed: self.claimed > 0,
            contract: self.contract_id,
            revision: self.revision,
            submitted_by: self.submitted_by,
        })
    }
}

/// The returns of some contracts, by contract and period: those whose periods lie within some days, or all.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn latest(
    tx: &mut Tx,
    partnership: &str,
    contracts: &[String],
    within: Option<Span>,
) -> Result<Vec<Latest>, StorageError> {
    const LATEST: &str = "
        select given.contract_id, given.period, given.revision, given.state, given.saved_at, given.submitted_at,
          given.submitted_by, given.decided_at, (
            select cast(count(*) as bigint) from return_revision as other
            where other.partnership_id = given.partnership_id and other.contract_id = given.contract_id
              and other.period = given.period and other.state in ('submitted', 'accepted')) as claimed
        from return_revision as given
        where given.partnership_id = $1 and given.contract_id in (select value ->> 0 from jsonb_each($2))
          and given.from_on >= $3 and given.to_on <= $4
          and not exists (
            select 1 from return_revision as later
            where later.partnership_id = given.partnership_id and later.contract_id = given.contract_id
              and later.period = given.period and later.revision > given.revision)
        order by given.contract_id, given.period";
    let (from_on, to_on) = day_bounds(within);
    let contracts = Rows::of(contracts.iter().map(String::as_str));
    let rows: Vec<LatestRow> = each!(tx, "return_revision", |connection| sqlx::query_as(LATEST)
        .bind(partnership)
        .bind(contracts)
        .bind(from_on)
        .bind(to_on)
        .fetch_all(connection))?;
    rows.into_iter().map(LatestRow::read).collect()
}
