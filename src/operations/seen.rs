//! What the one who asks has seen of the thing they change (If-Match), so that nobody overwrites what they have not read.

use super::Refusal;

/// What they say they have seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Seen {
    /// They do not say.
    #[default]
    Unsaid,
    /// That it is there, whatever it is.
    Anything,
    /// The program itself asks, and overwrites nobody.
    Vouched,
    /// That it is not there.
    Absent,
    /// One of these versions.
    Versions(Vec<String>),
}

impl Seen {
    /// Must be said of a thing that is there, and be right.
    ///
    /// # Errors
    /// [`Refusal::VersionNeeded`] or [`Refusal::Stale`].
    pub fn must_be(&self, version: &str) -> Result<(), Refusal> {
        match self {
            Self::Unsaid => Err(Refusal::VersionNeeded),
            _ => self.may_be(version),
        }
    }

    /// If it is said of a thing that is there, it must be right.
    ///
    /// # Errors
    /// [`Refusal::Stale`].
    pub fn may_be(&self, version: &str) -> Result<(), Refusal> {
        match self {
            Self::Unsaid | Self::Anything | Self::Vouched => Ok(()),
            Self::Versions(versions) if versions.iter().any(|one| one == version) => Ok(()),
            Self::Versions(_) | Self::Absent => Err(Refusal::Stale),
        }
    }

    /// If it is said of a thing that is not there, it must be that it is absent.
    ///
    /// # Errors
    /// [`Refusal::Stale`].
    pub fn may_be_absent(&self) -> Result<(), Refusal> {
        match self {
            Self::Unsaid | Self::Absent | Self::Vouched => Ok(()),
            Self::Anything | Self::Versions(_) => Err(Refusal::Stale),
        }
    }
}
