//! From rows to measures and proxies: a row of a known measure values that, any other makes a measure of its own.

use std::collections::BTreeMap;

use super::super::Catalogue;
use super::super::measure::{FactorEntry, MeasureEntry, PartEntry, TermEntry};
use super::super::proxy::{AreaEntry, ProxyEntry, YearEntry};
use super::super::reference::ThemeEntry;
use super::head::Head;
use super::rows::{Row, Rows};
use crate::domain::edition::Status;
use crate::domain::exact::exact_text;
use crate::domain::fault::{Fault, echo};
use crate::domain::measure::{Factor, Input, Measure, QuantityKind};

/// The longest code.
const LONGEST_CODE: usize = 60;

/// What the rows make.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) measures: Vec<MeasureEntry>,
    pub(super) proxies: Vec<ProxyEntry>,
    /// Themes of the table's own taxonomy, in the order they come.
    pub(super) themes: Vec<ThemeEntry>,
    /// Code to the number of its first row.
    pub(super) stands_in: BTreeMap<String, usize>,
}

/// Rows being made into entries.
pub(super) struct Making<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) head: &'a Head,
    /// The taxonomy of the theme column.
    pub(super) taxonomy: &'a str,
    /// Whether that taxonomy comes with the table.
    pub(super) brings_taxonomy: bool,
    pub(super) rows: &'a Rows,
    pub(super) faults: &'a mut Vec<Fault>,
}

