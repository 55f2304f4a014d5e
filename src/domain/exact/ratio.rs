//! A ratio of whole numbers of any size: two machine words of 128 bits while they hold it, and a
//! big number from there on. Which one it is shows in no answer.

use std::cmp::Ordering;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

/// What every amount is between input and rounding. Always in lowest terms, the lower number above zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Exact(Form);

/// `Small` wherever it fits, so that equal values are equal forms.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Form {
    Small(i128, i128),
    Large(Box<BigRational>),
}

impl Default for Exact {
    fn default() -> Self {
        Self(Form::Small(0, 1))
    }
}

/// The greatest common divisor; the machine word is much quicker where both fit it.
fn common(one: u128, other: u128) -> i128 {
    if one == 1 || other == 1 {
        return 1;
    }
    let divisor = match (u64::try_from(one), u64::try_from(other)) {
        (Ok(one), Ok(other)) => one.gcd(&other).into(),
        _ => one.gcd(&other),
    };
    i128::try_from(divisor).unwrap_or(1).max(1)
}

/// A number over a divisor of it. Mostly there is none but one, or both fit a shorter word, which divides quicker.
fn over(number: i128, divisor: i128) -> i128 {
    if divisor == 1 {
        return number;
    }
    match (i64::try_from(number), i64::try_from(divisor)) {
        // The divisor is above one, so this does not overflow.
        (Ok(number), Ok(divisor)) => (number / divisor).into(),
        _ => number / divisor,
    }
}

impl Exact {
    /// A ratio of two numbers of machine size; a lower number of zero is taken for one, and never given.
    pub(super) fn small(upper: i128, lower: i128) -> Self {
        let lower = if lower == 0 { 1 } else { lower };
        let (Some(upper), Some(lower)) = (
            upper.checked_mul(lower.signum()),
            lower.checked_mul(lower.signum()),
        ) else {
            return Self::large(BigRational::new(upper.into(), lower.into()));
        };
        let divisor = common(upper.unsigned_abs(), lower.unsigned_abs());
        Self(Form::Small(over(upper, divisor), over(lower, divisor)))
    }

    /// A ratio of two big numbers; the lower one is not zero.
    pub(super) fn big(upper: BigInt, lower: BigInt) -> Self {
        Self::large(BigRational::new(upper, lower))
    }

    fn large(value: BigRational) -> Self {
        match (value.numer().to_i128(), value.denom().to_i128()) {
            (Some(upper), Some(lower)) => Self(Form::Small(upper, lower)),
            _ => Self(Form::Large(Box::new(value))),
        }
    }

    pub(super) fn as_big(&self) -> BigRational {
        match &self.0 {
            Form::Small(upper, lower) => {
                BigRational::new_raw(BigInt::from(*upper), BigInt::from(*lower))
            }
            Form::Large(value) => (**value).clone(),
        }
    }

