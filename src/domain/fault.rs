//! One thing that is wrong with an input: where, a stable code, and what to do.

/// A fault with its place. All faults of an input are reported at once (L6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer into the input, such as `/lines/0/quantity`; in files, a path in words.
    pub pointer: String,
    /// Stable code in snake case.
    pub code: &'static str,
    /// What is wrong and what to do, for a person.
    pub message: String,
}

impl Fault {
    /// A fault at a place.
    pub fn new(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            message: message.into(),
        }
    }

    /// The same fault seen from further out: `prefix` goes before the pointer.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        self.pointer = format!("{prefix}{}", self.pointer);
        self
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {} ({})", self.pointer, self.message, self.code)
    }
}
