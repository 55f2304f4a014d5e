//! Writing returns. Every change of state is a guarded update: it happens from the state it was meant for, or
//! not at all.

use super::super::codec;
use super::super::json::Rows;
use super::super::{StorageError, Tx, changed, each};
use super::fingerprint;
use crate::domain::amount::Quantity;
use crate::domain::period::Period;
use crate::domain::report::{AcceptedLine, Done, EvidenceKind, ReportLine, Revision, State};
use crate::domain::valuation::Reported;

/// Puts a draft: a new revision, or the new content of one that is still a draft. False, with nothing changed,
/// when the revision is there and no longer a draft.
///
/// # Errors
/// [`StorageError::Duplicate`] when two lines have one name, [`StorageError::MissingReference`] without the
/// contract.
pub async fn put_draft(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    period: Period,
    revision: &Revision,
) -> Result<bool, StorageError> {
    const PUT_DRAFT: &str = "
        insert into return_revision
          (partnership_id, contract_id, period, revision, from_on, to_on, state, contract_and_period_only,
           relates_to_commitment, saves, saved_at, saved_by)
        values ($1, $2, $3, $4, $5, $6, 'draft', $7, $8, 1, $9, $10)
        on conflict (partnership_id, contract_id, period, revision) do update set
          contract_and_period_only = excluded.contract_and_period_only,
          relates_to_commitment = excluded.relates_to_commitment,
          saves = return_revision.saves + 1,
          saved_at = excluded.saved_at,
          saved_by = excluded.saved_by
        where return_revision.state = 'draft'
        returning saves";
    let saves: Option<i64> = each!(tx, "return_revision", |connection| sqlx::query_scalar(
        PUT_DRAFT
    )
    .bind(partnership)
    .bind(contract_id)
    .bind(period.label())
    .bind(revision.number)
    .bind(period.from().to_string())
    .bind(period.to().to_string())
    .bind(i64::from(revision.attestation.contract_and_period_only))
    .bind(i64::from(revision.attestation.relates_to_commitment))
    .bind(revision.saved.at.micros())
    .bind(&revision.saved.by)
    .fetch_optional(connection))?;
    let Some(saves) = saves else {
        return Ok(false);
    };
    let of = Of {
        partnership,
        contract_id,
        period: &period.label(),
        revision: revision.number,
    };
    if saves > 1 {
        remove_lines(tx, of).await?;
    }
    add_lines(tx, of, &revision.lines).await?;
    add_evidence(tx, of, &revision.lines).await?;
    Ok(true)
}

/// Hands a draft in: true when it was a draft until now.
///
/// # Errors
/// When the database does not answer.
pub async fn submit(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    period: Period,
    number: i64,
    done: &Done,
) -> Result<bool, StorageError> {
    const SUBMIT: &str = "
        update return_revision set state = 'submitted', submitted_at = $5, submitted_by = $6
        where partnership_id = $1 and contract_id = $2 and period = $3 and revision = $4 and state = 'draft'";
    let changed = changed!(tx, "return_revision", |connection| sqlx::query(SUBMIT)
        .bind(partnership)
        .bind(contract_id)
        .bind(period.label())
        .bind(number)
        .bind(done.at.micros())
        .bind(&done.by)
        .execute(connection))?;
    Ok(changed == 1)
}

/// Keeps what was decided of a submitted revision: true when it was waiting for a decision until now. A state
/// that holds no decision changes nothing.
///
/// # Errors
/// [`StorageError::MissingReference`] when a line is accepted that the revision does not have.
pub async fn decide(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
    period: Period,
    number: i64,
    state: &State,
) -> Result<bool, StorageError> {
    const DECIDE: &str = "
        update return_revision set state = $5, decided_at = $6, decided_by = $7, reason = $8
        where partnership_id = $1 and contract_id = $2 and period = $3 and revision = $4
          and state = 'submitted'";
    let Some(decided) = state.decided() else {
        return Ok(false);
    };
    let changed = changed!(tx, "return_revision", |connection| sqlx::query(DECIDE)
        .bind(partnership)
        .bind(contract_id)
        .bind(period.label())
        .bind(number)
        .bind(state.word())
        .bind(decided.done.at.micros())
        .bind(&decided.done.by)
        .bind(&decided.reason)
        .execute(connection))?;
    if changed != 1 {
        return Ok(false);
    }
    if let State::Accepted(_, _, lines) = state {
        let of = Of {
            partnership,
            contract_id,
            period: &period.label(),
            revision: number,
        };
        add_accepted_lines(tx, of, lines).await?;
    }
    Ok(true)
}

/// Which revision.
#[derive(Clone, Copy)]
struct Of<'a> {
    partnership: &'a str,
    contract_id: &'a str,
    period: &'a str,
    revision: i64,
}

