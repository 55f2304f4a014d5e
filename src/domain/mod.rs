//! What it means: pure. No clock, no input or output, no async, no floating point, no database, no wire format.

pub mod amount;
pub mod basis;
pub mod commitment;
pub mod contract;
pub mod counting;
pub mod edition;
pub mod exact;
pub mod fault;
pub mod given;
pub mod ledger;
pub mod measure;
pub mod moment;
pub mod organisation;
pub mod period;
pub mod place;
pub mod policy;
pub mod proxy;
pub mod relation;
pub mod report;
pub mod seal;
pub mod series;
pub mod shape;
pub mod taxonomy;
pub mod uprating;
pub mod valuation;
pub(crate) mod words;
