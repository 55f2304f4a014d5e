//! Partnerships, keys, editions, the audit, places and organisations.

use std::collections::{BTreeMap, BTreeSet};

use goodmeasure::domain::audit::{Entry, Outcome};
use goodmeasure::domain::edition::EditionId;
use goodmeasure::domain::governance::{
    EditionState, Governed, Proposal, Succession, Way, Withdrawal,
};
use goodmeasure::domain::key::{Key, KeyState};
use goodmeasure::domain::network::Network;
use goodmeasure::domain::policy::{Reach, Role};
use goodmeasure::domain::report;
use goodmeasure::storage::audit::AuditFilter;
use goodmeasure::storage::kept_answer::{self, Taken};
use goodmeasure::storage::key::KeyFilter;
use goodmeasure::storage::organisation::OrganisationFilter;
use goodmeasure::storage::series::KeptSeries;
use goodmeasure::storage::{
    StorageError, Tx, audit, edition, key, organisation, partnership, place, proxy_edition,
    savepoint, series,
};

use super::{Done, Told};
use crate::storage::samples::{self, ODD, P, at, hash};

pub(super) async fn who(tx: &mut Tx, told: &mut Told) -> Done {
    assert_eq!(partnership::find(tx, "none").await?, None);
    told.note("partnership", partnership::find(tx, P).await?);
    partnership::add(tx, "p2", ODD, at(0)).await?;
    told.note("partnerships", partnership::list(tx).await?);

    who_may_call(tx, told).await?;

    edition::record(tx, P, "open-uk/2026", &hash('d'), at(0)).await?;
    let recorded = BTreeMap::from([("open-uk/2026".to_owned(), hash('d'))]);
    assert_eq!(edition::recorded(tx, P).await?, recorded);
    assert!(edition::recorded(tx, "p2").await?.is_empty());

    tables_of_their_own(tx, told).await?;
    series_of_their_own(tx, told).await?;
    what_was_done(tx, told).await?;
    where_and_whom(tx, told).await
}

fn a_key(id: &str, role: Role) -> Key {
    Key {
        id: id.to_owned(),
        holder: "key-1".to_owned(),
        name: ODD.to_owned(),
        role,
        organisations: BTreeSet::from([ODD.to_owned(), "anchor-a".to_owned()]),
        networks: vec![
            Network::parse("10.0.0.0/8").unwrap(),
            Network::parse("::1").unwrap(),
        ],
        prefix: "gm_p1_abc".to_owned(),
        created_at: at(0),
        expires_at: Some(at(1000)),
        rotated_at: None,
        revoked_at: None,
        last_used_at: None,
    }
}

async fn who_may_call(tx: &mut Tx, told: &mut Told) -> Done {
    assert!(!key::any_exists(tx, P).await?);
    let given = a_key("key-1", Role::Administrator);
    key::add(tx, P, &given, &hash('c')).await?;
    assert!(key::any_exists(tx, P).await?);
    assert!(!key::any_exists(tx, "p2").await?);
    let found = key::find_by_secret(tx, P, &hash('c')).await?;
    assert_eq!(found, Some((given.clone(), hash('c'))));
    assert_eq!(key::find_by_secret(tx, "p2", &hash('c')).await?, None);
    assert_eq!(key::find(tx, P, "key-1").await?, Some(given));
    assert_eq!(key::find(tx, "p2", "key-1").await?, None);

    assert!(key::note_use(tx, P, "key-1", at(3), at(-57)).await?);
    assert!(!key::note_use(tx, P, "key-1", at(62), at(2)).await?);
    assert!(key::note_use(tx, P, "key-1", at(63), at(3)).await?);
    assert!(!key::note_use(tx, "p2", "key-1", at(200), at(140)).await?);
    assert!(key::rotate(tx, P, "key-1", at(70), at(90)).await?);
    assert!(!key::rotate(tx, P, "key-1", at(71), at(91)).await?);

    let last = async |tx: &mut Tx, at| key::is_last_administrator(tx, P, "key-1", at).await;
    assert!(last(tx, at(80)).await?);
    key::add(tx, P, &a_key("key-2", Role::Administrator), &hash('e')).await?;
    key::add(tx, P, &a_key("key-3", Role::Supplier), &hash('f')).await?;
    assert!(!last(tx, at(80)).await?, "another lives");
    assert!(last(tx, at(1000)).await?, "the other expired");
    key::take_turn(tx, P).await?;
    assert!(key::revoke(tx, P, "key-2", at(81)).await?);
    assert!(!key::revoke(tx, P, "key-2", at(82)).await?);
    assert!(last(tx, at(82)).await?, "the other was revoked");

    let filters = [
        (None, None),
        (Some(Role::Administrator), None),
        (None, Some(KeyState::Live)),
        (None, Some(KeyState::Expired)),
        (Some(Role::Administrator), Some(KeyState::Revoked)),
    ];
    for (role, state) in filters {
        let filter = KeyFilter { role, state };
        let page = key::list(tx, P, filter, at(90), None, 2).await?;
        let after = page.last().map(|last| last.id.clone());
        let rest = key::list(tx, P, filter, at(90), after.as_deref(), 2).await?;
        let ids = page.iter().chain(&rest).map(|key| key.id.clone());
        let ids: Vec<String> = ids.collect();
        told.note("keys", (ids, page, rest));
    }
    assert!(
        key::list(tx, "p2", KeyFilter::default(), at(0), None, 2)
            .await?
            .is_empty()
    );
    Ok(())
}

