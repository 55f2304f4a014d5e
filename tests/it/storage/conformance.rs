//! One story that uses every function of storage, told on both databases: the same answers, word for word.

use std::collections::BTreeMap;
use std::fmt::Debug;

use goodmeasure::domain::ledger::difference::difference;
use goodmeasure::domain::ledger::posting::{Posting, Stage};
use goodmeasure::domain::report::{AcceptedLine, Decided, EvidenceKind, State};
use goodmeasure::domain::valuation::Reported;
use goodmeasure::storage::audit::AuditEntry;
use goodmeasure::storage::key::KeyRow;
use goodmeasure::storage::organisation::OrganisationFilter;
use goodmeasure::storage::total::RollUpQuery;
use goodmeasure::storage::{
    StorageError, Store, Tx, audit, chain, commitment, contract, edition, key, organisation,
    partnership, place, posting, report, total,
};

use super::migrated;
use super::samples::{self, ODD, P, at, day, done, draft, hash, lay_ground, period, standing};
use crate::support::databases::databases;

/// What was answered, in order.
#[derive(Default)]
struct Told(Vec<String>);

impl Told {
    fn note(&mut self, what: &str, answer: impl Debug) {
        self.0.push(format!("{what}: {answer:#?}"));
    }
}

type Done = Result<(), StorageError>;

#[tokio::test]
async fn both_databases_tell_the_same_story() {
    let mut stories = Vec::new();
    for database in databases() {
        let store = migrated(&database).await;
        stories.push((database.engine(), story(&store).await));
    }
    let (_, first) = &stories[0];
    assert!(first.0.len() > 35, "{} answers", first.0.len());
    for (engine, other) in &stories[1..] {
        assert_eq!(first.0.len(), other.0.len());
        for (one, another) in first.0.iter().zip(&other.0) {
            assert!(one == another, "{engine:?} differs:\n{one}\n---\n{another}");
        }
    }
}

async fn story(store: &Store) -> Told {
    let mut told = Told::default();
    store.write(async |tx| lay_ground(tx).await).await.unwrap();
    let noted = store
        .write(async |tx| -> Result<Told, StorageError> {
            let mut told = Told::default();
            who(tx, &mut told).await?;
            what_is_promised(tx, &mut told).await?;
            what_is_reported(tx, &mut told).await?;
            what_it_is_worth(tx, &mut told).await?;
            Ok(told)
        })
        .await
        .unwrap();
    told.0.extend(noted.0);
    // Read again in a transaction that only reads, and on what stands for a standby.
    let again = store.read(async |tx| everything(tx).await).await.unwrap();
    let standby = store
        .read_standby(async |tx| everything(tx).await)
        .await
        .unwrap();
    assert_eq!(again, standby);
    told.0.extend(again);
    told
}

async fn who(tx: &mut Tx, told: &mut Told) -> Done {
    assert_eq!(partnership::find(tx, "none").await?, None);
    told.note("partnership", partnership::find(tx, P).await?);
    partnership::add(tx, "p2", ODD, at(0)).await?;
    told.note("partnerships", partnership::list(tx).await?);

    assert!(!key::any_exists(tx, P).await?);
    let given = KeyRow {
        partnership: P.to_owned(),
        id: "key-1".to_owned(),
        name: ODD.to_owned(),
        role: "administrator".to_owned(),
        prefix: "gm_p1_abc".to_owned(),
        created_at: at(0),
        expires_at: Some(at(1000)),
        revoked_at: None,
    };
    key::add(tx, &given, &hash('c')).await?;
    assert!(key::any_exists(tx, P).await?);
    assert!(!key::any_exists(tx, "p2").await?);
    let found = key::find_by_secret(tx, P, &hash('c')).await?;
    assert_eq!(found.as_ref(), Some(&given));
    assert_eq!(key::find_by_secret(tx, "p2", &hash('c')).await?, None);
    assert!(key::revoke(tx, P, "key-1", at(5)).await?);
    assert!(!key::revoke(tx, P, "key-1", at(6)).await?);
    told.note("keys", key::list(tx, P).await?);

    edition::record(tx, P, "open-uk/2026", &hash('d'), at(0)).await?;
    let recorded = BTreeMap::from([("open-uk/2026".to_owned(), hash('d'))]);
    assert_eq!(edition::recorded(tx, P).await?, recorded);
    assert!(edition::recorded(tx, "p2").await?.is_empty());

    for (id, before) in [("a-1", None), ("a-2", Some("{\"n\":1}".to_owned()))] {
        let entry = AuditEntry {
            id: id.to_owned(),
            at: at(3),
            actor: "key-1".to_owned(),
            action: "place.add".to_owned(),
            subject_kind: "place".to_owned(),
            subject_id: ODD.to_owned(),
            before,
            after: None,
        };
        audit::add(tx, P, &entry).await?;
    }
    told.note("audit", audit::list(tx, P, None, 10).await?);
    assert_eq!(audit::list(tx, P, Some("a-1"), 10).await?.len(), 1);
    where_and_whom(tx, told).await
}

