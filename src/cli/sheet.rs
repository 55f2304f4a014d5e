//! Cells that are safe to open in a spreadsheet: no text is ever taken for a formula.

use std::borrow::Cow;

use crate::domain::exact;

/// Guards a cell that a spreadsheet would run: one that starts with `=`, `+`, `-`, `@`, a tab or a
/// line end gets an apostrophe before it, unless it is a plain number.
#[must_use]
pub fn cell(text: &str) -> Cow<'_, str> {
    // A spreadsheet looks past blanks, and some past full-width signs.
    let first = text.trim_start_matches([' ', '\u{a0}']).chars().next();
    let runs = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    );
    if runs && exact::decimal(text, 60).is_err() {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn only_what_would_run_is_guarded() {
        for safe in ["", "1", "-12.50", "local jobs", "a=b", "2026-27-Q1"] {
            assert_eq!(cell(safe), safe);
        }
        for unsafe_text in [
            "=1+1", "+44", "-2+3", "@sum", "\t=1", " =1", "-1e3", "＝1", "\r=1",
        ] {
            assert_eq!(cell(unsafe_text), format!("'{unsafe_text}"));
        }
    }
}
