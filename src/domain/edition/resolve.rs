//! The values of a proxy, worked out when its edition is published: in base prices, and net (V9, V10).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::derivation::Derived;
use super::super::effect::schedule::Schedule;
use super::super::effect::{Adjustments, Discounting, Effect, check};
use super::super::exact;
use super::super::fault::Fault;
use super::super::proxy::{
    Growth, PriceYear, Proxy, Range, Redistribution, UNIT_VALUE_PLACES, Values,
};
use super::super::series::{Series, SeriesRef, Years};
use super::super::uprating::{self, Uprating};
use super::{Draft, PublishedProxy, UnitValue};

/// The index values are uprated by.
pub(super) const DEFLATOR: &str = "gdp-deflator";

/// Works out each value of a proxy.
pub(super) fn resolve(
    proxy: &Proxy,
    draft: &Draft,
    series: &BTreeMap<&str, &Series>,
) -> Result<PublishedProxy, Vec<Fault>> {
    let step = step_to_base(&proxy.price_year, proxy.growth.as_ref(), draft, series);
    let uprate = step.map_err(|fault| vec![fault])?;
    let derived = derived(proxy, draft, series)?.map(Arc::new);
    let find = |named: &SeriesRef| discounting(series.get(named.series.as_str()).copied(), named);
    let effect = effect(proxy, find)?.map(Arc::new);
    let own = derived.as_ref().map(|derived| derived.value());
    values(
        proxy,
        series,
        own.as_ref(),
        |place, year, value, forecast| {
            if !value.is_ordered() {
                let message = "low, value and high must rise in that order";
                return Err(Fault::new("/value", "range_disordered", message));
            }
            Ok(Arc::new(UnitValue {
                place: place.to_owned(),
                year: year.map(str::to_owned),
                source_value: value.clone(),
                net: net(
                    value,
                    uprate.as_ref(),
                    derived.as_deref(),
                    effect.as_deref(),
                ),
                uprating: uprate.clone(),
                derived: derived.clone(),
                effect: effect.clone(),
                provisional: provisional(proxy, uprate.as_ref(), derived.as_deref(), forecast),
            }))
        },
    )
    .map_err(|fault| vec![fault])
}

/// The adjustments of a proxy with the schedule they name; `None` where nothing is adjusted.
fn effect(
    proxy: &Proxy,
    find: impl Fn(&SeriesRef) -> Option<Discounting>,
) -> Result<Option<Effect>, Vec<Fault>> {
    let under = |fault: Fault| fault.under("/adjustments");
    let found = effect_of(&proxy.adjustments, proxy, find);
    found.map_err(|faults| faults.into_iter().map(under).collect())
}

