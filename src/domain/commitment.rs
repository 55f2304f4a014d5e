//! What was promised, and how a bare target is spread over the periods of a contract (L2).

use std::collections::BTreeMap;

use super::amount::Quantity;
use super::contract::Contract;
use super::exact::{self, Exact};
use super::measure::{Measure, QuantityKind};
use super::moment::Moment;
use super::period::{Day, Period, Span};
use super::valuation::{Posts, Reported};

/// A target: of the whole contract, or period by period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Over the contract's life: spread over its periods where it adds up, repeated where it does not.
    /// Of an average it is in accrued unit-years (V4).
    Whole(Reported),
    /// Period by period; averages are averages of their periods, as in returns.
    ByPeriod(BTreeMap<Period, Reported>),
}

/// A target from one version on. The first is the baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetVersion {
    /// 1 for the baseline, then one more each amendment.
    pub version: i64,
    /// The day the change holds from.
    pub effective_on: Day,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// Why it was changed; the baseline has none.
    pub reason: Option<String>,
    /// The target.
    pub target: Target,
}

/// A quantity of a measure promised in a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// Number in the contract, from 1: its id in paths, the same on every database.
    pub number: i64,
    /// Code of the measure.
    pub measure: String,
    /// Whether the contract makes it a KPI.
    pub kpi: bool,
    /// Why it does not count the same thing as another commitment of the contract (V11).
    pub counted_separately: Option<String>,
    /// Where it is delivered; else the contract's place.
    pub place: Option<String>,
    /// When it was made.
    pub recorded_at: Moment,
    /// Baseline first; never empty.
    pub versions: Vec<TargetVersion>,
}

/// What is promised for one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The period.
    pub period: Period,
    /// The figures.
    pub reported: Reported,
    /// Whether averages have accrued already.
    pub posts: Posts,
}

impl Commitment {
    /// The line identity of its postings (V12): the same in every database.
    #[must_use]
    pub fn line(&self) -> String {
        format!("commitment {}", self.number)
    }

    /// The commitment as it was known up to a moment; `None` before it was made.
    #[must_use]
    pub fn as_known_at(&self, moment: Moment) -> Option<Self> {
        let mut then = self.clone();
        then.versions
            .retain(|version| version.recorded_at <= moment);
        (self.recorded_at <= moment).then_some(then)
    }

    /// What is promised period by period, after every dated change of target or of the contract's end.
    #[must_use]
    pub fn plan(&self, contract: &Contract, measure: &Measure) -> Vec<Planned> {
        let mut plan: BTreeMap<Period, Planned> = BTreeMap::new();
        for change in changes(self, contract) {
            let span = Span {
                from: contract.starts_on,
                to: change.ends_on,
            };
            let periods = Period::touching(span.from, span.to, contract.reporting);
            plan.retain(|period, _| {
                period.from().max(contract.starts_on) < change.effective_on
                    && periods.contains(period)
            });
            let open: Vec<Period> = periods
                .iter()
                .copied()
                .filter(|period| !plan.contains_key(period))
                .collect();
            match &change.target {
                Target::ByPeriod(targets) => {
                    for (period, reported) in
                        targets.iter().filter(|(period, _)| open.contains(period))
                    {
                        let planned = Planned {
                            period: *period,
                            reported: reported.clone(),
                            posts: Posts::Average,
                        };
                        plan.insert(*period, planned);
                    }
                }
                Target::Whole(Reported::Planned { quantity, parts })
                    if measure.quantity.adds_up() =>
                {
                    for planned in spread(quantity.as_ref(), parts, &plan, &open, span, measure) {
                        plan.insert(planned.period, planned);
                    }
                }
                Target::Whole(reported) => {
                    for period in open {
                        plan.insert(
                            period,
                            Planned {
                                period,
                                reported: reported.clone(),
                                posts: Posts::Average,
                            },
                        );
                    }
                }
            }
        }
        plan.into_values().collect()
    }
}

/// The state of target and end after one recorded change, and the day it holds from.
struct Change<'a> {
    effective_on: Day,
    target: &'a Target,
    ends_on: Day,
}

/// Every change of the target, and of the contract's end after the commitment was made, in the order recorded.
fn changes<'a>(commitment: &'a Commitment, contract: &Contract) -> Vec<Change<'a>> {
    let mut moments: Vec<(Moment, Day)> = commitment
        .versions
        .iter()
        .map(|version| (version.recorded_at, version.effective_on))
        .collect();
    let later_terms = contract
        .versions
        .iter()
        .filter(|terms| terms.recorded_at > commitment.recorded_at);
    moments.extend(later_terms.map(|terms| (terms.recorded_at, terms.effective_on)));
    moments.sort();
    let mut changes = Vec::new();
    for (index, (moment, effective_on)) in moments.into_iter().enumerate() {
        let target = commitment
            .versions
            .iter()
            .rev()
            .find(|version| version.recorded_at <= moment);
        let terms = contract
            .versions
            .iter()
            .rev()
            .find(|terms| terms.recorded_at <= moment);
        if let (Some(version), Some(terms)) = (target, terms) {
            let effective_on = if index == 0 {
                contract.starts_on
            } else {
                effective_on
            };
            changes.push(Change {
                effective_on,
                target: &version.target,
                ends_on: terms.ends_on,
            });
        }
    }
    changes
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
    let accrued = |planned: &Planned, pick: &dyn Fn(&Reported) -> Option<Quantity>| -> Exact {
        let figure = pick(&planned.reported).unwrap_or_default().exact();
        let average =
            measure.quantity == QuantityKind::AverageOverPeriod && planned.posts == Posts::Average;
        if average {
            figure * planned.period.months_inside(span) / exact::whole(12)
        } else {
            figure
        }
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
    let whole_parts: BTreeMap<&String, Vec<Quantity>> = parts
        .iter()
        .map(|(code, target)| {
            let pick = |reported: &Reported| part_of(reported, code);
            (code, cumulative(&left(*target, &pick), open, span))
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
