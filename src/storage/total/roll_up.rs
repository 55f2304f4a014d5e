//! Roll-ups: sums over stored totals by chosen dimensions. One text per grain; what is not asked for is
//! grouped away by `case when`.

use super::super::json::{JsonText, Rows};
use super::super::reach::ReachBound;
use super::super::{StorageError, Tx, each};
use super::known;
use super::row::SummedRow;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::total::Sums;
use crate::domain::moment::Moment;
use crate::domain::period::{Day, Period};
use crate::domain::policy::Reach;

/// What to add up, and by what. Measure, stage, edition and funding source always stand apart: themes, columns and the rest are
/// joined to the measure from the edition, and what may not be added is not added here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RollUpQuery {
    /// A row for each anchor institution.
    pub by_anchor: bool,
    /// A row for each supplier.
    pub by_supplier: bool,
    /// A row for each contract.
    pub by_contract: bool,
    /// A row for each place.
    pub by_place: bool,
    /// A row for each period.
    pub by_period: bool,
    /// Only these stages; `None` is all four.
    pub stages: Option<Vec<Stage>>,
    /// Only periods that begin on this day or later.
    pub from: Option<Day>,
    /// Only periods that end on this day or earlier.
    pub to: Option<Day>,
    /// Only these places, codes as kept; the empty code is where the place is unknown.
    pub places: Option<Vec<String>>,
    /// Only these anchor institutions.
    pub anchors: Option<Vec<String>>,
    /// Only this supplier.
    pub supplier: Option<String>,
    /// Only this contract, by id.
    pub contract: Option<String>,
    /// Only this edition.
    pub edition: Option<String>,
    /// Only what is paid by money of these sources.
    pub funding: Option<Vec<FundingSource>>,
    /// Only what lies within this reach: of contracts held, the part of the holder; of contracts supplied, all.
    pub reach: Reach,
    /// As it was known at this moment; `None` is now.
    pub known_at: Option<Moment>,
}

impl RollUpQuery {
    /// Whether only the grain with contract and supplier can answer.
    fn needs_contracts(&self) -> bool {
        let supplies = |reach: &Reach| matches!(reach, Reach::Of { supplied_by, .. } if !supplied_by.is_empty());
        self.by_contract
            || self.by_supplier
            || self.contract.is_some()
            || self.supplier.is_some()
            || supplies(&self.reach)
    }
}

/// One row of a roll-up. A dimension that was not asked for is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollUpRow {
    /// The contract, by id.
    pub contract: Option<String>,
    /// The supplier.
    pub supplier: Option<String>,
    /// The anchor institution.
    pub anchor: Option<String>,
    /// The place; empty where it is unknown.
    pub place: Option<String>,
    /// The period.
    pub period: Option<Period>,
    /// The measure.
    pub measure: String,
    /// The stage.
    pub stage: Stage,
    /// The edition.
    pub edition: String,
    /// Whose money pays it.
    pub funding: FundingSource,
    /// Sums over all anchor institutions of the row.
    pub sums: Sums,
    /// Sums over those that stand first among the shares of their lines: for counts of lines and for what is
    /// never split, when several anchor institutions are in one row.
    pub lead_sums: Sums,
}

/// Adds up stored totals, as they are or as they were known; rows in the order of their dimensions.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row, [`StorageError::OutOfRange`] when a sum leaves 64 bits.
pub async fn roll_up(
    tx: &mut Tx,
    partnership: &str,
    query: &RollUpQuery,
) -> Result<Vec<RollUpRow>, StorageError> {
    let rows = match (query.needs_contracts(), query.known_at) {
        (true, None) => by_contract(tx, partnership, query).await?,
        (false, None) => by_anchor(tx, partnership, query).await?,
        (true, Some(then)) => known::by_contract(tx, partnership, query, then).await?,
        (false, Some(then)) => known::by_anchor(tx, partnership, query, then).await?,
    };
    rows.into_iter().map(SummedRow::read).collect()
}

