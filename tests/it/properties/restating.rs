//! Sums in the prices of another year (V10), against whole numbers over one common divisor.

use bigdecimal::num_bigint::{BigInt, Sign};
use goodmeasure::domain::exact;
use goodmeasure::domain::restating::Restated;
use goodmeasure::domain::uprating::Uprating;
use proptest::prelude::*;

use super::cases;
use super::oracle::text_of;

/// An index of four decimals, as it is published.
fn index() -> impl Strategy<Value = i64> {
    prop_oneof![400_000_i64..2_000_000, 1_i64..10, Just(1_000_000)]
}

fn step((from, to): (i64, i64)) -> Uprating {
    let value = |index: i64| exact::decimal(&text_of(index, 4), 4).unwrap();
    Uprating {
        series: "gdp-deflator".to_owned(),
        release: "invented".to_owned(),
        from_year: "2024-25".to_owned(),
        from_index: value(from),
        to_year: "2026-27".to_owned(),
        to_index: value(to),
        forecast: false,
        growth: None,
        kept: false,
    }
}

/// The sum of `pence x to / from`, to the nearest whole number, half away from zero.
fn expected(all: &[(i64, (i64, i64))]) -> BigInt {
    let lower: BigInt = all
        .iter()
        .map(|(_, (from, _))| BigInt::from(*from))
        .product();
    let parts = all.iter().map(|(pence, (from, to))| {
        BigInt::from(*pence) * BigInt::from(*to) * (&lower / BigInt::from(*from))
    });
    let upper: BigInt = parts.sum();
    let negative = upper.sign() == Sign::Minus;
    let size = if negative { -upper } else { upper };
    let (whole, rest) = (&size / &lower, &size % &lower);
    let up = BigInt::from(i32::from(rest * BigInt::from(2) >= lower));
    if negative { -(whole + up) } else { whole + up }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn v10_a_sum_of_several_bases_is_rounded_once(
        parts in prop::collection::vec((-1_000_000_000_000_i64..1_000_000_000_000, (index(), index())), 0..6),
        face in -1_000_000_000_i64..1_000_000_000,
    ) {
        let mut sum = Restated::default();
        for (pence, indexes) in &parts {
            sum.add(*pence, &step(*indexes));
        }
        sum.add_at_face_value(face);
        let expected = expected(&parts);
        prop_assert_eq!(sum.restated().map(BigInt::from), i64::try_from(&expected).ok().map(BigInt::from));
        prop_assert_eq!(sum.at_face_value(), Some(face));
        prop_assert!(!sum.is_provisional());
    }

    #[test]
    fn v10_there_and_back_again_is_at_most_a_penny_away(pence in -1_000_000_000_i64..1_000_000_000, from in 900_000_i64..1_100_000, to in 900_000_i64..1_100_000) {
        let restated = |pence: i64, indexes| {
            let mut sum = Restated::default();
            sum.add(pence, &step(indexes));
            sum.restated().unwrap()
        };
        let there = restated(pence, (from, to));
        prop_assert!((restated(there, (to, from)) - pence).abs() <= 1);
        prop_assert_eq!(restated(pence, (from, from)), pence);
        prop_assert_eq!(restated(-pence, (from, to)), -there);
    }
}
