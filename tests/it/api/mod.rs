//! Whole answers of every route.

mod accept;
mod audit;
mod calculations;
mod commitments;
mod connections;
mod contract_imports;
mod contracts;
mod cors;
mod decisions;
mod doors;
mod heads;
mod hostile;
mod keys;
mod lists;
mod methods;
mod organisations;
mod rate_limits;
mod reference;
mod repetition;
mod returns;
mod revisions;
mod roll_ups;
mod standing_headers;
mod tags;
mod value;
mod written;