/// A table goes all its way, and only from the state and the revision it is in.
async fn tables_of_their_own(tx: &mut Tx, told: &mut Told) -> Done {
    let id = EditionId::parse("our-table/1").unwrap();
    let done = |second: i64| report::Done {
        at: at(second),
        by: ODD.to_owned(),
    };
    let mut one = Governed {
        id: id.clone(),
        revision: 1,
        drafted: done(1),
        way: Way::Draft,
    };
    proxy_edition::add(tx, P, &one, ODD).await?;
    assert_eq!(proxy_edition::find(tx, P, &id).await?, Some(one.clone()));
    assert_eq!(proxy_edition::find(tx, "p2", &id).await?, None);
    assert!(!proxy_edition::replace(tx, P, &one, "same").await?);
    one.revision = 2;
    one.drafted = done(2);
    assert!(!proxy_edition::replace(tx, "p2", &one, "other").await?);
    assert!(proxy_edition::replace(tx, P, &one, "other").await?);
    let kept = proxy_edition::document(tx, P, &id).await?;
    assert_eq!(kept.as_deref(), Some("other"));
    assert_eq!(proxy_edition::document(tx, "p2", &id).await?, None);

    let proposal = Proposal { proposed: done(3) };
    let approval = proposal.clone().approved(done(4));
    let publication = approval.clone().published(done(5), hash('a'));
    let succession = Succession {
        by: EditionId::parse("our-table/2").unwrap(),
        done: done(6),
    };
    let withdrawal = Withdrawal {
        because: ODD.to_owned(),
        done: done(7),
    };
    for way in [
        Way::Proposed(proposal),
        Way::Draft,
        Way::Proposed(Proposal { proposed: done(3) }),
        Way::Approved(approval),
        Way::Published(publication.clone()),
        Way::Superseded(publication.clone(), succession.clone()),
        Way::Withdrawn(publication.clone(), Some(succession), withdrawal.clone()),
        Way::Withdrawn(publication, None, withdrawal),
    ] {
        let before = one.way.state();
        one.way = way;
        let other = Governed {
            revision: 1,
            ..one.clone()
        };
        assert!(!proxy_edition::advance(tx, P, &other, before).await?);
        assert!(!proxy_edition::advance(tx, "p2", &one, before).await?);
        assert!(proxy_edition::advance(tx, P, &one, before).await?);
        let again = proxy_edition::advance(tx, P, &one, EditionState::Draft).await?;
        assert_eq!(again, one.way == Way::Draft);
        assert_eq!(proxy_edition::find(tx, P, &id).await?, Some(one.clone()));
    }
    one.revision = 3;
    assert!(!proxy_edition::replace(tx, P, &one, "late").await?);
    told.note("tables", proxy_edition::all(tx, P).await?);
    assert!(proxy_edition::all(tx, "p2").await?.is_empty());
    Ok(())
}

