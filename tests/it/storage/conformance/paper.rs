//! Contracts, commitments and returns.

use std::collections::BTreeSet;

use goodmeasure::domain::contract::ContractState;
use goodmeasure::domain::funding::ContractKind;
use goodmeasure::domain::period::Span;
use goodmeasure::domain::policy::Reach;
use goodmeasure::domain::report::{AcceptedLine, Decided, EvidenceKind, ReportLine, State};
use goodmeasure::domain::valuation::Reported;
use goodmeasure::storage::contract::{ContractFilter, RevisionAsked, WalkAsked};
use goodmeasure::storage::report::LookedAt;
use goodmeasure::storage::{Tx, commitment, contract, report};

use super::{Done, Told};
use crate::storage::samples::{self, ODD, P, done, draft, hash, period};

pub(super) async fn what_is_promised(tx: &mut Tx, told: &mut Told) -> Done {
    let mut given = samples::contract("1");
    assert_eq!(contract::find(tx, P, "1").await?.as_ref(), Some(&given));
    contract::add_terms(tx, P, "1", &samples::terms(2)).await?;
    given.versions.push(samples::terms(2));
    assert_eq!(contract::find(tx, P, "1").await?.as_ref(), Some(&given));
    let rebasing = samples::rebasing(1);
    contract::rebase(tx, P, "1", &rebasing).await?;
    given.edition = rebasing.to.clone();
    given.rebasings.push(rebasing);
    assert_eq!(contract::find(tx, P, "1").await?.as_ref(), Some(&given));
    let of_reference = contract::ContractFilter {
        reference: Some("C-1".to_owned()),
        ..contract::ContractFilter::default()
    };
    let by_reference = contract::list(tx, P, &of_reference, None, 10).await?;
    assert_eq!(by_reference, std::slice::from_ref(&given));
    assert_eq!(
        contract::find_by_ocid(tx, P, "ocds-1").await?.as_ref(),
        Some(&given)
    );
    within_reach(tx, told).await?;
    let ids = ["2", "none", "1"].map(str::to_owned);
    told.note("references", contract::references(tx, P, &ids).await?);
    assert_eq!(contract::find(tx, P, "3").await?, None);
    let all = contract::ContractFilter::default();
    let second = contract::ContractFilter {
        reference: Some(samples::contract("2").reference),
        ..all.clone()
    };
    told.note("filtered", contract::list(tx, P, &second, None, 10).await?);
    told.note("contracts", contract::list(tx, P, &all, None, 10).await?);
    told.note("ids", contract::ids(tx, P).await?);
    told.note("second", contract::list(tx, P, &all, Some("1"), 1).await?);

    for number in [1, 2] {
        commitment::add(tx, P, "1", &samples::commitment(number)).await?;
    }
    commitment::add_target(tx, P, "1", 1, &samples::target(2)).await?;
    let mut first = samples::commitment(1);
    first.versions.push(samples::target(2));
    let kept = commitment::of_contract(tx, P, "1").await?;
    assert_eq!(kept, [first, samples::commitment(2)]);
    assert!(commitment::of_contract(tx, P, "2").await?.is_empty());
    told.note("commitments", kept);
    Ok(())
}

