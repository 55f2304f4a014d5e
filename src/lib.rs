//! Good Measure counts social value.
pub mod domain;
