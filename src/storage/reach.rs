//! A reach as it is bound: which contracts, and the figures of which, one who asks may see.

use super::json::{JsonText, Rows};
use crate::domain::policy::Reach;

/// The three placeholders of a reach.
pub(super) struct ReachBound {
    /// 1 when everything is within it.
    pub(super) everything: i64,
    /// Whose contracts as suppliers.
    pub(super) supplied_by: JsonText,
    /// Whose contracts as holders of a share.
    pub(super) held_by: JsonText,
}

impl ReachBound {
    pub(super) fn of(reach: &Reach) -> Self {
        let (everything, supplied_by, held_by) = match reach {
            Reach::Everything => (1, Rows::default().done(), Rows::default().done()),
            Reach::Of {
                supplied_by,
                held_by,
            } => (
                0,
                Rows::of(supplied_by.iter().map(String::as_str)),
                Rows::of(held_by.iter().map(String::as_str)),
            ),
        };
        Self {
            everything,
            supplied_by,
            held_by,
        }
    }
}
