//! The lines that stand, of many returns at once: the latest claim, and what was accepted of it (L2). They come one by
//! one, so that a portfolio of any size is read in little memory.

use futures_util::TryStreamExt;

use super::super::cell::Cells;
use super::super::codec;
use super::super::json::Rows;
use super::super::{StorageError, Tx, each};
use crate::domain::amount::Share;
use crate::domain::period::Period;
use crate::domain::report::Support;
use crate::domain::valuation::Reported;

/// A return of which something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingReturn {
    /// Id of its contract.
    pub contract_id: String,
    /// Its period.
    pub period: Period,
    /// The revision whose claim stands: the latest that is submitted or accepted.
    pub claimed: i64,
    /// Whether any line of that has evidence.
    pub has_evidence: bool,
    /// The revision whose accepted figures stand: the latest that is accepted.
    pub verified: Option<i64>,
    /// Whether any line of that was accepted at other figures.
    pub has_lowered: bool,
}

/// The returns of some contracts of which something stands, by contract and period, of periods between two days.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn standing_returns(
    tx: &mut Tx,
    partnership: &str,
    contract_ids: &[String],
    (from, to): (&str, &str),
) -> Result<Vec<StandingReturn>, StorageError> {
    const STANDING_RETURNS: &str = "
        select stands.contract_id, stands.period, stands.claimed,
          cast(case when exists (
            select 1 from return_evidence as evidence
            where evidence.partnership_id = $1 and evidence.contract_id = stands.contract_id
              and evidence.period = stands.period and evidence.revision = stands.claimed)
            then 1 else 0 end as bigint) as has_evidence,
          stands.verified,
          cast(case when exists (
            select 1 from return_accepted_line as lowered
            where lowered.partnership_id = $1 and lowered.contract_id = stands.contract_id
              and lowered.period = stands.period and lowered.revision = stands.verified)
            then 1 else 0 end as bigint) as has_lowered
        from (
          select contract_id, period, cast(max(revision) as bigint) as claimed,
            cast(max(case when state = 'accepted' then revision end) as bigint) as verified
          from return_revision
          where partnership_id = $1 and contract_id in (select value ->> 0 from jsonb_each($2))
            and state in ('submitted', 'accepted') and from_on >= $3 and to_on <= $4
          group by contract_id, period
        ) as stands
        order by stands.contract_id, stands.period";
    type Found = Vec<(String, String, i64, i64, Option<i64>, i64)>;
    let rows: Found = each!(tx, "return_revision", |connection| sqlx::query_as(
        STANDING_RETURNS
    )
    .bind(partnership)
    .bind(Rows::of(contract_ids.iter().map(String::as_str)))
    .bind(from)
    .bind(to)
    .fetch_all(connection))?;
    rows.into_iter()
        .map(
            |(contract_id, period, claimed, has_evidence, verified, has_lowered)| {
                let key = format!("{contract_id} {period}");
                let cells = Cells {
                    table: "return_revision",
                    key: &key,
                };
                Ok(StandingReturn {
                    period: cells.period("period", &period)?,
                    claimed,
                    has_evidence: has_evidence == 1,
                    verified,
                    has_lowered: has_lowered == 1,
                    contract_id,
                })
            },
        )
        .collect()
}

/// A revision whose lines are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinesAsked<'a> {
    /// Id of the contract.
    pub contract_id: &'a str,
    /// The period.
    pub period: Period,
    /// The revision.
    pub revision: i64,
    /// Whether to say what supports each line.
    pub evidence: bool,
    /// Whether to say what was accepted of each line.
    pub accepted: bool,
}

/// A line of a revision, as far as its worth depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingLine<'r> {
    /// Its revision: the place of that among those asked for.
    pub of: usize,
    /// Its name in the return.
    pub line: &'r str,
    /// Code of the measure.
    pub measure: &'r str,
    /// What happened.
    pub reported: Reported,
    /// Where; else the contract's place.
    pub place: Option<&'r str>,
    /// The part of the activity that belongs to the contract.
    pub contract_share: Share,
    /// Why what is due to others is deducted as well, where only a share counts.
    pub share_and_attribution: Option<&'r str>,
    /// What supports it, where that is asked for.
    pub support: Support,
    /// What was accepted of it, where that is asked for and not what was reported.
    pub accepted: Option<Reported>,
}

/// A row by the places of its columns, which costs less than by their names; its texts are not copied.
type StandingRow<'r> = (
    i64,
    &'r str,
    &'r str,
    &'r str,
    Option<&'r str>,
    &'r str,
    Option<&'r str>,
    Option<i64>,
    Option<&'r str>,
);

