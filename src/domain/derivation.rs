//! A value built from parts, each with its own source, prices and rounding: a sum, a ratio, a mix by weights, or a public
//! value (V13). Some published methods round each part before they are added; that is data too.

use super::exact::{self, Exact};
use super::fault::Fault;
use super::measure::Column;
use super::proxy::{Growth, PriceYear, Range, Source};
use super::uprating::Uprating;
use super::words::words;

words! {
    /// How the parts make a value.
    How {
        /// They are added.
        Sum = "sum",
        /// One over another.
        Ratio = "ratio",
        /// They are added by weights that add up to one.
        WeightedMix = "weighted_mix",
        /// Fiscal + economic + social - transfers.
        PublicValue = "public_value",
    }
}

words! {
    /// What a part is in it.
    Role {
        /// Of a public value: the public purse.
        Fiscal = "fiscal",
        /// Of a public value: the economy.
        Economic = "economic",
        /// Of a public value: people.
        Social = "social",
        /// Of a public value: what only changes hands, taken away.
        Transfers = "transfers",
        /// Of a ratio: what is divided.
        Over = "over",
        /// Of a ratio: what it is divided by.
        Under = "under",
    }
}

/// One part as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedPart {
    /// Its code, among the parts.
    pub code: String,
    /// What it is.
    pub title: String,
    /// As published.
    pub value: Range,
    /// The prices it stands in; `None` is no money: a number of people.
    pub prices: Option<PriceYear>,
    /// What it grows with beside prices.
    pub growth: Option<Growth>,
    /// What it is rounded to once it stands in base prices, such as the nearest 100.
    pub rounded_to: Option<Exact>,
    /// Its weight in a mix.
    pub weight: Option<Exact>,
    /// What it is, in a ratio or a public value.
    pub role: Option<Role>,
    /// Why it is provisional.
    pub provisional: Option<String>,
    /// Where it was published.
    pub source: Source,
}

/// A value built from parts, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    /// How.
    pub how: How,
    /// The parts.
    pub parts: Vec<DerivedPart>,
}

/// A part worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedPartWorked {
    /// As written.
    pub part: DerivedPart,
    /// The step to base prices; `None` where it stands in them, or in none.
    pub uprating: Option<Uprating>,
    /// In base prices, exact.
    pub in_base: Range,
    /// After its own rounding.
    pub value: Range,
}

/// A value built from parts, worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// How.
    pub how: How,
    /// The prices the parts were brought to.
    pub price_base: String,
    /// The parts.
    pub parts: Vec<DerivedPartWorked>,
}

impl DerivedPart {
    /// Brings it to base prices, and rounds it as its source does.
    #[must_use]
    pub fn work(&self, uprating: Option<Uprating>) -> DerivedPartWorked {
        let ratio = uprating.as_ref().map_or_else(exact::one, Uprating::ratio);
        let in_base = self.value.map(|one| one * &ratio);
        let value = match &self.rounded_to {
            Some(step) => in_base.map(|one| (one / step).round() * step),
            None => in_base.clone(),
        };
        DerivedPartWorked {
            part: self.clone(),
            uprating,
            in_base,
            value,
        }
    }

    fn is_taken_away(&self) -> bool {
        matches!(self.role, Some(Role::Transfers | Role::Under))
    }
}

impl Derivation {
    /// What is wrong with it, with pointers such as `/part/tax`.
    #[must_use]
    pub fn faults(&self, column: Column) -> Vec<Fault> {
        let parts = self.parts.iter();
        let mut faults: Vec<Fault> = parts.flat_map(|part| self.part_faults(part)).collect();
        faults.extend(self.whole_fault(column));
        faults
    }

