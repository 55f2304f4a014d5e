//! Reading publications: within one's reach, or what is open to everybody.

use crate::domain::policy::Reach;
use crate::domain::publication::{Figure, Heading, Publication};
use crate::domain::roll_up::Shown;
use crate::storage::{self, Tx};

use super::super::roll_up::{Dimension, RollUpAsked};
use super::super::{Actor, Office, Refusal};
use super::asked;

/// Headings that are looked at, at a time, for some that may be seen.
const AT_A_TIME: i64 = 200;

/// A heading, and what it says was asked.
#[derive(Debug, Clone)]
pub struct PublishedHeading {
    /// The heading.
    pub heading: Heading,
    /// What was asked.
    pub asked: RollUpAsked,
}

/// A publication, and what it says was asked.
#[derive(Debug, Clone)]
pub struct Published {
    /// The publication.
    pub publication: Publication,
    /// What was asked.
    pub asked: RollUpAsked,
}

impl Published {
    /// Reads what was asked of one.
    ///
    /// # Errors
    /// Storage's `Corrupt`.
    pub fn of(publication: Publication) -> Result<Self, Refusal> {
        let asked = asked::read(&publication.heading)?;
        Ok(Self { publication, asked })
    }
}

/// The heading of one within a reach.
pub(super) async fn heading(
    tx: &mut Tx,
    actor: &Actor,
    reach: &Reach,
    id: &str,
) -> Result<Heading, Refusal> {
    let found = storage::publication::heading(tx, &actor.partnership, id).await?;
    found
        .filter(|heading| reach.covers(&heading.reach))
        .ok_or(Refusal::NotFound("publication"))
}

/// Reads one within a reach.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn read_publication(
    office: &Office,
    actor: &Actor,
    reach: &Reach,
    id: &str,
) -> Result<Published, Refusal> {
    let found = office.store.read(async |tx: &mut Tx| {
        let heading = heading(tx, actor, reach, id).await?;
        Ok::<_, Refusal>(storage::publication::whole(tx, &actor.partnership, heading).await?)
    });
    Published::of(found.await?)
}

/// Lists those within a reach, the newest first, after one of an id.
///
/// # Errors
/// Storage errors only.
pub async fn list_publications(
    office: &Office,
    actor: &Actor,
    reach: &Reach,
    after: Option<&str>,
    most: i64,
) -> Result<Vec<PublishedHeading>, Refusal> {
    let seen = |heading: &Heading| reach.covers(&heading.reach);
    list(office, (&actor.partnership, false), seen, after, most).await
}

/// Reads one that anybody may read, without what its proxies' licences do not let be passed on.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn read_public(
    office: &Office,
    partnership: &str,
    id: &str,
) -> Result<Published, Refusal> {
    let found = office.store.read_standby(async |tx: &mut Tx| {
        let heading = storage::publication::heading(tx, partnership, id).await?;
        let heading = heading
            .filter(|heading| heading.is_public)
            .ok_or(Refusal::NotFound("publication"))?;
        let whole = storage::publication::whole(tx, partnership, heading).await?;
        let mut published = Published::of(whole)?;
        keep_quantities(tx, office, partnership, &mut published).await?;
        Ok::<_, Refusal>(published)
    });
    found.await
}

/// Takes out the quantities of measures that are valued by what its licence does not let be passed on: worth over
/// quantity would tell it to everybody.
async fn keep_quantities(
    tx: &mut Tx,
    office: &Office,
    partnership: &str,
    published: &mut Published,
) -> Result<(), Refusal> {
    let by = &published.asked.by;
    let Some(at) = by.iter().position(|one| *one == Dimension::Measure) else {
        return Ok(());
    };
    for Figure { line, .. } in &mut published.publication.rows {
        let edition = office.edition(tx, partnership, &line.basis.edition).await?;
        let label = line.labels.get(at).map(|label| label.id.as_str());
        let measure = label.and_then(|code| edition.measure(code));
        if measure.is_some_and(|one| one.proxies().any(|proxy| edition.keeps(proxy))) {
            let why =
                "the licence of its value does not let it be passed on, and this would tell it";
            line.quantity = Shown::Unavailable(why.to_owned());
        }
    }
    Ok(())
}

/// Lists those that anybody may read, the newest first, after one of an id. Of a partnership that is not there, there
/// are none.
///
/// # Errors
/// Storage errors only.
pub async fn list_public(
    office: &Office,
    partnership: &str,
    after: Option<&str>,
    most: i64,
) -> Result<Vec<PublishedHeading>, Refusal> {
    list(office, (partnership, true), |_| true, after, most).await
}

async fn list(
    office: &Office,
    (partnership, only_public): (&str, bool),
    seen: impl Fn(&Heading) -> bool,
    after: Option<&str>,
    most: i64,
) -> Result<Vec<PublishedHeading>, Refusal> {
    let wanted = usize::try_from(most).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut before = after.map(str::to_owned);
    loop {
        let page = office
            .store
            .read_standby(async |tx: &mut Tx| {
                let before = before.as_deref();
                let page =
                    storage::publication::list(tx, partnership, only_public, before, AT_A_TIME);
                Ok::<_, Refusal>(page.await?)
            })
            .await?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        before = Some(last.id.clone());
        for heading in page.into_iter().filter(&seen) {
            let asked = asked::read(&heading)?;
            found.push(PublishedHeading { heading, asked });
            if found.len() == wanted {
                return Ok(found);
            }
        }
    }
}
