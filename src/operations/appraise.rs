//! Appraising costs and benefits by year under a named schedule, with nothing stored (V9).

use crate::catalogue::Catalogue;
use crate::domain::amount::Pence;
use crate::domain::appraisal::{Appraisal, Item, appraise};
use crate::domain::effect::given::AdjustmentsGiven;
use crate::domain::effect::schedule::Schedule;
use crate::domain::exact::Exact;
use crate::domain::fault::Fault;
use crate::domain::series::Series;

use super::Refusal;
use super::reading::{LONGEST_NAME, Reading};

/// The most costs, and the most benefits, in one appraisal.
pub const MOST_ITEMS: usize = 200;
/// The most years of all costs, and of all benefits, together: an answer shows each.
const MOST_YEARS: u64 = 5_000;

/// An appraisal as given.
#[derive(Debug, Clone, Default)]
pub struct AppraisalGiven {
    /// Series and item of the schedule, such as `discount-rates/standard`.
    pub schedule: Option<String>,
    /// The release of the series; the newest when missing.
    pub release: Option<String>,
    /// What it costs.
    pub costs: Vec<ItemGiven>,
    /// What it brings.
    pub benefits: Vec<ItemGiven>,
}

/// A cost or a benefit as given.
#[derive(Debug, Clone, Default)]
pub struct ItemGiven {
    /// What people call it.
    pub label: Option<String>,
    /// Pounds of its first year, before anything is deducted.
    pub amount: Option<String>,
    /// What is deducted, and the years it falls in; the schedule is that of the appraisal.
    pub adjustments: AdjustmentsGiven,
}

/// An appraisal, with the schedule it was made under.
#[derive(Debug, Clone)]
pub struct Appraised<'a> {
    /// The release of the schedule.
    pub series: &'a Series,
    /// Its item.
    pub item: String,
    /// What it came to.
    pub appraisal: Appraisal,
}

/// Appraises, under a schedule that is shipped or one of the partnership's `own`. The newest release of it is taken where
/// none is named.
///
/// # Errors
/// [`Refusal::Invalid`] with every fault.
pub fn appraise_given<'a>(
    catalogue: &'a Catalogue,
    own: &'a [Series],
    given: &AppraisalGiven,
    faults: Vec<Fault>,
) -> Result<Appraised<'a>, Refusal> {
    let mut reading = Reading::after(faults);
    let all = || catalogue.series.iter().chain(own);
    let found = schedule(all, given, &mut reading);
    let costs = items("/costs", &given.costs, &mut reading);
    let benefits = items("/benefits", &given.benefits, &mut reading);
    if given.costs.is_empty() && given.benefits.is_empty() && reading.faults.is_empty() {
        reading.fault(
            "/benefits",
            "field_missing",
            "give at least one cost or benefit",
        );
    }
    let (series, item, schedule) = reading.end(found)?;
    let appraisal = appraise(&schedule, &costs, &benefits)
        .map_err(|error| Refusal::fault("", "out_of_range", error.to_string()))?;
    Ok(Appraised {
        series,
        item,
        appraisal,
    })
}

/// The newest release of a series that has the item of a name such as `discount-rates/standard`.
fn schedule<'a, All: Iterator<Item = &'a Series>>(
    all: impl Fn() -> All,
    given: &AppraisalGiven,
    reading: &mut Reading,
) -> Option<(&'a Series, String, Schedule)> {
    let name = reading.required("/schedule", given.schedule.as_deref())?;
    let asked = given.release.as_ref();
    let named = name.split_once('/').and_then(|(series, item)| {
        let releases = all().filter(|one| one.name == series);
        let releases = releases.filter(|one| asked.is_none_or(|asked| one.release == *asked));
        let newest = releases.max_by(|one, other| one.release.cmp(&other.release))?;
        Some((newest, item.to_owned(), Schedule::of(newest, item)?))
    });
    if named.is_none() {
        let known = all().flat_map(|series| {
            let items = series.bands.keys();
            items.map(|item| match asked {
                None => format!("{}/{item}", series.name),
                Some(_) => format!("{}/{item} of release {}", series.name, series.release),
            })
        });
        let known: std::collections::BTreeSet<String> = known.collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let message = format!("choose one of {}", known.join(", "));
        reading.fault("/schedule", "unknown_schedule", message);
    }
    named
}

fn items(list: &str, given: &[ItemGiven], reading: &mut Reading) -> Vec<Item> {
    let mut found = Vec::new();
    for (index, one) in given.iter().enumerate() {
        let at = |field: &str| format!("{list}/{index}/{field}");
        let label = reading.required_text(&at("label"), one.label.as_deref(), LONGEST_NAME);
        let amount = reading.required(&at("amount"), one.amount.as_deref());
        let gross = amount.and_then(|text| pounds(&at("amount"), text, reading));
        let mut faults = Vec::new();
        let adjustments = one.adjustments.read(&mut faults);
        let faults = faults.into_iter();
        let item = format!("{list}/{index}");
        reading
            .faults
            .extend(faults.map(|fault| fault.under(&item)));
        found.extend(label.zip(gross).map(|(label, gross)| Item {
            label,
            gross,
            adjustments,
        }));
    }
    let years = found
        .iter()
        .map(|item| u64::from(item.adjustments.duration()));
    if years.sum::<u64>() > MOST_YEARS {
        let message = format!("at most {MOST_YEARS} years of all items together");
        reading.fault(list, "too_many", message);
    }
    found
}

fn pounds(pointer: &str, text: &str, reading: &mut Reading) -> Option<Exact> {
    match Pence::parse_pounds(text) {
        Ok(pence) => Some(pence.pounds()),
        Err(error) => {
            reading.fault(pointer, "not_a_number", error.to_string());
            None
        }
    }
}