    /// Above zero.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        match &self.0 {
            Form::Small(upper, _) => *upper > 0,
            Form::Large(value) => value.is_positive(),
        }
    }

    /// Below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Form::Small(upper, _) => *upper < 0,
            Form::Large(value) => value.is_negative(),
        }
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Form::Small(_, lower) => *lower == 1,
            Form::Large(value) => value.is_integer(),
        }
    }

    /// The whole number it is, where it is one of 64 bits.
    #[must_use]
    pub fn to_whole(&self) -> Option<i64> {
        match &self.0 {
            Form::Small(upper, 1) => i64::try_from(*upper).ok(),
            _ => None,
        }
    }

    /// The largest whole number not above it.
    #[must_use]
    pub fn floor(&self) -> Self {
        match &self.0 {
            Form::Small(_, 1) => self.clone(),
            Form::Small(upper, lower) => Self(Form::Small(upper.div_euclid(*lower), 1)),
            Form::Large(value) => Self::large(value.floor()),
        }
    }

    /// The nearest whole number, half away from zero.
    #[must_use]
    pub fn round(&self) -> Self {
        let half = Self(Form::Small(1, 2));
        if self.is_negative() {
            -(-self.clone() + half).floor()
        } else {
            (self + &half).floor()
        }
    }

    /// The largest whole number not above it times a whole number, plus a part of one in 2^64ths; `None` beyond 64 bits.
    /// The same as multiplying, adding and rounding down, without bringing anything to lowest terms.
    #[must_use]
    pub fn times_floored(&self, number: i64, part: u64) -> Option<i64> {
        if let Form::Small(upper, lower) = &self.0
            && let Some(product) = upper.checked_mul(number.into())
            && let Ok(under) = u64::try_from(*lower)
        {
            let rest = u64::try_from(product.rem_euclid(*lower)).ok()?;
            // rest / under + part / 2^64 is one or more: the product of 64 bits each fits 128.
            let left = u128::from(part) * u128::from(under);
            let right = u128::from(under - rest) << 64;
            let floor = product.div_euclid(*lower) + i128::from(left >= right);
            return i64::try_from(floor).ok();
        }
        let part = super::part_of_one(part);
        (self * &Self(Form::Small(number.into(), 1)) + part)
            .floor()
            .to_whole()
    }

    /// The nearest whole number to it times a whole number, half away from zero; `None` beyond 64 bits. The same as
    /// multiplying and rounding, without bringing the product to lowest terms first.
    #[must_use]
    pub fn times_rounded(&self, number: i64) -> Option<i64> {
        if let Form::Small(upper, lower) = &self.0
            && let Some(product) = upper.checked_mul(number.into())
            && let Some(twice) = product.unsigned_abs().checked_mul(2)
            && let Some(raised) = twice.checked_add(lower.unsigned_abs())
            && let Some(under) = lower.unsigned_abs().checked_mul(2)
        {
            let size = match (u64::try_from(raised), u64::try_from(under)) {
                (Ok(raised), Ok(under)) if under > 0 => u128::from(raised / under),
                _ => raised / under.max(1),
            };
            let size = i128::try_from(size).ok()?;
            return i64::try_from(product.signum() * size).ok();
        }
        (self * &Self(Form::Small(number.into(), 1)))
            .round()
            .to_whole()
    }

    /// Upper and lower number as text.
    #[must_use]
    pub fn parts(&self) -> (String, String) {
        match &self.0 {
            Form::Small(upper, lower) => (upper.to_string(), lower.to_string()),
            Form::Large(value) => (value.numer().to_string(), value.denom().to_string()),
        }
    }

    fn plus(&self, other: &Self) -> Self {
        if let (Form::Small(a, b), Form::Small(c, d)) = (&self.0, &other.0)
            && let Some(sum) = small_sum((*a, *b), (*c, *d))
        {
            return sum;
        }
        Self::large(self.as_big() + other.as_big())
    }

    fn times(&self, other: &Self) -> Self {
        if let (Form::Small(a, b), Form::Small(c, d)) = (&self.0, &other.0) {
            let (left, right) = (
                common(a.unsigned_abs(), d.unsigned_abs()),
                common(c.unsigned_abs(), b.unsigned_abs()),
            );
            let upper = over(*a, left).checked_mul(over(*c, right));
            let lower = over(*b, right).checked_mul(over(*d, left));
            if let (Some(upper), Some(lower)) = (upper, lower) {
                return Self(Form::Small(upper, lower));
            }
        }
        Self::large(self.as_big() * other.as_big())
    }

    fn over(&self, other: &Self) -> Self {
        match &other.0 {
            Form::Small(upper, lower) if *upper != 0 => self.times(&Self::small(*lower, *upper)),
            Form::Large(value) if !value.is_zero() => self.times(&Self::large(value.recip())),
            // Nothing divides by zero: callers ask first. The whole would be the lesser lie than a crash.
            _ => self.clone(),
        }
    }
}

/// The sum of two small ratios, where it is small too.
fn small_sum((a, b): (i128, i128), (c, d): (i128, i128)) -> Option<Exact> {
    if b == d {
        return Some(Exact::small(a.checked_add(c)?, b));
    }
    let shared = common(b.unsigned_abs(), d.unsigned_abs());
    let (left, right) = (over(d, shared), over(b, shared));
    let lower = b.checked_mul(left)?;
    let (left, right) = (a.checked_mul(left)?, c.checked_mul(right)?);
    Some(Exact::small(left.checked_add(right)?, lower))
}

