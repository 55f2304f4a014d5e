//! How a target lies over the periods of a contract: spread, dated, and never rewritten for what has begun (L2).

use std::collections::{BTreeMap, BTreeSet};

use super::super::amount::Quantity;
use super::super::contract::Contract;
use super::super::exact::{self, Exact};
use super::super::fault::Fault;
use super::super::measure::{Measure, QuantityKind};
use super::super::moment::Moment;
use super::super::period::{Day, Period, Span};
use super::super::valuation::{Posts, Reported};
use super::{Commitment, Planned, Target};

/// Something recorded that may move the plan: a target, or another last day of the contract.
struct Event {
    recorded_at: Moment,
    effective_on: Day,
}

/// Works the plan out, event by event in the order recorded. An event holds from its day on; targets known by
/// then for later days are laid over it again.
pub(super) fn plan(
    commitment: &Commitment,
    contract: &Contract,
    measure: &Measure,
) -> BTreeMap<Period, Planned> {
    let mut plan = BTreeMap::new();
    for event in events(commitment, contract) {
        let known = |recorded_at: Moment| recorded_at <= event.recorded_at;
        let Some(terms) = contract
            .versions
            .iter()
            .rev()
            .find(|terms| known(terms.recorded_at))
        else {
            continue;
        };
        let span = Span {
            from: contract.starts_on,
            to: terms.ends_on,
        };
        let versions: Vec<_> = commitment
            .versions
            .iter()
            .filter(|version| known(version.recorded_at))
            .collect();
        let later = versions
            .iter()
            .map(|version| version.effective_on)
            .filter(|day| *day > event.effective_on);
        let mut days: Vec<Day> = std::iter::once(event.effective_on).chain(later).collect();
        days.sort();
        for day in days {
            let in_force = versions
                .iter()
                .rev()
                .find(|version| version.effective_on <= day);
            if let Some(version) = in_force.or(versions.first()) {
                lay(&mut plan, &version.target, day, span, contract, measure);
            }
        }
    }
    plan
}

/// Targets, and the terms recorded after the commitment that moved the contract's last day.
fn events(commitment: &Commitment, contract: &Contract) -> Vec<Event> {
    let versions = commitment.versions.iter().enumerate();
    // A version that only adjusts leaves what was promised where it lies.
    let only_adjusts = |index: usize| {
        let version = commitment.versions.get(index);
        let before = index
            .checked_sub(1)
            .and_then(|index| commitment.versions.get(index));
        before.zip(version).is_some_and(|(before, version)| {
            version.adjusting.is_some() && version.target == before.target
        })
    };
    let targets = versions.filter(|(index, _)| !only_adjusts(*index));
    let targets = targets.map(|(_, version)| Event {
        recorded_at: version.recorded_at,
        effective_on: if version.version == 1 {
            contract.starts_on
        } else {
            version.effective_on
        },
    });
    let pairs = contract
        .versions
        .iter()
        .zip(contract.versions.iter().skip(1));
    let moved = pairs
        .filter(|(before, after)| before.ends_on != after.ends_on)
        .map(|(_, after)| after);
    let ends = moved
        .filter(|terms| terms.recorded_at > commitment.recorded_at)
        .map(|terms| Event {
            recorded_at: terms.recorded_at,
            effective_on: terms.effective_on,
        });
    let mut events: Vec<Event> = targets.chain(ends).collect();
    events.sort_by_key(|event| event.recorded_at);
    events
}

/// Lays a target over the periods that begin on a day or later; those that have begun keep what they have.
fn lay(
    plan: &mut BTreeMap<Period, Planned>,
    target: &Target,
    day: Day,
    span: Span,
    contract: &Contract,
    measure: &Measure,
) {
    let periods = Period::touching(span.from, span.to, contract.reporting);
    let begun = |period: &Period| period.from().max(contract.starts_on) < day;
    plan.retain(|period, _| periods.contains(period));
    let open: Vec<Period> = periods
        .into_iter()
        .filter(|period| !begun(period))
        .collect();
    let average = |period: Period, reported: &Reported| Planned {
        period,
        reported: reported.clone(),
        posts: Posts::Average,
    };
    match target {
        // A period that is not named keeps what was promised for it.
        Target::ByPeriod(targets) => {
            let named = targets.iter().filter(|(period, _)| open.contains(period));
            plan.extend(named.map(|(period, reported)| (*period, average(*period, reported))));
        }
        Target::Whole(Reported::Planned { quantity, parts }) if measure.quantity.adds_up() => {
            plan.retain(|period, _| begun(period));
            let spread = spread(quantity.as_ref(), parts, plan, &open, span, measure);
            plan.extend(spread.into_iter().map(|planned| (planned.period, planned)));
        }
        Target::Whole(reported) => plan.extend(
            open.into_iter()
                .map(|period| (period, average(period, reported))),
        ),
    }
}

