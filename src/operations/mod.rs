//! What can be done: a file per verb, the same over HTTP, from the command line and in a test.
//! A transaction begins only here.

pub mod add_commitment;
pub mod add_contract;
pub mod add_organisation;
pub mod add_place;
mod adjusting;
pub mod amend_commitment;
pub mod amend_contract;
pub mod appraise;
pub mod audit;
mod book;
pub mod calculate;
pub mod carry_out;
pub mod contract_value;
pub mod decide_return;
pub mod editions;
pub mod explain_contract;
pub mod explain_return;
mod funding;
pub mod import_contract;
pub mod keys;
pub mod known;
pub mod list_contracts;
pub mod list_organisations;
pub mod list_returns;
mod named;
pub mod node;
mod office;
pub mod open_partnership;
pub mod piece;
pub mod posted;
pub mod proof;
pub mod publications;
pub mod put_return;
pub mod read_commitments;
pub mod read_return;
pub mod reading;
pub mod rebase_contract;
mod refusal;
pub mod roll_up;
pub mod sample;
pub mod seen;
pub mod submit_return;
pub mod verify;

pub use office::{Actor, Hand, Office, Rules};
pub use refusal::{Conflict, Forbidden, Refusal};
