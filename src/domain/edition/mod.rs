//! A named table of proxies: as written (`Draft`), and as published (`Edition`): sealed and hashed.

mod adjust;
pub mod comparable;
pub mod difference;
mod digest;
mod lint;
mod publish;
mod resolve;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::derivation::Derived;
use super::effect::Effect;
use super::exact::Exact;
use super::measure::Measure;
use super::period::Day;
use super::proxy::{Proxy, Range, Redistribution};
use super::relation::{Relation, RelationKind};
use super::series::{Found, Gaps, Series};
use super::taxonomy::Taxonomy;
use super::uprating::Uprating;
use super::words::words;

pub use lint::{Known, lint};
pub use publish::publish;

/// Which edition: `open-uk/2026`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EditionId {
    /// The proxy set.
    pub set: String,
    /// The edition of it.
    pub edition: String,
}

impl EditionId {
    /// Reads `open-uk/2026`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (set, edition) = text.split_once('/')?;
        let plain = |part: &str| {
            !part.is_empty()
                && part.len() <= 60
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
        };
        (plain(set) && plain(edition)).then(|| Self {
            set: set.to_owned(),
            edition: edition.to_owned(),
        })
    }
}

impl std::fmt::Display for EditionId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.set, self.edition)
    }
}

words! {
    /// Whether an edition may still change.
    Status {
        /// Still being written: it may be tried, not pinned by a contract.
        Draft = "draft",
        /// Out: it never changes again.
        Published = "published",
    }
}

/// An edition as its files say it: not yet uprated, checked or sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Which one.
    pub id: EditionId,
    /// Title.
    pub title: String,
    /// Day of publication.
    pub published_on: Day,
    /// Whether it may still change.
    pub status: Status,
    /// The financial year all its real values stand in.
    pub price_base: String,
    /// Its method of valuation as a whole.
    pub method: String,
    /// Sentences to show with its values.
    pub attribution: Vec<String>,
    /// Licences of its values.
    pub licences: Vec<String>,
    /// Whether values of it that say nothing themselves may be passed on.
    pub redistribution: Redistribution,
    /// The taxonomy that came with it.
    pub taxonomy: Option<Taxonomy>,
    /// Series name to the release it uses.
    pub series: BTreeMap<String, String>,
    /// The series that values are uprated by; `None` is the usual one, `gdp-deflator`.
    pub deflator: Option<String>,
    /// Relations of V11.
    pub relations: Vec<Relation>,
    /// Measures in the order of the files.
    pub measures: Vec<Measure>,
    /// Proxies in the order of the files.
    pub proxies: Vec<Proxy>,
}

/// One resolved value of a proxy: what a quantity is multiplied by, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitValue {
    /// The place it was chosen for.
    pub place: String,
    /// The year of the value, where it varies by year.
    pub year: Option<String>,
    /// As published. Pounds a unit.
    pub source_value: Range,
    /// The step to the price base; `None` at face value or already in base prices.
    pub uprating: Option<Uprating>,
    /// The parts it is built from, where it is: `source_value` is then theirs, in base prices.
    pub derived: Option<Arc<Derived>>,
    /// What is taken off, and how long it lasts (V9); `None` is gross, or net as published.
    pub effect: Option<Arc<Effect>>,
    /// The multiplicand: rounded once to 12 places (V9). Pounds a unit.
    pub net: Range,
    /// Why it is provisional; empty when it is not.
    pub provisional: Vec<String>,
}

impl UnitValue {
    /// In base prices, before anything is taken off, exact. Pounds a unit.
    #[must_use]
    pub fn gross(&self) -> Exact {
        match &self.uprating {
            Some(step) => &self.source_value.central * step.ratio(),
            None => self.source_value.central.clone(),
        }
    }
}

/// A proxy with its resolved values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedProxy {
    /// As written.
    pub proxy: Proxy,
    /// Place code to value; empty where it varies by year.
    pub by_place: BTreeMap<String, Arc<UnitValue>>,
    /// Year label to value; empty where it does not vary by year.
    pub by_year: BTreeMap<String, Arc<UnitValue>>,
    /// What its series has no number for, where a partnership brought that: nothing is carried forward there.
    pub gaps: Option<Gaps>,
}

