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

/// The most characters of an input that a message or pointer says back.
const LONGEST_ECHO: usize = 60;

/// What an input said, cut short: an answer is never as long as what it refuses.
#[must_use]
pub fn echo(text: &str) -> String {
    match text.char_indices().nth(LONGEST_ECHO) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Whether a character is not seen, so that two texts that look alike are two, or turns the writing around. Some
/// languages need the two joiners, U+200C and U+200D.
#[must_use]
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A key of the input as a part of a JSON pointer (RFC 6901).
#[must_use]
pub fn pointer_part(key: &str) -> String {
    echo(key).replace('~', "~0").replace('/', "~1")
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {} ({})", self.pointer, self.message, self.code)
    }
}