/// Each operator for values and references alike.
macro_rules! operator {
    ($trait:ident, $method:ident, $by:expr) => {
        impl $trait<&Exact> for &Exact {
            type Output = Exact;
            fn $method(self, other: &Exact) -> Exact {
                let by: fn(&Exact, &Exact) -> Exact = $by;
                by(self, other)
            }
        }
        impl $trait<Exact> for &Exact {
            type Output = Exact;
            fn $method(self, other: Exact) -> Exact {
                $trait::$method(self, &other)
            }
        }
        impl $trait<&Exact> for Exact {
            type Output = Exact;
            fn $method(self, other: &Exact) -> Exact {
                $trait::$method(&self, other)
            }
        }
        impl $trait<Exact> for Exact {
            type Output = Exact;
            fn $method(self, other: Exact) -> Exact {
                $trait::$method(&self, &other)
            }
        }
    };
}

operator!(Add, add, Exact::plus);
operator!(Sub, sub, |one, other| one.plus(&-other.clone()));
operator!(Mul, mul, Exact::times);
operator!(Div, div, Exact::over);

impl Neg for Exact {
    type Output = Self;

    fn neg(self) -> Self {
        match self.0 {
            Form::Small(upper, lower) => match upper.checked_neg() {
                Some(upper) => Self(Form::Small(upper, lower)),
                None => Self::large(-BigRational::new(upper.into(), lower.into())),
            },
            Form::Large(value) => Self::large(-*value),
        }
    }
}

impl AddAssign<&Exact> for Exact {
    fn add_assign(&mut self, other: &Exact) {
        *self = self.plus(other);
    }
}

impl AddAssign<Exact> for Exact {
    fn add_assign(&mut self, other: Exact) {
        *self = self.plus(&other);
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
        values.fold(Self::default(), |sum, value| sum + value)
    }
}

impl<'a> Sum<&'a Exact> for Exact {
    fn sum<I: Iterator<Item = &'a Exact>>(values: I) -> Self {
        values.fold(Self::default(), |sum, value| sum + value)
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Form::Small(a, b), Form::Small(c, d)) = (&self.0, &other.0)
            && let (Some(left), Some(right)) = (a.checked_mul(*d), c.checked_mul(*b))
        {
            return left.cmp(&right);
        }
        self.as_big().cmp(&other.as_big())
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Numbers that lie near the edges of what is small.
    fn edge() -> impl Strategy<Value = i128> {
        prop_oneof![
            any::<i128>(),
            any::<i64>().prop_map(i128::from),
            Just(i128::MIN),
            Just(i128::MAX),
            -9_i128..9,
        ]
    }

    fn pair() -> impl Strategy<Value = (Exact, BigRational)> {
        (edge(), edge()).prop_map(|(upper, lower)| {
            let lower = if lower == 0 { 7 } else { lower };
            let big = BigRational::new(upper.into(), lower.into());
            (Exact::small(upper, lower), big)
        })
    }

    proptest! {
        #[test]
        fn v3_both_forms_are_the_same_numbers((a, x) in pair(), (b, y) in pair(), (c, z) in pair()) {
            prop_assert_eq!(a.as_big(), x.clone());
            prop_assert_eq!(&a + &b, Exact::large(&x + &y));
            prop_assert_eq!(&a - &b, Exact::large(&x - &y));
            prop_assert_eq!(&a * &b, Exact::large(&x * &y));
            prop_assert_eq!(&a * &b * &c - &a, Exact::large(&x * &y * &z - &x));
            prop_assert_eq!(a.cmp(&b), x.cmp(&y));
            prop_assert_eq!(a.floor(), Exact::large(x.floor()));
            prop_assert_eq!(a.round(), Exact::large(x.round()));
            prop_assert_eq!(-a.clone(), Exact::large(-x.clone()));
            let (many, _) = c.parts();
            if let Ok(many) = many.parse::<i64>() {
                let slowly = (&a * Exact::small(many.into(), 1)).round().to_whole();
                prop_assert_eq!(a.times_rounded(many), slowly);
                let part = many.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let floored = &a * Exact::small(many.into(), 1) + crate::domain::exact::part_of_one(part);
                prop_assert_eq!(a.times_floored(many, part), floored.floor().to_whole());
            }
            if !y.is_zero() {
                prop_assert_eq!(&a / &b, Exact::large(&x / &y));
            }
        }
    }
}
