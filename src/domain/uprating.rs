//! Bringing a value to the edition's price base by one release of one deflator, and of wellbeing by growth too (V10).

use std::collections::BTreeMap;

use super::exact::{self, Exact};
use super::proxy::{Growth, Redistribution};
use super::series::{Row, Series, Years};

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
    /// Whether the licence of the index keeps its numbers from being passed on, or that of what it grows with.
    pub kept: bool,
    /// What it grows by beside prices, where it does.
    pub growth: Option<Growing>,
}

/// How a value grows beside prices: by the ratio of a series between two years, to a power.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growing {
    /// The series, and its item where it has several.
    pub series: String,
    /// Its release.
    pub release: String,
    /// The year of the source value.
    pub from_year: String,
    /// The series in that year.
    pub from_value: Exact,
    /// The year it grows to: the price base, or the last year the series has, since nothing is projected beyond it.
    pub to_year: String,
    /// The series in that year.
    pub to_value: Exact,
    /// The exponent.
    pub exponent: Exact,
    /// The ratio to that power, correctly rounded to 12 places: at most half of the last place from the truth.
    pub factor: Exact,
    /// Whether the series ends before the price base.
    pub ends_before: bool,
    /// Whether a number of the series used is a forecast.
    pub forecast: bool,
}

impl Uprating {
    /// The ratio a source value is multiplied by.
    #[must_use]
    pub fn ratio(&self) -> Exact {
        let prices = &self.to_index / &self.from_index;
        match &self.growth {
            Some(growth) => prices * &growth.factor,
            None => prices,
        }
    }
}

/// Places of a power: it is the one step that is not exact.
const POWER_PLACES: usize = 12;

/// Finds how a value grows from its year to a price base. `None` where the series lacks the year of the value, or the
/// exponent is not between 0 and 100 with at most two decimals.
#[must_use]
pub fn growing(
    series: &Series,
    growth: &Growth,
    from_year: &str,
    to_year: &str,
) -> Option<Growing> {
    let rows = series.rows.get(&growth.with.item)?;
    let from = index_of(series, rows, from_year)?;
    let (to_label, to, ends_before) = match index_of(series, rows, to_year) {
        Some(to) => (to_year.to_owned(), to, false),
        None => {
            let (last, _) = rows.last_key_value()?;
            // A series that ends after the base and still lacks it has a gap: that is not told away.
            let ends_before = last.get(..4) <= to_year.get(..4);
            (
                last.clone(),
                index_of(series, rows, last).filter(|_| ends_before)?,
                true,
            )
        }
    };
    let (upper, lower) = growth.exponent.parts();
    let exponent = (upper.parse().ok()?, lower.parse().ok()?);
    let factor = exact::power(&(&to.value / &from.value), exponent, POWER_PLACES)?;
    Some(Growing {
        series: growth.with.to_string(),
        release: series.release.clone(),
        from_year: from_year.to_owned(),
        from_value: from.value,
        to_year: to_label,
        to_value: to.value,
        exponent: growth.exponent.clone(),
        factor,
        ends_before,
        forecast: from.forecast || to.forecast,
    })
}

/// The index of one year, and whether it is a forecast.
struct Index {
    value: Exact,
    forecast: bool,
}

/// Finds the step from a price year to a price base. `None` where the index lacks a year.
#[must_use]
pub fn between(deflator: &Series, from_year: &str, to_year: &str) -> Option<Uprating> {
    let rows = deflator.rows.get("")?;
    let from = index_of(deflator, rows, from_year)?;
    let to = index_of(deflator, rows, to_year)?;
    Some(Uprating {
        series: deflator.name.clone(),
        release: deflator.release.clone(),
        from_year: from_year.to_owned(),
        from_index: from.value,
        to_year: to_year.to_owned(),
        to_index: to.value,
        forecast: from.forecast || to.forecast,
        kept: deflator.redistribution == Redistribution::Refused,
        growth: None,
    })
}

type Rows = BTreeMap<String, Row>;

/// The number of a year or quarter: the series' own, or the mean of the parts it has. A financial year is three quarters
/// of the calendar year it begins in and one of the next; a calendar year is one of the financial year before and three
/// of its own.
fn index_of(series: &Series, rows: &Rows, label: &str) -> Option<Index> {
    if rows.contains_key(label) {
        return own(rows, label);
    }
    match parts_of(series, label) {
        parts if parts.is_empty() => None,
        parts => mean(rows, &parts),
    }
}

/// The rows that a year is the mean of, with the quarters each stands for; none where the series has no such parts.
fn parts_of(series: &Series, label: &str) -> Vec<(String, i64)> {
    let first = label.get(..4).and_then(|year| year.parse::<i32>().ok());
    let Some(first) = first else {
        return Vec::new();
    };
    let is_calendar = label.len() == 4;
    let is_financial = label == financial_label(first);
    let quarters = |parts: [(i32, u8); 4]| {
        let parts = parts.map(|(year, quarter)| (format!("{year}-Q{quarter}"), 1));
        parts.to_vec()
    };
    match series.years {
        Years::Financial if is_calendar => {
            vec![(financial_label(first - 1), 1), (financial_label(first), 3)]
        }
        Years::Calendar if is_financial => {
            vec![(first.to_string(), 3), ((first + 1).to_string(), 1)]
        }
        Years::Quarterly if is_calendar => {
            quarters([(first, 1), (first, 2), (first, 3), (first, 4)])
        }
        Years::Quarterly if is_financial => {
            quarters([(first, 2), (first, 3), (first, 4), (first + 1, 1)])
        }
        _ => Vec::new(),
    }
}

