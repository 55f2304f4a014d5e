//! Proxies as they are shown, alone and as what values a measure.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::edition::{Edition, PublishedProxy, UnitValue};
use crate::domain::measure::{Measure, Valuation};
use crate::domain::period::Day;
use crate::domain::proxy::{PriceYear, Proxy, Values};
use crate::domain::valuation::{derivation, unit_value};

use super::super::working::unit_value::{KEPT, RangeShown, SourceShown, UnitValueShown};

/// An item of a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesItemShown {
    /// Name of the series.
    #[schema(example = "carbon-values")]
    pub series: String,
    /// The item; `null` where the series has one only.
    pub item: Option<String>,
}

/// A value of a proxy, and how it came about.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkedValueShown {
    /// The value.
    #[serde(flatten)]
    pub value: UnitValueShown,
    /// Its working, for people.
    #[schema(example = "local-job-fte (united-kingdom): £39039 in 2024-25 prices, gross")]
    pub working: String,
}

/// A proxy: the £ value of one unit, and where it comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProxyShown {
    /// Its code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Exactly what is measured; areas are swapped only within one definition.
    pub definition: String,
    /// One of what.
    pub unit: String,
    /// Its column.
    pub column: String,
    /// What kind of value.
    pub kind: String,
    /// Where it holds, in words.
    pub coverage: String,
    /// The widest place it may be used in.
    pub place: String,
    /// The prices its source values stand in; `null` for face values, which are never re-based.
    pub price_year: Option<String>,
    /// What the value is already net of; empty is gross.
    pub already_net_of: Vec<String>,
    /// Why it is loaded but not valued yet.
    pub not_yet_valued: Option<String>,
    /// Why it is provisional.
    pub provisional: Option<String>,
    /// What replaces it.
    pub superseded_by: Option<String>,
    /// Licence of the value.
    pub licence: String,
    /// `allowed`, or `none`: the values are calculated with, and only administrators see them.
    #[schema(example = "allowed")]
    pub redistribution: String,
    /// Day somebody last looked whether it still holds.
    pub last_reviewed: Option<String>,
    /// Last day it is meant for.
    pub valid_until: Option<String>,
    /// What value it is and how it was made.
    pub method: String,
    /// Where it was published.
    pub source: SourceShown,
    /// The item of a series its values come from, where they vary by year.
    pub from_series: Option<SeriesItemShown>,
    /// Its values, by place or by year.
    pub values: Vec<WorkedValueShown>,
}

impl ProxyShown {
    /// A proxy; one whose licence keeps its values shows them only to one who `sees` such.
    pub fn of(published: &PublishedProxy, sees: bool) -> Self {
        let proxy = &published.proxy;
        let terms = &proxy.terms;
        let shows = sees || !published.is_kept();
        let day = |day: Option<Day>| day.map(|day| day.to_string());
        Self {
            code: proxy.code.clone(),
            title: proxy.title.clone(),
            definition: proxy.definition.clone(),
            unit: proxy.unit.clone(),
            column: proxy.column.word().to_owned(),
            kind: proxy.kind.clone(),
            coverage: proxy.coverage.clone(),
            place: proxy.place.clone(),
            price_year: match &proxy.price_year {
                PriceYear::Year(year) => Some(year.clone()),
                PriceYear::Nominal => None,
            },
            already_net_of: proxy.already_net_of.clone(),
            not_yet_valued: proxy.not_yet_valued.clone(),
            provisional: proxy.provisional.clone(),
            superseded_by: proxy.superseded_by.clone(),
            licence: proxy.licence.clone(),
            redistribution: terms.redistribution.word().to_owned(),
            last_reviewed: day(terms.last_reviewed),
            valid_until: day(terms.valid_until),
            method: proxy.method.clone(),
            source: SourceShown::from(&proxy.source),
            from_series: match &proxy.values {
                Values::ByPlace { .. } | Values::Derived(_) => None,
                Values::ByYear(from) => Some(SeriesItemShown {
                    series: from.series.clone(),
                    item: Some(from.item.clone()).filter(|item| !item.is_empty()),
                }),
            },
            values: published
                .values()
                .map(|value| worked(proxy, value, shows))
                .collect(),
        }
    }
}

