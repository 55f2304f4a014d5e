//! Publishing: checks a draft, has each net unit value worked out, and seals it (V9, V10).

use std::collections::BTreeMap;

use super::super::effect::check;
use super::super::fault::Fault;
use super::super::measure::{Input, Measure, QuantityKind, Valuation};
use super::super::proxy::Redistribution;
use super::super::series::{Series, Years};
use super::resolve::{DEFLATOR, as_one, resolve};
use super::{Draft, Edition, EditionId, PublishedProxy, digest};

/// The series whose items turn a unit of a measure into kilograms of CO2e.
const EMISSION_FACTORS: &str = "emission-factors";

/// Publishes a draft with the series it names. `series` is looked up by name and release.
///
/// # Errors
/// Every fault found, each with the measure or proxy it is in.
pub fn publish(mut draft: Draft, series: &[Series]) -> Result<Edition, Vec<Fault>> {
    let mut faults = Vec::new();
    let used = named_series(&draft.series, &draft.id, series, &mut faults);
    let mut all = used.values();
    let rests_on_kept = all.any(|one| one.redistribution == Redistribution::Refused);
    if rests_on_kept {
        // What is worked out with a number tells it: whatever may have been says so of itself.
        draft.redistribution = Redistribution::Refused;
        for proxy in &mut draft.proxies {
            proxy.terms.redistribution = Redistribution::Refused;
        }
    }
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
    let deflator = used
        .get(draft.deflator.as_deref().unwrap_or(DEFLATOR))
        .map(|series| (*series).clone());
    let schedules = used
        .values()
        .filter(|series| series.years == Years::Duration);
    let schedules = schedules.map(|series| (*series).clone()).collect();
    let digest = digest::of(&draft, &proxies, &used);
    Ok(Edition {
        draft,
        measures,
        proxies,
        factors,
        deflator,
        schedules,
        rests_on_kept,
        digest,
    })
}

/// The releases the draft names.
fn named_series<'a>(
    named: &BTreeMap<String, String>,
    id: &EditionId,
    series: &'a [Series],
    faults: &mut Vec<Fault>,
) -> BTreeMap<&'a str, &'a Series> {
    let mut used = BTreeMap::new();
    for (name, release) in named {
        let same = |one: &&Series| one.name == *name && one.release == *release;
        match series.iter().find(same) {
            Some(found) => {
                used.insert(found.name.as_str(), found);
            }
            None => faults.push(Fault::new(
                format!("{id}/series/{name}"),
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
            Err(found) => faults.extend(found.into_iter().map(|fault| fault.under(&at))),
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
        // A proxy that is itself at fault is there all the same: its fault is told once.
        let written = |code: &str| draft.proxies.iter().any(|proxy| proxy.code == code);
        let own = measure_faults(measure, proxies, written, factor_known);
        faults.extend(own.into_iter().map(|fault| fault.under(&at)));
    }
    measures
}

/// What is wrong with a proxy for a measure, if anything is.
fn proxy_fault(
    measure: &Measure,
    found: Option<&PublishedProxy>,
    pointer: &str,
    code: &str,
) -> Option<Fault> {
    let Some(found) = found else {
        let message = format!("there is no proxy {code}");
        return Some(Fault::new(pointer, "unknown_proxy", message));
    };
    let column = found.proxy.column;
    if measure.column.is_some_and(|own| own != column) {
        let message = format!("the measure and the proxy {code} stand in different columns (V13)");
        return Some(Fault::new(pointer, "column_differs", message));
    }
    let lasts = check::claim_fault(&found.proxy.adjustments, measure.claim);
    lasts.map(|fault| as_one(fault, pointer))
}

fn measure_faults(
    measure: &Measure,
    proxies: &BTreeMap<String, PublishedProxy>,
    written: impl Fn(&str) -> bool,
    factor_known: impl Fn(&str) -> bool,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut wants_proxy = |pointer: &str, code: &str| match proxies.get(code) {
        None if written(code) => {}
        found => faults.extend(proxy_fault(measure, found, pointer, code)),
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
