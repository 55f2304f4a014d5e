//! Quantities in millionths and money in whole pence, each with its bound (V1).

use std::sync::LazyLock;

use super::exact::{self, Exact, NotExact};

/// The largest size of a quantity, in whole units.
pub const LARGEST_QUANTITY: i64 = 1_000_000_000;
/// Decimal places of a quantity.
pub const QUANTITY_PLACES: usize = 6;
const MICRO: i64 = 1_000_000;
/// The largest size of a worth, in pence.
pub const LARGEST_PENCE: i64 = 1_000_000_000_000_000;

/// A quantity: whole millionths of a unit, at most 10^9 units in size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(i64);

impl Quantity {
    /// Nothing of it; a value, not a gap.
    pub const ZERO: Self = Self(0);

    /// Reads a decimal of at most six places (V1); more is refused, never rounded.
    ///
    /// # Errors
    /// [`NotExact`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, NotExact> {
        if let Some(micro) = micro_of(text) {
            return Self::from_micro(micro).ok_or(NotExact::TooLarge(LARGEST_QUANTITY));
        }
        let value = exact::decimal(text, QUANTITY_PLACES)?;
        Self::round(&value).ok_or(NotExact::TooLarge(LARGEST_QUANTITY))
    }

    /// From whole millionths, as stored.
    #[must_use]
    pub fn from_micro(micro: i64) -> Option<Self> {
        (micro.unsigned_abs() <= (LARGEST_QUANTITY * MICRO).unsigned_abs()).then_some(Self(micro))
    }

    /// The nearest millionth, half away from zero; `None` beyond the bound.
    #[must_use]
    pub fn round(value: &Exact) -> Option<Self> {
        let micro = (value * exact::whole(MICRO)).round();
        micro.to_whole().and_then(Self::from_micro)
    }

    /// Whole millionths.
    #[must_use]
    pub fn micro(self) -> i64 {
        self.0
    }

    /// As an exact ratio of units.
    #[must_use]
    pub fn exact(self) -> Exact {
        exact::ratio(self.0, MICRO)
    }

    /// Below zero: harm, where a measure allows it.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// Whole millionths of a short plain decimal, which needs no fraction to be read; `None` of any other text.
fn micro_of(text: &str) -> Option<i64> {
    let (sign, body) = match text.strip_prefix('-') {
        Some(body) => (-1, body),
        None => (1, text),
    };
    let (whole, part) = match body.split_once('.') {
        Some((whole, part)) if !part.is_empty() => (whole, part),
        Some(_) => return None,
        None => (body, ""),
    };
    if whole.is_empty() || whole.len() > 10 || part.len() > QUANTITY_PLACES {
        return None;
    }
    let mut micro = 0_i64;
    for byte in whole.bytes().chain(part.bytes()) {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        micro = micro * 10 + digit;
    }
    for _ in part.len()..QUANTITY_PLACES {
        micro *= 10;
    }
    Some(sign * micro)
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&exact::text(&self.exact(), QUANTITY_PLACES))
    }
}

/// Whole pence, at most 10^15 in size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pence(i64);

impl Pence {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From whole pence; `None` beyond the bound.
    #[must_use]
    pub fn new(pence: i64) -> Option<Self> {
        (pence.unsigned_abs() <= LARGEST_PENCE.unsigned_abs()).then_some(Self(pence))
    }

    /// Rounds pounds to whole pence, once, half away from zero (V2); `None` beyond the bound.
    #[must_use]
    pub fn round_pounds(pounds: &Exact) -> Option<Self> {
        let pence = (pounds * exact::whole(100)).round();
        pence.to_whole().and_then(Self::new)
    }

    /// Reads pounds with at most two decimals, such as `1500000.00`.
    ///
    /// # Errors
    /// [`NotExact`] says what is wrong.
    pub fn parse_pounds(text: &str) -> Result<Self, NotExact> {
        Self::round_pounds(&exact::decimal(text, 2)?).ok_or(NotExact::TooLarge(LARGEST_PENCE / 100))
    }

    /// Whole pence.
    #[must_use]
    pub fn pence(self) -> i64 {
        self.0
    }

