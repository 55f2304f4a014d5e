//! Every row that a contract rests on, as it is kept and whatever it means: taken out of one database, and put into an
//! empty one, so that a contract can be proved elsewhere.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Column, ColumnIndex, Database, Decode, Row, Type, TypeInfo, ValueRef};

use super::{StorageError, Tx, each};

/// What a column of a row holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

/// A row, by the names of its columns.
pub type Cells = BTreeMap<String, Cell>;

/// Rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The rows, by their key.
    pub rows: Vec<Cells>,
}

/// The tables, each after those that it refers to, with the statement that finds the rows of a contract.
const TABLES: [(&str, &str); 22] = [
    ("partnership", PARTNERSHIP),
    ("edition", EDITION),
    ("proxy_edition", PROXY_EDITION),
    ("series", SERIES),
    ("edition_series", EDITION_SERIES),
    ("place", PLACE),
    ("organisation", ORGANISATION),
    ("contract", CONTRACT),
    ("contract_terms", CONTRACT_TERMS),
    ("contract_rebasing", CONTRACT_REBASING),
    ("contract_holder", CONTRACT_HOLDER),
    ("commitment", COMMITMENT),
    ("commitment_target", COMMITMENT_TARGET),
    ("return_revision", RETURN_REVISION),
    ("return_line", RETURN_LINE),
    ("return_evidence", RETURN_EVIDENCE),
    ("return_accepted_line", RETURN_ACCEPTED_LINE),
    ("chain", CHAIN),
    ("posting", POSTING),
    ("contract_total", CONTRACT_TOTAL),
    ("audit_chain", AUDIT_CHAIN),
    ("audit", AUDIT),
];
const PARTNERSHIP: &str = "
    select partnership.* from partnership
    join contract on contract.partnership_id = partnership.partnership_id
    where partnership.partnership_id = $1 and contract.contract_id = $2";
const EDITION: &str = "
    select * from edition where partnership_id = $1 and edition in (
      select edition from contract where partnership_id = $1 and contract_id = $2
      union select from_edition from contract_rebasing where partnership_id = $1 and contract_id = $2)
    order by edition";
const PROXY_EDITION: &str = "
    select * from proxy_edition where partnership_id = $1 and edition in (
      select edition from contract where partnership_id = $1 and contract_id = $2
      union select from_edition from contract_rebasing where partnership_id = $1 and contract_id = $2)
    order by edition";
const SERIES: &str = "
    select series.* from series
    where series.partnership_id = $1 and (series.name, series.release) in (
      select used.name, used.release from edition_series as used where used.partnership_id = $1 and used.edition in (
        select edition from contract where partnership_id = $1 and contract_id = $2
        union select from_edition from contract_rebasing where partnership_id = $1 and contract_id = $2))
    order by series.name, series.release";
const EDITION_SERIES: &str = "
    select * from edition_series where partnership_id = $1 and edition in (
      select edition from contract where partnership_id = $1 and contract_id = $2
      union select from_edition from contract_rebasing where partnership_id = $1 and contract_id = $2)
    order by edition, name, release";
const PLACE: &str = "
    select place.* from place
    join contract on contract.partnership_id = place.partnership_id
    where place.partnership_id = $1 and contract.contract_id = $2 order by place.code";
const ORGANISATION: &str = "
    select * from organisation where partnership_id = $1 and organisation_id in (
      select supplier_id from contract where partnership_id = $1 and contract_id = $2
      union select funder_id from contract where partnership_id = $1 and contract_id = $2
      union select organisation_id from contract_holder where partnership_id = $1 and contract_id = $2)
    order by organisation_id";
const CONTRACT: &str = "select * from contract where partnership_id = $1 and contract_id = $2";
const CONTRACT_TERMS: &str = "
    select * from contract_terms where partnership_id = $1 and contract_id = $2 order by version";
const CONTRACT_REBASING: &str = "
    select * from contract_rebasing where partnership_id = $1 and contract_id = $2 order by number";
const CONTRACT_HOLDER: &str = "
    select * from contract_holder where partnership_id = $1 and contract_id = $2 order by organisation_id";
const COMMITMENT: &str = "
    select * from commitment where partnership_id = $1 and contract_id = $2 order by number";
const COMMITMENT_TARGET: &str = "
    select * from commitment_target where partnership_id = $1 and contract_id = $2 order by number, version";
const RETURN_REVISION: &str = "
    select * from return_revision where partnership_id = $1 and contract_id = $2 order by period, revision";
const RETURN_LINE: &str = "
    select * from return_line where partnership_id = $1 and contract_id = $2 order by period, revision, line";
