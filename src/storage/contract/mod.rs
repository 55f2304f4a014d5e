//! Contracts, with every version of their terms.

mod list;
mod rebasing;
mod row;

use std::collections::BTreeMap;

use super::cell::day_text;
use super::codec;
use super::json::Rows;
use super::reach::ReachBound;
use super::{StorageError, Tx, chain, changed, each};
use crate::domain::contract::{Contract, Terms};
use crate::domain::funding::Funder;
use crate::domain::policy::Reach;
pub use list::{ContractFilter, RevisionAsked, WalkAsked, Walked, ids, list, walk};
pub use rebasing::rebase;
use row::{ContractRow, TermsRow};

/// One contract.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn find(
    tx: &mut Tx,
    partnership: &str,
    id: &str,
) -> Result<Option<Contract>, StorageError> {
    const FIND: &str = "
        select contract_id, reference, ocid, supplier_id, starts_on, reporting, edition, created_at,
          kind, funding, funder_id, funder_name, funding_reference, funded_by, rebased
        from contract where partnership_id = $1 and contract_id = $2";
    let rows: Vec<ContractRow> = each!(tx, "contract", |connection| sqlx::query_as(FIND)
        .bind(partnership)
        .bind(id)
        .fetch_all(connection))?;
    Ok(whole(tx, partnership, rows).await?.pop())
}

/// The contract of an open contracting id.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn find_by_ocid(
    tx: &mut Tx,
    partnership: &str,
    ocid: &str,
) -> Result<Option<Contract>, StorageError> {
    const FIND_BY_OCID: &str = "
        select contract_id, reference, ocid, supplier_id, starts_on, reporting, edition, created_at,
          kind, funding, funder_id, funder_name, funding_reference, funded_by, rebased
        from contract where partnership_id = $1 and ocid = $2";
    let rows: Vec<ContractRow> = each!(tx, "contract", |connection| sqlx::query_as(FIND_BY_OCID)
        .bind(partnership)
        .bind(ocid)
        .fetch_all(connection))?;
    Ok(whole(tx, partnership, rows).await?.pop())
}

/// One contract, where it lies within a reach. What lies outside takes the same one statement as what is not there.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn find_within(
    tx: &mut Tx,
    partnership: &str,
    id: &str,
    reach: &Reach,
) -> Result<Option<Contract>, StorageError> {
    let ids = [id.to_owned()];
    Ok(some_within(tx, partnership, &ids, reach).await?.pop())
}

/// Those of some contracts that lie within a reach, by id; one that is not there is left out.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn some_within(
    tx: &mut Tx,
    partnership: &str,
    ids: &[String],
    reach: &Reach,
) -> Result<Vec<Contract>, StorageError> {
    const SOME_WITHIN: &str = "
        select contract_id, reference, ocid, supplier_id, starts_on, reporting, edition, created_at,
          kind, funding, funder_id, funder_name, funding_reference, funded_by, rebased
        from contract
        where partnership_id = $1 and contract_id in (select value ->> 0 from jsonb_each($2))
          and (cast($3 as bigint) = 1
            or supplier_id in (select value ->> 0 from jsonb_each($4))
            or contract_id in (
              select holder.contract_id from contract_holder as holder
              where holder.partnership_id = $1
                and holder.organisation_id in (select value ->> 0 from jsonb_each($5))))
        order by contract_id";
    let reach = ReachBound::of(reach);
    let ids = Rows::of(ids.iter().map(String::as_str));
    let rows: Vec<ContractRow> = each!(tx, "contract", |connection| sqlx::query_as(SOME_WITHIN)
        .bind(partnership)
        .bind(ids)
        .bind(reach.everything)
        .bind(reach.supplied_by)
        .bind(reach.held_by)
        .fetch_all(connection))?;
    whole(tx, partnership, rows).await
}

