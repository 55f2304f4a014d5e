//! Publishing: checks a draft, works out each net unit value, and seals it (V9, V10).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::exact;
use super::super::fault::Fault;
use super::super::measure::{Input, Measure, QuantityKind, Valuation};
use super::super::proxy::{PriceYear, Proxy, Range, UNIT_VALUE_PLACES, Values};
use super::super::series::Series;
use super::super::uprating::{self, Uprating};
use super::{Draft, Edition, PublishedProxy, UnitValue, digest};

/// The series whose items turn a unit of a measure into kilograms of CO2e.
const EMISSION_FACTORS: &str = "emission-factors";
/// The index values are uprated by.
const DEFLATOR: &str = "gdp-deflator";

/// Publishes a draft with the series it names. `series` is looked up by name and release.
///
/// # Errors
/// Every fault found, each with the measure or proxy it is in.
pub fn publish(draft: Draft, series: &[Series]) -> Result<Edition, Vec<Fault>> {
    let mut faults = Vec::new();
    let used = named_series(&draft, series, &mut faults);
    let proxies = resolved(&draft, &used, &mut faults);
    let measures = checked(&draft, &used, &proxies, &mut faults);
    for relation in &draft.relations {
        let unknown = |code: &&String| !measures.contains_key(*code);
        for code in relation.measures.iter().filter(unknown) {
            faults.push(Fault::new(
                format!("{}/relation/{}", draft.id, relation.name),
                "unknown_measure",
                format!("it names the measure {code}, which the edition does not have"),
            ));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let factors = used.get(EMISSION_FACTORS).map(|series| (*series).clone());
    let digest = digest::of(&draft, &proxies, &used);
    Ok(Edition {
        draft,
        measures,
        proxies,
        factors,
        digest,
    })
}

/// The releases the draft names.
fn named_series<'a>(
    draft: &'a Draft,
    series: &'a [Series],
    faults: &mut Vec<Fault>,
) -> BTreeMap<&'a str, &'a Series> {
    let mut used = BTreeMap::new();
    for (name, release) in &draft.series {
        let named = |one: &&Series| one.name == *name && one.release == *release;
        match series.iter().find(named) {
            Some(found) => {
                used.insert(name.as_str(), found);
            }
            None => faults.push(Fault::new(
                format!("{}/series/{name}", draft.id),
                "unknown_series",
                format!("there is no series {name} of release {release}"),
            )),
        }
    }
    used
}

fn resolved(
    draft: &Draft,
    used: &BTreeMap<&str, &Series>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, PublishedProxy> {
    let mut proxies = BTreeMap::new();
    for proxy in &draft.proxies {
        let at = format!("{}/proxy/{}", draft.id, proxy.code);
        match resolve(proxy, draft, used) {
            Err(fault) => faults.push(fault.under(&at)),
            Ok(published) => {
                if proxies.insert(proxy.code.clone(), published).is_some() {
                    let twice = "this code stands twice in the edition";
                    faults.push(Fault::new(at, "duplicate_proxy", twice));
                }
            }
        }
    }
    proxies
}

fn checked(
    draft: &Draft,
    used: &BTreeMap<&str, &Series>,
    proxies: &BTreeMap<String, PublishedProxy>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, Measure> {
    let factors = used.get(EMISSION_FACTORS);
    let factor_known = |item: &str| factors.is_some_and(|series| series.rows.contains_key(item));
    let mut measures = BTreeMap::new();
    for measure in &draft.measures {
        let at = format!("{}/measure/{}", draft.id, measure.code);
        if measures
            .insert(measure.code.clone(), measure.clone())
            .is_some()
        {
            let twice = "this code stands twice in the edition";
            faults.push(Fault::new(&at, "duplicate_measure", twice));
        }
        let own = measure_faults(measure, proxies, factor_known);
        faults.extend(own.into_iter().map(|fault| fault.under(&at)));
    }
    measures
}

fn measure_faults(
    measure: &Measure,
    proxies: &BTreeMap<String, PublishedProxy>,
    factor_known: impl Fn(&str) -> bool,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut wants_proxy = |pointer: &str, code: &str| match proxies.get(code) {
        None => faults.push(Fault::new(
            pointer,
            "unknown_proxy",
            format!("there is no proxy {code}"),
        )),
        Some(found)
            if measure
                .column
                .is_some_and(|column| column != found.proxy.column) =>
        {
            faults.push(Fault::new(
                pointer,
                "column_differs",
                format!("the measure and the proxy {code} stand in different columns (V13)"),
            ));
        }
        Some(_) => {}
    };
    match &measure.valuation {
        Valuation::Proxy(code) => wants_proxy("/valued_by", code),
        Valuation::Carbon { proxy, factor } => {
            wants_proxy("/valued_by", proxy);
            if !factor_known(factor) {
                faults.push(Fault::new(
                    "/converts_by",
                    "unknown_factor",
                    format!("there is no emission factor {factor}"),
                ));
            }
        }
        Valuation::Parts => {
            for code in measure
                .input
                .parts()
                .iter()
                .filter_map(|part| part.valued_by.as_deref())
            {
                wants_proxy("/parts", code);
            }
        }
        Valuation::RecordOnly(_) => {}
    }
    if measure.is_valued() && measure.column.is_none() {
        faults.push(Fault::new(
            "/column",
            "column_missing",
            "a valued measure names its column",
        ));
    }
    if measure.is_valued() && !measure.quantity.adds_up() {
        faults.push(Fault::new("/quantity", "not_valuable", "only a flow, an average or an event can be valued; a ratio, level or answer is record-only (V7)"));
    }
    if matches!(measure.input, Input::Composite { .. }) && measure.quantity != QuantityKind::Flow {
        faults.push(Fault::new(
            "/quantity",
            "composite_not_flow",
            "a composite is a flow (V6)",
        ));
    }
    faults
}

/// Works out each value of a proxy in base prices.
fn resolve(
    proxy: &Proxy,
    draft: &Draft,
    series: &BTreeMap<&str, &Series>,
) -> Result<PublishedProxy, Fault> {
    let uprate = step_to_base(proxy, draft, series)?;
    let unit = |place: &str, year: Option<&str>, value: &Range, forecast: bool| {
        if !value.is_ordered() {
            let message = "low, value and high must rise in that order";
            return Err(Fault::new("/value", "range_disordered", message));
        }
        Ok(Arc::new(UnitValue {
            place: place.to_owned(),
            year: year.map(str::to_owned),
            source_value: value.clone(),
            net: net(value, uprate.as_ref()),
            uprating: uprate.clone(),
            provisional: provisional(proxy, uprate.as_ref(), forecast),
        }))
    };
    let mut by_place = BTreeMap::new();
    let mut by_year = BTreeMap::new();
    match &proxy.values {
        Values::ByPlace { value, areas } => {
            by_place.insert(proxy.place.clone(), unit(&proxy.place, None, value, false)?);
            for (place, value) in areas {
                by_place.insert(place.clone(), unit(place, None, value, false)?);
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
    })
}

/// The step from the proxy's price year to the price base; none at face value or already there.
fn step_to_base(
    proxy: &Proxy,
    draft: &Draft,
    series: &BTreeMap<&str, &Series>,
) -> Result<Option<Uprating>, Fault> {
    let year = match &proxy.price_year {
        PriceYear::Year(year) if *year != draft.price_base => year,
        _ => return Ok(None),
    };
    let deflator = series.get(DEFLATOR).ok_or_else(|| {
        let message = "the edition names no release of gdp-deflator";
        Fault::new("/price_year", "no_deflator", message)
    })?;
    let step = uprating::between(deflator, year, &draft.price_base);
    step.map(Some).ok_or_else(|| {
        let message = format!(
            "the deflator has no index for {year} or {}",
            draft.price_base
        );
        Fault::new("/price_year", "price_year_unknown", message)
    })
}

/// A value nothing adjusts stays exact; any other is rounded once to 12 places (V1, V9).
fn net(value: &Range, uprate: Option<&Uprating>) -> Range {
    match uprate {
        None => value.clone(),
        Some(step) => {
            let ratio = step.ratio();
            value.map(|one| exact::round_to(&(one * &ratio), UNIT_VALUE_PLACES))
        }
    }
}

fn provisional(proxy: &Proxy, uprate: Option<&Uprating>, forecast_row: bool) -> Vec<String> {
    let forecast_index = uprate.filter(|step| step.forecast).map(|step| {
        format!(
            "the {} index of {} is a forecast in the release {}",
            step.series, step.from_year, step.release
        )
    });
    let row = forecast_row.then(|| "the value of this year is a forecast".to_owned());
    proxy
        .provisional
        .clone()
        .into_iter()
        .chain(forecast_index)
        .chain(row)
        .collect()
}
