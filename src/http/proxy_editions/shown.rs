//! An edition as it is shown.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::edition::PublishedProxy;
use crate::domain::policy::Action;
use crate::operations::Office;
use crate::operations::editions::Found;

use super::super::caller::Caller;
use super::governance::GovernanceShown;

/// How much an edition holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditionCounts {
    /// Measures.
    pub measures: usize,
    /// Of them, with a value.
    pub valued: usize,
    /// Of them, counted without £.
    pub record_only: usize,
    /// Proxies.
    pub proxies: usize,
    /// Of them, provisional in some value.
    pub provisional: usize,
}

/// A proxy edition.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditionShown {
    /// Set and edition.
    #[schema(example = "open-uk/2026")]
    pub id: String,
    /// The proxy set.
    #[schema(example = "open-uk")]
    pub set: String,
    /// The edition of it.
    #[schema(example = "2026")]
    pub edition: String,
    /// Title.
    pub title: String,
    /// Day of publication; `null` while it is not out.
    pub published_on: Option<String>,
    /// `draft`, `proposed`, `approved`, `published`, `superseded` or `withdrawn`.
    pub status: String,
    /// Whether it came with the program; else the partnership governs it.
    pub shipped: bool,
    /// The financial year all its real values stand in.
    #[schema(example = "2024-25")]
    pub price_base: String,
    /// Its method of valuation as a whole.
    pub method: String,
    /// SHA-256 over its resolved rows and series; `null` while it is not out.
    pub digest: Option<String>,
    /// Sentences to show with its values.
    pub attribution: Vec<String>,
    /// Licences of its values.
    pub licences: Vec<String>,
    /// `allowed`, or `none`: values that say nothing themselves are calculated with, and only administrators see them.
    #[schema(example = "allowed")]
    pub redistribution: String,
    /// Code of the taxonomy that came with it.
    pub taxonomy: Option<String>,
    /// The release of each series it is worked out with.
    pub series: BTreeMap<String, String>,
    /// How much it holds.
    pub counts: EditionCounts,
    /// How the partnership governs it; `null` for what is shipped, and for suppliers.
    pub governance: Option<GovernanceShown>,
}

impl EditionShown {
    /// An edition as one who asks sees it.
    pub fn of(found: &Found, office: &Office, caller: &Caller) -> Self {
        let edition = found.edition.as_ref();
        let facts = edition.facts();
        let governed = found.governed.as_ref();
        let is_out = governed.is_none_or(|one| one.way.publication().is_some());
        let state = governed.map_or(facts.status.word(), |one| one.way.state().word());
        let measures = edition.measures().count();
        let valued = edition.measures().filter(|one| one.is_valued()).count();
        let provisional =
            |one: &&PublishedProxy| one.values().any(|value| !value.provisional.is_empty());
        Self {
            id: facts.id.to_string(),
            set: facts.id.set.clone(),
            edition: facts.id.edition.clone(),
            title: facts.title.clone(),
            published_on: is_out.then(|| facts.published_on.to_string()),
            status: state.to_owned(),
            shipped: governed.is_none(),
            price_base: facts.price_base.clone(),
            method: facts.method.clone(),
            digest: is_out.then(|| edition.digest().to_owned()),
            attribution: facts.attribution.clone(),
            licences: facts.licences.clone(),
            redistribution: facts.redistribution.word().to_owned(),
            taxonomy: facts.taxonomy.as_ref().map(|one| one.code.clone()),
            series: facts.series.clone(),
            counts: EditionCounts {
                measures,
                valued,
                record_only: measures - valued,
                proxies: edition.proxies().count(),
                provisional: edition.proxies().filter(provisional).count(),
            },
            governance: governed
                .filter(|_| caller.may(Action::ReadDraftEditions))
                .map(|one| GovernanceShown::of(one, office, caller)),
        }
    }
}
