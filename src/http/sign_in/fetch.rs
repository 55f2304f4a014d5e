//! Asking an issuer for its keys: one address, or two where the first only says where they are.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Uri;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

use crate::operations::node::Node;

use super::key_set::{Key, key_set};

/// How long an issuer has to answer, whatever it is asked.
const LIMIT: Duration = Duration::from_secs(5);
/// The longest answer read, in bytes.
const LONGEST: u64 = 256 * 1024;
/// The deepest an answer may be nested.
const DEEPEST: usize = 16;

/// Where the keys of an issuer are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// At an address that is known.
    Known {
        /// Whose they are.
        issuer: String,
        /// Where.
        address: String,
    },
    /// Where the issuer's own description says (OpenID Connect Discovery).
    Described {
        /// Whose they are.
        issuer: String,
    },
}

impl Source {
    /// Whose keys.
    pub(super) fn issuer(&self) -> &str {
        match self {
            Self::Known { issuer, .. } | Self::Described { issuer } => issuer,
        }
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    /// The issuer did not answer in time.
    #[error("no answer within {} s", LIMIT.as_secs())]
    Slow,
    /// The issuer did not answer, or not so.
    #[error("{0}")]
    Answer(String),
    /// The answer is not what it should be.
    #[error("{0}")]
    Content(&'static str),
}

/// Fetches the keys. It takes a thread that may wait, and at most twice as long as [`LIMIT`] of it.
pub(super) async fn fetch(source: &Source) -> Result<Vec<Key>, Failed> {
    let source = source.clone();
    let work = tokio::task::spawn_blocking(move || fetch_waiting(&source));
    match tokio::time::timeout(LIMIT, work).await {
        Ok(Ok(done)) => done,
        Ok(Err(broken)) => Err(Failed::Answer(broken.to_string())),
        Err(_) => Err(Failed::Slow),
    }
}

fn fetch_waiting(source: &Source) -> Result<Vec<Key>, Failed> {
    let address = match source {
        Source::Known { address, .. } => address.clone(),
        Source::Described { issuer } => described(issuer)?,
    };
    key_set(&get(&address)?).map_err(Failed::Content)
}

/// Where an issuer says that its keys are.
fn described(issuer: &str) -> Result<String, Failed> {
    let base = issuer.trim_end_matches('/');
    let description = get(&format!("{base}/.well-known/openid-configuration"))?;
    let description = Node::read(&description, DEEPEST)
        .map_err(|_| Failed::Content("the issuer's description is not JSON"))?;
    let text = |name: &str| description.get(name).and_then(Node::text);
    if text("issuer") != Some(issuer) {
        let message = "the issuer's description is of another issuer";
        return Err(Failed::Content(message));
    }
    let keys = text("jwks_uri").filter(|address| is_safe(address));
    keys.map(str::to_owned).ok_or(Failed::Content(
        "the issuer's description names no https address of its keys",
    ))
}

/// One answer, whole. Redirects are not followed: an address that moved is a new setting, and nobody's to choose.
fn get(address: &str) -> Result<Vec<u8>, Failed> {
    let failed = |error: ureq::Error| Failed::Answer(format!("{address}: {error}"));
    let mut response = agent(address).get(address).call().map_err(failed)?;
    if response.status() != 200 {
        let status = response.status();
        return Err(Failed::Answer(format!("{address}: answers {status}")));
    }
    let mut body = Vec::new();
    let read = response
        .body_mut()
        .as_reader()
        .take(LONGEST + 1)
        .read_to_end(&mut body);
    read.map_err(|error| Failed::Answer(format!("{address}: {error}")))?;
    if u64::try_from(body.len()).is_ok_and(|length| length > LONGEST) {
        let message = format!("{address}: the answer is longer than {LONGEST} bytes");
        return Err(Failed::Answer(message));
    }
    Ok(body)
}

/// Made anew each time, as it is seldom wanted: root certificates and proxies are those of the day.
fn agent(address: &str) -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(LIMIT))
        .max_redirects(0)
        .user_agent(concat!("goodmeasure/", env!("CARGO_PKG_VERSION")))
        .accept("application/json");
    let config = match address.starts_with("https:") {
        true => config.https_only(true),
        false => config.proxy(None), // this machine
    };
    config.build().into()
}

/// Whether an address may be asked: https anywhere, plain http on this machine only, for trials.
pub(super) fn is_safe(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else {
        return false;
    };
    let (Some(host), Some(authority)) = (uri.host(), uri.authority()) else {
        return false;
    };
    let loopback = || {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let address = bare.parse::<std::net::IpAddr>();
        bare == "localhost" || address.is_ok_and(|address| address.is_loopback())
    };
    let plain = !authority.as_str().contains('@') && !address.contains('#');
    plain
        && match uri.scheme_str() {
            Some("https") => true,
            Some("http") => loopback(),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn only_safe_addresses_are_asked() {
        for good in [
            "https://login.example.org/realms/care",
            "https://login.example.org:8443/keys?v=2",
            "http://127.0.0.1:9000/keys",
            "http://[::1]/keys",
            "http://localhost:8080",
        ] {
            assert!(is_safe(good), "{good}");
        }
        for bad in [
            "http://login.example.org/keys",
            "http://127.0.0.1@login.example.org/keys",
            "http://127.0.0.1.example.org/keys",
            "https://user:secret@login.example.org/keys",
            "https://login.example.org/#keys",
            "ftp://127.0.0.1/keys",
            "file:///etc/passwd",
            "/keys",
            "keys",
            "",
        ] {
            assert!(!is_safe(bad), "{bad}");
        }
    }
}
