//! The bridge between two states of a contract: each effect against an oracle, and all of them against what is posted.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bigdecimal::num_bigint::BigInt;
use goodmeasure::catalogue::Catalogue;
use goodmeasure::catalogue::table::{Head, Table, TableGiven, bring};
use goodmeasure::domain::amount::{Quantity, Share};
use goodmeasure::domain::contract::Contract;
use goodmeasure::domain::edition::Edition;
use goodmeasure::domain::ledger::bridge::{Bridge, Effects, Side, bridge};
use goodmeasure::domain::ledger::posting::Stage;
use goodmeasure::domain::ledger::standing::{Ground, of_return};
use goodmeasure::domain::measure::Column;
use goodmeasure::domain::moment::Moment;
use goodmeasure::domain::period::{Period, Reporting};
use goodmeasure::domain::place::Places;
use goodmeasure::domain::report::{Attestation, Done, ReportLine, Return, Revision, State};
use goodmeasure::domain::valuation::Reported;
use proptest::prelude::*;

use super::ledger::{contract, day};
use super::oracle::{decimal, pence, text_of};

/// Invented values of two editions: another price, another method, another column, no value any more.
const VALUES: [(&str, &str, &str); 4] = [
    ("b1", "70.123456789012", "250.4"),
    ("b2", "3.333333", "1.1175"),
    ("b3", "12.345", "12.345"),
    ("b4", "0.005", ""),
];

fn edition(name: &str, row: impl Fn(usize) -> [&'static str; 3]) -> Edition {
    let mut text = "Ref,Measure,Unit,Proxy Value,Value column,Method,Quantity kind\n".to_owned();
    for (index, (code, ..)) in VALUES.iter().enumerate() {
        let [value, column, method] = row(index);
        text.push_str(&format!(
            "{code},Hours of {code},hour,{value},{column},{method},flow\n"
        ));
    }
    let mut head = Head::default();
    for (field, said) in [
        ("set", "bridge"),
        ("edition", name),
        ("title", "Invented"),
        ("price_base", "2024-25"),
        ("method", "Invented values, gross."),
        ("licence", "CC0-1.0"),
        ("redistribution", "allowed"),
        ("source_title", "Invented"),
        ("source_publisher", "Nobody"),
        ("source_year", "2026"),
        ("source_url", "https://example.org/"),
    ] {
        assert!(head.say(field, said.to_owned()), "{field}");
    }
    let given = TableGiven {
        head,
        table: Table::Csv(text),
    };
    let shipped = &*SHIPPED;
    bring(shipped, &[], &shipped.places, &given, day("2026-11-22"))
        .unwrap()
        .edition
}

static SHIPPED: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::shipped().unwrap());
static EDITIONS: LazyLock<[Edition; 2]> = LazyLock::new(|| {
    let old = edition("1", |index| [VALUES[index].1, "social", "As found"]);
    let new = edition("2", |index| {
        let method = if index == 1 { "Weighed" } else { "As found" };
        let column = if index == 2 { "effort" } else { "social" };
        [VALUES[index].2, column, method]
    });
    [old, new]
});

/// A return with one line of each measure that has a quantity, in millionths.
fn returned(quantities: &[Option<i64>]) -> Return {
    let line = |(index, micro): (usize, i64)| ReportLine {
        line: index.to_string(),
        measure: VALUES[index].0.to_owned(),
        reported: Reported::Quantity(Quantity::from_micro(micro).unwrap()),
        starters: None,
        place: None,
        target_group: None,
        tier: 0,
        activity: None,
        contract_share: Share::whole(),
        share_and_attribution: None,
        note: None,
        evidence: Vec::new(),
    };
    let done = Done {
        at: Moment::from_micros(1),
        by: "key".to_owned(),
    };
    let given = quantities.iter().copied().enumerate();
    let lines = given.filter_map(|(index, micro)| Some((index, micro?)));
    Return {
        period: Period::parse("2026-27-Q1").unwrap(),
        revisions: vec![Revision {
            number: 1,
            saved: done.clone(),
            state: State::Submitted(done),
            lines: lines.map(line).collect(),
            attestation: Attestation::default(),
        }],
    }
}

