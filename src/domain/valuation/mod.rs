//! How a pound is made: one pure function values a what-if, a commitment, a draft and a submitted line alike (V2, V16).

mod choose;
pub mod derivation;
mod part;
pub mod rate;
pub mod steps;
pub mod unit_value;
pub mod working;

use std::collections::BTreeMap;

use super::amount::{Pence, Quantity, Share, Worth};
use super::commitment::adjusting::Adjusted;
use super::edition::Edition;
use super::exact::{self, Exact};
use super::fault::Fault;
use super::measure::{Input, Measure, QuantityKind, Valuation};
use super::period::{Period, Span};
use super::place::Places;
use super::spread::Ends;
use working::{Accrual, UnitConversion, WorkedPart, Working};

/// What a line says happened, in the shape its measure takes (V6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reported {
    /// A plain quantity.
    Quantity(Quantity),
    /// Factors of a product and parts of a composite, by code. A part not listed is zero.
    Components(BTreeMap<String, Quantity>),
    /// A numerator and a denominator; percentages are never summed (V7).
    Ratio {
        /// Those that meet it.
        numerator: Quantity,
        /// All.
        denominator: Quantity,
    },
    /// A target: the quantity (of a product, the product itself), and parts valued apart.
    Planned {
        /// The quantity, where the measure has one.
        quantity: Option<Quantity>,
        /// Parts by code.
        parts: BTreeMap<String, Quantity>,
    },
    /// Yes or no.
    Answer(bool),
    /// Words.
    Text(String),
}

/// How an average over the period reaches this line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Posts {
    /// An average over the period, still to accrue over its months inside the contract (V4).
    Average,
    /// Unit-years that have accrued already: a bare target spread over periods.
    Accrued,
}

/// Everything the worth of one line depends on, besides the edition and the places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The measure, as the edition defines it.
    pub measure: &'a Measure,
    /// The period it is reported for.
    pub period: Period,
    /// The days of the contract; what lies outside does not accrue. For a what-if, the period itself.
    pub inside: Span,
    /// What happened.
    pub reported: &'a Reported,
    /// How averages count.
    pub posts: Posts,
    /// The part of the activity that belongs to this contract.
    pub contract_share: &'a Share,
    /// Why what is due to others is deducted as well, where only a share counts.
    pub share_and_attribution: Option<&'a str>,
    /// What a commitment adjusts otherwise than the edition (V9).
    pub adjusted: Option<Adjusted<'a>>,
    /// Where it was delivered; chooses among area values (V8).
    pub place: Option<&'a str>,
    /// The unit the caller asked to convert from (V6); `None` when the figures are in the measure's own.
    pub unit_conversion: Option<&'a UnitConversion>,
}

/// What a line is worth, and how that came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valued {
    /// The quantity that adds up in roll-ups, after accrual and contract share; `None` where none does.
    pub quantity: Option<Quantity>,
    /// The same as it is posted, in millionths: an average in unit-months (V4).
    pub posted: Option<i64>,
    /// The worth, rounded once (V2).
    pub worth: Worth,
    /// The steps.
    pub working: Working,
}

/// Values one line.
///
/// # Errors
/// A [`Fault`] relative to the line: no value for the place or year, not yet valued, or beyond the bounds of V1.
pub fn value(edition: &Edition, places: &Places, line: &Line<'_>) -> Result<Valued, Fault> {
    let accrual = accrual(line)?;
    let counted = counted(line)?.map(|units| match line.unit_conversion {
        Some(conversion) => units * &conversion.factor,
        None => units,
    });
    let summed = match &counted {
        Some(units) if line.measure.has_sum() => {
            Some(units * &accrual.fraction * line.contract_share.exact())
        }
        _ => None,
    };
    let (quantity, posted) = match &summed {
        Some(exact) => rounded(line.measure, exact)
            .map(|(quantity, posted)| (Some(quantity), Some(posted)))
            .ok_or_else(|| out_of_range("quantity"))?,
        None => (None, None),
    };
    let scale = Scale {
        accrual: &accrual,
        share: line.contract_share,
    };
    let parts = parts_of(edition, places, line, &scale, counted.as_ref())?;
    let (worth, unrounded) = round_once(line.measure, &parts)?;
    let ends = Ends {
        low: end(&parts, |part| part.low.as_ref())?,
        high: end(&parts, |part| part.high.as_ref())?,
    };
    let working = Working {
        measure: line.measure.code.clone(),
        title: line.measure.title.clone(),
        unit: line.measure.unit.clone(),
        unit_plural: line.measure.unit_plural.clone(),
        column: line.measure.column,
        edition: edition.id().clone(),
        price_base: edition.facts().price_base.clone(),
        period: line.period,
        place: line.place.map(str::to_owned),
        reported: line.reported.clone(),
        differences: steps::differences(line.measure, line.reported),
        unit_conversion: line.unit_conversion.cloned(),
        accrual,
        contract_share: line.contract_share.clone(),
        share_and_attribution: line.share_and_attribution.map(str::to_owned),
        quantity,
        record_only_because: match &line.measure.valuation {
            Valuation::RecordOnly(reason) => Some(reason.clone()),
            _ => None,
        },
        parts,
        unrounded,
        worth,
        ends,
    };
    Ok(Valued {
        quantity,
        posted,
        worth,
        working,
    })
}

