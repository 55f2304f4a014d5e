//! One line of a calculation: its texts are read, all faults at once, and it is valued.

use crate::domain::amount::Share;
use crate::domain::edition::Edition;
use crate::domain::fault::Fault;
use crate::domain::given::unit_conversion;
use crate::domain::period::{Day, Period, Span, parse_day};
use crate::domain::place::Places;
use crate::domain::valuation::{self, Line, Posts, Valued};

use super::CalculationLine;

/// Values one line; pointers are relative to it.
pub(super) fn value(
    edition: &Edition,
    places: &Places,
    asked: &CalculationLine,
) -> Result<Valued, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut keep = |fault: Fault| faults.push(fault);
    let period = period(&asked.period).map_err(&mut keep).ok();
    let share = share(asked.contract_share.as_deref())
        .map_err(&mut keep)
        .ok();
    let starts_on = day("contract_starts_on", asked.contract_starts_on.as_deref())
        .map_err(&mut keep)
        .ok();
    let ends_on = day("contract_ends_on", asked.contract_ends_on.as_deref())
        .map_err(&mut keep)
        .ok();
    if let Some(code) = asked.place.as_deref() {
        place(places, code, period).map_err(&mut keep).ok();
    }
    let Some(measure) = edition.measure(&asked.measure) else {
        let message = format!("{} has no measure {:?}", edition.id(), asked.measure);
        keep(Fault::new("/measure", "unknown_measure", message));
        return Err(faults);
    };
    let conversion = match asked.unit.as_deref() {
        None => Some(None),
        Some(unit) => unit_conversion(measure, unit).map_err(&mut keep).ok(),
    };
    let reported = asked
        .given
        .read(measure)
        .map_err(|found| faults.extend(found))
        .ok();
    let (Some(period), Some(share), Some(starts_on), Some(ends_on)) =
        (period, share, starts_on, ends_on)
    else {
        return Err(faults);
    };
    let (Some(conversion), Some(reported)) = (conversion, reported) else {
        return Err(faults);
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let inside = Span {
        from: starts_on.unwrap_or(period.from()),
        to: ends_on.unwrap_or(period.to()),
    };
    let line = Line {
        measure,
        period,
        inside,
        reported: &reported,
        posts: Posts::Average,
        contract_share: &share,
        share_and_attribution: asked.share_and_attribution.as_deref(),
        adjusted: None,
        place: asked.place.as_deref(),
        unit_conversion: conversion.as_ref(),
    };
    valuation::value(edition, places, &line).map_err(|fault| vec![fault])
}

fn period(label: &str) -> Result<Period, Fault> {
    Period::parse(label).ok_or_else(|| {
        let message = format!("{label:?} is not a period: write 2026-27, 2026-27-Q1 or 2026-04");
        Fault::new("/period", "not_a_period", message)
    })
}

fn share(text: Option<&str>) -> Result<Share, Fault> {
    let Some(text) = text else {
        return Ok(Share::whole());
    };
    Share::parse(text).map_err(|_| {
        let message = format!("{text:?} is not a part above 0 and at most 1, such as 1/3 or 0.25");
        Fault::new("/contract_share", "not_a_share", message)
    })
}

fn day(key: &str, text: Option<&str>) -> Result<Option<Day>, Fault> {
    let Some(text) = text else {
        return Ok(None);
    };
    parse_day(text).map(Some).ok_or_else(|| {
        let message = format!("{text:?} is not a day: write 2026-04-01");
        Fault::new(format!("/{key}"), "not_a_day", message)
    })
}

fn place(places: &Places, code: &str, period: Option<Period>) -> Result<(), Fault> {
    let Some(place) = places.get(code) else {
        let message = format!("there is no place {code:?}");
        return Err(Fault::new("/place", "unknown_place", message));
    };
    if period.is_none_or(|period| place.is_valid_on(period.to())) {
        return Ok(());
    }
    let message = format!(
        "{} does not exist on the last day of the period",
        place.name
    );
    Err(Fault::new("/place", "place_not_valid", message))
}
