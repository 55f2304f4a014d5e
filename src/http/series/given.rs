//! A series as it is sent: whole in JSON, or its rows as a CSV file with what is said of it in the query.

use std::collections::BTreeMap;

use actix_web::web::Bytes;
use actix_web::{HttpRequest, dev::Payload};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::catalogue::own_series::{MOST_ROWS, RowGiven, SAID, SeriesGiven};
use crate::domain::fault::Fault;
use crate::operations::node::Node;

use super::super::body::{DEEPEST, LARGEST_BODY, type_of, whole};
use super::super::edges::accept::JSON;
use super::super::fields::{Fields, object};
use super::super::problem::Problem;
use super::super::query::Query;
use super::super::writing::{Writing, digest};

/// A file of a spreadsheet.
const CSV: &str = "text/csv";

/// A number of a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesRowBody {
    /// The item, where the series has several: small letters, digits, hyphens and points.
    pub item: Option<String>,
    /// The year, as `years` has it: `2024-25`, `2024` or `2024-Q1`.
    #[schema(example = "2026")]
    pub year: String,
    /// The number, a decimal of any precision; `null` where nothing was published.
    #[schema(example = "104.2", required = true)]
    pub value: Option<String>,
    /// The low value, where there is a range.
    pub low: Option<String>,
    /// The high value, where there is a range.
    pub high: Option<String>,
    /// `outturn`, `forecast` or `published`; `published` when missing. What rests on a forecast is provisional.
    pub status: Option<String>,
    /// Unit of the row, where the series has several.
    pub unit: Option<String>,
    /// A note for readers.
    pub note: Option<String>,
}

/// A rate that holds for a band of years from now.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesBandBody {
    /// Name of the schedule, such as `standard`.
    #[schema(example = "standard")]
    pub item: String,
    /// First year of the band; the first one of an item is 0, and each follows the one before.
    pub from_year: i64,
    /// Last year; `null` goes on for ever.
    pub to_year: Option<i64>,
    /// Percent a year.
    #[schema(example = "3.5")]
    pub percent: String,
}

