//! Listing contracts, and walking over them in search of their returns.

use super::super::cell::day_bounds;
use super::super::json::Rows;
use super::super::reach::ReachBound;
use super::super::{StorageError, Tx, each};
use super::{ContractRow, whole};
use crate::domain::contract::{Contract, ContractState};
use crate::domain::funding::ContractKind;
use crate::domain::moment::Moment;
use crate::domain::period::{Day, Span};
use crate::domain::policy::Reach;

/// The ids of all contracts of a partnership, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn ids(tx: &mut Tx, partnership: &str) -> Result<Vec<String>, StorageError> {
    const IDS: &str = "
        select contract_id from contract where partnership_id = $1 order by contract_id";
    each!(tx, "contract", |connection| sqlx::query_scalar(IDS)
        .bind(partnership)
        .fetch_all(connection))
}

/// Which contracts to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContractFilter {
    /// Only the one of this reference.
    pub reference: Option<String>,
    /// Only those of this kind.
    pub kind: Option<ContractKind>,
    /// Only those of this supplier, by id.
    pub supplier: Option<String>,
    /// Only those that this organisation holds or held a share of, by id.
    pub holder: Option<String>,
    /// Only those of this organisation on either side, by id.
    pub organisation: Option<String>,
    /// Only those valued by this edition, such as `open-uk/2026`.
    pub edition: Option<String>,
    /// Only those delivered, by their latest terms, in one of these places.
    pub places: Option<Vec<String>>,
    /// Only those that stand so on a day, by their latest terms.
    pub state: Option<(ContractState, Day)>,
    /// Only those of which something was recorded at this moment or later: terms, a target, or a return.
    pub updated_since: Option<Moment>,
    /// Only those within this reach.
    pub reach: Reach,
}

const LIST: &str = "
    select contract.contract_id, contract.reference, contract.ocid, contract.supplier_id, contract.starts_on,
      contract.reporting, contract.edition, contract.created_at, contract.kind, contract.funding, contract.funder_id,
      contract.funder_name, contract.funding_reference, contract.funded_by, contract.rebased
    from contract
    join contract_terms as terms on terms.partnership_id = contract.partnership_id
      and terms.contract_id = contract.contract_id
      and terms.version = (
        select max(later.version) from contract_terms as later
        where later.partnership_id = contract.partnership_id and later.contract_id = contract.contract_id)
    where contract.partnership_id = $1 and contract.contract_id > $2
      and (cast($4 as text) is null or contract.reference = $4)
      and (cast($5 as text) is null or contract.supplier_id = $5)
      and (cast($6 as text) is null or contract.edition = $6)
      and (cast($7 as bigint) = 1
        or contract.supplier_id in (select value ->> 0 from jsonb_each($8))
        or contract.contract_id in (
          select holder.contract_id from contract_holder as holder
          where holder.partnership_id = $1
            and holder.organisation_id in (select value ->> 0 from jsonb_each($9))))
      and (cast($10 as text) is null or contract.contract_id in (
        select holder.contract_id from contract_holder as holder
        where holder.partnership_id = $1 and holder.organisation_id = $10))
      and (cast($11 as text) is null or contract.supplier_id = $11 or contract.contract_id in (
        select holder.contract_id from contract_holder as holder
        where holder.partnership_id = $1 and holder.organisation_id = $11))
      and (cast($12 as bigint) = 0 or terms.place in (select value ->> 0 from jsonb_each($13)))
      and (cast($14 as text) is null
        or ($14 = 'upcoming' and contract.starts_on > cast($15 as text))
        or ($14 = 'running' and contract.starts_on <= $15 and terms.ends_on >= $15)
        or ($14 = 'over' and contract.starts_on <= $15 and terms.ends_on < $15))
      and (cast($16 as bigint) is null
        or exists (
          select 1 from contract_terms as said
          where said.partnership_id = $1 and said.contract_id = contract.contract_id and said.recorded_at >= $16)
        or exists (
          select 1 from commitment_target as target
          where target.partnership_id = $1 and target.contract_id = contract.contract_id
            and target.recorded_at >= $16)
        or exists (
          select 1 from contract_rebasing as rebasing
          where rebasing.partnership_id = $1 and rebasing.contract_id = contract.contract_id
            and rebasing.recorded_at >= $16)
        or exists (
          select 1 from return_revision as given
          where given.partnership_id = $1 and given.contract_id = contract.contract_id
            and (given.saved_at >= $16 or given.submitted_at >= $16 or given.decided_at >= $16)))
      and (cast($17 as text) is null or contract.kind = $17)
    order by contract.contract_id limit $3";

