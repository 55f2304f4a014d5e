//! An edition as it is shown.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::edition::{Edition, PublishedProxy};

use super::proxy::values;

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
    /// Day of publication.
    pub published_on: String,
    /// `draft` or `published`.
    pub status: String,
    /// The financial year all its real values stand in.
    #[schema(example = "2024-25")]
    pub price_base: String,
    /// Its method of valuation as a whole.
    pub method: String,
    /// SHA-256 over its resolved rows and series.
    pub digest: String,
    /// Sentences to show with its values.
    pub attribution: Vec<String>,
    /// Licences of its values.
    pub licences: Vec<String>,
    /// The release of each series it is worked out with.
    pub series: BTreeMap<String, String>,
    /// How much it holds.
    pub counts: EditionCounts,
}

impl From<&Edition> for EditionShown {
    fn from(edition: &Edition) -> Self {
        let facts = edition.facts();
        let measures = edition.measures().count();
        let valued = edition.measures().filter(|one| one.is_valued()).count();
        let provisional =
            |one: &&PublishedProxy| values(one).any(|value| !value.provisional.is_empty());
        Self {
            id: facts.id.to_string(),
            set: facts.id.set.clone(),
            edition: facts.id.edition.clone(),
            title: facts.title.clone(),
            published_on: facts.published_on.to_string(),
            status: facts.status.word().to_owned(),
            price_base: facts.price_base.clone(),
            method: facts.method.clone(),
            digest: edition.digest().to_owned(),
            attribution: facts.attribution.clone(),
            licences: facts.licences.clone(),
            series: facts.series.clone(),
            counts: EditionCounts {
                measures,
                valued,
                record_only: measures - valued,
                proxies: edition.proxies().count(),
                provisional: edition.proxies().filter(provisional).count(),
            },
        }
    }
}