impl PublishedProxy {
    /// Whether it is calculated with and not shown: its licence does not let it be passed on.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.proxy.terms.redistribution == Redistribution::Refused
    }

    /// Every value, by place or by year.
    pub fn values(&self) -> impl Iterator<Item = &UnitValue> {
        let all = self.by_place.values().chain(self.by_year.values());
        all.map(AsRef::as_ref)
    }
}

/// A published edition: checked, uprated, sealed by its digest. It cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    draft: Draft,
    measures: BTreeMap<String, Measure>,
    proxies: BTreeMap<String, PublishedProxy>,
    factors: Option<Series>,
    deflator: Option<Series>,
    schedules: Vec<Series>,
    rests_on_kept: bool,
    digest: String,
}

impl Edition {
    /// Which one.
    #[must_use]
    pub fn id(&self) -> &EditionId {
        &self.draft.id
    }

    /// What it was made from.
    #[must_use]
    pub fn facts(&self) -> &Draft {
        &self.draft
    }

    /// SHA-256 over its resolved rows and series.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// A measure by its code or an alias.
    #[must_use]
    pub fn measure(&self, code: &str) -> Option<&Measure> {
        self.measures.get(code).or_else(|| {
            self.measures
                .values()
                .find(|measure| measure.aliases.iter().any(|alias| alias == code))
        })
    }

    /// All measures, by code.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        self.measures.values()
    }

    /// A proxy by its code.
    #[must_use]
    pub fn proxy(&self, code: &str) -> Option<&PublishedProxy> {
        self.proxies.get(code)
    }

    /// All proxies, by code.
    pub fn proxies(&self) -> impl Iterator<Item = &PublishedProxy> {
        self.proxies.values()
    }

    /// Whether a proxy is calculated with and not shown: its licence does not let it be passed on.
    #[must_use]
    pub fn keeps(&self, proxy: &str) -> bool {
        self.proxy(proxy).is_some_and(PublishedProxy::is_kept)
    }

    /// Whether anything of it may not be passed on: a value, or a series that it rests on.
    #[must_use]
    pub fn keeps_anything(&self) -> bool {
        self.rests_on_kept || self.proxies().any(PublishedProxy::is_kept)
    }

    /// What is to be said of values that are used after their time, as of a day: one sentence a proxy.
    #[must_use]
    pub fn stale<'a>(&self, used: impl IntoIterator<Item = &'a str>, today: Day) -> Vec<String> {
        let used: BTreeSet<&str> = used.into_iter().collect();
        let told = used.into_iter().filter_map(|code| {
            let proxy = &self.proxy(code)?.proxy;
            let why = proxy.terms.stale_on(today)?;
            let (id, title) = (&self.draft.id, &proxy.title);
            Some(format!("{id}: the value of {title} ({code}) {why}"))
        });
        told.collect()
    }

    /// The emission factor of an item (kgCO2e a unit) for a calendar year, or the last one known.
    #[must_use]
    pub fn emission_factor(&self, item: &str, year: &str) -> Option<(Found<'_>, Exact)> {
        let found = self.factors.as_ref()?.at_or_before(item, year)?;
        Some((found, found.row.value.central.clone()))
    }

    /// The series of schedules it names.
    #[must_use]
    pub fn schedules(&self) -> &[Series] {
        &self.schedules
    }

    /// The release of the index that it brings values to its price base by.
    #[must_use]
    pub fn deflator(&self) -> Option<&Series> {
        self.deflator.as_ref()
    }

    /// The series of emission factors it uses.
    #[must_use]
    pub fn factors(&self) -> Option<&Series> {
        self.factors.as_ref()
    }

    /// Relations of a kind that join two measures.
    pub fn joined<'a>(
        &'a self,
        kind: RelationKind,
        one: &'a str,
        other: &'a str,
    ) -> Option<&'a Relation> {
        self.draft
            .relations
            .iter()
            .find(|relation| relation.kind == kind && relation.joins(one, other))
    }
}
