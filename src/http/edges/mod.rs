//! What every request passes on its way in, and every answer on its way out: a file per pass.

pub mod accept;
pub mod caching;
pub mod compression;
pub mod connection;
pub mod cors;
pub mod etag;
pub mod head_limits;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "asked by what two people may edit")
)]
pub mod if_match;
pub mod methods;
pub mod rate_limits;
pub mod security_headers;
mod weight;
