//! Eight quarters of returns, in all states.

use crate::operations::seen::Seen;
use crate::storage::Tx;
use std::collections::BTreeMap;

use super::chance::Chance;
use super::contracts::{Figure, Promise, SampleContract};
use super::{Writers, morning};
use crate::domain::given::GivenText;
use crate::domain::moment::Moment;
use crate::domain::period::{Day, Period, Reporting, parse_day};
use crate::domain::report::Attestation;
use crate::operations::decide_return::{AcceptedLineGiven, DecisionGiven, decide_return};
use crate::operations::put_return::{EvidenceGiven, LineGiven, ReturnGiven, put_return};
use crate::operations::submit_return::submit_return;
use crate::operations::{Office, Refusal};

/// How far a return goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Missing,
    Draft,
    Submitted,
    SentBack,
    Rejected,
    Accepted,
    AcceptedLower,
    Corrected,
}

/// Reports a contract's quarters from its first up to October to December 2026, and decides most of them.
pub(super) async fn report(
    office: &Office,
    writers: &Writers,
    contract: &SampleContract,
    chance: &mut Chance,
) -> Result<usize, Refusal> {
    let last = parse_day("2026-12-31").unwrap_or_default();
    let periods = Period::touching(contract.starts_on, last, Reporting::Quarterly);
    let count = periods.len();
    let mut returns = 0;
    for (index, period) in periods.into_iter().enumerate() {
        let fate = fate(count - 1 - index, chance);
        if fate != Fate::Missing {
            let label = period.label();
            let given = quarter(contract, index, &label, chance);
            let open = parse_day("2026-11-02").filter(|day| period.to() >= *day);
            let day = open.unwrap_or(period.to());
            let contract = contract.id.as_str();
            let case = Case {
                office,
                writers,
                contract,
                label,
                day,
            };
            one(&case, given, fate, chance).await?;
            returns += 1;
        }
    }
    Ok(returns)
}

/// The present quarter is a draft at most, the last one is under way, older ones are decided.
fn fate(quarters_ago: usize, chance: &mut Chance) -> Fate {
    let choices: &[Fate] = match quarters_ago {
        0 => &[Fate::Draft, Fate::Missing],
        1 => &[
            Fate::Submitted,
            Fate::Submitted,
            Fate::SentBack,
            Fate::Draft,
            Fate::Missing,
            Fate::Accepted,
        ],
        2 => &[
            Fate::Accepted,
            Fate::Accepted,
            Fate::AcceptedLower,
            Fate::Rejected,
            Fate::Corrected,
            Fate::Submitted,
        ],
        _ => &[
            Fate::Accepted,
            Fate::Accepted,
            Fate::Accepted,
            Fate::AcceptedLower,
            Fate::Corrected,
        ],
    };
    chance.pick(choices).copied().unwrap_or(Fate::Accepted)
}

/// One return of the sample, and who handles it.
struct Case<'a> {
    office: &'a Office,
    writers: &'a Writers,
    contract: &'a str,
    label: String,
    /// The day its days are counted from.
    day: Day,
}

impl Case<'_> {
    /// Puts and submits, so many days after the period.
    async fn hand_in(&self, given: &ReturnGiven, days: u64) -> Result<(), Refusal> {
        self.put(given, days).await?;
        let (reporter, at) = (&self.writers.reporter, after(self.day, days + 2));
        let (office, contract, label) = (self.office, self.contract, &self.label);
        let submit = async |tx: &mut Tx| {
            submit_return(
                tx,
                office.hand(reporter, at),
                contract,
                label,
                &Seen::Vouched,
            )
            .await
        };
        office.change_contract(contract, submit).await?;
        Ok(())
    }

    async fn put(&self, given: &ReturnGiven, days: u64) -> Result<(), Refusal> {
        let (reporter, at) = (&self.writers.reporter, after(self.day, days));
        let (contract, label) = (self.contract, &self.label);
        let (office, seen) = (self.office, &Seen::Vouched);
        let put = async |tx: &mut Tx| {
            let place = (contract, label.as_str());
            put_return(
                tx,
                office.hand(reporter, at),
                place,
                given,
                seen,
                Vec::new(),
            )
            .await
        };
        office.change_contract(contract, put).await?;
        Ok(())
    }

    async fn decide(&self, decision: &DecisionGiven, days: u64) -> Result<(), Refusal> {
        let (commissioner, at) = (&self.writers.commissioner, after(self.day, days));
        let (contract, label) = (self.contract, &self.label);
        let office = self.office;
        let decide = async |tx: &mut Tx| {
            let none = Vec::new();
            decide_return(
                tx,
                office.hand(commissioner, at),
                contract,
                label,
                decision,
                &Seen::Vouched,
                none,
            )
            .await
        };
        office.change_contract(contract, decide).await?;
        Ok(())
    }
}

async fn one(
    case: &Case<'_>,
    mut given: ReturnGiven,
    fate: Fate,
    chance: &mut Chance,
) -> Result<(), Refusal> {
    if fate == Fate::Draft {
        return case.put(&given, 12).await;
    }
    case.hand_in(&given, 12).await?;
    let missing = "sample: the timesheets are missing";
    let elsewhere = "sample: reported for another contract";
    match fate {
        Fate::SentBack => {
            case.decide(&decided(1, "send_back", Some(missing)), 30)
                .await?
        }
        Fate::Rejected => {
            case.decide(&decided(1, "reject", Some(elsewhere)), 30)
                .await?
        }
        Fate::Accepted | Fate::Corrected => case.decide(&decided(1, "accept", None), 30).await?,
        Fate::AcceptedLower => case.decide(&lower(&given), 30).await?,
        _ => {}
    }
    if fate == Fate::Corrected {
        correct(&mut given);
        case.hand_in(&given, 40).await?;
        let decision = if chance.one_in(3) {
            decided(2, "reject", Some("sample: no new evidence"))
        } else {
            decided(2, "accept", None)
        };
        case.decide(&decision, 50).await?;
    }
    Ok(())
}

