//! Exact arithmetic: text in, ratios of whole numbers inside, text out (V1, V3).

mod power;
mod ratio;

use num_bigint::BigInt;

pub use power::power;
pub use ratio::Exact;

/// Why a text is not a number this program takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotExact {
    /// Not digits with an optional minus and an optional point.
    #[error(
        "write a plain decimal such as 12.5: digits, one point at most, no exponent, no separators"
    )]
    NotDecimal,
    /// More decimal places than the place allows.
    #[error("at most {0} decimal places")]
    TooManyPlaces(usize),
    /// Beyond the largest size allowed.
    #[error("at most {0} in size")]
    TooLarge(i64),
    /// A fraction that is not two whole numbers with a denominator above zero.
    #[error("write a fraction such as 3/5: whole numbers, the lower one above zero")]
    NotFraction,
}

/// The longest number text read at all; longer is refused before any work is done.
const LONGEST_TEXT: usize = 60;

/// Reads a plain decimal of at most `places` decimals into an exact ratio.
///
/// # Errors
/// [`NotExact`] when the text is anything but ASCII digits with one optional minus and point.
pub fn decimal(text: &str, places: usize) -> Result<Exact, NotExact> {
    let body = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match body.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(NotExact::NotDecimal),
        None => (body, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || text.len() > LONGEST_TEXT || !digits(whole) || !digits(fraction) {
        return Err(NotExact::NotDecimal);
    }
    if fraction.len() > places {
        return Err(NotExact::TooManyPlaces(places));
    }
    let digits = format!("{whole}{fraction}");
    let sign = if body.len() == text.len() { 1 } else { -1 };
    // A machine word holds 38 digits and a power of ten of as many places.
    if digits.len() <= 38 {
        let all: i128 = digits.parse().map_err(|_| NotExact::NotDecimal)?;
        let places = fraction.bytes().fold(1_i128, |power, _| power * 10);
        return Ok(Exact::small(sign * all, places));
    }
    let all: BigInt = digits.parse().map_err(|_| NotExact::NotDecimal)?;
    Ok(Exact::big(
        all * sign,
        num_traits::pow(BigInt::from(10), fraction.len()),
    ))
}

/// Reads `3/5`, or a plain decimal of at most `places` places.
///
/// # Errors
/// [`NotExact`] when it is neither.
pub fn decimal_or_fraction(text: &str, places: usize) -> Result<Exact, NotExact> {
    let Some((upper, lower)) = text.split_once('/') else {
        return decimal(text, places);
    };
    let whole = |part: &str| decimal(part, 0).map_err(|_| NotExact::NotFraction);
    let (upper, lower) = (whole(upper)?, whole(lower)?);
    if !lower.is_positive() {
        return Err(NotExact::NotFraction);
    }
    Ok(upper / lower)
}

/// `10^exponent`.
fn ten_to(exponent: usize) -> Exact {
    let power = u32::try_from(exponent).ok();
    if let Some(power) = power.and_then(|power| 10_i128.checked_pow(power)) {
        return Exact::small(power, 1);
    }
    (0..exponent).fold(one(), |power, _| power * whole(10))
}

/// A whole number as an exact ratio.
#[must_use]
pub fn whole(number: i64) -> Exact {
    Exact::small(number.into(), 1)
}

/// A ratio of two whole numbers of any sign; `lower` is never zero where this is called.
#[must_use]
pub fn ratio(upper: i64, lower: i64) -> Exact {
    Exact::small(upper.into(), lower.into())
}

/// The part of one that 64 bits are of all that 64 bits can be: in [0, 1).
#[must_use]
pub fn part_of_one(bits: u64) -> Exact {
    Exact::small(bits.into(), 1 << 64)
}

/// Rounds to `places` decimals, half away from zero: a spreadsheet's `ROUND` (V2).
#[must_use]
pub fn round_to(value: &Exact, places: usize) -> Exact {
    let scale = ten_to(places);
    (value * &scale).round() / scale
}

/// The decimal text of a value that has at most `places` places, without trailing zeros;
/// a value with more is rounded half away from zero at that place.
#[must_use]
pub fn text(value: &Exact, places: usize) -> String {
    let scaled = (value * ten_to(places)).round();
    let (signed, _) = scaled.parts();
    let digits = signed.trim_start_matches('-');
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    let fraction = fraction.trim_end_matches('0');
    let sign = if scaled.is_negative() { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// The text of a value rounded half away from zero to exactly `places` decimals, trailing zeros and all.
#[must_use]
pub fn fixed(value: &Exact, places: usize) -> String {
    let short = text(value, places);
    let decimals = short.split_once('.').map_or(0, |(_, after)| after.len());
    let point = if decimals == 0 && places > 0 { "." } else { "" };
    format!("{short}{point}{}", "0".repeat(places - decimals))
}

/// Whether `text(value, places)` says the whole truth.
#[must_use]
pub fn is_decimal(value: &Exact, places: usize) -> bool {
    (value * ten_to(places)).is_whole()
}

/// The exact text: a decimal where one of at most 12 places exists, else a fraction such as `37/3`.
#[must_use]
pub fn exact_text(value: &Exact) -> String {
    if is_decimal(value, 12) {
        text(value, 12)
    } else {
        let (upper, lower) = value.parts();
        format!("{upper}/{lower}")
    }
}

/// One.
#[must_use]
pub fn one() -> Exact {
    whole(1)
}

/// Zero.
#[must_use]
pub fn zero() -> Exact {
    whole(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v3_reads_only_plain_decimals() {
        for bad in [
            "", "-", ".", "1.", ".5", "+1", "1e3", "NaN", "inf", "1,000", " 1", "1 ", "٣", "１",
            "0x10", "1_000", "--1", "1.2.3",
        ] {
            assert_eq!(decimal(bad, 6), Err(NotExact::NotDecimal), "{bad:?}");
        }
        assert_eq!(decimal("1.1234567", 6), Err(NotExact::TooManyPlaces(6)));
        assert_eq!(text(&decimal("-0012.50", 6).unwrap(), 6), "-12.5");
        assert_eq!(
            exact_text(&decimal_or_fraction("37/3", 12).unwrap()),
            "37/3"
        );
        assert_eq!(decimal_or_fraction("1/0", 12), Err(NotExact::NotFraction));
        assert_eq!(decimal_or_fraction("1/-2", 12), Err(NotExact::NotFraction));
    }

    #[test]
    fn fixed_places_keep_their_zeros() {
        for (text, shown) in [
            ("0", "0.0000"),
            ("0.83335", "0.8334"),
            ("-1.00005", "-1.0001"),
            ("12.5", "12.5000"),
            ("0.00004", "0.0000"),
        ] {
            assert_eq!(fixed(&decimal(text, 6).unwrap(), 4), shown);
        }
        assert_eq!(fixed(&whole(7), 0), "7");
    }

    #[test]
    fn v2_rounds_half_away_from_zero() {
        for (given, rounded) in [
            ("0.5", "1"),
            ("-0.5", "-1"),
            ("1.5", "2"),
            ("2.5", "3"),
            ("-2.5", "-3"),
            ("2.499999", "2"),
            ("0.0", "0"),
        ] {
            assert_eq!(text(&decimal(given, 6).unwrap(), 0), rounded, "{given}");
        }
    }
}
