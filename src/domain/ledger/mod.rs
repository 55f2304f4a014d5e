//! The ledger of value: what stands, what is posted, what is split, what is added up (L1 to L5).

pub mod bridge;
pub mod difference;
pub mod posting;
pub mod ranges;
pub mod split;
pub mod standing;
pub mod total;
