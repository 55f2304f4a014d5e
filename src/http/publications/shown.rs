//! Publications as they are given and shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::policy::Reach;
use crate::domain::publication::suppress::Limits;
use crate::domain::publication::{Figure, Heading};
use crate::operations::publications::Published;
use crate::operations::roll_up::{Dimension, RollUpAsked};

use super::super::roll_ups::shown::{CONSTANT_PRICES, RollUpRowShown, RollUpTotalShown};

/// From when on a figure is told in public.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuppressionBody {
    /// Whole units below which a count is suppressed, but for zero; 5 when missing, 1 suppresses none.
    #[schema(minimum = 1, maximum = 1000)]
    pub smallest_count: Option<i64>,
    /// Contracts below which a figure is suppressed; 3 when missing, 1 suppresses none.
    #[schema(minimum = 1, maximum = 1000)]
    pub fewest_contracts: Option<i64>,
    /// Suppliers below which a figure is suppressed; 3 when missing, 1 suppresses none.
    #[schema(minimum = 1, maximum = 1000)]
    pub fewest_suppliers: Option<i64>,
}

/// A roll-up to be published: what `GET /v1/roll-ups` takes, with a title.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "title": "Social value 2026-27", "by": ["theme"], "from": "2026-04-01", "to": "2027-03-31", "public": true
}))]
pub struct PublicationBody {
    /// What it is called.
    pub title: String,
    /// Dimensions, in order.
    pub by: Option<Vec<String>>,
    /// Stages; `verified` when missing.
    pub stage: Option<Vec<String>>,
    /// First day.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    /// Taxonomy of themes; the default one when missing.
    pub taxonomy: Option<String>,
    /// Only this place, all below it and all it covers.
    pub place: Option<String>,
    /// Only the part of this anchor institution, by id.
    pub anchor_institution: Option<String>,
    /// Only this supplier, by id.
    pub supplier: Option<String>,
    /// Only this contract, by id.
    pub contract: Option<String>,
    /// Only what is valued by this proxy edition.
    pub edition: Option<String>,
    /// Only what money of these sources paid: `contract_price`, `grant`, `own_resources`.
    pub funding: Option<Vec<String>>,
    /// Whether anybody may read it, with small numbers suppressed; nobody when missing.
    pub public: Option<bool>,
    /// From when on a figure is told in public.
    pub suppression: Option<SuppressionBody>,
}

/// Whether anybody may read a publication.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"public": false}))]
pub struct AccessBody {
    /// Whether anybody may.
    pub public: bool,
}

/// What was asked of a publication.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedShown {
    /// Dimensions, in order.
    #[schema(example = json!(["theme"]))]
    pub by: Vec<&'static str>,
    /// Stages.
    #[schema(example = json!(["verified"]))]
    pub stage: Vec<&'static str>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Taxonomy of themes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "act")]
    pub taxonomy: Option<String>,
    /// Only this place, all below it and all it covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Only the part of this anchor institution, by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor_institution: Option<String>,
    /// Only this supplier, by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// Only this contract, by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// Only what is valued by this proxy edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Only what money of these sources paid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub funding: Vec<&'static str>,
}

impl From<RollUpAsked> for AskedShown {
    fn from(asked: RollUpAsked) -> Self {
        Self {
            by: asked.by.into_iter().map(Dimension::word).collect(),
            stage: asked.stages.into_iter().map(Stage::word).collect(),
            from: asked.from.map(|day| day.to_string()),
            to: asked.to.map(|day| day.to_string()),
            taxonomy: asked.taxonomy,
            place: asked.place,
            anchor_institution: asked.anchor_institution,
            supplier: asked.supplier,
            contract: asked.contract,
            edition: asked.edition,
            funding: asked.funding.into_iter().map(FundingSource::word).collect(),
        }
    }
}

/// From when on a figure is told in public.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuppressionShown {
    /// Whole units below which a count is suppressed, but for zero.
    pub smallest_count: i64,
    /// Contracts below which a figure is suppressed.
    pub fewest_contracts: i64,
    /// Suppliers below which a figure is suppressed.
    pub fewest_suppliers: i64,
}

