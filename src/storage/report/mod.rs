//! Returns: revisions, their lines, what supports them, and what was accepted of them.

mod beside;
mod elsewhere;
mod latest;
mod read;
mod row;
mod same_money;
mod standing;
mod write;

pub use beside::claims_beside;
pub use elsewhere::{
    Elsewhere, LookedAt, RevisionKey, claimed_side_by_side, elsewhere, named_twice,
};
pub use latest::{Latest, latest};
pub use read::{Header, list_headers, of_contract, one};
pub use same_money::{MOST_FOUND, SameMoney, same_money};
pub use standing::{
    LinesAsked, StandingLine, StandingReturn, each_standing_line, standing_returns,
};
pub use write::{decide, put_draft, submit};

use crate::domain::report::EvidenceKind;
use crate::domain::seal::Seal;

/// What one piece of evidence is known by: the SHA-256 of the file, or of the link's text (a link may be longer
/// than an index can hold).
fn fingerprint(kind: &EvidenceKind) -> String {
    match kind {
        EvidenceKind::Sha256(hash) => hash.clone(),
        EvidenceKind::Link(link) => Seal::new().text(link).hex(),
    }
}
