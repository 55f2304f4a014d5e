//! Publications, and what was posted since.

use std::collections::BTreeSet;

use goodmeasure::domain::basis::Basis;
use goodmeasure::domain::edition::EditionId;
use goodmeasure::domain::funding::FundingSource;
use goodmeasure::domain::ledger::posting::Stage;
use goodmeasure::domain::measure::Column;
use goodmeasure::domain::policy::Reach;
use goodmeasure::domain::publication::suppress::Limits;
use goodmeasure::domain::publication::{Figure, Heading, Publication, SealedHead};
use goodmeasure::domain::roll_up::{Label, Lines, RollUpLine, Shown};
use goodmeasure::storage::total::RollUpQuery;
use goodmeasure::storage::{StorageError, Tx, chain, publication, total};

use super::{Done, Told};
use crate::storage::samples::{ODD, P, at, hash};

fn figure(quantity: Shown, worth_pence: Option<i64>) -> Figure {
    let label = |id: &str| Label {
        name: ODD.to_owned(),
        id: id.to_owned(),
    };
    Figure {
        line: RollUpLine {
            labels: vec![label(ODD), label("")],
            stage: Stage::Verified,
            column: worth_pence.map(|_| Column::Social),
            basis: Basis {
                edition: EditionId::parse("open-uk/2026").unwrap(),
                price_base: "2024-25".to_owned(),
                method: ODD.to_owned(),
            },
            funding: match worth_pence {
                Some(_) => FundingSource::ContractPrice,
                None => FundingSource::OwnResources,
            },
            worth_pence,
            quantity,
            lines: Lines {
                valued: 1,
                record_only: 2,
                provisional: 3,
                nominal: 4,
            },
        },
        suppressed: worth_pence.is_none(),
    }
}

fn made(id: &str, reach: Reach, heads: Vec<SealedHead>) -> Publication {
    let sum = Shown::Sum {
        micro: -5,
        posted_of_unit: 12,
        unit: ODD.to_owned(),
    };
    let mut made = Publication {
        heading: Heading {
            id: id.to_owned(),
            title: ODD.to_owned(),
            asked: "{}".to_owned(),
            reach,
            published_at: at(70),
            published_by: ODD.to_owned(),
            limits: Limits::USUAL,
            digest: String::new(),
            is_public: false,
        },
        rows: vec![
            figure(sum, Some(i64::MIN)),
            figure(Shown::Ratio(1, i64::MAX), None),
            figure(Shown::Unavailable(ODD.to_owned()), Some(0)),
        ],
        totals: vec![figure(Shown::NotAsked, Some(7))],
        heads,
    };
    made.heading.digest = made.sealed(P);
    made
}

pub(super) async fn what_is_published(tx: &mut Tx, told: &mut Told) -> Done {
    let before = chain::heads(tx, P).await?;
    let settled = chain::settle(tx, P, at(65)).await?;
    assert_eq!(settled.len(), before.len());
    for (contract, head) in &before {
        let now = &settled[contract];
        assert_eq!((now.length, &now.hash), (head.length, &head.hash));
        assert_eq!(now.recorded_at, head.recorded_at.max(at(65)));
    }
    assert!(chain::settle(tx, "p2", at(65)).await?.is_empty());

    let sealed = |contract: &str, length: i64, hash: &str| SealedHead {
        contract: contract.to_owned(),
        length,
        hash: hash.to_owned(),
    };
    let head = &settled["1"];
    let of = Reach::Of {
        held_by: BTreeSet::from([ODD.to_owned(), "anchor-a".to_owned()]),
        supplied_by: BTreeSet::new(),
    };
    let whole = made("pub-1", of, vec![sealed("1", head.length, &head.hash)]);
    let lost = [
        sealed("1", head.length, &hash('0')),
        sealed("2", 900, &head.hash),
        sealed("gone", 1, &head.hash),
    ];
    let other = made("pub-2", Reach::Everything, lost.to_vec());
    for one in [&whole, &other] {
        publication::add(tx, P, one).await?;
        let heading = publication::heading(tx, P, &one.heading.id).await?.unwrap();
        assert_eq!(heading, one.heading);
        let read = publication::whole(tx, P, heading).await?;
        assert_eq!(read, *one);
        assert_eq!(read.sealed(P), one.heading.digest);
    }
    assert_eq!(publication::heading(tx, "p2", "pub-1").await?, None);
    assert!(publication::lost_heads(tx, P, "pub-1").await?.is_empty());
    let lost = publication::lost_heads(tx, P, "pub-2").await?;
    assert_eq!(lost.len(), 3);
    told.note("lost", lost);

    assert!(publication::set_public(tx, P, "pub-1", true).await?);
    assert!(
        !publication::set_public(tx, P, "pub-1", true).await?,
        "it is"
    );
    assert!(!publication::set_public(tx, "p2", "pub-1", false).await?);
    told.note(
        "publications",
        publication::list(tx, P, false, None, 9).await?,
    );
    let public = publication::list(tx, P, true, None, 9).await?;
    assert_eq!(public.len(), 1);
    let earlier = publication::list(tx, P, false, Some("pub-2"), 9).await?;
    assert_eq!(earlier, public);
    assert!(
        publication::list(tx, "p2", false, None, 9)
            .await?
            .is_empty()
    );

    let by = RollUpQuery {
        by_anchor: true,
        by_place: true,
        ..RollUpQuery::default()
    };
    for (query, after) in [
        (RollUpQuery::default(), 0),
        (by, 50),
        (RollUpQuery::default(), 60),
    ] {
        let since = total::since(tx, P, &query, at(after)).await?;
        assert_eq!(since.is_empty(), after == 60);
        told.note("since", since);
        assert!(total::since(tx, "p2", &query, at(after)).await?.is_empty());
    }
    Ok::<(), StorageError>(())
}