/// Why a series gives no index for a year or quarter, and what it lacks: a year, or a part of one, that is blank, missing
/// or zero.
#[must_use]
pub fn lacks(series: &Series, label: &str) -> Option<String> {
    let rows = series.rows.get("")?;
    if index_of(series, rows, label).is_some() {
        return None;
    }
    let is_row = |year: &String| rows.contains_key(year);
    let mut parts = parts_of(series, label).into_iter().map(|(part, _)| part);
    let wanted = match rows.contains_key(label) {
        true => Some(label.to_owned()),
        false => parts.find(|part| !is_row(part) || own(rows, part).is_none()),
    };
    let wanted = wanted.unwrap_or_else(|| label.to_owned());
    Some(match is_row(&wanted) {
        true => format!(
            "{} of release {} is not above zero for {wanted}, and nothing can be divided by it",
            series.name, series.release
        ),
        false => series.gaps("").told(&wanted),
    })
}

/// The mean of rows by their weights in quarters of a year; `None` where one is missing.
fn mean(rows: &Rows, parts: &[(String, i64)]) -> Option<Index> {
    let mut found = Index {
        value: exact::zero(),
        forecast: false,
    };
    for (label, quarters) in parts {
        let row = own(rows, label)?;
        found.value += row.value * exact::ratio(*quarters, 4);
        found.forecast |= row.forecast;
    }
    Some(found)
}

fn own(rows: &Rows, label: &str) -> Option<Index> {
    let row = rows.get(label)?;
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

    fn series(years: Years, rows: &[(&str, i64)]) -> Series {
        let rows = rows
            .iter()
            .map(|(year, value)| ((*year).to_owned(), row(*value)));
        let rows: BTreeMap<String, Row> = rows.collect();
        Series {
            name: "gdp-deflator".to_owned(),
            release: "test".to_owned(),
            title: String::new(),
            unit: String::new(),
            years,
            price_year: None,
            note: None,
            licence: String::new(),
            redistribution: Redistribution::Allowed,
            own: false,
            source: Source {
                title: String::new(),
                publisher: String::new(),
                year: String::new(),
                url: String::new(),
                place_in_it: None,
                study: None,
            },
            rows: [(String::new(), rows)].into(),
            blanks: BTreeMap::new(),
            bands: BTreeMap::new(),
        }
    }

    #[test]
    fn v10_an_index_of_nothing_is_no_index() {
        let years = [("2020-21", 80), ("2021-22", 0), ("2022-23", 100)];
        let deflator = series(Years::Financial, &years);
        let step = between(&deflator, "2020-21", "2022-23").unwrap();
        assert_eq!(step.ratio(), exact::ratio(5, 4));
        for from in ["2021-22", "2021", "2022"] {
            assert_eq!(between(&deflator, from, "2022-23"), None, "{from}");
        }
    }

    #[test]
    fn v10_a_year_is_the_mean_of_what_the_series_has() {
        let financial = series(Years::Financial, &[("2019-20", 100), ("2020-21", 120)]);
        let calendar = series(Years::Calendar, &[("2019", 100), ("2020", 120)]);
        let quarters = [
            ("2019-Q2", 100),
            ("2019-Q3", 110),
            ("2019-Q4", 120),
            ("2020-Q1", 130),
        ];
        let quarterly = series(Years::Quarterly, &quarters);
        let index = |series: &Series, label: &str| {
            let rows = series.rows.get("").unwrap();
            index_of(series, rows, label).map(|index| exact::exact_text(&index.value))
        };
        assert_eq!(index(&financial, "2020"), Some("115".to_owned()));
        assert_eq!(index(&financial, "2019"), None, "half a year is no year");
        assert_eq!(index(&calendar, "2019"), Some("100".to_owned()));
        assert_eq!(index(&calendar, "2019-20"), Some("105".to_owned()));
        assert_eq!(index(&quarterly, "2019-20"), Some("115".to_owned()));
        assert_eq!(index(&quarterly, "2019-Q3"), Some("110".to_owned()));
        assert_eq!(index(&quarterly, "2019"), None);
    }

    #[test]
    fn v10_growth_ends_with_its_series_and_is_never_projected() {
        let heads = series(Years::Calendar, &[("2019", 1), ("2023", 1024)]);
        let growth = Growth {
            with: super::super::series::SeriesRef {
                series: "gdp-per-head".to_owned(),
                item: String::new(),
            },
            exponent: exact::ratio(13, 10),
        };
        let found = growing(&heads, &growth, "2019", "2024-25").unwrap();
        assert_eq!(found.factor, exact::whole(8192));
        assert!(found.ends_before);
        assert_eq!(found.to_year, "2023");
        assert_eq!(
            growing(&heads, &growth, "2018", "2024-25"),
            None,
            "from before it begins"
        );
        assert_eq!(growing(&heads, &growth, "2019", "2021"), None, "into a gap");
    }
}
