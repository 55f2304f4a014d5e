//! Whole answers of every route.

mod commitments;
mod contracts;
mod organisations;
mod roll_ups;
