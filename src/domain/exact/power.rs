//! The one irrational step: a power by a fraction, correctly rounded (V3, V10).

use num_bigint::BigInt;

use super::{Exact, ten_to};

/// The largest number above or below the line of an exponent: an exact power grows with it.
const LARGEST_EXPONENT: u32 = 100;

/// `base` to the power `upper / lower`, correctly rounded to `places` decimals, half away from zero: no other number of so
/// many decimals is nearer, so that it differs from the true power by at most half of its last place.
///
/// It is a whole root, taken exactly, and the half is decided by comparing whole numbers: nothing is approximated.
/// `None` where the base is not above zero, or the exponent not between 0 and 100.
#[must_use]
pub fn power(base: &Exact, (upper, lower): (u32, u32), places: usize) -> Option<Exact> {
    let sensible = |part: u32| (1..=LARGEST_EXPONENT).contains(&part);
    if !base.is_positive() || !sensible(upper) || !sensible(lower) {
        return None;
    }
    let base = base.as_big();
    let scale = BigInt::from(10).pow(u32::try_from(places).ok()?);
    let over = base.numer().pow(upper) * scale.pow(lower);
    let under = base.denom().pow(upper);
    // The largest whole number whose power is not above the scaled one.
    let below: BigInt = (&over / &under).nth_root(lower);
    let half: BigInt = &below * 2 + 1;
    let half_is_above = half.pow(lower) * under > over * BigInt::from(2).pow(lower);
    let up = if half_is_above { 0 } else { 1 };
    Some(Exact::big(below + up, BigInt::from(1)) / ten_to(places))
}

#[cfg(test)]
mod tests {
    use super::super::{ratio, text, whole};
    use super::*;

    #[test]
    fn v10_powers_are_exact_where_they_can_be_and_nearest_elsewhere() {
        let shown = |base: Exact, exponent| text(&power(&base, exponent, 12).unwrap(), 12);
        assert_eq!(shown(whole(1), (13, 10)), "1");
        assert_eq!(shown(whole(1024), (13, 10)), "8192");
        assert_eq!(shown(whole(4), (1, 2)), "2");
        assert_eq!(shown(whole(2), (1, 2)), "1.414213562373");
        assert_eq!(shown(ratio(1, 2), (2, 1)), "0.25");
        // Half of the last place goes up.
        assert_eq!(text(&power(&ratio(1, 8), (1, 1), 2).unwrap(), 2), "0.13");
        for (base, exponent) in [
            (whole(0), (13, 10)),
            (whole(-2), (13, 10)),
            (whole(2), (0, 10)),
            (whole(2), (101, 10)),
        ] {
            assert_eq!(power(&base, exponent, 12), None);
        }
    }
}
