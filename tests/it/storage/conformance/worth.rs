//! The ledger, its totals, and roll-ups over them.

use std::collections::BTreeSet;

use goodmeasure::domain::funding::FundingSource;
use goodmeasure::domain::ledger::difference::{Stands, difference};
use goodmeasure::domain::ledger::posting::{Posting, Stage, Standing};
use goodmeasure::domain::ledger::total::Sums;
use goodmeasure::storage::posting::CellQuery;
use goodmeasure::storage::total::RollUpQuery;
use goodmeasure::storage::{StorageError, Tx, chain, overview, posting, proof, total};

use super::{Done, Told};
use crate::storage::samples::{ODD, P, at, day, funding, period, standing};

/// Takes the chain and appends what is missing for `should` to stand.
async fn post(
    tx: &mut Tx,
    contract_id: &str,
    should: Vec<Standing>,
    second: i64,
) -> Result<Vec<Posting>, StorageError> {
    let head = chain::lock(tx, P, contract_id).await?.unwrap();
    let stands = posting::all_standing(tx, P, contract_id).await?;
    let postings = difference(contract_id, &head, &stands, should, at(second), ODD);
    let source = funding(contract_id).source;
    posting::append(tx, P, contract_id, source, &postings).await?;
    Ok(postings)
}

pub(super) async fn what_it_is_worth(tx: &mut Tx, told: &mut Told) -> Done {
    let committed = standing(
        Stage::Committed,
        "2026-27-Q1",
        "commitment 1",
        [Some(5), Some(7)],
    );
    let claimed = standing(Stage::Claimed, "2026-27-Q1", "1", [Some(-300), Some(301)]);
    let nowhere = standing(Stage::Claimed, "2026-27-Q2", "no place", [None, None]);
    let restated = standing(Stage::Claimed, "2026-27-Q1", "1", [Some(-300), Some(400)]);
    let mut chain_so_far = Vec::new();
    let steps = [
        [committed.clone(), claimed, nowhere.clone()].concat(),
        [committed.clone(), restated.clone(), nowhere.clone()].concat(),
    ];
    // What is shared is added to once, however often is posted.
    total::owe_by_anchor(tx);
    for (second, should) in (50..).zip(steps) {
        chain_so_far.extend(post(tx, "1", should, second).await?);
    }
    total::pay_by_anchor(tx, P).await?;
    post(
        tx,
        "2",
        standing(Stage::Verified, "2026-27-Q1", "1", [Some(1000), None]),
        60,
    )
    .await?;
    assert!(
        post(
            tx,
            "2",
            standing(Stage::Verified, "2026-27-Q1", "1", [Some(1000), None]),
            61
        )
        .await?
        .is_empty()
    );
    assert_eq!(posting::chain_of(tx, P, "1", 0, 100).await?, chain_so_far);
    let rows = proof::take(tx, P, "1").await?;
    told.note("rows of a proof", rows);
    let read_in = proof::put(tx, &[]).await;
    assert_eq!(read_in.is_ok(), matches!(tx, Tx::Sqlite(_)));
    assert_eq!(
        posting::chain_of(tx, P, "1", 2, 3).await?,
        chain_so_far[2..5]
    );
    assert_eq!(chain::lock(tx, P, "none").await?, None);
    let heads = chain::heads(tx, P).await?;
    assert_eq!(heads[0].1.length, 8);
    assert_eq!(heads[0].1.hash, chain_so_far[7].hash);
    assert_eq!(chain::head(tx, P, "1").await?.as_ref(), Some(&heads[0].1));
    assert_eq!(chain::head(tx, "p2", "1").await?, None);
    let unmoved = chain::advance(tx, P, "1", 7, &heads[0].1).await?;
    assert!(!unmoved, "it does not end at 7");
    told.note("heads", heads);
    let stamp = chain::stamp(tx, P).await?;
    assert!(stamp.postings > chain_so_far.len().try_into().unwrap());
    assert_ne!(stamp, chain::stamp(tx, "p2").await?);
    told.note("stamp", stamp);

    let only = |stands: Vec<Stands>| {
        stands
            .into_iter()
            .map(|one| one.standing)
            .collect::<Vec<_>>()
    };
    let mut q1 = only(posting::standing_of_return(tx, P, "1", period("2026-27-Q1")).await?);
    q1.sort_by_key(|one| one.identity.position);
    assert_eq!(q1, restated);
    assert_eq!(
        only(posting::standing_of_commitments(tx, P, "1").await?),
        committed
    );
    assert_eq!(posting::all_standing(tx, P, "1").await?.len(), 6);
    told.note("stands", posting::all_standing(tx, P, "1").await?);
    let whole = posting::standing_whole(tx, P, "1", Some(period("2026-27-Q1"))).await?;
    assert!(whole.iter().all(|one| chain_so_far.contains(one)));
    assert_eq!(whole.len(), 4);
    Ok(())
}

