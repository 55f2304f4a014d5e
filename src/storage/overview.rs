//! How much is kept, over all partnerships: for those who run the program, not for those who use it.

use super::{StorageError, Tx, each};

/// How much is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overview {
    /// Postings in the ledger.
    pub postings: i64,
    /// Returns by the state of their latest revision, as it is stored.
    pub returns: Vec<(String, i64)>,
}

/// Adds up heads of chains and counts latest revisions: it looks at a row for each contract and each revision, never
/// at postings or lines.
///
/// # Errors
/// When the database does not answer.
pub async fn overview(tx: &mut Tx) -> Result<Overview, StorageError> {
    const POSTINGS: &str = "select cast(coalesce(sum(length), 0) as bigint) from chain";
    const RETURNS: &str = "
        select state, cast(count(*) as bigint) from return_revision as latest
        where not exists (
          select 1 from return_revision as later
          where later.partnership_id = latest.partnership_id and later.contract_id = latest.contract_id
            and later.period = latest.period and later.revision > latest.revision)
        group by state order by state";
    let postings: i64 = each!(tx, "chain", |connection| sqlx::query_scalar(POSTINGS)
        .fetch_one(connection))?;
    let returns = each!(tx, "return_revision", |connection| sqlx::query_as(RETURNS)
        .fetch_all(connection))?;
    Ok(Overview { postings, returns })
}
