//! Bringing a value to the edition's price base by one release of one deflator (V10).

use super::exact::{self, Exact};
use super::series::Series;

/// How a value came from its price year to the price base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uprating {
    /// Name of the index.
    pub series: String,
    /// Its release.
    pub release: String,
    /// The price year of the source value.
    pub from_year: String,
    /// The index of that year; for a calendar year, 1/4 of the financial year before and 3/4 of its own.
    pub from_index: Exact,
    /// The price base.
    pub to_year: String,
    /// The index of the price base.
    pub to_index: Exact,
    /// Whether an index used is a forecast: what rests on it is provisional.
    pub forecast: bool,
}

impl Uprating {
    /// The ratio a source value is multiplied by.
    #[must_use]
    pub fn ratio(&self) -> Exact {
        &self.to_index / &self.from_index
    }
}

/// The index of one year, and whether it is a forecast.
struct Index {
    value: Exact,
    forecast: bool,
}

/// Finds the step from a price year to a price base. `None` where the index lacks a year.
#[must_use]
pub fn between(deflator: &Series, from_year: &str, to_year: &str) -> Option<Uprating> {
    let from = index_of(deflator, from_year)?;
    let to = index_of(deflator, to_year)?;
    Some(Uprating {
        series: deflator.name.clone(),
        release: deflator.release.clone(),
        from_year: from_year.to_owned(),
        from_index: from.value,
        to_year: to_year.to_owned(),
        to_index: to.value,
        forecast: from.forecast || to.forecast,
    })
}

fn index_of(deflator: &Series, year: &str) -> Option<Index> {
    if year.contains('-') {
        return financial(deflator, year);
    }
    let calendar: i32 = year.parse().ok()?;
    let before = financial(deflator, &financial_label(calendar - 1))?;
    let own = financial(deflator, &financial_label(calendar))?;
    Some(Index {
        value: before.value * exact::ratio(1, 4) + own.value * exact::ratio(3, 4),
        forecast: before.forecast || own.forecast,
    })
}

fn financial(deflator: &Series, label: &str) -> Option<Index> {
    let row = deflator.rows.get("")?.get(label)?;
    // An index of nothing is no index: nothing could be divided by it.
    if !row.value.central.is_positive() {
        return None;
    }
    Some(Index {
        value: row.value.central.clone(),
        forecast: row.status == "forecast",
    })
}

fn financial_label(first_year: i32) -> String {
    format!("{first_year}-{:02}", (first_year + 1).rem_euclid(100))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::proxy::{Range, Source};
    use super::super::series::{Row, Years};
    use super::*;

    fn row(value: i64) -> Row {
        Row {
            value: Range {
                low: None,
                central: exact::whole(value),
                high: None,
            },
            unit: None,
            status: "outturn".to_owned(),
            note: None,
        }
    }

    #[test]
    fn v10_an_index_of_nothing_is_no_index() {
        let years = [("2020-21", 80), ("2021-22", 0), ("2022-23", 100)];
        let rows: BTreeMap<String, Row> = years
            .map(|(year, value)| (year.to_owned(), row(value)))
            .into();
        let deflator = Series {
            name: "gdp-deflator".to_owned(),
            release: "test".to_owned(),
            title: String::new(),
            unit: String::new(),
            years: Years::Financial,
            price_year: None,
            note: None,
            licence: String::new(),
            source: Source {
                title: String::new(),
                publisher: String::new(),
                year: String::new(),
                url: String::new(),
                place_in_it: None,
                study: None,
            },
            rows: [(String::new(), rows)].into(),
            bands: BTreeMap::new(),
        };
        let step = between(&deflator, "2020-21", "2022-23").unwrap();
        assert_eq!(step.ratio(), exact::ratio(5, 4));
        for from in ["2021-22", "2021", "2022"] {
            assert_eq!(between(&deflator, from, "2022-23"), None, "{from}");
        }
    }
}
