//! Tables that users bring: read in the columns that such tables have, made into an edition like those shipped, and
//! kept in the keys of its files. What was kept is read again by the same code as what was brought.

mod columns;
mod document;
mod entries;
mod head;
mod rows;
mod sheet;

use std::collections::{BTreeMap, BTreeSet};

use super::Catalogue;
use super::edition::RelationEntry;
use super::entry::File;
use super::measure::MeasureEntry;
use super::proxy::ProxyEntry;
use crate::domain::edition::{Draft, Edition, EditionId, Known, Status, lint, publish};
use crate::domain::fault::{Fault, echo};
use crate::domain::period::Day;
use crate::domain::place::Places;
use crate::domain::series::Series;
use crate::domain::taxonomy::Taxonomy;

pub use columns::COLUMNS;
pub use head::{HEAD, Head};
pub use rows::MOST_ROWS;

pub(super) use columns::plain;
pub(super) use rows::delimiter;

use document::{Document, TaxonomyHead};
use entries::{Made, Making};
use rows::Rows;

/// Faults that follow from others.
const FOLLOWS: [&str; 2] = ["unknown_proxy", "unknown_measure"];
/// So many faults are told at most: an answer is not to outgrow its question.
const MOST_FAULTS: usize = 1000;

/// A table, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Table {
    /// Rows of a spreadsheet as text.
    Csv(String),
    /// `[[row]]` with the same columns, and beside them `[[measure]]`, `[[proxy]]` and `[[relation]]` as in the files of
    /// an edition.
    Toml(String),
    /// A spreadsheet as it is saved.
    Xlsx(Vec<u8>),
}

/// A table as it is brought.
#[derive(Debug, Clone)]
pub struct TableGiven {
    /// What is said of it as a whole.
    pub head: Head,
    /// The table.
    pub table: Table,
}

/// What came of a table.
#[derive(Debug, Clone)]
pub struct Brought {
    /// What is kept of it.
    pub document: String,
    /// The edition it makes.
    pub edition: Edition,
    /// Headings that mean nothing here.
    pub ignored: Vec<String>,
    /// Name and release of what it rests on of the partnership's own.
    pub own: Vec<(String, String)>,
}

/// The table that shows every column, in CSV, with two invented rows.
#[must_use]
pub fn template() -> String {
    let example = |name: &str| match name {
        "reference" => ["EX1", "EX2"],
        "theme" => ["Jobs", ""],
        "outcome" => ["More local people in work", ""],
        "measure" => ["Local people in work", "Hours of advice"],
        "unit" => ["job", "hour"],
        "proxy_value" => ["12345.00", "16.50"],
        "column" => ["local_economic", "effort"],
        "quantity" => ["average_over_period", "flow"],
        _ => ["", ""],
    };
    let line = |cell: &dyn Fn(&str) -> String| {
        let cells: Vec<String> = COLUMNS.iter().map(|one| cell(one.name)).collect();
        cells.join(",")
    };
    let rows = [0, 1].map(|row| {
        let cell = |name: &str| {
            example(name)
                .get(row)
                .copied()
                .unwrap_or_default()
                .to_owned()
        };
        line(&cell)
    });
    let heading = |name: &str| name.to_owned();
    format!("{}\n{}\n", line(&heading), rows.join("\n"))
}

/// Reads what was kept of a table.
///
/// # Errors
/// Every fault, which a table that was taken does not have.
pub fn load(
    catalogue: &Catalogue,
    own: &[Series],
    id: &EditionId,
    document: &str,
    status: Status,
    published_on: Day,
) -> Result<Edition, Vec<Fault>> {
    match document::read(id, document, status, published_on) {
        (Some((draft, made)), faults) if faults.is_empty() => {
            publish(draft, &with(catalogue, own, made))
        }
        (_, faults) => Err(faults),
    }
}

/// Every series it may name: those made of its own values by year, those the partnership brought, those shipped.
fn with(catalogue: &Catalogue, own: &[Series], made: Vec<Series>) -> Vec<Series> {
    let brought = own.iter().chain(&catalogue.series).cloned();
    made.into_iter().chain(brought).collect()
}