impl Making<'_> {
    pub(super) fn made(mut self) -> Made {
        let mut made = Made::default();
        for row in self.rows.rows.iter().filter(|row| !row.is_heading()) {
            let Some((code, known)) = self.code(row) else {
                continue;
            };
            if let Some(first) = made.stands_in.get(&code).copied() {
                self.further(row, &code, first, &mut made);
                continue;
            }
            made.stands_in.insert(code.clone(), row.number);
            let theme = self.theme(row, &mut made.themes);
            let value = value_of(row);
            let series = self.series(row, value.as_deref());
            let mut measure = match known {
                Some(known) => self.of_known(row, known, value.is_some() || series.is_some()),
                None => own(row),
            };
            measure.code.clone_from(&code);
            measure.themes.extend(theme);
            for (taxonomy, theme) in &row.themes {
                let named = self.named(taxonomy, theme);
                measure.themes.insert(taxonomy.clone(), named);
            }
            let reference = row.cell("reference").map(str::to_owned);
            let alias = reference.filter(|one| *one != code && !measure.aliases.contains(one));
            measure.aliases.extend(alias);
            match value.or_else(|| series.as_ref().map(|_| String::new())) {
                Some(value) => {
                    measure.valued_by = Some(code.clone());
                    measure.column = self.column(row, measure.column.take());
                    let proxy = self.proxy(row, &measure, value);
                    made.proxies.push(match series {
                        None => proxy,
                        Some((series, item)) => ProxyEntry {
                            value: None,
                            series: Some(series),
                            item,
                            ..proxy
                        },
                    });
                }
                None => {
                    let why = row.cell("record_only_because");
                    let why = why.unwrap_or("the table gives it no value");
                    measure.record_only_because = Some(why.to_owned());
                    measure.column = row.cell("column").map(str::to_owned);
                }
            }
            made.measures.push(measure);
        }
        if made.measures.is_empty() && self.faults.is_empty() {
            let message = "there is no row below the headings";
            self.faults.push(Fault::new("/table", "empty", message));
        }
        made
    }

    fn fault(&mut self, row: &Row, column: &str, code: &'static str, message: &str) {
        let heading = self.rows.heading(column);
        let message = format!("row {}, {heading:?}: {message}", row.number);
        let at = format!("/rows/{}/{column}", row.number);
        self.faults.push(Fault::new(at, code, message));
    }

    /// Series and item that a row has its values by year from, in the place of a value of its own.
    fn series(&mut self, row: &Row, value: Option<&str>) -> Option<(String, Option<String>)> {
        let named = row.cell("series")?;
        let further = ["year", "low", "high"];
        if value.is_some() || further.iter().any(|name| row.cell(name).is_some()) {
            let message = "values by year, and their ranges, stand in the series: leave value, year, low and high blank";
            self.fault(row, "series", "value_unclear", message);
        }
        Some(match named.split_once('/') {
            None => (named.to_owned(), None),
            Some((series, item)) => (series.to_owned(), Some(item.to_owned())),
        })
    }

    /// The code of the measure of a row, and that measure where it is known.
    fn code(&mut self, row: &Row) -> Option<(String, Option<Measure>)> {
        let published = |one: &&std::sync::Arc<crate::domain::edition::Edition>| {
            one.facts().status == Status::Published
        };
        let editions = self.catalogue.newest_first();
        let find = |code: &str| {
            let mut all = editions.iter().filter(published);
            all.find_map(|edition| edition.measure(code)).cloned()
        };
        if let Some(asked) = row.cell("measure_code") {
            let known = find(asked);
            if known.is_none() {
                let message = format!("no measure is known as {:?}", echo(asked));
                self.fault(row, "measure_code", "unknown_measure", &message);
            }
            return known.map(|known| (known.code.clone(), Some(known)));
        }
        if let Some(known) = row.cell("reference").and_then(find) {
            return Some((known.code.clone(), Some(known)));
        }
        let named = row.cell("reference").or_else(|| row.cell("measure"));
        let code = kebab(named.unwrap_or_default());
        if code.is_empty() {
            let message = "give a reference with letters or digits in it";
            self.fault(row, "reference", "bad_code", message);
            return None;
        }
        Some((code, None))
    }

    /// A further row of a measure: its value in a place below, or in another year.
    fn further(&mut self, row: &Row, code: &str, first: usize, made: &mut Made) {
        let proxy = made.proxies.iter_mut().find(|one| one.code == code);
        let (Some(proxy), Some(value)) = (proxy, value_of(row)) else {
            let message = format!("this is the measure of row {first} again, and one has no value");
            return self.fault(row, "proxy_value", "duplicate_row", &message);
        };
        let low = row.cell("low").map(number);
        let high = row.cell("high").map(number);
        match (row.cell("year"), row.cell("place")) {
            (Some(year), None) if !proxy.years.is_empty() => proxy.years.push(YearEntry {
                year: year.to_owned(),
                value,
                low,
                high,
            }),
            (None, Some(place)) if proxy.years.is_empty() => proxy.areas.push(AreaEntry {
                place: place.to_owned(),
                value,
                low,
                high,
            }),
            _ => {
                let message = format!(
                    "this is the measure of row {first} again: give another place, or a year in each of its rows, or another reference"
                );
                self.fault(row, "reference", "duplicate_row", &message);
            }
        }
    }

    /// The theme of the table's taxonomy.
    fn theme(&self, row: &Row, themes: &mut Vec<ThemeEntry>) -> Option<(String, String)> {
        let title = row.cell("theme")?;
        if !self.brings_taxonomy {
            let named = self.named(self.taxonomy, title);
            return Some((self.taxonomy.to_owned(), named));
        }
        let known = themes
            .iter()
            .find(|theme| theme.title.eq_ignore_ascii_case(title));
        let code = match known {
            Some(known) => known.code.clone(),
            None => {
                let code = match kebab(title) {
                    made if made.is_empty() => format!("theme-{}", themes.len() + 1),
                    made => made,
                };
                themes.push(ThemeEntry {
                    code: code.clone(),
                    title: title.to_owned(),
                    ..ThemeEntry::default()
                });
                code
            }
        };
        Some((self.taxonomy.to_owned(), code))
    }

    /// The code of a theme that is named by its code or its title.
    fn named(&self, taxonomy: &str, theme: &str) -> String {
        let all = self.catalogue.taxonomies.iter();
        let mut themes = all
            .filter(|one| one.code == taxonomy)
            .flat_map(|one| &one.themes);
        let same = |text: &str| text.eq_ignore_ascii_case(theme);
        let found = themes.find(|one| same(&one.code) || same(&one.title));
        found.map_or_else(|| theme.to_owned(), |one| one.code.clone())
    }

    /// The column of a value: said, never guessed, as columns are never added up.
    fn column(&mut self, row: &Row, known: Option<String>) -> Option<String> {
        let said = row.cell("column").map(str::to_owned).or(known);
        let said = said.or_else(|| self.head.get("column").map(str::to_owned));
        if said.is_none() {
            let message = "say which kind of value this is, here or once for the table in `column`: social, local_economic, effort or fiscal are never added up";
            self.fault(row, "column", "column_unsaid", message);
        }
        said.or_else(|| Some("social".to_owned()))
    }

    /// A known measure, valued by this table.
    fn of_known(&mut self, row: &Row, known: Measure, valued: bool) -> MeasureEntry {
        let parts = known.input.parts().iter();
        let by_parts = parts.filter(|part| part.valued_by.is_some()).count() > 0;
        if by_parts && valued {
            let message = "this measure is valued part by part: leave its code out, and make a measure of your own";
            self.fault(row, "measure_code", "valued_by_parts", message);
        }
        let mut entry = entry_of(&known);
        for (key, text) in [("measure", &mut entry.title), ("unit", &mut entry.unit)] {
            if let Some(said) = row.cell(key) {
                said.clone_into(text);
            }
        }
        entry
    }

    fn proxy(&self, row: &Row, measure: &MeasureEntry, value: String) -> ProxyEntry {
        let said = |name: &str| row.cell(name).or_else(|| self.head.get(name));
        let text = |name: &str, usual: &str| said(name).unwrap_or(usual).to_owned();
        let base = self.head.get("price_base").unwrap_or_default();
        let (low, high) = (row.cell("low").map(number), row.cell("high").map(number));
        let mut proxy = ProxyEntry {
            code: measure.code.clone(),
            title: measure.title.clone(),
            definition: measure.code.clone(),
            unit: measure.unit.clone(),
            column: measure.column.clone().unwrap_or_default(),
            kind: "value of a table".to_owned(),
            price_year: text("price_year", base),
            coverage: text("coverage", "as the table says"),
            place: text("place", "united-kingdom"),
            provisional: row.cell("provisional").map(str::to_owned),
            licence: text("licence", ""),
            redistribution: row.cell("redistribution").map(str::to_owned),
            last_reviewed: said("last_reviewed").map(str::to_owned),
            valid_until: said("valid_until").map(str::to_owned),
            method: row
                .cell("method")
                .unwrap_or("As the table has it.")
                .to_owned(),
            ..ProxyEntry::default()
        };
        let source = &mut proxy.source;
        source.title = text("source_title", "");
        source.publisher = text("source_publisher", "");
        source.year = text("source_year", "");
        source.url = text("source_url", "");
        source.place_in_it = row.cell("source_where").map(str::to_owned);
        match row.cell("year") {
            None => {
                (proxy.value, proxy.low, proxy.high) = (Some(value), low, high);
            }
            Some(year) => proxy.years.push(YearEntry {
                year: year.to_owned(),
                value,
                low,
                high,
            }),
        }
        proxy
    }
}

