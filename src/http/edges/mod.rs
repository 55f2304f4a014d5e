//! What every request passes on its way in, and every answer on its way out: a file per pass.

pub mod accept;
pub mod caching;
pub mod connection;
pub mod head_limits;
pub mod methods;
pub mod security_headers;