/// What is wrong with a plan, if anything is.
pub(super) fn fault(
    commitment: &Commitment,
    contract: &Contract,
    measure: &Measure,
) -> Option<Fault> {
    let number = commitment.number;
    let plan = plan(commitment, contract, measure);
    let figures = |planned: &Planned| match &planned.reported {
        Reported::Planned { quantity, parts } => quantity
            .iter()
            .chain(parts.values())
            .any(|figure| figure.is_negative()),
        _ => false,
    };
    if !measure.allows_harm
        && let Some(below) = plan.values().find(|planned| figures(planned))
    {
        let message = format!(
            "commitment {number}: more than this target is promised already for the periods that have begun, so {} would be promised less than nothing",
            below.period
        );
        return Some(Fault::new("/target", "target_below_promised", message));
    }
    let ends_on = contract.current()?.ends_on;
    let span = Span {
        from: contract.starts_on,
        to: ends_on,
    };
    if let Target::ByPeriod(targets) = &commitment.versions.last()?.target
        && let Some(gone) = targets.keys().find(|period| !plan.contains_key(period))
    {
        let message = format!(
            "commitment {number}: its target of {gone} would have no period of the contract; amend it as well"
        );
        return Some(Fault::new("/targets", "target_left_over", message));
    }
    let Target::Whole(Reported::Planned {
        quantity: Some(target),
        ..
    }) = &commitment.versions.last()?.target
    else {
        return None;
    };
    let placed: Exact = plan
        .values()
        .map(|planned| accrued(planned, &quantity_of, span, measure))
        .sum();
    let left = target.exact() - placed;
    (measure.quantity.adds_up() && left != exact::zero()).then(|| {
        let left = exact::text(&left, 6);
        let message = format!("commitment {number}: {left} of the target is left without a period to be promised for; amend its target as well");
        Fault::new("/target", "target_left_over", message)
    })
}

/// A figure of a period in units that have accrued.
fn accrued(
    planned: &Planned,
    pick: &dyn Fn(&Reported) -> Option<Quantity>,
    span: Span,
    measure: &Measure,
) -> Exact {
    let figure = pick(&planned.reported).unwrap_or_default().exact();
    let average =
        measure.quantity == QuantityKind::AverageOverPeriod && planned.posts == Posts::Average;
    if average {
        figure * planned.period.months_inside(span) / exact::whole(12)
    } else {
        figure
    }
}

/// Spreads what is left of a bare target over the open periods, by months and part months and by
/// cumulative difference, so that all parts together are the target exactly (L2).
fn spread(
    quantity: Option<&Quantity>,
    parts: &BTreeMap<String, Quantity>,
    kept: &BTreeMap<Period, Planned>,
    open: &[Period],
    span: Span,
    measure: &Measure,
) -> Vec<Planned> {
    let accrued = |planned: &Planned, pick: &dyn Fn(&Reported) -> Option<Quantity>| {
        accrued(planned, pick, span, measure)
    };
    let left = |target: Quantity, pick: &dyn Fn(&Reported) -> Option<Quantity>| -> Exact {
        target.exact()
            - kept
                .values()
                .map(|planned| accrued(planned, pick))
                .sum::<Exact>()
    };
    let whole_quantity =
        quantity.map(|target| cumulative(&left(*target, &quantity_of), open, span));
    // A part left out of a new target is a target of nothing, over its whole life.
    let codes: BTreeSet<&String> = kept
        .values()
        .flat_map(|planned| parts_of(&planned.reported))
        .chain(parts.keys())
        .collect();
    let whole_parts: BTreeMap<&String, Vec<Quantity>> = codes
        .into_iter()
        .map(|code| {
            let pick = |reported: &Reported| part_of(reported, code);
            let target = parts.get(code).copied().unwrap_or_default();
            (code, cumulative(&left(target, &pick), open, span))
        })
        .collect();
    let at = |list: &Vec<Quantity>, index: usize| list.get(index).copied().unwrap_or_default();
    open.iter()
        .enumerate()
        .map(|(index, period)| Planned {
            period: *period,
            reported: Reported::Planned {
                quantity: whole_quantity.as_ref().map(|list| at(list, index)),
                parts: whole_parts
                    .iter()
                    .map(|(code, list)| ((*code).clone(), at(list, index)))
                    .collect(),
            },
            posts: Posts::Accrued,
        })
        .collect()
}

fn quantity_of(reported: &Reported) -> Option<Quantity> {
    match reported {
        Reported::Quantity(quantity) => Some(*quantity),
        Reported::Planned { quantity, .. } => *quantity,
        _ => None,
    }
}

fn parts_of(reported: &Reported) -> impl Iterator<Item = &String> {
    let parts = match reported {
        Reported::Planned { parts, .. } | Reported::Components(parts) => Some(parts),
        _ => None,
    };
    parts.into_iter().flat_map(BTreeMap::keys)
}

fn part_of(reported: &Reported, code: &str) -> Option<Quantity> {
    match reported {
        Reported::Planned { parts, .. } | Reported::Components(parts) => parts.get(code).copied(),
        _ => None,
    }
}

/// Splits a total over periods in proportion to their months, each part the difference of rounded sums.
fn cumulative(total: &Exact, periods: &[Period], span: Span) -> Vec<Quantity> {
    let months: Vec<Exact> = periods
        .iter()
        .map(|period| period.months_inside(span))
        .collect();
    let all: Exact = months.iter().sum();
    let mut so_far = exact::zero();
    let mut given = Quantity::ZERO;
    months
        .iter()
        .map(|part| {
            so_far += part;
            let upto = Quantity::round(&(total * &so_far / &all)).unwrap_or_default();
            let piece = Quantity::from_micro(upto.micro() - given.micro()).unwrap_or_default();
            given = upto;
            piece
        })
        .collect()
}
