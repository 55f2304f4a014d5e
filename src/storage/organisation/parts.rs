//! An organisation's row, and what stands of it in other tables: identifiers and predecessors.

use std::collections::BTreeMap;

use super::super::cell::Cells;
use super::super::json::{JsonText, Rows};
use super::super::{StorageError, Tx, changed, each};
use crate::domain::moment::Moment;
use crate::domain::organisation::{Dated, Identifier, Organisation, Succession};

#[derive(sqlx::FromRow)]
pub(super) struct OrganisationRow {
    organisation_id: String,
    name: String,
    kind: String,
    scale: Option<String>,
    place: Option<String>,
    anchor_institution: i64,
    anchor_from_on: Option<String>,
    anchor_to_on: Option<String>,
    created_at: i64,
}

impl OrganisationRow {
    fn read(self) -> Result<Organisation, StorageError> {
        let cells = Cells {
            table: "organisation",
            key: &self.organisation_id,
        };
        let dated = Dated {
            from: cells.maybe_day("anchor_from_on", self.anchor_from_on.as_deref())?,
            to: cells.maybe_day("anchor_to_on", self.anchor_to_on.as_deref())?,
        };
        let is_anchor = cells.flag("anchor_institution", self.anchor_institution)?;
        Ok(Organisation {
            name: self.name,
            kind: self.kind,
            scale: self.scale,
            place: self.place,
            anchor_institution: is_anchor.then_some(dated),
            identifiers: Vec::new(),
            predecessors: Vec::new(),
            created_at: Moment::from_micros(self.created_at),
            id: self.organisation_id,
        })
    }
}

/// Adds what it is known by elsewhere.
pub(super) async fn add_identifiers(
    tx: &mut Tx,
    partnership: &str,
    organisation: &Organisation,
) -> Result<(), StorageError> {
    const ADD_IDENTIFIERS: &str = "
        insert into organisation_identifier (partnership_id, organisation_id, scheme, identifier)
        select $1, $2, value ->> 0, value ->> 1 from jsonb_each($3)";
    let mut rows = Rows::default();
    for identifier in &organisation.identifiers {
        rows.row().text(&identifier.scheme).text(&identifier.id);
    }
    if !rows.is_empty() {
        let rows = rows.done();
        changed!(tx, "organisation_identifier", |connection| sqlx::query(
            ADD_IDENTIFIERS
        )
        .bind(partnership)
        .bind(&organisation.id)
        .bind(rows)
        .execute(connection))?;
    }
    Ok(())
}

/// Adds the bodies that it took over from.
pub(super) async fn add_predecessors(
    tx: &mut Tx,
    partnership: &str,
    organisation: &Organisation,
) -> Result<(), StorageError> {
    const ADD_PREDECESSORS: &str = "
        insert into organisation_predecessor (partnership_id, organisation_id, predecessor_id, from_on)
        select $1, $2, value ->> 0, value ->> 1 from jsonb_each($3)";
    let mut rows = Rows::default();
    for before in &organisation.predecessors {
        rows.row()
            .text(&before.organisation)
            .text(&before.on.to_string());
    }
    if !rows.is_empty() {
        let rows = rows.done();
        changed!(tx, "organisation_predecessor", |connection| sqlx::query(
            ADD_PREDECESSORS
        )
        .bind(partnership)
        .bind(&organisation.id)
        .bind(rows)
        .execute(connection))?;
    }
    Ok(())
}

/// Adds to rows of organisations what stands in other tables, in two statements for all of them.
pub(super) async fn whole(
    tx: &mut Tx,
    partnership: &str,
    rows: Vec<OrganisationRow>,
) -> Result<Vec<Organisation>, StorageError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids = Rows::of(rows.iter().map(|row| row.organisation_id.as_str()));
    let mut identifiers = identifiers_of(tx, partnership, &ids).await?;
    let mut predecessors = predecessors_of(tx, partnership, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let mut organisation = row.read()?;
            organisation.identifiers = identifiers.remove(&organisation.id).unwrap_or_default();
            organisation.predecessors = predecessors.remove(&organisation.id).unwrap_or_default();
            Ok(organisation)
        })
        .collect()
}

async fn identifiers_of(
    tx: &mut Tx,
    partnership: &str,
    ids: &JsonText,
) -> Result<BTreeMap<String, Vec<Identifier>>, StorageError> {
    const IDENTIFIERS_OF: &str = "
        select organisation_id, scheme, identifier from organisation_identifier
        where partnership_id = $1 and organisation_id in (select value ->> 0 from jsonb_each($2))
        order by organisation_id, scheme, identifier";
    let rows: Vec<(String, String, String)> =
        each!(tx, "organisation_identifier", |connection| sqlx::query_as(
            IDENTIFIERS_OF
        )
        .bind(partnership)
        .bind(ids)
        .fetch_all(connection))?;
    let mut found: BTreeMap<String, Vec<Identifier>> = BTreeMap::new();
    for (organisation, scheme, id) in rows {
        let identifier = Identifier { scheme, id };
        found.entry(organisation).or_default().push(identifier);
    }
    Ok(found)
}

async fn predecessors_of(
    tx: &mut Tx,
    partnership: &str,
    ids: &JsonText,
) -> Result<BTreeMap<String, Vec<Succession>>, StorageError> {
    const PREDECESSORS_OF: &str = "
        select organisation_id, predecessor_id, from_on from organisation_predecessor
        where partnership_id = $1 and organisation_id in (select value ->> 0 from jsonb_each($2))
        order by organisation_id, predecessor_id";
    let rows: Vec<(String, String, String)> =
        each!(tx, "organisation_predecessor", |connection| sqlx::query_as(
            PREDECESSORS_OF
        )
        .bind(partnership)
        .bind(ids)
        .fetch_all(connection))?;
    let mut found: BTreeMap<String, Vec<Succession>> = BTreeMap::new();
    for (id, organisation, from_on) in rows {
        let cells = Cells {
            table: "organisation_predecessor",
            key: &id,
        };
        let on = cells.day("from_on", &from_on)?;
        let before = Succession { organisation, on };
        found.entry(id.clone()).or_default().push(before);
    }
    Ok(found)
}
