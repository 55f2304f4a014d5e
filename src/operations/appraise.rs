//! Appraising costs and benefits by year under a named schedule, with nothing stored (V9).

use crate::catalogue::Catalogue;
use crate::domain::amount::Pence;
use crate::domain::appraisal::effect::{Deduction, Effect};
use crate::domain::appraisal::schedule::{LAST_YEAR, Schedule};
use crate::domain::appraisal::{Appraisal, Item, appraise};
use crate::domain::exact::{self, Exact};
use crate::domain::fault::Fault;
use crate::domain::series::Series;

use super::Refusal;
use super::reading::{LONGEST_NAME, Reading};

/// The most costs, and the most benefits, in one appraisal.
pub const MOST_ITEMS: usize = 200;
/// The most years of all costs, and of all benefits, together: an answer shows each.
const MOST_YEARS: u64 = 5_000;
/// Places of a part such as 0.3.
const PART_PLACES: usize = 6;

/// An appraisal as given.
#[derive(Debug, Clone, Default)]
pub struct AppraisalGiven {
    /// Series and item of the schedule, such as `discount-rates/standard`.
    pub schedule: Option<String>,
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
    /// Its first year; 0 when missing.
    pub starts_after_years: Option<i64>,
    /// Its years; 1 when missing.
    pub duration_years: Option<i64>,
    /// The part lost each year from the second on; none when missing.
    pub drop_off: Option<String>,
    /// Parts deducted.
    pub deductions: Vec<(Deduction, Option<String>)>,
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

/// Appraises. The newest release of the schedule is taken.
///
/// # Errors
/// [`Refusal::Invalid`] with every fault.
pub fn appraise_given<'a>(
    catalogue: &'a Catalogue,
    given: &AppraisalGiven,
    faults: Vec<Fault>,
) -> Result<Appraised<'a>, Refusal> {
    let mut reading = Reading::after(faults);
    let found = schedule(catalogue, given.schedule.as_deref(), &mut reading);
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
fn schedule<'a>(
    catalogue: &'a Catalogue,
    name: Option<&str>,
    reading: &mut Reading,
) -> Option<(&'a Series, String, Schedule)> {
    let name = reading.required("/schedule", name)?;
    let named = name.split_once('/').and_then(|(series, item)| {
        let releases = catalogue.series.iter().filter(|one| one.name == series);
        let newest = releases.max_by(|one, other| one.release.cmp(&other.release))?;
        Some((newest, item.to_owned(), Schedule::of(newest, item)?))
    });
    if named.is_none() {
        let known = catalogue.series.iter().flat_map(|series| {
            let items = series.bands.keys();
            items.map(|item| format!("{}/{item}", series.name))
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
        let amount = amount.and_then(|text| pounds(&at("amount"), text, reading));
        let last = i64::from(LAST_YEAR);
        let starts = years(
            &at("starts_after_years"),
            one.starts_after_years,
            (0, 0, last),
            reading,
        );
        let duration = years(
            &at("duration_years"),
            one.duration_years,
            (1, 1, last + 1),
            reading,
        );
        if let (Some(starts), Some(duration)) = (starts, duration)
            && starts + duration > LAST_YEAR + 1
        {
            let message = format!("years go up to {LAST_YEAR}");
            reading.fault(at("duration_years"), "out_of_range", message);
        }
        let drop_off = part(&at("drop_off"), one.drop_off.as_deref(), reading);
        let mut deductions = Vec::new();
        for (what, text) in &one.deductions {
            let part = part(&at(what.word()), text.as_deref(), reading);
            deductions.extend(part.map(|part| (*what, part)));
        }
        let (Some(label), Some(gross), Some(starts_after_years), Some(duration_years)) =
            (label, amount, starts, duration)
        else {
            continue;
        };
        found.push(Item {
            label,
            effect: Effect {
                gross,
                deductions,
                starts_after_years,
                duration_years,
                drop_off: drop_off.unwrap_or_else(exact::zero),
            },
        });
    }
    let years = found
        .iter()
        .map(|item| u64::from(item.effect.duration_years));
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

/// A whole number of years between two, or what is usual.
fn years(
    pointer: &str,
    given: Option<i64>,
    (usual, least, most): (i64, i64, i64),
    reading: &mut Reading,
) -> Option<u32> {
    let number = given.unwrap_or(usual);
    if !(least..=most).contains(&number) {
        let message = format!("give a whole number of years from {least} to {most}");
        reading.fault(pointer, "out_of_range", message);
        return None;
    }
    u32::try_from(number).ok()
}

/// A part between 0 and 1.
fn part(pointer: &str, given: Option<&str>, reading: &mut Reading) -> Option<Exact> {
    let part = exact::decimal(given?, PART_PLACES);
    let inside = |part: &Exact| !part.is_negative() && *part <= exact::one();
    let part = part.ok().filter(inside);
    if part.is_none() {
        let message = "write a part between 0 and 1, such as 0.3, with at most six decimals";
        reading.fault(pointer, "not_a_part", message);
    }
    part
}
