//! Lines of other contracts that the same money pays: the price of one contract, or one grant (V11).

use super::super::cell::Cells;
use super::super::json::Rows;
use super::super::reach::ReachBound;
use super::super::{StorageError, Tx, each};
use crate::domain::period::Period;
use crate::domain::policy::Reach;

/// The most lines that are looked at.
pub const MOST_FOUND: i64 = 500;

/// A line of another contract that the same money pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameMoney {
    /// Reference of the other contract.
    pub contract: String,
    /// Period of its return.
    pub period: Period,
    /// The line.
    pub line: String,
    /// What it measures.
    pub measure: String,
    /// The activity that it names.
    pub activity: Option<String>,
    /// Whether that contract lies within the reach of who asks.
    pub within_reach: bool,
}

#[derive(sqlx::FromRow)]
struct SameMoneyRow {
    reference: String,
    period: String,
    line: String,
    measure: String,
    activity: Option<String>,
    within_reach: i64,
}

/// Lines of these measures, for periods that touch one, in the revisions whose claim stands of contracts that are paid by
/// the same money as one: one whose price pays the other, those that the same price pays, and those of one grant (the same
/// source, funder and reference).
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn same_money(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    measures: &[String],
    period: Period,
    reach: &Reach,
) -> Result<Vec<SameMoney>, StorageError> {
    // The claim that stands is the latest revision that is submitted or accepted.
    const SAME_MONEY: &str = "
        with own as (
          select funding, funded_by, funding_reference, coalesce(funder_id, funder_name, '') as funder
          from contract where partnership_id = $1 and contract_id = $2
        ), paid as (
          select other.contract_id from contract as other
          where other.partnership_id = $1 and other.funded_by = $2
          union select funded_by from own where funded_by is not null
          union select other.contract_id from own
          join contract as other on other.partnership_id = $1 and other.funded_by = own.funded_by
          union select other.contract_id from own
          join contract as other on other.partnership_id = $1 and other.funding_reference = own.funding_reference
            and own.funding = 'grant' and other.funding = 'grant' and coalesce(other.funder_id, other.funder_name, '') = own.funder
        )
        select contract.reference, line.period, line.line, line.measure, line.activity,
          cast(case
            when cast($6 as bigint) = 1
              or contract.supplier_id in (select value ->> 0 from jsonb_each($7))
              or contract.contract_id in (
                select holder.contract_id from contract_holder as holder
                where holder.partnership_id = $1
                  and holder.organisation_id in (select value ->> 0 from jsonb_each($8)))
            then 1 else 0 end as bigint) as within_reach
        from paid
        join contract on contract.partnership_id = $1 and contract.contract_id = paid.contract_id
        join return_revision as given on given.partnership_id = $1 and given.contract_id = paid.contract_id
          and given.from_on <= $5 and given.to_on >= $4
          and given.revision = (
            select max(standing.revision) from return_revision as standing
            where standing.partnership_id = $1 and standing.contract_id = given.contract_id
              and standing.period = given.period and standing.state in ('submitted', 'accepted'))
        join return_line as line on line.partnership_id = $1 and line.contract_id = given.contract_id
          and line.period = given.period and line.revision = given.revision
        where paid.contract_id <> $2 and line.measure in (select value ->> 0 from jsonb_each($3))
        order by contract.reference, line.period, line.line limit $9";
    let reach = ReachBound::of(reach);
    let rows: Vec<SameMoneyRow> =
        each!(tx, "return_line", |connection| sqlx::query_as(SAME_MONEY)
            .bind(partnership)
            .bind(contract_id)
            .bind(Rows::of(measures.iter().map(String::as_str)))
            .bind(period.from().to_string())
            .bind(period.to().to_string())
            .bind(reach.everything)
            .bind(reach.supplied_by)
            .bind(reach.held_by)
            .bind(MOST_FOUND)
            .fetch_all(connection))?;
    rows.into_iter().map(SameMoneyRow::read).collect()
}

impl SameMoneyRow {
    fn read(self) -> Result<SameMoney, StorageError> {
        let cells = Cells {
            table: "return_line",
            key: &self.reference,
        };
        Ok(SameMoney {
            period: cells.period("period", &self.period)?,
            contract: self.reference,
            line: self.line,
            measure: self.measure,
            activity: self.activity,
            within_reach: self.within_reach == 1,
        })
    }
}