async fn remove_lines(tx: &mut Tx, of: Of<'_>) -> Result<(), StorageError> {
    const REMOVE_EVIDENCE: &str = "
        delete from return_evidence
        where partnership_id = $1 and contract_id = $2 and period = $3 and revision = $4";
    const REMOVE_LINES: &str = "
        delete from return_line
        where partnership_id = $1 and contract_id = $2 and period = $3 and revision = $4";
    for statement in [REMOVE_EVIDENCE, REMOVE_LINES] {
        changed!(tx, "return_line", |connection| sqlx::query(statement)
            .bind(of.partnership)
            .bind(of.contract_id)
            .bind(of.period)
            .bind(of.revision)
            .execute(connection))?;
    }
    Ok(())
}

async fn add_lines(tx: &mut Tx, of: Of<'_>, lines: &[ReportLine]) -> Result<(), StorageError> {
    const ADD_LINES: &str = "
        insert into return_line
          (partnership_id, contract_id, period, revision, position, line, measure, reported, quantity_micro,
           starters_micro, place, target_group, tier, activity, contract_share, note,
           share_and_attribution)
        select $1, $2, $3, $4, cast(key as bigint), value ->> 0, value ->> 1, value ->> 2,
          cast(value ->> 3 as bigint), cast(value ->> 4 as bigint), value ->> 5, value ->> 6,
          cast(value ->> 7 as bigint), value ->> 8, value ->> 9, value ->> 10, value ->> 11
        from jsonb_each($5)";
    let mut rows = Rows::default();
    for line in lines {
        let plain = match &line.reported {
            Reported::Quantity(quantity) => Some(quantity.micro()),
            _ => None,
        };
        rows.row()
            .text(&line.line)
            .text(&line.measure)
            .text(&codec::reported_text(&line.reported))
            .maybe_number(plain)
            .maybe_number(line.starters.map(Quantity::micro))
            .maybe(line.place.as_deref())
            .maybe(line.target_group.as_deref())
            .number(line.tier)
            .maybe(line.activity.as_deref())
            .text(&line.contract_share.to_string())
            .maybe(line.note.as_deref())
            .maybe(line.share_and_attribution.as_deref());
    }
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.done();
    changed!(tx, "return_line", |connection| sqlx::query(ADD_LINES)
        .bind(of.partnership)
        .bind(of.contract_id)
        .bind(of.period)
        .bind(of.revision)
        .bind(rows)
        .execute(connection))?;
    Ok(())
}

async fn add_evidence(tx: &mut Tx, of: Of<'_>, lines: &[ReportLine]) -> Result<(), StorageError> {
    const ADD_EVIDENCE: &str = "
        insert into return_evidence
          (partnership_id, contract_id, period, revision, position, line, fingerprint, link, quantity_micro)
        select $1, $2, $3, $4, cast(key as bigint), value ->> 0, value ->> 1, value ->> 2,
          cast(value ->> 3 as bigint)
        from jsonb_each($5)";
    let mut rows = Rows::default();
    for line in lines {
        for evidence in &line.evidence {
            let link = match &evidence.kind {
                EvidenceKind::Link(link) => Some(link.as_str()),
                EvidenceKind::Sha256(_) => None,
            };
            rows.row()
                .text(&line.line)
                .text(&fingerprint(&evidence.kind))
                .maybe(link)
                .maybe_number(evidence.quantity.map(Quantity::micro));
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.done();
    changed!(tx, "return_evidence", |connection| sqlx::query(
        ADD_EVIDENCE
    )
    .bind(of.partnership)
    .bind(of.contract_id)
    .bind(of.period)
    .bind(of.revision)
    .bind(rows)
    .execute(connection))?;
    Ok(())
}

async fn add_accepted_lines(
    tx: &mut Tx,
    of: Of<'_>,
    lines: &[AcceptedLine],
) -> Result<(), StorageError> {
    const ADD_ACCEPTED_LINES: &str = "
        insert into return_accepted_line
          (partnership_id, contract_id, period, revision, position, line, accepted, reason)
        select $1, $2, $3, $4, cast(key as bigint), value ->> 0, value ->> 1, value ->> 2
        from jsonb_each($5)";
    let mut rows = Rows::default();
    for line in lines {
        rows.row()
            .text(&line.line)
            .text(&codec::reported_text(&line.accepted))
            .text(&line.reason);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.done();
    changed!(tx, "return_accepted_line", |connection| sqlx::query(
        ADD_ACCEPTED_LINES
    )
    .bind(of.partnership)
    .bind(of.contract_id)
    .bind(of.period)
    .bind(of.revision)
    .bind(rows)
    .execute(connection))?;
    Ok(())
}
