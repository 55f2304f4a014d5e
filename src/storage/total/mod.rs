//! Stored totals in their two grains, and the roll-ups that are answered from them (L5).

mod add;
mod check;
mod known;
mod roll_up;
mod row;
mod since;

pub(super) use add::{add_by_anchor, add_by_contract};
pub use add::{owe_by_anchor, pay_by_anchor};
pub use check::{recompute_by_anchor, recompute_contract, stored_by_anchor, stored_contract};
pub use known::of_contract_known;
pub(super) use roll_up::Filter;
pub use roll_up::{RollUpQuery, RollUpRow, of_contract, roll_up};
pub use since::{SinceRow, since};
