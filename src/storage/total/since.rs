//! What was posted since a moment: what a figure of then differs by from one of now, and why.

use super::super::{StorageError, Tx, each};
use super::roll_up::{Filter, RollUpQuery, RollUpRow};
use super::row::SummedRow;
use crate::domain::moment::Moment;

/// Postings since a moment, of one contract, period and reason, that belong to the same row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinceRow {
    /// What they add up to.
    pub row: RollUpRow,
    /// Why they were posted.
    pub reason: String,
    /// How many they are.
    pub postings: i64,
    /// When the last of them was recorded.
    pub recorded_at: Moment,
}

#[derive(sqlx::FromRow)]
struct SinceSummedRow {
    #[sqlx(flatten)]
    summed: SummedRow,
    reason: String,
    postings: i64,
    recorded_at: i64,
}

const SINCE: &str = "
    select
      contract_id as contract, supplier_id as supplier,
      case when cast($3 as bigint) = 1 then anchor_id end as anchor,
      case when cast($4 as bigint) = 1 then place end as place,
      period, measure, stage, edition, funding, reason,
      cast(sum(worth_pence) as bigint) as worth_pence,
      cast(sum(quantity_micro) as bigint) as quantity_micro,
      cast(sum(numerator_micro) as bigint) as numerator_micro,
      cast(sum(denominator_micro) as bigint) as denominator_micro,
      cast(sum(valued_lines) as bigint) as valued_lines,
      cast(sum(record_only_lines) as bigint) as record_only_lines,
      cast(sum(provisional_lines) as bigint) as provisional_lines,
      cast(sum(nominal_lines) as bigint) as nominal_lines,
      cast(sum(case when leads = 1 then worth_pence else 0 end) as bigint) as lead_worth_pence,
      cast(sum(case when leads = 1 then quantity_micro else 0 end) as bigint) as lead_quantity_micro,
      cast(sum(case when leads = 1 then numerator_micro else 0 end) as bigint) as lead_numerator_micro,
      cast(sum(case when leads = 1 then denominator_micro else 0 end) as bigint) as lead_denominator_micro,
      cast(sum(case when leads = 1 then valued_lines else 0 end) as bigint) as lead_valued_lines,
      cast(sum(case when leads = 1 then record_only_lines else 0 end) as bigint) as lead_record_only_lines,
      cast(sum(case when leads = 1 then provisional_lines else 0 end) as bigint) as lead_provisional_lines,
      cast(sum(case when leads = 1 then nominal_lines else 0 end) as bigint) as lead_nominal_lines,
      cast(count(*) as bigint) as postings, max(recorded_at) as recorded_at
    from posting_counted
    where partnership_id = $1 and recorded_at > $2
      and stage in (select value ->> 0 from jsonb_each($5))
      and from_on >= $6 and to_on <= $7
      and (cast($8 as text) is null or edition = $8)
      and (anchor_id in (select value ->> 0 from jsonb_each($9)) or $9 is null)
      and (cast($10 as text) is null or contract_id = $10)
      and (cast($11 as text) is null or supplier_id = $11)
      and (cast($12 as bigint) = 1
        or anchor_id in (select value ->> 0 from jsonb_each($13))
        or supplier_id in (select value ->> 0 from jsonb_each($14)))
      and (place in (select value ->> 0 from jsonb_each($15)) or $15 is null)
      and (funding in (select value ->> 0 from jsonb_each($16)) or $16 is null)
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10";

/// Adds up what was posted after a moment, by contract, supplier, period and reason, and by whatever else is asked.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row, [`StorageError::OutOfRange`] when a sum leaves 64 bits.
pub async fn since(
    tx: &mut Tx,
    partnership: &str,
    query: &RollUpQuery,
    after: Moment,
) -> Result<Vec<SinceRow>, StorageError> {
    let filter = Filter::of(query);
    let rows: Vec<SinceSummedRow> = each!(tx, "posting", |connection| sqlx::query_as(SINCE)
        .bind(partnership)
        .bind(after.micros())
        .bind(i64::from(query.by_anchor))
        .bind(i64::from(query.by_place))
        .bind(filter.stages)
        .bind(filter.from)
        .bind(filter.to)
        .bind(&query.edition)
        .bind(filter.anchors)
        .bind(&query.contract)
        .bind(&query.supplier)
        .bind(filter.reach.everything)
        .bind(filter.reach.held_by)
        .bind(filter.reach.supplied_by)
        .bind(filter.places)
        .bind(filter.funding)
        .fetch_all(connection))?;
    let rows = rows.into_iter().map(|row| {
        Ok(SinceRow {
            row: row.summed.read()?,
            reason: row.reason,
            postings: row.postings,
            recorded_at: Moment::from_micros(row.recorded_at),
        })
    });
    rows.collect()
}
