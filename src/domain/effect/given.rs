//! Adjustments as text, read in one place for proxy files, values brought along, commitments and appraisals.

use super::super::exact::{self, Exact};
use super::super::fault::Fault;
use super::super::series::SeriesRef;
use super::schedule::LAST_YEAR;
use super::{Adjustments, Deduction};

/// Places of a part such as 0.3, and of a multiplier.
const PART_PLACES: usize = 6;
/// The largest multiplier.
const LARGEST_MULTIPLIER: i64 = 100;

/// Adjustments as somebody wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdjustmentsGiven {
    /// Parts deducted.
    pub deductions: Vec<(Deduction, Option<String>)>,
    /// The multiplier.
    pub multiplier: Option<String>,
    /// The first year of effect.
    pub starts_after_years: Option<i64>,
    /// Years of effect.
    pub duration_years: Option<i64>,
    /// The part lost each year.
    pub drop_off: Option<String>,
    /// Series and item of a schedule.
    pub discounted_by: Option<String>,
}

impl AdjustmentsGiven {
    /// Reads them; what is wrong goes to `faults`, with pointers relative to the adjustments, and is left out.
    #[must_use]
    pub fn read(&self, faults: &mut Vec<Fault>) -> Adjustments {
        let last = i64::from(LAST_YEAR);
        let starts = years(
            "/starts_after_years",
            self.starts_after_years,
            (0, last),
            faults,
        );
        let duration = years(
            "/duration_years",
            self.duration_years,
            (1, last + 1),
            faults,
        );
        if starts.unwrap_or(0) + duration.unwrap_or(1) > LAST_YEAR + 1 {
            let message = format!("years go up to {LAST_YEAR}");
            faults.push(Fault::new("/duration_years", "out_of_range", message));
        }
        let parts = self.deductions.iter();
        let deductions = parts.filter_map(|(what, text)| {
            let pointer = format!("/{what}");
            Some((*what, part(&pointer, text.as_deref()?, faults)?))
        });
        Adjustments {
            deductions: deductions.collect(),
            multiplier: self
                .multiplier
                .as_deref()
                .and_then(|text| multiplier(text, faults)),
            starts_after_years: starts,
            duration_years: duration,
            drop_off: self
                .drop_off
                .as_deref()
                .and_then(|text| part("/drop_off", text, faults)),
            discounted_by: self
                .discounted_by
                .as_deref()
                .and_then(|text| schedule(text, faults)),
        }
    }
}

/// A whole number of years between two.
fn years(
    pointer: &str,
    given: Option<i64>,
    (least, most): (i64, i64),
    faults: &mut Vec<Fault>,
) -> Option<u32> {
    let number = given?;
    if !(least..=most).contains(&number) {
        let message = format!("give a whole number of years from {least} to {most}");
        faults.push(Fault::new(pointer, "out_of_range", message));
        return None;
    }
    u32::try_from(number).ok()
}

/// A part between 0 and 1.
fn part(pointer: &str, text: &str, faults: &mut Vec<Fault>) -> Option<Exact> {
    let part = exact::decimal(text, PART_PLACES);
    let inside = |part: &Exact| !part.is_negative() && *part <= exact::one();
    let part = part.ok().filter(inside);
    if part.is_none() {
        let message = "write a part between 0 and 1, such as 0.3, with at most six decimals";
        faults.push(Fault::new(pointer, "not_a_part", message));
    }
    part
}

fn multiplier(text: &str, faults: &mut Vec<Fault>) -> Option<Exact> {
    let inside =
        |number: &Exact| number.is_positive() && *number <= exact::whole(LARGEST_MULTIPLIER);
    let number = exact::decimal(text, PART_PLACES).ok().filter(inside);
    if number.is_none() {
        let message = format!(
            "write a multiplier above 0 and at most {LARGEST_MULTIPLIER}, such as 1.6, with at most six decimals"
        );
        faults.push(Fault::new("/multiplier", "not_a_number", message));
    }
    number
}

fn schedule(text: &str, faults: &mut Vec<Fault>) -> Option<SeriesRef> {
    let named = text.split_once('/');
    let named = named.filter(|(series, item)| !series.is_empty() && !item.is_empty());
    if named.is_none() {
        let message = "write series and item of a schedule, such as discount-rates/standard";
        faults.push(Fault::new("/discounted_by", "unknown_schedule", message));
    }
    named.map(|(series, item)| SeriesRef {
        series: series.to_owned(),
        item: item.to_owned(),
    })
}