pub(super) async fn what_is_reported(tx: &mut Tx, told: &mut Told) -> Done {
    let (q1, q2) = (period("2026-27-Q1"), period("2026-27-Q2"));
    let first = draft(1, samples::lines());
    assert!(report::put_draft(tx, P, "1", q1, &first).await?);
    let kept = report::one(tx, P, "1", q1).await?.unwrap();
    assert_eq!(kept.revisions, [first]);
    // A draft is replaced, lines and evidence with it; an empty one is a draft too.
    assert!(report::put_draft(tx, P, "1", q1, &draft(1, Vec::new())).await?);
    let kept = report::one(tx, P, "1", q1).await?.unwrap();
    assert_eq!(kept.revisions, [draft(1, Vec::new())]);
    let mut second = draft(1, samples::lines());
    second.saved = done(11);
    assert!(report::put_draft(tx, P, "1", q1, &second).await?);

    let undecided = State::Submitted(done(20));
    assert!(!report::decide(tx, P, "1", q1, 1, &undecided).await?);
    assert!(report::submit(tx, P, "1", q1, 1, &done(20)).await?);
    assert!(!report::submit(tx, P, "1", q1, 1, &done(21)).await?);
    assert!(!report::put_draft(tx, P, "1", q1, &draft(1, Vec::new())).await?);
    let decided = Decided {
        done: done(30),
        reason: None,
    };
    let lowered = ["z last by name", "2"].map(|line| AcceptedLine {
        line: line.to_owned(),
        accepted: Reported::Quantity(samples::units("-1")),
        reason: ODD.to_owned(),
    });
    let accepted = State::Accepted(done(20), decided.clone(), lowered.to_vec());
    assert!(!report::decide(tx, P, "1", q1, 2, &accepted).await?);
    assert!(report::decide(tx, P, "1", q1, 1, &accepted).await?);
    assert!(!report::decide(tx, P, "1", q1, 1, &accepted).await?);
    second.state = accepted;

    let sent_back = State::SentBack(done(40), decided.clone());
    assert!(report::put_draft(tx, P, "1", q1, &draft(2, samples::lines())).await?);
    assert!(report::submit(tx, P, "1", q1, 2, &done(40)).await?);
    assert!(report::decide(tx, P, "1", q1, 2, &sent_back).await?);
    assert!(report::put_draft(tx, P, "1", q2, &draft(1, samples::lines())).await?);
    let all = report::of_contract(tx, P, "1").await?;
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].revisions[0], second);
    assert_eq!(all[0].revisions[1].state, sent_back);
    assert_eq!(report::one(tx, P, "1", q2).await?.as_ref(), Some(&all[1]));
    assert_eq!(report::one(tx, P, "2", q1).await?, None);
    told.note("returns", all);
    told.note("headers", report::list_headers(tx, P, "1").await?);

    // The claim of the first quarter stands beside the second; that of the second is a draft.
    let beside = report::claims_beside(tx, P, "1", q2).await?;
    let meets = |line: &ReportLine| line.activity.is_some() || line.starters.is_some();
    let standing: Vec<ReportLine> = samples::lines().into_iter().filter(meets).collect();
    assert_eq!(beside.len(), 1);
    assert_eq!(beside[0].0, q1);
    assert_eq!(beside[0].1.len(), standing.len());
    assert!(
        beside[0]
            .1
            .iter()
            .zip(&standing)
            .all(|(one, other)| one.line == other.line)
    );
    assert!(report::claims_beside(tx, P, "1", q1).await?.is_empty());
    told.note("claims beside", beside);

    let evidence = [
        EvidenceKind::Sha256(hash('a')),
        EvidenceKind::Link("https://example.org/z".to_owned()),
        EvidenceKind::Sha256(hash('b')),
    ];
    let at = |contract_id| LookedAt {
        contract_id,
        period: q1,
    };
    let activities = [ODD.to_owned(), "another".to_owned()];
    let found =
        report::elsewhere(tx, P, at("2"), &activities, &evidence, &Reach::Everything).await?;
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(
        found
            .iter()
            .all(|one| one.period == q1 && one.contract == "C-1")
    );
    told.note("elsewhere", found);
    let own = report::elsewhere(tx, P, at("1"), &activities, &evidence, &Reach::Everything).await?;
    assert!(own.is_empty());
    let measures = samples::lines().into_iter().map(|line| line.measure);
    let measures: Vec<String> = measures.collect();
    let paid = report::same_money(tx, P, "2", &measures, q1, &Reach::of(&[])).await?;
    assert!(
        !paid.is_empty()
            && paid
                .iter()
                .all(|one| one.contract == "C-1" && !one.within_reach)
    );
    told.note("paid by the same money", paid);
    let none = report::same_money(tx, P, "2", &[], q1, &Reach::Everything).await?;
    assert!(none.is_empty());
    let keys = [
        ("1".to_owned(), q1, 1),
        ("1".to_owned(), q1, 2),
        ("2".to_owned(), q1, 1),
    ];
    let twice = report::named_twice(tx, P, &keys).await?;
    assert!(report::named_twice(tx, "p2", &keys).await?.is_empty());
    let beside = report::claimed_side_by_side(tx, P, &keys).await?;
    assert!(
        report::claimed_side_by_side(tx, "p2", &keys)
            .await?
            .is_empty()
    );
    told.note("claimed twice", (twice, beside));
    contracts_filtered(tx, told).await?;
    returns_of_many(tx, told).await
}

