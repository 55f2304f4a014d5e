//! One way to hash a list of fields: SHA-256 over length-prefixed fields (L4).

use sha2::{Digest, Sha256};

/// A hash being built, field by field. A field's length goes before it, so that no two lists of
/// fields share a text.
#[derive(Debug, Clone, Default)]
pub struct Seal(Sha256);

impl Seal {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, field: &str) -> Self {
        self.0.update(field.len().to_be_bytes());
        self.0.update(field.as_bytes());
        self
    }

    /// Adds a text that may be missing; missing differs from empty.
    #[must_use]
    pub fn maybe(self, field: Option<&str>) -> Self {
        match field {
            Some(field) => self.text("+").text(field),
            None => self.text("-"),
        }
    }

    /// Adds a whole number.
    #[must_use]
    pub fn number(self, field: i64) -> Self {
        self.text(&field.to_string())
    }

    /// Adds a whole number that may be missing.
    #[must_use]
    pub fn maybe_number(self, field: Option<i64>) -> Self {
        self.maybe(field.map(|number| number.to_string()).as_deref())
    }

    /// The hash as 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn hex(self) -> String {
        let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
        let bytes = self.bytes();
        let mut text = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            text.push(digit(byte >> 4));
            text.push(digit(byte & 15));
        }
        text
    }

    /// The hash as bytes.
    #[must_use]
    pub fn bytes(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}