/// Adds a contract with its terms, and begins its chain of postings.
///
/// # Errors
/// [`StorageError::Duplicate`] when its id, reference or ocid is taken, [`StorageError::MissingReference`] without
/// its supplier or place.
pub async fn add(tx: &mut Tx, partnership: &str, contract: &Contract) -> Result<(), StorageError> {
    const ADD: &str = "
        insert into contract
          (partnership_id, contract_id, reference, ocid, supplier_id, starts_on, reporting, edition, created_at,
           kind, funding, funder_id, funder_name, funding_reference, funded_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let funding = &contract.funding;
    let (funder, funder_name) = match &funding.funder {
        Some(Funder::Organisation(id)) => (Some(id), None),
        Some(Funder::Named(name)) => (None, Some(name)),
        None => (None, None),
    };
    changed!(tx, "contract", |connection| sqlx::query(ADD)
        .bind(partnership)
        .bind(&contract.id)
        .bind(&contract.reference)
        .bind(&contract.ocid)
        .bind(&contract.supplier)
        .bind(contract.starts_on.to_string())
        .bind(contract.reporting.word())
        .bind(contract.edition.to_string())
        .bind(contract.created_at.micros())
        .bind(contract.kind.word())
        .bind(funding.source.word())
        .bind(funder)
        .bind(funder_name)
        .bind(&funding.reference)
        .bind(&funding.contract)
        .execute(connection))?;
    for terms in &contract.versions {
        add_terms(tx, partnership, &contract.id, terms).await?;
    }
    chain::begin(tx, partnership, &contract.id, contract.created_at).await
}

/// Adds a version of a contract's terms.
///
/// # Errors
/// [`StorageError::Duplicate`] when the version is there, [`StorageError::MissingReference`] without the contract
/// or the place.
pub async fn add_terms(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    terms: &Terms,
) -> Result<(), StorageError> {
    const ADD_TERMS: &str = "
        insert into contract_terms
          (partnership_id, contract_id, version, effective_on, recorded_at, reason, title, value_pence,
           value_gross_pence, ends_on, may_extend_to_on, place, shares)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    changed!(tx, "contract_terms", |connection| sqlx::query(ADD_TERMS)
        .bind(partnership)
        .bind(contract_id)
        .bind(terms.version)
        .bind(terms.effective_on.to_string())
        .bind(terms.recorded_at.micros())
        .bind(&terms.reason)
        .bind(&terms.title)
        .bind(terms.value.map(|value| value.pence()))
        .bind(terms.value_gross.map(|value| value.pence()))
        .bind(terms.ends_on.to_string())
        .bind(day_text(terms.may_extend_to))
        .bind(&terms.place)
        .bind(codec::shares_text(&terms.shares))
        .execute(connection))?;
    add_holders(tx, partnership, contract_id, terms).await
}

/// Remembers who holds a contract from some terms on.
async fn add_holders(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    terms: &Terms,
) -> Result<(), StorageError> {
    const ADD_HOLDERS: &str = "
        insert into contract_holder (partnership_id, organisation_id, contract_id)
        select $1, value ->> 0, $2 from jsonb_each($3) where true
        on conflict do nothing";
    let holders = terms.shares.parts().iter();
    let holders = Rows::of(holders.map(|(holder, _)| holder.as_str()));
    changed!(tx, "contract_holder", |connection| sqlx::query(ADD_HOLDERS)
        .bind(partnership)
        .bind(contract_id)
        .bind(holders)
        .execute(connection))?;
    Ok(())
}

/// Adds the terms to rows of contracts, in one statement for all of them.
async fn whole(
    tx: &mut Tx,
    partnership: &str,
    rows: Vec<ContractRow>,
) -> Result<Vec<Contract>, StorageError> {
    const TERMS_OF: &str = "
        select contract_id, version, effective_on, recorded_at, reason, title, value_pence, value_gross_pence,
          ends_on, may_extend_to_on, place, shares
        from contract_terms
        where partnership_id = $1 and contract_id in (select value ->> 0 from jsonb_each($2))
        order by contract_id, version";
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids = Rows::of(rows.iter().map(|row| row.contract_id.as_str()));
    let terms: Vec<TermsRow> = each!(tx, "contract_terms", |connection| sqlx::query_as(TERMS_OF)
        .bind(partnership)
        .bind(ids)
        .fetch_all(connection))?;
    let mut versions: BTreeMap<String, Vec<Terms>> = BTreeMap::new();
    for row in terms {
        let (contract, terms) = row.read()?;
        versions.entry(contract).or_default().push(terms);
    }
    let rebased = rows.iter().filter(|row| row.rebased > 0);
    let rebased: Vec<&str> = rebased.map(|row| row.contract_id.as_str()).collect();
    let mut rebasings = rebasing::of_contracts(tx, partnership, &rebased).await?;
    rows.into_iter()
        .map(|row| {
            let own = versions.remove(&row.contract_id).unwrap_or_default();
            let changes = rebasings.remove(&row.contract_id).unwrap_or_default();
            row.read(own, changes)
        })
        .collect()
}

/// The references of some contracts, by id; an id that is not there is left out.
///
/// # Errors
/// When the database does not answer.
pub async fn references(
    tx: &mut Tx,
    partnership: &str,
    ids: &[String],
) -> Result<BTreeMap<String, String>, StorageError> {
    const REFERENCES: &str = "
        select contract_id, reference from contract
        where partnership_id = $1 and contract_id in (select value ->> 0 from jsonb_each($2))";
    let ids = Rows::of(ids.iter().map(String::as_str));
    let rows: Vec<(String, String)> =
        each!(tx, "contract", |connection| sqlx::query_as(REFERENCES)
            .bind(partnership)
            .bind(ids)
            .fetch_all(connection))?;
    Ok(rows.into_iter().collect())
}
