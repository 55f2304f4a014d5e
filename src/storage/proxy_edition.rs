//! Proxy editions that a partnership governs: where each is on its way, and the document of its table.

use super::cell::Cells;
use super::{StorageError, Tx, changed, each};
use crate::domain::edition::EditionId;
use crate::domain::governance::{
    Approval, EditionState, Governed, Proposal, Publication, Succession, Way, Withdrawal,
};
use crate::domain::moment::Moment;
use crate::domain::report::Done;

#[derive(sqlx::FromRow)]
struct GovernedRow {
    edition: String,
    revision: i64,
    state: String,
    drafted_at: i64,
    drafted_by: String,
    proposed_at: Option<i64>,
    proposed_by: Option<String>,
    approved_at: Option<i64>,
    approved_by: Option<String>,
    published_at: Option<i64>,
    published_by: Option<String>,
    digest: Option<String>,
    superseded_at: Option<i64>,
    superseded_by: Option<String>,
    successor: Option<String>,
    withdrawn_at: Option<i64>,
    withdrawn_by: Option<String>,
    withdrawn_because: Option<String>,
}

fn done(at: Option<i64>, by: Option<String>) -> Option<Done> {
    let at = Moment::from_micros(at?);
    Some(Done { at, by: by? })
}

impl GovernedRow {
    fn read(self) -> Result<Governed, StorageError> {
        let key = self.edition.clone();
        let cells = Cells {
            table: "proxy_edition",
            key: &key,
        };
        let id = cells.edition("edition", &self.edition)?;
        let revision = self.revision;
        let drafted = Done {
            at: Moment::from_micros(self.drafted_at),
            by: self.drafted_by.clone(),
        };
        let state = cells.some("state", EditionState::parse(&self.state))?;
        let way = self.way(state);
        Ok(Governed {
            id,
            revision,
            drafted,
            way: cells.some("state", way)?,
        })
    }

    /// `None` where a step is missing that the state rests on.
    fn way(self, state: EditionState) -> Option<Way> {
        let proposal =
            done(self.proposed_at, self.proposed_by).map(|proposed| Proposal { proposed });
        let approved = done(self.approved_at, self.approved_by);
        let approval = proposal
            .clone()
            .zip(approved)
            .map(|(proposal, done)| proposal.approved(done));
        let published = done(self.published_at, self.published_by).zip(self.digest);
        let sealed = |approval: Approval| {
            let (done, digest) = published.clone()?;
            Some(approval.published(done, digest))
        };
        let publication: Option<Publication> = approval.clone().and_then(sealed);
        let succession = done(self.superseded_at, self.superseded_by).zip(self.successor);
        let succession = match succession {
            None => None,
            Some((done, by)) => Some(Succession {
                by: EditionId::parse(&by)?,
                done,
            }),
        };
        let withdrawal = done(self.withdrawn_at, self.withdrawn_by)
            .zip(self.withdrawn_because)
            .map(|(done, because)| Withdrawal { because, done });
        Some(match state {
            EditionState::Draft => Way::Draft,
            EditionState::Proposed => Way::Proposed(proposal?),
            EditionState::Approved => Way::Approved(approval?),
            EditionState::Published => Way::Published(publication?),
            EditionState::Superseded => Way::Superseded(publication?, succession?),
            EditionState::Withdrawn => Way::Withdrawn(publication?, succession, withdrawal?),
        })
    }
}

/// Every one of a partnership, by set and edition.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn all(tx: &mut Tx, partnership: &str) -> Result<Vec<Governed>, StorageError> {
    const ALL: &str = "
        select edition, revision, state, drafted_at, drafted_by, proposed_at, proposed_by, approved_at, approved_by,
          published_at, published_by, digest, superseded_at, superseded_by, successor, withdrawn_at, withdrawn_by,
          withdrawn_because
        from proxy_edition where partnership_id = $1 order by edition";
    let rows: Vec<GovernedRow> = each!(tx, "proxy_edition", |connection| sqlx::query_as(ALL)
        .bind(partnership)
        .fetch_all(connection))?;
    rows.into_iter().map(GovernedRow::read).collect()
}

/// One.
///
/// # Errors
/// [`StorageError::Corrupt`] for an unreadable row.
pub async fn find(
    tx: &mut Tx,
    partnership: &str,
    id: &EditionId,
) -> Result<Option<Governed>, StorageError> {
    const FIND: &str = "
        select edition, revision, state, drafted_at, drafted_by, proposed_at, proposed_by, approved_at, approved_by,
          published_at, published_by, digest, superseded_at, superseded_by, successor, withdrawn_at, withdrawn_by,
          withdrawn_because
        from proxy_edition where partnership_id = $1 and edition = $2";
    let row: Option<GovernedRow> = each!(tx, "proxy_edition", |connection| sqlx::query_as(FIND)
        .bind(partnership)
        .bind(id.to_string())
        .fetch_optional(connection))?;
    row.map(GovernedRow::read).transpose()
}