fn worked(proxy: &Proxy, value: &UnitValue, shows: bool) -> WorkedValueShown {
    WorkedValueShown {
        value: UnitValueShown::of(value, Some(proxy), shows),
        working: match shows {
            true => told(proxy, value),
            false => KEPT.to_owned(),
        },
    }
}

/// How a value came about, step by step.
fn told(proxy: &Proxy, value: &UnitValue) -> String {
    let nominal = proxy.price_year == PriceYear::Nominal;
    let told = unit_value::told(&proxy.code, value, &proxy.already_net_of, nominal);
    let built = derivation::told(value);
    let net = unit_value::net_told(value);
    built
        .into_iter()
        .map(|step| step.text)
        .chain(std::iter::once(told))
        .chain(net.into_iter().map(|step| step.text))
        .collect::<Vec<_>>()
        .join("; ")
}

/// An emission factor of one year.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmissionFactorShown {
    /// Item of the series.
    #[schema(example = "car-mile")]
    pub item: String,
    /// Release of the series.
    pub release: String,
    /// The year.
    pub year: String,
    /// Kilograms of CO2e a unit.
    pub kilograms: RangeShown,
}

/// A proxy that values a measure, or a part of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasureProxyShown {
    /// The part it values, where the measure has parts.
    pub component: Option<String>,
    /// The proxy.
    pub proxy: ProxyShown,
}

/// What values a measure in an edition.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasureProxiesShown {
    /// The edition.
    pub edition: String,
    /// Its price base.
    pub price_base: String,
    /// Code of the measure.
    pub measure: String,
    /// Its title.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Why it is record-only, where it is: then nothing values it.
    pub record_only_because: Option<String>,
    /// The proxies, one for the whole or one a valued part.
    pub proxies: Vec<MeasureProxyShown>,
    /// The factors of the step through tonnes, by year, for climate measures.
    pub emission_factors: Vec<EmissionFactorShown>,
}

impl MeasureProxiesShown {
    /// What values a measure of an edition.
    pub fn of(edition: &Edition, measure: &Measure, sees: bool) -> Self {
        let proxy = |component: Option<&str>, code: &str| {
            edition.proxy(code).map(|published| MeasureProxyShown {
                component: component.map(str::to_owned),
                proxy: ProxyShown::of(published, sees),
            })
        };
        let parts = measure.input.parts().iter();
        let (proxies, item, reason) = match &measure.valuation {
            Valuation::Proxy(code) => (proxy(None, code).into_iter().collect(), None, None),
            Valuation::Carbon {
                proxy: code,
                factor,
            } => (proxy(None, code).into_iter().collect(), Some(factor), None),
            Valuation::Parts => {
                let valued = parts
                    .filter_map(|part| proxy(Some(part.code.as_str()), part.valued_by.as_deref()?));
                (valued.collect(), None, None)
            }
            Valuation::RecordOnly(reason) => (Vec::new(), None, Some(reason.clone())),
        };
        Self {
            edition: edition.id().to_string(),
            price_base: edition.facts().price_base.clone(),
            measure: measure.code.clone(),
            title: measure.title.clone(),
            unit: measure.unit.clone(),
            record_only_because: reason,
            proxies,
            emission_factors: item.map(|item| factors(edition, item)).unwrap_or_default(),
        }
    }
}

fn factors(edition: &Edition, item: &str) -> Vec<EmissionFactorShown> {
    let Some(series) = edition.factors() else {
        return Vec::new();
    };
    let rows = series.rows.get(item).into_iter().flatten();
    rows.map(|(year, row)| EmissionFactorShown {
        item: item.to_owned(),
        release: series.release.clone(),
        year: year.clone(),
        kilograms: RangeShown::from(&row.value),
    })
    .collect()
}