/// The exact products of a line, by the way its measure is valued (V6, V7).
fn parts_of(
    edition: &Edition,
    places: &Places,
    line: &Line<'_>,
    scale: &Scale<'_>,
    counted: Option<&Exact>,
) -> Result<Vec<WorkedPart>, Fault> {
    match &line.measure.valuation {
        Valuation::RecordOnly(_) => Ok(Vec::new()),
        Valuation::Proxy(code) => part::by_proxy(edition, places, line, scale, code, counted),
        Valuation::Carbon { proxy, factor } => {
            part::by_carbon(edition, places, line, scale, proxy, factor, counted)
        }
        Valuation::Parts => part::by_parts(edition, places, line, scale),
    }
}

/// A quantity to the nearest millionth of its unit, and of what postings count.
fn rounded(measure: &Measure, summed: &Exact) -> Option<(Quantity, i64)> {
    let counted = summed * exact::whole(measure.posted_of_unit() * 1_000_000);
    Some((Quantity::round(summed)?, counted.round().to_whole()?))
}

/// What every part of a line is multiplied by.
struct Scale<'a> {
    accrual: &'a Accrual,
    share: &'a Share,
}

/// Rounds the sum of the exact parts to whole pence, once, half away from zero (V2).
fn round_once(measure: &Measure, parts: &[WorkedPart]) -> Result<(Worth, Option<Exact>), Fault> {
    if !measure.is_valued() {
        return Ok((Worth::RecordOnly, None));
    }
    let unrounded: Exact = parts.iter().map(|part| &part.amount).sum();
    let pence = Pence::round_pounds(&unrounded).ok_or_else(|| out_of_range("worth"))?;
    Ok((Worth::Pence(pence), Some(unrounded)))
}

/// An end of the worth, rounded once; a part without that end enters as it is. `None` where no part has it.
fn end(
    parts: &[WorkedPart],
    of: impl Fn(&WorkedPart) -> Option<&Exact>,
) -> Result<Option<Pence>, Fault> {
    if !parts.iter().any(|part| of(part).is_some()) {
        return Ok(None);
    }
    let unrounded: Exact = parts
        .iter()
        .map(|part| of(part).unwrap_or(&part.amount))
        .sum();
    let pence = Pence::round_pounds(&unrounded).ok_or_else(|| out_of_range("worth"))?;
    Ok(Some(pence))
}

/// The period fraction of V2: the months inside the contract over twelve for an average, one for all else.
fn accrual(line: &Line<'_>) -> Result<Accrual, Fault> {
    let months = line.period.month_parts(line.inside);
    if months.is_empty() {
        return Err(Fault::new(
            "/period",
            "period_outside_contract",
            "no day of this period lies in the contract",
        ));
    }
    let inside: Exact = months.iter().map(|month| &month.part).sum();
    let averages =
        line.measure.quantity == QuantityKind::AverageOverPeriod && line.posts == Posts::Average;
    let fraction = if averages {
        &inside / exact::whole(12)
    } else {
        exact::one()
    };
    Ok(Accrual {
        months: inside,
        fraction,
        by_calendar_year: by_calendar_year(&months),
    })
}

/// The weight of each calendar year among the months inside the contract (V8).
fn by_calendar_year(months: &[super::period::MonthPart]) -> Vec<(i32, Exact)> {
    let total: Exact = months.iter().map(|month| &month.part).sum();
    let mut years: BTreeMap<i32, Exact> = BTreeMap::new();
    for month in months {
        *years.entry(month.calendar_year).or_insert_with(exact::zero) += &month.part;
    }
    years
        .into_iter()
        .map(|(year, part)| (year, part / &total))
        .collect()
}

/// The units a line counts before accrual and share; `None` where it has no such number.
fn counted(line: &Line<'_>) -> Result<Option<Exact>, Fault> {
    match (&line.measure.input, line.reported) {
        (Input::Plain, Reported::Quantity(quantity)) => Ok(Some(quantity.exact())),
        (_, Reported::Planned { quantity, .. }) => Ok(quantity.map(Quantity::exact)),
        (Input::Product { factors, .. }, Reported::Components(given)) => {
            let mut product = exact::one();
            for factor in factors {
                let Some(value) = factor.value(given) else {
                    return Ok(None);
                };
                product = product * value / &factor.divisor;
            }
            Ok(Some(product))
        }
        (Input::Composite { .. }, Reported::Components(_)) => Ok(None),
        (_, Reported::Ratio { .. } | Reported::Answer(_) | Reported::Text(_)) => Ok(None),
        (Input::Composite { .. } | Input::Product { .. }, Reported::Quantity(_))
        | (Input::Plain, Reported::Components(_)) => Err(Fault::new(
            "",
            "wrong_shape",
            "this measure does not take its figures in this shape",
        )),
    }
}

fn out_of_range(what: &str) -> Fault {
    Fault::new(
        "",
        "out_of_range",
        format!("the {what} of this line is beyond what is counted (10^9 units, 10^13 pounds)"),
    )
}