/// The document of one.
///
/// # Errors
/// When the database does not answer.
pub async fn document(
    tx: &mut Tx,
    partnership: &str,
    id: &EditionId,
) -> Result<Option<String>, StorageError> {
    const DOCUMENT: &str =
        "select document from proxy_edition where partnership_id = $1 and edition = $2";
    each!(tx, "proxy_edition", |connection| sqlx::query_scalar(
        DOCUMENT
    )
    .bind(partnership)
    .bind(id.to_string())
    .fetch_optional(connection))
}

/// Adds a draft.
///
/// # Errors
/// [`StorageError::Duplicate`] when there is one of its id.
pub async fn add(
    tx: &mut Tx,
    partnership: &str,
    draft: &Governed,
    document: &str,
) -> Result<(), StorageError> {
    const ADD: &str = "
        insert into proxy_edition (partnership_id, edition, revision, document, state, drafted_at, drafted_by)
        values ($1, $2, $3, $4, $5, $6, $7)";
    changed!(tx, "proxy_edition", |connection| sqlx::query(ADD)
        .bind(partnership)
        .bind(draft.id.to_string())
        .bind(draft.revision)
        .bind(document)
        .bind(EditionState::Draft.word())
        .bind(draft.drafted.at.micros())
        .bind(&draft.drafted.by)
        .execute(connection))?;
    Ok(())
}

/// Puts another table in the place of a draft: true when the draft of the revision before was there.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(
    tx: &mut Tx,
    partnership: &str,
    draft: &Governed,
    document: &str,
) -> Result<bool, StorageError> {
    const REPLACE: &str = "
        update proxy_edition set revision = $3, document = $4, drafted_at = $5, drafted_by = $6
        where partnership_id = $1 and edition = $2 and revision = $3 - 1 and state = 'draft'";
    let changed = changed!(tx, "proxy_edition", |connection| sqlx::query(REPLACE)
        .bind(partnership)
        .bind(draft.id.to_string())
        .bind(draft.revision)
        .bind(document)
        .bind(draft.drafted.at.micros())
        .bind(&draft.drafted.by)
        .execute(connection))?;
    Ok(changed == 1)
}

/// Moves one on its way: true when it was in the state before, in the same revision.
///
/// # Errors
/// When the database does not answer.
pub async fn advance(
    tx: &mut Tx,
    partnership: &str,
    moved: &Governed,
    before: EditionState,
) -> Result<bool, StorageError> {
    const ADVANCE: &str = "
        update proxy_edition set state = $5, proposed_at = $6, proposed_by = $7, approved_at = $8, approved_by = $9,
          published_at = $10, published_by = $11, digest = $12, superseded_at = $13, superseded_by = $14,
          successor = $15, withdrawn_at = $16, withdrawn_by = $17, withdrawn_because = $18
        where partnership_id = $1 and edition = $2 and revision = $3 and state = $4";
    let way = &moved.way;
    let at = |done: Option<&Done>| done.map(|done| done.at.micros());
    let by = |done: Option<&Done>| done.map(|done| done.by.clone());
    let proposed = way.proposal().map(|one| &one.proposed);
    let approved = way.approval().map(|one| &one.approved);
    let published = way.publication().map(|one| &one.published);
    let superseded = way.succession().map(|one| &one.done);
    let withdrawn = way.withdrawal().map(|one| &one.done);
    let changed = changed!(tx, "proxy_edition", |connection| sqlx::query(ADVANCE)
        .bind(partnership)
        .bind(moved.id.to_string())
        .bind(moved.revision)
        .bind(before.word())
        .bind(way.state().word())
        .bind(at(proposed))
        .bind(by(proposed))
        .bind(at(approved))
        .bind(by(approved))
        .bind(at(published))
        .bind(by(published))
        .bind(way.publication().map(|one| one.digest.clone()))
        .bind(at(superseded))
        .bind(by(superseded))
        .bind(way.succession().map(|one| one.by.to_string()))
        .bind(at(withdrawn))
        .bind(by(withdrawn))
        .bind(way.withdrawal().map(|one| one.because.clone()))
        .execute(connection))?;
    Ok(changed == 1)
}
