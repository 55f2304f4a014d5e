//! Committing to a quantity of a measure, and amending that with a reason and a date (L2, V4, V11).

use std::collections::BTreeMap;

use crate::domain::commitment::adjusting::Adjusting;
use crate::domain::commitment::{Commitment, Target, TargetVersion};
use crate::domain::counting::{self, PeriodLines};
use crate::domain::effect::given::AdjustmentsGiven;
use crate::domain::fault::Fault;
use crate::domain::given::GivenText;
use crate::domain::ledger::standing::Ground;
use crate::domain::measure::{Measure, Shelf};
use crate::domain::moment::Moment;
use crate::domain::period::Period;
use crate::domain::report::Return;
use crate::storage::{self, Tx};

use super::adjusting;
use super::audit::{self, Entry, told};
use super::book::{self, Book, Change};
use super::reading::{LONGEST_NOTE, Reading};
use super::{Conflict, Hand, Refusal};

/// The most commitments of one contract.
pub const MOST_COMMITMENTS: usize = 200;

/// A target of one period, as given.
#[derive(Debug, Clone, Default)]
pub struct PeriodTargetGiven {
    /// Label of the period.
    pub period: Option<String>,
    /// The figures.
    pub figures: GivenText,
}

/// A target as given: of the whole contract, or period by period.
#[derive(Debug, Clone, Default)]
pub struct TargetGiven {
    /// `target`, `components`, `answer` or `text` of the whole contract.
    pub whole: Option<GivenText>,
    /// `targets`.
    pub by_period: Option<Vec<PeriodTargetGiven>>,
}

/// A commitment as given.
#[derive(Debug, Clone, Default)]
pub struct CommitmentGiven {
    /// Code or alias of the measure.
    pub measure: Option<String>,
    /// The target.
    pub target: TargetGiven,
    /// Whether it is a KPI.
    pub kpi: Option<bool>,
    /// Why it does not count the same thing as another commitment.
    pub counted_separately: Option<String>,
    /// Code of the place, where it is not the contract's.
    pub place: Option<String>,
    /// What is adjusted otherwise than the edition.
    pub adjustments: Option<AdjustmentsGiven>,
    /// Why.
    pub adjusted_because: Option<String>,
}

/// Adds a commitment; its targets stand in the ledger as `committed`.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] with every fault: unknown measure, a target that does not
/// fit it, the same thing committed twice (V11), no value for its place or year (V8).
pub async fn add_commitment(
    tx: &mut Tx,
    hand: Hand<'_>,
    contract_id: &str,
    given: &CommitmentGiven,
    faults: Vec<Fault>,
) -> Result<Commitment, Refusal> {
    let Hand { office, actor, at } = hand;
    let (head, recorded_at) = book::take_chain(tx, actor, contract_id, at).await?;
    let mut book = book::open(tx, office, actor, contract_id).await?;
    let commitment = read(&book, recorded_at, given, Reading::after(faults.clone()))?;
    adjusting::refuse_two_ways(&book, &commitment)?;
    storage::commitment::add(tx, &actor.partnership, contract_id, &commitment).await?;
    book.commitments.push(commitment.clone());
    let reason = format!("commitment {} made", commitment.number);
    let change = Change {
        head: &head,
        recorded_at,
        reason: &reason,
    };
    book::settle(tx, actor, &book, adjusting::moved(&book), change).await?;
    let after = told::commitment(&commitment);
    let id = format!("{contract_id}/{}", commitment.number);
    audit::leave(
        tx,
        office,
        actor,
        recorded_at,
        Entry::of("add_commitment", "commitment", &id)
            .of_contract(contract_id)
            .after(after),
    )
    .await?;
    Ok(commitment)
}

fn read(
    book: &Book,
    recorded_at: Moment,
    given: &CommitmentGiven,
    mut reading: Reading,
) -> Result<Commitment, Refusal> {
    if book.commitments.len() >= MOST_COMMITMENTS {
        return Err(Refusal::conflict(
            Conflict::TooManyCommitments,
            format!("a contract has at most {MOST_COMMITMENTS} commitments"),
        ));
    }
    let ground = book.ground();
    let measure = reading.measure(&ground, given.measure.as_deref());
    let counted_separately = reading.text(
        "/counted_separately",
        given.counted_separately.as_deref(),
        LONGEST_NOTE,
    );
    let place = reading.place("/place", given.place.as_deref(), &book.places);
    let adjusting = adjustments(&ground, measure, given, &mut reading);
    let target = match measure {
        Some(measure) => {
            refuse_library(measure, &mut reading);
            reading.faults.extend(counting::committed_twice(
                &ground,
                &book.commitments,
                &measure.code,
                counted_separately.as_deref(),
            ));
            let claims: Vec<PeriodLines<'_>> = book.returns.iter().filter_map(claimed).collect();
            let beside = counting::committed_beside(&ground, &claims, &measure.code);
            reading
                .faults
                .extend(beside.filter(|_| counted_separately.is_none()));
            read_target(book, measure, &given.target, &mut reading)
        }
        None => None,
    };
    let made = measure.zip(target).map(|(measure, target)| Commitment {
        number: book
            .commitments
            .iter()
            .map(|one| one.number)
            .max()
            .unwrap_or(0)
            + 1,
        measure: measure.code.clone(),
        kpi: given.kpi.unwrap_or(false),
        counted_separately,
        place,
        recorded_at,
        versions: vec![TargetVersion {
            version: 1,
            effective_on: book.contract.starts_on,
            recorded_at,
            reason: None,
            target,
            adjusting,
        }],
    });
    reading.end(made)
}

