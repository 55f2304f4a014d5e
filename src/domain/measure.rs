//! What is measured, and how it may be counted, claimed and added up (V4 to V7).

use std::collections::BTreeMap;

use super::amount::Quantity;
use super::exact::{self, Exact};
use super::words::words;

words! {
    /// What the quantity of a measure is (V4).
    QuantityKind {
        /// Adds up over periods: hours, miles, £.
        Flow = "flow",
        /// Posts in work: accrues as unit-months, shown divided by 12.
        AverageOverPeriod = "average_over_period",
        /// People, completions.
        Event = "event",
        /// A numerator and a denominator.
        Ratio = "ratio",
        /// A state at the end of the period.
        Level = "level",
        /// Yes or no.
        YesNo = "yes_no",
        /// Words.
        Text = "text",
    }
}

impl QuantityKind {
    /// Whether quantities of this kind may be added, split between anchors and valued.
    #[must_use]
    pub fn adds_up(self) -> bool {
        matches!(self, Self::Flow | Self::AverageOverPeriod | Self::Event)
    }
}

words! {
    /// How a measure may be claimed (V5).
    Claim {
        /// Whatever happened in the period.
        EachPeriod = "each_period",
        /// Once, in the period of the event.
        OnceAtEvent = "once_at_event",
        /// Only the first twelve months of each starter.
        First12Months = "first_12_months",
    }
}

words! {
    /// What kind of value a proxy is; totals never cross columns (V13).
    Column {
        /// Public value, climate, harm avoided, wellbeing.
        Social = "social",
        /// Wages and spend that stay local.
        LocalEconomic = "local_economic",
        /// Time and money given, at replacement cost.
        Effort = "effort",
        /// The public purse; largely transfers.
        Fiscal = "fiscal",
    }
}

words! {
    /// How a measure aggregates over time or over places (V7).
    Aggregation {
        /// By adding.
        Sum = "sum",
        /// The latest stands.
        Latest = "latest",
        /// The largest stands.
        Maximum = "maximum",
        /// The mean.
        Mean = "mean",
        /// Numerators over denominators, each added.
        Ratio = "ratio",
        /// Not at all.
        None = "none",
    }
}

words! {
    /// Which shelf a measure stands on.
    Shelf {
        /// What a commissioner can use on day one.
        Default = "default",
        /// Needs a stated counterfactual or an evaluation; off unless turned on.
        Library = "library",
    }
}

/// What a factor is made of: what was after, less what was before, less the same among others (V6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its code in `components`.
    pub code: String,
    /// Whether it is taken away.
    pub less: bool,
    /// Whether it may be below zero.
    pub signed: bool,
    /// The most it may be in size: the end of a scale.
    pub most: Option<Exact>,
}

/// One factor of a product: attendees, hours, people, weeks (V6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// Its code in `components`.
    pub code: String,
    /// Its unit.
    pub unit: String,
    /// What it is divided by: 12 for months of a year.
    pub divisor: Exact,
    /// Whether it may be below zero.
    pub signed: bool,
    /// The most it may be in size: the end of a scale.
    pub most: Option<Exact>,
    /// What it may be given by instead; often none.
    pub terms: Vec<Term>,
}

impl Factor {
    /// Its value among components: given itself, or by all its terms.
    #[must_use]
    pub fn value(&self, given: &BTreeMap<String, Quantity>) -> Option<Exact> {
        if let Some(quantity) = given.get(&self.code) {
            return Some(quantity.exact());
        }
        if self.terms.is_empty() {
            return None;
        }
        let mut sum = exact::zero();
        for term in &self.terms {
            let quantity = given.get(&term.code)?.exact();
            sum += if term.less { -quantity } else { quantity };
        }
        Some(sum)
    }
}

/// One separately valued part of a composite: £ cash, ordinary hours (V6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its code in `components`.
    pub code: String,
    /// What it is, for people.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// The proxy that values it; `None` is counted only.
    pub valued_by: Option<String>,
}

/// What a line of a measure gives (V6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A plain quantity.
    Plain,
    /// Factors whose product is the quantity, and parts valued apart (often none).
    Product {
        /// The factors.
        factors: Vec<Factor>,
        /// Parts valued apart: hours of staff beside attendee-hours.
        parts: Vec<Part>,
    },
    /// Parts only; a composite has no quantity of its own.
    Composite {
        /// The parts.
        parts: Vec<Part>,
    },
}