/// The releases that a table says it rests on, as name and release, before anything else of it is read.
#[must_use]
pub fn releases(given: &TableGiven) -> Vec<(String, String)> {
    let mut head = given.head.clone();
    if let Table::Toml(text) = &given.table {
        let said = text.parse::<toml::Table>().unwrap_or_default();
        for name in ["series", "deflator"] {
            let text = said.get(name).and_then(toml::Value::as_str);
            if let Some(text) = text.filter(|_| head.get(name).is_none()) {
                head.say(name, text.to_owned());
            }
        }
    }
    releases_of(&head).into_iter().collect()
}

/// Name to release of what is said as `name/release`, with spaces or commas between.
fn releases_of(head: &Head) -> BTreeMap<String, String> {
    let fields = ["series", "deflator"].into_iter();
    let words = fields.flat_map(|name| head.words(name));
    let pairs = words.filter_map(|word| word.split_once('/'));
    let owned = pairs.map(|(name, release)| (name.to_owned(), release.to_owned()));
    owned.collect()
}

/// Reads a table that is brought, in the places of a partnership. It becomes a draft of a day.
///
/// # Errors
/// Every fault at once, each with its row and its column: `/rows/7/proxy_value`.
pub fn bring(
    catalogue: &Catalogue,
    own: &[Series],
    places: &Places,
    given: &TableGiven,
    today: Day,
) -> Result<Brought, Vec<Fault>> {
    let mut faults = Vec::new();
    let codes: Vec<&str> = catalogue
        .taxonomies
        .iter()
        .map(|one| one.code.as_str())
        .collect();
    let mut whole = Whole::read(given, &codes, &mut faults);
    whole.head.check(&mut faults);
    let id = id_of(catalogue, &whole.head, &mut faults);
    let made = whole.document(catalogue, &mut faults);
    let text = made.0.text().map_err(|fault| vec![fault])?;
    let (Some(id), false) = (id, made.1.stands_in.is_empty() && whole.rows.is_some()) else {
        return Err(faults);
    };
    let located = |found: Vec<Fault>| {
        let at = |fault| located(fault, &id, &made.1, whole.rows.as_ref());
        found.into_iter().map(at).collect::<Vec<Fault>>()
    };
    let (read, found) = document::read(&id, &text, Status::Draft, today);
    let whole_read = found.is_empty();
    faults.extend(located(found));
    let edition = read.and_then(|(draft, made)| {
        let series = with(catalogue, own, made);
        faults.extend(located(linted(catalogue, places, &draft, &series)));
        let mut found = match publish(draft, &series) {
            Ok(edition) => return Some(edition),
            Err(found) => found,
        };
        // What could not be read is told already; that it is not there follows from that.
        found.retain(|fault| whole_read || !FOLLOWS.contains(&fault.code));
        faults.extend(located(found));
        None
    });
    match edition {
        Some(edition) if faults.is_empty() => Ok(Brought {
            document: text,
            own: rests_on(&edition, own),
            edition,
            ignored: whole.rows.map(|rows| rows.ignored).unwrap_or_default(),
        }),
        _ => Err(in_order(faults)),
    }
}

fn rests_on(edition: &Edition, own: &[Series]) -> Vec<(String, String)> {
    let named = |one: &&Series| edition.facts().series.get(&one.name) == Some(&one.release);
    let used = own.iter().filter(named);
    used.map(|one| (one.name.clone(), one.release.clone()))
        .collect()
}

fn linted(catalogue: &Catalogue, places: &Places, draft: &Draft, series: &[Series]) -> Vec<Fault> {
    let own = draft.taxonomy.iter().cloned();
    let taxonomies: Vec<Taxonomy> = catalogue.taxonomies.iter().cloned().chain(own).collect();
    let known = Known {
        places,
        taxonomies: &taxonomies,
        series,
        every_measure_themed: false,
    };
    lint(draft, known)
}

