//! V2, V4, V6, V8: the worth of whole lines.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use goodmeasure::catalogue::Catalogue;
use goodmeasure::domain::given::GivenText;
use goodmeasure::domain::valuation::Valued;
use goodmeasure::operations::calculate::{Calculation, CalculationLine, InlineProxy, calculate};
use proptest::prelude::*;

use super::cases;
use super::oracle::{decimal, pence, text_of};
use super::unit_values::{carbon, effort};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::shipped().unwrap());

/// Values one line by the shipped edition.
fn value(line: CalculationLine) -> Valued {
    value_with(line, Vec::new())
}

fn value_with(line: CalculationLine, inline_proxies: Vec<InlineProxy>) -> Valued {
    let asked = Calculation {
        edition: "open-uk/2026".to_owned(),
        lines: vec![line],
        inline_proxies,
    };
    calculate(&CATALOGUE, &asked)
        .unwrap()
        .lines
        .remove(0)
        .unwrap()
}

fn line(measure: &str, period: &str, quantity: &str) -> CalculationLine {
    CalculationLine {
        measure: measure.to_owned(),
        period: period.to_owned(),
        given: GivenText {
            quantity: Some(quantity.to_owned()),
            ..GivenText::default()
        },
        ..CalculationLine::default()
    }
}

fn worth(valued: &Valued) -> BigInt {
    BigInt::from(valued.worth.pence().unwrap())
}

/// A quantity text of at most six places, short or long.
fn quantity() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_i64..100_000_000, 0_usize..7).prop_map(|(digits, places)| text_of(digits, places)),
        (0_i64..100_000_000_000_000).prop_map(|digits| text_of(digits, 6)),
    ]
}

/// The same above and below zero, for measures that allow harm.
fn signed_quantity() -> impl Strategy<Value = String> {
    (quantity(), any::<bool>()).prop_map(|(quantity, harm)| match harm {
        true => format!("-{quantity}"),
        false => quantity,
    })
}

/// A unit value of at most twelve places and a hundred thousand pounds.
fn unit_value() -> impl Strategy<Value = String> {
    prop_oneof![
        (1_i64..10_000_000, 2_usize..13).prop_map(|(digits, places)| text_of(digits, places)),
        (1_i64..100_000_000_000_000_000).prop_map(|digits| text_of(digits, 12)),
    ]
}

fn share() -> impl Strategy<Value = (i64, i64)> {
    (1_i64..500).prop_flat_map(|lower| (1..=lower, Just(lower)))
}