impl Input {
    /// The separately valued parts.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        match self {
            Self::Plain => &[],
            Self::Product { parts, .. } | Self::Composite { parts } => parts,
        }
    }

    /// The factors of the quantity.
    #[must_use]
    pub fn factors(&self) -> &[Factor] {
        match self {
            Self::Product { factors, .. } => factors,
            _ => &[],
        }
    }
}

/// How an edition values a measure (V7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Valuation {
    /// Quantity times the net unit value of a proxy.
    Proxy(String),
    /// Through tonnes: quantity times an emission factor (kgCO2e a unit) times a carbon proxy (V6).
    Carbon {
        /// The proxy of a tonne.
        proxy: String,
        /// The item of the emission factor series.
        factor: String,
    },
    /// Each part at its own proxy.
    Parts,
    /// Counted and shown without £, for this reason.
    RecordOnly(String),
}

/// A measure as one edition defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Stable code in kebab case.
    pub code: String,
    /// Short title.
    pub title: String,
    /// What it is.
    pub definition: String,
    /// What counts.
    pub counts: String,
    /// What evidence is expected.
    pub evidence: String,
    /// What does not count.
    pub does_not_count: String,
    /// Unit of the quantity.
    pub unit: String,
    /// Its plural, where it is another word.
    pub unit_plural: Option<String>,
    /// What the quantity is.
    pub quantity: QuantityKind,
    /// How it may be claimed.
    pub claim: Claim,
    /// How it aggregates over time.
    pub over_time: Aggregation,
    /// How it aggregates over places.
    pub over_places: Aggregation,
    /// The outcome it measures.
    pub outcome: String,
    /// One theme per taxonomy: taxonomy code to theme code.
    pub themes: BTreeMap<String, String>,
    /// Its shelf.
    pub shelf: Shelf,
    /// Why it is on the library shelf.
    pub shelf_reason: Option<String>,
    /// Whether quantities below zero (harm) are meaningful.
    pub allows_harm: bool,
    /// Other codes for the same thing.
    pub aliases: Vec<String>,
    /// The column of its worth; `None` for record-only.
    pub column: Option<Column>,
    /// What a line gives.
    pub input: Input,
    /// How it is valued.
    pub valuation: Valuation,
    /// Units a caller may ask to convert from, with the exact factor into `unit`.
    pub unit_conversions: BTreeMap<String, Exact>,
}

impl Measure {
    /// Whether an edition gives it a £ value.
    #[must_use]
    pub fn is_valued(&self) -> bool {
        !matches!(self.valuation, Valuation::RecordOnly(_))
    }

    /// Codes of the proxies that value it.
    pub fn proxies(&self) -> impl Iterator<Item = &str> {
        let (whole, parts) = match &self.valuation {
            Valuation::Proxy(code) | Valuation::Carbon { proxy: code, .. } => (Some(code), &[][..]),
            Valuation::Parts => (None, self.input.parts()),
            Valuation::RecordOnly(_) => (None, &[][..]),
        };
        let parts = parts.iter().filter_map(|part| part.valued_by.as_ref());
        whole.into_iter().chain(parts).map(String::as_str)
    }

    /// What postings count of one unit: an average accrues in unit-months, so that it is the same however the
    /// months are reported, and is shown divided by 12 (V4).
    #[must_use]
    pub fn posted_of_unit(&self) -> i64 {
        match self.quantity {
            QuantityKind::AverageOverPeriod => 12,
            _ => 1,
        }
    }

    /// A posted quantity or a sum of such, in units.
    #[must_use]
    pub fn units_posted(&self, micro: i64) -> Exact {
        exact::ratio(micro, 1_000_000) / exact::whole(self.posted_of_unit())
    }

    /// Why quantities of it are not added; `None` where they are (V7).
    #[must_use]
    pub fn no_sum_because(&self) -> Option<String> {
        if self.has_sum() {
            return None;
        }
        Some(match self.quantity.adds_up() {
            true => "a composite has no quantity of its own".to_owned(),
            false => format!(
                "{} does not add up (over time: {}, over places: {})",
                self.quantity, self.over_time, self.over_places
            ),
        })
    }

    /// Whether a line of it has a quantity that adds up over periods and anchors.
    #[must_use]
    pub fn has_sum(&self) -> bool {
        self.quantity.adds_up() && !matches!(self.input, Input::Composite { .. })
    }
}
