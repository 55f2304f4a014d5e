//! V9: net unit values, worked out again with decimals of a hundred digits.

use std::sync::LazyLock;

use bigdecimal::{BigDecimal, RoundingMode};
use goodmeasure::catalogue::Catalogue;
use goodmeasure::domain::effect::Deduction;
use goodmeasure::domain::effect::given::AdjustmentsGiven;
use goodmeasure::domain::exact::exact_text;
use goodmeasure::domain::given::GivenText;
use goodmeasure::operations::calculate::{Calculation, CalculationLine, InlineProxy, calculate};
use proptest::prelude::*;

use super::cases;
use super::oracle::{decimal, text_of};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::shipped().unwrap());
const DIGITS: u64 = 120;

/// The net unit value that the program multiplies by.
fn net(value: &str, adjustments: AdjustmentsGiven) -> BigDecimal {
    let line = CalculationLine {
        measure: "thing".to_owned(),
        period: "2026-27".to_owned(),
        given: GivenText {
            quantity: Some("1".to_owned()),
            ..GivenText::default()
        },
        ..CalculationLine::default()
    };
    let inline = InlineProxy {
        code: "thing".to_owned(),
        unit: "thing".to_owned(),
        value: value.to_owned(),
        column: "local_economic".to_owned(),
        source_title: "invented".to_owned(),
        claim: Some("once_at_event".to_owned()),
        adjustments,
        ..InlineProxy::default()
    };
    let asked = Calculation {
        edition: "open-uk/2026".to_owned(),
        lines: vec![line],
        inline_proxies: vec![inline],
    };
    let valued = calculate(&CATALOGUE, &asked)
        .unwrap()
        .lines
        .remove(0)
        .unwrap();
    decimal(&exact_text(&valued.working.parts[0].unit_value.net.central))
}

/// The rate of a year under the standard or the health schedule of the Green Book, in percent.
fn percent(health: bool, year: u32) -> BigDecimal {
    let rates = if health {
        ["1.5", "1.29", "1.07", "0.86"]
    } else {
        ["3.5", "3.0", "2.5", "2.0"]
    };
    decimal(match year {
        0..=30 => rates[0],
        31..=75 => rates[1],
        76..=125 => rates[2],
        _ => rates[3],
    })
}

fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_i64..=1_000_000).prop_map(|digits| text_of(digits, 6)),
        (0_i64..=10).prop_map(|digits| text_of(digits, 1)),
    ]
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_net_unit_value_is_the_sum_of_its_discounted_years(
        digits in 1_i64..1_000_000_000_000_000,
        parts in proptest::array::uniform5(part()),
        drop_off in part(),
        multiplier in 1_i64..5_000_000,
        (starts, duration) in (0_u32..100, 1_u32..80),
        health in any::<bool>(),
    ) {
        let value = text_of(digits, 6);
        let multiplier = text_of(multiplier, 6);
        let one = decimal("1");
        let mut pounds = decimal(&value) * decimal(&multiplier);
        for part in &parts {
            pounds *= &one - decimal(part);
        }
        let mut factor: BigDecimal = one.clone();
        let mut sum = decimal("0");
        for year in 0..starts + duration {
            if year > 0 {
                let growth = &one + percent(health, year) / 100;
                let next: BigDecimal = factor.with_prec(DIGITS) / growth;
                factor = next.with_prec(DIGITS);
            }
            if year > starts {
                pounds = (pounds * (&one - decimal(&drop_off))).with_prec(DIGITS);
            }
            if year >= starts {
                sum += &pounds * &factor;
            }
        }
        let schedule = if health { "health" } else { "standard" };
        let adjustments = AdjustmentsGiven {
            deductions: Deduction::ALL
                .iter()
                .zip(&parts)
                .map(|(what, part)| (*what, Some(part.clone())))
                .collect(),
            multiplier: Some(multiplier),
            starts_after_years: Some(i64::from(starts)),
            duration_years: Some(i64::from(duration)),
            drop_off: Some(drop_off).filter(|_| duration > 1),
            discounted_by: Some(format!("discount-rates/{schedule}")),
        };
        let expected = sum.with_scale_round(12, RoundingMode::HalfUp);
        prop_assert_eq!(net(&value, adjustments), expected);
    }
}
