//! Counting nothing twice within a contract: first twelve months (V5) and relations between measures (V11).

use std::collections::{BTreeMap, BTreeSet};

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

/// Whether a new commitment counts the same thing as a claim that stands and names no activity (V11).
#[must_use]
pub fn committed_beside(
    ground: &Ground<'_>,
    claims: &[PeriodLines<'_>],
    measure: &str,
) -> Option<Fault> {
    let lines = claims
        .iter()
        .flat_map(|one| one.lines.iter().map(|line| (one.period, line)));
    let mut unnamed = lines.filter(|(_, line)| line.activity.is_none());
    unnamed.find_map(|(period, line)| {
        let relation = ground.edition.joined(RelationKind::SameThing, measure, &line.measure)?;
        let message = format!(
            "{measure} and {} (line {} of {period}, which names no activity) measure the same thing ({})",
            line.measure, line.line, relation.name
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
    let mut limited_here: BTreeSet<&str> = BTreeSet::new();
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
                limited_here.insert(&line.measure);
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
    for measure in limited_here {
        let index = this.lines.iter().position(|line| line.measure == measure);
        let pointer = format!("/lines/{}/quantity", index.unwrap_or_default());
        let broken = first_broken(ground, &running(measure, this, others));
        faults.extend(broken.map(|(period, why)| {
            Fault::new(
                &pointer,
                "first_12_months",
                format!("{measure}, {period}: {why}"),
            )
        }));
    }
    faults
}

/// What one measure has to date, period by period.
fn running(
    measure: &str,
    this: PeriodLines<'_>,
    others: &[PeriodLines<'_>],
) -> BTreeMap<Period, Running> {
    let mut periods: BTreeMap<Period, Running> = BTreeMap::new();
    for one in others.iter().chain([&this]) {
        for line in one.lines.iter().filter(|line| line.measure == measure) {
            let running = periods.entry(one.period).or_default();
            running.starters += line.starters.unwrap_or_default().exact();
            if let Reported::Quantity(average) = line.reported {
                *running.average.get_or_insert_with(exact::zero) += average.exact();
            }
        }
    }
    periods
}

/// Whether the claims that would stand after a decision count something twice: a return that others rest on
/// was taken back, or an earlier one came back.
#[must_use]
pub fn after_decision(
    ground: &Ground<'_>,
    this: PeriodLines<'_>,
    others: &[PeriodLines<'_>],
) -> Option<String> {
    let all = others.iter().chain([&this]).flat_map(|one| one.lines);
    let measures: BTreeSet<&str> = all
        .filter(|line| line.starters.is_some())
        .map(|line| line.measure.as_str())
        .collect();
    let broken = measures.into_iter().find_map(|measure| {
        let (period, why) = first_broken(ground, &running(measure, this, others))?;
        Some(format!("{measure}, {period}: {why}"))
    });
    broken.or_else(|| {
        same_activity(ground, this, others)
            .into_iter()
            .next()
            .map(|fault| fault.message)
    })
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
/// of which one names no activity are taken for the same one.
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
            // In one period a line without an activity may be any activity, and is taken for the same.
            let unnamed = line.activity.is_none() || other.activity.is_none();
            let same = if unnamed {
                period == this.period
            } else {
                line.activity == other.activity
            };
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