/// The totals of one contract by measure, stage, edition and period, over all its anchor institutions.
///
/// # Errors
/// As [`roll_up`].
pub async fn of_contract(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
) -> Result<Vec<RollUpRow>, StorageError> {
    let query = RollUpQuery {
        by_period: true,
        contract: Some(contract_id.to_owned()),
        ..RollUpQuery::default()
    };
    roll_up(tx, partnership, &query).await
}

async fn by_anchor(
    tx: &mut Tx,
    partnership: &str,
    query: &RollUpQuery,
) -> Result<Vec<SummedRow>, StorageError> {
    const BY_ANCHOR: &str = "
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
        from anchor_total
        where partnership_id = $1
          and stage in (select value ->> 0 from jsonb_each($5))
          and from_on >= $6 and to_on <= $7
          and (cast($8 as text) is null or edition = $8)
          and (anchor_id in (select value ->> 0 from jsonb_each($9)) or $9 is null)
          and (place in (select value ->> 0 from jsonb_each($10)) or $10 is null)
          and (cast($11 as bigint) = 1 or anchor_id in (select value ->> 0 from jsonb_each($12)))
          and (funding in (select value ->> 0 from jsonb_each($13)) or $13 is null)
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9
        order by 1, 2, 3, 4, 5, 6, 7, 8, 9";
    let filter = Filter::of(query);
    each!(tx, "anchor_total", |connection| sqlx::query_as(BY_ANCHOR)
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
        .bind(filter.funding)
        .fetch_all(connection))
}

async fn by_contract(
    tx: &mut Tx,
    partnership: &str,
    query: &RollUpQuery,
) -> Result<Vec<SummedRow>, StorageError> {
    const BY_CONTRACT: &str = "
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
        from contract_total
        where partnership_id = $1
          and stage in (select value ->> 0 from jsonb_each($5))
          and from_on >= $6 and to_on <= $7
          and (cast($8 as text) is null or edition = $8)
          and (anchor_id in (select value ->> 0 from jsonb_each($9)) or $9 is null)
          and (place in (select value ->> 0 from jsonb_each($10)) or $10 is null)
          and (cast($13 as text) is null or contract_id = $13)
          and (cast($14 as text) is null or supplier_id = $14)
          and (cast($15 as bigint) = 1
            or anchor_id in (select value ->> 0 from jsonb_each($16))
            or supplier_id in (select value ->> 0 from jsonb_each($17)))
          and (funding in (select value ->> 0 from jsonb_each($18)) or $18 is null)
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9
        order by 1, 2, 3, 4, 5, 6, 7, 8, 9";
    let filter = Filter::of(query);
    each!(tx, "contract_total", |connection| sqlx::query_as(
        BY_CONTRACT
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
    .bind(filter.funding)
    .fetch_all(connection))
}

/// A query's filters as they are bound.
pub(in super::super) struct Filter {
    pub(in super::super) stages: JsonText,
    pub(in super::super) from: String,
    pub(in super::super) to: String,
    pub(in super::super) anchors: Option<JsonText>,
    pub(in super::super) places: Option<JsonText>,
    pub(in super::super) funding: Option<JsonText>,
    pub(in super::super) reach: ReachBound,
}

impl Filter {
    pub(in super::super) fn of(query: &RollUpQuery) -> Self {
        let list = |items: &Vec<String>| Rows::of(items.iter().map(String::as_str));
        let stages = query.stages.as_deref().unwrap_or(Stage::ALL);
        let day = |day: Option<Day>, none: &str| day.map_or(none.to_owned(), |day| day.to_string());
        Self {
            stages: Rows::of(stages.iter().map(|stage| stage.word())),
            from: day(query.from, ""),
            to: day(query.to, "~"),
            anchors: query.anchors.as_ref().map(list),
            places: query.places.as_ref().map(list),
            funding: query
                .funding
                .as_ref()
                .map(|sources| Rows::of(sources.iter().map(|source| source.word()))),
            reach: ReachBound::of(&query.reach),
        }
    }
}
