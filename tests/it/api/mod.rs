//! Whole answers of every route.

mod calculations;
mod commitments;
mod contracts;
mod organisations;
mod reference;
mod roll_ups;
