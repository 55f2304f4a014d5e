//! What several tests need.

pub mod app;
pub mod cable;
pub mod databases;
pub mod scene;
pub mod source;
pub mod wire;
pub mod world;
