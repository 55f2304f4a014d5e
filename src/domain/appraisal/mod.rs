//! Appraisal: costs and benefits by year as present values, and what they come to (V9). A ratio below one is a result.

use std::collections::BTreeMap;

use super::amount::Pence;
use super::effect::schedule::Schedule;
use super::effect::{Adjustments, Step};
use super::exact::{self, Exact};

/// A cost or a benefit as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What people call it.
    pub label: String,
    /// Pounds of its first year of effect, before anything is deducted.
    pub gross: Exact,
    /// How they come down, and in which years they fall. The schedule is that of the appraisal.
    pub adjustments: Adjustments,
}

/// Pounds of one item in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearOfItem {
    /// Years from now.
    pub year: u32,
    /// Pounds of that year, exact.
    pub pounds: Exact,
    /// Its present value, rounded once, here (V2).
    pub present: Pence,
}

/// An item with its working.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worked {
    /// What people call it.
    pub label: String,
    /// How its pounds came about.
    pub steps: Vec<Step>,
    /// Year by year.
    pub years: Vec<YearOfItem>,
    /// The sum of its present values.
    pub present: Pence,
}

/// One year over all items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// Years from now.
    pub year: u32,
    /// Its discount factor, exact.
    pub factor: Exact,
    /// Present value of its costs.
    pub costs: Pence,
    /// Present value of its benefits.
    pub benefits: Pence,
    /// Benefits less costs of this and all earlier years.
    pub net_so_far: Pence,
}

/// What an appraisal comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appraisal {
    /// Costs with their working.
    pub costs: Vec<Worked>,
    /// Benefits with their working.
    pub benefits: Vec<Worked>,
    /// Every year from 0 to the last.
    pub years: Vec<Year>,
    /// Present value of all costs.
    pub present_costs: Pence,
    /// Present value of all benefits.
    pub present_benefits: Pence,
    /// Net present social value.
    pub net_present_social_value: Pence,
    /// Present benefits / present costs; `None` without costs.
    pub benefit_cost_ratio: Option<Exact>,
    /// The first year by the end of which discounted benefits have covered discounted costs for good.
    pub payback_year: Option<u32>,
}

/// A sum left the range that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a present value is beyond 10^15 pence")]
pub struct OutOfRange;

/// Appraises costs and benefits under a schedule. Each present value of an item and a year is rounded once, half away
/// from zero, to whole pence; everything after that adds whole pence, so that every column adds up (V2).
///
/// # Errors
/// [`OutOfRange`].
pub fn appraise(
    schedule: &Schedule,
    costs: &[Item],
    benefits: &[Item],
) -> Result<Appraisal, OutOfRange> {
    let ends = |item: &Item| item.adjustments.starts() + item.adjustments.duration();
    let end = costs.iter().chain(benefits).map(ends).max().unwrap_or(1);
    let factors = schedule.factors(end.saturating_sub(1));
    let work = |items: &[Item]| -> Result<Vec<Worked>, OutOfRange> {
        items.iter().map(|item| worked(item, &factors)).collect()
    };
    let (costs, benefits) = (work(costs)?, work(benefits)?);
    let years = by_year(&factors, &costs, &benefits)?;
    let present_costs = sum(costs.iter().map(|one| one.present))?;
    let present_benefits = sum(benefits.iter().map(|one| one.present))?;
    let covered = |year: &&Year| !year.net_so_far.is_negative();
    let unpaid = years.iter().rev().take_while(covered).count();
    Ok(Appraisal {
        net_present_social_value: minus(present_benefits, present_costs)?,
        benefit_cost_ratio: (present_costs.pence() != 0)
            .then(|| present_benefits.pounds() / present_costs.pounds()),
        payback_year: years.get(years.len() - unpaid).map(|year| year.year),
        costs,
        benefits,
        years,
        present_costs,
        present_benefits,
    })
}

fn worked(item: &Item, factors: &[Exact]) -> Result<Worked, OutOfRange> {
    let (years, steps) = item.adjustments.years(&item.gross);
    let mut found = Vec::new();
    for (year, pounds) in years {
        let factor = usize::try_from(year)
            .ok()
            .and_then(|year| factors.get(year));
        let factor = factor.cloned().ok_or(OutOfRange)?;
        let present = Pence::round_pounds(&(pounds.clone() * factor)).ok_or(OutOfRange)?;
        found.push(YearOfItem {
            year,
            pounds,
            present,
        });
    }
    Ok(Worked {
        label: item.label.clone(),
        steps,
        present: sum(found.iter().map(|one| one.present))?,
        years: found,
    })
}

fn by_year(
    factors: &[Exact],
    costs: &[Worked],
    benefits: &[Worked],
) -> Result<Vec<Year>, OutOfRange> {
    let gathered = |items: &[Worked]| -> Result<BTreeMap<u32, Pence>, OutOfRange> {
        let mut found: BTreeMap<u32, Pence> = BTreeMap::new();
        for one in items.iter().flat_map(|item| &item.years) {
            let before = found.get(&one.year).copied();
            found.insert(one.year, sum(before.into_iter().chain([one.present]))?);
        }
        Ok(found)
    };
    let (costs, benefits) = (gathered(costs)?, gathered(benefits)?);
    let none = sum([])?;
    let (mut years, mut so_far) = (Vec::new(), none);
    for (year, factor) in (0_u32..).zip(factors) {
        let of = |found: &BTreeMap<u32, Pence>| found.get(&year).copied().unwrap_or(none);
        so_far = minus(sum([so_far, of(&benefits)])?, of(&costs))?;
        years.push(Year {
            year,
            factor: factor.clone(),
            costs: of(&costs),
            benefits: of(&benefits),
            net_so_far: so_far,
        });
    }
    Ok(years)
}

fn sum(parts: impl IntoIterator<Item = Pence>) -> Result<Pence, OutOfRange> {
    let mut whole = 0_i64;
    for part in parts {
        whole = whole.checked_add(part.pence()).ok_or(OutOfRange)?;
    }
    Pence::new(whole).ok_or(OutOfRange)
}

fn minus(one: Pence, other: Pence) -> Result<Pence, OutOfRange> {
    let pence = one.pence().checked_sub(other.pence()).ok_or(OutOfRange)?;
    Pence::new(pence).ok_or(OutOfRange)
}

/// A ratio as it is printed: four places, half away from zero.
#[must_use]
pub fn ratio_text(ratio: &Exact) -> String {
    exact::fixed(ratio, 4)
}
