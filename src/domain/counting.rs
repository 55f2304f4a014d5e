//! Counting nothing twice within a contract: first twelve months (V5) and relations between measures (V11).

use std::collections::BTreeMap;

use super::commitment::Commitment;
use super::exact::{self, Exact};
use super::fault::Fault;
use super::ledger::standing::Ground;
use super::measure::Claim;
use super::period::Period;
use super::relation::RelationKind;
use super::report::ReportLine;
use super::valuation::Reported;

/// The lines of one period that count: of this return, or those that stand for another.
#[derive(Debug, Clone, Copy)]
pub struct PeriodLines<'a> {
    /// The period.
    pub period: Period,
    /// Its lines.
    pub lines: &'a [ReportLine],
}

/// Everything that would be counted twice if `this` were submitted beside `others`.
#[must_use]
pub fn faults(
    ground: &Ground<'_>,
    commitments: &[Commitment],
    this: PeriodLines<'_>,
    others: &[PeriodLines<'_>],
) -> Vec<Fault> {
    let mut faults = first_months(ground, this, others);
    faults.extend(same_activity(ground, this, others));
    faults.extend(same_as_committed(ground, commitments, this));
    faults
}

/// Whether a new commitment counts the same thing as one the contract has (V11).
#[must_use]
pub fn committed_twice(
    ground: &Ground<'_>,
    commitments: &[Commitment],
    measure: &str,
    counted_separately: Option<&str>,
) -> Option<Fault> {
    if counted_separately.is_some() {
        return None;
    }
    commitments.iter().find_map(|commitment| {
        let relation = ground.edition.joined(RelationKind::SameThing, measure, &commitment.measure)?;
        let message = format!(
            "{measure} and {} (commitment {}) measure the same thing ({}); say in counted_separately why both may count",
            commitment.measure, commitment.number, relation.name
        );
        Some(Fault::new("/measure", "same_thing", message))
    })
}

/// The running totals of one measure over the periods of a contract.
#[derive(Default)]
struct Running {
    average: Option<Exact>,
    starters: Exact,
}

/// V5: accrued may never exceed starters, and no average the starters to date, over the whole contract.
fn first_months(
    ground: &Ground<'_>,
    this: PeriodLines<'_>,
    others: &[PeriodLines<'_>],
) -> Vec<Fault> {
    let mut by_measure: BTreeMap<&str, BTreeMap<Period, Running>> = BTreeMap::new();
    let mut faults = Vec::new();
    for (index, line) in this.lines.iter().enumerate() {
        let limited = ground
            .edition
            .measure(&line.measure)
            .is_some_and(|measure| measure.claim == Claim::First12Months);
        match (limited, &line.starters) {
            (true, None) => {
                let message = "give the new starters of the period (zero is a value), beside the average still inside their first 12 months";
                faults.push(Fault::new(
                    format!("/lines/{index}/starters"),
                    "field_missing",
                    message,
                ));
            }
            (true, Some(_)) => {
                by_measure.entry(&line.measure).or_default();
            }
            (false, Some(_)) => {
                let message = "starters are given only for measures claimed in the first 12 months";
                faults.push(Fault::new(
                    format!("/lines/{index}/starters"),
                    "field_not_taken",
                    message,
                ));
            }
            (false, None) => {}
        }
    }
    for (measure, periods) in &mut by_measure {
        for one in others.iter().chain([&this]) {
            for line in one.lines.iter().filter(|line| line.measure == *measure) {
                let running = periods.entry(one.period).or_default();
                running.starters += line.starters.unwrap_or_default().exact();
                if let Reported::Quantity(average) = line.reported {
                    *running.average.get_or_insert_with(exact::zero) += average.exact();
                }
            }
        }
        let index = this
            .lines
            .iter()
            .position(|line| line.measure == *measure)
            .unwrap_or_default();
        let broken = first_broken(ground, periods);
        faults.extend(broken.map(|(period, why)| {
            Fault::new(
                format!("/lines/{index}/quantity"),
                "first_12_months",
                format!("{measure}, {period}: {why}"),
            )
        }));
    }
    faults
}

/// The first period whose running totals break V5, and why.
fn first_broken(
    ground: &Ground<'_>,
    periods: &BTreeMap<Period, Running>,
) -> Option<(Period, String)> {
    let (mut starters, mut accrued) = (exact::zero(), exact::zero());
    for (period, running) in periods {
        starters += &running.starters;
        let Some(average) = &running.average else {
            continue;
        };
        let months = ground
            .contract
            .inside(*period)
            .map(|inside| period.months_inside(inside.span))
            .unwrap_or_else(exact::zero);
        accrued += average * months / exact::whole(12);
        let shown = |value: &Exact| exact::text(value, 6);
        if *average > starters {
            return Some((
                *period,
                format!(
                    "the average of {} is above the {} starters to date",
                    shown(average),
                    shown(&starters)
                ),
            ));
        }
        if accrued > starters {
            return Some((
                *period,
                format!(
                    "{} person-years accrued to date are above the {} starters to date: each starter counts for 12 months",
                    shown(&accrued),
                    shown(&starters)
                ),
            ));
        }
    }
    None
}

/// V11: two measures of the same thing may not be claimed for the same activity. Lines of one period
/// that name no activity are taken for the same one.
fn same_activity(
    ground: &Ground<'_>,
    this: PeriodLines<'_>,
    others: &[PeriodLines<'_>],
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, line) in this.lines.iter().enumerate() {
        let own = this
            .lines
            .iter()
            .take(index)
            .map(|other| (this.period, other));
        let elsewhere = others
            .iter()
            .flat_map(|one| one.lines.iter().map(|other| (one.period, other)));
        for (period, other) in own.chain(elsewhere) {
            let same = line.activity == other.activity
                && (line.activity.is_some() || period == this.period);
            let Some(relation) = same
                .then(|| {
                    ground
                        .edition
                        .joined(RelationKind::SameThing, &line.measure, &other.measure)
                })
                .flatten()
            else {
                continue;
            };
            let activity = line
                .activity
                .as_deref()
                .map_or("no activity named".to_owned(), |name| {
                    format!("activity {name}")
                });
            let message = format!(
                "{} and {} (line {} of {period}) measure the same thing ({}) for the same activity ({activity}); keep one, or name different activities",
                line.measure, other.measure, other.line, relation.name
            );
            faults.push(Fault::new(
                format!("/lines/{index}/measure"),
                "same_thing",
                message,
            ));
        }
    }
    faults
}

/// V11 over committed and reported measures together: what measures the same thing as a commitment
/// must name its activity, so that the two can be told apart.
fn same_as_committed(
    ground: &Ground<'_>,
    commitments: &[Commitment],
    this: PeriodLines<'_>,
) -> Vec<Fault> {
    let unnamed = this
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.activity.is_none());
    unnamed
        .filter_map(|(index, line)| {
            let same = |commitment: &&Commitment| ground.edition.joined(RelationKind::SameThing, &line.measure, &commitment.measure).is_some();
            let commitment = commitments.iter().find(same)?;
            let message = format!(
                "{} measures the same thing as {}, which the contract commits to; name the activity",
                line.measure, commitment.measure
            );
            Some(Fault::new(format!("/lines/{index}/activity"), "activity_needed", message))
        })
        .collect()
}