const RETURN_EVIDENCE: &str = "
    select * from return_evidence where partnership_id = $1 and contract_id = $2
    order by period, revision, line, position";
const RETURN_ACCEPTED_LINE: &str = "
    select * from return_accepted_line where partnership_id = $1 and contract_id = $2
    order by period, revision, line";
const CHAIN: &str = "select * from chain where partnership_id = $1 and contract_id = $2";
const POSTING: &str = "
    select * from posting where partnership_id = $1 and contract_id = $2 order by sequence";
const CONTRACT_TOTAL: &str = "
    select * from contract_total where partnership_id = $1 and contract_id = $2
    order by stage, period, anchor_id, measure, place, edition, leads";
const AUDIT_CHAIN: &str = "
    select * from audit_chain where partnership_id = $1 and contract_id = $2";
const AUDIT: &str = "
    select * from audit where partnership_id = $1 and contract_id = $2 order by sequence";

/// The rows of a contract, table by table; none where there is no such contract.
///
/// # Errors
/// [`StorageError::Corrupt`] for a column that is neither a number nor a text.
pub async fn take(
    tx: &mut Tx,
    partnership: &str,
    contract_id: &str,
) -> Result<Vec<Table>, StorageError> {
    let mut tables = Vec::with_capacity(TABLES.len());
    for (name, text) in TABLES {
        let rows: Vec<Cells> = each!(tx, "proof", |connection| async {
            let found = sqlx::query(text)
                .bind(partnership)
                .bind(contract_id)
                .fetch_all(connection)
                .await?;
            found.iter().map(cells).collect::<Result<_, _>>()
        })?;
        tables.push(Table { name, rows });
    }
    Ok(tables)
}

/// The name of a table that a proof holds.
#[must_use]
pub fn table(name: &str) -> Option<&'static str> {
    let mut known = TABLES.iter().map(|(known, _)| *known);
    known.find(|known| *known == name)
}

/// Puts rows into an empty SQLite file with the tables of this version.
///
/// # Errors
/// [`StorageError::Refused`] for a column that is not of its table or cannot hold that; what the constraints of the
/// tables say; and on PostgreSQL, as nobody proves anything in the database of others.
pub async fn put(tx: &mut Tx, tables: &[Table]) -> Result<(), StorageError> {
    let Tx::Sqlite(transaction) = tx else {
        let message = "a proof is looked at in a SQLite file of its own";
        return Err(StorageError::Refused(message.to_owned()));
    };
    let refused = |table: &str, error: sqlx::Error| {
        StorageError::Refused(format!("a row of {table} cannot be read in: {error}"))
    };
    // Of SQLite alone: a place may stand before the one that it is in.
    let later = sqlx::query("pragma defer_foreign_keys = on");
    let later = later.execute(&mut **transaction).await;
    later.map_err(|error| StorageError::of(error, "proof"))?;
    for table in tables {
        for row in &table.rows {
            let plain = |name: &String| {
                name.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            };
            if !row.keys().all(plain) {
                let message = format!("a row of {} has a column that no table has", table.name);
                return Err(StorageError::Refused(message));
            }
            let columns: Vec<&str> = row.keys().map(String::as_str).collect();
            let places: Vec<String> = (1..=columns.len())
                .map(|number| format!("${number}"))
                .collect();
            // Names of tables are those above, names of columns plain letters.
            let text = format!(
                "insert into {} ({}) values ({})",
                table.name,
                columns.join(", "),
                places.join(", ")
            );
            let mut insert = sqlx::query(AssertSqlSafe(text));
            for cell in row.values() {
                insert = match cell {
                    Cell::Null => insert.bind(None::<String>),
                    Cell::Number(number) => insert.bind(*number),
                    Cell::Text(text) => insert.bind(text.as_str()),
                };
            }
            let inserted = insert.execute(&mut **transaction).await;
            inserted.map_err(|error| refused(table.name, error))?;
        }
    }
    Ok(())
}

/// A row as it is: every column of every table is a whole number or a text.
fn cells<R: Row>(row: &R) -> Result<Cells, sqlx::Error>
where
    usize: ColumnIndex<R>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
{
    let mut cells = Cells::new();
    for (place, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(place)?;
        let is_number = is_number::<R::Database>(&raw);
        let cell = match (raw.is_null(), is_number) {
            (true, _) => Cell::Null,
            (false, true) => Cell::Number(row.try_get(place)?),
            (false, false) => Cell::Text(row.try_get(place)?),
        };
        cells.insert(column.name().to_owned(), cell);
    }
    Ok(cells)
}

fn is_number<'r, D: Database>(raw: &D::ValueRef<'r>) -> bool {
    ["INTEGER", "INT8"].contains(&raw.type_info().name())
}
