//! V10: powers of ratios, worked out again by Newton's method, and their error bound.

use bigdecimal::BigDecimal;
use goodmeasure::domain::exact::{Exact, exact_text, power, ratio};
use proptest::prelude::*;

use super::oracle::decimal;
use super::{cases, oracle};

fn shown(value: &Exact) -> BigDecimal {
    decimal(&exact_text(value))
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn a_power_is_the_nearest_of_twelve_places(upper in 1_i64..1_000_000, lower in 1_i64..1_000_000, over in 1_u32..40, under in 1_u32..20) {
        // Ratios between a hundredth and a hundred: no growth is larger.
        prop_assume!(upper < lower * 100 && lower < upper * 100 && over < under * 4);
        let base = BigDecimal::from(upper).with_prec(120) / BigDecimal::from(lower).with_prec(120);
        let came = power(&ratio(upper, lower), (over, under), 12).unwrap();
        prop_assert_eq!(shown(&came), oracle::power(&base, over, under));
    }

    /// Whatever the power, half of the last place on either side of it holds the truth.
    #[test]
    fn wellbeing_grows_within_its_error_bound(now in 20_000_i64..60_000, then in 20_000_i64..60_000) {
        let came = power(&ratio(now, then), (13, 10), 12).unwrap();
        let half = ratio(1, 2_000_000_000_000);
        let truth = (0..13).fold(ratio(1, 1), |product, _| product * ratio(now, then));
        let tenth = |number: Exact| (0..10).fold(ratio(1, 1), |product, _| product * &number);
        prop_assert!(tenth(&came - &half) <= truth);
        prop_assert!(truth < tenth(&came + &half));
    }
}