/// Adjustments of a proxy, its own or others in their place, checked against what it is.
///
/// # Errors
/// Every fault, with pointers relative to the adjustments.
pub(super) fn effect_of(
    adjustments: &Adjustments,
    proxy: &Proxy,
    find: impl Fn(&SeriesRef) -> Option<Discounting>,
) -> Result<Option<Effect>, Vec<Fault>> {
    let mut faults = check::faults(adjustments, &proxy.already_net_of, proxy.column);
    let named = adjustments.discounted_by.as_ref();
    let discounting = named.and_then(&find);
    if let (Some(named), None) = (named, &discounting) {
        let message = format!("the edition names no series with a schedule {named}");
        faults.push(Fault::new("/discounted_by", "unknown_schedule", message));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok((!adjustments.is_none()).then(|| Effect {
        adjustments: adjustments.clone(),
        discounting,
    }))
}

/// A schedule of a series, by its name.
pub(super) fn discounting(series: Option<&Series>, named: &SeriesRef) -> Option<Discounting> {
    let series = series?;
    Some(Discounting {
        named: named.clone(),
        release: series.release.clone(),
        schedule: Schedule::of(series, &named.item)?,
    })
}

/// A fault told at another place.
pub(super) fn as_one(fault: Fault, pointer: &str) -> Fault {
    Fault {
        pointer: pointer.to_owned(),
        ..fault
    }
}

/// Each value that the proxy has, by place or by year, made by `unit`.
fn values(
    proxy: &Proxy,
    series: &BTreeMap<&str, &Series>,
    derived: Option<&Range>,
    unit: impl Fn(&str, Option<&str>, &Range, bool) -> Result<Arc<UnitValue>, Fault>,
) -> Result<PublishedProxy, Fault> {
    let mut by_place = BTreeMap::new();
    let mut by_year = BTreeMap::new();
    let mut gaps = None;
    match &proxy.values {
        Values::ByPlace { value, areas } => {
            by_place.insert(proxy.place.clone(), unit(&proxy.place, None, value, false)?);
            for (place, value) in areas {
                by_place.insert(place.clone(), unit(place, None, value, false)?);
            }
        }
        Values::Derived(_) => {
            if let Some(value) = derived {
                by_place.insert(proxy.place.clone(), unit(&proxy.place, None, value, false)?);
            }
        }
        Values::ByYear(wanted) => {
            let found = series.get(wanted.series.as_str());
            let rows = found
                .and_then(|found| found.rows.get(&wanted.item))
                .ok_or_else(|| {
                    let message = format!(
                        "the edition has no series {} with an item {:?}",
                        wanted.series, wanted.item
                    );
                    Fault::new("/series", "unknown_series", message)
                })?;
            if found.is_some_and(|found| found.years == Years::Quarterly) {
                let message = "the values of a proxy vary by financial or calendar year";
                return Err(Fault::new("/series", "series_does_not_fit", message));
            }
            let own = found.filter(|found| found.own);
            gaps = own.map(|found| found.gaps(&wanted.item));
            for (year, row) in rows {
                let value = unit(
                    &proxy.place,
                    Some(year),
                    &row.value,
                    row.status == "forecast",
                )?;
                by_year.insert(year.clone(), value);
            }
        }
    }
    Ok(PublishedProxy {
        proxy: proxy.clone(),
        by_place,
        by_year,
        gaps,
    })
}

/// A value that is built from parts, each brought to the price base by itself.
fn derived(
    proxy: &Proxy,
    draft: &Draft,
    series: &BTreeMap<&str, &Series>,
) -> Result<Option<Derived>, Vec<Fault>> {
    let Values::Derived(derivation) = &proxy.values else {
        return Ok(None);
    };
    let mut faults = derivation.faults(proxy.column);
    if proxy.price_year != PriceYear::Year(draft.price_base.clone()) || proxy.growth.is_some() {
        let message = format!(
            "its parts are brought to {} one by one; that is its price year, and it grows no more",
            draft.price_base
        );
        faults.push(Fault::new("/price_year", "price_year_differs", message));
    }
    let mut parts = Vec::new();
    for part in &derivation.parts {
        let step = match &part.prices {
            None => Ok(None),
            Some(year) => step_to_base(year, part.growth.as_ref(), draft, series),
        };
        match step {
            Ok(step) => parts.push(part.work(step)),
            Err(fault) => faults.push(fault.under(&format!("/part/{}", part.code))),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Some(Derived {
        how: derivation.how,
        price_base: draft.price_base.clone(),
        parts,
    }))
}

/// The step from a price year to the price base; none at face value or already there.
fn step_to_base(
    price_year: &PriceYear,
    growth: Option<&Growth>,
    draft: &Draft,
    series: &BTreeMap<&str, &Series>,
) -> Result<Option<Uprating>, Fault> {
    let base = draft.price_base.as_str();
    let year = match price_year {
        PriceYear::Year(year) => year,
        PriceYear::Nominal if growth.is_some() => {
            let message = "a face value is of its own year, and does not grow";
            return Err(Fault::new("/growth", "growth_does_not_fit", message));
        }
        PriceYear::Nominal => return Ok(None),
    };
    if year == base {
        return Ok(None);
    }
    let index = draft.deflator.as_deref().unwrap_or(DEFLATOR);
    let deflator = series.get(index).ok_or_else(|| {
        let message = format!("the edition names no release of {index}");
        Fault::new("/price_year", "no_deflator", message)
    })?;
    let mut step = uprating::between(deflator, year, base).ok_or_else(|| {
        let lacks = uprating::lacks(deflator, year).or_else(|| uprating::lacks(deflator, base));
        let lacks = lacks.unwrap_or_else(|| format!("{index} has more than one item"));
        let message = format!("an index is needed for {year} and {base}: {lacks}");
        Fault::new("/price_year", "price_year_unknown", message)
    })?;
    if let Some(growth) = growth {
        let with = series.get(growth.with.series.as_str());
        step.kept |= with.is_some_and(|with| with.redistribution == Redistribution::Refused);
        let found = with.and_then(|with| uprating::growing(with, growth, year, base));
        step.growth = Some(found.ok_or_else(|| {
            let message = format!(
                "the edition has no series {} with {year}, or the exponent is not between 0 and 100",
                growth.with
            );
            Fault::new("/growth", "growth_unknown", message)
        })?);
    }
    Ok(Some(step))
}

/// A value nothing adjusts stays exact; any other is rounded once to 12 places, half away from zero (V1, V9).
pub(super) fn net(
    value: &Range,
    uprate: Option<&Uprating>,
    derived: Option<&Derived>,
    effect: Option<&Effect>,
) -> Range {
    if uprate.is_none() && derived.is_none() && effect.is_none() {
        return value.clone();
    }
    let ratio = uprate.map_or_else(exact::one, Uprating::ratio);
    value.map(|one| {
        let gross = one * &ratio;
        let net = effect.map_or(gross.clone(), |effect| effect.work(&gross).net);
        exact::round_to(&net, UNIT_VALUE_PLACES)
    })
}

/// Why a value is provisional: what its proxy says, and what its prices and its parts rest on.
fn provisional(
    proxy: &Proxy,
    uprate: Option<&Uprating>,
    derived: Option<&Derived>,
    forecast_row: bool,
) -> Vec<String> {
    let row = forecast_row.then(|| "the value of this year is a forecast".to_owned());
    let of_parts = derived
        .into_iter()
        .flat_map(|derived| &derived.parts)
        .flat_map(|part| {
            let own = part.part.provisional.clone().into_iter();
            let reasons = own.chain(part.uprating.as_ref().into_iter().flat_map(rests_on));
            let named = reasons.map(|reason| format!("{}: {reason}", part.part.code));
            named.collect::<Vec<_>>()
        });
    let own = proxy.provisional.clone().into_iter();
    own.chain(uprate.into_iter().flat_map(rests_on))
        .chain(of_parts)
        .chain(row)
        .collect()
}

/// What about a step to base prices makes a value provisional.
fn rests_on(step: &Uprating) -> Vec<String> {
    let forecast_index = step.forecast.then(|| {
        format!(
            "the {} index of {} is a forecast in the release {}",
            step.series, step.from_year, step.release
        )
    });
    let growth = step.growth.as_ref();
    let ends = growth.filter(|growth| growth.ends_before).map(|growth| {
        format!(
            "{} is known to {} in the release {}; nothing is projected beyond it",
            growth.series, growth.to_year, growth.release
        )
    });
    let forecast = growth.filter(|growth| growth.forecast).map(|growth| {
        format!(
            "a number of {} used is a forecast in the release {}",
            growth.series, growth.release
        )
    });
    let reasons = forecast_index.into_iter().chain(ends).chain(forecast);
    reasons.collect()
}
