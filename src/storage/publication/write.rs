//! Adding a publication, and opening it to everybody.

use super::super::codec;
use super::super::json::{JsonText, Rows};
use super::super::{StorageError, Tx, changed};
use super::figure::{labels_text, quantity_text};
use crate::domain::measure::Column;
use crate::domain::policy::Reach;
use crate::domain::publication::{Figure, Heading, Publication};

/// Adds a publication. Three statements, however many figures.
///
/// # Errors
/// [`StorageError::Duplicate`] when its id is taken.
pub async fn add(
    tx: &mut Tx,
    partnership: &str,
    publication: &Publication,
) -> Result<(), StorageError> {
    const ADD_FIGURES: &str = "
        insert into publication_figure
          (partnership_id, publication_id, position, is_total, labels, stage, worth_column, edition, price_base,
           method, worth_pence, quantity, valued_lines, record_only_lines, provisional_lines, nominal_lines,
           suppressed, funding)
        select $1, $2, cast(key as bigint), cast(value ->> 0 as bigint), value ->> 1, value ->> 2, value ->> 3,
          value ->> 4, value ->> 5, value ->> 6, cast(value ->> 7 as bigint), value ->> 8,
          cast(value ->> 9 as bigint), cast(value ->> 10 as bigint), cast(value ->> 11 as bigint),
          cast(value ->> 12 as bigint), cast(value ->> 13 as bigint), value ->> 14
        from jsonb_each($3)";
    const ADD_HEADS: &str = "
        insert into publication_head (partnership_id, publication_id, contract_id, length, head_hash)
        select $1, $2, value ->> 0, cast(value ->> 1 as bigint), value ->> 2 from jsonb_each($3)";
    let heading = &publication.heading;
    add_heading(tx, partnership, heading).await?;
    let figures = figures(&publication.rows, &publication.totals);
    changed!(tx, "publication_figure", |connection| sqlx::query(
        ADD_FIGURES
    )
    .bind(partnership)
    .bind(&heading.id)
    .bind(figures)
    .execute(connection))?;
    let mut heads = Rows::default();
    for head in &publication.heads {
        heads
            .row()
            .text(&head.contract)
            .number(head.length)
            .text(&head.hash);
    }
    let heads = heads.done();
    changed!(tx, "publication_head", |connection| sqlx::query(ADD_HEADS)
        .bind(partnership)
        .bind(&heading.id)
        .bind(heads)
        .execute(connection))?;
    Ok(())
}

async fn add_heading(
    tx: &mut Tx,
    partnership: &str,
    heading: &Heading,
) -> Result<(), StorageError> {
    const ADD_HEADING: &str = "
        insert into publication
          (partnership_id, publication_id, title, asked, of_everybody, held_by, supplied_by, published_at,
           published_by, smallest_count, fewest_contracts, fewest_suppliers, digest, is_public)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let texts = |ids: &std::collections::BTreeSet<String>| {
        codec::codes_text(&ids.iter().cloned().collect::<Vec<_>>())
    };
    let (of_everybody, held_by, supplied_by) = match &heading.reach {
        Reach::Everything => (1_i64, codec::codes_text(&[]), codec::codes_text(&[])),
        Reach::Of {
            held_by,
            supplied_by,
        } => (0, texts(held_by), texts(supplied_by)),
    };
    changed!(tx, "publication", |connection| sqlx::query(ADD_HEADING)
        .bind(partnership)
        .bind(&heading.id)
        .bind(&heading.title)
        .bind(&heading.asked)
        .bind(of_everybody)
        .bind(&held_by)
        .bind(&supplied_by)
        .bind(heading.published_at.micros())
        .bind(&heading.published_by)
        .bind(heading.limits.smallest_count)
        .bind(heading.limits.fewest_contracts)
        .bind(heading.limits.fewest_suppliers)
        .bind(&heading.digest)
        .bind(i64::from(heading.is_public))
        .execute(connection))?;
    Ok(())
}

fn figures(rows: &[Figure], totals: &[Figure]) -> JsonText {
    let mut kept = Rows::default();
    let each = rows.iter().map(|row| (false, row));
    for (is_total, figure) in each.chain(totals.iter().map(|total| (true, total))) {
        let line = &figure.line;
        kept.row()
            .flag(is_total)
            .text(&labels_text(&line.labels))
            .text(line.stage.word())
            .maybe(line.column.map(Column::word))
            .text(&line.basis.edition.to_string())
            .text(&line.basis.price_base)
            .text(&line.basis.method)
            .maybe_number(line.worth_pence)
            .maybe(quantity_text(&line.quantity).as_deref())
            .number(line.lines.valued)
            .number(line.lines.record_only)
            .number(line.lines.provisional)
            .number(line.lines.nominal)
            .flag(figure.suppressed)
            .text(line.funding.word());
    }
    kept.done()
}

/// Says whether anybody may read it: false when there is no such publication, or it is said already.
///
/// # Errors
/// When the database does not answer.
pub async fn set_public(
    tx: &mut Tx,
    partnership: &str,
    id: &str,
    is_public: bool,
) -> Result<bool, StorageError> {
    const SET_PUBLIC: &str = "
        update publication set is_public = $3
        where partnership_id = $1 and publication_id = $2 and is_public <> $3";
    let changed = changed!(tx, "publication", |connection| sqlx::query(SET_PUBLIC)
        .bind(partnership)
        .bind(id)
        .bind(i64::from(is_public))
        .execute(connection))?;
    Ok(changed == 1)
}