/// Doubles the last plain quantity that nothing limits.
fn correct(given: &mut ReturnGiven) {
    let plain = |line: &&mut LineGiven| line.figures.quantity.is_some() && line.starters.is_none();
    if let Some(line) = given.lines.iter_mut().rev().find(plain) {
        line.note = Some("sample: corrected after a check of the records".to_owned());
        double(&mut line.figures);
    }
}

/// What a quarter of a contract reports.
fn quarter(
    contract: &SampleContract,
    index: usize,
    label: &str,
    chance: &mut Chance,
) -> ReturnGiven {
    let promised = contract.commitments.iter().enumerate();
    ReturnGiven {
        lines: promised
            .filter_map(|(line, promise)| line_of(contract, line, promise, index, label, chance))
            .collect(),
        attestation: Attestation {
            contract_and_period_only: true,
            relates_to_commitment: true,
        },
    }
}

fn after(day: Day, days: u64) -> Moment {
    morning(day.checked_add_days(chrono::Days::new(days)).unwrap_or(day))
}

fn decided(revision: i64, word: &str, reason: Option<&str>) -> DecisionGiven {
    DecisionGiven {
        revision: Some(revision),
        decision: Some(word.to_owned()),
        reason: reason.map(str::to_owned),
        lines: Vec::new(),
    }
}

/// Accepts everything but half of the first plain quantity.
fn lower(given: &ReturnGiven) -> DecisionGiven {
    let plain = given
        .lines
        .iter()
        .find(|line| line.figures.quantity.is_some() && line.starters.is_none());
    let lines = plain.map(|line| {
        let claimed: i64 = line
            .figures
            .quantity
            .as_deref()
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        AcceptedLineGiven {
            line: line.line.clone(),
            figures: GivenText {
                quantity: Some((claimed / 2).to_string()),
                ..GivenText::default()
            },
            reason: Some("sample: half is evidenced".to_owned()),
        }
    });
    DecisionGiven {
        lines: lines.into_iter().collect(),
        ..decided(1, "accept", None)
    }
}

fn double(figures: &mut GivenText) {
    if let Some(number) = figures
        .quantity
        .as_deref()
        .and_then(|text| text.parse::<i64>().ok())
    {
        figures.quantity = Some((number * 2).to_string());
    }
}

/// A line of a quarter; now and then one is not reported, which is not zero.
fn line_of(
    contract: &SampleContract,
    line: usize,
    promise: &Promise,
    quarter: usize,
    label: &str,
    chance: &mut Chance,
) -> Option<LineGiven> {
    if chance.one_in(10) && !matches!(promise.figure, Figure::Starters(..)) {
        return None;
    }
    let mut given = LineGiven {
        line: Some((line + 1).to_string()),
        measure: Some(promise.measure.to_owned()),
        place: Some(contract.place.clone()),
        ..LineGiven::default()
    };
    match &promise.figure {
        Figure::Quantity(least, most) => {
            given.figures.quantity = Some(chance.between(*least, *most).to_string())
        }
        Figure::Percent(least, most) => {
            given.figures.numerator = Some(chance.between(*least, *most).to_string());
            given.figures.denominator = Some("100".to_owned());
        }
        Figure::Answer => given.figures.answer = Some(!chance.one_in(6)),
        Figure::Components(list) => {
            let components = list.iter().map(|(code, least, most)| {
                (
                    (*code).to_owned(),
                    chance.between(*least, *most).to_string(),
                )
            });
            given.figures.components = Some(components.collect::<BTreeMap<_, _>>());
        }
        Figure::Starters(_, most) => starters(&mut given, *most, quarter),
    }
    given.evidence = evidence(&given, label, chance);
    Some(given)
}

/// Everybody starts in the first quarter and counts for four (V5).
fn starters(given: &mut LineGiven, people: i64, quarter: usize) {
    let (starters, average) = match quarter {
        0 => (people, people),
        1..=3 => (0, people),
        _ => (0, 0),
    };
    given.starters = Some(starters.to_string());
    given.figures.quantity = Some(average.to_string());
}

fn evidence(given: &LineGiven, label: &str, chance: &mut Chance) -> Vec<EvidenceGiven> {
    let measure = given.measure.clone().unwrap_or_default();
    let link = Some(format!("https://sample.example/{label}/{measure}"));
    let half = given
        .figures
        .quantity
        .as_deref()
        .and_then(|text| text.parse::<i64>().ok())
        .map(|number| (number / 2).to_string());
    match chance.between(0, 3) {
        0 => Vec::new(),
        1 if half.is_some() && !matches!(measure.as_str(), "staff-wellbeing-access") => {
            vec![EvidenceGiven {
                link,
                sha256: None,
                quantity: half,
            }]
        }
        _ => vec![EvidenceGiven {
            link,
            ..EvidenceGiven::default()
        }],
    }
}