/// What only reads, and the totals as they were kept and as they are summed anew.
pub(super) async fn everything(tx: &mut Tx) -> Result<Vec<String>, StorageError> {
    let mut told = Told::default();
    for contract_id in ["1", "2"] {
        let stored = total::stored_contract(tx, P, contract_id).await?;
        assert!(!stored.is_empty());
        assert_eq!(stored, total::recompute_contract(tx, P, contract_id).await?);
        told.note("totals", stored);
        let now = total::of_contract(tx, P, contract_id).await?;
        assert_eq!(
            now,
            total::of_contract_known(tx, P, contract_id, at(90)).await?
        );
        told.note("of contract", now);
        let then = total::of_contract_known(tx, P, contract_id, at(50)).await?;
        told.note("of contract, then", then);
    }
    let stored = total::stored_by_anchor(tx, P).await?;
    assert_eq!(stored, total::recompute_by_anchor(tx, P).await?);
    told.note("totals by anchor", stored);
    for query in queries() {
        let rows = total::roll_up(tx, P, &query).await?;
        told.note(&format!("{query:?}"), &rows);
        assert!(total::roll_up(tx, "p2", &query).await?.is_empty());
        let known_at = |second: i64| RollUpQuery {
            known_at: Some(at(second)),
            ..query.clone()
        };
        assert_eq!(rows, total::roll_up(tx, P, &known_at(90)).await?);
        let then = total::roll_up(tx, P, &known_at(50)).await?;
        told.note("then", then);
        let before = total::roll_up(tx, P, &known_at(49)).await?;
        assert!(before.iter().all(|row| row.sums == Sums::default()));
    }
    cells(tx, &mut told).await?;
    let rows = total::roll_up(tx, P, &RollUpQuery::default()).await?;
    let then = RollUpQuery {
        known_at: Some(at(50)),
        ..RollUpQuery::default()
    };
    assert_ne!(total::roll_up(tx, P, &then).await?, rows);
    let claimed = rows.iter().find(|row| row.stage == Stage::Claimed).unwrap();
    assert_eq!(claimed.sums.worth_pence, 100);
    assert_eq!(claimed.lead_sums.worth_pence, -300);
    assert_eq!(
        (claimed.sums.valued_lines, claimed.lead_sums.valued_lines),
        (2, 1)
    );
    assert_eq!(claimed.lead_sums.record_only_lines, 1);
    let overview = overview::overview(tx).await?;
    // Three revisions, of which one is superseded.
    assert_eq!(
        overview.returns.iter().map(|(_, count)| count).sum::<i64>(),
        2
    );
    told.note("overview", overview);
    Ok(told.0)
}

/// The postings behind a roll-up add up to it, now and then, on however many pages.
async fn cells(tx: &mut Tx, told: &mut Told) -> Done {
    let measures = total::roll_up(tx, P, &RollUpQuery::default()).await?;
    let measures = measures.into_iter().map(|row| (row.edition, row.measure));
    let measures: BTreeSet<(String, String)> = measures.collect();
    for (mut query, then) in queries()
        .into_iter()
        .flat_map(|one| [(one.clone(), 50), (one, 90)])
    {
        query.known_at = Some(at(then));
        let rows = total::roll_up(tx, P, &query).await?;
        let cell = CellQuery {
            contracts: vec!["1".to_owned(), "2".to_owned()],
            measures: measures.iter().cloned().collect(),
            periods: Some(vec!["2026-27-Q1".to_owned(), "2026-27-Q2".to_owned()]),
            query,
        };
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let from = after
                .as_ref()
                .map(|(contract, sequence): &(String, i64)| (contract.as_str(), *sequence));
            let page = posting::of_cell(tx, P, &cell, from, 3).await?;
            let Some(last) = page.last() else { break };
            after = Some((last.contract.clone(), last.posting.sequence));
            found.extend(page);
        }
        let worths = found.iter().map(|one| {
            one.posting.sign()
                * one
                    .posting
                    .standing
                    .content
                    .worth
                    .pence()
                    .unwrap_or_default()
        });
        let rows: i64 = rows.iter().map(|row| row.sums.worth_pence).sum();
        assert_eq!(worths.sum::<i64>(), rows, "{cell:?}");
        assert!(posting::of_cell(tx, "p2", &cell, None, 9).await?.is_empty());
        told.note("cell", found);
    }
    Ok(())
}

fn queries() -> Vec<RollUpQuery> {
    let none = RollUpQuery::default;
    let text = |text: &str| Some(text.to_owned());
    let list = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
    vec![
        none(),
        RollUpQuery {
            by_anchor: true,
            ..none()
        },
        RollUpQuery {
            by_place: true,
            by_period: true,
            ..none()
        },
        RollUpQuery {
            by_contract: true,
            by_anchor: true,
            by_place: true,
            by_period: true,
            ..none()
        },
        RollUpQuery {
            by_supplier: true,
            ..none()
        },
        RollUpQuery {
            supplier: text("supplier"),
            contract: text("2"),
            ..none()
        },
        RollUpQuery {
            supplier: text("nobody"),
            ..none()
        },
        RollUpQuery {
            stages: Some(vec![Stage::Claimed, Stage::Verified]),
            ..none()
        },
        RollUpQuery {
            stages: Some(Vec::new()),
            ..none()
        },
        RollUpQuery {
            from: Some(day("2026-07-01")),
            to: Some(day("2026-09-30")),
            ..none()
        },
        RollUpQuery {
            from: Some(day("2026-07-02")),
            ..none()
        },
        RollUpQuery {
            places: list(&["north"]),
            ..none()
        },
        RollUpQuery {
            places: list(&[""]),
            by_contract: true,
            ..none()
        },
        RollUpQuery {
            places: list(&[]),
            ..none()
        },
        RollUpQuery {
            anchors: list(&["anchor-a", "x"]),
            edition: text("open-uk/2026"),
            ..none()
        },
        RollUpQuery {
            edition: text("open-uk/2027"),
            ..none()
        },
        RollUpQuery {
            funding: Some(vec![FundingSource::Grant]),
            ..none()
        },
        RollUpQuery {
            funding: Some(vec![
                FundingSource::ContractPrice,
                FundingSource::OwnResources,
            ]),
            by_contract: true,
            ..none()
        },
    ]
}
