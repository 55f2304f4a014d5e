//! Publications: added whole, read, and opened to everybody or closed again; never changed otherwise.

mod figure;
mod write;

pub use write::{add, set_public};

use super::cell::Cells;
use super::codec;
use super::{StorageError, Tx, each};
use crate::domain::moment::Moment;
use crate::domain::policy::Reach;
use crate::domain::publication::suppress::Limits;
use crate::domain::publication::{Heading, Publication, SealedHead};
use figure::FigureRow;

#[derive(sqlx::FromRow)]
struct HeadingRow {
    publication_id: String,
    title: String,
    asked: String,
    of_everybody: i64,
    held_by: String,
    supplied_by: String,
    published_at: i64,
    published_by: String,
    smallest_count: i64,
    fewest_contracts: i64,
    fewest_suppliers: i64,
    digest: String,
    is_public: i64,
}

impl HeadingRow {
    fn read(self) -> Result<Heading, StorageError> {
        let key = self.publication_id.clone();
        let cells = Cells {
            table: "publication",
            key: &key,
        };
        let bodies = |column: &str, text: &str| {
            let read = codec::codes(text).map(|ids| ids.into_iter().collect());
            cells.good(column, read)
        };
        let reach = match cells.flag("of_everybody", self.of_everybody)? {
            true => Reach::Everything,
            false => Reach::Of {
                held_by: bodies("held_by", &self.held_by)?,
                supplied_by: bodies("supplied_by", &self.supplied_by)?,
            },
        };
        Ok(Heading {
            id: self.publication_id,
            title: self.title,
            asked: self.asked,
            reach,
            published_at: Moment::from_micros(self.published_at),
            published_by: self.published_by,
            limits: Limits {
                smallest_count: self.smallest_count,
                fewest_contracts: self.fewest_contracts,
                fewest_suppliers: self.fewest_suppliers,
            },
            digest: self.digest,
            is_public: cells.flag("is_public", self.is_public)?,
        })
    }
}

/// Headings, the newest first, of those that are public or of all; those before one of an id.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn list(
    tx: &mut Tx,
    partnership: &str,
    only_public: bool,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<Heading>, StorageError> {
    const LIST: &str = "
        select publication_id, title, asked, of_everybody, held_by, supplied_by, published_at, published_by,
          smallest_count, fewest_contracts, fewest_suppliers, digest, is_public
        from publication
        where partnership_id = $1 and publication_id < $2 and is_public >= $3
        order by publication_id desc limit $4";
    let rows: Vec<HeadingRow> = each!(tx, "publication", |connection| sqlx::query_as(LIST)
        .bind(partnership)
        .bind(before.unwrap_or("~"))
        .bind(i64::from(only_public))
        .bind(limit)
        .fetch_all(connection))?;
    rows.into_iter().map(HeadingRow::read).collect()
}

/// The heading of one.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn heading(
    tx: &mut Tx,
    partnership: &str,
    id: &str,
) -> Result<Option<Heading>, StorageError> {
    const HEADING: &str = "
        select publication_id, title, asked, of_everybody, held_by, supplied_by, published_at, published_by,
          smallest_count, fewest_contracts, fewest_suppliers, digest, is_public
        from publication where partnership_id = $1 and publication_id = $2";
    let row: Option<HeadingRow> = each!(tx, "publication", |connection| sqlx::query_as(HEADING)
        .bind(partnership)
        .bind(id)
        .fetch_optional(connection))?;
    row.map(HeadingRow::read).transpose()
}

/// All of one, below its heading.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn whole(
    tx: &mut Tx,
    partnership: &str,
    heading: Heading,
) -> Result<Publication, StorageError> {
    const FIGURES: &str = "
        select position, is_total, labels, stage, worth_column, edition, price_base, method, worth_pence, quantity,
          valued_lines, record_only_lines, provisional_lines, nominal_lines, suppressed, funding
        from publication_figure where partnership_id = $1 and publication_id = $2 order by position";
    const SEALED_HEADS: &str = "
        select contract_id, length, head_hash
        from publication_head where partnership_id = $1 and publication_id = $2 order by contract_id";
    let figures: Vec<FigureRow> = each!(tx, "publication_figure", |connection| sqlx::query_as(
        FIGURES
    )
    .bind(partnership)
    .bind(&heading.id)
    .fetch_all(connection))?;
    let heads: Vec<(String, i64, String)> =
        each!(tx, "publication_head", |connection| sqlx::query_as(
            SEALED_HEADS
        )
        .bind(partnership)
        .bind(&heading.id)
        .fetch_all(connection))?;
    let (mut rows, mut totals) = (Vec::new(), Vec::new());
    for row in figures {
        let (is_total, figure) = row.read(&heading.id)?;
        match is_total {
            true => totals.push(figure),
            false => rows.push(figure),
        }
    }
    let heads = heads
        .into_iter()
        .map(|(contract, length, hash)| SealedHead {
            contract,
            length,
            hash,
        });
    Ok(Publication {
        heading,
        rows,
        totals,
        heads: heads.collect(),
    })
}

/// The sealed ends of chains of a publication whose posting is gone or is another one: contract and sequence.
///
/// # Errors
/// When the database does not answer.
pub async fn lost_heads(
    tx: &mut Tx,
    partnership: &str,
    id: &str,
) -> Result<Vec<(String, i64)>, StorageError> {
    const LOST_HEADS: &str = "
        select head.contract_id, head.length
        from publication_head as head
        left join posting on posting.partnership_id = head.partnership_id
          and posting.contract_id = head.contract_id and posting.sequence = head.length
          and posting.hash = head.head_hash
        where head.partnership_id = $1 and head.publication_id = $2 and posting.sequence is null
        order by head.contract_id";
    each!(tx, "publication_head", |connection| sqlx::query_as(
        LOST_HEADS
    )
    .bind(partnership)
    .bind(id)
    .fetch_all(connection))
}