fn side<'a>(
    contract: &'a Contract,
    edition: &'a Edition,
    places: &'a Places,
    returns: &'a [Return],
) -> Side<'a> {
    Side {
        ground: Ground {
            contract,
            edition,
            places,
            commitments: &[],
        },
        commitments: &[],
        returns,
    }
}

/// What would be posted of it, in pence by column and measure.
fn posted(side: &Side<'_>) -> BTreeMap<(Column, String), i64> {
    let mut sums = BTreeMap::new();
    for standing in of_return(&side.ground, &side.returns[0]).unwrap() {
        let content = standing.content;
        if let Some((column, pence)) = content.column.zip(content.worth.pence()) {
            *sums.entry((column, content.measure)).or_default() += pence;
        }
    }
    sums
}

/// What a quantity in millionths is worth in pence.
fn worth(micro: Option<i64>, value: &str) -> BigInt {
    match (micro, value) {
        (None, _) | (_, "") => BigInt::from(0),
        (Some(micro), value) => pence(&(decimal(&text_of(micro, 6)) * decimal(value)), 1, 1),
    }
}

fn sum(bridge: &Bridge, column: Column, measure: &str) -> Effects {
    let key = (Stage::Claimed, column, measure.to_owned());
    bridge.get(&key).copied().unwrap_or_default()
}

fn quantities() -> impl Strategy<Value = Vec<Option<i64>>> {
    let one = proptest::option::weighted(0.8, 0_i64..=1_000_000_000_000);
    proptest::collection::vec(one, VALUES.len())
}

proptest! {
    #![proptest_config(super::cases(1_000))]

    #[test]
    fn the_effects_of_a_bridge_are_those_of_the_oracle_and_add_up(old in quantities(), new in quantities()) {
        let [first, second] = &*EDITIONS;
        let begins = day("2026-04-01");
        let contract = contract(begins, &[(begins, day("2027-03-31"))], Reporting::Quarterly);
        let places = &SHIPPED.places;
        let (before, after) = ([returned(&old)], [returned(&new)]);
        let before = side(&contract, first, places, &before);
        let after = side(&contract, second, places, &after);
        let bridge = bridge(&before, &after).unwrap();
        let (mut was, mut is) = (posted(&before), posted(&after));
        for ((stage, column, measure), way) in &bridge {
            prop_assert_eq!(*stage, Stage::Claimed);
            let key = (*column, measure.clone());
            prop_assert_eq!(way.before, was.remove(&key).unwrap_or_default());
            prop_assert_eq!(way.after, is.remove(&key).unwrap_or_default());
            prop_assert_eq!(way.before + way.delivery + way.price + way.method + way.scope, way.after);
        }
        prop_assert!(was.values().chain(is.values()).all(|pence| *pence == 0));
        for (index, (code, low, high)) in VALUES.iter().enumerate() {
            let (q0, q1) = (old[index], new[index]);
            let way = sum(&bridge, Column::Social, code);
            let told = [way.delivery, way.price, way.method, way.scope].map(BigInt::from);
            let [old_worth, between, new_worth] = [worth(q0, low), worth(q1, low), worth(q1, high)];
            let both = q0.is_some() && q1.is_some();
            let none = BigInt::from(0);
            let anew = &new_worth - &between;
            let gone = -&old_worth;
            let is_new = q0.is_none();
            let expected = match index {
                // The same way of making it: price. What came did so at the value of before, and what went at its own.
                0 if both || is_new => [&between - &old_worth, anew, none.clone(), none],
                1 if both || is_new => [&between - &old_worth, none.clone(), anew, none],
                0 | 1 => [gone, none.clone(), none.clone(), none],
                // Another column, or no value: all of what was there goes.
                _ if both => [none.clone(), none.clone(), none, -old_worth],
                _ => [-old_worth, none.clone(), none.clone(), none],
            };
            prop_assert_eq!(told, expected, "{} {:?} {:?}", code, q0, q1);
        }
    }
}
