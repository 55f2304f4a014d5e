//! Appending to a contract's chain: the rows, the end of the chain, and both stored totals, in this order and
//! in one transaction (L5).

use super::super::json::{JsonText, Rows};
use super::super::{StorageError, Tx, chain, changed, total};
use crate::domain::funding::FundingSource;
use crate::domain::ledger::difference::Head;
use crate::domain::ledger::posting::{Entry, Posting};
use crate::domain::ledger::total::{by_anchor, by_contract};
use crate::domain::measure::Column;

/// Appends postings to the chain of a contract, whose end was taken by [`chain::lock`], and adds them to both
/// totals, under the source of its money. Nothing happens without postings. Four statements, however many postings.
///
/// # Errors
/// [`StorageError::Conflict`] when the chain does not end just before the first of them,
/// [`StorageError::Duplicate`] when one takes back what was taken back before,
/// [`StorageError::OutOfRange`] when a total would leave 64 bits.
pub async fn append(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    funding: FundingSource,
    postings: &[Posting],
) -> Result<(), StorageError> {
    const APPEND: &str = "
        insert into posting
          (partnership_id, contract_id, sequence, recorded_at, reason, reverses, stage, period, from_on, to_on,
           line, position, anchor_id, measure, worth_column, supplier_id, place, tier, target_group, edition,
           price_base, in_extension, provisional, nominal, quantity_micro, numerator_micro, denominator_micro,
           worth_pence, hash)
        select $1, $2, cast(value ->> 0 as bigint), cast(value ->> 1 as bigint), value ->> 2,
          cast(value ->> 3 as bigint), value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8,
          cast(value ->> 9 as bigint), value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14,
          cast(value ->> 15 as bigint), value ->> 16, value ->> 17, value ->> 18,
          cast(value ->> 19 as bigint), cast(value ->> 20 as bigint), cast(value ->> 21 as bigint),
          cast(value ->> 22 as bigint), cast(value ->> 23 as bigint), cast(value ->> 24 as bigint),
          cast(value ->> 25 as bigint), value ->> 26
        from jsonb_each($3)";
    let (Some(first), Some(last)) = (postings.first(), postings.last()) else {
        return Ok(());
    };
    let rows = rows(postings);
    changed!(tx, "posting", |connection| sqlx::query(APPEND)
        .bind(partnership)
        .bind(contract_id)
        .bind(rows)
        .execute(connection))?;
    let end = Head {
        length: last.sequence,
        hash: last.hash.clone(),
        recorded_at: last.recorded_at,
    };
    if !chain::advance(tx, partnership, contract_id, first.sequence - 1, &end).await? {
        return Err(StorageError::Conflict);
    }
    let of_contract = by_contract(contract_id, funding, postings);
    total::add_by_contract(tx, partnership, &of_contract).await?;
    total::add_by_anchor(tx, partnership, &by_anchor(funding, postings)).await
}

fn rows(postings: &[Posting]) -> JsonText {
    let mut rows = Rows::default();
    for posting in postings {
        let (identity, content) = (&posting.standing.identity, &posting.standing.content);
        let reverses = match posting.entry {
            Entry::States => None,
            Entry::Reverses(sequence) => Some(sequence),
        };
        rows.row()
            .number(posting.sequence)
            .number(posting.recorded_at.micros())
            .text(&posting.reason)
            .maybe_number(reverses)
            .text(identity.stage.word())
            .text(&identity.period.label())
            .text(&identity.period.from().to_string())
            .text(&identity.period.to().to_string())
            .text(&identity.line)
            .number(identity.position)
            .text(&identity.anchor)
            .text(&content.measure)
            .maybe(content.column.map(Column::word))
            .text(&content.supplier)
            .maybe(content.place.as_deref())
            .number(content.tier)
            .maybe(content.target_group.as_deref())
            .text(&content.edition.to_string())
            .text(&content.price_base)
            .flag(content.in_extension)
            .flag(content.provisional)
            .flag(content.nominal)
            .maybe_number(content.quantity_micro)
            .maybe_number(content.numerator_micro)
            .maybe_number(content.denominator_micro)
            .maybe_number(content.worth.pence())
            .text(&posting.hash);
    }
    rows.done()
}
