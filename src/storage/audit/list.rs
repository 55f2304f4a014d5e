//! The audit as it is asked for: by who, what, when and contract.

use super::super::reach::ReachBound;
use super::super::{StorageError, Tx, each};
use super::row::AuditRow;
use crate::domain::audit::{Entry, Outcome};
use crate::domain::moment::Moment;
use crate::domain::policy::Reach;

/// Which entries to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Only those of this key or person, by id.
    pub actor: Option<String>,
    /// Only those of this action, such as `submit_return`.
    pub action: Option<String>,
    /// Only those on this kind of subject, such as `return`.
    pub subject: Option<String>,
    /// Only those of this contract, by id.
    pub contract: Option<String>,
    /// Only those recorded at this moment or later.
    pub from: Option<Moment>,
    /// Only those recorded before this moment.
    pub before: Option<Moment>,
    /// Only what was done, or only what was refused.
    pub outcome: Option<Outcome>,
}

/// An entry, and the contract that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Id of the contract.
    pub contract: Option<String>,
    /// The entry.
    pub entry: Entry,
}

const LIST: &str = "
    select contract_id, sequence, audit_id, recorded_at, actor_id, roles, action, subject_kind, subject_id, outcome,
      before_json, after_json, hash
    from audit
    where partnership_id = $1
      and (recorded_at, audit_id) < (cast($2 as bigint), cast($3 as text)) and recorded_at >= cast($4 as bigint)
      and (cast($5 as text) is null or actor_id = $5)
      and (cast($6 as text) is null or action = $6)
      and (cast($7 as text) is null or subject_kind = $7)
      and (cast($8 as text) is null or outcome = $8)
      and cast($9 as text) is null
      and (cast($10 as bigint) = 1 or contract_id in (
        select holder.contract_id from contract_holder as holder
        where holder.partnership_id = $1
          and holder.organisation_id in (select value ->> 0 from jsonb_each($11))))
    order by recorded_at desc, audit_id desc limit $12";
// One contract has a chain of its own to go along; the casts keep SQLite from going along all times instead.
const LIST_OF_CONTRACT: &str = "
    select contract_id, sequence, audit_id, recorded_at, actor_id, roles, action, subject_kind, subject_id, outcome,
      before_json, after_json, hash
    from audit
    where partnership_id = $1 and contract_id = $9
      and (cast(recorded_at as bigint), audit_id) < (cast($2 as bigint), cast($3 as text))
      and cast(recorded_at as bigint) >= cast($4 as bigint)
      and (cast($5 as text) is null or actor_id = $5)
      and (cast($6 as text) is null or action = $6)
      and (cast($7 as text) is null or subject_kind = $7)
      and (cast($8 as text) is null or outcome = $8)
      and (cast($10 as bigint) = 1 or contract_id in (
        select holder.contract_id from contract_holder as holder
        where holder.partnership_id = $1
          and holder.organisation_id in (select value ->> 0 from jsonb_each($11))))
    order by sequence desc limit $12";

/// Entries that a filter lets through, of contracts that the reach holds or held, the newest first, after a place:
/// the moment and the id of the last entry seen. Within a chain that is the order of the chain.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn list(
    tx: &mut Tx,
    partnership: &str,
    reach: &Reach,
    filter: &AuditFilter,
    place: Option<&(Moment, String)>,
    limit: i64,
) -> Result<Vec<Listed>, StorageError> {
    let text = match filter.contract {
        Some(_) => LIST_OF_CONTRACT,
        None => LIST,
    };
    let reach = ReachBound::of(reach);
    let end = filter.before.map_or(i64::MAX, Moment::micros);
    // What is before a moment is before an entry of that moment without an id.
    let (time, id) = match place {
        Some((at, id)) if at.micros() < end => (at.micros(), id.as_str()),
        _ => (end, ""),
    };
    let rows: Vec<AuditRow> = each!(tx, "audit", |connection| sqlx::query_as(text)
        .bind(partnership)
        .bind(time)
        .bind(id)
        .bind(filter.from.map_or(i64::MIN, Moment::micros))
        .bind(&filter.actor)
        .bind(&filter.action)
        .bind(&filter.subject)
        .bind(filter.outcome.map(Outcome::word))
        .bind(&filter.contract)
        .bind(reach.everything)
        .bind(reach.held_by)
        .bind(limit)
        .fetch_all(connection))?;
    let listed = rows.into_iter().map(|row| {
        let contract = Some(row.contract_id.clone()).filter(|id| !id.is_empty());
        let entry = row.read()?;
        Ok(Listed { contract, entry })
    });
    listed.collect()
}