/// What supports a whole line, beside the millionths that support a part.
const SUPPORTS_WHOLE: i64 = -1;

fn read<'r>(
    row: StandingRow<'r>,
    asked: &[LinesAsked<'_>],
) -> Result<StandingLine<'r>, StorageError> {
    let (of, line, measure, reported, place, share, share_and_attribution, supported, accepted) =
        row;
    let of = usize::try_from(of).unwrap_or(usize::MAX);
    let figures = || -> Result<_, (&'static str, String)> {
        let at = |column: &'static str| move |error: String| (column, error);
        let reported = codec::reported(reported).map_err(at("reported"))?;
        let share = Share::parse(share);
        let share = share.map_err(|error| ("contract_share", error.to_string()))?;
        let accepted = accepted.map(codec::reported).transpose();
        Ok((reported, share, accepted.map_err(at("accepted"))?))
    };
    let (reported, contract_share, accepted) = figures().map_err(|(column, message)| {
        let of = asked.get(of);
        let of = of.map(|of| format!("{} {} {}", of.contract_id, of.period, of.revision));
        let key = format!("{} {line}", of.unwrap_or_default());
        let cells = Cells {
            table: "return_line",
            key: &key,
        };
        cells.corrupt(column, message)
    })?;
    Ok(StandingLine {
        of,
        line,
        measure,
        reported,
        place,
        contract_share,
        share_and_attribution,
        support: match supported {
            None => Support::None,
            Some(SUPPORTS_WHOLE) => Support::Whole,
            Some(micro) => Support::Upto(micro),
        },
        accepted,
    })
}

/// Lines between two breaths: others have their turn of the thread.
const BREATH: usize = 512;

/// Hands every line of some revisions on, one by one, in no order.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn each_standing_line(
    tx: &mut Tx,
    partnership: &str,
    asked: &[LinesAsked<'_>],
    mut each_line: impl FnMut(StandingLine<'_>),
) -> Result<(), StorageError> {
    // What is asked for is taken apart once and comes first in both databases: few revisions, and the lines of each by
    // its key.
    const STANDING_LINES: &str = "
        with asked as materialized (
          select cast(key as bigint) as of_revision, value ->> 0 as contract_id, value ->> 1 as period,
            cast(value ->> 2 as bigint) as revision, cast(value ->> 3 as bigint) as evidence,
            cast(value ->> 4 as bigint) as accepted
          from jsonb_each($2)
        )
        select asked.of_revision, return_line.line, return_line.measure, return_line.reported, return_line.place,
          return_line.contract_share, return_line.share_and_attribution,
          case when asked.evidence = 1 then (
            select case when count(*) = 0 then null when count(*) > count(evidence.quantity_micro) then -1
              else cast(sum(abs(evidence.quantity_micro)) as bigint) end
            from return_evidence as evidence
            where evidence.partnership_id = $1 and evidence.contract_id = asked.contract_id
              and evidence.period = asked.period and evidence.revision = asked.revision
              and evidence.line = return_line.line) end as supported_micro,
          case when asked.accepted = 1 then (
            select lowered.accepted from return_accepted_line as lowered
            where lowered.partnership_id = $1 and lowered.contract_id = asked.contract_id
              and lowered.period = asked.period and lowered.revision = asked.revision
              and lowered.line = return_line.line) end as accepted
        from asked cross join return_line
        where return_line.partnership_id = $1 and return_line.contract_id = asked.contract_id
          and return_line.period = asked.period and return_line.revision = asked.revision";
    let mut rows = Rows::default();
    for one in asked {
        rows.row()
            .text(one.contract_id)
            .text(&one.period.label())
            .number(one.revision)
            .flag(one.evidence)
            .flag(one.accepted);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.done();
    let mut unreadable = None;
    each!(tx, "return_line", |connection| async {
        let query = sqlx::query(STANDING_LINES);
        let mut found = query.bind(partnership).bind(rows).fetch(connection);
        let mut count = 0_usize;
        while let Some(row) = found.try_next().await? {
            let row: StandingRow<'_> = sqlx::FromRow::from_row(&row)?;
            match read(row, asked) {
                Ok(line) => each_line(line),
                Err(error) => {
                    unreadable = Some(error);
                    break;
                }
            }
            count += 1;
            if count.is_multiple_of(BREATH) {
                tokio::task::yield_now().await;
            }
        }
        Ok::<(), sqlx::Error>(())
    })?;
    unreadable.map_or(Ok(()), Err)
}