impl From<Limits> for SuppressionShown {
    fn from(limits: Limits) -> Self {
        Self {
            smallest_count: limits.smallest_count,
            fewest_contracts: limits.fewest_contracts,
            fewest_suppliers: limits.fewest_suppliers,
        }
    }
}

/// Whose figures a publication tells.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhoseShown {
    /// The part of these anchor institutions, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub anchor_institutions: Vec<String>,
    /// What these suppliers deliver, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppliers: Vec<String>,
}

/// A publication without its figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicationHeadingShown {
    /// Its id.
    pub id: String,
    /// What it is called.
    #[schema(example = "Social value 2026-27")]
    pub title: String,
    /// What was asked.
    pub query: AskedShown,
    /// Whose figures it tells; `null` where they are those of the whole partnership.
    pub whose: Option<WhoseShown>,
    /// When it was published, UTC: its figures are those known at that moment.
    pub published_at: String,
    /// Id of the key or person that published it.
    pub published_by: String,
    /// Whether anybody may read it, with small numbers suppressed.
    pub public: bool,
    /// From when on a figure is told in public.
    pub suppression: SuppressionShown,
    /// SHA-256 over everything here but `public`, over its figures and the ends of the chains they rest on: each field
    /// after its length.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub digest: String,
}

impl PublicationHeadingShown {
    /// A heading and what it says was asked.
    pub fn of(heading: Heading, asked: RollUpAsked) -> Self {
        let whose = match heading.reach {
            Reach::Everything => None,
            Reach::Of {
                held_by,
                supplied_by,
            } => Some(WhoseShown {
                anchor_institutions: held_by.into_iter().collect(),
                suppliers: supplied_by.into_iter().collect(),
            }),
        };
        Self {
            id: heading.id,
            title: heading.title,
            query: AskedShown::from(asked),
            whose,
            published_at: heading.published_at.to_string(),
            published_by: heading.published_by,
            public: heading.is_public,
            suppression: SuppressionShown::from(heading.limits),
            digest: heading.digest,
        }
    }
}

/// A row of a publication.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishedRowShown {
    /// What it says.
    #[serde(flatten)]
    pub row: RollUpRowShown,
    /// Whether it is suppressed in public.
    pub suppressed: bool,
}

/// A total of a publication.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishedTotalShown {
    /// What it says.
    #[serde(flatten)]
    pub total: RollUpTotalShown,
    /// Whether it is suppressed in public.
    pub suppressed: bool,
}

/// Where the chain of a contract ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainHeadShown {
    /// Id of the contract.
    pub contract: String,
    /// How many postings there were.
    pub postings: i64,
    /// Hash of the last one.
    pub hash: String,
}

/// A publication.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicationShown {
    /// What is told above its figures.
    #[serde(flatten)]
    pub heading: PublicationHeadingShown,
    /// What is to be said of the prices.
    pub constant_prices: &'static str,
    /// Its rows.
    pub rows: Vec<PublishedRowShown>,
    /// One a stage, column, basis and funding source, over all rows.
    pub totals: Vec<PublishedTotalShown>,
    /// Where the chains of the contracts that it rests on ended.
    pub chain_heads: Vec<ChainHeadShown>,
}

impl PublicationShown {
    /// All of one.
    pub fn of(published: Published) -> Self {
        let Published { publication, asked } = published;
        let by = asked.by.clone();
        let row = |Figure { line, suppressed }| PublishedRowShown {
            row: RollUpRowShown::of(&by, line),
            suppressed,
        };
        let total = |Figure { line, suppressed }| PublishedTotalShown {
            total: line.into(),
            suppressed,
        };
        let heads = publication.heads.into_iter().map(|head| ChainHeadShown {
            contract: head.contract,
            postings: head.length,
            hash: head.hash,
        });
        Self {
            rows: publication.rows.into_iter().map(row).collect(),
            totals: publication.totals.into_iter().map(total).collect(),
            chain_heads: heads.collect(),
            constant_prices: CONSTANT_PRICES,
            heading: PublicationHeadingShown::of(publication.heading, asked),
        }
    }
}
