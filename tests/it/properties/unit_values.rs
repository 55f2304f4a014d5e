//! V9, V10: every net unit value of the shipped edition, worked out again from the files themselves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bigdecimal::BigDecimal;
use goodmeasure::catalogue::Catalogue;
use goodmeasure::domain::edition::{EditionId, UnitValue};
use goodmeasure::domain::exact::{Exact, exact_text};
use toml::{Table, Value};

use super::oracle::{decimal, power, uprated};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("proxies")
}

fn table(path: &Path) -> Table {
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

fn rows<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    let rows = table.get(key).and_then(Value::as_array);
    rows.into_iter()
        .flatten()
        .map(|row| row.as_table().unwrap())
}

fn text<'a>(row: &'a Table, key: &str) -> Option<&'a str> {
    row.get(key).and_then(Value::as_str)
}

/// The deflator by financial year.
static DEFLATOR: LazyLock<BTreeMap<String, BigDecimal>> = LazyLock::new(|| {
    let series = table(&folder().join("series/gdp-deflator.toml"));
    rows(&series, "row")
        .map(|row| {
            (
                text(row, "year").unwrap().to_owned(),
                decimal(text(row, "value").unwrap()),
            )
        })
        .collect()
});

/// The index of a price year: a calendar year is one quarter of the financial year before and three of its own.
fn index(year: &str) -> BigDecimal {
    if year.contains('-') {
        return DEFLATOR[year].clone();
    }
    let year: i32 = year.parse().unwrap();
    let label = |year: i32| format!("{year}-{:02}", (year + 1) % 100);
    (&DEFLATOR[&label(year - 1)] + &DEFLATOR[&label(year)] * 3) / 4
}

/// GDP per head by calendar year.
static HEADS: LazyLock<BTreeMap<String, BigDecimal>> = LazyLock::new(|| {
    let series = table(&folder().join("series/gdp-per-head.toml"));
    let number = |row: &Table, key| text(row, key).unwrap().to_owned();
    rows(&series, "row")
        .map(|row| (number(row, "year"), decimal(&number(row, "value"))))
        .collect()
});

/// A value of wellbeing: prices as for all, and real GDP per head to the last year there is, to the power 1.3.
fn wellbeing(value: &str, price_year: &str) -> BigDecimal {
    let (_, last) = HEADS.last_key_value().unwrap();
    let ratio: BigDecimal = last.with_prec(200) / HEADS[price_year].with_prec(200);
    let grown = decimal(value) * power(&ratio, 13, 10);
    uprated(&grown, &index("2024-25"), &index(price_year))
}

fn net(value: &str, price_year: &str) -> BigDecimal {
    match price_year {
        "nominal" | "2024-25" => decimal(value),
        year => uprated(&decimal(value), &index("2024-25"), &index(year)),
    }
}

/// Every proxy of the shipped edition as its file says it.
static PROXIES: LazyLock<BTreeMap<String, Table>> = LazyLock::new(|| {
    let mut proxies = BTreeMap::new();
    for entry in std::fs::read_dir(folder().join("open-uk/2026")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            for proxy in rows(&table(&path), "proxy") {
                proxies.insert(text(proxy, "code").unwrap().to_owned(), proxy.clone());
            }
        }
    }
    proxies
});

static CARBON: LazyLock<BTreeMap<String, BigDecimal>> = LazyLock::new(|| {
    let series = table(&folder().join("series/carbon-values.toml"));
    rows(&series, "row")
        .map(|row| {
            (
                text(row, "year").unwrap().to_owned(),
                net(text(row, "value").unwrap(), "2022"),
            )
        })
        .collect()
});

/// A tonne in a calendar year.
pub(super) fn carbon(year: i32) -> BigDecimal {
    CARBON[&year.to_string()].clone()
}

/// One unit of a proxy that has one value.
pub(super) fn effort(code: &str) -> BigDecimal {
    let proxy = &PROXIES[code];
    net(
        text(proxy, "value").unwrap(),
        text(proxy, "price_year").unwrap(),
    )
}

fn same(code: &str, came: Option<&Exact>, value: Option<&str>, price_year: &str) {
    let came = came.map(|came| decimal(&exact_text(came)));
    let work = match PROXIES
        .get(code)
        .is_some_and(|row| row.contains_key("growth"))
    {
        true => wellbeing,
        false => net,
    };
    let expected = value.map(|value| work(value, price_year));
    assert_eq!(came, expected, "{code}");
}

fn compare(code: &str, came: &UnitValue, row: &Table, price_year: &str) {
    same(
        code,
        Some(&came.net.central),
        text(row, "value"),
        price_year,
    );
    same(code, came.net.low.as_ref(), text(row, "low"), price_year);
    same(code, came.net.high.as_ref(), text(row, "high"), price_year);
}

#[test]
fn every_net_unit_value_is_worked_out_again() {
    let catalogue = Catalogue::shipped().unwrap();
    let edition = catalogue
        .edition(&EditionId::parse("open-uk/2026").unwrap())
        .unwrap();
    assert_eq!(edition.proxies().count(), PROXIES.len());
    for (code, row) in PROXIES.iter() {
        let published = edition.proxy(code).unwrap();
        let price_year = text(row, "price_year").unwrap();
        if let Some(series) = text(row, "series") {
            let item = text(row, "item");
            let series = table(&folder().join(format!("series/{series}.toml")));
            let of_item: Vec<&Table> = rows(&series, "row")
                .filter(|row| text(row, "item") == item)
                .collect();
            assert_eq!(of_item.len(), published.by_year.len(), "{code}");
            for row in of_item {
                let year = text(row, "year").unwrap();
                compare(code, &published.by_year[year], row, price_year);
            }
            continue;
        }
        compare(
            code,
            &published.by_place[text(row, "place").unwrap()],
            row,
            price_year,
        );
        let areas: Vec<&Table> = rows(row, "area").collect();
        assert_eq!(published.by_place.len(), areas.len() + 1, "{code}");
        for area in areas {
            compare(
                code,
                &published.by_place[text(area, "place").unwrap()],
                area,
                price_year,
            );
        }
    }
}
