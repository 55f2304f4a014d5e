//! The text of a key, `gm_<partnership>_<secret>`: made, taken apart, hashed and compared.

use std::fmt;
use std::hint::black_box;

use sha2::{Digest, Sha256};

use crate::operations::Refusal;

/// The shortest secret taken from outside, in characters.
const SHORTEST_SECRET: usize = 32;

/// The text of a key. It is shown once, and never by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyText(String);

impl KeyText {
    /// A text given from outside.
    pub(in crate::operations) fn given(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// A new one, with a secret of 256 bits in hexadecimal.
    pub(in crate::operations) fn new(partnership: &str) -> Result<Self, Refusal> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)
            .map_err(|_| Refusal::Failed("the machine gives no random numbers".to_owned()))?;
        Ok(Self(format!("gm_{partnership}_{}", in_hexadecimal(&bytes))))
    }

    /// The whole of it, for the one who asked for the key.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it: its SHA-256, in hexadecimal.
    pub(in crate::operations) fn hashed(&self) -> String {
        in_hexadecimal(&digest(&self.0))
    }

    /// The start by which it can be found in the logs of others, and not guessed.
    pub(super) fn prefix(&self) -> String {
        let secret = self.0.rfind('_').map_or(0, |at| at + 1);
        self.0.chars().take(secret + 6).collect()
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("KeyText(..)")
    }
}

/// The partnership in the text of a key, where it has the shape of one.
#[must_use]
pub fn partnership_in(text: &str) -> Option<&str> {
    let (partnership, secret) = text.strip_prefix("gm_")?.split_once('_')?;
    let plain = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let fits = is_partnership(partnership)
        && (SHORTEST_SECRET..=200).contains(&secret.len())
        && plain(secret);
    fits.then_some(partnership)
}

/// Whether a text can name a partnership: 1 to 40 lower-case letters, digits and hyphens.
#[must_use]
pub fn is_partnership(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// SHA-256 of the whole text.
pub(super) fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

pub(super) fn in_hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two digests are the same, in a time that does not tell where they differ.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    let difference = pairs.fold(0, |all, (left, right)| black_box(all | (left ^ right)));
    one.len() == other.len() && difference == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_text_is_read_and_never_told() {
        let text = KeyText::new("north-west").unwrap();
        assert_eq!(partnership_in(text.reveal()), Some("north-west"));
        assert_eq!(text.reveal().len(), "gm_north-west_".len() + 64);
        assert_ne!(text, KeyText::new("north-west").unwrap());
        assert!(text.reveal().starts_with(&text.prefix()));
        assert_eq!(text.prefix().len(), "gm_north-west_".len() + 6);
        assert!(!format!("{text:?}").contains(&text.prefix()));
    }

    #[test]
    fn digests_are_the_same_or_not() {
        let (one, other) = (digest("one"), digest("other"));
        let (one, other) = (in_hexadecimal(&one), in_hexadecimal(&other));
        assert!(is_same(&one, &one.clone()));
        assert!(!is_same(&one, &other));
        assert!(!is_same(&one, &one[..63]));
        assert!(!is_same(&one[1..], &one));
    }
}
