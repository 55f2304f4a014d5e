//! V1 to V3: reading, printing, rounding.

use bigdecimal::{BigDecimal, RoundingMode};
use goodmeasure::domain::amount::{Pence, Quantity, pounds_text};
use goodmeasure::domain::exact;
use proptest::prelude::*;

use super::cases;
use super::oracle::{decimal, text_of};

fn plain(value: &BigDecimal) -> String {
    let text = value.normalized().to_plain_string();
    if text == "-0" { "0".to_owned() } else { text }
}

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn what_is_printed_reads_back_the_same(digits in -i64::MAX..i64::MAX, places in 0_usize..13) {
        let text = text_of(digits, places);
        let value = exact::decimal(&text, 12).unwrap();
        let printed = exact::text(&value, 12);
        prop_assert_eq!(&printed, &plain(&decimal(&text)));
        prop_assert_eq!(exact::decimal(&printed, 12).unwrap(), value);
    }

    #[test]
    fn a_quantity_reads_back_or_is_refused(digits in any::<i64>(), places in 0_usize..9) {
        let text = text_of(digits.max(-i64::MAX), places);
        let size = decimal(&text).abs();
        let fits = places <= 6 && size <= decimal("1000000000");
        match Quantity::parse(&text) {
            Ok(quantity) => {
                prop_assert!(fits, "{} was taken", text);
                prop_assert_eq!(quantity.to_string(), plain(&decimal(&text)));
                prop_assert_eq!(Quantity::from_micro(quantity.micro()), Some(quantity));
            }
            Err(_) => prop_assert!(!fits, "{} was refused", text),
        }
    }

    #[test]
    fn rounding_is_half_away_from_zero(digits in -1_000_000_000_000_i64..1_000_000_000_000, places in 0_usize..7, to in 0_usize..7) {
        let text = text_of(digits, places);
        let came = exact::text(&exact::round_to(&exact::decimal(&text, 6).unwrap(), to), 6);
        let expected = decimal(&text).with_scale_round(i64::try_from(to).unwrap(), RoundingMode::HalfUp);
        prop_assert_eq!(came, plain(&expected));
    }

    #[test]
    fn pounds_have_two_places_and_keep_every_penny(pence in -1_000_000_000_000_000_i64..=1_000_000_000_000_000) {
        let text = pounds_text(pence);
        prop_assert_eq!(&text, &text_of(pence, 2));
        prop_assert_eq!(Pence::parse_pounds(&text).unwrap().pence(), pence);
    }

    #[test]
    fn no_text_stops_the_reader(text in "\\PC{0,70}") {
        // Whatever is taken is a plain decimal that prints as itself, but for zeros before and after.
        if let Ok(value) = exact::decimal(&text, 60) {
            prop_assert_eq!(exact::text(&value, 60), plain(&decimal(&text)));
        }
        let _ = exact::decimal_or_fraction(&text, 12);
    }

    #[test]
    fn fractions_keep_their_exact_value(upper in -1_000_000_i64..1_000_000, lower in 1_i64..1_000_000) {
        let value = exact::decimal_or_fraction(&format!("{upper}/{lower}"), 12).unwrap();
        prop_assert_eq!(value, exact::ratio(upper, lower));
    }
}
