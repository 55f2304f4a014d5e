//! What several tests need.

pub mod app;
pub mod cable;
pub mod cluster;
pub mod databases;
pub mod documented;
pub mod meter;
pub mod process;
pub mod scene;
pub mod source;
pub mod wire;
pub mod world;
