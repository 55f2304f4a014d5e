//! Good Measure counts social value.
pub mod domain;
pub mod storage;