/// Each filter of contracts, letting one through, both or none.
async fn contracts_filtered(tx: &mut Tx, told: &mut Told) -> Done {
    let all = ContractFilter::default;
    let some = |text: &str| Some(text.to_owned());
    let standing = |state: ContractState, on: &str| ContractFilter {
        state: Some((state, samples::day(on))),
        ..all()
    };
    let since = |second: i64| ContractFilter {
        updated_since: Some(samples::at(second)),
        ..all()
    };
    #[rustfmt::skip]
    let filters = [
        (2, ContractFilter { holder: some("anchor-b"), ..all() }),
        (0, ContractFilter { holder: some("supplier"), ..all() }),
        (2, ContractFilter { organisation: some("anchor-a"), ..all() }),
        (2, ContractFilter { organisation: some("supplier"), ..all() }),
        (0, ContractFilter { organisation: some("none"), ..all() }),
        (2, ContractFilter { places: Some(vec!["all".to_owned(), "north".to_owned()]), ..all() }),
        (0, ContractFilter { places: Some(Vec::new()), ..all() }),
        (1, ContractFilter { kind: Some(ContractKind::Programme), ..all() }),
        (0, ContractFilter { kind: Some(ContractKind::CorporateActivity), ..all() }),
        (2, standing(ContractState::Upcoming, "2026-03-31")),
        (2, standing(ContractState::Running, "2026-04-01")),
        (2, standing(ContractState::Running, "2028-03-31")),
        (2, standing(ContractState::Over, "2028-04-01")),
        (0, standing(ContractState::Over, "2028-03-31")),
        (2, since(1)),
        (1, since(2)),
        (1, since(40)),
        (0, since(41)),
    ];
    for (count, filter) in filters {
        let found = contract::list(tx, P, &filter, None, 9).await?;
        assert_eq!(found.len(), count, "{filter:?}");
        told.note("contracts filtered", found);
    }
    Ok(())
}

