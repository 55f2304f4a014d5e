//! A table as it is sent: as a text in JSON with what is said of it, or as a file with that in the query.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, dev::Payload};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::catalogue::table::{HEAD, Head, Table, TableGiven};
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
/// A file of keys and values.
const TOML: &str = "application/toml";
/// A spreadsheet as it is saved.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Says the fields of a table twice: in a body, and in the query beside a file.
macro_rules! of_head {
    ($($(#[$said:meta])* $name:ident,)+) => {
        /// A table of values, and what is said of it as a whole. What a row says in its own column goes before that.
        #[derive(Debug, Serialize, ToSchema)]
        #[schema(example = json!({
            "set": "our-table", "edition": "2026", "title": "Our table of values, 2026", "price_base": "2024-25",
            "method": "Invented values at 2024-25 prices, gross.", "licence": "CC0-1.0", "redistribution": "allowed",
            "column": "local_economic", "source_title": "Our table", "source_publisher": "Our partnership",
            "source_year": "2026", "source_url": "https://example.org/table",
            "table": "Reference,Theme,Outcome,Measure,Unit,Proxy Value\nEX1,Jobs,Work,Hours of advice,hour,16.50\n"
        }))]
        pub struct TableBody {
            $($(#[$said])* pub $name: Option<String>,)+
            /// How the table is written: `csv`, or `toml`; `csv` when missing.
            pub format: Option<String>,
            /// The table: the text of a CSV file with a row of headings, or of a TOML file with the same names as keys.
            pub table: String,
        }

        /// What is said of a table beside a file, or where the body does not say it.
        #[derive(Debug, IntoParams)]
        #[into_params(parameter_in = Query)]
        #[allow(dead_code, reason = "it is only told in the document")]
        pub struct TableQuery {
            $($(#[$said])* pub $name: Option<String>,)+
        }
    };
}

of_head! {
    /// The proxy set, such as `our-table`; not one that is shipped.
    set,
    /// The edition of it, such as `2026`.
    edition,
    /// Title.
    title,
    /// The financial year that all real values are brought to, such as `2024-25`.
    price_base,
    /// Year of the prices that the values stand in; the price base when missing, `nominal` for face values.
    price_year,
    /// The method of valuation as a whole.
    method,
    /// Licence of the values.
    licence,
    /// `allowed`, or `none`: the values are calculated with, and only administrators see them.
    redistribution,
    /// A sentence to show with the values.
    attribution,
    /// Column of rows that name none: `social`, `local_economic`, `effort` or `fiscal`.
    column,
    /// Code of the taxonomy of its themes; the set when missing.
    taxonomy,
    /// Title of that taxonomy.
    taxonomy_title,
    /// Where the values hold, in words.
    coverage,
    /// Code of the widest place the values may be used in; `united-kingdom` when missing.
    place,
    /// Day somebody last looked whether the values still hold.
    last_reviewed,
    /// Last day the values are meant for.
    valid_until,
    /// Release of the series `gdp-deflator` that brings other price years to the price base, or an index of the
    /// partnership's own as `name/release`.
    deflator,
    /// Series of the partnership's own that it rests on, as `name/release` with spaces between: those that rows or proxies
    /// name, and schedules that commitments may be discounted by.
    series,
    /// Title of the publication that the values are from.
    source_title,
    /// Who published it.
    source_publisher,
    /// Year of the publication.
    source_year,
    /// Its address.
    source_url,
}

/// A spreadsheet file.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "it is only told in the document")]
pub struct SpreadsheetFile(Vec<u8>);

/// A table as it arrived.
pub struct Sent {
    /// What is to be read.
    pub given: TableGiven,
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
    /// What is wrong with the request before the table is looked at.
    pub async fn of(request: &HttpRequest, payload: Payload) -> Result<Self, Problem> {
        let kind = type_of(request);
        let kind = match kind.as_deref() {
            Some(kind @ (JSON | CSV | TOML | XLSX)) => kind,
            _ => return Err(not_taken()),
        };
        let (writing, head) = Writing::with(request, of_query)?;
        let bytes = whole(request, payload, LARGEST_BODY).await?;
        let digest = digest(&bytes);
        let (given, faults) = match kind {
            JSON => of_json(head, &bytes)?,
            XLSX => (of(head, Table::Xlsx(bytes.to_vec())), Vec::new()),
            TOML => (of(head, Table::Toml(text(&bytes)?)), Vec::new()),
            _ => (of(head, Table::Csv(text(&bytes)?)), Vec::new()),
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
    let detail = "send the table as text/csv, application/toml or a spreadsheet (XLSX: \
        application/vnd.openxmlformats-officedocument.spreadsheetml.sheet) with what is said of it in the query, or all in \
        one as application/json, not compressed, and say so: Content-Type";
    Problem {
        detail: detail.to_owned(),
        ..Problem::not_json()
    }
}

fn of_query(query: &mut Query) -> Head {
    let mut head = Head::default();
    for name in HEAD {
        if let Some(text) = query.text(name) {
            head.say(name, text);
        }
    }
    head
}

fn of(head: Head, table: Table) -> TableGiven {
    TableGiven { head, table }
}

fn text(bytes: &Bytes) -> Result<String, Problem> {
    let text = std::str::from_utf8(bytes);
    let text = text
        .map_err(|_| Problem::malformed("the table is not UTF-8 text: save it as \"CSV UTF-8\""))?;
    Ok(text.to_owned())
}

/// What the body says goes before what the query says.
fn of_json(query: Head, bytes: &Bytes) -> Result<(TableGiven, Vec<Fault>), Problem> {
    let node = Node::read(bytes, DEEPEST)
        .map_err(|error| Problem::malformed(format!("the body is {error}")))?;
    let (given, faults) = object(&node, "", fields);
    let nothing = || of(Head::default(), Table::Csv(String::new()));
    let (form, text) = given.unwrap_or_else(|| (Ok(nothing()), None));
    let mut faults = faults;
    let mut given = form.unwrap_or_else(|fault| {
        faults.push(fault);
        nothing()
    });
    given.head = given.head.or(query);
    if text.is_none() && !faults.iter().any(|fault| fault.pointer == "/table") {
        faults.push(Fault::new(
            "/table",
            "field_missing",
            "this field is needed",
        ));
    }
    Ok((given, faults))
}

type Read = (Result<TableGiven, Fault>, Option<()>);

fn fields(fields: &mut Fields<'_>) -> Read {
    let mut head = Head::default();
    for name in HEAD {
        if let Some(text) = fields.text(name) {
            head.say(name, text);
        }
    }
    let form = match fields.text("format").as_deref() {
        None | Some("csv") => Ok(Table::Csv as fn(String) -> Table),
        Some("toml") => Ok(Table::Toml as fn(String) -> Table),
        Some(_) => Err(Fault::new("/format", "unknown_word", "give csv or toml")),
    };
    let text = fields.text("table");
    let given = text.is_some().then_some(());
    let table = form.map(|form| of(head, form(text.unwrap_or_default())));
    (table, given)
}
