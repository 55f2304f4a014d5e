//! The exact products of a line: one a line, a component or a calendar year (V2, V6, V8).

use std::sync::Arc;

use super::super::edition::{Edition, PublishedProxy, UnitValue};
use super::super::effect::Deduction;
use super::super::exact::{self, Exact};
use super::super::fault::Fault;
use super::super::place::Places;
use super::super::proxy::PriceYear;
use super::choose::{self, Chosen};
use super::working::{Conversion, Overridden, WorkedPart};
use super::{Line, Reported, Scale};

const KILOGRAMS_IN_A_TONNE: i64 = 1000;

/// A chosen value, with the calendar year it is for and its weight, where values vary by year.
type Weighted<'a> = (Option<(i32, Exact)>, Chosen<'a>);

fn published<'a>(edition: &'a Edition, code: &str) -> Result<&'a PublishedProxy, Fault> {
    edition.proxy(code).ok_or_else(|| {
        Fault::new(
            "/measure",
            "unknown_proxy",
            format!("the edition has no proxy {code}"),
        )
    })
}

/// The values a proxy has for a line: one, or one a calendar year with its weight.
fn values<'a>(
    proxy: &'a PublishedProxy,
    places: &Places,
    line: &Line<'_>,
    scale: &Scale<'_>,
) -> Result<Vec<Weighted<'a>>, Fault> {
    let Some(first) = proxy.by_year.keys().next() else {
        return Ok(vec![(None, choose::by_place(proxy, places, line.place)?)]);
    };
    if first.contains('-') {
        let year = line.period.financial_year();
        return Ok(vec![(
            None,
            choose::by_year(proxy, places, line.place, &year)?,
        )]);
    }
    let years = scale.accrual.by_calendar_year.iter();
    years
        .map(|(year, weight)| {
            Ok((
                Some((*year, weight.clone())),
                choose::by_year(proxy, places, line.place, &year.to_string())?,
            ))
        })
        .collect()
}

/// A measure valued by one proxy.
pub(super) fn by_proxy(
    edition: &Edition,
    places: &Places,
    line: &Line<'_>,
    scale: &Scale<'_>,
    code: &str,
    counted: Option<&Exact>,
) -> Result<Vec<WorkedPart>, Fault> {
    let units = counted.ok_or_else(no_quantity)?;
    let proxy = published(edition, code)?;
    let chosen = values(proxy, places, line, scale)?;
    let at = At {
        edition,
        line,
        scale,
        proxy,
    };
    let unit = line.measure.unit.as_str();
    chosen
        .into_iter()
        .map(|(weight, chosen)| at.worked(&chosen, units, unit, weight, None))
        .collect()
}

/// A climate measure, through its tonnes, with the factor and the carbon value of each calendar year.
pub(super) fn by_carbon(
    edition: &Edition,
    places: &Places,
    line: &Line<'_>,
    scale: &Scale<'_>,
    code: &str,
    item: &str,
    counted: Option<&Exact>,
) -> Result<Vec<WorkedPart>, Fault> {
    let units = counted.ok_or_else(no_quantity)?;
    let proxy = published(edition, code)?;
    let mut parts = Vec::new();
    for (year, weight) in &scale.accrual.by_calendar_year {
        let label = year.to_string();
        let chosen = choose::by_year(proxy, places, line.place, &label)?;
        let (found, kilograms) = edition.emission_factor(item, &label).ok_or_else(|| {
            Fault::new(
                "/period",
                "no_value_for_year",
                format!("there is no emission factor {item} for {label}"),
            )
        })?;
        let tonnes = units * weight * &kilograms / exact::whole(KILOGRAMS_IN_A_TONNE);
        let conversion = Conversion {
            item: item.to_owned(),
            release: edition
                .factors()
                .map(|series| series.release.clone())
                .unwrap_or_default(),
            year: found.year.to_owned(),
            kilograms,
            tonnes,
        };
        let at = At {
            edition,
            line,
            scale,
            proxy,
        };
        let weight = Some((*year, weight.clone()));
        let unit = line.measure.unit.as_str();
        let mut part = at.worked(&chosen, units, unit, weight, Some(conversion))?;
        if found.carried {
            part.provisional.push(format!(
                "no emission factor {item} of {label} is known; that of {} is carried forward",
                found.year
            ));
        }
        parts.push(part);
    }
    Ok(parts)
}

