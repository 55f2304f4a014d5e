//! The postings that a cell of a roll-up adds up: the same filters, and what keeps the cell apart from all others.

use super::super::json::{JsonText, Rows};
use super::super::total::{Filter, RollUpQuery};
use super::super::{StorageError, Tx, each};
use super::row::PostingRow;
use crate::domain::ledger::posting::Posting;
use crate::domain::moment::Moment;

/// What a cell adds up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CellQuery {
    /// Filters and reach, and the moment up to which it is known; how it is grouped does not matter.
    pub query: RollUpQuery,
    /// Only these contracts, by id.
    pub contracts: Vec<String>,
    /// Only these measures, each of an edition: edition, measure.
    pub measures: Vec<(String, String)>,
    /// Only these periods, by label; any of them when missing.
    pub periods: Option<Vec<String>>,
}

/// A posting of a contract, and the one that took it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellPosting {
    /// Id of the contract.
    pub contract: String,
    /// The posting.
    pub posting: Posting,
    /// The sequence number of its reversal, where it was taken back by then.
    pub reversed_by: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct CellRow {
    contract_id: String,
    reversed_by: Option<i64>,
    #[sqlx(flatten)]
    posting: PostingRow,
}

const OF_CELL: &str = "
    select contract_id, sequence, recorded_at, reason, reverses, stage, period, from_on, to_on, line, position, anchor_id,
      measure, worth_column, supplier_id, place, tier, target_group, edition, price_base, in_extension, provisional,
      nominal, quantity_micro, numerator_micro, denominator_micro, worth_pence, hash,
      (select max(reversal.sequence) from posting as reversal
        where reversal.partnership_id = $1 and reversal.contract_id = posting.contract_id
          and reversal.period = posting.period and reversal.reverses = posting.sequence
          and reversal.recorded_at <= $18) as reversed_by
    from posting
    where partnership_id = $1
      and contract_id in (select value ->> 0 from jsonb_each($2))
      and contract_id >= $3 and (contract_id > $3 or sequence > $4)
      and stage in (select value ->> 0 from jsonb_each($5))
      and from_on >= $6 and to_on <= $7
      and (cast($8 as text) is null or edition = $8)
      and (anchor_id in (select value ->> 0 from jsonb_each($9)) or $9 is null)
      and (coalesce(place, '') in (select value ->> 0 from jsonb_each($10)) or $10 is null)
      and (cast($11 as text) is null or contract_id = $11)
      and (cast($12 as text) is null or supplier_id = $12)
      and (period in (select value ->> 0 from jsonb_each($13)) or $13 is null)
      and (edition, measure) in (select value ->> 0, value ->> 1 from jsonb_each($14))
      and (cast($15 as bigint) = 1
        or anchor_id in (select value ->> 0 from jsonb_each($16))
        or supplier_id in (select value ->> 0 from jsonb_each($17)))
      and recorded_at <= $18
      and (contract_id in (
          select paid.contract_id from contract as paid
          where paid.partnership_id = $1 and paid.funding in (select value ->> 0 from jsonb_each($20)))
        or $20 is null)
    order by contract_id, sequence limit $19";

/// The postings of a cell by contract and sequence, after one of them: what they state less what they take back is the
/// cell.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn of_cell(
    tx: &mut Tx,
    partnership: &str,
    cell: &CellQuery,
    after: Option<(&str, i64)>,
    limit: i64,
) -> Result<Vec<CellPosting>, StorageError> {
    let (query, filter) = (&cell.query, Filter::of(&cell.query));
    let (contract, sequence) = after.unwrap_or(("", 0));
    let list = |items: &[String]| Rows::of(items.iter().map(String::as_str));
    let until = query.known_at.map_or(i64::MAX, Moment::micros);
    let rows: Vec<CellRow> = each!(tx, "posting", |connection| sqlx::query_as(OF_CELL)
        .bind(partnership)
        .bind(list(&cell.contracts))
        .bind(contract)
        .bind(sequence)
        .bind(filter.stages)
        .bind(filter.from)
        .bind(filter.to)
        .bind(&query.edition)
        .bind(filter.anchors)
        .bind(filter.places)
        .bind(&query.contract)
        .bind(&query.supplier)
        .bind(cell.periods.as_deref().map(list))
        .bind(measures(&cell.measures))
        .bind(filter.reach.everything)
        .bind(filter.reach.held_by)
        .bind(filter.reach.supplied_by)
        .bind(until)
        .bind(limit)
        .bind(filter.funding)
        .fetch_all(connection))?;
    let read = rows.into_iter().map(|row| {
        Ok(CellPosting {
            posting: row.posting.read(&row.contract_id)?,
            contract: row.contract_id,
            reversed_by: row.reversed_by,
        })
    });
    read.collect()
}

fn measures(measures: &[(String, String)]) -> JsonText {
    let mut rows = Rows::default();
    for (edition, measure) in measures {
        rows.row().text(edition).text(measure);
    }
    rows.done()
}
