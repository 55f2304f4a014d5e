//! A row of `api_key`, read strictly.

use crate::domain::key::Key;
use crate::domain::moment::Moment;
use crate::domain::network::Network;
use crate::domain::policy::Role;
use crate::storage::StorageError;
use crate::storage::cell::{Cells, maybe_moment};
use crate::storage::codec;

#[derive(sqlx::FromRow)]
pub(super) struct KeyRow {
    key_id: String,
    holder_id: String,
    name: String,
    role: String,
    organisations: String,
    networks: String,
    prefix: String,
    created_at: i64,
    expires_at: Option<i64>,
    rotated_at: Option<i64>,
    revoked_at: Option<i64>,
    last_used_at: Option<i64>,
}

impl KeyRow {
    pub(super) fn read(self) -> Result<Key, StorageError> {
        let key = self.key_id.clone();
        let cells = Cells {
            table: "api_key",
            key: &key,
        };
        let organisations = cells.good("organisations", codec::codes(&self.organisations))?;
        let networks = cells.good("networks", codec::codes(&self.networks))?;
        let networks = networks.iter().map(|text| Network::parse(text));
        Ok(Key {
            id: self.key_id,
            holder: self.holder_id,
            name: self.name,
            role: cells.some("role", Role::parse(&self.role))?,
            organisations: organisations.into_iter().collect(),
            networks: cells.good("networks", networks.collect::<Result<_, _>>())?,
            prefix: self.prefix,
            created_at: Moment::from_micros(self.created_at),
            expires_at: maybe_moment(self.expires_at),
            rotated_at: maybe_moment(self.rotated_at),
            revoked_at: maybe_moment(self.revoked_at),
            last_used_at: maybe_moment(self.last_used_at),
        })
    }
}

/// A list of what can be shown, as it is kept.
pub(super) fn texts<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    codec::codes_text(&items)
}
