//! How it speaks: a file per resource. `error.rs` is the only file that knows both an error and a status.

mod access;
mod answer;
mod body;
mod calculations;
mod caller;
mod commitments;
mod contract_imports;
mod contracts;
mod document;
mod error;
mod fallback;
mod fields;
mod figures;
mod journal;
mod measures;
mod organisations;
mod page;
mod path_number;
mod places;
mod plain_path;
mod problem;
mod proxy_editions;
mod query;
mod returns;
mod roll_ups;
mod routes;
mod series;
mod server;
mod system;
mod taxonomies;
mod working;
mod writing;

pub use access::action;
pub use document::document;
pub use server::{Listening, listen};
