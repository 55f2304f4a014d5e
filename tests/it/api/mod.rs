//! Whole answers of every route.

mod organisations;
mod roll_ups;