/// A measure of the table's own.
fn own(row: &Row) -> MeasureEntry {
    let title = row.cell("measure").unwrap_or_default();
    let text = |name: &str, usual: &str| row.cell(name).unwrap_or(usual).to_owned();
    let quantity = text("quantity", "flow");
    let (time, places) = match QuantityKind::parse(&quantity) {
        Some(QuantityKind::Ratio) => ("ratio", "ratio"),
        Some(QuantityKind::Level) => ("latest", "sum"),
        Some(QuantityKind::YesNo | QuantityKind::Text) => ("latest", "none"),
        _ => ("sum", "sum"),
    };
    MeasureEntry {
        title: title.to_owned(),
        definition: text("definition", if title.is_empty() { "-" } else { title }),
        counts: text("counts", "What the table counts as this measure."),
        evidence: text("evidence", "As the table asks."),
        does_not_count: text("does_not_count", "What the table leaves out."),
        unit: text("unit", ""),
        claim: text("claim", "each_period"),
        over_time: text("over_time", time),
        over_places: text("over_places", places),
        outcome: text("outcome", "no outcome given"),
        shelf: "default".to_owned(),
        quantity,
        ..MeasureEntry::default()
    }
}

/// A measure as an entry, without how it is valued.
fn entry_of(known: &Measure) -> MeasureEntry {
    let parts = known.input.parts().iter().map(|part| PartEntry {
        code: part.code.clone(),
        unit: part.unit.clone(),
        title: part.title.clone(),
        valued_by: None,
    });
    let terms = |factor: &Factor| {
        let terms = factor.terms.iter().map(|term| TermEntry {
            code: term.code.clone(),
            less: term.less,
            signed: term.signed,
            most: term.most.as_ref().map(exact_text),
        });
        terms.collect()
    };
    let factors = known.input.factors().iter().map(|factor| FactorEntry {
        code: factor.code.clone(),
        unit: factor.unit.clone(),
        divisor: Some(exact_text(&factor.divisor)),
        signed: factor.signed,
        most: factor.most.as_ref().map(exact_text),
        terms: terms(factor),
    });
    let conversions = known.unit_conversions.iter();
    MeasureEntry {
        code: known.code.clone(),
        title: known.title.clone(),
        definition: known.definition.clone(),
        counts: known.counts.clone(),
        evidence: known.evidence.clone(),
        does_not_count: known.does_not_count.clone(),
        unit: known.unit.clone(),
        unit_plural: known.unit_plural.clone(),
        quantity: known.quantity.word().to_owned(),
        claim: known.claim.word().to_owned(),
        over_time: known.over_time.word().to_owned(),
        over_places: known.over_places.word().to_owned(),
        outcome: known.outcome.clone(),
        themes: known.themes.clone(),
        shelf: known.shelf.word().to_owned(),
        shelf_reason: known.shelf_reason.clone(),
        allows_harm: known.allows_harm,
        aliases: known.aliases.clone(),
        column: known.column.map(|column| column.word().to_owned()),
        unit_conversions: conversions
            .map(|(unit, factor)| (unit.clone(), exact_text(factor)))
            .collect(),
        factors: factors.collect(),
        parts: match known.input {
            Input::Plain => Vec::new(),
            _ => parts.collect(),
        },
        ..MeasureEntry::default()
    }
}