/// The id of the edition; a set that is shipped is not the user's to continue.
fn id_of(catalogue: &Catalogue, head: &Head, faults: &mut Vec<Fault>) -> Option<EditionId> {
    let set = head.needed("set", faults);
    let edition = head.needed("edition", faults);
    if set.is_empty() || edition.is_empty() {
        return None;
    }
    if catalogue.editions.keys().any(|id| id.set == set) {
        let message = format!("the set {} is shipped: give yours another name", echo(&set));
        faults.push(Fault::new("/set", "set_shipped", message));
        return None;
    }
    let id = EditionId::parse(&format!("{set}/{edition}")).filter(|id| id.edition == edition);
    if id.is_none() {
        let message = "write 1 to 60 letters, digits, hyphens and points each";
        faults.push(Fault::new("/edition", "bad_code", message));
    }
    id
}

/// A table taken apart.
#[derive(Default)]
struct Whole {
    head: Head,
    rows: Option<Rows>,
    measures: Vec<MeasureEntry>,
    proxies: Vec<ProxyEntry>,
    relations: Vec<RelationEntry>,
}

impl Whole {
    fn read(given: &TableGiven, taxonomies: &[&str], faults: &mut Vec<Fault>) -> Self {
        let head = given.head.clone();
        let of_rows = |head: Head, rows: Rows| Self {
            head,
            rows: Some(rows),
            ..Self::default()
        };
        let text = match &given.table {
            Table::Csv(text) => return of_rows(head, Rows::of_csv(text, taxonomies, faults)),
            Table::Xlsx(bytes) => return of_rows(head, Rows::of_xlsx(bytes, taxonomies, faults)),
            Table::Toml(text) => text,
        };
        let Some(mut file) = File::read("/table", text, faults) else {
            return Self {
                head,
                ..Self::default()
            };
        };
        let measures = file.entries::<MeasureEntry>("measure");
        let proxies = file.entries::<ProxyEntry>("proxy");
        let relations = file.entries::<RelationEntry>("relation");
        let rows = Rows::of_toml(&mut file, taxonomies);
        let mut said = Head::default();
        for (key, text) in file.rest::<BTreeMap<String, String>>().unwrap_or_default() {
            let key = key.replace('-', "_");
            if !said.say(&key, text) {
                let at = format!("/{}", echo(&key));
                let message = "this key is not known here";
                faults.push(Fault::new(at, "unknown_field", message));
            }
        }
        Self {
            head: head.or(said),
            rows: Some(rows).filter(|rows| !rows.rows.is_empty()),
            measures: measures.into_iter().map(|(_, one)| one).collect(),
            proxies: proxies.into_iter().map(|(_, one)| one).collect(),
            relations: relations.into_iter().map(|(_, one)| one).collect(),
        }
    }

    /// What is kept of it, and which row made what.
    fn document(&mut self, catalogue: &Catalogue, faults: &mut Vec<Fault>) -> (Document, Made) {
        let head = &self.head;
        let set = head.get("set").unwrap_or_default();
        let taxonomy = head.get("taxonomy").unwrap_or(set).to_owned();
        let shipped = catalogue.taxonomies.iter().any(|one| one.code == taxonomy);
        let mut made = match &self.rows {
            None => Made::default(),
            Some(rows) => Making {
                catalogue,
                head,
                taxonomy: &taxonomy,
                brings_taxonomy: !shipped,
                rows,
                faults,
            }
            .made(),
        };
        let mut measures = std::mem::take(&mut made.measures);
        measures.append(&mut self.measures);
        let mut proxies = std::mem::take(&mut made.proxies);
        proxies.append(&mut self.proxies);
        let title = head.needed("title", faults);
        let own = TaxonomyHead {
            code: taxonomy,
            title: head.get("taxonomy_title").unwrap_or(&title).to_owned(),
        };
        let themes = std::mem::take(&mut made.themes);
        let licence = head.needed("licence", faults);
        let licences = proxies.iter().map(|proxy| proxy.licence.clone());
        let document = Document {
            price_base: head.needed("price_base", faults),
            method: head.needed("method", faults),
            redistribution: head.needed("redistribution", faults),
            attribution: head
                .get("attribution")
                .map(str::to_owned)
                .into_iter()
                .collect(),
            licences: licences
                .chain([licence])
                .filter(|one| !one.is_empty())
                .collect(),
            series: series_needed(catalogue, head, &measures, &proxies),
            deflator: own_index(head),
            taxonomy: (!themes.is_empty()).then_some(own),
            theme: themes,
            relation: std::mem::take(&mut self.relations),
            measure: measures,
            proxy: proxies,
            title,
        };
        (document, made)
    }
}

