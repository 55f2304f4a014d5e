//! Splits between anchor institutions (V12), and targets spread over periods (L2, V4).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use goodmeasure::catalogue::Catalogue;
use goodmeasure::domain::amount::{Quantity, Share};
use goodmeasure::domain::commitment::{Commitment, Planned, Target, TargetVersion};
use goodmeasure::domain::contract::{Contract, Shares, Terms};
use goodmeasure::domain::edition::EditionId;
use goodmeasure::domain::funding::{ContractKind, Funding, FundingSource};
use goodmeasure::domain::ledger::split;
use goodmeasure::domain::measure::Measure;
use goodmeasure::domain::moment::Moment;
use goodmeasure::domain::period::{Day, Period, Reporting, parse_day};
use goodmeasure::domain::valuation::Reported;
use num_bigint::BigInt;
use proptest::prelude::*;

/// Shares in whole parts of their sum.
fn shares(parts: &[i64]) -> Shares {
    let sum: i64 = parts.iter().sum();
    let named = parts.iter().enumerate().map(|(index, part)| {
        let share = Share::parse(&format!("{part}/{sum}")).unwrap();
        (format!("anchor {index}"), share)
    });
    Shares::new(named.collect()).unwrap()
}

pub(super) fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// A contract from 2026 on; each later version ends on another day.
pub(super) fn contract(starts_on: Day, ends: &[(Day, Day)], reporting: Reporting) -> Contract {
    let version = |(index, (effective_on, ends_on)): (usize, &(Day, Day))| Terms {
        version: index as i64 + 1,
        effective_on: *effective_on,
        recorded_at: Moment::from_micros(10 * index as i64),
        reason: None,
        title: "A contract".to_owned(),
        value: None,
        value_gross: None,
        ends_on: *ends_on,
        may_extend_to: None,
        place: None,
        shares: shares(&[1]),
    };
    Contract {
        id: "c".to_owned(),
        reference: "C-1".to_owned(),
        ocid: None,
        kind: ContractKind::Contract,
        funding: Funding::of(FundingSource::ContractPrice),
        supplier: "s".to_owned(),
        starts_on,
        reporting,
        edition: EditionId::parse("open-uk/2026").unwrap(),
        created_at: Moment::from_micros(0),
        versions: ends.iter().enumerate().map(version).collect(),
        rebasings: Vec::new(),
    }
}

fn commitment(measure: &str, targets: &[(Day, i64)]) -> Commitment {
    let version = |(index, (effective_on, micro)): (usize, &(Day, i64))| TargetVersion {
        version: index as i64 + 1,
        effective_on: *effective_on,
        recorded_at: Moment::from_micros(10 * index as i64 + 5),
        reason: None,
        target: Target::Whole(Reported::Planned {
            quantity: Quantity::from_micro(*micro),
            parts: BTreeMap::new(),
        }),
        adjusting: None,
    };
    Commitment {
        number: 1,
        measure: measure.to_owned(),
        kpi: true,
        counted_separately: None,
        place: None,
        recorded_at: Moment::from_micros(5),
        versions: targets.iter().enumerate().map(version).collect(),
    }
}

static SHIPPED: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::shipped().unwrap());

fn measure(code: &str) -> &'static Measure {
    let id = EditionId::parse("open-uk/2026").unwrap();
    SHIPPED.editions[&id].measure(code).unwrap()
}

fn micro(planned: &Planned) -> i64 {
    match &planned.reported {
        Reported::Planned { quantity, .. } => quantity.unwrap().micro(),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(super::cases(500))]

    #[test]
    fn v12_parts_sum_to_the_whole_and_lie_within_one_of_their_share(
        whole in -1_000_000_000_000_000_i64..=1_000_000_000_000_000,
        parts in proptest::collection::vec(1_i64..=50, 1..=20),
        line in "[a-z0-9]{1,8}",
    ) {
        let shares = shares(&parts);
        let offset = split::offset("C-1", Period::parse("2026-27-Q1").unwrap(), &line);
        let split = split::parts(whole, &shares, offset);
        prop_assert_eq!(split.iter().sum::<i64>(), whole);
        let sum: i64 = parts.iter().sum();
        for (got, part) in split.iter().zip(&parts) {
            // |got - whole * part / sum| < 1, without dividing.
            let apart = BigInt::from(*got) * sum - BigInt::from(whole) * *part;
            prop_assert!(apart < BigInt::from(sum) && apart > BigInt::from(-sum), "{got} of {whole}");
        }
    }

    #[test]
    fn l2_a_bare_target_is_spread_exactly(
        target in 0_i64..=1_000_000_000_000_000,
        start in 0_u64..400,
        length in 1_u64..1500,
        calendar in 0_usize..3,
    ) {
        let starts_on = day("2026-04-01") + chrono::Days::new(start);
        let ends_on = starts_on + chrono::Days::new(length);
        let contract = contract(starts_on, &[(starts_on, ends_on)], Reporting::ALL[calendar]);
        for code in ["volunteering-hours", "local-job-fte"] {
            let plan = commitment(code, &[(starts_on, target)]).plan(&contract, measure(code));
            prop_assert_eq!(plan.iter().map(micro).sum::<i64>(), target);
            prop_assert_eq!(plan.len(), contract.periods().len());
        }
    }

    #[test]
    fn l2_an_amendment_keeps_what_has_begun_and_the_whole(
        first in 0_i64..=1_000_000_000,
        second in 0_i64..=1_000_000_000,
        amended in 0_u64..700,
        longer in 0_u64..900,
    ) {
        let starts_on = day("2026-05-17");
        let ends_on = day("2028-06-30");
        let amended_on = starts_on + chrono::Days::new(amended);
        let extended = [(starts_on, ends_on), (amended_on, ends_on + chrono::Days::new(longer))];
        let contract = contract(starts_on, &extended, Reporting::Quarterly);
        let hours = measure("volunteering-hours");
        let before = commitment("volunteering-hours", &[(starts_on, first)]).plan(&contract, hours);
        let commitment = commitment("volunteering-hours", &[(starts_on, first), (amended_on, second)]);
        let after = commitment.plan(&contract, hours);
        prop_assert_eq!(before.iter().map(micro).sum::<i64>(), first);
        prop_assert_eq!(after.iter().map(micro).sum::<i64>(), second);
        for (old, new) in before.iter().zip(&after) {
            if old.period.from().max(starts_on) < amended_on {
                prop_assert_eq!(old, new);
            }
        }
        let replayed = commitment.as_known_at(Moment::from_micros(5)).unwrap();
        let known_then = contract.as_known_at(Moment::from_micros(5));
        let then = replayed.plan(&known_then, hours);
        prop_assert_eq!(then.iter().map(micro).sum::<i64>(), first);
    }
}
