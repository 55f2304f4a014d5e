//! Keys as they are shown: everything but the secret, which is shown once.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::key::Key;
use crate::domain::moment::Moment;
use crate::operations::keys::MadeKey;

/// A new key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "Able Repairs, reporting", "role": "supplier", "organisations": ["01939d1c-7f7e-7c64-9b0a-6a3c5c1f7d20"], "expires_on": "2028-03-31", "networks": ["203.0.113.0/24"]}))]
pub struct KeyBody {
    /// Whose it is, for people; at most 100 characters.
    pub name: String,
    /// `administrator`, `commissioner`, `supplier` or `analyst`.
    pub role: String,
    /// Ids of the organisations that a commissioner (anchor institutions) or a supplier acts for, at most 100; none
    /// for the other roles, which are for the whole partnership.
    pub organisations: Option<Vec<String>>,
    /// The last day it opens anything, UTC, at most five years from now; it never expires when missing.
    pub expires_on: Option<String>,
    /// Addresses and networks (CIDR) it may be used from, at most 20; anywhere when missing.
    pub networks: Option<Vec<String>>,
}

/// How a key is rotated.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"overlap_days": 7}))]
pub struct RotationBody {
    /// Days in which both keys open, 0 to 90; 7 when missing.
    pub overlap_days: Option<i64>,
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyShown {
    /// Its id.
    pub id: String,
    /// Whose hand it is, as returns and the audit name it: the id of the first key of its rotations.
    pub holder: String,
    /// Whose it is, for people.
    pub name: String,
    /// `administrator`, `commissioner`, `supplier` or `analyst`.
    #[schema(example = "supplier")]
    pub role: String,
    /// Ids of the organisations it is for; none where its role is for the whole partnership.
    pub organisations: Vec<String>,
    /// Addresses and networks it may be used from; anywhere, when there is none.
    #[schema(example = json!(["203.0.113.0/24"]))]
    pub networks: Vec<String>,
    /// How its text begins, to find it where it leaked.
    #[schema(example = "gm_default_5f3a9c")]
    pub prefix: String,
    /// `live`, `expired` or `revoked`.
    #[schema(example = "live")]
    pub state: String,
    /// When it was made, UTC.
    pub created_at: String,
    /// From when on it opens nothing, UTC; `null` is never.
    pub expires_at: Option<String>,
    /// When another key took its place, UTC.
    pub rotated_at: Option<String>,
    /// When it was revoked, UTC.
    pub revoked_at: Option<String>,
    /// When it was last used, UTC, to about a minute.
    pub last_used_at: Option<String>,
}

impl KeyShown {
    /// A key as it is at a moment.
    pub fn of(key: &Key, at: Moment) -> Self {
        let moment = |at: Option<Moment>| at.map(|at| at.to_string());
        Self {
            id: key.id.clone(),
            holder: key.holder.clone(),
            name: key.name.clone(),
            role: key.role.to_string(),
            organisations: key.organisations.iter().cloned().collect(),
            networks: key.networks.iter().map(ToString::to_string).collect(),
            prefix: key.prefix.clone(),
            state: key.state(at).to_string(),
            created_at: key.created_at.to_string(),
            expires_at: moment(key.expires_at),
            rotated_at: moment(key.rotated_at),
            revoked_at: moment(key.revoked_at),
            last_used_at: moment(key.last_used_at),
        }
    }
}

/// A key just made.
#[derive(Serialize, ToSchema)]
pub struct MadeKeyShown {
    /// `gm_<partnership>_<secret>`: shown this once, and never again; `null` where an answer is given again under its
    /// `Idempotency-Key`.
    #[schema(example = "gm_default_5f3a9c")]
    pub key: Option<String>,
    /// The rest of it.
    #[serde(flatten)]
    pub shown: KeyShown,
}

impl MadeKeyShown {
    /// A key as it is when it was made.
    pub fn of(made: &MadeKey) -> Self {
        Self {
            key: Some(made.text.reveal().to_owned()),
            ..Self::again(made)
        }
    }

    /// The same without its text.
    pub fn again(made: &MadeKey) -> Self {
        Self {
            key: None,
            shown: KeyShown::of(&made.key, made.key.created_at),
        }
    }
}