/// Each release is kept once, and a table rests on those it names.
async fn series_of_their_own(tx: &mut Tx, told: &mut Told) -> Done {
    let one = |name: &str, release: &str| KeptSeries {
        name: name.to_owned(),
        release: release.to_owned(),
        document: ODD.to_owned(),
        digest: hash('a'),
        added: report::Done {
            at: at(1),
            by: ODD.to_owned(),
        },
    };
    let key = |name: &str, release: &str| (name.to_owned(), release.to_owned());
    let all = [one("a", "2"), one("a-b", "1"), one("b", "1"), one("b", "2")];
    for kept in &all {
        series::add(tx, P, kept).await?;
    }
    let keys = series::keys(tx, P).await?;
    assert_eq!(
        keys,
        [key("a", "2"), key("a-b", "1"), key("b", "1"), key("b", "2")]
    );
    assert!(series::keys(tx, "p2").await?.is_empty());
    let some = series::between(tx, P, &key("a-b", "1"), &key("b", "1")).await?;
    assert_eq!(some, all[1..3]);
    let none = series::between(tx, "p2", &key("a", ""), &key("b", "9")).await?;
    assert!(none.is_empty());
    assert_eq!(series::of_name(tx, P, "b").await?, all[2..]);
    assert!(series::of_name(tx, "p2", "b").await?.is_empty());

    let edition = EditionId::parse("our-table/1").unwrap();
    series::rest(tx, P, &edition, &[key("b", "1"), key("a", "2")]).await?;
    let rests = series::of_edition(tx, P, &edition).await?;
    assert_eq!(rests, [all[0].clone(), all[2].clone()]);
    assert!(series::of_edition(tx, "p2", &edition).await?.is_empty());
    series::rest(tx, P, &edition, &[key("b", "2")]).await?;
    told.note("rests", series::of_edition(tx, P, &edition).await?);
    series::rest(tx, P, &edition, &[]).await?;
    assert!(series::of_edition(tx, P, &edition).await?.is_empty());
    Ok(())
}

