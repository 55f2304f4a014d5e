//! Numbers in a path: of a commitment, of a version.

use super::problem::Problem;

/// The largest number looked for: nine digits.
pub const LARGEST_NUMBER: usize = 999_999_999;

/// A number of a path; what cannot be one is not there.
pub fn path_number(text: &str, what: &str) -> Result<i64, Problem> {
    let plain = text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = plain.then(|| text.parse().ok()).flatten();
    number.ok_or_else(|| Problem::not_found(what))
}
