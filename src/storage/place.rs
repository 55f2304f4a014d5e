//! Places: a partnership's tree of areas, read and kept as a whole.

use super::cell::{Cells, day_text};
use super::codec;
use super::json::Rows;
use super::{StorageError, Tx, changed, each};
use crate::domain::place::{Place, Places};

#[derive(sqlx::FromRow)]
struct PlaceRow {
    code: String,
    name: String,
    kind: String,
    parent: Option<String>,
    gss: Option<String>,
    valid_from_on: Option<String>,
    valid_to_on: Option<String>,
    covers: String,
}

impl PlaceRow {
    fn read(self) -> Result<Place, StorageError> {
        let key = self.code.clone();
        let cells = Cells {
            table: "place",
            key: &key,
        };
        Ok(Place {
            code: self.code,
            name: self.name,
            kind: self.kind,
            parent: self.parent,
            gss: self.gss,
            valid_from: cells.maybe_day("valid_from_on", self.valid_from_on.as_deref())?,
            valid_to: cells.maybe_day("valid_to_on", self.valid_to_on.as_deref())?,
            covers: cells.good("covers", codec::codes(&self.covers))?,
        })
    }
}

/// All places of a partnership.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn all(tx: &mut Tx, partnership: &str) -> Result<Places, StorageError> {
    const ALL: &str = "
        select code, name, kind, parent, gss, valid_from_on, valid_to_on, covers
        from place where partnership_id = $1 order by code";
    let rows: Vec<PlaceRow> = each!(tx, "place", |connection| sqlx::query_as(ALL)
        .bind(partnership)
        .fetch_all(connection))?;
    let places: Vec<Place> = rows
        .into_iter()
        .map(PlaceRow::read)
        .collect::<Result<_, _>>()?;
    Ok(Places::new(places))
}

/// Adds one place.
///
/// # Errors
/// [`StorageError::Duplicate`] when its code is taken, [`StorageError::MissingReference`] without its parent.
pub async fn add(tx: &mut Tx, partnership: &str, place: &Place) -> Result<(), StorageError> {
    add_many(tx, partnership, std::slice::from_ref(place)).await
}

/// Adds places in one statement; parents may stand among them, in any order.
///
/// # Errors
/// As [`add`]; then none is added.
pub async fn add_many(
    tx: &mut Tx,
    partnership: &str,
    places: &[Place],
) -> Result<(), StorageError> {
    const ADD_MANY: &str = "
        insert into place
          (partnership_id, code, name, kind, parent, gss, valid_from_on, valid_to_on, covers)
        select $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
          value ->> 6, value ->> 7
        from jsonb_each($2)";
    let mut rows = Rows::default();
    for place in places {
        rows.row()
            .text(&place.code)
            .text(&place.name)
            .text(&place.kind)
            .maybe(place.parent.as_deref())
            .maybe(place.gss.as_deref())
            .maybe(day_text(place.valid_from).as_deref())
            .maybe(day_text(place.valid_to).as_deref())
            .text(&codec::codes_text(&place.covers));
    }
    let rows = rows.done();
    changed!(tx, "place", |connection| sqlx::query(ADD_MANY)
        .bind(partnership)
        .bind(rows)
        .execute(connection))?;
    Ok(())
}
