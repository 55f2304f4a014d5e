//! Another way to the same pounds: `BigDecimal` where a figure ends, whole numbers over one common divisor
//! where it does not, and rounding by comparing remainders. Nothing here is used by the program.

use std::str::FromStr;

use bigdecimal::num_bigint::{BigInt, Sign};
use bigdecimal::{BigDecimal, RoundingMode};

/// A plain decimal text.
pub(super) fn decimal(text: &str) -> BigDecimal {
    BigDecimal::from_str(text).unwrap()
}

/// `decimal * over / under` in whole pence, half away from zero, by long division.
pub(super) fn pence(decimal: &BigDecimal, over: i64, under: i64) -> BigInt {
    let (digits, scale) = (decimal * BigDecimal::from(over)).into_bigint_and_exponent();
    let (mut upper, mut lower): (BigInt, BigInt) =
        (digits * BigInt::from(100), BigInt::from(under));
    if scale >= 0 {
        lower *= BigInt::from(10).pow(u32::try_from(scale).unwrap());
    } else {
        upper *= BigInt::from(10).pow(u32::try_from(-scale).unwrap());
    }
    let negative = upper.sign() == Sign::Minus;
    let size = if negative { -upper } else { upper };
    let (whole, rest) = (&size / &lower, &size % &lower);
    let up = BigInt::from(i32::from(rest * BigInt::from(2) >= lower));
    if negative { -(whole + up) } else { whole + up }
}

/// A ratio of two decimals at high precision, rounded once to 12 places, half away from zero.
/// The quotient is taken to 60 digits: a tie would have to agree in all of them.
pub(super) fn uprated(value: &BigDecimal, to: &BigDecimal, from: &BigDecimal) -> BigDecimal {
    let quotient = (value * to).with_prec(200) / from.with_prec(200);
    quotient
        .with_prec(60)
        .with_scale_round(12, RoundingMode::HalfUp)
}

/// A decimal text of `digits`, the last `places` of them after the point.
pub(super) fn text_of(digits: i64, places: usize) -> String {
    let sign = if digits < 0 { "-" } else { "" };
    let padded = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// A number above zero to the power `upper / lower`, to 12 places, half up: the root by Newton's method to 80 digits.
pub(super) fn power(base: &BigDecimal, upper: u32, lower: u32) -> BigDecimal {
    const DIGITS: u64 = 80;
    let raised = |number: &BigDecimal, times: u32| {
        let one = BigDecimal::from(1);
        (0..times).fold(one, |product, _| (product * number).with_prec(DIGITS))
    };
    let under = raised(base, upper);
    let order = BigDecimal::from(lower);
    let mut root = under.clone().max(BigDecimal::from(1)).with_prec(DIGITS);
    loop {
        let quotient: BigDecimal = &under / raised(&root, lower - 1);
        let step: BigDecimal = (quotient - &root) / &order;
        let next = (&root + step).with_prec(DIGITS);
        if (&next - &root).abs() < decimal("1e-60") {
            return next.with_scale_round(12, RoundingMode::HalfUp);
        }
        root = next;
    }
}