/// Contract 1 has a return for each of the first two quarters; contract 2 has none.
async fn returns_of_many(tx: &mut Tx, told: &mut Told) -> Done {
    let ids = ["1", "none", "2"].map(str::to_owned);
    let opened = contract::some_within(tx, P, &ids, &Reach::Everything).await?;
    assert_eq!(opened.len(), 2);
    told.note("some contracts", opened);
    let all = report::latest(tx, P, &ids, None).await?;
    let told_of = |one: &report::Latest| (one.revision, one.progress.word(), one.is_claimed);
    let found: Vec<_> = all.iter().map(told_of).collect();
    assert_eq!(found, [(2, "sent_back", true), (1, "draft", false)]);
    told.note("latest", all);
    let within = |label: &str| {
        let (from, to) = (period(label).from(), period(label).to());
        Some(Span { from, to })
    };
    for (label, count) in [("2026-27", 2), ("2026-27-Q2", 1), ("2026-07", 0)] {
        let found = report::latest(tx, P, &ids, within(label)).await?;
        assert_eq!(found.len(), count, "{label}");
    }

    let revision = |state: Option<&'static str>, label: &str, second: i64| RevisionAsked {
        state,
        within: within(label),
        updated_since: Some(samples::at(second)),
    };
    let places = |code: &str| Some(vec![code.to_owned()]);
    let of = |supplied_by: &str| Reach::Of {
        held_by: BTreeSet::new(),
        supplied_by: BTreeSet::from([supplied_by.to_owned()]),
    };
    let (all, some) = (WalkAsked::default, |text: &str| Some(text.to_owned()));
    #[rustfmt::skip]
    let walks = [
        (vec![true, true], all()),
        (vec![true, true], WalkAsked { places: places("north"), ..all() }),
        (vec![false, false], WalkAsked { places: places("all"), ..all() }),
        (vec![true, false], WalkAsked { revision: Some(revision(None, "2026-27", 0)), ..all() }),
        (vec![true, false], WalkAsked { revision: Some(revision(Some("draft"), "2026-27-Q2", 10)), ..all() }),
        (vec![false, false], WalkAsked { revision: Some(revision(Some("draft"), "2026-27-Q1", 0)), ..all() }),
        (vec![false, false], WalkAsked { revision: Some(revision(None, "2026-27", 41)), ..all() }),
        (vec![true], WalkAsked { contract: some("2"), ..all() }),
        (vec![true, true], WalkAsked { organisation: some("anchor-b"), supplier: some("supplier"), ..all() }),
        (vec![], WalkAsked { supplier: some("anchor-b"), ..all() }),
        (vec![true, true], WalkAsked { reach: of("supplier"), ..all() }),
        (vec![], WalkAsked { reach: of("anchor-a"), ..all() }),
    ];
    for (worth_it, asked) in walks {
        let walked = contract::walk(tx, P, &asked, "", 9).await?;
        let found: Vec<bool> = walked
            .iter()
            .map(contract::Walked::is_worth_opening)
            .collect();
        assert_eq!(found, worth_it, "{asked:?}");
        told.note("walked", walked);
    }
    let from_second = contract::walk(tx, P, &all(), "2", 9).await?;
    let first_only = contract::walk(tx, P, &all(), "", 1).await?;
    assert_eq!((from_second.len(), first_only.len()), (1, 1));
    told.note("walked in part", (from_second, first_only));
    Ok(())
}

/// Contracts 1 and 2 are delivered by `supplier` and held by `anchor-a` and `anchor-b`.
async fn within_reach(tx: &mut Tx, told: &mut Told) -> Done {
    let of = |held_by: &[&str], supplied_by: &[&str]| Reach::Of {
        held_by: held_by.iter().map(|id| (*id).to_owned()).collect(),
        supplied_by: supplied_by.iter().map(|id| (*id).to_owned()).collect(),
    };
    let within = [
        Reach::Everything,
        of(&["anchor-b"], &[]),
        of(&[], &["supplier"]),
        of(&["none"], &["supplier"]),
    ];
    let outside = [of(&[], &[]), of(&["supplier"], &["anchor-a"])];
    for (reach, seen) in within
        .iter()
        .map(|reach| (reach, true))
        .chain(outside.iter().map(|reach| (reach, false)))
    {
        let found = contract::find_within(tx, P, "2", reach).await?;
        assert_eq!(found.is_some(), seen, "{reach:?}");
        let filter = contract::ContractFilter {
            reach: reach.clone(),
            ..contract::ContractFilter::default()
        };
        let listed = contract::list(tx, P, &filter, None, 10).await?;
        assert_eq!(listed.len(), if seen { 2 } else { 0 }, "{reach:?}");
        told.note("within reach", found);
        let ids = ["2".to_owned(), "none".to_owned(), "2".to_owned()];
        let some = contract::some_within(tx, P, &ids, reach).await?;
        assert_eq!(some.len(), usize::from(seen), "{reach:?}");
    }
    let other = contract::find_within(tx, "p2", "2", &Reach::Everything).await?;
    assert_eq!(other, None);
    Ok(())
}