/// The value of a row; `None` where it says that there is none.
fn value_of(row: &Row) -> Option<String> {
    let value = row.cell("proxy_value").map(number)?;
    let nothing = ["-", "n/a", "na", "none", "record only", "no proxy"];
    (!nothing.contains(&value.to_lowercase().as_str())).then_some(value)
}

/// A number as spreadsheets write it: `£1,234.50` is `1234.50`. Commas elsewhere stay, and are refused.
fn number(text: &str) -> String {
    let bare: String = text
        .trim()
        .chars()
        .filter(|letter| !matches!(letter, '£' | ' ' | '\u{a0}'))
        .collect();
    let (whole, _) = bare.split_once('.').unwrap_or((&bare, ""));
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    let in_decimals = bare
        .split_once('.')
        .is_some_and(|(_, after)| after.contains(','));
    match grouped && !in_decimals {
        true => bare.replace(',', ""),
        false => bare,
    }
}

/// A text as a code: small letters, digits and points, with hyphens between.
fn kebab(text: &str) -> String {
    let lower = text.to_lowercase();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
    let words = lower.split(|letter| !plain(letter));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let code: String = words.join("-").chars().take(LONGEST_CODE).collect();
    code.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_codes_are_read_as_people_write_them() {
        for (written, read) in [
            ("£1,234.50", "1234.50"),
            ("1234", "1234"),
            ("37/3", "37/3"),
            ("£ 0.27", "0.27"),
            ("1,234,567", "1234567"),
            ("1,23", "1,23"),
            ("1,2345", "1,2345"),
            ("1.234,50", "1.234,50"),
            ("-5,000", "-5000"),
        ] {
            assert_eq!(number(written), read);
        }
        for (written, code) in [
            ("XT 1.2a", "xt-1.2a"),
            ("Jobs & skills", "jobs-skills"),
            ("é", ""),
        ] {
            assert_eq!(kebab(written), code);
        }
    }
}
