//! Splitting a line between the anchor institutions of a shared contract (V12).

use super::super::contract::Shares;
use super::super::exact;
use super::super::period::Period;
use super::super::seal::Seal;

/// A part of one, in 2^64ths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offset(u64);

/// An offset in [0, 1) that belongs to a line: the same in every stage and on every database,
/// so that over many lines no anchor institution is favoured.
#[must_use]
pub fn offset(contract_reference: &str, period: Period, line: &str) -> Offset {
    let hash = Seal::new()
        .text(contract_reference)
        .text(&period.label())
        .text(line)
        .bytes();
    let upper = hash
        .iter()
        .take(8)
        .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    Offset(upper)
}

/// The parts of a whole: with cumulative shares c, the part of anchor i is
/// `floor(c[i] w + u) - floor(c[i-1] w + u)`. Parts sum to the whole, each within one of its exact share.
#[must_use]
pub fn parts(whole: i64, shares: &Shares, offset: Offset) -> Vec<i64> {
    let mut cumulative = exact::zero();
    let mut before = 0;
    shares
        .parts()
        .iter()
        .map(|(_, share)| {
            cumulative += share.exact();
            // At most the whole, which has 64 bits.
            let upto = cumulative.times_floored(whole, offset.0).unwrap_or(before);
            let part = upto - before;
            before = upto;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::amount::Share;
    use super::*;

    fn thirds() -> Shares {
        let third = Share::parse("1/3").unwrap();
        Shares::new(
            ["a", "b", "c"]
                .map(|anchor| (anchor.to_owned(), third.clone()))
                .to_vec(),
        )
        .unwrap()
    }

    #[test]
    fn v12_parts_sum_to_the_whole_and_favour_none() {
        let period = Period::parse("2026-27-Q1").unwrap();
        let mut sums = [0_i64; 3];
        for line in 0..100 {
            let parts = parts(10, &thirds(), offset("C-1", period, &line.to_string()));
            assert_eq!(parts.iter().sum::<i64>(), 10);
            for (sum, part) in sums.iter_mut().zip(parts) {
                assert!((3..=4).contains(&part));
                *sum += part;
            }
        }
        assert_eq!(sums.iter().sum::<i64>(), 1000);
        assert!(sums.iter().all(|sum| (323..=343).contains(sum)), "{sums:?}");
    }

    #[test]
    fn v12_harm_splits_too() {
        let parts = parts(-10, &thirds(), Offset(1 << 63));
        assert_eq!(parts.iter().sum::<i64>(), -10);
    }
}
