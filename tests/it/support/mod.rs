//! What several tests need.

pub mod app;
pub mod cable;
pub mod chance;
pub mod cluster;
pub mod databases;
pub mod documented;
pub mod forward;
pub mod meter;
pub mod process;
pub mod scene;
pub mod source;
pub mod spreadsheet;
pub mod tables;
pub mod wire;
pub mod world;
