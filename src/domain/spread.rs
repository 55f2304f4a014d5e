//! Low, central and high of worths that are added up, and the measures that drive the width (V14).

use std::collections::BTreeMap;

use super::amount::{Pence, Worth};

/// The ends of a worth, each rounded once; one-sided where its values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ends {
    /// Where every value of it is low.
    pub low: Option<Pence>,
    /// Where every value of it is high.
    pub high: Option<Pence>,
}

/// A sum of worths with its ends: every value in it low at once, or high at once; a value without an end enters as it is.
/// No more is known of how they move together, so that this is the widest it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spread {
    /// In pence.
    pub low: i64,
    /// In pence.
    pub central: i64,
    /// In pence.
    pub high: i64,
    has_low: bool,
    has_high: bool,
}

impl Spread {
    /// Adds a worth; `None` where the sum is beyond what is counted. What has no worth adds nothing.
    #[must_use]
    pub fn plus(mut self, worth: Worth, ends: Ends) -> Option<Self> {
        let Worth::Pence(worth) = worth else {
            return Some(self);
        };
        let or = |end: Option<Pence>| end.unwrap_or(worth).pence();
        self.low = self.low.checked_add(or(ends.low))?;
        self.central = self.central.checked_add(worth.pence())?;
        self.high = self.high.checked_add(or(ends.high))?;
        self.has_low |= ends.low.is_some();
        self.has_high |= ends.high.is_some();
        Some(self)
    }

    /// Adds another sum; `None` where it is beyond what is counted.
    #[must_use]
    pub fn and(self, other: &Self) -> Option<Self> {
        Some(Self {
            low: self.low.checked_add(other.low)?,
            central: self.central.checked_add(other.central)?,
            high: self.high.checked_add(other.high)?,
            has_low: self.has_low || other.has_low,
            has_high: self.has_high || other.has_high,
        })
    }

    /// The low end; `None` where no value in it has one.
    #[must_use]
    pub fn low(&self) -> Option<i64> {
        self.has_low.then_some(self.low)
    }

    /// The high end; `None` where no value in it has one.
    #[must_use]
    pub fn high(&self) -> Option<i64> {
        self.has_high.then_some(self.high)
    }

    /// From end to end, in pence; from the worth itself where an end is not known.
    #[must_use]
    pub fn width(&self) -> i64 {
        self.high.saturating_sub(self.low)
    }
}

/// A sum with its ends, and the same of each measure in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spreads {
    /// All together.
    pub whole: Spread,
    by_measure: BTreeMap<String, Spread>,
}

impl Spreads {
    /// Adds a worth of a measure; `None` where a sum is beyond what is counted.
    #[must_use]
    pub fn plus(mut self, measure: &str, worth: Worth, ends: Ends) -> Option<Self> {
        self.whole = self.whole.plus(worth, ends)?;
        let own = self.by_measure.entry(measure.to_owned()).or_default();
        *own = own.plus(worth, ends)?;
        Some(self)
    }

    /// Adds a sum of a measure; `None` where one is beyond what is counted.
    #[must_use]
    pub fn and(mut self, measure: &str, spread: &Spread) -> Option<Self> {
        self.whole = self.whole.and(spread)?;
        let own = self.by_measure.entry(measure.to_owned()).or_default();
        *own = own.and(spread)?;
        Some(self)
    }

    /// Whether any value in it has an end.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.whole.has_low || self.whole.has_high
    }

    /// The measures that make it wide, widest first.
    #[must_use]
    pub fn drivers(&self) -> Vec<(&str, &Spread)> {
        let all = self
            .by_measure
            .iter()
            .map(|(code, spread)| (code.as_str(), spread));
        let mut wide: Vec<_> = all.filter(|(_, spread)| spread.width() != 0).collect();
        wide.sort_by_key(|(code, spread)| (std::cmp::Reverse(spread.width()), *code));
        wide
    }
}