/// The quarters of a year that start in calendar year `year`, April first.
fn quarter(index: usize) -> (String, i32) {
    let year = 2026 + i32::try_from(index / 4).unwrap();
    let label = format!("{year}-{:02}-Q{}", (year + 1) % 100, index % 4 + 1);
    (label, if index % 4 == 3 { year + 1 } else { year })
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn a_plain_line_with_a_share(quantity in quantity(), (over, under) in share(), unit_value in unit_value()) {
        let mut asked = line("thing", "2026-27-Q1", &quantity);
        asked.contract_share = Some(format!("{over}/{under}"));
        let product = decimal(&quantity) * decimal(&unit_value);
        let expected = pence(&product, over, under);
        prop_assume!(expected <= BigInt::from(10).pow(15));
        let inline = InlineProxy {
            code: "thing".to_owned(),
            unit: "thing".to_owned(),
            value: unit_value,
            column: "social".to_owned(),
            source_title: "invented".to_owned(),
            ..InlineProxy::default()
        };
        prop_assert_eq!(worth(&value_with(asked, vec![inline])), expected);
    }

    /// Each end of a line is its own product, rounded once, and the worth lies between them (V14).
    #[test]
    fn the_ends_of_a_line(quantity in quantity(), (over, under) in share(), mut values in proptest::array::uniform3(1_i64..10_000_000_000)) {
        values.sort_unstable();
        let texts = values.map(|digits| text_of(digits, 6));
        let mut asked = line("thing", "2026-27-Q1", &quantity);
        asked.contract_share = Some(format!("{over}/{under}"));
        let expected = texts.each_ref().map(|text| pence(&(decimal(&quantity) * decimal(text)), over, under));
        prop_assume!(expected[2] <= BigInt::from(10).pow(15));
        let [low, central, high] = texts;
        let inline = InlineProxy {
            code: "thing".to_owned(),
            unit: "thing".to_owned(),
            value: central,
            low: Some(low),
            high: Some(high),
            column: "social".to_owned(),
            source_title: "invented".to_owned(),
            ..InlineProxy::default()
        };
        let valued = value_with(asked, vec![inline]);
        let ends = valued.working.ends;
        let end = |end: Option<goodmeasure::domain::amount::Pence>| BigInt::from(end.unwrap().pence());
        prop_assert_eq!([end(ends.low), worth(&valued), end(ends.high)], expected);
    }

    #[test]
    fn an_average_over_whole_periods(quantity in quantity(), months in 1_i64..=12) {
        // A contract of whole months from April: months / 12 of 39,039 pounds a post.
        let mut asked = line("local-job-fte", "2026-27", &quantity);
        let ends = ["2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"];
        asked.contract_ends_on = Some(ends[usize::try_from(months).unwrap() - 1].to_owned());
        let expected = pence(&(decimal(&quantity) * decimal("39039")), months, 12);
        prop_assert_eq!(worth(&value(asked)), expected);
    }

    #[test]
    fn an_average_from_a_day_in_its_month(quantity in quantity(), day in 1_i64..=31) {
        let mut asked = line("local-job-fte", "2026-27-Q3", &quantity);
        asked.contract_starts_on = Some(format!("2026-10-{day:02}"));
        // (32 - day) / 31 of October, November and December: over 31 x 12.
        let expected = pence(&(decimal(&quantity) * decimal("39039")), (32 - day) + 62, 31 * 12);
        prop_assert_eq!(worth(&value(asked)), expected);
    }

    #[test]
    fn carbon_of_a_quarter(quantity in signed_quantity(), index in 0_usize..20) {
        let (period, year) = quarter(index);
        let product = decimal(&quantity) * carbon(year);
        prop_assert_eq!(worth(&value(line("carbon-saved", &period, &quantity))), pence(&product, 1, 1));
    }

    #[test]
    fn miles_of_a_financial_year(quantity in signed_quantity(), year in 2025_i32..2045, (over, under) in share()) {
        let mut asked = line("car-miles-saved", &format!("{year}-{:02}", (year + 1) % 100), &quantity);
        asked.contract_share = Some(format!("{over}/{under}"));
        let tonnes = decimal(&quantity) * decimal("0.26915") / 1000;
        let quarters: BigDecimal = carbon(year) * 3 + carbon(year + 1);
        prop_assert_eq!(worth(&value(asked)), pence(&(tonnes * quarters), over, under * 4));
    }

    #[test]
    fn a_composite_rounds_once(parts in proptest::array::uniform4(0_i64..10_000_000_000), (over, under) in share()) {
        let codes = ["cash", "materials", "hours", "expert-hours"];
        let texts: Vec<String> = parts.iter().map(|digits| text_of(*digits, 6)).collect();
        let components = codes.iter().zip(&texts).map(|(code, text)| ((*code).to_owned(), text.clone()));
        let asked = CalculationLine {
            measure: "community-project".to_owned(),
            period: "2026-27-Q1".to_owned(),
            contract_share: Some(format!("{over}/{under}")),
            given: GivenText {
                components: Some(components.collect::<BTreeMap<_, _>>()),
                ..GivenText::default()
            },
            ..CalculationLine::default()
        };
        let product = decimal(&texts[0])
            + decimal(&texts[1])
            + decimal(&texts[2]) * effort("volunteer-hour")
            + decimal(&texts[3]) * effort("expert-volunteer-hour");
        prop_assert_eq!(worth(&value(asked)), pence(&product, over, under));
    }
}

proptest! {
    #![proptest_config(cases(300))]

    /// Quantities are equal however a period is cut up, to a millionth a piece.
    #[test]
    fn a_year_is_its_quarters_and_its_months(quantity in quantity(), from in 0_i64..365, length in 0_i64..400) {
        let first = chrono::NaiveDate::from_ymd_opt(2026, 4, 1).unwrap() + chrono::Days::new(from.unsigned_abs());
        let last = first + chrono::Days::new(length.unsigned_abs());
        let accrued = |periods: &[String]| -> (i64, i64) {
            let mut micro = 0;
            let mut pieces = 0;
            for period in periods {
                let mut asked = line("local-job-fte", period, &quantity);
                asked.contract_starts_on = Some(first.to_string());
                asked.contract_ends_on = Some(last.to_string());
                let asked = Calculation { edition: "open-uk/2026".to_owned(), lines: vec![asked], inline_proxies: Vec::new() };
                match calculate(&CATALOGUE, &asked).unwrap().lines.remove(0) {
                    Ok(valued) => {
                        micro += valued.quantity.unwrap().micro();
                        pieces += 1;
                    }
                    Err(faults) => assert_eq!(faults[0].code, "period_outside_contract"),
                }
            }
            (micro, pieces)
        };
        let (year, _) = accrued(&["2026-27".to_owned()]);
        let quarters: Vec<String> = (1..=4).map(|quarter| format!("2026-27-Q{quarter}")).collect();
        let months: Vec<String> = (0..12)
            .map(|month| format!("{}-{:02}", 2026 + (month + 3) / 12, (month + 3) % 12 + 1))
            .collect();
        for (cut, pieces) in [accrued(&quarters), accrued(&months)] {
            prop_assert!((cut - year).abs() <= pieces, "{} in pieces, {} whole", cut, year);
        }
    }
}