/// Components, each at its own proxy (V6).
pub(super) fn by_parts(
    edition: &Edition,
    places: &Places,
    line: &Line<'_>,
    scale: &Scale<'_>,
) -> Result<Vec<WorkedPart>, Fault> {
    let (Reported::Components(given) | Reported::Planned { parts: given, .. }) = line.reported
    else {
        return Ok(Vec::new());
    };
    let mut parts = Vec::new();
    for component in line.measure.input.parts() {
        let (Some(quantity), Some(code)) =
            (given.get(&component.code), component.valued_by.as_deref())
        else {
            continue;
        };
        let proxy = published(edition, code)?;
        for (weight, chosen) in values(proxy, places, line, scale)? {
            let at = At {
                edition,
                line,
                scale,
                proxy,
            };
            let units = quantity.exact();
            let mut part = at.worked(&chosen, &units, &component.unit, weight, None)?;
            part.component = Some(component.code.clone());
            parts.push(part);
        }
    }
    Ok(parts)
}

/// What every product of a line with one proxy is made with.
struct At<'a> {
    edition: &'a Edition,
    line: &'a Line<'a>,
    scale: &'a Scale<'a>,
    proxy: &'a PublishedProxy,
}

impl At<'_> {
    fn worked(
        &self,
        chosen: &Chosen<'_>,
        units: &Exact,
        unit: &str,
        year_weight: Option<(i32, Exact)>,
        conversion: Option<Conversion>,
    ) -> Result<WorkedPart, Fault> {
        let (value, overridden) = self.adjusted(chosen.value)?;
        self.refuse_both_shares(&value)?;
        let scale = self.scale;
        let weighted = match (&conversion, &year_weight) {
            (Some(through), _) => through.tonnes.clone(),
            (None, Some((_, weight))) => units * weight,
            (None, None) => units.clone(),
        };
        let units_valued = weighted * &scale.accrual.fraction * scale.share.exact();
        let end = |end: &Option<Exact>| end.as_ref().map(|end| &units_valued * end);
        let (mut low, mut high) = (end(&value.net.low), end(&value.net.high));
        if units_valued.is_negative() {
            std::mem::swap(&mut low, &mut high);
        }
        let amount = &units_valued * &value.net.central;
        let mut provisional = value.provisional.clone();
        if let Some(from) = &chosen.carried_from {
            provisional.push(format!(
                "no value of a later year is known; that of {from} is carried forward"
            ));
        }
        let proxy = &self.proxy.proxy;
        Ok(WorkedPart {
            component: None,
            quantity: units.clone(),
            unit: unit.to_owned(),
            year_weight,
            conversion,
            proxy: proxy.code.clone(),
            overridden,
            already_net_of: proxy.already_net_of.clone(),
            nominal: proxy.price_year == PriceYear::Nominal
                || value
                    .derived
                    .as_ref()
                    .is_some_and(|derived| derived.includes_nominal()),
            provisional,
            amount,
            low,
            high,
            unit_value: value,
        })
    }

    /// The value as the edition has it, or as a commitment adjusts it, with both named.
    fn adjusted(
        &self,
        value: &Arc<UnitValue>,
    ) -> Result<(Arc<UnitValue>, Option<Overridden>), Fault> {
        let Some(adjusted) = self.line.adjusted else {
            return Ok((Arc::clone(value), None));
        };
        let found = self
            .edition
            .adjusted(self.proxy, value, &adjusted.by.changes);
        let other = found.map_err(|faults| {
            let said: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
            let message = format!("commitment {}: {}", adjusted.commitment, said.join("; "));
            Fault::new("/measure", "adjustments_do_not_fit", message)
        })?;
        let overridden = Overridden {
            commitment: adjusted.commitment,
            by: adjusted.by.clone(),
            edition_value: Arc::clone(value),
        };
        Ok((Arc::new(other), Some(overridden)))
    }

    /// A share of the activity and a part due to others are mostly two words for one thing (V9).
    fn refuse_both_shares(&self, value: &UnitValue) -> Result<(), Fault> {
        let deductions = value
            .effect
            .as_ref()
            .map(|effect| &effect.adjustments.deductions);
        let part = deductions.and_then(|parts| parts.get(&Deduction::AttributionToOthers));
        let deducted = part.is_some_and(Exact::is_positive);
        let line = self.line;
        if !deducted || line.contract_share.is_whole() || line.share_and_attribution.is_some() {
            return Ok(());
        }
        let message = format!(
            "{} is already less what is due to others; a share of the activity on top of it is taken only where share_and_attribution says why both hold",
            self.proxy.proxy.code
        );
        Err(Fault::new(
            "/contract_share",
            "share_and_attribution",
            message,
        ))
    }
}

fn no_quantity() -> Fault {
    Fault::new(
        "/quantity",
        "quantity_missing",
        "a valued line needs a quantity, or every factor of its product",
    )
}