async fn where_and_whom(tx: &mut Tx, told: &mut Told) -> Done {
    place::add(tx, P, &samples::place("south", Some("all"))).await?;
    let places = place::all(tx, P).await?;
    assert_eq!(
        places.get("north"),
        Some(&samples::place("north", Some("all")))
    );
    told.note("places", &places);

    let given = samples::organisation("anchor-b", true, Some("anchor-a"));
    assert_eq!(
        organisation::find(tx, P, "anchor-b").await?.as_ref(),
        Some(&given)
    );
    assert_eq!(organisation::find(tx, "p2", "anchor-b").await?, None);
    let by_identifier = organisation::find_by_identifier(tx, P, "GB-LAE", "2-anchor-b").await?;
    assert_eq!(by_identifier, Some(given));
    let none = organisation::find_by_identifier(tx, P, "GB-COH", "2-anchor-b").await?;
    assert_eq!(none, None);
    let filters = [
        (None, None),
        (Some(true), None),
        (Some(false), None),
        (None, Some("council")),
    ];
    for (anchor, kind) in filters {
        let filter = OrganisationFilter {
            anchor,
            kind: kind.map(str::to_owned),
        };
        let page = organisation::list(tx, P, &filter, None, 2).await?;
        let after = page.last().map(|last| last.id.clone());
        let rest = organisation::list(tx, P, &filter, after.as_deref(), 2).await?;
        told.note("organisations", (page, rest));
    }
    let ids = [
        "supplier".to_owned(),
        "none".to_owned(),
        "anchor-a".to_owned(),
    ];
    told.note("names", organisation::names(tx, P, &ids).await?);
    assert!(organisation::names(tx, P, &[]).await?.is_empty());
    Ok(())
}

async fn what_is_promised(tx: &mut Tx, told: &mut Told) -> Done {
    let mut given = samples::contract("1");
    assert_eq!(contract::find(tx, P, "1").await?.as_ref(), Some(&given));
    contract::add_terms(tx, P, "1", &samples::terms(2)).await?;
    given.versions.push(samples::terms(2));
    assert_eq!(contract::find(tx, P, "1").await?.as_ref(), Some(&given));
    let by_reference = contract::find_by_reference(tx, P, "C-1").await?;
    assert_eq!(by_reference.as_ref(), Some(&given));
    assert_eq!(
        contract::find_by_ocid(tx, P, "ocds-1").await?.as_ref(),
        Some(&given)
    );
    assert!(contract::exists(tx, P, "2").await?);
    assert!(!contract::exists(tx, "p2", "2").await?);
    assert_eq!(contract::find(tx, P, "3").await?, None);
    told.note("contracts", contract::list(tx, P, None, 10).await?);
    told.note("second", contract::list(tx, P, Some("1"), 1).await?);

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

async fn what_is_reported(tx: &mut Tx, told: &mut Told) -> Done {
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

    let evidence = [
        EvidenceKind::Sha256(hash('a')),
        EvidenceKind::Link("https://example.org/z".to_owned()),
        EvidenceKind::Sha256(hash('b')),
    ];
    let activities = [ODD.to_owned(), "another".to_owned()];
    let found = report::elsewhere(tx, P, "2", &activities, &evidence).await?;
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(
        found
            .iter()
            .all(|one| one.period == q1 && one.contract == "C-1")
    );
    told.note("elsewhere", found);
    let own = report::elsewhere(tx, P, "1", &activities, &evidence).await?;
    assert!(own.is_empty());
    Ok(())
}

/// Takes the chain and appends what is missing for `should` to stand.
async fn post(
    tx: &mut Tx,
    contract_id: &str,
    should: Vec<goodmeasure::domain::ledger::posting::Standing>,
    second: i64,
) -> Result<Vec<Posting>, StorageError> {
    let head = chain::lock(tx, P, contract_id).await?.unwrap();
    let stands = posting::all_standing(tx, P, contract_id).await?;
    let postings = difference(contract_id, &head, &stands, should, at(second), ODD);
    posting::append(tx, P, contract_id, &postings).await?;
    Ok(postings)
}

async fn what_it_is_worth(tx: &mut Tx, told: &mut Told) -> Done {
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
    for (second, should) in (50..).zip(steps) {
        chain_so_far.extend(post(tx, "1", should, second).await?);
    }
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
    assert_eq!(
        posting::chain_of(tx, P, "1", 2, 3).await?,
        chain_so_far[2..5]
    );
    assert_eq!(chain::lock(tx, P, "none").await?, None);
    let heads = chain::heads(tx, P).await?;
    assert_eq!(heads[0].1.length, 8);
    assert_eq!(heads[0].1.hash, chain_so_far[7].hash);
    told.note("heads", heads);

    let only = |stands: Vec<goodmeasure::domain::ledger::difference::Stands>| {
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
    Ok(())
}

/// What only reads, and the totals as they were kept and as they are summed anew.
async fn everything(tx: &mut Tx) -> Result<Vec<String>, StorageError> {
    let mut told = Told::default();
    for contract_id in ["1", "2"] {
        let stored = total::stored_contract(tx, P, contract_id).await?;
        assert!(!stored.is_empty());
        assert_eq!(stored, total::recompute_contract(tx, P, contract_id).await?);
        told.note("totals", stored);
        told.note("of contract", total::of_contract(tx, P, contract_id).await?);
    }
    let stored = total::stored_by_anchor(tx, P).await?;
    assert_eq!(stored, total::recompute_by_anchor(tx, P).await?);
    told.note("totals by anchor", stored);
    for query in queries() {
        let rows = total::roll_up(tx, P, &query).await?;
        told.note(&format!("{query:?}"), &rows);
        assert!(total::roll_up(tx, "p2", &query).await?.is_empty());
    }
    let rows = total::roll_up(tx, P, &RollUpQuery::default()).await?;
    let claimed = rows.iter().find(|row| row.stage == Stage::Claimed).unwrap();
    assert_eq!(claimed.sums.worth_pence, 100);
    assert_eq!(claimed.lead_sums.worth_pence, -300);
    assert_eq!(
        (claimed.sums.valued_lines, claimed.lead_sums.valued_lines),
        (2, 1)
    );
    assert_eq!(claimed.lead_sums.record_only_lines, 1);
    Ok(told.0)
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
    ]
}
