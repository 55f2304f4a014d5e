//! Organisations: anchor institutions, suppliers, and what they became.

mod parts;

use std::collections::BTreeMap;

use super::cell::day_text;
use super::json::Rows;
use super::{StorageError, Tx, changed, each};
use crate::domain::organisation::Organisation;
use crate::domain::policy::Reach;
use parts::{OrganisationRow, add_identifiers, add_predecessors, whole};

/// Which organisations to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrganisationFilter {
    /// Only those that are, or that are not, an anchor institution at some time.
    pub anchor: Option<bool>,
    /// Only those of a kind.
    pub kind: Option<String>,
    /// Only the one of this id.
    pub id: Option<String>,
    /// Only those in one of these places.
    pub places: Option<Vec<String>>,
    /// Only those with this in their name; of letters, those from A to Z are the same in upper and lower case.
    pub name: Option<String>,
    /// Only the one that this identifier names: scheme, and identifier in it.
    pub identifier: Option<(String, String)>,
    /// Only those that may be seen from this reach.
    pub reach: Reach,
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
          and (cast($6 as text) is null or organisation_id = $6)
          and (cast($7 as bigint) = 1 or anchor_institution = 1
            or organisation_id in (select value ->> 0 from jsonb_each($8)))
          and (cast($9 as bigint) = 0 or place in (select value ->> 0 from jsonb_each($10)))
          and (cast($11 as text) is null or lower(name) like $11 escape '!')
          and (cast($12 as text) is null or organisation_id in (
            select organisation_id from organisation_identifier
            where partnership_id = $1 and scheme = $12 and identifier = cast($13 as text)))
        order by organisation_id limit $5";
    let places = filter.places.as_ref();
    let (scheme, identifier) = filter
        .identifier
        .as_ref()
        .map(|(scheme, id)| (scheme, id))
        .unzip();
    let only = filter.reach.organisations();
    let rows: Vec<OrganisationRow> = each!(tx, "organisation", |connection| sqlx::query_as(LIST)
        .bind(partnership)
        .bind(after.unwrap_or_default())
        .bind(filter.anchor.map(i64::from))
        .bind(&filter.kind)
        .bind(limit)
        .bind(&filter.id)
        .bind(i64::from(only.is_none()))
        .bind(Rows::of(only.into_iter().flatten().map(String::as_str)))
        .bind(i64::from(places.is_some()))
        .bind(Rows::of(places.into_iter().flatten().map(String::as_str)))
        .bind(filter.name.as_deref().map(containing))
        .bind(scheme)
        .bind(identifier)
        .fetch_all(connection))?;
    whole(tx, partnership, rows).await
}

/// The pattern of what contains a text. `lower` knows the letters from A to Z only, on SQLite always and on PostgreSQL
/// in the collation of our texts, so no others are folded here either.
fn containing(text: &str) -> String {
    let mut pattern = "%".to_owned();
    for letter in text.chars() {
        if ['%', '_', '!'].contains(&letter) {
            pattern.push('!');
        }
        pattern.push(letter.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
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
        where partnership_id = $1 and organisation_id in (select value ->> 0 from jsonb_each($2))";
    let ids = Rows::of(ids.iter().map(String::as_str));
    let rows: Vec<(String, String)> =
        each!(tx, "organisation", |connection| sqlx::query_as(NAMES)
            .bind(partnership)
            .bind(ids)
            .fetch_all(connection))?;
    Ok(rows.into_iter().collect())
}