/// The index of the partnership's own that values are uprated by.
fn own_index(head: &Head) -> Option<String> {
    let (name, _) = head.get("deflator")?.split_once('/')?;
    Some(name.to_owned())
}

/// The releases a table is worked out with: those it says, and of what else it needs those of the newest edition shipped.
fn series_needed(
    catalogue: &Catalogue,
    head: &Head,
    measures: &[MeasureEntry],
    proxies: &[ProxyEntry],
) -> BTreeMap<String, String> {
    let base = head.get("price_base").unwrap_or_default();
    let elsewhere = |year: &str| ![base, "nominal", "none"].contains(&year);
    // Whoever adjusts a commitment otherwise may need a schedule that the table itself does not.
    let mut needed = vec!["discount-rates".to_owned()];
    needed.extend(
        proxies
            .iter()
            .flat_map(ProxyEntry::series)
            .map(str::to_owned),
    );
    let mut price_years = proxies.iter().flat_map(ProxyEntry::price_years);
    // One that is named is there for restating too, where no value needs it.
    let needs_prices = head.get("deflator").is_some() || price_years.any(elsewhere);
    if needs_prices && own_index(head).is_none() {
        needed.push("gdp-deflator".to_owned());
    }
    if measures.iter().any(|measure| measure.converts_by.is_some()) {
        needed.push("emission-factors".to_owned());
    }
    let newest = catalogue.newest_first();
    let shipped = |name: &str| {
        let mut releases = newest.iter().filter_map(|one| one.facts().series.get(name));
        releases.next().cloned()
    };
    let said = releases_of(head);
    let asked = head.get("deflator").map(str::to_owned);
    let release = |name: String| {
        if said.contains_key(&name) {
            return None;
        }
        let asked = asked.clone().filter(|_| name == "gdp-deflator");
        let release = asked.or_else(|| shipped(&name))?;
        Some((name, release))
    };
    let shipped: Vec<(String, String)> = needed.into_iter().filter_map(release).collect();
    said.clone().into_iter().chain(shipped).collect()
}

/// The domain names an entry by its edition; who brought a table wants row and column.
fn located(fault: Fault, id: &EditionId, made: &Made, rows: Option<&Rows>) -> Fault {
    let prefixes = [format!("{id}/"), format!("{}/", document::PATH)];
    let rest = prefixes
        .iter()
        .find_map(|one| fault.pointer.strip_prefix(one.as_str()));
    let rest = rest.unwrap_or(&fault.pointer).to_owned();
    let mut parts = rest.splitn(3, '/');
    let (kind, code) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let key = parts.next().unwrap_or_default();
    let row = made
        .stands_in
        .get(code)
        .filter(|_| ["measure", "proxy"].contains(&kind));
    let Some(row) = row else {
        return Fault {
            pointer: format!("/{}", rest.trim_start_matches('/')),
            ..fault
        };
    };
    let column = columns::of_key(key).unwrap_or("reference");
    let heading = rows.map_or(column, |rows| rows.heading(column));
    Fault {
        pointer: format!("/rows/{row}/{column}"),
        code: fault.code,
        message: format!("row {row}, {heading:?}: {}", fault.message),
    }
}

/// By row, each told once: what is wrong with a cell may be wrong with a measure and with its proxy.
fn in_order(mut faults: Vec<Fault>) -> Vec<Fault> {
    let row = |fault: &Fault| {
        let rest = fault.pointer.strip_prefix("/rows/");
        rest.and_then(|rest| rest.split('/').next()?.parse::<usize>().ok())
    };
    faults.sort_by_key(row);
    let mut told: BTreeSet<(String, &'static str)> = BTreeSet::new();
    faults.retain(|fault| {
        let missing = told.contains(&(fault.pointer.clone(), "field_missing"));
        !missing && told.insert((fault.pointer.clone(), fault.code))
    });
    if let Some(more) = faults
        .len()
        .checked_sub(MOST_FAULTS)
        .filter(|more| *more > 0)
    {
        faults.truncate(MOST_FAULTS);
        let message = format!("{more} further faults are not told");
        faults.push(Fault::new("/table", "too_many_faults", message));
    }
    faults
}
