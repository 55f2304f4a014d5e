//! All integration tests: one binary, so that it links once. A module per story.
// A test says what it expects by failing, and may measure with clocks and floats.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::panic,
    clippy::unreachable,
    clippy::unwrap_used
)]

mod access;
mod api;
mod calculation;
mod catalogue;
mod command_line;
mod examples;
mod import;
mod kill;
mod log;
mod methods;
mod metrics;
mod openapi;
mod outage;
mod proof;
mod properties;
mod secrets;
mod sign_in;
mod storage;
mod story;
mod support;
mod tidy;
mod told;
#[cfg(feature = "otel")]
mod traces;
