//! API keys: who may call. Only the SHA-256 of a secret is ever here.

mod read;
mod row;
mod write;

pub use read::{KeyFilter, any_exists, find, find_by_secret, is_last_administrator, list};
pub use write::{add, note_use, revoke, rotate, take_turn};