/// What is adjusted otherwise than the edition, with the reason that this needs.
fn adjustments(
    ground: &Ground<'_>,
    measure: Option<&Measure>,
    given: &CommitmentGiven,
    reading: &mut Reading,
) -> Option<Adjusting> {
    let because = given.adjusted_because.as_deref();
    let Some(adjustments) = &given.adjustments else {
        if because.is_some() {
            let message = "this says why something is adjusted, and nothing is";
            reading.fault("/adjusted_because", "field_not_taken", message);
        }
        return None;
    };
    let reason = reading.required_text("/adjusted_because", because, LONGEST_NOTE);
    adjusting::read(ground, measure?, adjustments, reason, reading)
}

/// The lines of a return whose claim stands.
fn claimed(given: &Return) -> Option<PeriodLines<'_>> {
    let revision = given.claimed()?;
    Some(PeriodLines {
        period: given.period,
        lines: &revision.lines,
    })
}

/// Library measures need a stated counterfactual or an evaluation, and are off.
pub(super) fn refuse_library(measure: &Measure, reading: &mut Reading) {
    if measure.shelf == Shelf::Library {
        let why = measure.shelf_reason.clone().unwrap_or_default();
        reading.fault(
            "/measure",
            "library_measure",
            format!(
                "{} is on the library shelf, which is off: {why}",
                measure.code
            ),
        );
    }
}

/// Reads a target in the shape of its measure, its periods in the contract's calendar and life.
pub(super) fn read_target(
    book: &Book,
    measure: &Measure,
    given: &TargetGiven,
    reading: &mut Reading,
) -> Option<Target> {
    // Figures that could not be taken apart are at fault already.
    let at_fault = |fault: &Fault| {
        let top = fault.pointer.split('/').nth(1).unwrap_or_default();
        ["target", "components", "answer", "text", "targets"].contains(&top)
    };
    if given.by_period.is_none() && reading.faults.iter().any(at_fault) {
        return None;
    }
    match (&given.whole, &given.by_period) {
        (Some(_), Some(_)) => {
            reading.fault(
                "/targets",
                "target_twice",
                "give a target of the whole contract or targets by period, not both",
            );
            None
        }
        (None, None) => {
            reading.required::<str>("/target", None);
            None
        }
        (Some(figures), None) => match figures.read_target(measure, "/target") {
            Ok(reported) => Some(Target::Whole(reported)),
            Err(faults) => {
                reading.faults.extend(faults);
                None
            }
        },
        (None, Some(list)) => by_period(book, measure, list, reading),
    }
}

fn by_period(
    book: &Book,
    measure: &Measure,
    list: &[PeriodTargetGiven],
    reading: &mut Reading,
) -> Option<Target> {
    let life = book.contract.periods();
    let before = reading.faults.len();
    let mut targets = BTreeMap::new();
    if list.is_empty() {
        reading.fault("/targets", "field_missing", "give at least one period");
    }
    for (index, one) in list.iter().enumerate() {
        let pointer = format!("/targets/{index}");
        let period = reading
            .required(&format!("{pointer}/period"), one.period.as_deref())
            .and_then(Period::parse)
            .filter(|period| life.contains(period));
        if one.period.is_some() && period.is_none() {
            let labels: Vec<String> = life.iter().map(|period| period.label()).collect();
            reading.fault(
                format!("{pointer}/period"),
                "not_a_period_of_contract",
                format!("the contract has the periods {}", labels.join(", ")),
            );
        }
        match one.figures.read_target(measure, "/quantity") {
            Ok(reported) => {
                if period.is_some_and(|period| targets.insert(period, reported).is_some()) {
                    reading.fault(
                        format!("{pointer}/period"),
                        "period_twice",
                        "this period is named twice",
                    );
                }
            }
            Err(faults) => reading
                .faults
                .extend(faults.into_iter().map(|fault| fault.under(&pointer))),
        }
    }
    (reading.faults.len() == before).then_some(Target::ByPeriod(targets))
}
