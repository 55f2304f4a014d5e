//! The barest way to write rows: one prepared statement a table that inserts all its rows, in one transaction, on
//! one connection, with the indexes, keys and durability of the real tables.

use std::str::FromStr;

use anyhow::Context;
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{Connection, PgConnection, SqliteConnection};

/// A connection of its own.
pub enum Bare {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// The same words for both.
macro_rules! on {
    ($bare:expr, |$connection:ident| $work:expr) => {
        match $bare {
            Bare::Sqlite($connection) => $work,
            Bare::Postgres($connection) => $work,
        }
    };
}

/// A cell.
#[derive(Clone)]
enum Cell {
    Text(Option<String>),
    Number(Option<i64>),
}

/// Rows of one table, and how they are inserted.
#[derive(Clone)]
pub struct Rows {
    statement: String,
    table: &'static str,
    names: Vec<String>,
    plain: bool,
    cells: Vec<Cell>,
}

impl Rows {
    fn new(table: &'static str, names: Vec<String>, plain: bool, cells: Vec<Cell>) -> Self {
        let rows = cells.len() / names.len().max(1);
        Self {
            statement: statement(table, &names, rows, plain),
            table,
            names,
            plain,
            cells,
        }
    }

    /// The same rows in several statements.
    pub fn in_parts(&self, rows: usize) -> Vec<Self> {
        let parts = self.cells.chunks((rows * self.names.len()).max(1));
        parts
            .map(|cells| Self::new(self.table, self.names.clone(), self.plain, cells.to_vec()))
            .collect()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.cells.len() / self.names.len().max(1)
    }

    /// The same rows of another contract.
    pub fn of_contract(&self, own: &str, other: &str) -> Self {
        let moved = |cell: &Cell| match cell {
            Cell::Text(Some(text)) if text.contains(own) => {
                Cell::Text(Some(text.replace(own, other)))
            }
            // Its own id: the first character is not used by the ids of this decade.
            Cell::Text(Some(text)) if self.statement.contains("audit") && text.len() == 36 => {
                Cell::Text(Some(text.replacen('0', "f", 1)))
            }
            same => same.clone(),
        };
        Self {
            cells: self.cells.iter().map(moved).collect(),
            ..self.clone()
        }
    }
}

impl Bare {
    /// Connects as the program does.
    pub async fn to(url: &str) -> anyhow::Result<Self> {
        if url.starts_with("postgres") {
            return Ok(Self::Postgres(PgConnection::connect(url).await?));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .foreign_keys(true)
            .synchronous(SqliteSynchronous::Full);
        let connection = SqliteConnection::connect_with(&options).await?;
        Ok(Self::Sqlite(connection))
    }

    /// Reads rows of a table, and makes the statement that inserts them; sums that are there are added to.
    pub async fn read(
        &mut self,
        table: &'static str,
        from: &str,
        which: &str,
    ) -> anyhow::Result<Rows> {
        let columns = self.columns(table).await?;
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let list = names.join(", ");
        let array = match self {
            Self::Sqlite(_) => format!("select json_array({list}) from {from} where {which}"),
            Self::Postgres(_) => {
                format!("select cast(json_build_array({list}) as text) from {from} where {which}")
            }
        };
        let query = sqlx::AssertSqlSafe(array);
        let texts: Vec<String> = on!(self, |connection| {
            sqlx::query_scalar(query).fetch_all(connection).await?
        });
        let mut cells = Vec::new();
        for text in &texts {
            let row: Vec<Value> = serde_json::from_str(text)?;
            for (value, (_, is_number)) in row.into_iter().zip(&columns) {
                cells.push(match is_number {
                    true => Cell::Number(value.as_i64()),
                    false => Cell::Text(value.as_str().map(str::to_owned)),
                });
            }
        }
        let names = names.into_iter().map(str::to_owned).collect();
        let plain = matches!(self, Self::Sqlite(_));
        Ok(Rows::new(table, names, plain, cells))
    }

    /// Names of columns, and whether they hold numbers.
    async fn columns(&mut self, table: &str) -> anyhow::Result<Vec<(String, bool)>> {
        let text = match self {
            Self::Sqlite(_) => "select name, lower(type) from pragma_table_info($1) order by cid",
            Self::Postgres(_) => {
                "select cast(column_name as text), cast(data_type as text) from information_schema.columns
                 where table_name = $1 order by ordinal_position"
            }
        };
        let rows: Vec<(String, String)> = on!(self, |connection| {
            sqlx::query_as(text)
                .bind(table)
                .fetch_all(connection)
                .await?
        });
        let typed = rows.into_iter().map(|(name, kind)| {
            let is_number = ["integer", "bigint"].contains(&kind.as_str());
            (name, is_number)
        });
        Ok(typed.collect())
    }

    /// Writes rows in one transaction.
    pub async fn write(&mut self, tables: &[Rows]) -> anyhow::Result<()> {
        let begin = match self {
            Self::Sqlite(_) => "begin immediate",
            Self::Postgres(_) => "begin",
        };
        self.say(begin).await?;
        for rows in tables {
            self.insert(rows).await.context(rows.statement.clone())?;
        }
        self.say("commit").await
    }

    async fn say(&mut self, text: &'static str) -> anyhow::Result<()> {
        on!(self, |connection| sqlx::query(text)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    async fn insert(&mut self, rows: &Rows) -> anyhow::Result<()> {
        let text = sqlx::AssertSqlSafe(rows.statement.clone());
        on!(self, |connection| {
            let mut query = sqlx::query(text);
            for cell in &rows.cells {
                query = match cell {
                    Cell::Text(text) => query.bind(text),
                    Cell::Number(number) => query.bind(number),
                };
            }
            query.execute(connection).await?.rows_affected()
        });
        Ok(())
    }
}

fn statement(table: &str, columns: &[String], rows: usize, plain: bool) -> String {
    let row = |row: usize| {
        let places: Vec<String> = (1..=columns.len())
            .map(|column| match plain {
                // SQLite looks every name of a place up among all others.
                true => "?".to_owned(),
                false => format!("${}", row * columns.len() + column),
            })
            .collect();
        format!("({})", places.join(", "))
    };
    let values: Vec<String> = (0..rows).map(row).collect();
    let ending = match table {
        "chain" | "audit_chain" => "on conflict (partnership_id, contract_id) do update set length = excluded.length, head_hash = excluded.head_hash, recorded_at = excluded.recorded_at".to_owned(),
        "anchor_total" => {
            let sums: Vec<String> = columns
                .iter()
                .filter(|name| ["_pence", "_micro", "_lines"].iter().any(|end| name.ends_with(end)))
                .map(|name| format!("{name} = anchor_total.{name} + excluded.{name}"))
                .collect();
            format!("on conflict (partnership_id, stage, anchor_id, period, measure, place, edition, leads, funding) do update set {}", sums.join(", "))
        }
        _ => String::new(),
    };
    let list = columns.join(", ");
    format!(
        "insert into {table} ({list}) values {} {ending}",
        values.join(", ")
    )
}