    /// As an exact ratio of pounds.
    #[must_use]
    pub fn pounds(self) -> Exact {
        exact::ratio(self.0, 100)
    }

    /// Below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// Pounds text of whole pence of any size, always two decimals: `-1234.05`.
#[must_use]
pub fn pounds_text(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let size = pence.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

impl std::fmt::Display for Pence {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&pounds_text(self.0))
    }
}

/// The monetised value of a line: whole pence, or counted without £ (V7). Record-only is never £0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Worth {
    /// Whole pence.
    Pence(Pence),
    /// Counted and shown, with no £.
    RecordOnly,
}

impl Worth {
    /// The pence, where there are any.
    #[must_use]
    pub fn pence(self) -> Option<i64> {
        match self {
            Self::Pence(pence) => Some(pence.pence()),
            Self::RecordOnly => None,
        }
    }
}

/// A part between 0 and 1: the share of a contract an anchor institution holds, or the part of
/// an activity that belongs to a contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Share(Exact);

impl Share {
    /// The largest lower number a share may have; keeps texts and splits small.
    const LARGEST_LOWER: i64 = 1_000_000;

    /// The whole.
    #[must_use]
    pub fn whole() -> Self {
        Self(exact::one())
    }

    /// The whole, for one who borrows it.
    #[must_use]
    pub fn whole_ref() -> &'static Self {
        static WHOLE: LazyLock<Share> = LazyLock::new(Share::whole);
        &WHOLE
    }

    /// Reads `1/3`, `0.25` or `1`: above zero, at most one.
    ///
    /// # Errors
    /// [`NotExact::NotFraction`] when it is not such a part.
    pub fn parse(text: &str) -> Result<Self, NotExact> {
        if text == "1" {
            return Ok(Self::whole());
        }
        let value = exact::decimal_or_fraction(text, QUANTITY_PLACES)?;
        let fits = value.is_positive()
            && value <= exact::one()
            && value
                .parts()
                .1
                .parse()
                .is_ok_and(|lower: i64| lower <= Self::LARGEST_LOWER);
        if fits {
            Ok(Self(value))
        } else {
            Err(NotExact::NotFraction)
        }
    }

    /// As an exact ratio.
    #[must_use]
    pub fn exact(&self) -> &Exact {
        &self.0
    }

    /// Whether it is all of it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.0 == exact::one()
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_whole() {
            out.write_str("1")
        } else {
            let (upper, lower) = self.0.parts();
            write!(out, "{upper}/{lower}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v1_bounds_are_refused_and_never_rounded() {
        assert_eq!(
            Quantity::parse("1000000000").unwrap().micro(),
            1_000_000_000_000_000
        );
        assert_eq!(
            Quantity::parse("1000000000.000001"),
            Err(NotExact::TooLarge(LARGEST_QUANTITY))
        );
        for text in [
            "-0012.50",
            "0",
            "-0",
            "7",
            "9999999999.999999",
            "0.000001",
            "12345678901",
        ] {
            let slowly = exact::decimal(text, QUANTITY_PLACES).unwrap();
            let slowly = Quantity::round(&slowly);
            assert_eq!(Quantity::parse(text).ok(), slowly, "{text}");
        }
        for bad in ["", "-", ".5", "1.", "1.2.3", "+1", "1e3", "--1", "1_0", "٣"] {
            assert_eq!(Quantity::parse(bad), Err(NotExact::NotDecimal), "{bad}");
        }
        assert_eq!(
            Quantity::parse("0.0000001"),
            Err(NotExact::TooManyPlaces(6))
        );
        assert_eq!(
            Pence::parse_pounds("1500000.005"),
            Err(NotExact::TooManyPlaces(2))
        );
        assert_eq!(Pence::parse_pounds("-12.05").unwrap().to_string(), "-12.05");
        assert_eq!(pounds_text(-5), "-0.05");
        assert_eq!(Share::parse("2/6").unwrap().to_string(), "1/3");
        for bad in ["0", "-1/2", "3/2", "1/1000001", "x"] {
            assert!(Share::parse(bad).is_err(), "{bad}");
        }
    }
}
