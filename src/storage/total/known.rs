//! Roll-ups as they were known at a moment of the past: the totals of now, less what was recorded since. It costs what
//! the totals cost, and a look at each posting since then; the postings before it are not read.

use super::super::{StorageError, Tx, each};
use super::roll_up::{Filter, RollUpQuery, RollUpRow};
use super::row::SummedRow;
use crate::domain::moment::Moment;

const BY_ANCHOR_KNOWN: &str = "
    with known as (
      select anchor_id, place, period, from_on, to_on, measure, stage, edition, funding, leads, worth_pence,
        quantity_micro, numerator_micro, denominator_micro, valued_lines, record_only_lines,
        provisional_lines, nominal_lines
      from anchor_total where partnership_id = $1
      union all
      select anchor_id, place, period, from_on, to_on, measure, stage, edition, funding, leads, -worth_pence,
        -quantity_micro, -numerator_micro, -denominator_micro, -valued_lines, -record_only_lines,
        -provisional_lines, -nominal_lines
      from posting_counted where partnership_id = $1 and recorded_at > $13
    )
    select
      cast(null as text) as contract, cast(null as text) as supplier,
      case when cast($2 as bigint) = 1 then anchor_id end as anchor,
      case when cast($3 as bigint) = 1 then place end as place,
      case when cast($4 as bigint) = 1 then period end as period,
      measure, stage, edition, funding,
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
      cast(sum(case when leads = 1 then nominal_lines else 0 end) as bigint) as lead_nominal_lines
    from known
    where stage in (select value ->> 0 from jsonb_each($5))
      and from_on >= $6 and to_on <= $7
      and (cast($8 as text) is null or edition = $8)
      and (anchor_id in (select value ->> 0 from jsonb_each($9)) or $9 is null)
      and (place in (select value ->> 0 from jsonb_each($10)) or $10 is null)
      and (cast($11 as bigint) = 1 or anchor_id in (select value ->> 0 from jsonb_each($12)))
      and (funding in (select value ->> 0 from jsonb_each($14)) or $14 is null)
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    order by 1, 2, 3, 4, 5, 6, 7, 8, 9";

/// Without contract and supplier.
pub(super) async fn by_anchor(
    tx: &mut Tx,
    partnership: &str,
    query: &RollUpQuery,
    known_at: Moment,
) -> Result<Vec<SummedRow>, StorageError> {
    let filter = Filter::of(query);
    each!(tx, "anchor_total", |connection| sqlx::query_as(
        BY_ANCHOR_KNOWN
    )
    .bind(partnership)
    .bind(i64::from(query.by_anchor))
    .bind(i64::from(query.by_place))
    .bind(i64::from(query.by_period))
    .bind(filter.stages)
    .bind(filter.from)
    .bind(filter.to)
    .bind(&query.edition)
    .bind(filter.anchors)
    .bind(filter.places)
    .bind(filter.reach.everything)
    .bind(filter.reach.held_by)
    .bind(known_at.micros())
    .bind(filter.funding)
    .fetch_all(connection))
}

const BY_CONTRACT_KNOWN: &str = "
    with known as (
      select contract_id, supplier_id, anchor_id, place, period, from_on, to_on, measure, stage, edition, funding, leads,
        worth_pence, quantity_micro, numerator_micro, denominator_micro, valued_lines, record_only_lines,
        provisional_lines, nominal_lines
      from contract_total where partnership_id = $1
      union all
      select contract_id, supplier_id, anchor_id, place, period, from_on, to_on, measure, stage, edition, funding, leads,
        -worth_pence, -quantity_micro, -numerator_micro, -denominator_micro, -valued_lines,
        -record_only_lines, -provisional_lines, -nominal_lines
      from posting_counted where partnership_id = $1 and recorded_at > $18
    )
    select
      case when cast($11 as bigint) = 1 then contract_id end as contract,
      case when cast($12 as bigint) = 1 then supplier_id end as supplier,
      case when cast($2 as bigint) = 1 then anchor_id end as anchor,
      case when cast($3 as bigint) = 1 then place end as place,
      case when cast($4 as bigint) = 1 then period end as period,
      measure, stage, edition, funding,
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
      cast(sum(case when leads = 1 then nominal_lines else 0 end) as bigint) as lead_nominal_lines
    from known
    where stage in (select value ->> 0 from jsonb_each($5))
      and from_on >= $6 and to_on <= $7
      and (cast($8 as text) is null or edition = $8)
      and (anchor_id in (select value ->> 0 from jsonb_each($9)) or $9 is null)
      and (place in (select value ->> 0 from jsonb_each($10)) or $10 is null)
      and (cast($13 as text) is null or contract_id = $13)
      and (cast($14 as text) is null or supplier_id = $14)
      and (cast($15 as bigint) = 1
        or anchor_id in (select value ->> 0 from jsonb_each($16))
        or supplier_id in (select value ->> 0 from jsonb_each($17)))
      and (funding in (select value ->> 0 from jsonb_each($19)) or $19 is null)
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    order by 1, 2, 3, 4, 5, 6, 7, 8, 9";

/// With contract and supplier.
pub(super) async fn by_contract(
    tx: &mut Tx,
    partnership: &str,
    query: &RollUpQuery,
    known_at: Moment,
) -> Result<Vec<SummedRow>, StorageError> {
    let filter = Filter::of(query);
    each!(tx, "contract_total", |connection| sqlx::query_as(
        BY_CONTRACT_KNOWN
    )
    .bind(partnership)
    .bind(i64::from(query.by_anchor))
    .bind(i64::from(query.by_place))
    .bind(i64::from(query.by_period))
    .bind(filter.stages)
    .bind(filter.from)
    .bind(filter.to)
    .bind(&query.edition)
    .bind(filter.anchors)
    .bind(filter.places)
    .bind(i64::from(query.by_contract))
    .bind(i64::from(query.by_supplier))
    .bind(&query.contract)
    .bind(&query.supplier)
    .bind(filter.reach.everything)
    .bind(filter.reach.held_by)
    .bind(filter.reach.supplied_by)
    .bind(known_at.micros())
    .bind(filter.funding)
    .fetch_all(connection))
}

/// The totals of one contract by measure, stage, edition and period, over all its anchor institutions, as they were
/// known at a moment: a plain sum over its own postings up to then.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row, [`StorageError::OutOfRange`] when a sum leaves 64 bits.
pub async fn of_contract_known(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    known_at: Moment,
) -> Result<Vec<RollUpRow>, StorageError> {
    const OF_CONTRACT_KNOWN: &str = "
        select
          cast(null as text) as contract, cast(null as text) as supplier, cast(null as text) as anchor,
          cast(null as text) as place, period, measure, stage, edition, funding,
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
          cast(sum(case when leads = 1 then nominal_lines else 0 end) as bigint) as lead_nominal_lines
        from posting_counted where partnership_id = $1 and contract_id = $2 and recorded_at <= $3
        group by period, measure, stage, edition, funding
        order by period, measure, stage, edition";
    let rows: Vec<SummedRow> = each!(tx, "posting", |connection| sqlx::query_as(
        OF_CONTRACT_KNOWN
    )
    .bind(partnership)
    .bind(contract_id)
    .bind(known_at.micros())
    .fetch_all(connection))?;
    rows.into_iter().map(SummedRow::read).collect()
}