    fn part_faults(&self, part: &DerivedPart) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |code: &'static str, message: &str| {
            faults.push(Fault::new(format!("/part/{}", part.code), code, message));
        };
        let roles: &[Role] = match self.how {
            How::Ratio => &[Role::Over, Role::Under],
            How::PublicValue => &[Role::Fiscal, Role::Economic, Role::Social, Role::Transfers],
            How::Sum | How::WeightedMix => &[],
        };
        let fits = match part.role {
            Some(role) => roles.contains(&role),
            None => roles.is_empty(),
        };
        if !fits {
            let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
            let message = match words.as_slice() {
                [] => "a part of a sum or a mix has no role".to_owned(),
                words => format!("a part of it is one of {}", words.join(", ")),
            };
            fault("role_does_not_fit", &message);
        }
        if part.weight.is_some() != (self.how == How::WeightedMix) {
            let message = "a part of a mix has a weight, and no other does";
            fault("weight_does_not_fit", message);
        }
        if !part.value.is_ordered() {
            let message = "low, value and high must rise in that order";
            fault("range_disordered", message);
        }
        let same = self.parts.iter().filter(|other| other.code == part.code);
        if same.count() > 1 {
            fault("duplicate", "this code stands twice");
        }
        faults
    }

    /// What is wrong with the parts together.
    fn whole_fault(&self, column: Column) -> Option<Fault> {
        let in_role = |role: Role| {
            let parts = self.parts.iter();
            parts.filter(move |part| part.role == Some(role))
        };
        let once = |role: Role| in_role(role).count() == 1;
        let weights = self.parts.iter().filter_map(|part| part.weight.as_ref());
        let (key, code, message) = match self.how {
            How::Sum if self.parts.is_empty() => ("part", "empty", "a sum has parts"),
            How::WeightedMix if weights.sum::<Exact>() != exact::one() => (
                "part",
                "weights_do_not_add_up",
                "the weights of a mix add up to exactly 1",
            ),
            How::Ratio if !once(Role::Over) || !once(Role::Under) => (
                "part",
                "parts_do_not_fit",
                "a ratio has one part over and one under",
            ),
            How::Ratio if !in_role(Role::Under).all(|part| above_zero(&part.value)) => (
                "part",
                "not_a_number",
                "nothing is divided by zero, or by less",
            ),
            How::PublicValue if in_role(Role::Transfers).count() == 0 => (
                "part",
                "transfers_missing",
                "say what only changes hands, and 0 where nothing does",
            ),
            How::PublicValue if column != Column::Social => (
                "column",
                "column_differs",
                "a public value stands in the column social",
            ),
            _ => return None,
        };
        Some(Fault::new(format!("/{key}"), code, message))
    }
}

fn above_zero(range: &Range) -> bool {
    let low = range.low.as_ref().unwrap_or(&range.central);
    low.is_positive()
}

/// Which end of their ranges parts are taken at; where one has none, its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Low,
    High,
}

impl Derived {
    /// The value in base prices, exact; with an end of its range where any part has one.
    #[must_use]
    pub fn value(&self) -> Range {
        let central = self.made(|part| part.value.central.clone());
        Range {
            low: self.end(End::Low),
            central,
            high: self.end(End::High),
        }
    }

    /// An end of the range: what is taken away, or divided by, goes to its other end.
    fn end(&self, end: End) -> Option<Exact> {
        let own = |part: &DerivedPartWorked| {
            let low = (end == End::Low) != part.part.is_taken_away();
            let found = if low {
                &part.value.low
            } else {
                &part.value.high
            };
            found.clone()
        };
        let known = self.parts.iter().any(|part| own(part).is_some());
        known.then(|| self.made(|part| own(part).unwrap_or_else(|| part.value.central.clone())))
    }

    fn made(&self, of: impl Fn(&DerivedPartWorked) -> Exact) -> Exact {
        let parts = self.parts.iter();
        match self.how {
            How::Ratio => {
                let in_role = |role: Role| {
                    let mut parts = self.parts.iter();
                    parts.find(|part| part.part.role == Some(role)).map(&of)
                };
                let under = in_role(Role::Under).unwrap_or_else(exact::one);
                in_role(Role::Over).unwrap_or_default() / under
            }
            How::Sum | How::WeightedMix | How::PublicValue => parts
                .map(|part| {
                    let value = of(part);
                    let weight = part.part.weight.clone().unwrap_or_else(exact::one);
                    if part.part.is_taken_away() {
                        -value
                    } else {
                        value * weight
                    }
                })
                .sum(),
        }
    }

    /// Whether any part enters at face value, never re-based.
    #[must_use]
    pub fn includes_nominal(&self) -> bool {
        let nominal = |part: &DerivedPartWorked| part.part.prices == Some(PriceYear::Nominal);
        self.parts.iter().any(nominal)
    }
}
