//! What can be done: a file per verb.
pub mod calculate;
pub mod sheet;
