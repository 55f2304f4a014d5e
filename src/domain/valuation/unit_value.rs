//! A value of a proxy told in words and figures: as published, brought to the prices of the edition, made net.

use super::super::edition::UnitValue;
use super::super::effect::{Discounting, Effect};
use super::super::exact::{self, Exact};
use super::super::uprating::{Growing, Uprating};
use super::steps::{Step, pounds, shown, step};
use super::working::Overridden;

/// A value of a proxy, and how it came to the prices of the edition.
#[must_use]
pub fn told(proxy: &str, value: &UnitValue, already_net_of: &[String], nominal: bool) -> String {
    let year = value
        .year
        .as_ref()
        .map(|year| format!(", {year}"))
        .unwrap_or_default();
    let named = format!("{proxy} ({}{year})", value.place);
    let base = match &value.effect {
        None => pounds(&value.net.central),
        Some(_) => pounds(&value.gross()),
    };
    let gross = match already_net_of {
        [] => "gross".to_owned(),
        already => format!("already net of {}", already.join(", ")),
    };
    match &value.uprating {
        Some(step) => format!(
            "{named}: {} = {base} in {} prices, {gross}",
            uprated_told(&value.source_value.central, step),
            step.to_year,
        ),
        None if value.derived.is_some() => {
            format!("{named}: {base}, built from parts, {gross}")
        }
        None if nominal => format!("{named}: {base} at face value, {gross}"),
        None => format!("{named}: {base}, {gross}"),
    }
}

/// A value of a year brought to base prices, up to the sign of equality.
pub(super) fn uprated_told(value: &Exact, step: &Uprating) -> String {
    format!(
        "{} in {} prices x {} / {} ({} {}){}",
        pounds(value),
        step.from_year,
        shown(&step.to_index),
        shown(&step.from_index),
        step.series,
        step.release,
        step.growth.as_ref().map(growth_told).unwrap_or_default(),
    )
}

/// What it grew by beside prices.
fn growth_told(growth: &Growing) -> String {
    format!(
        " x ({} / {})^{} = {} ({} {}, {} to {})",
        shown(&growth.to_value),
        shown(&growth.from_value),
        shown(&growth.exponent),
        shown(&growth.factor),
        growth.series,
        growth.release,
        growth.from_year,
        growth.to_year,
    )
}

/// How a value was made net, step by step; nothing where it is as published.
#[must_use]
pub fn net_told(value: &UnitValue) -> Vec<Step> {
    let Some(effect) = value.effect.as_deref() else {
        return Vec::new();
    };
    let worked = effect.work(&value.gross());
    let adjusted = worked.steps.iter().skip(1).map(|one| {
        let text = format!("{} = {}", one.text, pounds(&one.pounds));
        step("adjustment", text)
    });
    let mut steps: Vec<Step> = adjusted.collect();
    if effect.adjustments.reaches_later_years() {
        let by = discounted_by(effect);
        steps.extend(worked.years.iter().map(|year| {
            let text = format!(
                "year {}: £{} x {}{by} = £{}",
                year.year,
                cut(&year.pounds),
                cut(&year.factor),
                cut(&year.present)
            );
            step("present_value", text)
        }));
    }
    let net = pounds(&value.net.central);
    let text = match value.net.central == worked.net {
        true => format!("net unit value {net}"),
        false => format!("net unit value {net}, rounded once to 12 places, half away from zero"),
    };
    steps.push(step("net_unit_value", text));
    steps
}

/// What a commitment adjusts otherwise than the edition: both, and why.
pub(super) fn overridden_told(overridden: &Overridden) -> Step {
    let own = overridden.edition_value.effect.as_deref();
    let own = own.map_or_else(Vec::new, |effect| effect.adjustments.named());
    let changes = overridden
        .by
        .changes
        .named()
        .into_iter()
        .map(|(name, text)| {
            let had = own.iter().find(|(known, _)| *known == name);
            let had = had.map_or("none", |(_, text)| text);
            format!("{name} {text} instead of {had}")
        });
    let changes: Vec<String> = changes.collect();
    let text = format!(
        "commitment {} has {}, because: {}; by the edition the net unit value is {}",
        overridden.commitment,
        changes.join(", "),
        overridden.by.reason,
        pounds(&overridden.edition_value.net.central)
    );
    step("override", text)
}

/// A number as tables print it: a decimal, cut where it goes on.
fn cut(number: &Exact) -> String {
    const PLACES: usize = 12;
    let more = if exact::is_decimal(number, PLACES) {
        ""
    } else {
        "…"
    };
    format!("{}{more}", exact::text(number, PLACES))
}

fn discounted_by(effect: &Effect) -> String {
    let said = |one: &Discounting| format!(" ({} {})", one.named, one.release);
    effect.discounting.as_ref().map(said).unwrap_or_default()
}
