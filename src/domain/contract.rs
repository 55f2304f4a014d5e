//! What suppliers deliver to one or several anchor institutions, or what these fund or do themselves; and what was said of
//! it when.

use super::amount::{Pence, Share};
use super::edition::EditionId;
use super::exact::{self, Exact};
use super::funding::{ContractKind, Funding};
use super::moment::Moment;
use super::period::{Day, Period, Reporting, Span};
use super::words::words;

/// Anchor institutions with shares that sum to one by construction, in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares(Vec<(String, Share)>);

/// Why shares are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SharesRefused {
    /// Nobody holds one.
    #[error("name at least one anchor institution")]
    Empty,
    /// One body is named twice.
    #[error("the organisation {0} is named twice")]
    Twice(String),
    /// They do not add up to one.
    #[error("the shares add up to {0}, not to 1")]
    NotOne(String),
}

impl Shares {
    /// Checks that the shares sum to one and nobody stands twice.
    ///
    /// # Errors
    /// [`SharesRefused`] says why not.
    pub fn new(parts: Vec<(String, Share)>) -> Result<Self, SharesRefused> {
        if parts.is_empty() {
            return Err(SharesRefused::Empty);
        }
        for (index, (organisation, _)) in parts.iter().enumerate() {
            if parts
                .iter()
                .take(index)
                .any(|(earlier, _)| earlier == organisation)
            {
                return Err(SharesRefused::Twice(organisation.clone()));
            }
        }
        let sum: Exact = parts.iter().map(|(_, share)| share.exact()).sum();
        if sum == exact::one() {
            Ok(Self(parts))
        } else {
            Err(SharesRefused::NotOne(exact::exact_text(&sum)))
        }
    }

    /// Organisation and share, in order.
    #[must_use]
    pub fn parts(&self) -> &[(String, Share)] {
        &self.0
    }
}

/// What a contract says from one version on. The first is the baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// 1 for the baseline, then one more each amendment.
    pub version: i64,
    /// The day the change holds from; for the baseline the first day of the contract.
    pub effective_on: Day,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// Why it was changed; the baseline has none.
    pub reason: Option<String>,
    /// Title.
    pub title: String,
    /// Net value, where known.
    pub value: Option<Pence>,
    /// Gross value, where known.
    pub value_gross: Option<Pence>,
    /// Last day.
    pub ends_on: Day,
    /// Last day of a possible extension.
    pub may_extend_to: Option<Day>,
    /// Where it is delivered, where known.
    pub place: Option<String>,
    /// Who holds it.
    pub shares: Shares,
}

/// A change of the edition that all of a contract is valued by: what stood is taken back, and stated anew (L1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebasing {
    /// From 1, one more each time.
    pub number: i64,
    /// The edition it rested on before.
    pub from: EditionId,
    /// The edition it rests on since.
    pub to: EditionId,
    /// Why.
    pub reason: String,
    /// When it was recorded.
    pub recorded_at: Moment,
}

words! {
    /// How a contract stands to a day, by its latest terms. A possible extension does not run until the terms say so.
    ContractState {
        /// It begins later.
        Upcoming = "upcoming",
        /// The day lies in it.
        Running = "running",
        /// It has ended.
        Over = "over",
    }
}

/// A contract with every version of its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Identity, made by the program.
    pub id: String,
    /// The partnership's own reference, unique in it.
    pub reference: String,
    /// Open contracting id, where it was imported.
    pub ocid: Option<String>,
    /// What it is, for good.
    pub kind: ContractKind,
    /// Whose money pays it, for good.
    pub funding: Funding,
    /// The supplier; where there is none whoever delivers it, and reports.
    pub supplier: String,
    /// First day.
    pub starts_on: Day,
    /// Its reporting calendar.
    pub reporting: Reporting,
    /// The edition it is valued by now (V8).
    pub edition: EditionId,
    /// When it was recorded.
    pub created_at: Moment,
    /// Baseline first; never empty.
    pub versions: Vec<Terms>,
    /// Every change of the edition, in their order; mostly none.
    pub rebasings: Vec<Rebasing>,
}

/// How a period lies in a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inside {
    /// The days that accrue.
    pub span: Span,
    /// Whether it lies after `ends_on`, in the possible extension.
    pub in_extension: bool,
}

impl Contract {
    /// The terms that hold now. `None` only for a contract without a baseline, which storage refuses.
    #[must_use]
    pub fn current(&self) -> Option<&Terms> {
        self.versions.last()
    }

    /// The terms it began with.
    #[must_use]
    pub fn baseline(&self) -> Option<&Terms> {
        self.versions.first()
    }

    /// What it is called now.
    #[must_use]
    pub fn title(&self) -> &str {
        self.current().map_or("", |terms| terms.title.as_str())
    }

    /// The contract as it was known up to a moment, for replaying its past.
    #[must_use]
    pub fn as_known_at(&self, moment: Moment) -> Self {
        let mut then = self.clone();
        then.versions.retain(|terms| terms.recorded_at <= moment);
        let mut later = self.rebasings.iter();
        if let Some(next) = later.find(|one| one.recorded_at > moment) {
            then.edition = next.from.clone();
        }
        then.rebasings.retain(|one| one.recorded_at <= moment);
        then
    }

    /// Names what it says: another name when it was amended or re-based.
    #[must_use]
    pub fn version(&self) -> String {
        (self.versions.len() + self.rebasings.len()).to_string()
    }

    /// The terms in force on a day: the latest recorded of those that hold by then.
    #[must_use]
    pub fn terms_on(&self, day: Day) -> Option<&Terms> {
        let in_force = self
            .versions
            .iter()
            .rev()
            .find(|terms| terms.effective_on <= day);
        in_force.or(self.versions.first())
    }

    /// The shares that hold on a day (V12).
    #[must_use]
    pub fn shares_on(&self, day: Day) -> Option<&Shares> {
        self.terms_on(day).map(|terms| &terms.shares)
    }

    /// How a period lies in the contract; `None` when no day of it does (V4).
    #[must_use]
    pub fn inside(&self, period: Period) -> Option<Inside> {
        let terms = self.current()?;
        let in_extension = period.from() > terms.ends_on;
        let last = if in_extension {
            terms.may_extend_to?
        } else {
            terms.ends_on
        };
        let span = Span {
            from: self.starts_on,
            to: last,
        };
        period
            .last_day_inside(span)
            .map(|_| Inside { span, in_extension })
    }

    /// The periods of its life, extension left out.
    #[must_use]
    pub fn periods(&self) -> Vec<Period> {
        self.current()
            .map(|terms| Period::touching(self.starts_on, terms.ends_on, self.reporting))
            .unwrap_or_default()
    }

    /// Those of its periods that were over before a day.
    #[must_use]
    pub fn periods_until(&self, today: Day) -> Vec<Period> {
        let Some(terms) = self.current() else {
            return Vec::new();
        };
        let last = terms.ends_on.min(today);
        let mut periods = Period::touching(self.starts_on, last, self.reporting);
        periods.retain(|period| period.to() < today);
        periods
    }
}