async fn what_was_done(tx: &mut Tx, told: &mut Told) -> Done {
    assert_eq!(audit::head(tx, P, "").await?, None);
    let mut before = String::new();
    for (number, contract) in [(1, ""), (2, ""), (1, "1")] {
        let head = audit::take(tx, P, contract).await?;
        assert_eq!(head.length, number - 1);
        let entry = Entry {
            sequence: number,
            id: format!("a-{contract}{number}"),
            recorded_at: at(3 + number),
            actor: format!("key-{number}"),
            roles: vec![Role::Commissioner, Role::Supplier],
            action: "add_place".to_owned(),
            subject: "place".to_owned(),
            subject_id: ODD.to_owned(),
            outcome: Outcome::Done,
            before: (number == 2).then(|| "{\"n\":1}".to_owned()),
            after: None,
            hash: hash('e'),
        };
        audit::append(tx, P, contract, &entry).await?;
        before = entry.id;
    }
    told.note("audit", audit::chain_of(tx, P, "", 0, 10).await?);
    assert_eq!(audit::chain_of(tx, P, "", 1, 10).await?.len(), 1);
    told.note("its ends", audit::head(tx, P, "").await?);
    assert_eq!(audit::chains(tx, P).await?, ["", "1"]);
    assert!(audit::unsealed(tx, P).await?.is_empty());
    // What has a hash keeps it.
    audit::seal(tx, P, "", &[(1, hash('f'))], None).await?;
    let everything = Reach::Everything;
    let all = AuditFilter::default();
    told.note(
        "newest",
        audit::list(tx, P, &everything, &all, None, 2).await?,
    );
    let place = Some((at(4), before));
    told.note(
        "next",
        audit::list(tx, P, &everything, &all, place.as_ref(), 2).await?,
    );
    let of = |holder: &str| Reach::Of {
        held_by: BTreeSet::from([holder.to_owned()]),
        supplied_by: BTreeSet::from(["anchor-a".to_owned()]),
    };
    let within = audit::list(tx, P, &of("anchor-a"), &all, None, 9).await?;
    assert_eq!(within.len(), 1);
    assert_eq!(within[0].contract.as_deref(), Some("1"));
    assert!(
        audit::list(tx, P, &of("supplier"), &all, None, 9)
            .await?
            .is_empty()
    );
    for contract in [None, Some("1"), Some("2")] {
        for (actor, action, subject, outcome) in [
            (Some("key-1"), None, None, None),
            (None, Some("add_place"), Some("place"), Some(Outcome::Done)),
            (None, None, None, Some(Outcome::Refused)),
            (None, None, Some("return"), None),
        ] {
            let filter = AuditFilter {
                actor: actor.map(str::to_owned),
                action: action.map(str::to_owned),
                subject: subject.map(str::to_owned),
                contract: contract.map(str::to_owned),
                from: Some(at(4)),
                before: Some(at(5)),
                outcome,
            };
            let found = audit::list(tx, P, &everything, &filter, None, 9).await?;
            told.note(
                "filtered",
                found.iter().map(|one| &one.entry.id).collect::<Vec<_>>(),
            );
        }
    }
    Ok(())
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
            ..OrganisationFilter::default()
        };
        let page = organisation::list(tx, P, &filter, None, 2).await?;
        let after = page.last().map(|last| last.id.clone());
        let rest = organisation::list(tx, P, &filter, after.as_deref(), 2).await?;
        told.note("organisations", (page, rest));
    }
    let named = |name: &str| OrganisationFilter {
        name: Some(name.to_owned()),
        ..OrganisationFilter::default()
    };
    let known_by = |scheme: &str, id: &str| OrganisationFilter {
        identifier: Some((scheme.to_owned(), id.to_owned())),
        ..OrganisationFilter::default()
    };
    let located = |code: &str| OrganisationFilter {
        places: Some(vec![code.to_owned()]),
        ..OrganisationFilter::default()
    };
    let mut odd = samples::organisation("odd", false, None);
    odd.name = "100% Ÿnys_Môn! \\ LTD".to_owned();
    odd.place = None;
    organisation::add(tx, P, &odd).await?;
    for (count, filter) in [
        (3, named("THE")),
        (2, named("e anchor-")),
        (1, named("% ")),
        (1, named("s_m")),
        (1, named("n! \\ ltd")),
        (1, named("Ÿnys_môn")),
        (0, named("ÿnys")),
        (0, named("m_n")),
        (1, known_by("GB-LAE", "2-anchor-b")),
        (0, known_by("GB-COH", "2-anchor-b")),
        (3, located("north")),
        (0, located("all")),
    ] {
        let found = organisation::list(tx, P, &filter, None, 9).await?;
        assert_eq!(found.len(), count, "{filter:?}");
        told.note("organisations filtered", found);
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

/// Pieces of a transaction that are taken back alone, also where a statement was refused.
pub(super) async fn pieces(tx: &mut Tx) -> Done {
    let known = ["supplier".to_owned(), "anchor-a".to_owned()];
    let supplier = organisation::find(tx, P, "supplier").await?;
    let supplier = supplier.expect("the ground is laid");
    let before = organisation::names(tx, P, &known).await?;
    for _ in 0..2 {
        savepoint::set(tx).await?;
        let twice = organisation::add(tx, P, &supplier).await;
        assert!(
            matches!(twice, Err(StorageError::Duplicate { .. })),
            "{twice:?}"
        );
        savepoint::take_back(tx).await?;
        assert_eq!(organisation::names(tx, P, &known).await?, before);
    }
    savepoint::set(tx).await?;
    savepoint::keep(tx).await
}

/// Answers kept under names.
pub(super) async fn answers_kept(tx: &mut Tx, told: &mut Told) -> Done {
    let (now, past) = (samples::at(9), samples::at(1));
    let claim = ("name", "first");
    let first = kept_answer::take(tx, P, "key", claim, samples::at(2), past).await?;
    assert_eq!(first, Taken::Now);
    kept_answer::fill(tx, P, "key", "name", ODD).await?;
    let again = kept_answer::take(tx, P, "key", ("name", "second"), now, past).await?;
    told.note("kept", format!("{again:?}"));
    assert!(
        matches!(again, Taken::Before { ref fingerprint, ref answer }
        if fingerprint == "first" && answer.as_deref() == Some(ODD))
    );
    for (partnership, actor) in [(P, "other"), ("p2", "key")] {
        let other = kept_answer::take(tx, partnership, actor, claim, now, past).await?;
        assert_eq!(other, Taken::Now);
    }
    // What was last used before the moment given is free again, and can be forgotten.
    let later = kept_answer::take(tx, P, "key", claim, now, samples::at(3)).await?;
    assert_eq!(later, Taken::Now);
    assert_eq!(kept_answer::forget(tx, P, now).await?, 0);
    assert_eq!(kept_answer::forget(tx, P, samples::at(10)).await?, 2);
    Ok(())
}