/// Contracts that a filter lets through, by id, which sorts by the time they were made, after one.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn list(
    tx: &mut Tx,
    partnership: &str,
    filter: &ContractFilter,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Contract>, StorageError> {
    let reach = ReachBound::of(&filter.reach);
    let places = filter.places.as_ref();
    let (state, day) = filter.state.unzip();
    let rows: Vec<ContractRow> = each!(tx, "contract", |connection| sqlx::query_as(LIST)
        .bind(partnership)
        .bind(after.unwrap_or_default())
        .bind(limit)
        .bind(&filter.reference)
        .bind(&filter.supplier)
        .bind(&filter.edition)
        .bind(reach.everything)
        .bind(reach.supplied_by)
        .bind(reach.held_by)
        .bind(&filter.holder)
        .bind(&filter.organisation)
        .bind(i64::from(places.is_some()))
        .bind(Rows::of(places.into_iter().flatten().map(String::as_str)))
        .bind(state.map(ContractState::word))
        .bind(day.map(|day| day.to_string()))
        .bind(filter.updated_since.map(Moment::micros))
        .bind(filter.kind.map(ContractKind::word))
        .fetch_all(connection))?;
    whole(tx, partnership, rows).await
}

/// Which contracts to walk over, and what makes one worth opening.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WalkAsked {
    /// Only this one, by id.
    pub contract: Option<String>,
    /// Only those of this supplier, by id.
    pub supplier: Option<String>,
    /// Only those of this organisation on either side, by id.
    pub organisation: Option<String>,
    /// Worth it only where delivered, by the latest terms, in one of these places.
    pub places: Option<Vec<String>>,
    /// Worth it only where such a revision is kept.
    pub revision: Option<RevisionAsked>,
    /// Only those within this reach.
    pub reach: Reach,
}

/// A revision that must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionAsked {
    /// Its state.
    pub state: Option<&'static str>,
    /// The days its period lies in.
    pub within: Option<Span>,
    /// Something of it was recorded at this moment or later.
    pub updated_since: Option<Moment>,
}

/// A contract that was walked over.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Walked {
    /// Its id.
    pub contract_id: String,
    /// Whether it is worth opening: 1 or 0.
    worth_it: i64,
}

impl Walked {
    /// Whether it is worth opening.
    #[must_use]
    pub fn is_worth_opening(&self) -> bool {
        self.worth_it == 1
    }
}

const WALK: &str = "
    select walked.contract_id, cast(case when
      (cast($9 as bigint) = 0 or exists (
        select 1 from contract_terms as terms
        where terms.partnership_id = $1 and terms.contract_id = walked.contract_id
          and terms.place in (select value ->> 0 from jsonb_each($10))
          and not exists (
            select 1 from contract_terms as later
            where later.partnership_id = $1 and later.contract_id = walked.contract_id
              and later.version > terms.version)))
      and (cast($11 as bigint) = 0 or exists (
        select 1 from return_revision as given
        where given.partnership_id = $1 and given.contract_id = walked.contract_id
          and (cast($12 as text) is null or given.state = $12)
          and given.from_on >= $13 and given.to_on <= $14
          and (cast($15 as bigint) is null
            or given.saved_at >= $15 or given.submitted_at >= $15 or given.decided_at >= $15)))
      then 1 else 0 end as bigint) as worth_it
    from (
      select contract.contract_id from contract
      where contract.partnership_id = $1 and contract.contract_id >= $2
        and (cast($4 as bigint) = 1
          or contract.supplier_id in (select value ->> 0 from jsonb_each($5))
          or contract.contract_id in (
            select holder.contract_id from contract_holder as holder
            where holder.partnership_id = $1
              and holder.organisation_id in (select value ->> 0 from jsonb_each($6))))
        and (cast($7 as text) is null or contract.supplier_id = $7)
        and (cast($8 as text) is null or contract.supplier_id = $8 or contract.contract_id in (
          select holder.contract_id from contract_holder as holder
          where holder.partnership_id = $1 and holder.organisation_id = $8))
        and (cast($16 as text) is null or contract.contract_id = $16)
      order by contract.contract_id limit $3) as walked
    order by walked.contract_id";

/// Walks over contracts by id, from one on, at most so many: those that are not worth opening count too, so that a
/// walk never takes longer because it finds little.
///
/// # Errors
/// When the database does not answer.
pub async fn walk(
    tx: &mut Tx,
    partnership: &str,
    asked: &WalkAsked,
    from: &str,
    limit: i64,
) -> Result<Vec<Walked>, StorageError> {
    let reach = ReachBound::of(&asked.reach);
    let places = asked.places.as_ref();
    let revision = asked.revision.as_ref();
    let (from_on, to_on) = day_bounds(revision.and_then(|one| one.within));
    each!(tx, "contract", |connection| sqlx::query_as(WALK)
        .bind(partnership)
        .bind(from)
        .bind(limit)
        .bind(reach.everything)
        .bind(reach.supplied_by)
        .bind(reach.held_by)
        .bind(&asked.supplier)
        .bind(&asked.organisation)
        .bind(i64::from(places.is_some()))
        .bind(Rows::of(places.into_iter().flatten().map(String::as_str)))
        .bind(i64::from(revision.is_some()))
        .bind(revision.and_then(|one| one.state))
        .bind(from_on)
        .bind(to_on)
        .bind(revision.and_then(|one| one.updated_since.map(Moment::micros)))
        .bind(&asked.contract)
        .fetch_all(connection))
}
