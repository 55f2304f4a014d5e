//! What every request passes on its way in, and every answer on its way out: a file per pass. `server.rs` puts them
//! in order. The reasons for the order: the connection is watched until the last byte is made; headers and journal
//! see every answer, whoever gives it; a page of another server may read a refusal too; who asks too much is sent
//! away before anything is done; HEAD is GET before anything looks at the method; and a tag is made of the body
//! before it is compressed.

pub mod accept;
pub mod caching;
pub mod compression;
pub mod connection;
pub mod cors;
pub mod etag;
pub mod head_limits;
pub mod if_match;
pub mod methods;
pub mod rate_limits;
pub mod security_headers;
pub mod weight;
