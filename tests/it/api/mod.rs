//! Whole answers of every route.

mod organisations;