/// Says the fields of a series twice: in a body, and in the query beside a file.
macro_rules! of_series {
    ($($(#[$said:meta])* $name:ident,)+) => {
        /// A series of the partnership's own: `rows` by year, or the `bands` of a schedule.
        #[derive(Debug, Serialize, ToSchema)]
        #[schema(example = json!({
            "name": "our-index", "release": "2026-11", "title": "Our index of local prices", "unit": "index, 2023-24 = 100",
            "years": "financial", "licence": "CC0-1.0", "redistribution": "allowed",
            "source_title": "Our index", "source_publisher": "Our partnership", "source_year": "2026", "source_url": "https://example.org/index",
            "rows": [
                {"year": "2023-24", "value": "100"}, {"year": "2024-25", "value": "103.1"},
                {"year": "2025-26", "value": null}
            ]
        }))]
        pub struct SeriesBody {
            $($(#[$said])* pub $name: Option<String>,)+
            /// Its rows, at most 2000.
            pub rows: Option<Vec<SeriesRowBody>>,
            /// The bands of its schedules, at most 2000.
            pub bands: Option<Vec<SeriesBandBody>>,
        }

        /// What is said of a series beside a file, or where the body does not say it.
        #[derive(Debug, IntoParams)]
        #[into_params(parameter_in = Query)]
        #[allow(dead_code, reason = "it is only told in the document")]
        pub struct SeriesQuery {
            $($(#[$said])* pub $name: Option<String>,)+
        }
    };
}

of_series! {
    /// Its name: small letters, digits, hyphens and points; not one that comes with the program.
    name,
    /// Its release, such as `2026-11`.
    release,
    /// Title.
    title,
    /// Unit of its numbers.
    unit,
    /// What its years are: `financial`, `calendar`, `quarterly`, or `duration` for schedules.
    years,
    /// Price year of its values, where they are pounds.
    price_year,
    /// A note for readers.
    note,
    /// Licence of its numbers.
    licence,
    /// `allowed`, or `none`: its numbers are calculated with, and only administrators see them.
    redistribution,
    /// Title of the publication it is from.
    source_title,
    /// Who published it.
    source_publisher,
    /// Year of the publication.
    source_year,
    /// Its address.
    source_url,
    /// Table, sheet or row in it.
    source_where,
}

/// A series as it arrived.
pub struct Sent {
    /// What is to be read.
    pub given: SeriesGiven,
    /// Faults of form.
    pub faults: Vec<Fault>,
    /// How it is carried out.
    pub writing: Writing,
    /// SHA-256 of the body.
    pub digest: String,
}

impl Sent {
    /// Receives it.
    ///
    /// # Errors
    /// What is wrong with the request before the series is looked at.
    pub async fn of(request: &HttpRequest, payload: Payload) -> Result<Self, Problem> {
        let kind = type_of(request);
        let is_csv = match kind.as_deref() {
            Some(JSON) => false,
            Some(CSV) => true,
            _ => return Err(not_taken()),
        };
        let (writing, said) = Writing::with(request, of_query)?;
        let bytes = whole(request, payload, LARGEST_BODY).await?;
        let digest = digest(&bytes);
        let (given, faults) = match is_csv {
            true => of_csv(said, &bytes)?,
            false => of_json(said, &bytes)?,
        };
        Ok(Self {
            given,
            faults,
            writing,
            digest,
        })
    }
}

fn not_taken() -> Problem {
    let detail = "send the rows as text/csv with what is said of the series in the query, or all in one as \
        application/json, not compressed, and say so: Content-Type";
    Problem {
        detail: detail.to_owned(),
        ..Problem::not_json()
    }
}

fn of_query(query: &mut Query) -> SeriesGiven {
    let mut given = SeriesGiven::default();
    for name in SAID {
        if let Some(text) = query.text(name) {
            given.say(name, text);
        }
    }
    given
}

fn of_csv(mut given: SeriesGiven, bytes: &Bytes) -> Result<(SeriesGiven, Vec<Fault>), Problem> {
    let text = std::str::from_utf8(bytes);
    let text = text
        .map_err(|_| Problem::malformed("the table is not UTF-8 text: save it as \"CSV UTF-8\""))?;
    let mut faults = Vec::new();
    given.take_csv(text, &mut faults);
    Ok((given, faults))
}

/// What the body says goes before what the query says.
fn of_json(query: SeriesGiven, bytes: &Bytes) -> Result<(SeriesGiven, Vec<Fault>), Problem> {
    let node = Node::read(bytes, DEEPEST)
        .map_err(|error| Problem::malformed(format!("the body is {error}")))?;
    let (given, faults) = object(&node, "", |fields| fields_of(query, fields));
    Ok((given.unwrap_or_default(), faults))
}

fn fields_of(mut given: SeriesGiven, fields: &mut Fields<'_>) -> SeriesGiven {
    for name in SAID {
        if let Some(text) = fields.text(name) {
            given.say(name, text);
        }
    }
    let rows = fields.list("rows", MOST_ROWS, row).unwrap_or_default();
    let bands = fields.list("bands", MOST_ROWS, band).unwrap_or_default();
    for (list, cells) in [("rows", rows), ("bands", bands)] {
        for (index, cells) in cells.into_iter().enumerate() {
            let at = format!("/{list}/{index}");
            given.rows.push(RowGiven { at, cells });
        }
    }
    given
}

type CellsGiven = BTreeMap<&'static str, String>;

fn row(fields: &mut Fields<'_>) -> CellsGiven {
    let mut cells = CellsGiven::new();
    for name in ["item", "year", "status", "unit", "note"] {
        cells.extend(fields.text(name).map(|text| (name, text)));
    }
    for name in ["value", "low", "high"] {
        cells.extend(fields.decimal(name).map(|text| (name, text)));
    }
    // Said to be nothing, and not said at all, are two things.
    if fields.is_null("value") {
        cells.insert("value", String::new());
    }
    cells
}

fn band(fields: &mut Fields<'_>) -> CellsGiven {
    let mut cells = CellsGiven::new();
    cells.extend(fields.text("item").map(|text| ("item", text)));
    cells.extend(fields.decimal("percent").map(|text| ("percent", text)));
    for name in ["from_year", "to_year"] {
        cells.extend(fields.whole(name).map(|number| (name, number.to_string())));
    }
    cells
}
