//! V2, V16: what a line comes to by the rate of one unit is what it comes to step by step, whatever the measure, the
//! figures, the period, the place, the share and what is adjusted.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use goodmeasure::catalogue::Catalogue;
use goodmeasure::domain::amount::{Quantity, Share};
use goodmeasure::domain::commitment::adjusting::{Adjusted, Adjusting};
use goodmeasure::domain::edition::Edition;
use goodmeasure::domain::effect::Deduction;
use goodmeasure::domain::effect::given::AdjustmentsGiven;
use goodmeasure::domain::measure::{Input, Measure};
use goodmeasure::domain::period::{Period, Span, parse_day};
use goodmeasure::domain::valuation::rate::{RateBook, Worked};
use goodmeasure::domain::valuation::{self, Line, Posts, Reported};
use proptest::prelude::*;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proxies"));
    Catalogue::shipped_with(&[folder]).unwrap()
});

/// Every measure of every edition.
static MEASURES: LazyLock<Vec<(&'static Edition, &'static Measure)>> = LazyLock::new(|| {
    let editions = CATALOGUE.editions.values();
    let all = editions.flat_map(|edition| edition.measures().map(|one| (edition.as_ref(), one)));
    all.collect()
});

fn micro() -> impl Strategy<Value = Quantity> {
    prop_oneof![
        4 => -2_000_000_000_i64..200_000_000_000,
        1 => -1_000_000_000_000_000_i64..=1_000_000_000_000_000,
        1 => Just(0_i64),
    ]
    .prop_map(|micro| Quantity::from_micro(micro).unwrap())
}

/// Figures in the shape of a measure, or in another one.
fn reported(measure: &Measure, figures: &[Quantity; 6], kind: usize) -> Reported {
    let mut next = figures.iter().cycle().copied();
    let mut taken = || next.next().unwrap();
    let codes = || -> Vec<&String> {
        let factors = measure.input.factors().iter();
        let terms = factors.flat_map(|factor| match factor.terms.is_empty() {
            true => vec![&factor.code],
            false => factor.terms.iter().map(|term| &term.code).collect(),
        });
        terms
            .chain(measure.input.parts().iter().map(|part| &part.code))
            .collect()
    };
    match kind {
        0 => Reported::Quantity(taken()),
        1 => Reported::Components(
            codes()
                .into_iter()
                .map(|code| (code.clone(), taken()))
                .collect(),
        ),
        2 => Reported::Components(
            codes()
                .into_iter()
                .skip(1)
                .map(|code| (code.clone(), taken()))
                .collect(),
        ),
        3 => Reported::Planned {
            quantity: Some(taken()),
            parts: measure
                .input
                .parts()
                .iter()
                .map(|part| (part.code.clone(), taken()))
                .collect(),
        },
        4 => Reported::Planned {
            quantity: None,
            parts: BTreeMap::new(),
        },
        5 => Reported::Ratio {
            numerator: taken(),
            denominator: taken(),
        },
        6 => Reported::Answer(true),
        _ => match measure.input {
            Input::Plain => Reported::Quantity(taken()),
            _ => Reported::Components(
                codes()
                    .into_iter()
                    .map(|code| (code.clone(), taken()))
                    .collect(),
            ),
        },
    }
}

fn adjusting(deadweight: &str) -> Adjusting {
    let given = AdjustmentsGiven {
        deductions: vec![(Deduction::Deadweight, Some(deadweight.to_owned()))],
        ..AdjustmentsGiven::default()
    };
    let mut faults = Vec::new();
    Adjusting {
        changes: given.read(&mut faults),
        reason: "looked at".to_owned(),
    }
}

proptest! {
    #![proptest_config(super::cases(2_000))]

    #[test]
    fn v2_a_line_by_the_rate_of_a_unit_is_the_line_itself(
        chosen in any::<prop::sample::Index>(),
        figures in proptest::collection::vec((proptest::array::uniform6(micro()), 0_usize..12), 1..6),
        period in prop::sample::select(vec!["2025-26", "2026-27-Q1", "2026-27-Q4", "2027-02", "2041-42"]),
        (starts_on, ends_on) in prop::sample::select(vec![("2020-01-01", "2060-12-31"), ("2026-05-17", "2027-02-11")]),
        place in prop::sample::select(vec![None, Some("halton"), Some("liverpool"), Some("england")]),
        share in prop::sample::select(vec!["1", "1/3", "999999/1000000"]),
        why in any::<bool>(),
        accrued in any::<bool>(),
        adjusted in prop::sample::select(vec![None, Some("0.5"), Some("0")]),
    ) {
        let (edition, measure) = MEASURES[chosen.index(MEASURES.len())];
        let mut book = RateBook::of(edition, &CATALOGUE.places);
        let share = Share::parse(share).unwrap();
        let adjusting = adjusted.map(adjusting);
        // One book for several lines that differ in their figures alone.
        for (figures, kind) in &figures {
            let reported = reported(measure, figures, *kind);
            let line = Line {
                measure,
                period: Period::parse(period).unwrap(),
                inside: Span { from: parse_day(starts_on).unwrap(), to: parse_day(ends_on).unwrap() },
                reported: &reported,
                posts: if accrued { Posts::Accrued } else { Posts::Average },
                contract_share: &share,
                share_and_attribution: why.then_some("agreed"),
                adjusted: adjusting.as_ref().map(|by| Adjusted { commitment: 1, by }),
                place,
                unit_conversion: None,
            };
            let expected = valuation::value(edition, &CATALOGUE.places, &line);
            let expected = expected.map(|valued| Worked::of(edition, &valued));
            prop_assert_eq!(book.value(&line), expected, "{} {:?}", &measure.code, &reported);
        }
    }
}
