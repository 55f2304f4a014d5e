//! What was published: each by its digest, and by the ends of the chains that it rests on, which alone reveal a tail
//! that was cut off with everything that told of it (L4).

use crate::domain::publication::Heading;
use crate::storage::{self, StorageError, Tx};

use super::super::{Actor, Office, Refusal};

/// How many headings are read at a time.
const PAGE: i64 = 100;

/// Looks at all publications: how many there are, and the first difference of each.
pub(super) async fn publications(
    office: &Office,
    actor: &Actor,
) -> Result<(usize, Vec<String>), Refusal> {
    let partnership = actor.partnership.as_str();
    let (mut count, mut differences) = (0, Vec::new());
    let mut before: Option<String> = None;
    loop {
        let page = office.store.read(async |tx: &mut Tx| {
            let before = before.as_deref();
            Ok::<_, Refusal>(
                storage::publication::list(tx, partnership, false, before, PAGE).await?,
            )
        });
        let page = page.await?;
        let Some(last) = page.last() else {
            return Ok((count, differences));
        };
        before = Some(last.id.clone());
        for heading in page {
            count += 1;
            let looked = office
                .store
                .read(async |tx: &mut Tx| differs(tx, partnership, &heading).await)
                .await;
            let differs = match looked {
                Ok(differs) => differs,
                // A row that cannot be read is a difference of its publication.
                Err(Refusal::Storage(error @ StorageError::Corrupt { .. })) => {
                    Some(error.to_string())
                }
                Err(other) => return Err(other),
            };
            let (title, id) = (&heading.title, &heading.id);
            let told =
                differs.map(|differs| format!("the publication {title:?} ({id}): {differs}"));
            differences.extend(told);
        }
    }
}

async fn differs(
    tx: &mut Tx,
    partnership: &str,
    heading: &Heading,
) -> Result<Option<String>, Refusal> {
    let whole = storage::publication::whole(tx, partnership, heading.clone()).await?;
    if whole.sealed(partnership) != heading.digest {
        return Ok(Some(
            "it does not have the digest of what it says: it was changed".to_owned(),
        ));
    }
    let lost = storage::publication::lost_heads(tx, partnership, &heading.id).await?;
    let Some((contract, length)) = lost.first() else {
        return Ok(None);
    };
    let ids = [contract.clone()];
    let references = storage::contract::references(tx, partnership, &ids).await?;
    let name = references.get(contract).unwrap_or(contract);
    Ok(Some(format!(
        "it rests on posting {length} of contract {name}, which is gone or is another one: the end of its chain was cut \
         off or written anew"
    )))
}
