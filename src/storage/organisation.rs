//! Organisations: anchor institutions, suppliers, and what they became.

use std::collections::BTreeMap;

use super::cell::{Cells, day_text};
use super::json::{JsonText, Rows};
use super::{StorageError, Tx, changed, each};
use crate::domain::moment::Moment;
use crate::domain::organisation::{Dated, Identifier, Organisation, Succession};

/// Which organisations to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrganisationFilter {
    /// Only those that are, or that are not, an anchor institution at some time.
    pub anchor: Option<bool>,
    /// Only those of a kind.
    pub kind: Option<String>,
}

#[derive(sqlx::FromRow)]
struct OrganisationRow {
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

/// One organisation.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn find(
    tx: &mut Tx,
    partnership: &str,
    id: &str,
) -> Result<Option<Organisation>, StorageError> {
    const FIND: &str = "
        select organisation_id, name, kind, scale, place, anchor_institution, anchor_from_on, anchor_to_on, created_at
        from organisation where partnership_id = $1 and organisation_id = $2";
    let rows: Vec<OrganisationRow> = each!(tx, "organisation", |connection| sqlx::query_as(FIND)
        .bind(partnership)
        .bind(id)
        .fetch_all(connection))?;
    Ok(whole(tx, partnership, rows).await?.pop())
}

/// The organisation that an identifier names.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn find_by_identifier(
    tx: &mut Tx,
    partnership: &str,
    scheme: &str,
    identifier: &str,
) -> Result<Option<Organisation>, StorageError> {
    const FIND_BY_IDENTIFIER: &str = "
        select organisation_id from organisation_identifier
        where partnership_id = $1 and scheme = $2 and identifier = $3";
    let id: Option<String> = each!(tx, "organisation_identifier", |connection| {
        sqlx::query_scalar(FIND_BY_IDENTIFIER)
            .bind(partnership)
            .bind(scheme)
            .bind(identifier)
            .fetch_optional(connection)
    })?;
    match id {
        Some(id) => find(tx, partnership, &id).await,
        None => Ok(None),
    }
}

/// Adds one, with its identifiers and predecessors.
///
/// # Errors
/// [`StorageError::Duplicate`] when its id or an identifier is taken, [`StorageError::MissingReference`] without
/// its place or a predecessor.
pub async fn add(
    tx: &mut Tx,
    partnership: &str,
    organisation: &Organisation,
) -> Result<(), StorageError> {
    const ADD: &str = "
        insert into organisation
          (partnership_id, organisation_id, name, kind, scale, place, anchor_institution, anchor_from_on,
           anchor_to_on, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let dated = organisation.anchor_institution;
    changed!(tx, "organisation", |connection| sqlx::query(ADD)
        .bind(partnership)
        .bind(&organisation.id)
        .bind(&organisation.name)
        .bind(&organisation.kind)
        .bind(&organisation.scale)
        .bind(&organisation.place)
        .bind(i64::from(dated.is_some()))
        .bind(day_text(dated.and_then(|dated| dated.from)))
        .bind(day_text(dated.and_then(|dated| dated.to)))
        .bind(organisation.created_at.micros())
        .execute(connection))?;
    add_identifiers(tx, partnership, organisation).await?;
    add_predecessors(tx, partnership, organisation).await
}

async fn add_identifiers(
    tx: &mut Tx,
    partnership: &str,
    organisation: &Organisation,
) -> Result<(), StorageError> {
    const ADD_IDENTIFIERS: &str = "
        insert into organisation_identifier (partnership_id, organisation_id, scheme, identifier)
        select $1, $2, value ->> 0, value ->> 1 from json_each($3)";
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

async fn add_predecessors(
    tx: &mut Tx,
    partnership: &str,
    organisation: &Organisation,
) -> Result<(), StorageError> {
    const ADD_PREDECESSORS: &str = "
        insert into organisation_predecessor (partnership_id, organisation_id, predecessor_id, from_on)
        select $1, $2, value ->> 0, value ->> 1 from json_each($3)";
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

/// Organisations by id, which sorts by the time they were made, after one.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn list(
    tx: &mut Tx,
    partnership: &str,
    filter: &OrganisationFilter,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Organisation>, StorageError> {
    const LIST: &str = "
        select organisation_id, name, kind, scale, place, anchor_institution, anchor_from_on, anchor_to_on, created_at
        from organisation
        where partnership_id = $1 and organisation_id > $2
          and (cast($3 as bigint) is null or anchor_institution = $3)
          and (cast($4 as text) is null or kind = $4)
        order by organisation_id limit $5";
    let rows: Vec<OrganisationRow> = each!(tx, "organisation", |connection| sqlx::query_as(LIST)
        .bind(partnership)
        .bind(after.unwrap_or_default())
        .bind(filter.anchor.map(i64::from))
        .bind(&filter.kind)
        .bind(limit)
        .fetch_all(connection))?;
    whole(tx, partnership, rows).await
}

/// The names of some organisations; an id that is not there is left out.
///
/// # Errors
/// When the database does not answer.
pub async fn names(
    tx: &mut Tx,
    partnership: &str,
    ids: &[String],
) -> Result<BTreeMap<String, String>, StorageError> {
    const NAMES: &str = "
        select organisation_id, name from organisation
        where partnership_id = $1 and organisation_id in (select value ->> 0 from json_each($2))";
    let ids = Rows::of(ids.iter().map(String::as_str));
    let rows: Vec<(String, String)> =
        each!(tx, "organisation", |connection| sqlx::query_as(NAMES)
            .bind(partnership)
            .bind(ids)
            .fetch_all(connection))?;
    Ok(rows.into_iter().collect())
}

/// Adds to rows of organisations what stands in other tables, in two statements for all of them.
async fn whole(
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
        where partnership_id = $1 and organisation_id in (select value ->> 0 from json_each($2))
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
        where partnership_id = $1 and organisation_id in (select value ->> 0 from json_each($2))
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
