//! Good Measure counts social value.
pub mod catalogue;
pub mod cli;
pub mod domain;
pub mod http;
pub mod operations;
pub mod storage;
